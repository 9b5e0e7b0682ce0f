import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { WithDeleted } from 'rxdb'
import { replicateRxCollection, type RxReplicationState } from 'rxdb/plugins/replication'
import { afterEach, describe, expect, it } from 'vitest'
import type { Envelope } from '../../shared/records/envelope'
import { openReplica, type RecordChange, type Replica } from './index'

type Document = WithDeleted<Envelope>

/** A centre in a few lines: the newest version of each document, in the order of arrival. */
const createCentre = () => {
  const log: Document[] = []
  return {
    log,
    since: (seq: number, limit: number): { documents: Document[]; checkpoint: { seq: number } } => {
      const documents = log.slice(seq, seq + limit)
      return { documents, checkpoint: { seq: seq + documents.length } }
    },
    take: (document: Document): void => void log.push(document),
  }
}

const folders: string[] = []
const replicas: Replica[] = []
const states: RxReplicationState<Envelope, { seq: number }>[] = []

afterEach(async () => {
  for (const state of states.splice(0)) await state.cancel()
  for (const replica of replicas.splice(0)) await replica.close()
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
})

const open = async (station: string, folder?: string): Promise<{ replica: Replica; folder: string }> => {
  const at = folder ?? (await mkdtemp(join(tmpdir(), 'replication-')))
  if (folder === undefined) folders.push(at)
  const replica = await openReplica({ folder: at, key: new Uint8Array(32).fill(3), practice: 'clinic', station })
  replicas.push(replica)
  return { replica, folder: at }
}

const connect = async (replica: Replica, centre: ReturnType<typeof createCentre>, counted?: { pushed: number }): Promise<RxReplicationState<Envelope, { seq: number }>> => {
  const state = replicateRxCollection<Envelope, { seq: number }>({
    collection: replica.collection,
    replicationIdentifier: 'centre',
    live: true,
    pull: { handler: async (checkpoint, limit) => centre.since(checkpoint?.seq ?? 0, limit) },
    push: {
      handler: async (rows) => {
        for (const { newDocumentState } of rows) {
          centre.take(newDocumentState as Document)
          if (counted !== undefined) counted.pushed += 1
        }
        return []
      },
    },
  })
  states.push(state)
  await state.awaitInitialReplication()
  return state
}

const patient = (family: string) => ({ resourceType: 'Patient' as const, name: [{ family, given: ['Ada'] }] })

describe('replication over the storage', () => {
  it('brings the patients of one workstation to another, which tells of each change', async () => {
    const centre = createCentre()
    const { replica: one } = await open('A')
    const { replica: two } = await open('B')
    const added = await one.records.addAll(Array.from({ length: 250 }, (_, place) => ({ type: 'Patient' as const, resource: patient(`Family${place}`) })), 'system')
    const first = await connect(one, centre)
    await first.awaitInSync()
    const told: RecordChange[] = []
    two.records.changes().subscribe((change) => told.push(change))
    const second = await connect(two, centre)
    await second.awaitInSync()
    expect(await two.records.count('Patient')).toBe(250)
    expect(told.length).toBe(250)
    expect(await two.records.get('Patient', added[7]?.id ?? '')).toEqual(added[7])
    const revised = await two.records.revise('Patient', added[7]?.id ?? '', (old) => ({ ...old, birthDate: '1999-01-01' }), 'nurse')
    expect(revised.at > (added.at(-1)?.at ?? '')).toBe(true)
    await second.awaitInSync()
    first.reSync()
    await first.awaitInSync()
    expect((await one.records.get('Patient', revised.id))?.search.birthdate).toBe('1999-01-01')
  })

  it('goes on after a restart where it was: nothing is sent twice', async () => {
    const centre = createCentre()
    const { replica, folder } = await open('A')
    await replica.records.addAll(Array.from({ length: 50 }, (_, place) => ({ type: 'Patient' as const, resource: patient(`Family${place}`) })), 'system')
    const state = await connect(replica, centre)
    await state.awaitInSync()
    await state.cancel()
    await replica.close()
    expect(centre.log).toHaveLength(50)
    const { replica: again } = await open('A', folder)
    await again.records.add('Patient', patient('New'), 'system')
    const counted = { pushed: 0 }
    const resumed = await connect(again, centre, counted)
    await resumed.awaitInSync()
    expect(counted.pushed).toBe(1)
  })

  it('keeps its own bookkeeping encrypted in the same file', async () => {
    const centre = createCentre()
    const { replica, folder } = await open('A')
    await replica.records.add('Patient', patient('Qwandelane'), 'system')
    const state = await connect(replica, centre)
    await state.awaitInSync()
    const copy = `${folder}-copy`
    execFileSync('cp', ['-rT', folder, copy])
    folders.push(copy)
    expect(readdirSync(copy).sort()).toEqual(['replica.db', 'replica.db-wal', 'replica.head', 'replica.pages', 'replica.seal'])
    for (const name of readdirSync(copy)) expect(readFileSync(join(copy, name)).toString('latin1').includes('Qwandelane')).toBe(false)
  })
})
