import { cpSync, rmSync } from 'node:fs'
import { describe, expect, test, vi } from 'vitest'
import { createHub } from '../../hub'
import { afterwards, all, clinic, folder, hashOf, hubKey, inStep, login, openStation, person, startHub, until, type Server } from './clinic.test-parts'

// A busy machine is slow; what is asked here is the end, not the speed.
vi.setConfig({ testTimeout: 60_000 })

const family = async (station: Parameters<typeof all>[0], id: string) => (await station.replica.records.get('Patient', id))?.resource.name?.[0]?.family

/** The files of the hub as they are now; answers how to put them back. */
const copyOf = async (server: Server): Promise<() => Promise<void>> => {
  const copy = folder()
  await server.stop()
  cpSync(server.folder, copy, { recursive: true })
  await server.start()
  return async () => {
    await server.stop()
    rmSync(server.folder, { recursive: true })
    cpSync(copy, server.folder, { recursive: true })
    await server.start()
  }
}

/** Another database under the same address. */
const madeAnew = async (server: Server): Promise<void> => {
  const port = Number(new URL(server.url).port)
  await server.stop()
  const fresh = await createHub({ folder: folder(), key: hubKey, port })
  afterwards(() => fresh.close())
  await fresh.addUser({ name: 'clinic', password: 'a good password', databases: [await fresh.createPracticeDatabase(clinic)] })
}

describe('a server that was put back to yesterday', () => {
  test('is given by each workstation what it lost, and nothing is missing anywhere', async () => {
    const server = await startHub()
    const [a, b] = [await openStation('A'), await openStation('B')]
    for (const station of [a, b]) await station.sync.configure(login(server.url))
    const { id } = await a.replica.records.add('Patient', person('Before', 'A-1'), 'reception')
    await inStep(a, b)
    const putBack = await copyOf(server)
    for (let n = 2; n < 12; n++) await (n % 2 ? a : b).replica.records.add('Patient', person(`Today ${n}`, `A-${n}`), 'reception')
    await b.replica.records.revise('Patient', id, (patient) => ({ ...patient, birthDate: '1970-07-07' }), 'reception')
    await inStep(a, b)
    await putBack()
    for (const station of [a, b]) await until('a pass', async () => (await station.sync.pass()).ok)
    await inStep(a, b)
    const c = await openStation('C')
    await c.sync.configure(login(server.url))
    await until('refilled', async () => (await c.sync.pass()).ok && (await c.replica.records.count('Patient')) === 11)
    expect((await c.replica.records.get('Patient', id))?.resource.birthDate).toBe('1970-07-07')
    expect(await hashOf(c)).toBe(await hashOf(a))
    expect(c.sync.state().reviewItems).toBe(0)
  })
})

describe('a database that was made anew', () => {
  test('gets nothing from a forgotten workstation, until a person joins it again', async () => {
    const server = await startHub()
    const [a, b] = [await openStation('A'), await openStation('B')]
    for (const station of [a, b]) await station.sync.configure(login(server.url))
    for (let n = 0; n < 5; n++) await a.replica.records.add('Patient', person(`Family ${n}`, `A-${n}`), 'reception')
    await inStep(a, b)
    await madeAnew(server)
    await until('told', () => a.sync.state().problem === 'server-made-anew' && b.sync.state().problem === 'server-made-anew')
    await a.replica.records.add('Patient', person('While it was away', 'A-9'), 'reception')
    const c = await openStation('C')
    await c.sync.configure(login(server.url))
    await until('a pass', async () => (await c.sync.pass()).ok)
    expect(await c.replica.records.count('Patient')).toBe(0)
    expect(a.sync.state()).toMatchObject({ link: 'offline', problem: 'server-made-anew', waitingOut: 1 })

    expect(await a.sync.joinAgain()).toMatchObject({ ok: true })
    await until('refilled', async () => (await c.sync.pass()).ok && (await c.replica.records.count('Patient')) === 6)
    expect(b.sync.state().problem).toBe('server-made-anew')
    // Setting the server up again says the same.
    expect(await b.sync.configure(login(server.url))).toMatchObject({ ok: true })
    await inStep(a, b)
    expect(await family(b, (await all(a)).at(-1)?.id ?? '')).toBe('While it was away')
  })
})
