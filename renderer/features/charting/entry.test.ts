import { describe, expect, it } from 'vitest'
import { vitals, type VitalCode, type VitalDefinition } from '../../../shared/records/observation/vitals'
import { formOrder, pressuresSwapped, readEntry, readSet, readTimeToday } from './entry'

describe('reading the vital signs form', () => {
  it('a pulse of 720 cannot be, and the limits are said', () => {
    expect(readEntry('pulse', '720')).toEqual({ kind: 'implausible', min: 20, max: 350 })
  })

  it('every sign takes its limits and refuses what lies beyond', () => {
    for (const code of formOrder) {
      const { plausible, decimals }: VitalDefinition = vitals[code]
      if (!plausible) continue
      const step = 10 ** -decimals
      expect(readEntry(code, String(plausible.min)), code).toEqual({ kind: 'value', value: plausible.min })
      expect(readEntry(code, String(plausible.max)), code).toEqual({ kind: 'value', value: plausible.max })
      expect(readEntry(code, String(plausible.max + step)).kind, code).toBe('implausible')
      expect(readEntry(code, String(plausible.min - step)).kind, code).toBe('implausible')
    }
  })

  it('takes 38,4 for 38.4, and a letter of ACVPU in either case', () => {
    expect(readEntry('temperature', '38,4')).toEqual({ kind: 'value', value: 38.4 })
    expect(readEntry('avpu', 'v')).toEqual({ kind: 'value', value: 'V' })
    expect(readEntry('avpu', 'x').kind).toBe('not-a-number')
    expect(readEntry('pulse', 'eighty').kind).toBe('not-a-number')
    expect(readEntry('weight', '1,200')).toEqual({ kind: 'not-a-number' })
    expect(readEntry('weight', '0,850')).toEqual({ kind: 'value', value: 0.85 })
  })

  it('systolic at or below diastolic is refused at the diastolic', () => {
    const typed = { 'bp-systolic': '80', 'bp-diastolic': '120' }
    expect(pressuresSwapped(typed)).toBe(true)
    expect(readSet(typed)).toEqual({ ok: false, first: 'bp-diastolic' })
  })

  it('leaves out what is empty and keeps the order of the paper form', () => {
    expect(readSet({ temperature: '37', 'respiratory-rate': '18', pulse: ' ' })).toEqual({
      ok: true,
      values: [
        { code: 'respiratory-rate', value: 18 },
        { code: 'temperature', value: 37 },
      ],
    })
  })

  it('never saves anything of a set in which one value cannot be', () => {
    expect(readSet({ 'respiratory-rate': '18', pulse: '720' })).toEqual({ ok: false, first: 'pulse' satisfies VitalCode })
  })
})

describe('the time taken', () => {
  const now = new Date(2026, 10, 21, 14, 5)
  it('is a time of today, never ahead', () => {
    expect(readTimeToday('13:40', now)).toBe(new Date(2026, 10, 21, 13, 40).toISOString())
    expect(readTimeToday('940', now)).toBe(new Date(2026, 10, 21, 9, 40).toISOString())
    expect(readTimeToday('14:06', now)).toBeNull()
    expect(readTimeToday('25:00', now)).toBeNull()
  })
})
