import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Script } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { whyRefused } from '../shared/records/serverRules/rules'
import { fileText, target } from '../build/serverRules.mjs'
import { validateBlobs, validateRecords } from './validateDocUpdate'

const practice = '01RULESPRACTICE00000000000'
const outpost = { practice, stations: ['A', 'B'], oldestSchema: 1 }
type Validate = (newDoc: unknown, oldDoc: unknown, userCtx: unknown, secObj: unknown) => void

/** As CouchDB's query server runs it: compiled of text in a context of its own, called with the design document as `this`. */
const compiled = (text: string): Validate => new Script(`(${text})`).runInNewContext({}) as Validate
const verdict = (validate: Validate, newDoc: unknown, oldDoc: unknown, roles: string[] = []): string | undefined => {
  try {
    validate.call({ outpost }, newDoc, oldDoc, { name: 'ws', roles }, { members: {}, admins: {} })
    return undefined
  } catch (refusal) {
    return (refusal as { forbidden: string }).forbidden
  }
}

const id = '01RULESPATIENT000000000000'
const text = (...values: unknown[]) => fc.constantFrom(...values)
/** Documents that are right in most members, so that each rule is come to. */
const documents = fc.record({
  _id: text(id, id, 'outpost:practice'), _deleted: text(undefined, undefined, undefined, true), mergedInto: text(undefined, '2-b'),
  id: text(id, id, id, 'x'), type: text('Patient', 'Patient', 'Observation', 'Observation', 'Recipe'), practice: text(practice, practice, practice, 'other'),
  resource: fc.record({ resourceType: text('Patient', 'Observation'), id: text(id), value: fc.oneof(fc.integer({ min: 0, max: 1 }), fc.jsonValue({ maxDepth: 2 })) }),
  author: text('nurse', 'nurse', 7), station: text('A', 'A', 'merge', 'Q'), at: text('2026-11-21T10:01:00.000Z-0000-A', '2026-11-21T10:02:00.000Z-0000-A', 'late'),
  prior: text([], [{ at: '2026-11-21T10:01:00.000Z-0000-A' }], [null], 'none'), schema: text(undefined, 0, 1, 1, 2, 'x'),
})

describe('one source of rules', () => {
  test('what the centre runs is made of the rules as they are now (node build/serverRules.mjs)', async () => {
    expect(readFileSync(join(__dirname, '..', target), 'utf8')).toBe(await fileText())
  })

  test('the centre’s function and the hub’s come to the same, whatever arrives', () => {
    const validate = compiled(validateRecords)
    const seen = new Set<string | undefined>()
    const seed = 20_261_121
    fc.assert(
      fc.property(documents, fc.option(documents), fc.boolean(), (arriving, before, isAdmin) => {
        const given = JSON.parse(JSON.stringify([arriving, before])) as [never, never]
        const reason = whyRefused(given[0], given[1], outpost, isAdmin)
        seen.add(reason)
        expect(verdict(validate, given[0], given[1], isAdmin ? ['_admin'] : [`outpost-${practice}`])).toBe(reason)
      }),
      { seed, numRuns: 3000 },
    )
    // Every rule was come to, and documents that pass.
    expect(seen.size).toBeGreaterThan(11)
    expect(seen.has(undefined)).toBe(true)
  })

  test('what is refused is a plain value in CouchDB’s form, and no error', () => {
    try {
      compiled(validateRecords).call({ outpost }, { _id: id, type: 'Patient' }, null, { name: 'ws', roles: [] }, {})
      expect.unreachable()
    } catch (refusal) {
      expect(Object.keys(refusal as object)).toEqual(['forbidden'])
      expect((refusal as { stack?: unknown }).stack).toBeUndefined()
    }
  })

  test('the database for files takes pieces and notes, and never changes one', () => {
    const validate = compiled(validateBlobs)
    const chunk = { _id: `chunk-${'a'.repeat(64)}`, _attachments: { c: { stub: true, length: 100 } } }
    expect(verdict(validate, chunk, null)).toBeUndefined()
    expect(verdict(validate, { ...chunk, _rev: '1-a' }, chunk)).toContain('never changed')
    expect(verdict(validate, { ...chunk, more: 1 }, null)).toContain('nothing else')
    expect(verdict(validate, { _id: chunk._id, _rev: '1-a', _deleted: true }, chunk)).toContain('not deleted')
    const note = { _id: `note-${'b'.repeat(32)}-${'c'.repeat(32)}`, practice, key: 'k', sealed: 's' }
    expect(verdict(validate, note, null)).toBeUndefined()
    expect(verdict(validate, { ...note, practice: 'other' }, null)).toContain('another practice')
  })
})
