import { expect, test } from 'vitest'
import { openEstimate } from './estimate'

const at = (seconds: number) => seconds * 1_000

test('says nothing before there is something to say, then the minutes at the present speed, outages included', () => {
  let now = 0
  const estimate = openEstimate(() => now)
  estimate.note(6_000)
  expect(estimate.minutesLeft()).toBeUndefined()
  for (let second = 1; second <= 60; second++) {
    now = at(second)
    estimate.note(6_000 - second * 50)
  }
  // 3,000 left at 50 in a second.
  expect(estimate.minutesLeft()).toBe(1)
  // Half a minute without a line: half the speed of the last minute.
  now = at(90)
  estimate.note(3_000)
  expect(estimate.minutesLeft()).toBe(2)
  // Nothing came for long: nobody would believe a number.
  now = at(400)
  expect(estimate.minutesLeft()).toBeUndefined()
})

test('begins anew when something else is counted down', () => {
  let now = 0
  const estimate = openEstimate(() => now)
  estimate.note(100)
  now = at(10)
  estimate.note(50)
  expect(estimate.minutesLeft()).toBe(0.2)
  estimate.note(9_000)
  expect(estimate.minutesLeft()).toBeUndefined()
})
