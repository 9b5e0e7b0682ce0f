import type { ServiceRequest } from 'fhir/r4'
import type { TrayReason } from '../../../shared/contract'
import type { Envelope } from '../../../shared/records/envelope'
import { systems } from '../../../shared/records/systems'
import type { Replica } from '../../replica'
import type { InboxItem } from './item'

/** What became of looking for the order of a sample. */
export type Match = { readonly order: Envelope<'ServiceRequest'> } | { readonly reason: TrayReason }

const accessionOf = (order: ServiceRequest) => order.identifier?.find((each) => each.system === systems.accession)?.value

/** The one order with exactly this accession number; undefined when there is none, or when two claim it. */
export const orderWithAccession = async (replica: Replica, accession: string): Promise<Envelope<'ServiceRequest'> | undefined> => {
  const found = await replica.records.find('ServiceRequest', { where: { identifier: accession }, limit: 10 })
  const exact = found.filter((order) => accessionOf(order.resource) === accession)
  return exact.length === 1 ? exact[0] : undefined
}

/**
 * Finds the order that a sample belongs to, by its accession number and by nothing else (never by
 * name), or says why it has to wait for a person.
 */
export const matchSample = async (replica: Replica, item: InboxItem): Promise<Match> => {
  const { sample } = item
  if (!sample || !item.isWhole) return { reason: 'unreadable' }
  if (sample.isQualityControl) return { reason: 'quality-control' }
  if (sample.accession === '') return { reason: 'accession-missing' }
  const order = await orderWithAccession(replica, sample.accession)
  if (!order) return { reason: 'accession-unknown' }
  if (order.resource.status !== 'active' && order.resource.status !== 'completed') return { reason: 'order-revoked' }
  if (sample.results.some((result) => result.trouble === 'unknown-test')) return { reason: 'unmapped-code' }
  if (sample.results.some((result) => result.trouble === 'withdrawn')) return { reason: 'withdrawn' }
  if (sample.results.some((result) => result.trouble === 'other-unit')) return { reason: 'other-unit' }
  if (sample.results.some((result) => result.line.status === 'corrected')) {
    const earlier = await replica.records.count('DiagnosticReport', { where: { identifier: sample.accession } })
    if (earlier === 0) return { reason: 'correction-of-unknown' }
  }
  return { order }
}
