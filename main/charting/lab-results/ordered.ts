import type { ServiceRequest } from 'fhir/r4'
import type { Catalogue, CatalogueTest } from '../../../shared/contract'
import type { Envelope } from '../../../shared/records/envelope'
import { orderablesOf } from '../../../shared/records/lab-catalogue/catalogue'
import { catalogueSystem } from '../../../shared/records/lab-catalogue/definitions'
import { specimenFacts } from '../../../shared/records/specimen/specimen'
import { systems } from '../../../shared/records/systems'
import type { Records } from '../../replica'

/** The newest tubes of a patient that are looked through for one under another number than its order's. */
const mostTubes = 20

/** The one line of an order in free words: words are its answer. */
const inWords = (order: ServiceRequest): CatalogueTest => ({ code: 'free-text', name: order.code?.text ?? '', result: 'text', specimen: 'other' })

/** The codes of the catalogue that an order asks for, with the names that they had then. */
const askedFor = (order: ServiceRequest): { readonly code: string; readonly name: string }[] =>
  order.orderDetail?.flatMap(({ coding, text }) => coding?.flatMap(({ system, code, display }) => (system === catalogueSystem && code !== undefined ? [{ code, name: text ?? display ?? code }] : [])) ?? []) ?? []

/**
 * The tests that an order asks for, as the catalogue defines them now, by the names that they had when they were ordered; one that is gone from the catalogue is
 * answered in words. An order that was written in words is looked up by its words.
 */
export const definitionsOf = (order: ServiceRequest, catalogue: Catalogue): readonly CatalogueTest[] => {
  const asked = askedFor(order)
  if (asked.length > 0) {
    return asked.map(({ code, name }) => ({ ...(catalogue.tests.find((test) => test.code === code) ?? { code, result: 'text', specimen: 'other' }), name }))
  }
  const words = (order.code?.text ?? '').trim().toLowerCase()
  const found = orderablesOf(catalogue).find((each) => [each.name, each.code, ...each.words].some((known) => known.toLowerCase() === words))
  return found?.tests ?? [inWords(order)]
}

/** The number under which an order is answered, and when its sample was taken and received, as far as anybody said. */
export const tubeOf = async (records: Pick<Records, 'find'>, order: Envelope<'ServiceRequest'>): Promise<{ readonly accession: string; readonly collectedAt?: string; readonly receivedAt?: string }> => {
  const own = order.resource.identifier?.find(({ system }) => system === systems.accession)?.value
  const tubeAmong = async (query: Parameters<Records['find']>[1]) => {
    const tubes = (await records.find('Specimen', query)).map(({ resource }) => specimenFacts(resource))
    return tubes.find(({ orders, rejected }) => orders.includes(order.id) && !rejected)
  }
  const tube = (own === undefined ? undefined : await tubeAmong({ where: { identifier: own } }))
    ?? (await tubeAmong({ where: { subject: order.search.subject ?? '' }, sort: { by: 'date', order: 'descending' }, limit: mostTubes }))
  return {
    accession: own ?? tube?.accession ?? '',
    ...(tube?.collected && { collectedAt: tube.collected.at }),
    ...(tube?.received && { receivedAt: tube.received.at }),
  }
}
