import { type Answer, done, type LabOrderEntry, type LabOrdersAsk, type LabOrdersPlaced, refuse } from '../../../shared/contract'
import type { Envelope } from '../../../shared/records/envelope'
import { isImagingOrder } from '../../../shared/records/imaging-order/imagingOrder'
import { orderablesOf, type Orderable } from '../../../shared/records/lab-catalogue/catalogue'
import { accessionCounter, accessionNumber } from '../../../shared/records/patient/number'
import { accessionOf, closedOrder, type LabOrderFacts, orderOf, requisitionOf, withdrawnOrder } from '../../../shared/records/service-request/order'
import { idIn } from '../../../shared/records/systems'
import { recordIdOfKey } from '../../replica'
import type { ImagingChart } from '../imaging'
import { type Actor, type ChartingParts, instantNow, localToday } from '../parts'
import { unusedNumber } from '../unusedNumber'
import type { LabCatalogue } from './catalogue'
import type { Tracks } from './tracks'

const mostOfPatient = 500

/** What one of the orders of a press asks for. */
interface Wanted {
  readonly test: string
  readonly item?: Orderable
  readonly specimen: string
}

/** An order for each specimen that is needed: a panel of blood and urine is two. What is worked out goes with the first. */
const bySpecimen = (item: Orderable): Wanted[] => {
  const kinds = [...new Set(item.tests.filter(({ isCalculated }) => !isCalculated).map(({ specimen }) => specimen))]
  return kinds.map((kind, place) => ({ test: item.name, item: { ...item, tests: item.tests.filter((test) => (test.isCalculated ? place === 0 : test.specimen === kind)) }, specimen: kind }))
}

/** Gives this station's next accession number of the year; one that a tube bears is no tube's again. */
export const nextAccession = async ({ replica: { records, local, station }, now }: ChartingParts): Promise<string> => {
  const year = Number(localToday({ now }).slice(0, 4))
  for (;;) {
    const number = await unusedNumber({ records, local }, 'ServiceRequest', accessionCounter(year), (count) => accessionNumber(station, year, count))
    if ((await records.count('Specimen', { where: { identifier: number } })) === 0) return number
  }
}

