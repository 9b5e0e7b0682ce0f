import type { Patient } from 'fhir/r4'
import { expect, test } from 'vitest'
import type { Envelope } from '../../shared/records/envelope'
import type { Stored } from './documents'
import type { Link } from './link'
import { openPush } from './pushChanges'
import { conflictHandlerOf } from './resolveConflicts'

const id = '01PATIENT00000000000000000'
const resource: Patient = { resourceType: 'Patient', id, birthDate: '1980-01-01' }
const version = (at: string, before?: Stored): Stored => ({
  id, type: 'Patient', practice: 'p', resource, search: {}, author: 'nurse', station: 'A', at, _deleted: false,
  ...(before ? { after: [before.at] } : {}),
  prior: before ? [...before.prior, { resource, author: 'nurse', station: 'A', at: before.at }] : [],
})
const stamp = (second: number, station: string) => `2026-11-21T08:00:0${second}.000Z-0000-${station}`

test('what was on its way here while a newer version was sent does not take the place of that', () => {
  const apart: string[] = []
  const { isEqual } = conflictHandlerOf(() => undefined as never, () => undefined, (record) => apart.push(record))
  const theirs = version(stamp(1, 'C'))
  const merged = version(stamp(3, 'M0000000'), theirs)
  const says = (one: Stored, other: Stored, context: string) => isEqual(one as never, other as never, context)
  expect(says(theirs, merged, 'downstream-check-if-equal-1')).toBe(true)
  // What is news here is news, and nothing else that RxDB asks is answered so.
  expect(says(merged, theirs, 'downstream-check-if-equal-1')).toBe(false)
  expect(says(theirs, merged, 'downstream-check-if-equal-0')).toBe(false)
  expect(apart).toEqual([])
  // The server was put back to a copy without what was sent from here, and somebody wrote on there: neither takes the other's place.
  expect(says(version(stamp(2, 'D'), theirs), merged, 'downstream-check-if-equal-1')).toBe(true)
  expect(apart).toEqual([id])
  // Whatever two workstations made apart under one stamp: what the server has stands everywhere.
  expect(says({ ...theirs, resource: { ...resource, birthDate: '1990-01-01' } }, theirs, 'downstream-check-if-equal-1')).toBe(false)
  expect(apart).toEqual([id])
})

test('a version that was not made from the one on the server is never written over it, though we wrote that one ourselves', async () => {
  const asked: { readonly _rev?: string; readonly at: string }[] = []
  const server = {
    read: async ({ path, json }: { readonly path: string; readonly json?: string | Uint8Array }) => {
      if (path !== '_bulk_docs') return { rows: [{ id, doc: { ...first, _id: id, _rev: '1-a' } }] }
      const { docs } = JSON.parse(Buffer.from(json ?? '').toString()) as { readonly docs: readonly { readonly _rev?: string; readonly at: string }[] }
      asked.push(...docs)
      return docs.map(({ _rev }) => (asked.length === 1 || _rev === '1-a' ? { id, ok: true, rev: `${asked.length}-a` } : { id, error: 'conflict' }))
    },
  }
  const link = { run: (work: (at: unknown) => Promise<unknown>) => work(server) } as unknown as Link
  const done = async () => undefined
  const { push } = openPush({ link, practice: 'p', sent: done, refused: done, deletedThere: done })
  const start = version(stamp(1, 'A'))
  const first = version(stamp(2, 'A'), start)
  expect(await push([{ newDocumentState: first }])).toEqual([])
  // This workstation went back to the version before, and somebody wrote on.
  const other = version(stamp(3, 'A'), start)
  const masters: Envelope[] = await push([{ newDocumentState: other, assumedMasterState: start }])
  expect(masters.map(({ at }) => at)).toEqual([first.at])
  expect(asked.map(({ _rev }) => _rev)).toEqual([undefined, undefined])
  // What was made from it is written over it.
  expect(await push([{ newDocumentState: version(stamp(4, 'A'), first) }])).toEqual([])
  expect(asked.at(-1)?._rev).toBe('1-a')
})
