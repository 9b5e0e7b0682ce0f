import { describe, expect, it } from 'vitest'
import { clockOffsetMs, takenAt, withSample, type ClockSample } from './analyserClock'
import { convertedLine } from './converted'
import { deltaOf, usualDeltaLimits } from './deltaCheck'
import { isImpossible } from './possibleResult'
import type { ResultLine } from './result'
import { verdictOf } from './verdict'

const line = (more: Partial<ResultLine>): ResultLine => ({ code: 'HGB', name: 'Haemoglobin', text: '12.8', value: 12.8, unit: 'g/dL', status: 'final', ...more })
const minute = 60_000

describe('the verdict on a result', () => {
  const verdict = (more: Partial<ResultLine>, rule: Parameters<typeof verdictOf>[1] = { accept: 'unflagged' }) => verdictOf(line(more), rule)

  it('lets pass what is normal, and what the analyser calls so', () => {
    expect([verdict({}), verdict({ flag: 'N' }), verdict({ range: '12 - 16' }), verdict({ range: '>= 10' }), verdict({ comparator: '<', range: '0 - 15' }), verdict({ comparator: '>', range: '> 10' }), verdict({ range: 'men' }), verdict({ text: 'NEGATIVE', value: undefined! })]).toEqual([[], [], [], [], [], [], [], []])
  })

  it.each([
    ['the rule says so', {}, { accept: 'never' }, ['by-rule']],
    ['it is flagged', { flag: 'H' }, undefined, ['flagged']],
    ['its flag is not known here', { flag: '*' }, undefined, ['flagged']],
    ['it is below its range', { range: '13-17' }, undefined, ['outside-range']],
    ['it is above its range', { range: '< 10' }, undefined, ['outside-range']],
    ['it is more than can be measured, and the range ends below', { comparator: '>', range: '12 - 16' }, undefined, ['outside-range']],
    ['it may be below its range', { comparator: '<', range: '12 - 16' }, undefined, ['outside-range']],
    ['it is not held against limits in another unit', { unit: 'g/L' }, { accept: 'unflagged', low: 7, unit: 'g/dL' }, ['outside-limits']],
    ['limits say nothing of a text', { text: 'TRACE', value: undefined! }, { accept: 'unflagged', low: 7, unit: 'g/dL' }, ['outside-limits']],
    ['limits say nothing of “more than”', { comparator: '>' }, { accept: 'unflagged', high: 20, unit: 'g/dL' }, ['outside-limits']],
    ['it is empty', { text: '.....', value: undefined! }, undefined, ['no-value']],
    ['the analyser remarks something', { comment: 'clot' }, undefined, ['analyser-doubts']],
    ['several things speak against it', { flag: 'LL', status: 'preliminary' }, { accept: 'never' }, ['by-rule', 'flagged', 'analyser-doubts']],
  ] as const)('holds it when %s', (_why, more, rule, expected) => expect(verdict(more, rule ?? { accept: 'unflagged' })).toEqual(expected))
})

