import type { ServiceRequest } from 'fhir/r4'
import type { TrayReason } from '../../../shared/contract'
import type { Envelope } from '../../../shared/records/envelope'
import { isImagingOrder } from '../../../shared/records/imaging-order/imagingOrder'
import { isImpossible } from '../../../shared/records/observation/possibleResult'
import { idIn, systems } from '../../../shared/records/systems'
import type { Replica } from '../../replica'
import type { Sample } from '..'
import { reportIdOf } from './file'
import { isOpenToReplacement, reportWithTests, type StandingReport, testsOf } from './lab'

/** What became of looking for the order of a sample. */
export type Match = { readonly order: Envelope<'ServiceRequest'>; readonly standing?: StandingReport | undefined } | { readonly reason: TrayReason }

const accessionOf = (order: ServiceRequest) => order.identifier?.find((each) => each.system === systems.accession)?.value

/** The one laboratory order with exactly this accession number; undefined when there is none, or when two claim it. */
export const orderWithAccession = async (replica: Replica, accession: string): Promise<Envelope<'ServiceRequest'> | undefined> => {
  const found = await replica.records.find('ServiceRequest', { where: { identifier: accession }, limit: 10 })
  const exact = found.filter((order) => accessionOf(order.resource) === accession && !isImagingOrder(order.resource))
  return exact.length === 1 ? exact[0] : undefined
}

/** The tests of a sample, by the analyser's code and by LOINC. */
const testsIn = (sample: Sample): Set<string> => new Set(sample.results.flatMap(({ line, loinc }) => [line.code, ...(loinc === undefined ? [] : [loinc])]))

/** What stands on the chart of the order already, of the tests of this sample, by another item than this one. */
export const standingFor = async (replica: Replica, order: Envelope<'ServiceRequest'>, sample: Sample, item: string): Promise<StandingReport | undefined> =>
  reportWithTests(replica, {
    subject: idIn(order.resource.subject, 'Patient') ?? '', accession: accessionOf(order.resource) ?? '', tests: testsIn(sample), not: reportIdOf(order.practice, item),
  })

/**
 * Finds the order that a sample belongs to, by its accession number and by nothing else (never by
 * name), or says why it has to wait for a person. The sample is as the practice's mappings read it.
 */
export const matchSample = async (replica: Replica, { id, sample, isWhole }: { readonly id: string; readonly sample?: Sample | undefined; readonly isWhole: boolean }): Promise<Match> => {
  if (!sample || !isWhole) return { reason: 'unreadable' }
  if (sample.isQualityControl) return { reason: 'quality-control' }
  if (sample.accession === '') return { reason: 'accession-missing' }
  const order = await orderWithAccession(replica, sample.accession)
  if (!order) return { reason: 'accession-unknown' }
  if (order.resource.status !== 'active' && order.resource.status !== 'completed') return { reason: 'order-revoked' }
  if (sample.results.length === 0 || sample.results.some((result) => result.trouble === 'unknown-test')) return { reason: 'unmapped-code' }
  if (sample.results.some((result) => result.trouble === 'withdrawn')) return { reason: 'withdrawn' }
  if (sample.results.some((result) => result.trouble === 'other-unit')) return { reason: 'other-unit' }
  if (sample.results.some(({ line, loinc }) => isImpossible({ ...line, ...(loinc === undefined ? {} : { loinc }) }))) return { reason: 'impossible-value' }
  const standing = await standingFor(replica, order, sample, id)
  if (sample.results.some((result) => result.line.status === 'corrected')) {
    const earlier = standing ? 1 : await replica.records.count('DiagnosticReport', { where: { identifier: sample.accession } })
    return earlier === 0 ? { reason: 'correction-of-unknown' } : { order, standing }
  }
  const tests = testsIn(sample)
  const isDecided = standing?.results.some((result) => testsOf(result.resource).some((test) => tests.has(test)) && !isOpenToReplacement(result)) ?? false
  return isDecided ? { reason: 'duplicate' } : { order, standing }
}
