import type { Observation } from 'fhir/r4'
import type { Envelope } from '../../../shared/records/envelope'
import { diagnosticReportOf } from '../../../shared/records/diagnostic-report/report'
import { type Origin } from '../../../shared/records/observation/origin'
import { observationOfResult } from '../../../shared/records/observation/result'
import { completedOrder } from '../../../shared/records/service-request/order'
import { idIn, systems } from '../../../shared/records/systems'
import type { Hl7DateTime } from '../../../shared/standards/hl7'
import type { Replica } from '../../replica'
import type { SampleResult } from '..'
import type { InboxItem } from './item'

/** Where the raw bytes of a result are to be found: the journal's reference, as an identifier of Observation and DiagnosticReport. */
export const captureSystem = 'urn:outpost:capture'

/** How far an analyser's clock may run ahead of ours before its times are not believed. */
const aheadMs = 10 * 60_000

/** What filing needs to know. */
export interface Filing {
  readonly id: string
  readonly item: InboxItem
  readonly order: Envelope<'ServiceRequest'>
  /** Practitioner id of the person who files it; absent: the accession number matched. */
  readonly by?: string
  readonly reportTitle: string
}

/**
 * Puts a sample on the chart of its order's patient: Observations, one DiagnosticReport, the order
 * completed. Every step has a key made from the item, so doing it again after a crash makes nothing twice.
 * @returns id of the report
 */
export const fileSample = async (replica: Replica, { id, item, order, by, reportTitle }: Filing): Promise<string> => {
  const subject = idIn(order.resource.subject, 'Patient')
  if (subject === undefined || !item.sample) throw new Error('an order without a patient, or an item without a sample')
  const author = by ?? `device:${item.device}`
  const origin: Origin = { kind: 'device', device: item.deviceName, profile: item.profile, deviceId: item.device }
  const identifier = [{ system: captureSystem, value: item.capture }]
  const observations = item.sample.results.map((result, index) => ({
    type: 'Observation' as const,
    key: `inbox/${id}/${index}`,
    resource: { ...measured(result, observationOfResult(result.line, { subject, order: order.id, effective: takenAt(result.measured, item.receivedAt), origin, loinc: result.loinc, filedBy: by })), identifier },
  }))
  const filed = observations.length > 0 ? await replica.records.addAll(observations, author) : []
  const isCorrection = item.sample.results.some((result) => result.line.status === 'corrected')
  const report = diagnosticReportOf(
    {
      subject,
      accession: order.resource.identifier?.find((each) => each.system === systems.accession)?.value ?? item.sample.accession,
      order: order.id,
      title: reportTitle,
      issued: item.receivedAt,
      origin,
      results: filed.map((observation) => observation.id),
      filedBy: by,
    },
    isCorrection ? 'corrected' : 'final',
  )
  const added = await replica.records.add('DiagnosticReport', { ...report, identifier: [...(report.identifier ?? []), ...identifier] }, author, `inbox/${id}`)
  if (order.resource.status === 'active') await replica.records.revise('ServiceRequest', order.id, completedOrder, author)
  return added.id
}

/** The UCUM code beside the unit that people read. */
const measured = ({ ucum }: SampleResult, observation: Observation): Observation =>
  ucum === undefined || !observation.valueQuantity ? observation : { ...observation, valueQuantity: { ...observation.valueQuantity, system: systems.ucum, code: ucum } }

/**
 * The analyser's time as an instant: of its own zone where it tells how far that is from UTC, else of this workstation's.
 * The time of arrival where it gave none, or one that cannot be.
 */
const takenAt = (sent: Hl7DateTime | undefined, receivedAt: string): string => {
  if (!sent) return receivedAt
  const { year, month, day, hour, minute, second, offsetMinutes } = sent
  const at = offsetMinutes === undefined ? new Date(year, month - 1, day, hour, minute, second) : new Date(Date.UTC(year, month - 1, day, hour, minute - offsetMinutes, second))
  return at.getTime() > Date.parse(receivedAt) + aheadMs ? receivedAt : at.toISOString()
}
