import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import type { Patient } from 'fhir/r4'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Envelope } from '../../../shared/records/envelope'
import { openFinder, openReplica, type PatientFinder, type Replica } from '../index'
import { termTable } from './terms'

const seed = 20261121

let folder: string
let replica: Replica
let finder: PatientFinder

const named = (family: string, given: string): Patient => ({ resourceType: 'Patient', name: [{ family, given: [given] }] })
const syllables = ['ma', 'ri', 'a', 'mo', 'ko', 'e', 'na', 'si', 'th', 'an']
const names = Array.from({ length: 3_000 }, (_, place) => [place % 10, Math.floor(place / 10) % 10, Math.floor(place / 100) % 10, Math.floor(place / 1_000)].map((each) => syllables[each]).join(''))

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'finder-hostile-'))
  replica = await openReplica({ folder, key: new Uint8Array(32).fill(3), practice: 'clinic', station: 'A' })
  await replica.records.addAll(names.map((name, place) => ({ type: 'Patient' as const, resource: named(name, names[(place * 7) % names.length] as string) })), 'system')
  finder = await openFinder(replica)
})
afterAll(async () => {
  finder.close()
  await replica.close()
  await rm(folder, { recursive: true, force: true })
})

/** Text as people, scanners and attackers type it. */
const typed = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.array(fc.constantFrom('ma', 'mari', '%', '_', '*', "'", '"', '\0', '\ud800', '19', '1945-', '/', '.', '+27', ' ', 'ال', 'عبد', '王', 'मो', '\u202e', '\u{10ffff}', 'K', 'ß', 'İ'), { maxLength: 30 }).map((parts) => parts.join('')),
  fc.constantFrom('a', 'ma', 'mari').chain((word) => fc.nat(100).map((times) => `${word} `.repeat(times))),
)

/** Long enough for a machine that others use as well; a search that explodes takes far longer. */
const patienceMs = 1_500

describe(`hostile text (seed ${seed})`, () => {
  it('in the search field never throws, keeps to its time and its limit', async () => {
    await fc.assert(
      fc.asyncProperty(typed, fc.integer({ min: 1, max: 100 }), async (text, limit) => {
        const started = performance.now()
        const found = await finder.find(text, limit)
        expect(performance.now() - started).toBeLessThan(patienceMs)
        expect(found.length).toBeLessThanOrEqual(limit)
        expect(new Set(found.map(({ id }) => id)).size).toBe(found.length)
        expect(found.map(({ rank }) => rank)).toEqual(found.map(({ rank }) => rank).sort((left, right) => left - right))
      }),
      { seed, numRuns: 300 },
    )
  })

  it('in the registration form never throws and keeps to its time', async () => {
    await fc.assert(
      fc.asyncProperty(typed, typed, typed, typed, async (family, given, phone, document) => {
        const started = performance.now()
        const ids = await finder.candidatesFor({ family, given, phone, document, birthDate: given.length % 2 === 0 ? '1980-05-01' : family })
        expect(performance.now() - started).toBeLessThan(patienceMs)
        expect(ids.length).toBeLessThanOrEqual(100)
      }),
      { seed, numRuns: 150 },
    )
  })

  it('in a record that sync brought never keeps the record from being stored, and never fills the file', () => {
    const anything = fc.anything({ withNullPrototype: false, maxDepth: 3 })
    const maybe = (each: fc.Arbitrary<unknown>) => fc.oneof(each, anything)
    const resource = fc.record({
      resourceType: fc.constant('Patient'),
      name: maybe(fc.array(maybe(fc.record({ family: maybe(typed), given: maybe(fc.array(maybe(typed))), text: maybe(typed) })))),
      identifier: maybe(fc.array(maybe(fc.record({ value: maybe(typed) })))),
      telecom: maybe(fc.array(maybe(fc.record({ system: fc.constantFrom('phone', 'sms', 'email'), value: maybe(typed) })))),
      birthDate: maybe(fc.constantFrom('1980', '1980-05-01')),
    })
    fc.assert(
      fc.property(resource, fc.anything(), (patient, search) => {
        const rows = termTable.rowsOf({ type: 'Patient', resource: patient, search } as unknown as Envelope)
        expect(rows.length).toBeLessThan(100)
        for (const [shelf, term, sort] of rows) {
          expect(Number.isInteger(shelf) && Number.isSafeInteger(sort)).toBe(true)
          expect(String(term).length).toBeLessThanOrEqual(60)
          expect(term).not.toMatch(/\0|\p{Cs}/u)
        }
      }),
      { seed, numRuns: 1_000 },
    )
  })

  it('as a name finds the patient who has it', async () => {
    const missed: string[] = []
    const oneName = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
    for (const [family, given] of fc.sample(fc.tuple(oneName, oneName), { seed, numRuns: 150 })) {
      // A name of marks alone has no word to be found by; digits are numbers.
      const plain = family.normalize('NFKD')
      if (!/\p{L}/u.test(plain) || /\p{N}/u.test(plain)) continue
      const { id } = await replica.records.add('Patient', named(family, given), 'system')
      if (!(await finder.find(family, 100)).some((hit) => hit.id === id)) missed.push(family)
    }
    expect(missed).toEqual([])
  })
})
