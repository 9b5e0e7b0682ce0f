import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { diagnosticReportOf } from '../../shared/records/diagnostic-report/report'
import { observationOfResult } from '../../shared/records/observation/result'
import { vitalObservation } from '../../shared/records/observation/vitalObservation'
import { must } from '../../shared/testing/must'
import { type NewRecord, openReplica, recordIdOfKey, type Replica } from '../replica'
import { openCharting } from '.'

const practice = '01HZZZZZZZZZZZZZZZZZZZZZZP'
const author = '01HZZZZZZZZZZZZZZZZZZZZZZA'
const origin = { kind: 'device', device: 'XN-350', profile: 'sysmex-xn' } as const
const reports = 60
const resultsEach = 6

let folder = ''
let replica: Replica
let subject = ''
let asked = 0

/** The replica, with every question to its records counted. */
const counted = (): Replica => {
  const records = new Proxy(replica.records, {
    get: (target, name, receiver) => {
      const member = Reflect.get(target, name, receiver) as unknown
      return ['get', 'getAll', 'find', 'count'].includes(String(name)) ? (...given: unknown[]) => ((asked += 1), (member as (...all: unknown[]) => unknown)(...given)) : member
    },
  })
  return new Proxy(replica, { get: (target, name, receiver) => (name === 'records' ? records : (Reflect.get(target, name, receiver) as unknown)) })
}

const questionsOf = async (act: (charting: ReturnType<typeof openCharting>) => Promise<unknown>): Promise<number> => {
  const charting = openCharting({ replica: counted(), finder: { find: async () => [], candidatesFor: async () => [] } })
  try {
    await act(charting)
    asked = 0
    await act(charting)
    return asked
  } finally {
    await charting.close()
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outpost-speed-'))
  replica = await openReplica({ folder, key: new Uint8Array(32).fill(3), practice, station: 'A' })
  subject = (await replica.records.add('Patient', { resourceType: 'Patient', name: [{ family: 'Bello' }] }, author)).id
  const records: NewRecord[] = []
  for (let place = 0; place < reports; place += 1) {
    const issued = `2026-${String(1 + (place % 11)).padStart(2, '0')}-${String(1 + Math.floor(place / 11)).padStart(2, '0')}T09:00:00.000Z`
    const results = Array.from({ length: resultsEach }, (_, line) => {
      const key = `result:${place}:${line}`
      records.push({ type: 'Observation', key, resource: observationOfResult({ code: `T${line}`, name: `T${line}`, text: '5', value: 5, unit: 'g/L', status: 'final' }, { subject, effective: issued, origin }) })
      return recordIdOfKey(practice, 'Observation', key)
    })
    records.push({ type: 'DiagnosticReport', key: `report:${place}`, resource: diagnosticReportOf({ subject, accession: `A${place}`, title: 'Count', issued, origin, results }) })
    records.push({ type: 'Observation', key: `pulse:${place}`, resource: vitalObservation({ subject, code: 'pulse', value: 72, effective: issued, performer: author, origin: { kind: 'typed' } }) })
  }
  await replica.records.addAll(records, author)
})
afterAll(async () => {
  await replica.close()
  await rm(folder, { recursive: true, force: true })
})

describe('a long chart', () => {
  it('A6: asks the disk for a page of reports a handful of times, however many results stand in them', async () => {
    const few = await questionsOf(async (charting) => expect(must(await charting.listReports(subject, 5))).toHaveLength(5))
    const many = await questionsOf(async (charting) => {
      const found = must(await charting.listReports(subject, reports))
      expect(found.map(({ results }) => results.length)).toEqual(Array.from({ length: reports }, () => resultsEach))
    })
    expect(many).toBe(few)
    expect(many).toBeLessThan(10)
  })

  it('A6: opens its overview with as many questions as a short one', async () => {
    const questions = await questionsOf(async (charting) => void must(await charting.readChart(subject)))
    expect(questions).toBeLessThan(30)
  })

  it('A6: tells where a monitor’s signs of a long stay came from once, not with each of them', async () => {
    const ward = (await replica.records.add('Patient', { resourceType: 'Patient', name: [{ family: 'Ward' }] }, author)).id
    const resource = (place: number, device: string) =>
      vitalObservation({ subject: ward, code: 'pulse', value: 40 + (place % 90), effective: new Date(Date.UTC(2026, 10, 1) + place * 60_000).toISOString(), performer: author, origin: { kind: 'device', device, profile: 'monitor' } })
    await replica.records.addAll(Array.from({ length: 300 }, (_, place) => ({ type: 'Observation' as const, resource: resource(place, place < 200 ? 'Monitor 3' : 'Monitor 4') })), author)
    const charting = openCharting({ replica, finder: { find: async () => [], candidatesFor: async () => [] } })
    try {
      const entries = must(await charting.listVitals({ patient: ward, limit: 3_000 }))
      expect(entries.map(({ origin: from }) => from.kind === 'device' && from.device)).toEqual(Array.from({ length: 300 }, (_, place) => (place < 100 ? 'Monitor 4' : 'Monitor 3')))
      // An object is written once into the answer, however often it stands in it.
      expect(new Set(entries.map(({ origin: from }) => from)).size).toBe(2)
    } finally {
      await charting.close()
    }
  })

  it('A6: lists its vital signs with one question, not one for each sign', async () => {
    expect(await questionsOf(async (charting) => expect(must(await charting.listVitals({ patient: subject, limit: 1_000 }))).toHaveLength(reports))).toBeLessThan(4)
  })
})
