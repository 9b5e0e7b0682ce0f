import { createHash } from 'node:crypto'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { digestDesign, digestPathOf, saidIn, wordsOf } from './digestView'

const seed = 20261121

/** Runs the view's own text in an engine that offers nothing else, as a server does. */
const emittedBy = (doc: object): { key: string[]; value: number[] }[] => {
  const emitted: { key: string[]; value: number[] }[] = []
  const map = runInNewContext(`(${digestDesign.views.days.map})`, { emit: (key: string[], value: number[]) => emitted.push({ key: [...key], value: [...value] }) }) as (doc: object) => void
  map(JSON.parse(JSON.stringify(doc)))
  return emitted
}
const digestHere = (record: Readonly<Record<string, unknown>>): string => createHash('sha256').update(saidIn(record)).digest('hex').slice(0, 32)
const record = { id: '01AAAAAAAAAAAAAAAAAAAAAAXY', type: 'Patient', practice: 'clinic', at: '2026-11-21T10:00:00.000Z-0000-A', author: 'nurse', station: 'A', prior: [], resource: { resourceType: 'Patient' } }
const documentOf = (said: object) => ({ _id: record.id, _rev: '1-abc', ...said })

describe('The view by which a server says what it has', () => {
  it('hashes a document as the workstation does, whatever language and length the note in it has', () => {
    for (const text of ['', 'Adéọlá', '发烧 38.5', 'ضغط الدم', '😷 a\u2028b', 'x'.repeat(55), 'x'.repeat(56), 'x'.repeat(64), 'x'.repeat(70_000), '"\\\n\t\u0001']) {
      const said = { ...record, resource: { resourceType: 'Patient', text, value: [0.1, 1e21, -0, 38.5, null, true, {}] } }
      expect(emittedBy(documentOf(said))).toEqual([{ key: ['2026', '11', '21', 'Y', 'X'], value: [1, ...wordsOf(digestHere(said))] }])
    }
  })

  it(`… and whatever else is in it (seed ${seed})`, () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.string({ unit: 'grapheme' }), (value, name) => {
        // A lone surrogate is no text that a server takes; as bytes both sides count it as U+FFFD.
        const said = { ...record, resource: { resourceType: 'Patient', [name === '__proto__' ? 'x' : name]: value } }
        expect(emittedBy(documentOf(said))[0]?.value).toEqual([1, ...wordsOf(digestHere(JSON.parse(JSON.stringify(said)) as typeof said))])
      }),
      { seed, numRuns: 150 },
    )
  })

  it('leaves out what is not agreed on, and what is no record', () => {
    const [plain] = emittedBy(documentOf(record))
    expect(emittedBy({ ...documentOf(record), _rev: '7-def', search: { family: 'x' }, rev: '6-abc' })).toEqual([plain])
    for (const other of [{ _id: 'outpost:practice', practice: 'clinic', name: 'Hill', training: false }, { _id: '_design/x', views: {} }, { ...documentOf(record), at: 7 }]) expect(emittedBy(other)).toEqual([])
  })

  it('sums up so that order and division do not matter', () => {
    const reduce = runInNewContext(`(${digestDesign.views.days.reduce})`) as (keys: null, values: number[][]) => number[]
    const values = Array.from({ length: 20 }, (_, n) => [1, ...wordsOf(digestHere({ ...record, n }))])
    const all = [...reduce(null, values)]
    expect([...reduce(null, [reduce(null, values.slice(7).reverse()), reduce(null, values.slice(0, 7))])]).toEqual(all)
    expect(all[0]).toBe(20)
  })

  it('finds its place from the day and the end of the id', () => expect(digestPathOf('2026-11-21', record.id)).toEqual(['2026', '11', '21', 'Y', 'X']))
})
