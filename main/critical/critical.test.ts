import type { Observation } from 'fhir/r4'
import { afterEach, describe, expect, it } from 'vitest'
import type { CriticalEntry } from '../../shared/contract'
import { criticalAlert } from '../../shared/records/communication/criticalAlert'
import { decidedObservation, replacingObservation } from '../../shared/records/diagnostic-report/verification'
import { localDay } from '../../shared/records/localDay'
import { observationOfResult } from '../../shared/records/observation/result'
import { must } from '../../shared/testing/must'
import { person, afterwards, folder, login, openStation, startHub, until } from '../sync/clinic.test-parts'
import { openReplica, type Replica } from '../replica'
import { openCriticals, type CriticalDeps } from '.'

const oneStation = async () => {
  const replica = await openReplica({ folder: folder(), key: new Uint8Array(32).fill(3), practice: '01HV000000000000000000TEST', station: 'A' })
  afterwards(() => replica.close())
  return replica
}
const openDesk = async (replica: Replica, deps: Partial<CriticalDeps> = {}) => {
  const announced: number[] = []
  const audited: { action: string; at: number }[] = []
  const desk = await openCriticals({
    replica,
    announce: (_name, { open }) => announced.push(open),
    audit: async ({ action }) => void audited.push({ action, at: Date.now() }),
    failed: (reason) => {
      throw reason
    },
    ...deps,
  })
  afterwards(() => desk.close())
  return { ...desk, announced, audited }
}
const staff = (replica: Replica, ...names: string[]) =>
  Promise.all(names.map(async (text) => (await replica.records.add('Practitioner', { resourceType: 'Practitioner', active: true, name: [{ text }] }, 'system')).id))
/** A potassium that was accepted at a moment, with its alert, as filing writes them. */
const accept = async (replica: Replica, text = '6.8', at = new Date().toISOString()) => {
  const patient = await replica.records.add('Patient', person('Okonkwo', `A-${text}`), 'system')
  const result = observationOfResult({ code: 'K', name: 'Potassium', text, value: Number(text), unit: 'mmol/L', status: 'final' }, { subject: patient.id, effective: at, origin: { kind: 'typed' }, loinc: '2823-3' })
  const observation = await replica.records.add('Observation', result, 'lab')
  const alert = await replica.records.add('Communication', criticalAlert(observation.resource as Observation & { id: string }, { side: 'high', limit: 6.5 }, at), 'lab', `critical/${observation.id}`)
  return { patient: patient.id, observation, alert: alert.id }
}
const answer = (desk: Awaited<ReturnType<typeof openDesk>>, { patient, alert }: { patient: string; alert: string }, by: string, readBack = '6.8', key = 'first-answer') =>
  desk.answer({ key, patient, alert, told: 'Dr Mensah, ward 2', readBack, action: 'ECG' }, by)

