import type { Envelope } from '../../../shared/records/envelope'
import { isImagingOrder } from '../../../shared/records/imaging-order/imagingOrder'
import { answersTest, isAnswered, type ResultCodes } from '../../../shared/records/service-request/answered'
import { accessionOf, completedOrder, labOrderFacts, orderedTests, requisitionOf } from '../../../shared/records/service-request/order'
import { specimenFacts } from '../../../shared/records/specimen/specimen'
import type { Replica } from '../../replica'
import { resultsOfEach, standingOf } from '../../reports'
import { testOf } from './lab/standing'

type Order = Envelope<'ServiceRequest'>

/** More orders do not share a tube. */
const mostOfTube = 60

/** Whether orders are of one tube: of one patient, made by one press. Two that were made apart and claim one number are nobody's. */
const areOfOneTube = ([first, ...others]: readonly Order[]): boolean =>
  others.every((other) => requisitionOf(first!.resource) !== undefined && requisitionOf(other.resource) === requisitionOf(first!.resource) && other.search.subject === first!.search.subject)

/** The orders of the tube of this number that another workstation gave another one: both rejected the tube before. */
const ordersOfTube = async ({ records }: Replica, accession: string): Promise<Order[]> => {
  const tubes = (await records.find('Specimen', { where: { identifier: accession }, limit: 2 })).filter(({ resource }) => resource.status === 'available')
  const orders = await Promise.all((tubes.length === 1 ? specimenFacts(tubes[0]!.resource).orders : []).map((id) => records.get('ServiceRequest', id)))
  // What comes under the number of a tube that was rejected is no answer, also where the power went before the tube itself said so.
  return orders.filter((order): order is Order => order !== undefined && !labOrderFacts(order.resource).again.some(({ rejected }) => rejected === accession))
}

/** The laboratory orders whose tube has exactly this number; none, when orders that have nothing to do with each other claim it. */
export const ordersWithAccession = async (replica: Replica, accession: string): Promise<readonly Order[]> => {
  const found = await replica.records.find('ServiceRequest', { where: { identifier: accession }, limit: mostOfTube })
  const exact = found.filter((order) => accessionOf(order.resource) === accession && !isImagingOrder(order.resource))
  const orders = exact.length > 0 ? exact : await ordersOfTube(replica, accession)
  return orders.length > 0 && areOfOneTube(orders) ? orders : []
}

/** How far an order is from waiting for results. */
const openness = ({ resource: { status } }: Order): number => (status === 'active' ? 0 : status === 'completed' ? 1 : 2)

/**
 * The laboratory order that a tube's results belong to: of several that share it, the one that asks for most of these tests, and of those the one that
 * waits. Undefined when there is none.
 */
export const orderWithAccession = async (replica: Replica, accession: string, tests: readonly ResultCodes[] = []): Promise<Order | undefined> => {
  const ranked = (await ordersWithAccession(replica, accession)).map((order) => ({ order, wanted: orderedTests(order.resource).filter((test) => tests.some((result) => answersTest(test, result))).length }))
  ranked.sort((one, other) => Number(openness(one.order) === 2) - Number(openness(other.order) === 2) || other.wanted - one.wanted || openness(one.order) - openness(other.order) || (one.order.id < other.order.id ? -1 : 1))
  return ranked[0]?.order
}

/** Completes the orders of a tube that have all that they wait for; one of several tests goes on waiting for the rest. */
export const completeAnswered = async (replica: Replica, { subject, accession, author }: { readonly subject: string; readonly accession: string; readonly author: string }): Promise<void> => {
  const open = (await ordersWithAccession(replica, accession)).filter(({ resource, search }) => resource.status === 'active' && search.subject === subject)
  if (open.length === 0) return
  const reports = await standingOf(replica, subject, accession)
  const results = (await resultsOfEach(replica, reports)).flat().filter(({ resource }) => resource.status !== 'cancelled' && resource.status !== 'entered-in-error')
  const codes = results.map(({ resource }) => testOf(resource))
  for (const order of open) if (isAnswered(labOrderFacts(order.resource), codes)) await replica.records.revise('ServiceRequest', order.id, completedOrder, author)
}
