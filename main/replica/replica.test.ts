import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Patient } from 'fhir/r4'
import { openReplica, ReplicaProblem, type RecordChange, type Replica } from './index'

const key = new Uint8Array(32).fill(3)
const nurse = '01JD00000000000000000NVRSE'

const patient = (family: string, given: string, birthDate = '1980-02-03'): Patient => ({ resourceType: 'Patient', name: [{ family, given: [given] }], birthDate })

let folder: string
let replica: Replica
let time = Date.UTC(2026, 10, 21, 10)
const open = (): Promise<Replica> => openReplica({ folder, key, practice: 'clinic', station: 'A', now: () => (time += 7) })

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'replica-'))
  replica = await open()
})
afterEach(async () => {
  await replica.close()
  await rm(folder, { recursive: true, force: true })
})

describe('records', () => {
  it('adds a patient with id, search parameters, author and stamp, and finds it again', async () => {
    const added = await replica.records.add('Patient', patient('Núñez', 'Inés'), nurse)
    expect(added).toMatchObject({ type: 'Patient', practice: 'clinic', station: 'A', author: nurse, prior: [], search: { family: 'nunez', given: 'ines', birthdate: '1980-02-03' } })
    expect(added.id).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/)
    expect(added.resource.id).toBe(added.id)
    expect(await replica.records.get('Patient', added.id)).toEqual(added)
    expect(await replica.records.get('Encounter', added.id)).toBeUndefined()
    expect(await replica.records.find('Patient', { where: { family: { prefix: 'nun' } } })).toEqual([added])
    expect(await replica.records.find('Patient', { where: { birthdate: { from: '1981' } } })).toEqual([])
    expect(await replica.records.count('Patient')).toBe(1)
  })

  it('lists newest first, in pages, and by family or clinical date when asked', async () => {
    const added = await replica.records.addAll(
      ['Dlamini', 'abebe', 'Çelik', 'Botha'].map((family) => ({ type: 'Patient' as const, resource: patient(family, 'X') })),
      nurse,
    )
    const ids = added.map(({ id }) => id)
    expect((await replica.records.find('Patient')).map(({ id }) => id)).toEqual([...ids].reverse())
    expect((await replica.records.find('Patient', { skip: 1, limit: 2 })).map(({ id }) => id)).toEqual([ids[2], ids[1]])
    expect((await replica.records.find('Patient', { sort: { by: 'family', order: 'ascending' } })).map(({ search }) => search.family)).toEqual(['abebe', 'botha', 'celik', 'dlamini'])
    await replica.records.add('Observation', { resourceType: 'Observation', status: 'final', code: { text: 'b' }, subject: { reference: `Patient/${ids[0]}` }, effectiveDateTime: '2026-11-20T10:00:00Z' }, nurse)
    await replica.records.add('Observation', { resourceType: 'Observation', status: 'final', code: { text: 'a' }, subject: { reference: `Patient/${ids[0]}` }, effectiveDateTime: '2026-11-19T10:00:00Z' }, nurse)
    const byDate = await replica.records.find('Observation', { where: { subject: ids[0] ?? '' }, sort: { by: 'date', order: 'descending' } })
    expect(byDate.map(({ search }) => search.code)).toEqual(['b', 'a'])
    expect(await replica.records.count('Observation', { where: { subject: ids[0] ?? '', date: { from: '2026-11-20', to: '2026-11-20' } } })).toBe(1)
    expect(await replica.records.count('Observation', { where: { code: { in: ['a', 'c'] } } })).toBe(1)
  })

  it('makes one record of ten fast clicks on Save', async () => {
    const saved = await Promise.all(Array.from({ length: 10 }, () => replica.records.add('Patient', patient('Botha', 'Jan'), nurse, 'click-00001')))
    expect(new Set(saved.map(({ id }) => id)).size).toBe(1)
    expect(new Set(saved.map(({ at }) => at)).size).toBe(1)
    expect(await replica.records.count('Patient')).toBe(1)
    const visit = await replica.records.add('Encounter', { resourceType: 'Encounter', status: 'in-progress', class: { code: 'AMB' } }, nurse, 'click-00001')
    expect(visit.id).not.toBe(saved[0]?.id)
  })

  it('adds several all or none', async () => {
    const first = await replica.records.add('Patient', patient('Botha', 'Jan'), nurse)
    const again = [
      { type: 'Patient' as const, resource: patient('New', 'One') },
      { type: 'Patient' as const, resource: { ...patient('Botha', 'Twice'), id: first.id } },
    ]
    await expect(replica.records.addAll(again, nurse)).rejects.toMatchObject({ kind: 'conflict' })
    expect(await replica.records.count('Patient')).toBe(1)
  })

  it('adds all of several although sync once took one of them away', async () => {
    const act = (key: string) => ({ type: 'Patient' as const, resource: patient('Again', key), key })
    const first = await replica.records.add('Patient', patient('Again', 'one'), nurse, 'one-11111')
    await (await replica.collection.findOne(first.id).exec())?.remove()
    const added = await replica.records.addAll([act('zero-0000'), act('one-11111'), act('two-22222')], nurse)
    expect(added[1]?.id).toBe(first.id)
    for (const { id } of added) expect(await replica.records.get('Patient', id)).toBeDefined()
    expect(await replica.records.count('Patient')).toBe(3)
  })

  it('keeps the superseded version, and refuses a change of what has moved on since it was read', async () => {
    const first = await replica.records.add('Patient', patient('Botha', 'Jan'), nurse)
    const second = await replica.records.revise('Patient', first.id, (old) => ({ ...old, birthDate: '1980-02-04' }), 'other', first.at)
    expect(second).toMatchObject({ author: 'other', search: { birthdate: '1980-02-04' }, prior: [{ author: nurse, at: first.at, station: 'A', resource: { birthDate: '1980-02-03' } }] })
    expect(second.at > first.at).toBe(true)
    await expect(replica.records.revise('Patient', first.id, (old) => old, nurse, first.at)).rejects.toMatchObject({ kind: 'conflict' })
    await expect(replica.records.revise('Patient', 'nobody', (old) => old, nurse)).rejects.toMatchObject({ kind: 'not-found' })
    await Promise.all(Array.from({ length: 8 }, (_, place) => replica.records.revise('Patient', first.id, (old) => ({ ...old, multipleBirthInteger: place }), nurse)))
    expect((await replica.records.get('Patient', first.id))?.prior).toHaveLength(9)
  })

  it('never changes an observation', async () => {
    const observation = await replica.records.add('Observation', { resourceType: 'Observation', status: 'final', code: { text: 'Pulse' } }, nurse)
    await expect(replica.records.revise('Observation', observation.id, (old) => old, nurse)).rejects.toBeInstanceOf(ReplicaProblem)
    await expect(replica.records.revise('Observation', observation.id, (old) => old, nurse)).rejects.toMatchObject({ kind: 'append-only' })
  })

  it('tells of every change, its own and what sync brings', async () => {
    const changes: RecordChange[] = []
    const listening = replica.records.changes().subscribe((change) => changes.push(change))
    const first = await replica.records.add('Patient', patient('Botha', 'Jan'), nurse)
    await replica.records.add('Observation', { resourceType: 'Observation', status: 'final', code: { text: 'Pulse' }, subject: { reference: `Patient/${first.id}` } }, nurse)
    const fromElsewhere = { ...first, id: '01JD0000000000000000000009', at: '2026-11-22T00:00:00.000Z-0000-B', station: 'B' }
    await replica.collection.bulkInsert([fromElsewhere])
    expect(changes.map(({ type, subject }) => [type, subject])).toEqual([['Patient', first.id], ['Observation', first.id], ['Patient', fromElsewhere.id]])
    expect(changes[2]?.envelope).toEqual(fromElsewhere)
    const later = await replica.records.add('Patient', patient('Later', 'One'), nurse)
    expect(later.at > fromElsewhere.at).toBe(true)
    listening.unsubscribe()
  })
})

