import type { Identifier, Observation } from 'fhir/r4'
import type { Envelope } from '../../../shared/records/envelope'
import { diagnosticReportOf } from '../../../shared/records/diagnostic-report/report'
import { replacingObservation, replacingReport, reportStatusOf, withVerification } from '../../../shared/records/diagnostic-report/verification'
import { type Taken, withAnalyserTime } from '../../../shared/records/observation/analyserClock'
import { type Origin } from '../../../shared/records/observation/origin'
import { type QualifiedRange, referenceRangeOf } from '../../../shared/records/observation/referenceRange'
import { observationOfResult } from '../../../shared/records/observation/result'
import type { HoldReason } from '../../../shared/records/observation/verdict'
import { accessionOf } from '../../../shared/records/service-request/order'
import { idIn, systems } from '../../../shared/records/systems'
import { recordIdOfKey, type Replica } from '../../replica'
import type { SampleResult } from '..'
import type { InboxItem } from './item'
import { criticalAlerts, type Judge, type StandingReport } from './lab'
import { completeAnswered } from './tube'

/** Where the raw bytes of a result are to be found: the journal's reference, as an identifier of Observation and DiagnosticReport. */
export const captureSystem = 'urn:outpost:capture'

/** A result on its way to the chart. */
export interface FilingResult extends SampleResult {
  readonly taken: Taken
  /** What speaks against calling it final; empty: the rule of its test accepted it. */
  readonly holds: readonly HoldReason[]
  /** The Observation in whose place it stands. */
  readonly replaces?: string
  /** The practice's own range, where the analyser sent none; the line says it as text. */
  readonly expected?: QualifiedRange
}

/** What filing needs to know. */
export interface Filing {
  readonly id: string
  readonly item: InboxItem
  readonly results: readonly FilingResult[]
  readonly order: Envelope<'ServiceRequest'>
  /** What the new report stands in the place of; results of other tests stay. */
  readonly standing?: StandingReport | undefined
  /** Practitioner id of the person who files it; absent: the accession number matched. */
  readonly by?: string
  readonly reportTitle: string
  readonly judge: Judge
  /** Now, ISO instant: when critical results are told. */
  readonly at: string
}

/** Id of the report that an item becomes. */
export const reportIdOf = (practice: string, item: string): string => recordIdOfKey(practice, 'DiagnosticReport', `inbox/${item}`)

/** The report that an item became already; undefined: it is on no chart. */
export const filedReport = ({ records, practice }: Replica, item: string): Promise<Envelope<'DiagnosticReport'> | undefined> => records.get('DiagnosticReport', reportIdOf(practice, item))

/**
 * Puts a sample on the chart of its order's patient: Observations, one DiagnosticReport and the alerts for what is critical in one write, then the order
 * completed. All have keys made from the item, so doing it again after a crash makes nothing twice.
 * @returns id of the report
 */
export const fileSample = async (replica: Replica, { id, item, results, order, standing, by, reportTitle, judge, at }: Filing): Promise<string> => {
  const subject = idIn(order.resource.subject, 'Patient')
  if (subject === undefined || !item.sample) throw new Error('an order without a patient, or an item without a sample')
  const author = by ?? `device:${item.device}`
  const origin: Origin = { kind: 'device', device: item.deviceName, profile: item.profile, deviceId: item.device }
  const identifier = [{ system: captureSystem, value: item.capture }]
  const observations = results.map((result, index) => {
    const line = observationOfResult(result.line, { subject, order: order.id, effective: result.taken.effective, origin, loinc: result.loinc, filedBy: by })
    const resource = { ...verified(withAnalyserTime(measured(result, line), result.taken.wrong), { ...result, isCorrected: result.line.status === 'corrected' }), identifier }
    return { key: `inbox/${id}/${index}`, resource, replaces: result.replaces }
  })
  await fileReport(replica, {
    key: `inbox/${id}`, author, observations, order, standing, origin, identifier, judge, at,
    title: standing?.report.resource.code.text ?? reportTitle, issued: item.receivedAt, filedBy: by,
    accession: order.resource.identifier?.find(({ system }) => system === systems.accession)?.value ?? item.sample.accession,
  })
  await completeAnswered(replica, { subject, accession: accessionOf(order.resource), author })
  return reportIdOf(replica.practice, id)
}

