import type { CodeableConcept, Extension, ServiceRequest } from 'fhir/r4'
import { orderPriorities, type OrderPriority } from '../imaging-order/imagingOrder'
import { catalogueSystem } from '../lab-catalogue/definitions'
import { rejectReasons, type RejectReason } from '../specimen/specimen'
import { idIn, referenceTo, systems } from '../systems'

/** Identifier system of what was ordered by one press. */
const requisitionSystem = 'urn:outpost:requisition'
const kindUrl = 'urn:outpost:order-specimen-kind'
/** What is said of an order after it was made; the first who said it stays: see `merge.ts`. */
const cancelledUrl = 'urn:outpost:order-cancelled'
const closedUrl = 'urn:outpost:order-closed'
/** Followed by the number of the tube that was rejected. */
const againUrl = 'urn:outpost:order-recollect:'
/** Followed by a number that a tube of the order was given: labels bear it, also where another one stands now. */
const givenUrl = 'urn:outpost:order-number:'

/** Whether an extension belongs to a laboratory order. */
export const isOrderExtension = (url: string): boolean => url === kindUrl || url === closedUrl || url === cancelledUrl || url.startsWith(againUrl) || url.startsWith(givenUrl)

/** A test as it was ordered: a copy of the catalogue's words that no edit of the catalogue changes. */
export interface OrderedTest {
  /** The catalogue's code. */
  readonly code: string
  readonly name: string
  readonly loinc?: string
  /** Worked out of the others: nobody waits for it. */
  readonly isCalculated?: boolean
}

/** What of the catalogue was ordered. */
export interface OrderedItem {
  readonly code: string
  readonly loinc?: string
  readonly tests: readonly OrderedTest[]
  /** Kind of specimen, by the catalogue's code. */
  readonly specimen: string
}

/** What a doctor orders of the laboratory. */
export interface OrderTold {
  /** Patient id. */
  readonly subject: string
  /** As people call it. */
  readonly test: string
  /** Number of the tube; several orders of one press may share it. */
  readonly accession: string
  /** Practitioner id. */
  readonly requester: string
  /** ISO instant. */
  readonly authoredOn: string
  /** Absent: in words only. */
  readonly item?: OrderedItem
  readonly priority?: OrderPriority
  readonly reason?: string
  /** Same for everything that was ordered by one press: only such orders may share a tube. */
  readonly requisition?: string
}

const calculatedUrl = 'urn:outpost:order-calculated'

const testConcept = ({ code, name, loinc, isCalculated }: OrderedTest): CodeableConcept => ({
  coding: [{ system: catalogueSystem, code, display: name }, ...(loinc === undefined ? [] : [{ system: systems.loinc, code: loinc, display: name }])],
  text: name,
  ...(isCalculated && { extension: [{ url: calculatedUrl, valueBoolean: true }] }),
})

/** A laboratory order with the accession number that is printed on the tube. */
export const orderOf = ({ subject, test, accession, requester, authoredOn, item, priority, reason, requisition }: OrderTold): ServiceRequest => ({
  resourceType: 'ServiceRequest',
  status: 'active',
  intent: 'order',
  identifier: [{ system: systems.accession, value: accession }],
  ...(requisition !== undefined && { requisition: { system: requisitionSystem, value: requisition } }),
  category: [{ coding: [{ system: systems.snomed, code: '108252007', display: 'Laboratory procedure' }] }],
  ...(priority !== undefined && { priority }),
  code: item ? testConcept({ ...item, name: test }) : { text: test },
  ...(item && { orderDetail: item.tests.map(testConcept), extension: [{ url: kindUrl, valueCode: item.specimen }] }),
  ...(reason !== undefined && reason !== '' && { reasonCode: [{ text: reason }] }),
  subject: referenceTo('Patient', subject),
  requester: referenceTo('Practitioner', requester),
  authoredOn,
})

/** The order, answered. */
export const completedOrder = (order: ServiceRequest): ServiceRequest => (order.status === 'active' ? { ...order, status: 'completed' } : order)

/** The order, waiting again: what answered it was no answer. */
export const reopenedOrder = (order: ServiceRequest): ServiceRequest => (order.status === 'completed' ? { ...order, status: 'active' } : order)

const codesOf = (concept: CodeableConcept | undefined): { readonly code: string; readonly loinc?: string } => {
  const code = (system: string) => concept?.coding?.find((each) => each.system === system)?.code
  const loinc = code(systems.loinc)
  return { code: code(catalogueSystem) ?? '', ...(loinc !== undefined && { loinc }) }
}

/** Number of the tube of an order; '' where another system gave none. */
export const accessionOf = (order: ServiceRequest): string => order.identifier?.find(({ system }) => system === systems.accession)?.value ?? ''

/** See {@link OrderTold.requisition}. */
export const requisitionOf = (order: ServiceRequest): string | undefined => order.requisition?.value

/** The tests that an order asks for; none where it was ordered in words. */
export const orderedTests = (order: ServiceRequest): OrderedTest[] =>
  order.orderDetail?.flatMap((concept) => {
    const codes = codesOf(concept)
    return codes.code === '' ? [] : [{ ...codes, name: concept.text ?? codes.code, ...(concept.extension?.some(({ url }) => url === calculatedUrl) && { isCalculated: true }) }]
  }) ?? []

/** Something that a named person said of an order, with the reason. */
export interface OrderAct {
  /** ISO instant. */
  readonly at: string
  /** Practitioner id. */
  readonly by: string
  readonly why: string
}

