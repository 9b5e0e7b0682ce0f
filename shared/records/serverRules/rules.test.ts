import { describe, expect, test } from 'vitest'
import { type ArrivingDocument, type PracticeRules, whyRefused } from './rules'

const practice = '01RULESPRACTICE00000000000'
const rules: PracticeRules = { practice, stations: ['A', 'B'] }
const id = '01RULESPATIENT000000000000'
const at = (minute: number, station = 'A') => `2026-11-21T10:${String(minute).padStart(2, '0')}:00.000Z-0000-${station}`
const patient = (more: object = {}): ArrivingDocument => ({
  _id: id, id, type: 'Patient', practice, resource: { resourceType: 'Patient', id, gender: 'female' }, author: 'nurse', station: 'A', at: at(1), prior: [], ...more,
})
const reading = (more: object = {}): ArrivingDocument => ({
  ...patient(), type: 'Observation', resource: { resourceType: 'Observation', id, status: 'final', code: { text: 'Pulse' }, valueQuantity: { value: 72 } }, ...more,
})
const version = ({ resource, author, station, at: stamp }: ArrivingDocument) => ({ resource, author, station, at: stamp })
const refusal = (document: ArrivingDocument, before?: ArrivingDocument | null, given = rules, isAdmin = false) => whyRefused(document, before, given, isAdmin)

describe('what a practice’s database takes', () => {
  test('a new record, a change that tells of the version before, and the same once more', () => {
    expect(refusal(patient())).toBeUndefined()
    const changed = patient({ at: at(2), prior: [version(patient())], resource: { resourceType: 'Patient', id, gender: 'male' } })
    expect(refusal(changed, patient())).toBeUndefined()
    expect(refusal(changed, changed)).toBeUndefined()
    expect(refusal(patient({ station: 'merge', at: '2026-11-21T10:03:00.000Z-0001-M2BQZ07X' }))).toBeUndefined()
  })

  test('members that only a newer Outpost knows go through', () => {
    expect(refusal(patient({ fromTheFuture: { a: 1 }, schema: 7 }))).toBeUndefined()
  })

  test('another practice’s record, one of no known type, one under another’s id: none of them', () => {
    expect(refusal(patient({ practice: '01ANOTHER00000000000000000' }))).toContain('another practice')
    expect(refusal(patient({ type: 'Recipe' }))).toBe('unknown record type')
    expect(refusal(patient({ id: '01RULESPATIENT000000000001' }))).toContain('another id')
    expect(refusal(patient(), null, {})).toContain('no practice document')
  })

  test('a record that is broken is refused with what is wrong with it', () => {
    for (const [broken, reason] of [
      [{ resource: 'a text' }, 'no resource'], [{ resource: null }, 'no resource'], [{ resource: { resourceType: 'Patient' } }, 'no resource'], [{ resource: { resourceType: 'Encounter', id } }, 'no resource'],
      [{ author: 7 }, 'who wrote it'], [{ station: undefined }, 'who wrote it'], [{ at: 'yesterday' }, 'when it was written'], [{ at: undefined }, 'when it was written'], [{ prior: 'none' }, 'no history'], [{ schema: 'two' }, 'which form'],
    ] as const) expect(refusal(patient(broken)), JSON.stringify(broken)).toContain(reason)
  })

  test('a workstation that was never let in is not known; one that was shut out later still is, for what it wrote', () => {
    expect(refusal(patient({ station: 'Q' }))).toBe('the workstation is not known to the practice')
    expect(refusal(patient({ station: 'Q' }), null, { practice })).toBeUndefined()
  })

  test('a version of Outpost that is too old for the practice is told to update', () => {
    expect(refusal(patient(), null, { ...rules, oldestSchema: 2 })).toContain('update it')
    expect(refusal(patient({ schema: 1 }), null, { ...rules, oldestSchema: 2 })).toContain('update it')
    expect(refusal(patient({ schema: 2 }), null, { ...rules, oldestSchema: 2 })).toBeUndefined()
  })

  test('a reading is never rewritten, in no member, by nobody; the order of its members says nothing', () => {
    const resource = { resourceType: 'Observation', id, status: 'final', code: { text: 'Pulse' }, valueQuantity: { value: 72 } }
    for (const changed of [
      { resource: { ...resource, valueQuantity: { value: 27 } } }, { resource: { ...resource, note: [{ text: 'x' }] } }, { resource: { resourceType: 'Observation', id, status: 'final', valueQuantity: { value: 72 } } }, { author: 'somebody else' }, { at: at(5) },
    ]) expect(refusal(reading(changed), reading()), JSON.stringify(changed)).toBe('Observation is append-only')
    expect(refusal(reading({ resource: { ...resource, valueQuantity: { value: 27 } } }), reading(), rules, true)).toBe('Observation is append-only')
    expect(refusal(reading({ resource: { valueQuantity: { value: 72 }, code: { text: 'Pulse' }, status: 'final', id, resourceType: 'Observation' } }), reading())).toBeUndefined()
    expect(refusal(reading({ prior: [version(reading({ at: at(9, 'B') }))] }), reading())).toBeUndefined()
  })

  test('a change that hides the version before is refused: nobody’s edit is lost on the server', () => {
    expect(refusal(patient({ at: at(2) }), patient())).toBe('the version before is missing in the history')
    expect(refusal(patient({ at: at(2), prior: [version(patient({ at: at(0) }))] }), patient())).toContain('missing in the history')
    const [first, merged] = [version(patient({ at: at(0) })), version(patient({ at: at(0, 'B') }))]
    expect(refusal(patient({ at: at(2), prior: [first, version(patient())] }), patient({ prior: [first, merged] })), 'what a merge brought').toContain('missing in the history')
    expect(refusal(patient({ prior: [first] }), patient({ prior: [first, merged] })), 'a merge that left the stamp as it is').toContain('missing in the history')
    expect(refusal(patient({ at: at(2), prior: [merged, version(patient()), first] }), patient({ prior: [first, merged] }))).toBeUndefined()
    expect(refusal(patient({ at: at(2) }), { _id: id, _deleted: true })).toBeUndefined()
    expect(refusal(patient({ type: 'Encounter', resource: { resourceType: 'Encounter', id } }), patient())).toBe('a record keeps its type')
  })

  test('nothing is deleted, but for a branch that says what it was merged into', () => {
    const tombstone: ArrivingDocument = { _id: id, _rev: '1-a', _deleted: true }
    expect(refusal(tombstone, patient())).toBe('records are not deleted')
    expect(refusal({ ...tombstone, mergedInto: '3-c' }, patient())).toBeUndefined()
    expect(refusal({ ...tombstone, mergedInto: true }, patient())).toBe('records are not deleted')
    expect(refusal(tombstone, patient(), rules, true)).toBeUndefined()
  })

  test('only an administrator says whose database it is', () => {
    const mark: ArrivingDocument = { _id: 'outpost:practice', practice, name: 'Hill Clinic', training: false }
    expect(refusal(mark, null, {})).toBeUndefined()
    expect(refusal(mark, null), 'on a branch of its own, where the rules name the practice').toContain('administrator')
    expect(refusal({ ...mark, practice: '01ANOTHER00000000000000000' }, mark)).toContain('administrator')
    expect(refusal(mark, mark, rules, true)).toBeUndefined()
    expect(refusal({ ...mark, _deleted: true, mergedInto: '2-b' }, mark)).toContain('administrator')
  })
})
