import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Condition } from 'fhir/r4'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { problemList } from '../../../shared/records/condition/condition'
import { encounterOf } from '../../../shared/records/encounter/encounter'
import { mergeRecords } from '../../../shared/records/merge'
import { patientOf } from '../../../shared/records/patient/patient'
import { must } from '../../../shared/testing/must'
import { openReplica, type Replica } from '../../replica'
import { onePerKey } from '../onePerKey'
import { openProblems, type Problems } from '.'

const doctor = '01HV000000000000000000000D'
const actor = { practitioner: doctor }
const typhoid = { system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'A01.0', display: 'Typhoid fever', version: '2021-01' }
const cough = { system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'R05', display: 'Cough', version: '2021-01' }
const now = Date.parse('2026-11-21T10:00:00.000Z')

let folder = ''
let replica: Replica
let problems: Problems
let patient = ''
let visit = ''
let calls = 0
const key = () => `act-number-${++calls}`

/** What the banner names. */
const active = async () => must(await problems.list({ patient })).filter(({ status }) => status === 'active').map(({ concept }) => concept.display)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outpost-problems-'))
  replica = await openReplica({ folder, key: new Uint8Array(32).fill(7), practice: '01HV0000000000000000000PRA', station: 'A', now: () => now })
  problems = openProblems({ replica, names: { nameOf: async () => 'Dr Ben', close: () => undefined }, now: () => now, once: onePerKey() })
  patient = (await replica.records.add('Patient', patientOf({ family: 'Okonkwo', given: 'Ada', gender: 'female' }, 'A-000123'), doctor)).id
  visit = (await replica.records.add('Encounter', encounterOf({ subject: patient, start: '2026-11-21T09:00:00.000Z', reason: 'Fever', practitioner: doctor }), doctor)).id
})
afterAll(async () => {
  await replica.close()
  await rm(folder, { recursive: true, force: true })
})

describe('the problem list', () => {
  it('A10: a condition picked by its code is listed active, is resolved with a date, and can be opened again', async () => {
    const added = must(await problems.add({ key: key(), patient, concept: typhoid, certainty: 'confirmed', onset: '2026-11' }, actor))
    expect(added).toMatchObject([{ concept: typhoid, status: 'active', onset: '2026-11', by: 'Dr Ben' }])
    expect(await active()).toEqual(['Typhoid fever'])
    const problem = added[0]?.id ?? ''
    expect(must(await problems.resolve({ patient, problem, on: '2026-11-20' }, actor))).toMatchObject([{ status: 'resolved', abatement: '2026-11-20' }])
    expect(await active()).toEqual([])
    expect(must(await problems.reopen({ patient, problem }, actor))).toMatchObject([{ status: 'active' }])
    expect((await replica.records.get('Condition', problem))?.prior).toHaveLength(2)
  })

  it('A16: ten clicks are one problem, and a second of the same is refused while the first is there', async () => {
    const concept = { ...typhoid, code: 'J45', display: 'Asthma' }
    const act = { key: key(), patient, concept, certainty: 'confirmed' as const }
    const answers = await Promise.all(Array.from({ length: 10 }, () => problems.add(act, actor)))
    expect(answers.every(({ ok }) => ok)).toBe(true)
    expect(must(await problems.list({ patient })).filter((line) => line.concept.code === 'J45')).toHaveLength(1)
    const again = openProblems({ replica, names: { nameOf: async () => '', close: () => undefined }, now: () => now, once: onePerKey() })
    expect(await again.add(act, actor)).toMatchObject({ ok: true })
    expect(await again.add({ ...act, key: key() }, actor)).toMatchObject({ ok: false, problem: { kind: 'conflict' } })
  })

  it('says nothing of another problem in the same form to be the first: both are kept', async () => {
    const act = { key: key(), patient, certainty: 'confirmed' as const }
    must(await problems.add({ ...act, concept: { ...typhoid, code: 'I10', display: 'Hypertension' } }, actor))
    const lines = must(await problems.add({ ...act, concept: { ...typhoid, code: 'E11.9', display: 'Diabetes' } }, actor))
    expect(lines.map(({ concept }) => concept.code)).toEqual(expect.arrayContaining(['I10', 'E11.9']))
  })

  it.each([
    ['an onset of tomorrow', () => problems.add({ key: key(), patient, concept: cough, certainty: 'confirmed', onset: '2026-11-23' }, actor), 'onset'],
    ['an onset of next year', () => problems.add({ key: key(), patient, concept: cough, certainty: 'confirmed', onset: '2027' }, actor), 'onset'],
    ['an end before the onset', async () => problems.resolve({ patient, problem: must(await problems.list({ patient })).find(({ onset }) => onset === '2026-11')?.id ?? '', on: '2026-10-31' }, actor), 'abatement'],
    ['an onset after the end', async () => {
      const concept = { ...typhoid, code: 'J18', display: 'Pneumonia' }
      const id = must(await problems.add({ key: key(), patient, concept, certainty: 'confirmed' }, actor)).find((line) => line.concept.code === 'J18')?.id ?? ''
      must(await problems.resolve({ patient, problem: id, on: '2026-11-10' }, actor))
      return problems.amend({ patient, problem: id, onset: '2026-11-11' }, actor)
    }, 'onset'],
    ['an end in the future', async () => problems.resolve({ patient, problem: must(await problems.list({ patient }))[0]?.id ?? '', on: '2026-11-23' }, actor), 'abatement'],
  ])('refuses %s', async (_what, act, field) => {
    expect(await act()).toMatchObject({ ok: false, problem: { kind: 'implausible-value', facts: { field } } })
  })

  it('changes nothing of another patient’s problem', async () => {
    const other = (await replica.records.add('Patient', patientOf({ family: 'Okonkwo', given: 'Ida', gender: 'female' }, 'A-000124'), doctor)).id
    const problem = must(await problems.list({ patient }))[0]?.id ?? ''
    for (const answer of [await problems.resolve({ patient: other, problem, on: '2026-11-20' }, actor), await problems.withdraw({ patient: other, problem, why: 'x' }, actor), await problems.recordFindings({ key: key(), patient: other, encounter: visit, findings: [{ kind: 'symptom', concept: cough, certainty: 'confirmed' }] }, actor)]) {
      expect(answer).toMatchObject({ ok: false, problem: { kind: 'not-found' } })
    }
  })

  it('takes back what was recorded by mistake, and keeps why', async () => {
    const wrong = must(await problems.add({ key: key(), patient, concept: { ...typhoid, code: 'B54', display: 'Malaria' }, certainty: 'provisional' }, actor)).find(({ concept }) => concept.code === 'B54')
    expect(must(await problems.withdraw({ patient, problem: wrong?.id ?? '', why: 'Another patient’s' }, actor)).some(({ concept }) => concept.code === 'B54')).toBe(false)
    expect((await replica.records.get('Condition', wrong?.id ?? ''))?.resource.note).toMatchObject([{ text: 'Another patient’s' }])
  })
})