describe('E8, E9: a critical result', () => {
  it('sounds until a named person has told somebody and heard the value read back', async () => {
    const replica = await oneStation()
    const [lena = ''] = await staff(replica, 'Lena Technician')
    const desk = await openDesk(replica)
    const made = await accept(replica)
    await until('sounded for', () => desk.announced.at(-1) === 1)
    expect(await desk.list()).toMatchObject([{ id: made.alert, patient: made.patient, patientName: 'OKONKWO, Amina', patientNumber: 'A-6.8', test: 'Potassium', value: '6.8', unit: 'mmol/L', side: 'high', limit: 6.5, state: 'accepted', answers: [] }])
    await until('on the trail', () => desk.audited.length > 0)
    expect(desk.audited.map(({ action }) => action)).toEqual(['critical-alarmed'])

    expect(await answer(desk, made, lena, '8.6')).toMatchObject({ ok: false, problem: { kind: 'read-back-differs' } })
    expect(await desk.list()).toHaveLength(1)
    expect(must(await answer(desk, made, lena))).toMatchObject({ answers: [{ by: 'Lena Technician', told: 'Dr Mensah, ward 2', readBack: '6.8', action: 'ECG' }] })
    await until('quiet', () => desk.announced.at(-1) === 0)
    expect(await desk.list()).toEqual([])
    must(await answer(desk, made, lena))
    expect(await replica.records.count('Communication')).toBe(2)
  })

  it('is answered for its own patient only, and only where there is one', async () => {
    const replica = await oneStation()
    const desk = await openDesk(replica)
    const [one, other] = [await accept(replica, '6.8'), await accept(replica, '7.1')]
    expect(await answer(desk, { patient: other.patient, alert: one.alert }, 'x')).toMatchObject({ ok: false, problem: { kind: 'not-found' } })
    expect(await answer(desk, { patient: one.patient, alert: one.observation.id }, 'x')).toMatchObject({ ok: false, problem: { kind: 'not-found' } })
    await until('both', () => desk.announced.at(-1) === 2)
    expect((await desk.list()).map(({ value }) => value)).toEqual(['6.8', '7.1'])
  })

  it('sounds again after a restart, ends where the laboratory takes the result back, and begins again where it takes that back', async () => {
    const replica = await oneStation()
    const { observation } = await accept(replica)
    const desk = await openDesk(replica)
    expect(desk.announced).toEqual([1])
    const rejected = decidedObservation({ ...observation.resource, status: 'preliminary' }, { state: 'rejected', by: 'lab', at: new Date().toISOString(), holds: [], why: 'haemolysed' })
    await replica.records.add('Observation', { ...rejected, extension: [...(rejected.extension ?? []).filter(({ url }) => url !== 'urn:outpost:corrects'), { url: 'urn:outpost:corrects', valueReference: { reference: `Observation/${observation.id}` } }] }, 'lab')
    await until('quiet', () => desk.announced.at(-1) === 0)
    expect((await desk.log(1)).entries).toMatchObject([{ state: 'withdrawn', answers: [] }])
    const [last] = await replica.records.find('Observation', { where: { status: 'cancelled' } })
    await replica.records.add('Observation', decidedObservation({ ...last!.resource, id: last!.id }, { state: 'waiting', by: 'lab', at: new Date().toISOString(), holds: [] }), 'lab')
    await until('sounds again', () => desk.announced.at(-1) === 1)
    expect(await desk.list()).toMatchObject([{ state: 'unverified' }])
  })

  it('that was corrected since is read back as it stands now, and waits once, under its newest critical value', async () => {
    const replica = await oneStation()
    const desk = await openDesk(replica)
    const made = await accept(replica)
    const correct = (old: string, text: string) => {
      const resource = observationOfResult({ code: 'K', name: 'Potassium', text, value: Number(text), unit: 'mmol/L', status: 'corrected' }, { subject: made.patient, effective: made.observation.resource.effectiveDateTime!, origin: { kind: 'typed' }, loinc: '2823-3' })
      return replica.records.add('Observation', replacingObservation(resource, old), 'lab')
    }
    const corrected = await correct(made.observation.id, '7.2')
    await until('shown', async () => (await desk.list())[0]?.now === '7.2 mmol/L')
    expect(await answer(desk, made, 'x', '6.8')).toMatchObject({ ok: false, problem: { kind: 'read-back-differs' } })
    const second = await replica.records.add('Communication', criticalAlert(corrected.resource as Observation & { id: string }, { side: 'high', limit: 6.5 }, new Date().toISOString()), 'lab', `critical/${corrected.id}`)
    await until('once', async () => (await desk.list()).map(({ id }) => id).join() === second.id)
    await correct(corrected.id, '4.1')
    await until('shown', async () => (await desk.list())[0]?.now === '4.1 mmol/L')
    must(await answer(desk, { patient: made.patient, alert: second.id }, 'x', '4,1 mmol/L'))
    await until('quiet', () => desk.announced.at(-1) === 0)
  })

  it('is announced though the trail cannot be written, and is on it as soon as it can', async () => {
    const replica = await oneStation()
    const reasons: string[] = []
    let isFull = true
    const trail: string[] = []
    await accept(replica)
    const desk = await openDesk(replica, {
      failed: (reason) => void reasons.push(String(reason)),
      audit: ({ action }) => (isFull ? Promise.reject(new Error('full')) : Promise.resolve(void trail.push(action))),
    })
    expect([desk.announced, reasons, desk.count()]).toEqual([[1], ['Error: full'], 1])
    isFull = false
    await until('on the trail', () => trail.length > 0)
    expect(trail).toEqual(['critical-alarmed'])
  })

  it('is listed without the bed where nobody can say it', async () => {
    const replica = await oneStation()
    const { alert } = await accept(replica)
    const reasons: unknown[] = []
    const desk = await openDesk(replica, { failed: (reason) => reasons.push(reason), bedOf: () => Promise.reject(new Error('no ward')) })
    expect((await desk.list()).map(({ id, bed }) => [id, bed])).toEqual([[alert, undefined]])
    expect(reasons).toHaveLength(1)
  })

  it('of long ago is quiet while records of long ago still come: its answer may be among them', async () => {
    const replica = await oneStation()
    let isCatchingUp = true
    const desk = await openDesk(replica, { isCatchingUp: () => isCatchingUp })
    await accept(replica, '6.8', new Date(Date.now() - 86_400_000).toISOString())
    const fresh = await accept(replica, '7.1')
    await until('the new one', () => desk.announced.at(-1) === 1)
    expect((await desk.list()).map(({ id }) => id)).toEqual([fresh.alert])
    isCatchingUp = false
    await until('both', () => desk.announced.at(-1) === 2)
    expect(desk.audited).toHaveLength(2)
  })

  it('is looked for once an hour at most and not all the time where the clock of this computer is decades behind; what is no alert is passed over', async () => {
    const replica = await oneStation()
    const behind = Date.parse('2000-01-01T00:00:00.000Z')
    const desk = await openDesk(replica, { now: () => behind })
    const people = await staff(replica, 'Dr First')
    must(await desk.roster.save(localDay(Date.now()), people.map((practitioner) => ({ practitioner, from: '00:00', to: '00:00', rank: 1 })), 'admin'))
    const { observation } = await accept(replica)
    await replica.records.add('Communication', { ...criticalAlert(observation.resource as Observation & { id: string }, {}, 'in the morning') }, 'lab')
    await until('sounded for', () => desk.audited.length === 1)
    const looks = desk.announced.length
    await new Promise((later) => setTimeout(later, 300))
    expect(desk.announced.length - looks).toBeLessThan(3)
    expect(await desk.list()).toHaveLength(1)
  })

  it('sounds whatever another program or a broken transfer made of the records around it', async () => {
    const replica = await oneStation()
    const made = await accept(replica)
    const spoilt = async () => {
      const whole = criticalAlert(made.observation.resource as Observation & { id: string }, {}, new Date().toISOString())
      for (const resource of [{ ...whole, payload: {} }, { ...whole, payload: [null, 7] }, { ...whole, about: 7 }, { ...whole, inResponseTo: 'it', recipient: 'them' }]) {
        await replica.records.add('Communication', resource as never, 'lab')
      }
      for (const element of [{ valueQuantity: 'x' }, { interpretation: [null] }, { note: 'x' }, { referenceRange: [7] }]) {
        await replica.records.add('Observation', replacingObservation({ ...made.observation.resource, id: undefined, ...element } as unknown as Observation, made.observation.id), 'lab')
      }
    }
    await spoilt()
    const desk = await openDesk(replica)
    expect((await desk.list()).map(({ value }) => value)).toContain('6.8')
    await spoilt()
    await accept(replica, '7.1')
    await until('sounded for', async () => (await desk.list()).some(({ value }) => value === '7.1'))
  })

  it('of a patient at a monitor is looked up among the results since, not among all that was measured', async () => {
    const replica = await oneStation()
    const { alert, patient, observation } = await accept(replica)
    const find = replica.records.find
    const asked: unknown[] = []
    replica.records.find = ((type: 'Observation', query: Parameters<typeof find>[1]) => {
      if (type === 'Observation') asked.push(query?.where)
      return find(type, query)
    }) as typeof find
    const desk = await openDesk(replica)
    for (let time = 0; time < 3; time += 1) expect((await desk.log(1)).entries).toMatchObject([{ id: alert, patient }])
    expect(asked).toEqual([{ subject: patient, code: observation.search.code, date: { from: expect.any(String) } }])
  })

  it('E9: tells the median minutes of its log', async () => {
    const replica = await oneStation()
    const [lena = ''] = await staff(replica, 'Lena')
    const began = Date.now()
    let minutes = 0
    const desk = await openDesk(replica, { now: () => began + minutes * 60_000 })
    expect(await desk.log(7)).toEqual({ entries: [] })
    for (const [value, after] of [['6.6', 1], ['6.8', 2], ['7.0', 9]] as const) {
      const made = await accept(replica, value, new Date(began).toISOString())
      minutes = after
      must(await answer(desk, made, lena, value, `answer-${value}`))
    }
    expect(await desk.log(7)).toMatchObject({ medianMinutes: 2, entries: [{}, {}, {}] })
  })
})

