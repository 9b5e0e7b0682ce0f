import { describe, expect, it } from 'vitest'
import type { Basic } from 'fhir/r4'
import { mergeValue, type Json } from '../mergeFields'
import { mergeRuleOf } from '../mergeRules'
import { bedOf, bedRecord, keyOfBed, type BedFacts } from './bed'

const seat = (patient: string) => ({ patient, since: '2026-11-21T10:00:00.000Z', by: '01HV000000000000000000NRSE', byName: 'Nadia Nurse' })
const bed: BedFacts = { name: 'Bed 2', made: 'a key', isRemoved: false }

describe('the record of a bed', () => {
  it('says who lies in it, and that nobody does', () => {
    expect(bedOf(bedRecord({ ...bed, seat: seat('01HV00000000000000000000AD') }, ''))).toEqual({ ...bed, seat: seat('01HV00000000000000000000AD') })
    expect(bedOf(bedRecord(bed, ''))).toEqual(bed)
    expect(bedOf({ resourceType: 'Basic', code: { text: 'another' } })).toBeUndefined()
  })

  it('is one bed on two workstations, whatever the case and the spaces of its name', () => {
    expect(keyOfBed(' BED 2 ')).toBe(keyOfBed('Bed 2'))
  })

  it('A8: of two patients whom two workstations put into one bed, one stands whole, and never half of each', () => {
    const [one, other] = [bedRecord({ ...bed, seat: seat('01HV00000000000000000000AD') }, ''), bedRecord({ ...bed, seat: { ...seat('01HV00000000000000000000BN'), byName: 'Sam' } }, '')]
    for (const later of ['one', 'other'] as const) {
      const clashes: unknown[] = []
      const merged = mergeValue({ one: one as unknown as Json, other: other as unknown as Json }, mergeRuleOf('Basic'), { compare: () => ({ later }), clash: (clash) => clashes.push(clash) })
      expect(bedOf(merged as unknown as Basic)).toEqual(bedOf(later === 'one' ? one : other))
      expect(clashes).toEqual([])
    }
  })

  it('A8: a bed that one workstation removed while another put a patient into it is there, with the patient', () => {
    const both = { ...bed, seat: seat('01HV00000000000000000000AD') }
    // State and seat are parts of their own: this is what comes of the two.
    expect(bedOf(bedRecord({ ...both, isRemoved: true }, ''))).toEqual(both)
  })
})