describe('two workstations that do not hear each other', () => {
  /** The same practice on another workstation, with what the first has now. */
  const another = async () => {
    const other = await openReplica({ folder: await mkdtemp(join(folder, 'b-')), key: new Uint8Array(32).fill(9), practice: replica.practice, station: 'B', now: () => now + 60_000 })
    await other.documents.put('records', (await replica.documents.changedSince({ records: 0, local: 0 }, 10_000)).records)
    return { other, there: openProblems({ replica: other, names: { nameOf: async () => 'Sister Amina', close: () => undefined }, now: () => now + 60_000, once: onePerKey() }) }
  }

  it('may resolve a problem and correct its onset apart: it is resolved, since the corrected day, and nobody is asked', async () => {
    const concept = { ...typhoid, code: 'A02', display: 'Other salmonella infections' }
    const id = must(await problems.add({ key: key(), patient, concept, certainty: 'confirmed', onset: '2026-10' }, actor)).find((line) => line.concept.code === 'A02')?.id ?? ''
    const { other, there } = await another()
    must(await problems.resolve({ patient, problem: id, on: '2026-11-20' }, actor))
    must(await there.amend({ patient, problem: id, onset: '2026-09' }, actor))
    const [mine, theirs] = [await replica.records.get('Condition', id), await other.records.get('Condition', id)]
    if (!mine || !theirs) throw new Error('both have it')
    for (const { record, clashes } of [mergeRecords({ master: theirs, mine }), mergeRecords({ master: mine, mine: theirs })]) {
      expect(clashes).toEqual([])
      expect(problemList([{ id, resource: record.resource as Condition }])).toMatchObject([{ status: 'resolved', onset: '2026-09', abatement: '2026-11-20' }])
    }
    await other.close()
  })

  it('may confirm a problem and take it back as a mistake apart: it stays on the list while somebody has to decide', async () => {
    const concept = { ...typhoid, code: 'A15', display: 'Respiratory tuberculosis' }
    const id = must(await problems.add({ key: key(), patient, concept, certainty: 'provisional' }, actor)).find((line) => line.concept.code === 'A15')?.id ?? ''
    const { other, there } = await another()
    must(await problems.withdraw({ patient, problem: id, why: 'Another patient’s' }, actor))
    must(await there.amend({ patient, problem: id, certainty: 'confirmed' }, actor))
    const [mine, theirs] = [await replica.records.get('Condition', id), await other.records.get('Condition', id)]
    if (!mine || !theirs) throw new Error('both have it')
    for (const { record, clashes } of [mergeRecords({ master: theirs, mine }), mergeRecords({ master: mine, mine: theirs })]) {
      expect(clashes).not.toEqual([])
      // The list is asked for by the status; without one the problem would be gone.
      expect(record.search.status).toBe('active')
      expect(problemList([{ id, resource: record.resource as Condition }])).toMatchObject([{ status: 'active', certainty: 'confirmed' }])
    }
    await other.close()
  })

  it('may add the same problem apart: it is one line, and resolving the line resolves both records', async () => {
    const concept = { ...typhoid, code: 'A03', display: 'Shigellosis' }
    const { other, there } = await another()
    must(await problems.add({ key: key(), patient, concept, certainty: 'provisional' }, actor))
    const theirs = must(await there.add({ key: key(), patient, concept, certainty: 'confirmed', onset: '2026-11-19' }, actor)).find((line) => line.concept.code === 'A03')
    await replica.documents.put('records', (await other.documents.get('records', [theirs?.id ?? ''])))
    const lines = must(await problems.list({ patient })).filter((line) => line.concept.code === 'A03')
    expect(lines).toMatchObject([{ certainty: 'confirmed', onset: '2026-11-19', status: 'active' }])
    must(await problems.resolve({ patient, problem: theirs?.id ?? '', on: '2026-11-21' }, actor))
    expect(must(await problems.list({ patient })).filter((line) => line.concept.code === 'A03')).toMatchObject([{ status: 'resolved' }])
    expect(await active()).not.toContain('Shigellosis')
    await other.close()
  })
})