describe('the delta check', () => {
  const earlier = { value: 13, unit: 'g/dL', at: '2026-11-20T09:00:00.000Z' }
  const at = '2026-11-21T09:00:00.000Z'

  it('says how far a value is from the last one, in its own unit', () => {
    expect(deltaOf({ value: 9.1, unit: 'g/dL', at }, earlier, usualDeltaLimits['718-7'])).toMatchObject({ days: 1, isExceeded: true, percent: expect.closeTo(-30, 5) })
    expect(deltaOf({ value: 128, unit: 'g/L', at }, earlier, usualDeltaLimits['718-7'])).toMatchObject({ change: expect.closeTo(-2, 5), isExceeded: false })
    expect(deltaOf({ value: 9.1, unit: 'g/dL', at }, earlier, undefined)).toMatchObject({ isExceeded: false })
  })

  it('says nothing where there is nothing to compare, and nothing is exceeded by an old value', () => {
    expect(deltaOf({ value: 9, unit: 'g/dL', at }, undefined, usualDeltaLimits['718-7'])).toBeUndefined()
    expect(deltaOf({ unit: 'g/dL', at }, earlier, usualDeltaLimits['718-7'])).toBeUndefined()
    expect(deltaOf({ value: 9, comparator: '<', unit: 'g/dL', at }, earlier, usualDeltaLimits['718-7'])).toBeUndefined()
    expect(deltaOf({ value: 9, unit: 'mmol/L', at }, earlier, usualDeltaLimits['718-7'])).toBeUndefined()
    expect(deltaOf({ value: 9, unit: 'g/dL', at: '2026-11-19T09:00:00.000Z' }, earlier, usualDeltaLimits['718-7'])).toBeUndefined()
    expect(deltaOf({ value: 6, unit: 'g/dL', at: '2026-12-21T09:00:00.000Z' }, earlier, usualDeltaLimits['718-7'])).toMatchObject({ isExceeded: false })
  })

  it('wants every limit passed, and knows no percentage of nothing', () => {
    const limits = { percent: 50, absolute: 2, days: 7 }
    expect(deltaOf({ value: 1, unit: 'g/dL', at }, { ...earlier, value: 0.5 }, limits)).toMatchObject({ percent: 100, isExceeded: false })
    expect(deltaOf({ value: 3, unit: 'g/dL', at }, { ...earlier, value: 0.5 }, limits)).toMatchObject({ isExceeded: true })
    expect(deltaOf({ value: 3, unit: 'g/dL', at }, { ...earlier, value: 0 }, limits)).toMatchObject({ isExceeded: true })
    expect(deltaOf({ value: 3, unit: 'g/dL', at }, { ...earlier, value: 0 }, limits)).not.toHaveProperty('percent')
  })
})

describe('what nobody can have', () => {
  it.each([
    [{ name: 'Haemoglobin', value: 128, unit: 'g/dL', loinc: '718-7' }, true],
    [{ name: 'Haemoglobin', value: 128, unit: 'g/L', loinc: '718-7' }, false],
    [{ name: 'Glucose', value: 5.5, unit: 'mg/dL', loinc: '14749-6' }, false],
    [{ name: 'Glucose', value: 5500, unit: 'mg/dL', loinc: '14749-6' }, true],
    [{ name: 'Potassium', value: 41, unit: 'mmol/L', loinc: '2823-3' }, true],
    [{ name: 'Neutrophils %', value: 101, unit: '%', loinc: '770-8' }, true],
    [{ name: 'White cells', value: 0, unit: '10*3/uL', loinc: '6690-2' }, false],
    [{ name: 'Anything', value: -1, unit: 'g/L' }, true],
    [{ name: 'Base excess', value: -8, unit: 'mmol/L' }, false],
    [{ name: 'Anything', value: Number.POSITIVE_INFINITY }, true],
    [{ name: 'Haemoglobin', loinc: '718-7' }, false],
    [{ name: 'Anything', value: 1e9, loinc: '__proto__' }, false],
  ])('%j: %s', (result, expected) => expect(isImpossible(result)).toBe(expected))
})

describe('a line in another unit', () => {
  it('says what was sent, and leaves a range behind that nobody could read right', () => {
    expect(convertedLine(line({ text: '128', value: 128, unit: 'g/l', range: '120-160' }), 'g/L', 'g/dL')).toEqual({ ok: true, line: line({ text: '12.8', unit: 'g/dL', range: '12.0 - 16.0', sent: '128 g/l (120-160)' }) })
    const odd = convertedLine(line({ text: '128', value: 128, unit: 'g/L', range: 'm: 130-170' }), 'g/L', 'g/dL')
    expect(odd.ok && odd.line).not.toHaveProperty('range')
    expect(convertedLine(line({ text: '> 300', value: 300, comparator: '>', unit: 'mg/dL' }), 'mg/dL', 'mmol/L', 180.156)).toMatchObject({ line: { text: '> 16.7', value: 16.7, comparator: '>' } })
    expect(convertedLine(line({ text: '1.28E2', value: 128, unit: 'g/L' }), 'g/L', 'g/dL')).toMatchObject({ line: { text: '12.8' } })
    expect(convertedLine(line({ text: '-2.5', value: -2.5, unit: 'mmol/L' }), 'mmol/L', 'umol/L')).toMatchObject({ line: { text: '-2500', value: -2500 } })
  })

  it('has no unit where the chart has none, and never that of before', () => {
    const { unit: _unit, ...bare } = line({ text: '0.450', value: 0.45 })
    expect(convertedLine(line({ text: '45', value: 45, unit: '%' }), '%', '1')).toEqual({ ok: true, line: { ...bare, sent: '45 %' } })
    expect(convertedLine(line({ text: '0.450', value: 0.45, unit: 'ratio' }), '1', '1')).toEqual({ ok: true, line: bare })
  })

  it('is the same line where only the spelling differs', () => {
    expect(convertedLine(line({ unit: 'g/dl' }), 'g/dL', 'g/dL')).toEqual({ ok: true, line: line({}) })
    expect(convertedLine(line({}), 'g/dL', 'mmol/L')).toEqual({ ok: false, fault: 'molar-mass' })
  })
})

