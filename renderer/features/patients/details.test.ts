import { describe, expect, it } from 'vitest'
import type { PatientSummary } from '../../../shared/contract'
import { changesOf, detailFaults, detailsOf, rebased } from './details'

const today = new Date(2026, 10, 21)
const patient: PatientSummary = { id: 'p', family: 'Bello', given: 'Ada', gender: 'female', birthDate: '1980-02-03', deceased: false, number: 'A-000001', phone: '0700', at: 'x' }
const base = detailsOf(patient)

describe('correcting the details of a patient', () => {
  it('sends only what was changed', () => {
    expect(changesOf(base, base, today)).toEqual({})
    expect(changesOf({ ...base, phone: ' 0711 ', birth: '4/2/1980' }, base, today)).toEqual({ phone: '0711', birthDate: '1980-02-04' })
    expect(changesOf({ ...base, document: 'AB 123' }, base, today)).toEqual({ document: 'AB 123' })
  })

  it('keeps what a colleague saved meanwhile, and what this person typed', () => {
    const theirs = detailsOf({ ...patient, given: 'Adaeze', phone: '0799' })
    const typed = { ...base, phone: '0711' }
    const merged = rebased(typed, base, theirs)
    expect(merged).toMatchObject({ given: 'Adaeze', phone: '0711' })
    expect(changesOf(merged, theirs, today)).toEqual({ phone: '0711' })
  })

  it('refuses an empty name and a birth date that cannot be, and leaves an unknown one unknown', () => {
    expect(detailFaults({ ...base, family: ' ', birth: '' }, base, today)).toEqual(['family', 'birth'])
    const unknown = detailsOf({ ...patient, birthDate: undefined })
    expect(detailFaults(unknown, unknown, today)).toEqual([])
  })
})
