import type { ServiceRequest } from 'fhir/r4'
import { idIn, referenceTo, systems } from '../systems'

/** A laboratory order with the accession number that is printed on the tube. */
export const orderOf = (told: { readonly subject: string; readonly test: string; readonly accession: string; readonly requester: string; readonly authoredOn: string }): ServiceRequest => ({
  resourceType: 'ServiceRequest',
  status: 'active',
  intent: 'order',
  identifier: [{ system: systems.accession, value: told.accession }],
  category: [{ coding: [{ system: systems.snomed, code: '108252007', display: 'Laboratory procedure' }] }],
  code: { text: told.test },
  subject: referenceTo('Patient', told.subject),
  requester: referenceTo('Practitioner', told.requester),
  authoredOn: told.authoredOn,
})

/** The order, answered. */
export const completedOrder = (order: ServiceRequest): ServiceRequest => (order.status === 'active' ? { ...order, status: 'completed' } : order)

/** The order, waiting again: what answered it was no answer. */
export const reopenedOrder = (order: ServiceRequest): ServiceRequest => (order.status === 'completed' ? { ...order, status: 'active' } : order)

/** What a chart shows of an order; `by` is a practitioner id. */
export const orderFacts = (order: ServiceRequest) => ({
  accession: order.identifier?.find((each) => each.system === systems.accession)?.value ?? '',
  test: order.code?.text ?? '',
  status: order.status === 'completed' ? ('completed' as const) : order.status === 'active' ? ('active' as const) : ('revoked' as const),
  by: idIn(order.requester, 'Practitioner') ?? '',
  at: order.authoredOn ?? '',
})
