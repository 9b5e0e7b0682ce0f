import type { InboxItem } from '../../../shared/contract'
import { criticalAlertOf, criticalTopics } from '../../../shared/records/communication/criticalAlert'
import { resultIdsOf } from '../../../shared/records/diagnostic-report/report'
import { replacedReportsOf, standingReports } from '../../../shared/records/diagnostic-report/verification'
import type { Envelope } from '../../../shared/records/envelope'
import { imagingOrderFacts, isImagingOrder } from '../../../shared/records/imaging-order/imagingOrder'
import { imagingReportFacts, isImagingReport } from '../../../shared/records/imaging-report/imagingReport'
import { flagOf, severityOf } from '../../../shared/records/observation/resultFlag'
import { resultLineOf, type ResultLine } from '../../../shared/records/observation/result'
import { lastTakeOver, signOffOf, signOffTopics, takeOverOf, type SignOff } from '../../../shared/records/result-sign-off/signOff'
import { orderFacts } from '../../../shared/records/service-request/order'
import { idIn } from '../../../shared/records/systems'
import type { Replica } from '../../replica'
import { readable, resultsOf } from '../../reports'

/** A report that waits to be signed off, as this workstation keeps it beside the records: people by their ids. */
export interface WaitingReport extends Omit<InboxItem, 'patient' | 'orderer'> {
  /** Patient id. */
  readonly patient: string
  /** Practitioner id; absent: nobody knows who asked for it. */
  readonly orderer?: string
  /** Records that it rests on have not come yet: it is looked at again when something of this patient comes. */
  readonly isPartial: boolean
}

/** Practitioner id of the person who answers for a report; undefined: nobody does. */
export const responsibleFor = ({ takenOver, orderer }: Pick<WaitingReport, 'takenOver' | 'orderer'>): string | undefined => takenOver?.by ?? orderer

/** So many outside results stand on a line of the inbox. */
const mostStriking = 6
/** More of what a report of images comes to is read on the chart. */
const mostImpression = 20_000
/** More versions of one report, or acts about the reports of one patient, are not looked through. */
const mostVersions = 500
const mostActs = 2_000

const verified: readonly string[] = ['final', 'corrected', 'amended', 'appended']
const changed: readonly string[] = ['corrected', 'amended', 'appended']
const taken: readonly string[] = ['cancelled', 'entered-in-error']

type Report = Envelope<'DiagnosticReport'>

/** The versions that came before a report, and before those. */
const earlierOf = (report: Report, versions: ReadonlyMap<string, Report>): ReadonlySet<string> => {
  const found = new Set<string>()
  const open = [...replacedReportsOf(report.resource)]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id)) continue
    found.add(id)
    const version = versions.get(id)
    if (version) open.push(...replacedReportsOf(version.resource))
  }
  return found
}

const rank = (line: ResultLine): number => (flagOf(line)?.startsWith('critical') ? 0 : flagOf(line) ? 1 : 2)

