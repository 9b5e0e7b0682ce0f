import { type Answer, done, type LabOrderEntry, type LabOrdersAsk, type LabOrdersPlaced, type OrderEntry, refuse } from '../../../shared/contract'
import type { Envelope } from '../../../shared/records/envelope'
import { isImagingOrder } from '../../../shared/records/imaging-order/imagingOrder'
import { orderablesOf, type Orderable } from '../../../shared/records/lab-catalogue/catalogue'
import { accessionCounter, accessionNumber } from '../../../shared/records/patient/number'
import { accessionOf, closedOrder, labOrderFacts, type LabOrderFacts, orderOf, requisitionOf, withdrawnOrder } from '../../../shared/records/service-request/order'
import { idIn } from '../../../shared/records/systems'
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

/** What was asked for, as one text: its code, or its words. */
const thingOf = ({ code, test }: Pick<LabOrderFacts, 'code' | 'test'>): string => (code === '' ? `words:${test}` : code)

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
  const { records } = parts.replica
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
  const wantedOf = async (asked: LabOrdersAsk['orders']): Promise<Wanted[] | undefined> => {
    const orderables = new Map(orderablesOf(await deps.catalogue.read()).map((each) => [each.code, each]))
    const once = [...new Map(asked.map((each) => [JSON.stringify(each), each])).values()]
    const wanted = once.map((each): Wanted[] => {
      if ('words' in each) return [{ test: each.words, specimen: 'other' }]
      const item = orderables.get(each.code)
      return item ? bySpecimen(item) : []
    })
    return wanted.every((each) => each.length > 0) ? wanted.flat() : undefined
  }

  /** What this press has ordered already: it is sent again after a crash, or with something more. */
  const placedBy = async (patient: string, requisition: string): Promise<Envelope<'ServiceRequest'>[]> => {
    const ofPatient = await records.find('ServiceRequest', { where: { subject: patient }, sort: { by: 'date', order: 'descending' }, limit: mostOfPatient })
    return ofPatient.filter(({ resource }) => requisitionOf(resource) === requisition).sort((one, other) => (accessionOf(one.resource) < accessionOf(other.resource) ? -1 : 1))
  }

  /**
   * Everything of one press: laboratory orders that share a tube where they need the same specimen, and imaging orders. One key, one order of
   * each thing, however often it is sent; what was added since it was sent before is ordered too.
   */
  const place = (ask: LabOrdersAsk, actor: Actor): Promise<Answer<LabOrdersPlaced>> =>
    parts.once(
      `lab-orders:${ask.patient}:${ask.key}`,
      async () => {
        if (!(await records.get('Patient', ask.patient))) return refuse('not-found')
        const requisition = `${ask.patient}:${ask.key}`
        const before = (await placedBy(ask.patient, requisition)).map(({ resource }) => labOrderFacts(resource))
        const has = new Set(before.map(thingOf))
        const wanted = await wantedOf(ask.orders.filter((each) => !has.has(thingOf('words' in each ? { code: '', test: each.words } : { code: each.code, test: '' }))))
        if (!wanted) return refuse('not-found')
        // The numbers that were given stay.
        const numbers = new Map(before.filter(({ code, status }) => code !== '' && status === 'active').map(({ specimen, accession }) => [specimen, accession]))
        const authoredOn = instantNow(parts)
        const added: { readonly key: string; readonly resource: Envelope<'ServiceRequest'>['resource'] }[] = []
        for (const each of wanted) {
          const { item, specimen } = each
          // Nobody knows what goes together of what was ordered in words.
          const accession = (item && numbers.get(specimen)) ?? (await nextAccession(parts))
          if (item) numbers.set(specimen, accession)
          const resource = orderOf({
            subject: ask.patient, test: each.test, accession, requester: actor.practitioner, authoredOn, priority: ask.priority, reason: ask.reason, requisition,
            ...(item && {
              item: {
                code: item.code, ...(item.loinc !== undefined && { loinc: item.loinc }), specimen,
                tests: item.tests.map(({ code, name, loinc, isCalculated }) => ({ code, name, ...(loinc !== undefined && { loinc }), ...(isCalculated && { isCalculated }) })),
              },
            }),
          })
          added.push({ key: `lab-order:${requisition}:${thingOf({ code: item?.code ?? '', test: each.test })}:${specimen}`, resource })
        }
        await records.addAll(added.map((each) => ({ type: 'ServiceRequest' as const, ...each })), actor.practitioner)
        for (const image of ask.imaging) {
          const ordered = await deps.imaging.place({ key: `${ask.key}:${image.modality}:${image.bodyPart}`, patient: ask.patient, ...image, reason: ask.reason === '' ? image.bodyPart : ask.reason, priority: ask.priority }, actor)
          if (!ordered.ok) return ordered
        }
        return done({ orders: await tracks.entriesOf(await placedBy(ask.patient, requisition)), imaging: ask.imaging.length })
      },
      () => false,
    )

  return {
    place,

    /** One order in words, by the same rule as {@link place}. */
    placeInWords: async ({ key, patient, test }: { readonly key: string; readonly patient: string; readonly test: string }, actor: Actor): Promise<Answer<OrderEntry>> => {
      const placed = await place({ key, patient, orders: [{ words: test }], imaging: [], priority: 'routine', reason: '' }, actor)
      if (!placed.ok) return placed
      const { id, accession, test: name, status, by, at } = placed.value.orders[0]!
      return done({ id, accession, test: name, status, by, at })
    },

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

/** How soon an order is looked at: the gravest first, then the one that has waited longest. */
export const byUrgency = (one: Pick<LabOrderFacts, 'priority' | 'at'>, other: Pick<LabOrderFacts, 'priority' | 'at'>): number => rank(one) - rank(other) || (one.at < other.at ? -1 : one.at > other.at ? 1 : 0)
const rank = ({ priority }: Pick<LabOrderFacts, 'priority'>): number => ['stat', 'asap', 'urgent', 'routine'].indexOf(priority)
