import { expect, it } from 'vitest'
import { newPressure } from './row'
import { sampleOf } from './stationSample'

const minute = 60_000
const every = 5 * minute
const at = (hour: number, minutes: number) => ({ year: 2026, month: 11, day: 21, hour, minute: minutes, second: 0 })
const pressure = { 'bp-systolic': 118, 'bp-diastolic': 76 }

it('a cuff’s pressure with a time of its own is charted once, also when it is the first, however often the station repeats it', () => {
  const samples = [0, 1, 2].map((passed) => sampleOf([{ numbers: pressure, takenAt: at(10, 0), ageMs: passed * minute }, { numbers: { spo2: 97 }, takenAt: at(10, passed), ageMs: 0 }], passed * minute, every)!)
  expect(samples[2]).toMatchObject({ numbers: { ...pressure, spo2: 97 } })
  const first = newPressure(samples, undefined)
  expect(first.pressure).toMatchObject({ systolic: 118, diastolic: 76 })
  expect(newPressure(samples.slice(1), first.shown).pressure).toBeUndefined()
})

it('a pressure among other numbers has only the time of the message, so it is new when it differs', () => {
  const sample = (systolic: number, passed: number) => sampleOf([{ numbers: { 'bp-systolic': systolic, 'bp-diastolic': 76, spo2: 97 }, takenAt: at(10, passed), ageMs: 0 }], passed * minute, every)!
  expect(newPressure([sample(118, 0), sample(118, 1)], undefined).pressure).toBeUndefined()
  expect(newPressure([sample(118, 0), sample(131, 1)], undefined).pressure).toMatchObject({ systolic: 131 })
})

it('what is older than an interval, of an unknown age, from ahead of its clock or a demonstration is of no row', () => {
  const numbers = { spo2: 97 }
  for (const more of [{ ageMs: 7 * minute }, { ageMs: 'unknown' as const }, { ageMs: -2 * minute }, { isDemonstration: true }]) expect(sampleOf([{ numbers, ...more }], 0, every)).toBeUndefined()
  expect(sampleOf([{ numbers }], 0, every)).toEqual({ at: 0, numbers })
  expect(sampleOf([], 0, every)).toBeUndefined()
})
