import type { OrderEntry, ReportEntry, ReportLine, ResultPoint } from '../../shared/contract'
import { reportLinesOf } from '../../shared/records/diagnostic-report/report'
import { saidBefore } from '../../shared/records/diagnostic-report/saidBefore'
import { standingReports, verificationOf } from '../../shared/records/diagnostic-report/verification'
import type { Envelope } from '../../shared/records/envelope'
import { labCodes, ruleOf } from '../../shared/records/basic/labTest'
import { analyserTimeOf } from '../../shared/records/observation/analyserClock'
import { type DeltaLimit, deltaOf, usualDeltaLimitOf } from '../../shared/records/observation/deltaCheck'
import { earlierResultsIn, mostEarlier } from '../../shared/records/observation/earlierResults'
import { resultLineOf } from '../../shared/records/observation/result'
import { correctsOf } from '../../shared/records/observation/vitalObservation'
import { isImagingReport } from '../../shared/records/imaging-report/imagingReport'
import { orderFacts } from '../../shared/records/service-request/order'
import { idIn, systems } from '../../shared/records/systems'
import { readable, resultsOfEach } from '../reports'
import type { ChartingParts } from './parts'

const mostOrders = 500
/** Where nobody says how many. */
const mostReports = 200
/** Versions of one report that are read to find the one that stands: as sent, decided about, corrected. */
const mostVersions = 4
/** Rules of tests that are read; more, no laboratory has. */
const mostRules = 5_000

/** Laboratory orders and the reports that answer them. */
export const openLaboratory = (parts: ChartingParts) => {
  const { records } = parts.replica
  const { nameOf } = parts.names

  const orderEntry = async (order: Envelope<'ServiceRequest'>): Promise<OrderEntry> => {
    const facts = orderFacts(readable(order).resource)
    return { id: order.id, ...facts, by: await nameOf(facts.by) }
  }

  /** From which change on somebody looks at a test, by the practice's rules. */
  const readDeltaLimits = async (): Promise<(loinc: string | undefined, name: string) => DeltaLimit | undefined> => {
    const rules = await records.find('Basic', { where: { code: labCodes.rule }, limit: mostRules })
    const limits = new Map(rules.flatMap(({ resource }) => {
      const rule = ruleOf(resource)
      return rule?.delta ? [[rule.test, rule.delta] as const] : []
    }))
    return (loinc, name) => limits.get(loinc ?? name) ?? usualDeltaLimitOf(loinc)
  }

  /** How each result of some reports stands to the patient's last one of the same test. */
  const readDeltas = async (patient: string, results: readonly Envelope<'Observation'>[]) => {
    const codes = [...new Set(results.flatMap(({ resource, search: { code } }) => (code === undefined || resource.valueQuantity?.value === undefined ? [] : [code])))]
    if (codes.length === 0) return () => undefined
    const [found, limitOf] = await Promise.all([
      records.find('Observation', { where: { subject: patient, code: { in: codes } }, sort: { by: 'date', order: 'descending' }, limit: mostEarlier }),
      readDeltaLimits(),
    ])
    const lastOf = earlierResultsIn(found)
    return ({ resource, search: { code, date = '' } }: Envelope<'Observation'>) => {
      if (code === undefined) return undefined
      const line = resultLineOf(resource)
      const loinc = resource.code.coding?.find(({ system }) => system === systems.loinc)?.code
      return deltaOf({ ...line, at: date }, lastOf(code, { before: date, order: idIn(resource.basedOn?.[0], 'ServiceRequest') }), limitOf(loinc, line.name))
    }
  }

  /** What a result that was corrected said before, where it had counted. */
  const before = async ({ resource }: Envelope<'Observation'>): Promise<Pick<ReportLine, 'was'>> => {
    const old = correctsOf(resource)
    const said = old === undefined || resource.status !== 'corrected' ? undefined : saidBefore(resource, (await records.get('Observation', old))?.resource)
    return said ? { was: { ...said, by: await nameOf(said.by ?? '') } } : {}
  }

  const reportEntry = async (report: Envelope<'DiagnosticReport'>, results: readonly Envelope<'Observation'>[], deltaTo: Awaited<ReturnType<typeof readDeltas>>): Promise<ReportEntry> => {
    const found = results.map(({ resource }) => resource)
    const lines = reportLinesOf(report.resource, found)
    const decision = verificationOf(report.resource)
    const clock = found[0] && analyserTimeOf(found[0])
    const order = idIn(report.resource.basedOn?.[0], 'ServiceRequest')
    return {
      id: report.id,
      ...(order === undefined ? {} : { order }),
      ...lines,
      results: await Promise.all(lines.results.map(async (line, index): Promise<ReportLine> => {
        const delta = deltaTo(results[index]!)
        const history = results[index]!.search.code
        return { ...line, ...(history === undefined ? {} : { history }), ...(delta ? { delta } : {}), ...(await before(results[index]!)) }
      })),
      filedBy: lines.filedBy === undefined ? '' : await nameOf(lines.filedBy),
      isCorrection: report.resource.status === 'corrected',
      ...(decision?.by === undefined ? {} : { decision: { by: await nameOf(decision.by), at: decision.at ?? '', why: decision.why ?? '' } }),
      ...(clock ? { clock } : {}),
    }
  }

  return {
    /** Newest first. */
    listOrders: async (patient: string, limit = mostOrders): Promise<OrderEntry[]> => {
      const orders = await records.find('ServiceRequest', { where: { subject: patient }, sort: { by: 'date', order: 'descending' }, limit })
      return Promise.all(orders.map(orderEntry))
    },

    /** Newest first; only those in whose place no other one stands. Reports of images are read beside the images. */
    listReports: async (patient: string, limit = mostReports): Promise<ReportEntry[]> => {
      const reports = await records.find('DiagnosticReport', { where: { subject: patient }, sort: { by: 'date', order: 'descending' }, limit: limit * mostVersions })
      const standing = standingReports(reports.filter(({ resource }) => !isImagingReport(resource))).slice(0, limit).map(readable)
      const results = await resultsOfEach(parts.replica, standing)
      const deltaTo = await readDeltas(patient, results.flat())
      return Promise.all(standing.map((report, index) => reportEntry(report, results[index]!, deltaTo)))
    },

    /** Every result of one test of a patient that stands, the newest first. */
    resultHistory: async (patient: string, test: string): Promise<ResultPoint[]> => {
      const found = await records.find('Observation', { where: { subject: patient, code: test }, sort: { by: 'date', order: 'descending' }, limit: mostEarlier })
      const replaced = new Set(found.map(({ resource }) => correctsOf(resource)))
      return found
        .filter(({ id, resource }) => !replaced.has(id) && resource.status !== 'cancelled' && resource.status !== 'entered-in-error')
        .map(({ resource, search }) => ({ at: search.date ?? '', line: resultLineOf(resource) }))
    },
  }
}
