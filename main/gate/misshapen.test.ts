import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DiagnosticReport, Observation } from 'fhir/r4'
import { diagnosticReportOf } from '../../shared/records/diagnostic-report/report'
import { observationOfResult } from '../../shared/records/observation/result'
import { referenceTo } from '../../shared/records/systems'
import { must } from '../../shared/testing/must'
import { type Charting, openCharting } from '../charting'
import { type Bench, openBench } from '../devices/inbox/testing/bench'

let bench: Bench
let charting: Charting
let patient: string
let order: string
let good: string
/** Ids of the verified ones, in their order. */
const reports: string[] = []
/** Orders that are misshapen, too. */
const orders: string[] = []
const at = '2026-11-21T09:00:00.000Z'
const doctor = { practitioner: '01HV0000000000000000000LAB' }

const resultOf = (more: object = {}): Observation => ({
  ...observationOfResult({ code: 'HGB', name: 'Haemoglobin', text: '13.8', value: 13.8, unit: 'g/dL', status: 'final', range: '12-16' }, { subject: patient, order, effective: at, origin: { kind: 'device', device: 'XN', profile: 'sysmex-xn' } }),
  ...more,
})
const reportOf = (results: readonly string[], more: object = {}, status: DiagnosticReport['status'] = 'final'): DiagnosticReport =>
  ({ ...diagnosticReportOf({ subject: patient, accession: 'A1', order, title: 'Full blood count', issued: at, origin: { kind: 'device', device: 'XN', profile: 'sysmex-xn' }, results }, status), ...more })
const add = async (resource: DiagnosticReport | Observation) => (await bench.replica.records.add(resource.resourceType as 'Observation', resource as Observation, 'system')).id

/** What other programs, later versions and broken transfers have been seen to write. */
const misshapen: readonly (readonly [string, object, object])[] = [
  ['dates that are none', { issued: 'soon', effectiveDateTime: 'never' }, { effectiveDateTime: 'yesterday' }],
  ['no code', { code: undefined }, { code: undefined }],
  ['references of another type', { basedOn: 'ServiceRequest/x', performer: [null, 7], resultsInterpreter: { reference: {} } }, { basedOn: [{ reference: 5 }], performer: 'x' }],
  ['lists that are none', { category: 'LAB', extension: {} }, { interpretation: 'H', referenceRange: 'x', note: {}, category: 7, extension: [null] }],
  ['values of another type', {}, { valueQuantity: { value: '13', unit: 7 }, valueString: {} }],
  ['results that are no references', { result: [null, 'r', { reference: 9 }] }, {}],
  ['results that are not here', { result: [{ reference: 'Observation/none' }] }, {}],
  ['fifty thousand results and two million letters', { result: Array.from({ length: 50_000 }, (_, count) => ({ reference: `Observation/none-${count}` })), conclusion: 'x'.repeat(2_000_000) }, {}],
]

beforeAll(async () => {
  bench = await openBench({ hasTechnician: () => Promise.resolve(true) })
  charting = openCharting({ replica: bench.replica, finder: { find: async () => [], candidatesFor: async () => [] } })
  patient = await bench.order('A1')
  const [found] = await bench.replica.records.find('ServiceRequest', { where: { subject: patient } })
  order = found!.id
  for (const [, report, result] of misshapen) {
    const id = await add(resultOf(result))
    reports.push(await add(reportOf([id], report)))
    await add(reportOf([await add(resultOf({ ...result, status: 'preliminary' }))], report, 'preliminary'))
  }
  for (const more of [{ code: undefined, authoredOn: 'soon' }, { category: 'LAB', orderDetail: {}, reasonCode: 'x' }, { extension: [null], requester: 'x', priority: 7 }]) {
    orders.push((await bench.replica.records.add('ServiceRequest', { ...found!.resource, id: undefined, ...more } as never, 'system')).id)
  }
  good = await add(reportOf([await add(resultOf())], { basedOn: [referenceTo('ServiceRequest', order)] }))
})
afterAll(async () => {
  await charting.close()
  await bench.close()
})

describe('reports that another program made badly', () => {
  it('E12: stop no inbox: each of them is in one, beside the others', async () => {
    const [own, nobodys] = [await charting.inbox.list(doctor.practitioner, { skip: 0, limit: 50 }), await charting.inbox.list(undefined, { skip: 0, limit: 50 })]
    expect(own.total + nobodys.total).toBe(misshapen.length + 1)
    expect(own.items.length + nobodys.items.length).toBe(misshapen.length + 1)
    expect(own.items.find(({ report }) => report === good)).toMatchObject({ severity: 'normal', title: 'Full blood count' })
    // What nobody can read is never normal: a number that is none, and results that are not there.
    const severityOfReport = new Map([...own.items, ...nobodys.items].map(({ report, severity }) => [report, severity]))
    const unread = misshapen.flatMap(([name], place) => (/values|results/.test(name) ? [severityOfReport.get(reports[place]!)] : []))
    expect(unread).toEqual(['unjudged', 'unjudged', 'unjudged', 'unjudged'])
  })

  it('stop no list of the laboratory, and none of the chart', async () => {
    expect((await bench.desk.lab.list()).length).toBe(misshapen.length)
    expect(must(await charting.labOrders.specimens.worklist({ skip: 0, limit: 50 })).entries.map(({ order: entry }) => entry.id).sort()).toEqual([order, ...orders].sort())
    expect(must(await charting.listOrders(patient))).toHaveLength(orders.length + 1)
    expect(must(await charting.listReports(patient)).map(({ id }) => id)).toContain(good)
    expect(must(await charting.listReports(patient))).toHaveLength(misshapen.length * 2 + 1)
  })

  it('stop no timeline', async () => {
    const { events } = must(await charting.timeline.read({ patient }))
    expect(events.filter(({ lane }) => lane === 'result').length).toBeGreaterThanOrEqual(misshapen.length * 2 - 1)
    expect(events.map(({ id }) => id)).toContain(good)
  })
})
