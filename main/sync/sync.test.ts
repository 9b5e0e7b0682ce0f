import { describe, expect, test } from 'vitest'
import { hashQuickly } from '../../shared/testing/quickScrypt'
import { readPracticeAt } from '.'
import { all, clinic, hashOf, inStep, openStation, person, startServer, until } from './clinic.test-parts'

hashQuickly()

describe('two workstations and a hub', () => {
  test('what one writes the other shows within seconds, without being asked', async () => {
    const server = await startServer()
    const [a, b] = [await openStation('A'), await openStation('B')]
    expect(await a.sync.configure(server.address)).toMatchObject({ ok: true })
    expect(await b.sync.configure(server.address)).toMatchObject({ ok: true })
    const one = await a.replica.records.add('Patient', person('Oyelaran', 'A-000001'), 'nurse')
    await until('arrival', async () => (await b.replica.records.get('Patient', one.id)) !== undefined)
    expect(await b.replica.records.find('Patient', { where: { family: { prefix: 'oyel' } } })).toHaveLength(1)
    await inStep(a, b)
    await until('in step', () => a.sync.state().lastSync !== undefined)
    expect(a.sync.state()).toMatchObject({ link: 'online', waitingOut: 0, refused: 0, reviewItems: 0 })
  })

  test('the hub is off, both change one patient, the hub is on again: both changes stand; the same field is one review item on both', async () => {
    const server = await startServer()
    const [a, b] = [await openStation('A'), await openStation('B')]
    await a.sync.configure(server.address)
    await b.sync.configure(server.address)
    const { id } = await a.replica.records.add('Patient', person('Achebe', 'A-000001'), 'reception')
    await until('arrival', async () => (await b.replica.records.get('Patient', id)) !== undefined)
    await server.stop()
    await a.replica.records.revise('Patient', id, (patient) => ({ ...patient, birthDate: '1981-01-01', telecom: [{ system: 'phone', value: '0801' }] }), 'nurse-a')
    await b.replica.records.revise('Patient', id, (patient) => ({ ...patient, birthDate: '1979-01-01', gender: 'other' }), 'nurse-b')
    await a.replica.records.add('Patient', person('Balogun', 'A-000002'), 'reception')
    await b.replica.records.add('Patient', person('Chukwu', 'B-000001'), 'reception')
    await until('offline seen', () => a.sync.state().link === 'offline' && b.sync.state().link === 'offline')
    expect(a.sync.state()).toMatchObject({ waitingOut: 2, problem: 'server-unreachable' })
    expect(await a.sync.outbox({ skip: 0, limit: 50 })).toHaveLength(2)
    await server.start()
    await until('the clash', async () => a.sync.state().reviewItems === 1 && b.sync.state().reviewItems === 1)
    await inStep(a, b)
    expect(await all(a)).toHaveLength(3)
    const [there] = (await all(a)).filter((record) => record.id === id)
    expect(there?.resource).toMatchObject({ gender: 'other', telecom: [{ value: '0801' }] })
    const [itemA] = await a.sync.reviewItems(id)
    const [itemB] = await b.sync.reviewItems(id)
    expect(itemA).toMatchObject({ record: id, type: 'Patient', patient: id, field: 'birthDate', before: '1980-01-01', mine: { value: '1981-01-01', by: 'nurse-a', station: 'A' }, theirs: { value: '1979-01-01', by: 'nurse-b', station: 'B' }, state: 'open' })
    expect([itemA?.stands, itemB?.stands].sort()).toEqual(['mine', 'theirs'])
    expect(itemB).toMatchObject({ id: itemA?.id, mine: itemA?.theirs, theirs: itemA?.mine })

    const resolved = await b.sync.resolve(itemB?.id ?? '', 'mine', 'dr-eze')
    expect(resolved).toMatchObject({ ok: true, value: { state: 'resolved', decidedBy: 'dr-eze' } })
    await until('decided on both', () => a.sync.state().reviewItems === 0 && b.sync.state().reviewItems === 0)
    await inStep(a, b)
    for (const station of [a, b]) {
      const record = await station.replica.records.get('Patient', id)
      expect(record?.resource.birthDate).toBe('1979-01-01')
      expect(record?.prior.some(({ resource }) => resource.birthDate === '1981-01-01')).toBe(true)
    }
    expect(await b.sync.resolve(itemB?.id ?? '', 'mine', 'dr-eze')).toMatchObject({ ok: false, problem: { kind: 'conflict' } })
  })

  test('a second workstation joins with nothing but the address and the user', async () => {
    const server = await startServer()
    const a = await openStation('A')
    await a.sync.configure(server.address)
    for (let n = 0; n < 5; n++) await a.replica.records.add('Patient', person(`Family${n}`, `A-00000${n}`), 'reception')
    expect(await a.sync.pass()).toMatchObject({ ok: true, value: { refused: 0, reviewItems: 0 } })
    const found = await readPracticeAt(server.address)
    expect(found).toMatchObject({ ok: true, value: { id: clinic.id, name: 'Hill Clinic', training: false } })
    const b = await openStation('B')
    await b.sync.configure(server.address)
    expect(await b.sync.pass()).toMatchObject({ ok: true, value: { pushed: 0 } })
    expect(await hashOf(b)).toBe(await hashOf(a))
  })
})