/** Laboratory orders of a chart. */
export const openOrders = (parts: ChartingParts, deps: { readonly catalogue: LabCatalogue; readonly tracks: Tracks; readonly imaging: ImagingChart['orders'] }) => {
  const { records, practice } = parts.replica
  const { tracks } = deps

  const labOrder = async (patient: string, id: string): Promise<Envelope<'ServiceRequest'> | undefined> => {
    const found = await records.get('ServiceRequest', id)
    return found && !isImagingOrder(found.resource) && idIn(found.resource.subject, 'Patient') === patient ? found : undefined
  }

  const changed = async (patient: string, id: string, change: (order: Envelope<'ServiceRequest'>['resource']) => Envelope<'ServiceRequest'>['resource'], actor: Actor): Promise<Answer<LabOrderEntry>> => {
    const found = await labOrder(patient, id)
    if (!found) return refuse('not-found')
    if (change(found.resource) === found.resource) return refuse('conflict')
    const [entry] = await tracks.entriesOf([await records.revise('ServiceRequest', id, change, actor.practitioner)])
    return done(entry!)
  }

  /** The tests and panels by their codes; undefined when one of them cannot be ordered (any more). */
  const wantedOf = async (ask: LabOrdersAsk): Promise<Wanted[] | undefined> => {
    const orderables = new Map(orderablesOf(await deps.catalogue.read()).map((each) => [each.code, each]))
    const wanted = ask.orders.map((each): Wanted[] => {
      if ('words' in each) return [{ test: each.words, specimen: 'other' }]
      const item = orderables.get(each.code)
      return item ? bySpecimen(item) : []
    })
    return wanted.every((each) => each.length > 0) ? wanted.flat() : undefined
  }

  return {
    /**
     * Everything of one press: laboratory orders that share a tube where they need the same specimen, and imaging orders. One key, one set
     * of orders, however often it is sent.
     */
    place: (ask: LabOrdersAsk, actor: Actor): Promise<Answer<LabOrdersPlaced>> =>
      parts.once(
        `lab-orders:${ask.patient}:${ask.key}`,
        async () => {
          if (!(await records.get('Patient', ask.patient))) return refuse('not-found')
          const requisition = `${ask.patient}:${ask.key}`
          const keyOf = (place: number) => `lab-order:${requisition}:${place}`
          // Sent again after a crash: the numbers that were given stay.
          const wanted = (await records.get('ServiceRequest', recordIdOfKey(practice, 'ServiceRequest', keyOf(0)))) ? [] : await wantedOf(ask)
          if (!wanted) return refuse('not-found')
          const numbers = new Map<string, string>()
          const authoredOn = instantNow(parts)
          const resources: Envelope<'ServiceRequest'>['resource'][] = []
          for (const each of wanted) {
            const { item, specimen } = each
            // Nobody knows what goes together of what was ordered in words.
            const accession = (item && numbers.get(specimen)) ?? (await nextAccession(parts))
            if (item) numbers.set(specimen, accession)
            resources.push(orderOf({
              subject: ask.patient, test: each.test, accession, requester: actor.practitioner, authoredOn, priority: ask.priority, reason: ask.reason, requisition,
              ...(item && {
                item: {
                  code: item.code, ...(item.loinc !== undefined && { loinc: item.loinc }), specimen,
                  tests: item.tests.map(({ code, name, loinc, isCalculated }) => ({ code, name, ...(loinc !== undefined && { loinc }), ...(isCalculated && { isCalculated }) })),
                },
              }),
            }))
          }
          await records.addAll(resources.map((resource, place) => ({ type: 'ServiceRequest' as const, resource, key: keyOf(place) })), actor.practitioner)
          for (const [place, image] of ask.imaging.entries()) {
            const ordered = await deps.imaging.place({ key: `${ask.key}:image-${place}`, patient: ask.patient, ...image, reason: ask.reason === '' ? image.bodyPart : ask.reason, priority: ask.priority }, actor)
            if (!ordered.ok) return ordered
          }
          const ofPatient = await records.find('ServiceRequest', { where: { subject: ask.patient }, sort: { by: 'date', order: 'descending' }, limit: mostOfPatient })
          const placed = ofPatient.filter(({ resource }) => requisitionOf(resource) === requisition).sort((one, other) => (accessionOf(one.resource) < accessionOf(other.resource) ? -1 : 1))
          return done({ orders: await tracks.entriesOf(placed), imaging: ask.imaging.length })
        },
        (answer) => answer.ok,
      ),

    /** Newest first, with every step: all that wait, and of the others the newest. */
    list: async ({ patient, limit }: { readonly patient: string; readonly limit: number }): Promise<Answer<LabOrderEntry[]>> => {
      if (!(await records.get('Patient', patient))) return refuse('not-found')
      const found = await records.find('ServiceRequest', { where: { subject: patient }, sort: { by: 'date', order: 'descending' }, limit: mostOfPatient })
      const orders = found.filter(({ resource }) => !isImagingOrder(resource))
      return done(await tracks.entriesOf(orders.filter(({ resource }, place) => resource.status === 'active' || place < limit)))
    },

    /** Withdraws an order for a reason; one that is answered stays as it is: `conflict`. */
    withdraw: (ask: { readonly patient: string; readonly order: string; readonly why: string }, actor: Actor): Promise<Answer<LabOrderEntry>> =>
      changed(ask.patient, ask.order, (order) => withdrawnOrder(order, { at: instantNow(parts), by: actor.practitioner, why: ask.why }), actor),

    /** Closes an order without the tests that have no result; one that is answered stays as it is: `conflict`. */
    close: (ask: { readonly patient: string; readonly order: string; readonly why: string }, actor: Actor): Promise<Answer<LabOrderEntry>> =>
      changed(ask.patient, ask.order, (order) => closedOrder(order, { at: instantNow(parts), by: actor.practitioner, why: ask.why }), actor),
  }
}

/** See {@link openOrders}. */
export type LabOrderDesk = ReturnType<typeof openOrders>

/** How soon an order is looked at: the gravest first, then the one that has waited longest. */
export const byUrgency = (one: Pick<LabOrderFacts, 'priority' | 'at'>, other: Pick<LabOrderFacts, 'priority' | 'at'>): number => rank(one) - rank(other) || (one.at < other.at ? -1 : one.at > other.at ? 1 : 0)
const rank = ({ priority }: Pick<LabOrderFacts, 'priority'>): number => ['stat', 'asap', 'urgent', 'routine'].indexOf(priority)
