import { expect, test } from 'vitest'
import type { TravelRule } from '../../shared/contract'
import { isNight, mayLeave } from './rule'

const rule: TravelRule = { when: 'night', nightFrom: '22:00', nightTo: '06:00', kilobytesPerSecond: 0 }
const at = (hour: number, minute = 0) => new Date(2026, 10, 21, hour, minute)

test('the night passes midnight, begins on the minute and ends on the minute', () => {
  expect([at(21, 59), at(22), at(23, 59), at(0), at(5, 59), at(6), at(12)].map((time) => isNight(rule, time))).toEqual([false, true, true, true, true, false, false])
  const early = { ...rule, nightFrom: '01:00', nightTo: '05:00' }
  expect([at(0, 59), at(1), at(4, 59), at(5)].map((time) => isNight(early, time))).toEqual([false, true, true, false])
})

test('by day only what has up to 200 kB leaves; without the rule everything', () => {
  expect(mayLeave(rule, 200_000, at(15))).toBe(true)
  expect(mayLeave(rule, 200_001, at(15))).toBe(false)
  expect(mayLeave(rule, 200_001, at(23))).toBe(true)
  expect(mayLeave({ ...rule, when: 'always' }, 300_000_000, at(15))).toBe(true)
})