describe('what a visit found', () => {
  it('A11: two symptoms, one of them the practice’s own term, and a diagnosis are saved at once, and once only', async () => {
    const own = { system: 'urn:outpost:term', code: '01HV0000000000000000000TER', display: 'Heat in the feet' }
    const act = { key: key(), patient, encounter: visit, findings: [{ kind: 'symptom' as const, concept: cough, certainty: 'confirmed' as const }, { kind: 'symptom' as const, concept: own, certainty: 'confirmed' as const }, { kind: 'diagnosis' as const, concept: typhoid, certainty: 'provisional' as const }] }
    await Promise.all([problems.recordFindings(act, actor), problems.recordFindings(act, actor)])
    expect(must(await problems.recordFindings({ ...act, key: key() }, actor)).map(({ kind, concept, certainty }) => [kind, concept.display, certainty])).toEqual([
      ['symptom', 'Cough', 'confirmed'], ['symptom', 'Heat in the feet', 'confirmed'], ['diagnosis', 'Typhoid fever', 'provisional'],
    ])
    expect(await replica.records.count('Condition', { where: { encounter: visit } })).toBe(3)
    // A diagnosis of one day is no problem of the list.
    expect(await active()).toEqual(expect.not.arrayContaining(['Cough']))
  })

  it('keeps what was chosen more before the same form was saved once more, and none of it twice', async () => {
    const day = (await replica.records.add('Encounter', encounterOf({ subject: patient, start: '2026-11-21T11:00:00.000Z', reason: 'Cough', practitioner: doctor }), doctor)).id
    const one = { kind: 'symptom' as const, concept: cough, certainty: 'confirmed' as const }
    const more = { kind: 'diagnosis' as const, concept: typhoid, certainty: 'confirmed' as const }
    const act = { key: key(), patient, encounter: day, findings: [one] }
    must(await problems.recordFindings(act, actor))
    expect(must(await problems.recordFindings({ ...act, findings: [one, more] }, actor)).map(({ concept }) => concept.code)).toEqual(['R05', 'A01.0'])
    expect(await replica.records.count('Condition', { where: { encounter: day } })).toBe(2)
  })

  it('loses a finding that was a mistake, with the reason', async () => {
    const finding = must(await problems.listFindings({ patient, encounter: visit })).find(({ concept }) => concept.code === 'R05')
    const left = must(await problems.withdrawFinding({ patient, encounter: visit, finding: finding?.id ?? '', why: 'Wrong line' }, actor))
    expect(left.map(({ concept }) => concept.display)).toEqual(['Heat in the feet', 'Typhoid fever'])
  })
})