/** Looks at a report and the versions beside it: which of them wait to be signed off, and which do not (any more). */
export const lookAtReport = async ({ records }: Pick<Replica, 'records'>, id: string): Promise<{ readonly waiting: readonly WaitingReport[]; readonly settled: readonly string[] }> => {
  const kept = await records.get('DiagnosticReport', id)
  const report = kept && readable(kept)
  const { subject, identifier } = report?.search ?? {}
  if (!report || subject === undefined) return { waiting: [], settled: [id] }
  const found = await records.find('DiagnosticReport', { where: identifier === undefined ? { subject } : { identifier }, sort: { by: 'date', order: 'descending' }, limit: mostVersions })
  const versions = new Map([...found.filter(({ search }) => search.subject === subject).map(readable), report].map((each) => [each.id, each]))
  const standing = standingReports([...versions.values()])
  const acts = await records.find('Communication', { where: { subject, code: { in: [signOffTopics.signedOff, signOffTopics.takenOver, criticalTopics.alert] } }, sort: { by: 'date', order: 'descending' }, limit: mostActs })
  const signed = acts.flatMap(({ resource }) => signOffOf(resource) ?? [])
  const takenOver = acts.flatMap(({ resource }) => takeOverOf(resource) ?? [])
  const told = new Map(acts.flatMap(({ resource }) => {
    const alert = criticalAlertOf(resource)
    return alert ? [[alert.observation, alert.value] as const] : []
  }))

  const waits = async (each: Report): Promise<WaitingReport | undefined> => {
    const { resource } = each
    const earlier = earlierOf(each, versions)
    const before = signed.filter((one) => earlier.has(one.report)).sort((one, other) => Date.parse(one.at) - Date.parse(other.at))
    const isWithdrawn = taken.includes(resource.status)
    if (signed.some((one) => one.report === each.id) || !(verified.includes(resource.status) || (isWithdrawn && before.length > 0))) return undefined
    const orders = await Promise.all((resource.basedOn ?? []).flatMap((reference) => idIn(reference, 'ServiceRequest') ?? []).map((order) => records.get('ServiceRequest', order)))
    const asked = orders.find((one) => one !== undefined)
    const order = asked && readable(asked)
    const isImaging = isImagingReport(resource)
    // Nobody asked for it: whoever signed it has read it.
    if (isImaging && (resource.basedOn ?? []).length === 0) return undefined
    const images = order && isImagingOrder(order.resource) ? imagingOrderFacts(order.resource) : undefined
    // Read before there was an inbox. One that was signed off in it says nothing of another, which may have come later though it was written before.
    const isOfInbox = signed.some((one) => versions.get(one.report)?.resource.basedOn?.some((reference) => idIn(reference, 'ServiceRequest') === order?.id))
    if (images?.steps.seen && !isOfInbox && Date.parse(images.steps.seen.at) >= Date.parse(resource.issued ?? '')) return undefined
    const ids = resultIdsOf(resource)
    const results = await resultsOf({ records }, each)
    const lines = results.map((one) => resultLineOf(one.resource))
    // An alert is about the version that was told; it holds while the value is still the one that was read back.
    const versionIds = new Set([...earlier, each.id].flatMap((version) => (versions.has(version) ? resultIdsOf(versions.get(version)!.resource) : [])))
    const toldValues = new Set([...told].flatMap(([observation, value]) => (versionIds.has(observation) ? [value] : [])))
    const isTold = (line: ResultLine): boolean => toldValues.has(line.text)
    const imaging = isImaging ? imagingReportFacts(resource) : undefined
    const taker = lastTakeOver(takenOver.filter((one) => one.report === each.id || earlier.has(one.report)))
    const requester = order && orderFacts(order.resource).by
    return {
      report: each.id,
      patient: subject,
      kind: isImaging ? 'imaging' : 'laboratory',
      title: order?.resource.code?.text ?? resource.code.text ?? '',
      accession: identifier ?? '',
      at: resource.issued ?? each.search.date ?? '',
      severity: severityOf(lines, isTold),
      isCorrected: changed.includes(resource.status) || isWithdrawn,
      isWithdrawn,
      signedBefore: [...new Set(before.map(({ by }: SignOff) => by))],
      striking: lines
        .filter((line) => line.status !== 'cancelled' && (isTold(line) || flagOf(line) !== undefined))
        .sort((one, other) => Number(isTold(other)) - Number(isTold(one)) || rank(one) - rank(other))
        .slice(0, mostStriking),
      results: ids.length,
      impression: (imaging ? [imaging.text.impression || imaging.text.findings, ...imaging.addenda.map(({ text }) => text)].filter((text) => text !== '').join('\n\n') : '').slice(0, mostImpression),
      ...(order && { order: order.id }),
      ...(requester !== undefined && requester !== '' && { orderer: requester }),
      ...(taker && { takenOver: { by: taker.by, at: taker.at } }),
      isPartial: results.length < ids.length || orders.some((one) => one === undefined),
    }
  }

  const waiting = (await Promise.all(standing.map(waits))).filter((each) => each !== undefined)
  const open = new Set(waiting.map((each) => each.report))
  return { waiting, settled: [...versions.keys()].filter((each) => !open.has(each)) }
}