describe('E10: nobody answers', () => {
  const rosterOf = async (replica: Replica, desk: Awaited<ReturnType<typeof openDesk>>, names: string[], at: number) => {
    const people = await staff(replica, ...names)
    must(await desk.roster.save(localDay(at), people.map((practitioner, place) => ({ practitioner, from: '00:00', to: '00:00', rank: place + 1 })), 'admin'))
    return people
  }

  it('goes to the next on the roster after five minutes, then to the lead, and the log shows it to the second', async () => {
    const replica = await oneStation()
    const began = Date.now() - 3_600_000
    let shift = began - Date.now()
    const desk = await openDesk(replica, { now: () => Date.now() + shift })
    await rosterOf(replica, desk, ['Dr First', 'Dr Second', 'Dr Lead'], began)
    // 0.3 s before the five minutes are over.
    shift += 299_700
    const { patient, alert } = await accept(replica, '6.8', new Date(began).toISOString())
    const names = async () => (await desk.list())[0]?.steps.map(({ name }) => name)
    await until('sounded for', () => desk.audited.length > 0)
    await until('the next is told', async () => (await names())?.length === 2)
    expect(await names()).toEqual(['Dr First', 'Dr Second'])
    await until('on the trail', () => desk.audited.length === 2)
    expect(desk.audited.map(({ action }) => action)).toEqual(['critical-alarmed', 'critical-escalated'])
    shift += 300_000
    expect(await names()).toEqual(['Dr First', 'Dr Second', 'Dr Lead'])
    must(await answer(desk, { patient, alert }, 'somebody'))
    expect((await desk.log(1)).entries[0]!.steps.map(({ from }) => Date.parse(from) - began)).toEqual([0, 300_000, 600_000])
  })

  it('A41: keeps the roster of a day, asks for people that there are, and tells who is on duty now', async () => {
    const replica = await oneStation()
    const desk = await openDesk(replica)
    const now = Date.now()
    const [first = ''] = await rosterOf(replica, desk, ['Dr First', 'Dr Second'], now)
    expect((await desk.roster.read(localDay(now))).map(({ name, rank }) => [name, rank])).toEqual([['Dr First', 1], ['Dr Second', 2]])
    expect((await desk.roster.onDuty(new Date(now).toISOString()))[0]).toBe(first)
    expect(await desk.roster.save(localDay(now), [{ practitioner: '01HV0000000000000000NOBODY', from: '00:00', to: '00:00', rank: 1 }], 'admin')).toMatchObject({ ok: false, problem: { kind: 'not-found' } })
    must(await desk.roster.save(localDay(now), [], 'admin'))
    expect(await desk.roster.read(localDay(now))).toEqual([])
    expect(await desk.roster.onDuty(new Date(now).toISOString())).toEqual([])
  })
})

