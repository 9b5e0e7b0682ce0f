import { type Answer, done, type OrderEntry, refuse, type ReportEntry } from '../../shared/contract'
import { reportLinesOf, resultIdsOf } from '../../shared/records/diagnostic-report/report'
import { standingReports, verificationOf } from '../../shared/records/diagnostic-report/verification'
import type { Envelope } from '../../shared/records/envelope'
import { analyserTimeOf } from '../../shared/records/observation/analyserClock'
import { isImagingReport } from '../../shared/records/imaging-report/imagingReport'
import { accessionCounter, accessionNumber } from '../../shared/records/patient/number'
import { orderFacts, orderOf } from '../../shared/records/service-request/order'
import { type Actor, type ChartingParts, instantNow, localToday } from './parts'
import { unusedNumber } from './unusedNumber'

const mostOrders = 500
/** Versions of one report that are read to find the one that stands: as sent, decided about, corrected. */
const mostVersions = 4

/** Laboratory orders and the reports that answer them. */
export const openLaboratory = (parts: ChartingParts) => {
  const { records, local, station } = parts.replica
  const { nameOf } = parts.names

  const orderEntry = async (order: Envelope<'ServiceRequest'>): Promise<OrderEntry> => {
    const facts = orderFacts(order.resource)
    return { id: order.id, ...facts, by: await nameOf(facts.by) }
  }

  const reportEntry = async (report: Envelope<'DiagnosticReport'>): Promise<ReportEntry> => {
    const results = await Promise.all(resultIdsOf(report.resource).map((id) => records.get('Observation', id)))
    const found = results.filter((each) => each !== undefined).map((each) => each.resource)
    const lines = reportLinesOf(report.resource, found)
    const decision = verificationOf(report.resource)
    const clock = found[0] && analyserTimeOf(found[0])
    return {
      id: report.id,
      ...lines,
      filedBy: lines.filedBy === undefined ? '' : await nameOf(lines.filedBy),
      isCorrection: report.resource.status === 'corrected',
      ...(decision?.by === undefined ? {} : { decision: { by: await nameOf(decision.by), at: decision.at ?? '', why: decision.why ?? '' } }),
      ...(clock ? { clock } : {}),
    }
  }

  return {
    /** Places an order under this station's next accession number of the year. */
    placeOrder: (ask: { readonly key: string; readonly patient: string; readonly test: string }, actor: Actor): Promise<Answer<OrderEntry>> =>
      parts.once(
        `order:${ask.patient}:${ask.key}`,
        async () => {
          if (!(await records.get('Patient', ask.patient))) return refuse('not-found')
          const year = Number(localToday(parts).slice(0, 4))
          const accession = await unusedNumber({ records, local }, 'ServiceRequest', accessionCounter(year), (count) => accessionNumber(station, year, count))
          const resource = orderOf({ subject: ask.patient, test: ask.test, accession, requester: actor.practitioner, authoredOn: instantNow(parts) })
          return done(await orderEntry(await records.add('ServiceRequest', resource, actor.practitioner, `order:${ask.patient}:${ask.key}`)))
        },
        (answer) => answer.ok,
      ),

    /** Newest first. */
    listOrders: async (patient: string, limit = mostOrders): Promise<OrderEntry[]> => {
      const orders = await records.find('ServiceRequest', { where: { subject: patient }, sort: { by: 'date', order: 'descending' }, limit })
      return Promise.all(orders.map(orderEntry))
    },

    /** Newest first; only those in whose place no other one stands. Reports of images are read beside the images. */
    listReports: async (patient: string, limit: number): Promise<ReportEntry[]> => {
      const reports = await records.find('DiagnosticReport', { where: { subject: patient }, sort: { by: 'date', order: 'descending' }, limit: limit * mostVersions })
      return Promise.all(standingReports(reports.filter(({ resource }) => !isImagingReport(resource))).slice(0, limit).map(reportEntry))
    },
  }
}
