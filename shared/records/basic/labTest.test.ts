import type { Basic } from 'fhir/r4'
import { describe, expect, it } from 'vitest'
import { metApart } from '../../testing/apart'
import { mappingOf, mappingRecord, ruleOf, ruleRecord, type TestMapping } from './labTest'

const created = '2026-11-21T09:00:00.000Z'
const met = (earlier: Basic, later: Basic): Basic => metApart('Basic', earlier, later)

describe('what two workstations say apart of one code', () => {
  const glucose: TestMapping = { profile: 'p', code: '17', kind: 'test', name: 'Glucose', loinc: '14749-6', unit: 'mmol/L', units: { 'mg/dl': 'mg/dL' }, substance: 'glucose' }
  const urea: TestMapping = { profile: 'p', code: '17', kind: 'test', name: 'Urea', unit: 'mmol/L', units: { 'mmol/l': 'mmol/L' } }

  it('is the test that was named later, as a whole: no LOINC code and no molar mass of the other', () => {
    const mapping = mappingOf(met(mappingRecord(glucose, created), mappingRecord(urea, created)))
    expect(mapping).toEqual({ ...urea, units: { ...glucose.units, ...urea.units } })
    expect(mappingOf(met(mappingRecord(urea, created), mappingRecord(glucose, created)))).toMatchObject({ name: 'Glucose', loinc: '14749-6', substance: 'glucose' })
  })

  it('counts no longer once one of them took it away later', () => {
    expect(mappingOf(met(mappingRecord(glucose, created), mappingRecord({ profile: 'p', code: '17', kind: 'removed' }, created)))).toBeUndefined()
  })

  it('is of a rule the one that was set later, and no limit of the other', () => {
    const strict = ruleRecord({ test: '718-7', name: 'Haemoglobin', accept: 'unflagged', unit: 'g/dL', low: 7, high: 18, delta: { percent: 10, days: 3 } }, created)
    const bare = ruleRecord({ test: '718-7', name: 'Haemoglobin', accept: 'unflagged', delta: { absolute: 2, days: 30 } }, created)
    expect(ruleOf(met(strict, bare))).toEqual({ test: '718-7', name: 'Haemoglobin', accept: 'unflagged', delta: { absolute: 2, days: 30 } })
    expect(ruleOf(met(bare, strict))).toMatchObject({ low: 7, high: 18, delta: { percent: 10, days: 3 } })
  })
})