const doneParts = ({ at, by }: Omit<OrderAct, 'why'>): Extension[] => [{ url: 'at', valueInstant: at }, { url: 'by', valueReference: referenceTo('Practitioner', by) }]
const actOf = (url: string, extension: Extension[]): Extension => ({ url, extension })
const doneIn = (parts: readonly Extension[]): Omit<OrderAct, 'why'> => ({
  at: parts.find(({ url }) => url === 'at')?.valueInstant ?? '',
  by: idIn(parts.find(({ url }) => url === 'by')?.valueReference, 'Practitioner') ?? '',
})
const actIn = (parts: readonly Extension[]): OrderAct => ({ ...doneIn(parts), why: parts.find(({ url }) => url === 'why')?.valueString ?? '' })
const withExtension = (order: ServiceRequest, added: Extension): ServiceRequest =>
  order.extension?.some(({ url }) => url === added.url) ? order : { ...order, extension: [...(order.extension ?? []), added] }
const withAct = (order: ServiceRequest, url: string, act: OrderAct): ServiceRequest => withExtension(order, actOf(url, [...doneParts(act), { url: 'why', valueString: act.why }]))

/** The order, withdrawn for a reason; one that is answered stays as it is. */
export const withdrawnOrder = (order: ServiceRequest, act: OrderAct): ServiceRequest => (order.status === 'active' ? { ...withAct(order, cancelledUrl, act), status: 'revoked' } : order)

/** The order, closed though some of its tests have no result: an analyser does not measure them, or the tube was too small. */
export const closedOrder = (order: ServiceRequest, act: OrderAct): ServiceRequest => (order.status === 'active' ? { ...withAct(order, closedUrl, act), status: 'completed' } : order)

/** A tube that has to be taken again. */
export interface Recollect extends Omit<OrderAct, 'why'> {
  /** Number of the tube that was rejected: what comes under it is no answer any more. */
  readonly rejected: string
  readonly reason: RejectReason
}

const numberedAs = (order: ServiceRequest, accession: string): NonNullable<ServiceRequest['identifier']> =>
  (order.identifier ?? []).map((each) => (each.system === systems.accession ? { ...each, value: accession } : each))

/**
 * The order, waiting for another tube under another number. One that is under another number already, or waits no longer, stays as it is.
 * @param accession number of the tube that is to be taken
 */
export const recollectOrder = (order: ServiceRequest, { rejected, reason, ...act }: Recollect, accession: string): ServiceRequest =>
  order.status !== 'active' || accessionOf(order) !== rejected
    ? order
    : {
        ...withExtension(withExtension(order, actOf(`${againUrl}${rejected}`, [...doneParts(act), { url: 'reason', valueCode: reason }])), { url: `${givenUrl}${accession}`, valueBoolean: true }),
        identifier: numberedAs(order, accession),
      }

/** Whether a tube of this order was given this number, and another one stands: two laboratories rejected the tube before, apart. */
export const hasGiven = (order: ServiceRequest, accession: string): boolean =>
  order.status === 'active' && accessionOf(order) !== accession && order.extension?.some(({ url }) => url === `${givenUrl}${accession}`) === true

/** The order under another of the numbers that its tube was given: the one of the tube that was taken. */
export const orderTakenUnder = (order: ServiceRequest, accession: string): ServiceRequest => (hasGiven(order, accession) ? { ...order, identifier: numberedAs(order, accession) } : order)

/** What a chart shows of an order; `by` is a practitioner id. */
export const orderFacts = (order: ServiceRequest) => ({
  accession: accessionOf(order),
  test: order.code?.text ?? '',
  status: order.status === 'completed' ? ('completed' as const) : order.status === 'active' ? ('active' as const) : ('revoked' as const),
  by: idIn(order.requester, 'Practitioner') ?? '',
  at: order.authoredOn ?? '',
})

/** All that a laboratory order says. */
export interface LabOrderFacts extends ReturnType<typeof orderFacts> {
  /** Patient id. */
  readonly subject: string
  /** The catalogue's code; '' where it was ordered in words. */
  readonly code: string
  readonly tests: readonly OrderedTest[]
  /** Kind of specimen, by the catalogue's code; `other` where nobody said. */
  readonly specimen: string
  readonly priority: OrderPriority
  readonly reason: string
  /** Tubes that were rejected, the first one first. */
  readonly again: readonly Recollect[]
  readonly withdrawn?: OrderAct
  readonly closed?: OrderAct
}

/** Reads a laboratory order. What an order of another system leaves out is empty. */
export const labOrderFacts = (order: ServiceRequest): LabOrderFacts => {
  const at = (address: string) => order.extension?.find(({ url }) => url === address)
  const again = order.extension?.flatMap(({ url, extension = [] }): Recollect[] => {
    if (!url.startsWith(againUrl)) return []
    const said = extension.find((part) => part.url === 'reason')?.valueCode
    return [{ ...doneIn(extension), rejected: url.slice(againUrl.length), reason: rejectReasons.find((reason) => reason === said) ?? 'other' }]
  })
  const [withdrawn, closed] = [at(cancelledUrl)?.extension, at(closedUrl)?.extension]
  return {
    ...orderFacts(order),
    subject: idIn(order.subject, 'Patient') ?? '',
    code: codesOf(order.code).code,
    tests: orderedTests(order),
    specimen: at(kindUrl)?.valueCode ?? 'other',
    priority: orderPriorities.find((priority) => priority === order.priority) ?? 'routine',
    reason: order.reasonCode?.[0]?.text ?? '',
    again: (again ?? []).sort((one, other) => (one.at < other.at ? -1 : 1)),
    ...(withdrawn && { withdrawn: actIn(withdrawn) }),
    ...(closed && { closed: actIn(closed) }),
  }
}
