import { describe, expect, it } from 'vitest'
import { allergyFinding, allergyOf, noKnownAllergiesOf } from './allergy'

const told = { subject: 'p', recorder: 'nurse', recordedDate: '2026-11-21T10:00:00Z' }
const allergy = (substance: string, criticality: 'high' | 'low' | 'unable-to-assess') => ({ id: substance, resource: allergyOf({ ...told, substance, criticality }) })
const noneKnown = (recordedDate: string, recorder: string) => ({ id: recordedDate, resource: noKnownAllergiesOf({ ...told, recordedDate, recorder }) })

describe('what a banner says of allergies', () => {
  it('is never silently empty', () => {
    expect(allergyFinding([])).toEqual({ status: 'not-asked' })
  })

  it('has the worst first, the unknown before the mild, and then the alphabet', () => {
    const finding = allergyFinding([allergy('Latex', 'low'), allergy('Bee', 'unable-to-assess'), allergy('Peanut', 'high'), allergy('Egg', 'high')])
    expect(finding.status === 'recorded' && finding.allergies.map((each) => each.substance)).toEqual(['Egg', 'Peanut', 'Bee', 'Latex'])
  })

  it('is the newest "none known", by whom it was asked', () => {
    expect(allergyFinding([noneKnown('2026-01-01', 'a'), noneKnown('2026-03-01', 'b'), noneKnown('2026-02-01', 'c')])).toEqual({ status: 'none-known', by: 'b', at: '2026-03-01' })
  })

  it('is the allergy where one workstation recorded "none known" and another an allergy', () => {
    expect(allergyFinding([noneKnown('2026-12-01', 'a'), allergy('Penicillin', 'high')])).toMatchObject({ status: 'recorded' })
  })

  it('leaves out what was resolved or entered in error', () => {
    const wrong = allergy('Penicillin', 'high')
    const resolved = allergy('Latex', 'low')
    const entered = { ...wrong, resource: { ...wrong.resource, verificationStatus: { coding: [{ code: 'entered-in-error' }] } } }
    const gone = { ...resolved, resource: { ...resolved.resource, clinicalStatus: { coding: [{ code: 'resolved' }] } } }
    expect(allergyFinding([entered, gone])).toEqual({ status: 'not-asked' })
  })
})