/** A report on its way to the chart, from an analyser or from a person. */
export interface ReportFiling {
  /** Of the act; the same key is the same report. */
  readonly key: string
  readonly author: string
  /** As they go onto the chart, each with the one in whose place it stands. */
  readonly observations: readonly { readonly key: string; readonly resource: Observation; readonly replaces?: string | undefined }[]
  readonly order: Envelope<'ServiceRequest'>
  readonly standing?: StandingReport | undefined
  readonly title: string
  /** ISO instant. */
  readonly issued: string
  readonly origin: Origin
  /** Practitioner id of the person who filed it by hand. */
  readonly filedBy?: string | undefined
  readonly identifier?: readonly Identifier[]
  /** Under which it is found. */
  readonly accession: string
  readonly judge: Judge
  /** Now, ISO instant: when critical results are told. */
  readonly at: string
}

/** Puts Observations, their report and the alerts for what is critical on the chart in one write. @returns the report */
export const fileReport = async (replica: Replica, { key, author, observations, order, standing, title, issued, origin, filedBy, identifier = [], accession, judge, at }: ReportFiling): Promise<Envelope<'DiagnosticReport'>> => {
  const filed = observations.map((each) => ({ id: recordIdOfKey(replica.practice, 'Observation', each.key), resource: each.resource }))
  const chart = standing === undefined ? filed : inPlaceOf(standing.results, filed, observations)
  const report = diagnosticReportOf(
    {
      subject: idIn(order.resource.subject, 'Patient') ?? '',
      accession,
      order: order.id,
      title,
      issued,
      origin,
      results: chart.map((observation) => observation.id),
      filedBy,
    },
    reportStatusOf(chart.map(({ resource }) => resource)),
  )
  const whole = { ...report, identifier: [...(report.identifier ?? []), ...identifier] }
  const alerts = await criticalAlerts(replica, judge, filed, at)
  const added = await replica.records.addAll(
    [...observations.map((each) => ({ type: 'Observation' as const, key: each.key, resource: each.resource })), ...alerts, { type: 'DiagnosticReport', key, resource: standing === undefined ? whole : replacingReport(whole, ...standing.ids) }],
    author,
  )
  return added.at(-1) as Envelope<'DiagnosticReport'>
}

type Charted = Pick<Envelope<'Observation'>, 'id' | 'resource'>

/** The results of a report with the new ones where the old ones of their tests were. */
const inPlaceOf = (before: readonly Charted[], filed: readonly Charted[], results: readonly { readonly replaces?: string | undefined }[]): Charted[] => {
  const successors = new Map(results.flatMap(({ replaces }, index) => (replaces === undefined ? [] : [[replaces, filed[index]!] as const])))
  const kept = before.map((each) => successors.get(each.id) ?? each)
  return [...kept, ...filed.filter((_each, index) => results[index]?.replaces === undefined)]
}

/** What the rule of its test says: final by itself, or as it came until a person has looked. */
export const verified = (observation: Observation, { holds, replaces, isCorrected }: { readonly holds: readonly HoldReason[]; readonly replaces?: string | undefined; readonly isCorrected: boolean }): Observation => {
  const isAccepted = holds.length === 0
  const status: Observation['status'] = !isAccepted ? 'preliminary' : isCorrected || replaces !== undefined ? 'corrected' : observation.status
  const judged = withVerification({ ...observation, status }, { state: isAccepted ? 'accepted' : 'waiting', holds })
  return replaces === undefined ? judged : replacingObservation(judged, replaces)
}

/** The UCUM code beside the unit that people read, and the practice's range with whom it is for. */
const measured = ({ ucum, expected }: Pick<FilingResult, 'ucum' | 'expected'>, observation: Observation): Observation =>
  ucum === undefined || !observation.valueQuantity
    ? observation
    : { ...observation, valueQuantity: { ...observation.valueQuantity, system: systems.ucum, code: ucum }, ...(expected && { referenceRange: [referenceRangeOf(expected, ucum)] }) }
