import { describe, expect, it } from 'vitest'
import type { Basic } from 'fhir/r4'
import { mergeValue, type Json } from '../mergeFields'
import type { Envelope } from '../envelope'
import { mergeRecords } from '../merge'
import { mergeRuleOf } from '../mergeRules'
import { bedOf, bedRecord, keyOfBed, keyOfSeat, keysOfSeats, seatsBeside, type BedFacts, type Seat } from './bed'

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

  describe('A8: two who were put into it by people who did not know of each other', () => {
    const sat = (patient: string, minute: number): Seat => ({ ...seat(patient), since: `2026-11-21T10:${String(minute).padStart(2, '0')}:00.000Z` })
    const [ada, ben, chi] = [sat('01HV00000000000000000000AD', 1), sat('01HV00000000000000000000BN', 2), sat('01HV00000000000000000000CH', 3)]
    const first = { id: '01HV00000000000000000000B2', type: 'Basic', practice: 'p', search: {}, author: 'x', station: 'A', at: '2026-11-21T10:00:00.000Z-0000-A', prior: [], resource: bedRecord({ ...bed, instead: [] }, '') } as Envelope<'Basic'>
    /** Said on a workstation by somebody who saw this version. */
    const said = (before: Envelope<'Basic'>, station: string, minute: number, who: Seat | undefined, instead: readonly string[]): Envelope<'Basic'> => {
      const { resource, author, station: from, at } = before
      return { ...before, station, at: `2026-11-21T10:${String(minute).padStart(2, '0')}:00.000Z-0000-${station}`, after: [at], prior: [...before.prior, { resource, author, station: from, at }], resource: bedRecord({ ...bed, ...(who ? { seat: who } : {}), instead }, '') }
    }
    const merged = (one: Envelope<'Basic'>, other: Envelope<'Basic'>) => {
      const { record, clashes } = mergeRecords({ master: one, mine: other })
      expect(clashes).toEqual([])
      return record as Envelope<'Basic'>
    }

    it('A8: the later one stands and the other stays named, whoever merges; one who was moved on before is not', () => {
      const atA = said(said(first, 'A', 1, ada, []), 'A', 3, chi, [keyOfSeat(ada)])
      const atB = said(first, 'B', 2, ben, [])
      for (const [one, other] of [[atA, atB], [atB, atA]] as const) {
        const both = merged(one, other)
        expect(bedOf(both.resource)?.seat).toEqual(chi)
        expect(seatsBeside(both)).toEqual([ben])
      }
    })

    it('A8: it is over once somebody who saw both has said who lies there, or that nobody does; said apart again, it is open again', () => {
      const both = merged(said(first, 'A', 1, ada, []), said(first, 'B', 2, ben, []))
      expect(seatsBeside(both)).toEqual([ada])
      const keys = [keyOfSeat(ada), keyOfSeat(ben)]
      expect(seatsBeside(said(both, 'A', 5, sat(ada.patient, 5), keys))).toEqual([])
      expect(seatsBeside(said(both, 'A', 5, undefined, keys))).toEqual([])
      const again = merged(said(both, 'A', 5, sat(ada.patient, 5), keys), said(both, 'B', 6, sat(ben.patient, 6), keys))
      expect(seatsBeside(again)).toEqual([sat(ada.patient, 5)])
    })

    it('A8: somebody is put into a bed that another workstation empties: they stay named, though the bed stands as empty', () => {
      const there = said(first, 'A', 1, ada, [])
      const both = merged(said(there, 'A', 2, ben, [keyOfSeat(ada)]), said(there, 'B', 3, undefined, [keyOfSeat(ada)]))
      expect([bedOf(both.resource)?.seat, seatsBeside(both)]).toEqual([undefined, [ben]])
    })

    it('A8: one patient whom both put there leaves it by one word, and is not named beside whoever comes next', () => {
      const both = merged(said(first, 'A', 1, ada, []), said(first, 'B', 2, sat(ada.patient, 2), []))
      expect(keysOfSeats(both).sort()).toEqual([keyOfSeat(ada), keyOfSeat(sat(ada.patient, 2))])
      expect(seatsBeside(said(both, 'A', 5, undefined, keysOfSeats(both)))).toEqual([])
      expect(seatsBeside(said(both, 'A', 5, ben, keysOfSeats(both)))).toEqual([])
    })

    it('asks nothing of one patient whom both put there, nor of what an earlier Outpost wrote', () => {
      expect(seatsBeside(merged(said(first, 'A', 1, ada, []), said(first, 'B', 2, sat(ada.patient, 2), [])))).toEqual([])
      const early = { ...first, resource: bedRecord({ ...bed, seat: ada }, '') }
      expect(seatsBeside(said(early, 'A', 2, ben, [keyOfSeat(ada)]))).toEqual([])
      expect(seatsBeside({ ...said(said(first, 'A', 1, ada, []), 'A', 2, ben, []), resource: bedRecord({ ...bed, seat: chi }, '') })).toEqual([])
    })
  })
})
