import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { VitalNumbers } from '..'
import { intervalEnd, mediansOf, newPressure, type FeedSample } from './row'

const rules = { gapMs: 15_000, sampleMs: 1_000, fewestMs: 30_000 }
/** One sample a second, from second `from` on. */
const seconds = (from: number, numbers: readonly (VitalNumbers | undefined)[]): FeedSample[] => numbers.map((each, index) => ({ at: (from + index) * 1_000, ...(each ? { numbers: each } : {}) }))
const steady = (count: number, numbers: VitalNumbers) => Array.from({ length: count }, () => numbers)
const seed = 20261121

describe('a row of medians', () => {
  it('is the middle of what was measured, whatever a cough or a knock did in between', () => {
    const samples = seconds(0, [...steady(100, { spo2: 97, pulse: 74 }), ...steady(20, { spo2: 88, pulse: 140 }), ...steady(100, { spo2: 97, pulse: 74 })])
    expect(mediansOf(samples, rules)).toEqual({ spo2: 97, pulse: 74 })
  })

  it('never bridges two placements: the finger before the probe came off may be another person’s', () => {
    const samples = seconds(0, [...steady(150, { spo2: 99 }), undefined, ...steady(60, { spo2: 90 })])
    expect(mediansOf(samples, rules)).toEqual({ spo2: 90 })
  })

  it('is of the stretch before, where the probe has only just come back', () => {
    const samples = seconds(0, [...steady(60, { spo2: 99 }), ...steady(5, {} as VitalNumbers), ...steady(5, { spo2: 90 })])
    expect(mediansOf(samples, rules)).toEqual({ spo2: 99 })
  })

  it('ends a stretch at a silence, and for each number by itself', () => {
    const before = seconds(0, steady(20, { spo2: 99, pulse: 60 }))
    const after = seconds(40, [...steady(20, { spo2: 90, pulse: 80 }), ...steady(20, { pulse: 80 })])
    // 20 s and 20 s of SpO2 with a silence between are two pieces that are both too short.
    expect(mediansOf([...before, ...after], rules)).toEqual({ pulse: 80 })
  })

  it('is nothing where the leads were off all the time, or the numbers last for seconds only', () => {
    expect(mediansOf(seconds(0, Array.from({ length: 300 }, () => undefined)), rules)).toEqual({})
    expect(mediansOf(seconds(0, steady(29, { spo2: 97 })), rules)).toEqual({})
    expect(mediansOf([], rules)).toEqual({})
  })

  it(`is always a number that was measured (seed ${seed})`, () => {
    const sample = fc.option(fc.record({ spo2: fc.integer({ min: 70, max: 100 }) }), { nil: undefined })
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 200 }), (numbers) => {
        const { spo2 } = mediansOf(seconds(0, numbers), rules)
        expect(spo2 === undefined || numbers.some((each) => each?.spo2 === spo2)).toBe(true)
      }),
      { seed },
    )
  })
})

describe('the pressure of a row', () => {
  const bp = (systolic: number, diastolic: number): VitalNumbers => ({ 'bp-systolic': systolic, 'bp-diastolic': diastolic })

  it('is charted once when the cuff has measured, not again while the monitor goes on showing it', () => {
    const first = newPressure(seconds(0, [...steady(10, bp(118, 76)), ...steady(290, bp(124, 80))]), undefined)
    expect(first).toEqual({ pressure: { systolic: 124, diastolic: 80 }, shown: { systolic: 124, diastolic: 80 } })
    expect(newPressure(seconds(300, steady(300, bp(124, 80))), first.shown)).toEqual({ shown: { systolic: 124, diastolic: 80 } })
  })

  it('is not the one that the monitor shows when it is first heard: it may be hours old', () => {
    expect(newPressure(seconds(0, steady(300, bp(118, 76))), undefined).pressure).toBeUndefined()
  })

  it('is a new one with the same numbers where the sender tells when it was measured', () => {
    const samples: FeedSample[] = ['09:00', '09:00', '09:30'].map((pressureTakenAt, index) => ({ at: index, numbers: bp(118, 76), pressureTakenAt }))
    expect(newPressure(samples.slice(0, 2), undefined).pressure).toMatchObject({ takenAt: '09:00' })
    expect(newPressure(samples, { systolic: 118, diastolic: 76, takenAt: '09:00' }).pressure).toMatchObject({ takenAt: '09:30' })
  })

  it('of a line in an artery is a pair that was really measured, and never upside down', () => {
    const { pressure } = newPressure(seconds(0, [bp(100, 60), bp(120, 90), bp(110, 50), bp(130, 55), bp(70, 120)]), undefined)
    expect(pressure).toEqual({ systolic: 120, diastolic: 90 })
  })
})

it('puts all rows at the same times of the wall clock', () => {
  const at = (text: string) => Date.parse(`2026-11-21T${text}.000Z`)
  expect([at('10:00:01'), at('10:04:59'), at('10:05:00')].map((each) => intervalEnd(each, 300_000))).toEqual([at('10:05:00'), at('10:05:00'), at('10:05:00')])
})
