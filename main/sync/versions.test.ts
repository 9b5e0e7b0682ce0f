import { describe, expect, it } from 'vitest'
import { hashQuickly } from '../../shared/testing/quickScrypt'
import { recordTypes } from '../../shared/records/envelope'
import { openReplica, type Replica } from '../replica'
import { openSync } from '.'
import { afterwards, clinic, folder, inStep, login, openStation, person, startHub, until } from './clinic.test-parts'

hashQuickly()

const admin = { Authorization: `Basic ${Buffer.from('admin:admin password').toString('base64')}`, 'Content-Type': 'application/json' }

/** The practice's database as a program of a newer version would write it. */
const databaseAt = async (url: string) => {
  const names = (await (await fetch(`${url}/_all_dbs`, { headers: admin })).json()) as string[]
  return `${url}/${names.find((name) => name.startsWith('outpost-'))}`
}
interface Newer {
  readonly _rev: string
  readonly consent?: unknown
  readonly resource: Readonly<Record<string, unknown>>
  readonly prior: readonly Readonly<Record<string, unknown>>[]
}
const read = async (database: string, id: string) => (await (await fetch(`${database}/${id}`, { headers: admin })).json()) as Newer

describe('Workstations of two versions in one clinic', () => {
  it('an edit made in the earlier one keeps the fields that only the newer one knows', async () => {
    const server = await startHub()
    const a = await openStation('A')
    expect((await a.sync.configure(login(server.url))).ok).toBe(true)
    const { id } = await a.replica.records.add('Patient', person('Okonkwo', 'A-1'), 'nurse')
    await until('sent', async () => (await a.sync.pass()).ok && a.sync.state().waitingOut === 0)
    const database = await databaseAt(server.url)
    const old = await read(database, id)
    const newer = { ...old, at: '2031-01-01T10:00:00.000Z-0000-Z', station: 'Z', author: 'newer', prior: [...old.prior, old], consent: { research: false }, resource: { ...old.resource, genderIdentity: { text: 'woman' } } }
    expect((await fetch(`${database}/${id}`, { method: 'PUT', headers: admin, body: JSON.stringify(newer) })).ok).toBe(true)
    await until('it came', async () => (await a.replica.records.get('Patient', id))?.author === 'newer')

    await a.replica.records.revise('Patient', id, (patient) => ({ ...patient, birthDate: '1981-02-03' }), 'nurse')
    await until('sent', async () => (await a.sync.pass()).ok && a.sync.state().waitingOut === 0)
    const edited = await read(database, id)
    expect(edited.resource).toMatchObject({ birthDate: '1981-02-03', genderIdentity: { text: 'woman' } })
    expect(edited.consent).toEqual({ research: false })
  })

  it('a merge of two edits keeps them, too', async () => {
    const server = await startHub()
    const [a, b] = [await openStation('A'), await openStation('B')]
    for (const station of [a, b]) expect((await station.sync.configure(login(server.url))).ok).toBe(true)
    const { id } = await a.replica.records.add('Patient', { ...person('Okonkwo', 'A-1'), genderIdentity: { text: 'woman' } } as never, 'nurse')
    await inStep(a, b)
    await server.stop()
    await a.replica.records.revise('Patient', id, (patient) => ({ ...patient, birthDate: '1981-02-03' }), 'nurse')
    await b.replica.records.revise('Patient', id, (patient) => ({ ...patient, gender: 'other', newer: { thing: [1, 2] } }) as never, 'doctor')
    await server.start()
    await until('both sent', async () => (await a.sync.pass()).ok && (await b.sync.pass()).ok)
    await inStep(a, b)
    expect((await a.replica.records.get('Patient', id))?.resource).toMatchObject({ birthDate: '1981-02-03', gender: 'other', genderIdentity: { text: 'woman' }, newer: { thing: [1, 2] } })
  })

  it('a workstation that brings its records into another form sends and fetches nothing again', async () => {
    const server = await startHub()
    const place = folder()
    const first = await openStation('A', clinic, place)
    expect((await first.sync.configure(login(server.url))).ok).toBe(true)
    for (let index = 0; index < 30; index += 1) await first.replica.records.add('Patient', person(`F${index}`, `A-${index}`), 'nurse')
    await until('sent', async () => (await first.sync.pass()).ok && first.sync.state().waitingOut === 0)
    const unsent = await (async () => {
      await server.stop()
      return first.replica.records.add('Patient', person('Unsent', 'A-99'), 'nurse')
    })()
    await first.sync.close()
    await first.replica.close()
    await server.start()

    const steps = [(document: Readonly<Record<string, unknown>>) => ({ ...document, form: 1 })]
    const replica = await openReplica({ folder: place, key: new Uint8Array(32).fill('A'.charCodeAt(0)), practice: clinic.id, station: 'A', steps })
    afterwards(() => replica.close())
    const later = await openStation('A', clinic, place, replica)
    const passed = await later.sync.pass()
    expect(passed).toMatchObject({ ok: true, value: { pushed: 1, pulled: 0, refused: 0 } })
    expect((await read(await databaseAt(server.url), unsent.id)).resource['name']).toMatchObject([{ family: 'Unsent' }])
  })

  /** A workstation that knows these record types, over a replica that stays. */
  const openKnowing = async (replica: Replica, types: readonly string[]) => {
    const sync = await openSync({ replica, practice: clinic, announce: () => undefined, types, pauses: { firstPauseMs: 40, longestPauseMs: 200 } })
    afterwards(() => sync.close())
    return sync
  }
  const earlier = recordTypes.filter((type) => type !== 'Communication')

  it('an earlier one passes over a kind of record that it does not know; once it is the newer one it has it, and sends nothing again', async () => {
    const server = await startHub()
    const a = await openStation('A')
    expect((await a.sync.configure(login(server.url))).ok).toBe(true)
    await a.replica.records.add('Patient', person('Okonkwo', 'A-1'), 'nurse')
    const { id } = await a.replica.records.add('Communication', { resourceType: 'Communication', status: 'completed' }, 'nurse')
    await until('sent', async () => (await a.sync.pass()).ok && a.sync.state().waitingOut === 0)

    const replica = await openReplica({ folder: folder(), key: new Uint8Array(32).fill(9), practice: clinic.id, station: 'B' })
    afterwards(() => replica.close())
    const before = await openKnowing(replica, earlier)
    expect((await before.configure(login(server.url))).ok).toBe(true)
    await until('read', async () => (await before.pass()).ok && (await replica.records.count('Patient')) === 1)
    expect(await replica.records.get('Communication', id)).toBeUndefined()
    await before.close()

    const after = await openKnowing(replica, recordTypes)
    expect(await after.pass()).toMatchObject({ ok: true, value: { pushed: 0, pulled: 1 } })
    expect(await replica.records.get('Communication', id)).toBeDefined()
    await after.close()
    expect(await (await openKnowing(replica, recordTypes)).pass()).toMatchObject({ ok: true, value: { pushed: 0, pulled: 0 } })
  })

  it('one that passed over nothing reads nothing again when it comes to know more', async () => {
    const server = await startHub()
    const replica = await openReplica({ folder: folder(), key: new Uint8Array(32).fill(9), practice: clinic.id, station: 'B' })
    afterwards(() => replica.close())
    const before = await openKnowing(replica, earlier)
    expect((await before.configure(login(server.url))).ok).toBe(true)
    for (let index = 0; index < 30; index += 1) await replica.records.add('Patient', person(`F${index}`, `B-${index}`), 'nurse')
    await until('sent', async () => (await before.pass()).ok && before.state().waitingOut === 0)
    await before.close()
    const after = await openKnowing(replica, recordTypes)
    expect(after.state().waitingOut).toBe(0)
    expect(await after.pass()).toMatchObject({ ok: true, value: { pushed: 0, pulled: 0 } })
  })
})
