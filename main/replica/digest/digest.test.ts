import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { NewRecord } from '../types'
import { openReplica, type Replica } from '../index'
import { compareDigests, totalOf } from './compare'
import { type Digests, openDigests } from './digests'

let folders: string[] = []
let open: { close(): Promise<unknown> }[] = []
afterEach(async () => {
  for (const each of open.reverse()) await each.close()
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
  folders = []
  open = []
})

let clock = Date.parse('2026-11-20T08:00:00Z')
const hour = 3_600_000
const openIn = async (folder: string, key = 3): Promise<Replica> => {
  const replica = await openReplica({ folder, key: new Uint8Array(32).fill(key), practice: 'clinic', station: 'A', now: () => clock })
  open.push(replica)
  return replica
}
const place = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'outpost-digest-'))
  folders.push(folder)
  return folder
}
const digestsOf = (replica: Replica): Digests => {
  const digests = openDigests(replica.collection, { follow: false })
  open.push(digests)
  return digests
}
const patients = (count: number): NewRecord[] => Array.from({ length: count }, (_each, index) => ({ type: 'Patient', resource: { resourceType: 'Patient', name: [{ family: `F${index}` }] } }))

/** The same documents in another replica, the other way round. */
const copyInto = async (from: Replica, to: Replica): Promise<void> => {
  const all = (await from.records.find('Patient')).reverse()
  const rows = all.map((record) => ({ document: { ...(record as object), _deleted: false, _attachments: {}, _rev: '1-x', _meta: { lwt: 1 } } }))
  await to.collection.storageInstance.bulkWrite(rows as never, 'test')
}

describe('The digests of a replica', () => {
  it('are alike for the same documents, whatever their order, key and moment', async () => {
    const one = await openIn(await place())
    for (let round = 0; round < 3; round += 1, clock += 15 * hour) await one.records.addAll(patients(300), 'system')
    const other = await openIn(await place(), 4)
    await copyInto(one, other)
    const [a, b] = [digestsOf(one), digestsOf(other)]
    expect(await compareDigests(a, b)).toEqual({ equal: true, days: [], documents: [] })
    const days = await a.days()
    expect(days.map(({ count }) => count).reduce((sum, count) => sum + count)).toBe(900)
    expect(days.length).toBeGreaterThan(1)
    expect(await b.days()).toEqual(days)
    expect(totalOf(days).count).toBe(900)
  })

  it('name the one document that differs, the one that is missing, and their days', async () => {
    const one = await openIn(await place())
    const [first, second] = await one.records.addAll(patients(50), 'system')
    const other = await openIn(await place(), 4)
    await copyInto(one, other)
    clock += 30 * hour
    await one.records.revise('Patient', first?.id ?? '', (patient) => ({ ...patient, gender: 'other' }), 'system')
    const extra = await other.records.add('Patient', { resourceType: 'Patient' }, 'system')
    const [a, b] = [digestsOf(one), digestsOf(other)]
    const found = await compareDigests(a, b)
    expect(found.documents).toEqual([{ id: first?.id, found: 'differs' }, { id: extra.id, found: 'only-second' }].sort((x, y) => ((x.id ?? '') < (y.id ?? '') ? -1 : 1)))
    expect(found.days).toHaveLength(2)
    expect(found.documents.some(({ id }) => id === second?.id)).toBe(false)
    expect((await compareDigests(a, b, { to: found.days[0] })).days).toEqual([found.days[0]])
  })

  it('follow every write: what has come to the same is the same, and a count from nothing agrees', async () => {
    const one = await openIn(await place())
    const digests = digestsOf(one)
    const added = await one.records.addAll(patients(450), 'system')
    await digests.settle()
    for (const { id } of added.slice(0, 20)) {
      clock += hour
      await one.records.revise('Patient', id, (patient) => ({ ...patient, active: false }), 'system')
    }
    const storage = one.collection.storageInstance
    const gone = await storage.findDocumentsById(added.slice(30, 40).map(({ id }) => id), false)
    await storage.bulkWrite(gone.map((previous) => ({ previous, document: { ...previous, _deleted: true } })), 'test')
    const followed = await digests.days()
    expect(totalOf(followed).count).toBe(440)
    await digests.anew()
    expect(await digests.days()).toEqual(followed)
  })

  it('go on after a restart from where they were', async () => {
    const folder = await place()
    const one = await openIn(folder)
    await one.records.addAll(patients(300), 'system')
    const before = await digestsOf(one).days()
    await one.close()
    const again = await openIn(folder)
    await again.records.addAll(patients(1), 'system')
    const after = await digestsOf(again).days()
    expect(totalOf(after).count).toBe(301)
    const other = await openIn(await place(), 5)
    await copyInto(again, other)
    expect((await compareDigests(digestsOf(again), digestsOf(other))).equal).toBe(true)
    expect(before).not.toEqual(after)
  })
})