describe('an analyser’s clock', () => {
  const arrived = Date.parse('2026-11-21T09:00:00.000Z')
  const local = (ms: number) => {
    const at = new Date(ms)
    return { year: at.getFullYear(), month: at.getMonth() + 1, day: at.getDate(), hour: at.getHours(), minute: at.getMinutes(), second: at.getSeconds() }
  }
  const heard = (...offsets: number[]) => offsets.reduce<ClockSample[]>((samples, offsetMs, index) => withSample(samples, { arrivedMs: arrived + index * minute, offsetMs }), [])

  it('that is 40 minutes behind is put right, and both times are kept', () => {
    const offset = clockOffsetMs(heard(-40 * minute))
    expect(takenAt(local(arrived - 45 * minute), '2026-11-21T09:00:00.000Z', offset)).toEqual({ effective: '2026-11-21T08:55:00.000Z', wrong: { told: '2026-11-21T08:15:00.000Z', aheadMinutes: -40 } })
  })

  it('that is ahead is put right too, and nothing is measured after it arrived', () => {
    expect(takenAt(local(arrived + 35 * minute), '2026-11-21T09:00:00.000Z', 40 * minute)).toMatchObject({ effective: '2026-11-21T08:55:00.000Z', wrong: { aheadMinutes: 40 } })
    expect(takenAt(local(arrived + 45 * minute), '2026-11-21T09:00:00.000Z', 40 * minute)).toMatchObject({ effective: '2026-11-21T09:00:00.000Z' })
    expect(takenAt(local(arrived + 45 * minute), '2026-11-21T09:00:00.000Z', undefined)).toEqual({ effective: '2026-11-21T09:00:00.000Z', wrong: { told: '2026-11-21T09:45:00.000Z' } })
  })

  it('is not called slow because a message lay waiting through the night', () => {
    const samples = heard(-2000, -1000, -8 * 60 * minute, -7 * 60 * minute)
    expect(clockOffsetMs(samples)).toBe(-1000)
    expect(takenAt(local(arrived - 60 * minute), '2026-11-21T09:00:00.000Z', -1000)).toEqual({ effective: '2026-11-21T08:00:00.000Z' })
  })

  it('that somebody set right is right, unlike what lay waiting and comes all at once', () => {
    const fast = heard(40 * minute, 40 * minute)
    const since = (apart: number) => [1, 2, 3].reduce<ClockSample[]>((samples, step) => withSample(samples, { arrivedMs: arrived + 10 * minute + step * apart, offsetMs: -step * 1000 }), fast)
    expect(clockOffsetMs(since(6 * minute))).toBe(-1000)
    expect(clockOffsetMs(since(100))).toBe(40 * minute)
  })

  it('is judged by its last messages', () => {
    const week = 7 * 24 * 60 * minute
    expect(clockOffsetMs(withSample(heard(40 * minute), { arrivedMs: arrived + week, offsetMs: 0 }))).toBe(0)
    expect(withSample(heard(...Array.from({ length: 40 }, () => 1)), { arrivedMs: arrived + 41 * minute, offsetMs: 2 })).toHaveLength(20)
    expect(clockOffsetMs([])).toBeUndefined()
    expect(takenAt(undefined, '2026-11-21T09:00:00.000Z', 0)).toEqual({ effective: '2026-11-21T09:00:00.000Z' })
  })
})
