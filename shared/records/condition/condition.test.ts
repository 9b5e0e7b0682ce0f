import type { Condition } from 'fhir/r4'
import { describe, expect, it } from 'vitest'
import { mergeRuleOf, recordMergeOf } from '../mergeRules'
import { amended, codingOf, findingList, findingOf, isWithdrawn, kindOf, problemList, problemOf, reopened, resolved, withdrawn } from './condition'
import { settledCondition } from './merge'
import { conditionSearch } from './search'

const diabetes = { system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'E11.9', display: 'Type 2 diabetes mellitus without complications', version: '2021-01' }
const asthma = { system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'J45', display: 'Asthma', version: '2021-01' }
const told = { subject: 'p', recorder: 'doctor', recordedDate: '2026-11-21T10:00:00.000Z', certainty: 'confirmed' as const }
const problem = (concept = diabetes, more: Partial<Parameters<typeof problemOf>[0]> = {}) => problemOf({ ...told, concept, ...more })
const asRecord = (id: string, resource: Condition) => ({ id, resource })

describe('a problem of the list', () => {
  it('A10: is active with its code, its words, its edition and its onset', () => {
    expect(problemList([asRecord('1', problem(diabetes, { onset: '2019-05' }))])).toEqual([
      { id: '1', records: ['1'], concept: diabetes, certainty: 'confirmed', by: 'doctor', at: told.recordedDate, status: 'active', onset: '2019-05' },
    ])
  })

  it('A10: is resolved with a date, and opened again without one', () => {
    const over = resolved(problem(), '2026-11-01')
    expect(problemList([asRecord('1', over)])).toMatchObject([{ status: 'resolved', abatement: '2026-11-01' }])
    const [again] = problemList([asRecord('1', reopened(over))])
    expect(again).toMatchObject({ status: 'active' })
    expect(again).not.toHaveProperty('abatement')
  })

  it('stands once, since the earlier onset, where two workstations recorded it apart', () => {
    const two = [
      asRecord('1', problem(diabetes, { onset: '2019', certainty: 'provisional' })),
      asRecord('2', problem(diabetes, { onset: '2019-05-03', recordedDate: '2026-11-21T11:00:00.000Z' })),
    ]
    expect(problemList(two)).toMatchObject([{ status: 'active', onset: '2019', certainty: 'confirmed', records: ['1', '2'] }])
    expect(problemList(two.map(({ id, resource }) => asRecord(id, resolved(resource, '2026-11-20'))))).toMatchObject([{ status: 'resolved', records: ['1', '2'] }])
  })

  it('that is there again after years is another line than the one that ended', () => {
    const list = problemList([asRecord('1', resolved(problem(diabetes, { onset: '2019' }), '2020-01-01')), asRecord('2', problem(diabetes, { onset: '2026-11' }))])
    expect(list).toMatchObject([{ id: '2', status: 'active', onset: '2026-11', records: ['2'] }, { id: '1', status: 'resolved', abatement: '2020-01-01' }])
  })

  it('that is active stands first, what is over last, the latest end first', () => {
    const list = problemList([
      asRecord('1', resolved(problem({ ...asthma, code: 'A00', display: 'Cholera' }), '2020-01-01')),
      asRecord('2', problem(diabetes)),
      asRecord('3', resolved(problem({ ...asthma, code: 'A01', display: 'Typhoid' }), '2022-01-01')),
      asRecord('4', problem(asthma)),
    ])
    expect(list.map(({ id }) => id)).toEqual(['4', '2', '3', '1'])
  })

  it('that was taken back as a mistake is gone from the list, and keeps what it said and why', () => {
    const back = withdrawn(problem(), { why: 'Another patient', by: 'doctor', at: told.recordedDate })
    expect(problemList([asRecord('1', back)])).toEqual([])
    expect(isWithdrawn(back)).toBe(true)
    expect(codingOf(back)).toEqual(diabetes)
    expect(back.clinicalStatus).toBeUndefined()
    expect(back.note).toMatchObject([{ text: 'Another patient' }])
  })

  it('takes another onset or certainty, and loses an onset that nobody knows', () => {
    expect(amended(problem(diabetes, { onset: '2019' }), { onset: '2020-02' }).onsetDateTime).toBe('2020-02')
    expect(amended(problem(diabetes, { onset: '2019' }), { onset: '' })).not.toHaveProperty('onsetDateTime')
    expect(amended(problem(diabetes, { onset: '2019' }), { certainty: 'provisional' })).toMatchObject({ onsetDateTime: '2019', verificationStatus: { coding: [{ code: 'provisional' }] } })
  })

  it('of another system that says more than Outpost is read as the graver of what it can mean', () => {
    const other: Condition = { resourceType: 'Condition', subject: { reference: 'Patient/p' }, category: [{ coding: [{ code: 'problem-list-item' }] }], code: { text: 'Old wound' }, clinicalStatus: { coding: [{ code: 'relapse' }] } }
    expect(problemList([asRecord('1', other)])).toMatchObject([{ status: 'active', certainty: 'provisional', concept: { display: 'Old wound', code: '' } }])
  })
})

describe('what a visit found', () => {
  const finding = (kind: 'symptom' | 'diagnosis', concept = asthma, at = told.recordedDate) => findingOf({ ...told, recordedDate: at, encounter: 'e', kind, concept })

  it('A11: is symptoms, then diagnoses, each once', () => {
    const cough = { ...asthma, code: 'R05', display: 'Cough' }
    const list = findingList([asRecord('1', finding('diagnosis')), asRecord('2', finding('symptom', cough)), asRecord('3', finding('symptom', cough, '2026-11-21T12:00:00.000Z')), asRecord('4', problem())])
    expect(list.map(({ id, kind }) => [id, kind])).toEqual([['2', 'symptom'], ['1', 'diagnosis']])
  })

  it('has no clinical status, is found by its visit, and is no problem', () => {
    expect(conditionSearch(finding('diagnosis'))).toMatchObject({ subject: 'p', encounter: 'e', code: 'J45', status: undefined })
    expect(conditionSearch(problem())).toMatchObject({ subject: 'p', encounter: undefined, status: 'active' })
    expect(kindOf(finding('symptom'))).toBe('symptom')
  })
})

describe('two versions of a problem', () => {
  it('come together under R4: no end while it is there, no status of a mistake', () => {
    const over = resolved(problem(), '2026-11-01')
    expect(settledCondition({ ...over, clinicalStatus: { coding: [{ code: 'active' }] } })).not.toHaveProperty('abatementDateTime')
    expect(settledCondition(over)).toEqual(over)
    expect(settledCondition({ ...over, verificationStatus: { coding: [{ code: 'entered-in-error' }] } })).not.toHaveProperty('clinicalStatus')
  })

  it('keep the patient’s problem while nobody has decided whether it is over', () => {
    const rule = mergeRuleOf('Condition').of['clinicalStatus']
    if (rule?.kind !== 'ask') throw new Error('a person is to be asked')
    expect(rule.meanwhile?.({ coding: [{ code: 'resolved' }] }, { coding: [{ code: 'active' }] })).toEqual({ coding: [{ code: 'active' }] })
    expect(recordMergeOf('Condition').way).toBe('fields')
  })
})
