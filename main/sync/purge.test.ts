import { cpSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { hashQuickly } from '../../shared/testing/quickScrypt'
import { compositionOf, encounter, order, pulse, report, taskAbout } from './purge.test-parts'
import { fetchBack, openDigests, openPurged, openReplica, planPurge, type PurgedLedger, runPurge } from '../replica'
import { openSync } from '.'
import { afterwards, clinic, folder, login, openStation, person, startHub, type Station, until } from './clinic.test-parts'

hashQuickly()

const cutoff = '2024-11-21T00:00:00.000Z'

/** A chart with a visit of 2021, one of 2023 and one of 2026. */
const chart = async ({ replica }: Station, family: string) => {
  const { records } = replica
  const patient = (await records.add('Patient', person(family, `A-${family}`), 'nurse')).id
  const ids: Record<string, string> = { patient }
  for (const year of ['2021', '2023', '2026']) {
    const at = (hour: number) => `${year}-03-04T${String(hour).padStart(2, '0')}:00:00.000Z`
    const visit = await records.add('Encounter', encounter(patient, at(8), at(9)), 'doctor')
    const note = await records.add('Composition', compositionOf(patient, visit.id, at(8), `Seen in ${year}`), 'doctor')
    const value = await records.add('Observation', pulse(patient, at(8), 80), 'nurse')
    const corrected = await records.add('Observation', pulse(patient, at(8), 82, value.id), 'nurse')
    Object.assign(ids, { [`visit${year}`]: visit.id, [`note${year}`]: note.id, [`value${year}`]: value.id, [`corrected${year}`]: corrected.id })
  }
  return ids
}

interface Purging extends Station {
  readonly ledger: PurgedLedger
}

const purgingStation = async (prefix: string, place = folder()): Promise<Purging> => {
  const replica = await openReplica({ folder: place, key: new Uint8Array(32).fill(prefix.charCodeAt(0)), practice: clinic.id, station: prefix })
  const ledger = await openPurged(replica)
  const sync = await openSync({ replica, practice: clinic, announce: () => undefined, pauses: { firstPauseMs: 40, longestPauseMs: 200 }, passOver: ({ id, at }) => ledger.isPurged(id, at) })
  afterwards(async () => {
    await sync.close()
    await ledger.close()
    await replica.close()
  })
  return { replica, ledger, sync, states: [] }
}
const parts = ({ replica, ledger, sync }: Purging) => ({ replica, ledger, server: sync })
const passed = async ({ sync }: Station) => expect((await sync.pass()).ok).toBe(true)
const idsOf = async ({ replica }: Station) => (await Promise.all((['Encounter', 'Composition', 'Observation', 'DiagnosticReport', 'ServiceRequest'] as const).map((type) => replica.records.find(type)))).flat().map(({ id }) => id)

describe('Purging old visits from a workstation', () => {
  it('takes them from here alone: the server and the other workstation keep them, and the feed does not bring them back', async () => {
    const server = await startHub()
    const [a, b] = [await purgingStation('A'), await openStation('B')]
    for (const station of [a, b]) expect((await station.sync.configure(login(server.url))).ok).toBe(true)
    const ids = await chart(a, 'Okonkwo')
    await passed(a)
    await passed(b)
    const old = ['visit', 'note', 'value', 'corrected'].flatMap((what) => [ids[`${what}2021`], ids[`${what}2023`]])
    const before = await openDigests(a.replica.collection, { follow: false }).days()

    const plan = await planPurge(a.replica, cutoff)
    expect(plan.patients.flatMap(({ records }) => records.map(({ id }) => id)).sort()).toEqual([...old].sort())
    const purged = await runPurge(parts(a), cutoff)
    expect(purged).toEqual({ records: 8, patients: [ids['patient']], held: 0 })
    expect(await idsOf(a)).not.toEqual(expect.arrayContaining([old[0]]))
    expect((await idsOf(a)).sort()).toEqual([ids['visit2026'], ids['note2026'], ids['value2026'], ids['corrected2026']].sort())
    expect(a.ledger.ofPatient(ids['patient'] ?? '')).toEqual({ before: cutoff, count: 8 })
    expect(a.sync.state().waitingOut).toBe(0)

    await passed(a)
    await passed(b)
    await passed(a)
    expect(await idsOf(b)).toEqual(expect.arrayContaining(old))
    expect(await idsOf(a)).toHaveLength(4)
    // What the workstation and the centre agree on is still the same.
    const digests = openDigests(a.replica.collection, { follow: false, purged: a.ledger.versions })
    expect(await digests.days()).toEqual(before)
    // Also when they are counted again from what is here, as after a change of the key.
    await digests.anew()
    expect(await digests.days()).toEqual(before)
  })

  it('keeps to itself over a restart, and when the whole feed is read again', async () => {
    const server = await startHub()
    const place = folder()
    const a = await purgingStation('A', place)
    expect((await a.sync.configure(login(server.url))).ok).toBe(true)
    await chart(a, 'Okonkwo')
    await passed(a)
    expect((await runPurge(parts(a), cutoff)).records).toBe(8)
    await a.sync.close()
    // Another generation: everything is compared with the server from the beginning.
    await a.replica.local.remove('sync', 'generation')
    await a.ledger.close()
    await a.replica.close()
    const again = await purgingStation('A', place)
    await until('online', () => again.sync.state().link === 'online')
    await passed(again)
    await passed(again)
    expect(await idsOf(again)).toHaveLength(4)
    expect(again.ledger.count).toBe(8)
    // And the copies that belonged to the former generation are gone.
    const copies = () => again.replica.tables.all("SELECT 1 FROM outpost_tables WHERE substr(name, 1, 20) = 'rx-replication-meta-'").length
    await until('one set of copies is left', () => copies() === 1)
  })

  it('takes nothing without a server, and nothing while the line is cut', async () => {
    const server = await startHub()
    const a = await purgingStation('A')
    await chart(a, 'Okonkwo')
    expect(await runPurge(parts(a), cutoff)).toMatchObject({ records: 0, problem: 'no-server' })
    expect((await a.sync.configure(login(server.url))).ok).toBe(true)
    await passed(a)
    await server.stop()
    expect(await runPurge(parts(a), cutoff)).toMatchObject({ records: 0, problem: 'server-unreachable' })
    expect(await idsOf(a)).toHaveLength(12)
    expect(a.ledger.count).toBe(0)
  })

  it('never takes what waits to be sent, what was refused, or what changes under its hands', async () => {
    const server = await startHub()
    const a = await purgingStation('A')
    expect((await a.sync.configure(login(server.url))).ok).toBe(true)
    const ids = await chart(a, 'Okonkwo')
    const { records } = a.replica
    const revise = (id: string | undefined, text: string) => records.revise('Encounter', id ?? '', (visit) => ({ ...visit, reasonCode: [{ text }] }), 'doctor')
    await passed(a)
    // What is written now cannot be on the server at once; and one more changes after the server has vouched for it.
    const late = records.add('Composition', compositionOf(ids['patient'] ?? '', ids['visit2021'] ?? '', '2021-03-05T08:00:00.000Z', 'Late'), 'doctor')
    const refused = { ...a.sync, forget: async (some: readonly string[], about: Parameters<typeof a.sync.forget>[1]) => a.sync.forget(some, async (kept) => {
      await about(kept)
      await revise(ids['visit2023'], 'Changed under its hands')
    }) }
    await late
    const purged = await runPurge({ ...parts(a), server: refused }, cutoff)
    expect(purged.held).toBeGreaterThan(0)
    expect((await records.get('Encounter', ids['visit2023'] ?? ''))?.resource.reasonCode).toEqual([{ text: 'Changed under its hands' }])
    expect(a.ledger.ids(ids['patient'])[0]?.records).not.toContain(ids['visit2023'])
    await until('sent', async () => (await a.sync.pass()).ok && a.sync.state().waitingOut === 0)
    const b = await openStation('B')
    expect((await b.sync.configure(login(server.url))).ok).toBe(true)
    await passed(b)
    expect((await b.replica.records.get('Encounter', ids['visit2023'] ?? ''))?.resource.reasonCode).toEqual([{ text: 'Changed under its hands' }])
    expect(await b.replica.records.get('Composition', (await late).id)).toBeDefined()

    await a.sync.close()
    await a.replica.local.put('refused', ids['visit2023'] ?? '', { type: 'Encounter', at: '', author: '', reason: 'no' })
    const sync = await openSync({ replica: a.replica, practice: clinic, announce: () => undefined, pauses: { firstPauseMs: 40, longestPauseMs: 200 } })
    afterwards(() => sync.close())
    await until('online', () => sync.state().link === 'online')
    const again = await sync.forget([ids['visit2023'] ?? ''], async () => undefined)
    expect(again).toEqual({ ok: true, value: [] })
    await a.replica.local.remove('refused', ids['visit2023'] ?? '')
  })

  it('holds back what the server does not have, and everything of a patient of whom somebody took a record away there', async () => {
    const server = await startHub()
    const a = await purgingStation('A')
    expect((await a.sync.configure(login(server.url))).ok).toBe(true)
    const ids = await chart(a, 'Okonkwo')
    await passed(a)
    await a.sync.close()
    // Somebody with rights on the server takes one away behind everybody's back.
    const sync = await openSync({ replica: a.replica, practice: clinic, announce: () => undefined, pauses: { firstPauseMs: 40, longestPauseMs: 200 } })
    afterwards(() => sync.close())
    await until('online', () => sync.state().link === 'online')
    const path = `${server.url}/${(await (await fetch(`${server.url}/_all_dbs`, { headers: admin })).json() as string[]).find((name) => name.startsWith('outpost-'))}/${ids['note2021']}`
    const { _rev } = (await (await fetch(path, { headers: admin })).json()) as { _rev: string }
    expect((await fetch(`${path}?rev=${_rev}`, { method: 'DELETE', headers: admin })).ok).toBe(true)
    // It is given back, and a clinician is told; until that is settled nothing of the patient goes.
    await until('given back', () => sync.state().reviewItems === 1)
    expect(await runPurge({ replica: a.replica, ledger: a.ledger, server: sync }, cutoff)).toMatchObject({ held: 0, records: 0 })
    const [item] = await sync.reviewItems()
    expect((await sync.resolve(item?.id ?? '', item?.choices[0] ?? 'mine', 'doctor')).ok).toBe(true)
    await until('settled', () => sync.state().reviewItems === 0 && sync.state().waitingOut === 0)
    const purged = await runPurge({ replica: a.replica, ledger: a.ledger, server: { ...sync, forget: (asked, about) => sync.forget(asked.filter((id) => id !== ids['note2021']), about) } }, cutoff)
    expect(purged).toMatchObject({ held: 1, records: 7 })
    expect(await a.replica.records.get('Composition', ids['note2021'] ?? '')).toBeDefined()
    expect(a.ledger.count).toBe(7)
  })

  it('leaves the newest visit, what has not ended, open orders, and a patient about whom two workstations disagree', async () => {
    const a = await openStation('A')
    const { records } = a.replica
    const patientOf = async (family: string) => (await records.add('Patient', person(family, `A-${family}`), 'nurse')).id
    const planned = async (patient: string) => (await planPurge(a.replica, cutoff)).patients.find((each) => each.patient === patient)?.records.map(({ id }) => id) ?? []
    const once = await patientOf('Once')
    await records.add('Encounter', encounter(once, '2019-01-01T08:00:00.000Z', '2019-01-01T09:00:00.000Z'), 'doctor')
    await records.add('Observation', pulse(once, '2019-01-01T08:30:00.000Z', 70), 'nurse')
    const before = await records.add('Observation', pulse(once, '2018-01-01T08:30:00.000Z', 70), 'nurse')
    expect(await planned(once)).toEqual([before.id])

    const open = await patientOf('Open')
    await records.add('Encounter', encounter(open, '2019-01-01T08:00:00.000Z'), 'doctor')
    await records.add('Observation', pulse(open, '2020-01-01T08:30:00.000Z', 70), 'nurse')
    await records.add('Encounter', encounter(open, '2026-01-01T08:00:00.000Z', '2026-01-01T09:00:00.000Z'), 'doctor')
    expect(await planned(open)).toEqual([])

    const waiting = await patientOf('Waiting')
    await records.add('ServiceRequest', order(waiting, 'active', '2019-01-01T08:00:00.000Z'), 'doctor')
    const answered = await records.add('ServiceRequest', order(waiting, 'completed', '2019-01-01T08:00:00.000Z'), 'doctor')
    const value = await records.add('Observation', pulse(waiting, '2019-01-01T08:00:00.000Z', 70), 'nurse')
    await records.add('DiagnosticReport', report(waiting, '2026-01-01T08:00:00.000Z', [value.id]), 'doctor')
    expect(await planned(waiting)).toEqual([answered.id])

    const disputed = await patientOf('Disputed')
    await chartFor(a, disputed)
    expect((await planned(disputed)).length).toBeGreaterThan(0)
    await records.add('Task', taskAbout(disputed), 'system')
    expect(await planned(disputed)).toEqual([])
  })

  it('fetches them back, and takes in a change that was made on the server meanwhile', async () => {
    const server = await startHub()
    const [a, b] = [await purgingStation('A'), await openStation('B')]
    for (const station of [a, b]) expect((await station.sync.configure(login(server.url))).ok).toBe(true)
    const [hers, his] = [await chart(a, 'Okonkwo'), await chart(a, 'Nkosi')]
    await passed(a)
    await passed(b)
    const whole = (await idsOf(a)).sort()
    expect((await runPurge(parts(a), cutoff)).records).toBe(16)
    await b.replica.records.revise('Encounter', his['visit2021'] ?? '', (visit) => ({ ...visit, reasonCode: [{ text: 'Changed at B' }] }), 'doctor')
    await passed(b)
    await passed(a)
    await until('the changed visit is here', async () => (await a.replica.records.get('Encounter', his['visit2021'] ?? '')) !== undefined)
    await until('struck off', () => a.ledger.count === 15)

    expect(await fetchBack(parts(a), hers['patient'])).toEqual({ records: 8, patients: [hers['patient']], missing: 0 })
    expect(a.ledger.ofPatient(hers['patient'] ?? '')).toBeUndefined()
    expect((await a.replica.records.find('Composition', { where: { subject: hers['patient'] ?? '' } })).length).toBe(3)
    expect((await fetchBack(parts(a))).records).toBe(7)
    expect((await idsOf(a)).sort()).toEqual(whole)
    expect(a.ledger.count).toBe(0)
    await passed(a)
    expect(a.sync.state().waitingOut).toBe(0)
    // And they can go again.
    expect((await runPurge(parts(a), cutoff)).records).toBe(16)
  })

  it('loses track of nothing, whenever it is killed', async () => {
    const server = await startHub()
    const place = folder()
    const a = await purgingStation('A', place)
    expect((await a.sync.configure(login(server.url))).ok).toBe(true)
    for (const family of ['Okonkwo', 'Nkosi', 'Eze']) await chart(a, family)
    await passed(a)
    const whole = (await idsOf(a)).sort()
    const images: string[] = []
    // What a kill leaves at that moment: the files as they are.
    const image = () => {
      const copy = folder()
      cpSync(place, copy, { recursive: true })
      images.push(copy)
    }
    const killing: typeof a.sync.forget = (some, about) => a.sync.forget(some, async (kept) => {
      image()
      await about(kept)
      image()
    })
    await runPurge({ ...parts(a), server: { ...a.sync, forget: killing }, progress: image }, cutoff)
    await a.sync.close()
    await a.ledger.close()
    await a.replica.close()
    expect(images.length).toBeGreaterThan(2)
    for (const each of images) {
      const later = await purgingStation('A', each)
      await later.ledger.settled()
      const here = await idsOf(later)
      const there = later.ledger.ids().flatMap(({ records }) => records)
      expect([...here, ...there].sort()).toEqual(whole)
      await later.sync.close()
      await later.ledger.close()
      await later.replica.close()
    }
  })

  it('strikes off what a crash between the note and the act left here', async () => {
    const place = folder()
    const a = await purgingStation('A', place)
    const ids = await chart(a, 'Okonkwo')
    const visit = await a.replica.records.get('Encounter', ids['visit2021'] ?? '')
    await a.ledger.note(ids['patient'] ?? '', cutoff, [{ id: visit?.id ?? '', at: visit?.at ?? '', digest: '00' }])
    await a.sync.close()
    await a.ledger.close()
    await a.replica.close()
    const again = await purgingStation('A', place)
    await until('struck off', () => again.ledger.count === 0)
    expect(await again.replica.records.get('Encounter', ids['visit2021'] ?? '')).toBeDefined()
  })
})

const admin = { Authorization: `Basic ${Buffer.from('admin:admin password').toString('base64')}`, 'Content-Type': 'application/json' }
const chartFor = async ({ replica }: Station, patient: string) => {
  await replica.records.add('Observation', pulse(patient, '2019-01-01T08:00:00.000Z', 70), 'nurse')
  await replica.records.add('Encounter', encounter(patient, '2026-01-01T08:00:00.000Z', '2026-01-01T09:00:00.000Z'), 'doctor')
}