describe('A41: the night after the clocks went forward', () => {
  const zone = process.env['TZ']
  afterEach(() => {
    if (zone === undefined) delete process.env['TZ']
    else process.env['TZ'] = zone
  })

  it('has the people on duty who came in the evening', async () => {
    process.env['TZ'] = 'Europe/Berlin'
    const replica = await oneStation()
    const desk = await openDesk(replica)
    const [night = ''] = await staff(replica, 'Dr Night')
    must(await desk.roster.save('2026-03-29', [{ practitioner: night, from: '20:00', to: '08:00', rank: 1 }], 'admin'))
    expect(await desk.roster.onDuty('2026-03-29T22:30:00.000Z')).toEqual([night])
  })
})

describe('E7: the other workstations of the practice, over the clinic’s own hub', () => {
  it('sound within five seconds of the acceptance, and are quiet when one has answered; two answers are both kept', async () => {
    const hub = await startHub()
    const stations = await Promise.all(['A', 'B', 'C'].map((prefix) => openStation(prefix)))
    for (const { sync } of stations) await sync.configure(login(hub.url))
    const desks = await Promise.all(stations.map(({ replica }) => openDesk(replica)))
    const [lab, ward, office] = desks as [typeof desks[0], typeof desks[0], typeof desks[0]]
    const [ada = '', ben = ''] = await staff(stations[0]!.replica, 'Ada', 'Ben')
    const accepted = Date.now()
    const made = await accept(stations[0]!.replica)
    await until('they sound', () => desks.every(({ announced }) => announced.at(-1) === 1), 5_000)
    expect(Date.now() - accepted).toBeLessThan(5_000)

    await Promise.all([answer(ward, made, ada, '6.8', 'answer-of-ward'), answer(office, made, ben, '6.8', 'answer-of-office')])
    await until('they are quiet', () => desks.every(({ announced }) => announced.at(-1) === 0))
    await until('both answers are everywhere', async () => (await Promise.all(desks.map(({ log }) => log(1)))).every(({ entries }) => entries[0]?.answers.length === 2))
    const names = (entry: CriticalEntry | undefined) => entry?.answers.map(({ by }) => by).sort()
    expect(names((await lab.log(1)).entries[0])).toEqual(['Ada', 'Ben'])
  })
})