describe('local store', () => {
  it('puts, replaces, lists newest first by state, counts and removes', async () => {
    await replica.local.put('tray', 'a', { n: 1 }, 'open')
    await replica.local.put('tray', 'b', { n: 2 }, 'open')
    await replica.local.put('draft', 'a', { n: 3 })
    await replica.local.put('tray', 'a', { n: 4 }, 'filed')
    expect((await replica.local.list('tray')).map(({ id }) => id)).toEqual(['a', 'b'])
    expect((await replica.local.list<{ n: number }>('tray', { state: 'filed' })).map(({ value }) => value.n)).toEqual([4])
    expect((await replica.local.list('tray', { skip: 1, limit: 5 })).map(({ id }) => id)).toEqual(['b'])
    expect(await replica.local.count('tray', 'open')).toBe(1)
    await replica.local.remove('tray', 'a')
    await replica.local.remove('tray', 'nobody')
    expect(await replica.local.get('tray', 'a')).toBeUndefined()
    expect(await replica.local.count('tray')).toBe(1)
    expect(await replica.local.get('draft', 'a')).toMatchObject({ kind: 'draft', state: '', value: { n: 3 } })
  })

  it('keeps the first of two deliveries of one message', async () => {
    const kept = await Promise.all(Array.from({ length: 5 }, (_, place) => replica.local.putNew('inbox', 'm1', place)))
    expect(kept.filter(Boolean)).toHaveLength(1)
    await replica.local.remove('inbox', 'm1')
    expect(await replica.local.putNew('inbox', 'm1', 9)).toBe(true)
  })

  it('adds several in one write, each once, beside others that add the same', async () => {
    await replica.local.putNew('inbox', 'm1', 'first')
    await replica.local.putNew('inbox', 'm2', 'gone')
    await replica.local.remove('inbox', 'm2')
    const entries = ['m1', 'm2', 'm3', 'm3', 'm4'].map((id) => ({ id, value: 'many', state: 'new' }))
    const [one, other, alone] = await Promise.all([replica.local.putAllNew('inbox', entries), replica.local.putAllNew('inbox', entries), replica.local.putNew('inbox', 'm4', 'alone')])
    expect([one?.[0], other?.[0]]).toEqual([false, false])
    for (const at of [1, 2]) expect([one?.[at], other?.[at]].filter(Boolean)).toHaveLength(1)
    expect([one?.[3], other?.[3]]).toEqual([false, false])
    expect([one?.[4], other?.[4], alone].filter(Boolean)).toHaveLength(1)
    expect(await replica.local.count('inbox', 'new')).toBeGreaterThanOrEqual(2)
    expect(await replica.local.get('inbox', 'm1')).toMatchObject({ value: 'first' })
    expect(await replica.local.putAllNew('inbox', [])).toEqual([])
    await replica.local.removeAll('inbox', ['m1', 'm3', 'm3', 'never'])
    expect((await replica.local.list('inbox')).map(({ id }) => id).sort()).toEqual(['m2', 'm4'])
  })

  it('counts 1, 2, 3 … however many ask at once, each counter on its own', async () => {
    const numbers = await Promise.all(Array.from({ length: 50 }, () => replica.local.nextNumber('patient')))
    expect([...numbers].sort((left, right) => left - right)).toEqual(Array.from({ length: 50 }, (_, place) => place + 1))
    expect(await replica.local.nextNumber('accession')).toBe(1)
  })

  it('tells what changed of a kind', async () => {
    const seen: string[] = []
    const listening = replica.local.changes('tray').subscribe((id) => seen.push(id))
    await replica.local.put('tray', 'x|y', 1)
    await replica.local.put('other', 'z', 1)
    await replica.local.remove('tray', 'x|y')
    expect(seen).toEqual(['x|y', 'x|y'])
    listening.unsubscribe()
  })
})
