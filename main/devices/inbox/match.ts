import type { TrayReason } from '../../../shared/contract'
import type { Envelope } from '../../../shared/records/envelope'
import { isImpossible } from '../../../shared/records/observation/possibleResult'
import type { ResultCodes } from '../../../shared/records/service-request/answered'
import { accessionOf } from '../../../shared/records/service-request/order'
import { idIn } from '../../../shared/records/systems'
import type { Replica } from '../../replica'
import type { Sample } from '..'
import { reportIdOf } from './file'
import { isOpenToReplacement, reportWithTests, type StandingReport, testsOf } from './lab'
import { orderWithAccession } from './tube'

/** What became of looking for the order of a sample. */
export type Match = { readonly order: Envelope<'ServiceRequest'>; readonly standing?: StandingReport | undefined } | { readonly reason: TrayReason }

/** What the results of a sample are of. */
export const codesIn = (sample: Sample): ResultCodes[] => sample.results.map(({ line, loinc }) => ({ code: line.code, loinc }))

/** The tests of a sample, by the analyser's code and by LOINC. */
const testsIn = (sample: Sample): Set<string> => new Set(sample.results.flatMap(({ line, loinc }) => [line.code, ...(loinc === undefined ? [] : [loinc])]))

/** What stands on the chart of the order already, of the tests of this sample, by another item than this one. */
export const standingFor = async (replica: Replica, order: Envelope<'ServiceRequest'>, sample: Sample, item: string): Promise<StandingReport | undefined> =>
  reportWithTests(replica, {
    subject: idIn(order.resource.subject, 'Patient') ?? '', accession: accessionOf(order.resource), tests: testsIn(sample), not: reportIdOf(order.practice, item),
  })

/**
 * Finds the order that a sample belongs to, by its accession number and by nothing else (never by
 * name), or says why it has to wait for a person. The sample is as the practice's mappings read it.
 */
export const matchSample = async (replica: Replica, { id, sample, isWhole }: { readonly id: string; readonly sample?: Sample | undefined; readonly isWhole: boolean }): Promise<Match> => {
  if (!sample || !isWhole) return { reason: 'unreadable' }
  if (sample.isQualityControl) return { reason: 'quality-control' }
  if (sample.accession === '') return { reason: 'accession-missing' }
  const order = await orderWithAccession(replica, sample.accession, codesIn(sample))
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
