import { describe, expect, test, vi } from 'vitest'
import { hashQuickly } from '../../shared/testing/quickScrypt'
import { afterwards, all, clinic, hashOf, inStep, login, openStation, person, startHub, until } from './clinic.test-parts'
import { openTestServer } from './testing/someServer'

hashQuickly()

// A busy machine is slow; what is asked here is the end, not the speed.
vi.setConfig({ testTimeout: 60_000 })

describe('a lap-top that is now at the hub, now at the centre', () => {
  test('goes on at each where it left it: only what happened meanwhile is fetched, nobody is there twice, nothing written on the way is lost', async () => {
    const [hub, server] = [await startHub(), await openTestServer()]
    afterwards(() => server.close())
    const centre = await server.makePractice(clinic)
    const rev = async (id: string): Promise<unknown> => (await server.ask('GET', `/${centre.database}/${id}`)).body['_rev']
    const [laptop, ward, office] = [await openStation('L'), await openStation('W'), await openStation('O')]
    await ward.sync.configure(login(hub.url))
    await office.sync.configure(centre)
    for (let n = 0; n < 80; n++) await ward.replica.records.add('Patient', person(`Ward ${n}`, `W-${n}`), 'nurse')
    for (let n = 0; n < 80; n++) await office.replica.records.add('Patient', person(`Office ${n}`, `O-${n}`), 'clerk')
    await until('sent', () => ward.sync.state().waitingOut === 0 && office.sync.state().waitingOut === 0)

    await laptop.sync.configure(login(hub.url))
    await until('the ward', async () => (await all(laptop)).length === 80)
    await laptop.sync.configure(centre)
    await until('both', async () => (await all(laptop)).length === 160 && laptop.sync.state().waitingOut === 0 && (await all(office)).length === 160)
    const one = (await all(laptop))[0]
    const before = await rev(one?.id ?? '')

    // At the hub again, by way of a restart: the ward has one more, the lap-top has written one on the way.
    await laptop.replica.records.add('Patient', person('On the way', 'L-1'), 'nurse')
    await ward.replica.records.add('Patient', person('New on the ward', 'W-80'), 'nurse')
    await until('sent', () => laptop.sync.state().waitingOut === 0)
    await laptop.sync.configure(login(hub.url))
    await until('at the hub', () => laptop.sync.state().link === 'online' && laptop.sync.state().waitingOut === 0)
    await inStep(laptop, ward)
    expect(await all(ward)).toHaveLength(162)
    // And back: what it had read there is not read again.
    const passed = await laptop.sync.configure(centre).then(() => laptop.sync.pass())
    await until('at the centre', async () => laptop.sync.state().waitingOut === 0 && (await all(office)).length === 162)
    const again = await laptop.sync.pass()
    expect([passed, again]).toMatchObject([{ ok: true }, { ok: true, value: { pulled: 0, pushed: 0 } }])
    expect(passed.ok && passed.value.pulled).toBeLessThan(20)
    await inStep(laptop, office)
    expect(await rev(one?.id ?? '')).toBe(before)
    expect(laptop.sync.state().reviewItems).toBe(0)
    expect(await hashOf(laptop)).toBe(await hashOf(ward))
    // Each server has its copies, and no third one is left over.
    const copies = laptop.replica.tables.all("SELECT 1 FROM outpost_tables WHERE substr(name, 1, 20) = 'rx-replication-meta-'").length
    expect(copies).toBe(2)
  })
})
