import { setImmediate } from 'node:timers/promises'
import { type Answer, done, type LabOrderEntry, type LabSample, refuse, type RejectReason, type LabWorklistEntry, type LabWorklist, type LabWorklistStage } from '../../../shared/contract'
import type { Envelope } from '../../../shared/records/envelope'
import { isImagingOrder } from '../../../shared/records/imaging-order/imagingOrder'
import { accessionOf, hasGiven, labOrderFacts, orderTakenUnder, type Recollect, recollectOrder } from '../../../shared/records/service-request/order'
import { receivedSpecimen, rejectedSpecimen, specimenOf } from '../../../shared/records/specimen/specimen'
import { recordIdOfKey, ReplicaProblem } from '../../replica'
import { type Actor, type ChartingParts, instantNow } from '../parts'
import { summaryOf } from '../patients'
import { byUrgency, nextAccession } from './orders'
import type { Tracks } from './tracks'

/** Orders that wait and are looked at; of more, the newest. */
const mostOpen = 2_000
/** As many orders are read at once, and of so many it is looked up how far they are: others have their turn in between. */
const [ordersAtOnce, tracksAtOnce] = [50, 5]
const mostOfTube = 60

type Order = Envelope<'ServiceRequest'>

const areOfOnePatient = (orders: readonly Order[]): boolean => orders.every(({ search }) => search.subject === orders[0]!.search.subject)

const stageOf = ({ stage, resulted }: LabOrderEntry): LabWorklistStage => (resulted > 0 || stage === 'resulted' || stage === 'verified' || stage === 'seen' ? 'resulted' : stage === 'in-lab' ? 'in-lab' : stage === 'collected' ? 'collected' : 'to-collect')

/** Tubes: taken, brought to the laboratory, sent back; and the list of those who work with them. */
export const openSpecimens = (parts: ChartingParts, { tracks }: { readonly tracks: Tracks }) => {
  const { records, practice } = parts.replica

  /** The laboratory orders that claim a number. */
  const claimsOn = async (accession: string): Promise<Order[]> => {
    const found = await records.find('ServiceRequest', { where: { identifier: accession }, limit: mostOfTube })
    return found.filter(({ resource }) => !isImagingOrder(resource) && accessionOf(resource) === accession && resource.status !== 'revoked' && resource.status !== 'entered-in-error')
  }

  /** The laboratory orders of a tube; none where two patients' claim its number: it is nobody's. */
  const openOf = async (accession: string): Promise<Order[]> => {
    const claims = await claimsOn(accession)
    return areOfOnePatient(claims) ? claims : []
  }

  /** The orders whose tube was given this number, too, and is not taken yet: two laboratories rejected the one before apart, and one number stands. Rare, so they are looked through. */
  const givenTo = async (accession: string): Promise<Order[]> => {
    const found: Order[] = []
    for (let skip = 0; skip < mostOpen; skip += ordersAtOnce) {
      const page = await records.find('ServiceRequest', { where: { status: 'active' }, skip, limit: ordersAtOnce })
      found.push(...page.filter(({ resource }) => !isImagingOrder(resource) && hasGiven(resource, accession)))
      if (page.length < ordersAtOnce) break
      await setImmediate()
    }
    const taken = await tracks.tubesOf(found.map(({ resource }) => accessionOf(resource)))
    return found.filter(({ resource }) => !taken.has(accessionOf(resource)))
  }

  /** The orders of a rejected tube that wait for another one already, with what was said then. */
  const movedFrom = async (accession: string, orders: readonly string[]): Promise<(readonly [Order, Recollect])[]> => {
    const found = await Promise.all(orders.map((id) => records.get('ServiceRequest', id)))
    return found.flatMap((order) => {
      const again = order && labOrderFacts(order.resource).again.find(({ rejected }) => rejected === accession)
      return order && again ? [[order, again] as const] : []
    })
  }

  const sampleOf = async (accession: string): Promise<LabSample | undefined> => {
    const tube = (await tracks.tubesOf([accession])).get(accession)
    const orders = await claimsOn(accession)
    // Under the number of a tube that was rejected there are no orders any more; the tube still says for which they were.
    const of = orders.length > 0 ? orders : tube ? (await Promise.all(tube.orders.map((id) => records.get('ServiceRequest', id)))).filter((each) => each !== undefined) : await givenTo(accession)
    const subject = tube?.subject ?? of[0]?.search.subject
    if (!of.every(({ search }) => search.subject === subject)) return undefined
    const patient = subject === undefined ? undefined : await records.get('Patient', subject)
    if (!patient || of.length === 0) return undefined
    // Where the power went before the tube itself said so, its orders do.
    const [moved] = tube && !tube.rejected && orders.length === 0 ? await movedFrom(accession, tube.orders) : []
    const rejected = tube?.rejected ?? (moved && { at: moved[1].at, by: moved[1].by, reason: moved[1].reason, words: '' })
    return { accession, patient: summaryOf(patient), orders: await tracks.entriesOf(of), ...(rejected && { rejected: { ...rejected, by: await parts.names.nameOf(rejected.by) } }) }
  }

  /** The orders of a tube that is taken or brought, its label may bear another of their numbers. */
  const ordersToTake = async (accession: string): Promise<Order[]> => {
    const orders = await openOf(accession)
    if (orders.length > 0 || (await claimsOn(accession)).length > 0 || (await tracks.tubesOf([accession])).has(accession)) return orders
    const given = await givenTo(accession)
    return given.length > 0 && areOfOnePatient(given) ? given : []
  }
  /** From now on the orders go by the number of the tube that was taken. */
  const goBy = async (accession: string, orders: readonly Order[], actor: Actor): Promise<void> => {
    for (const { id, resource } of orders) if (hasGiven(resource, accession)) await records.revise('ServiceRequest', id, (order) => orderTakenUnder(order, accession), actor.practitioner)
  }

  const act = async (accessions: readonly string[], one: (accession: string, orders: readonly Order[]) => Promise<'not-found' | 'conflict' | undefined>): Promise<Answer<LabSample[]>> => {
    const samples: LabSample[] = []
    for (const accession of accessions) {
      const refused = await one(accession, await ordersToTake(accession))
      if (refused) return refuse(refused, { accession })
      const sample = await sampleOf(accession)
      if (sample) samples.push(sample)
    }
    return done(samples)
  }

  const keyOf = (accession: string): string => `specimen:${accession}`
  /** A tube that comes to the laboratory, or is sent back, was taken: who did it, nobody noted. */
  const tubeFor = async (accession: string, orders: readonly Order[], collected: { readonly at: string; readonly by: string }, actor: Actor): Promise<Envelope<'Specimen'>> => {
    const { subject, specimen } = labOrderFacts(orders[0]!.resource)
    return records.add('Specimen', specimenOf({ accession, subject, kind: specimen, orders: orders.map(({ id }) => id), collected }), actor.practitioner, keyOf(accession))
  }

  return {
    /** What a label stands for: the tube's orders and whose they are. */
    sample: async (accession: string): Promise<Answer<LabSample>> => {
      const sample = await sampleOf(accession)
      return sample ? done(sample) : refuse('accession-unknown', { accession })
    },

    /** The tubes were taken of the patient, now. Once only: a second time says what the first one did. */
    collect: (ask: { readonly patient: string; readonly accessions: readonly string[] }, actor: Actor): Promise<Answer<LabSample[]>> =>
      act(ask.accessions, async (accession, orders) => {
        if (orders.length === 0 || orders.some(({ search }) => search.subject !== ask.patient)) return 'not-found'
        await goBy(accession, orders, actor)
        await tubeFor(accession, orders, { at: instantNow(parts), by: actor.practitioner }, actor)
        return undefined
      }),

    /** The tubes are in the laboratory. */
    receive: (ask: { readonly accessions: readonly string[] }, actor: Actor): Promise<Answer<LabSample[]>> =>
      act(ask.accessions, async (accession, orders) => {
        if (orders.length === 0) return 'not-found'
        await goBy(accession, orders, actor)
        const done = { at: instantNow(parts), by: actor.practitioner }
        const tube = await tubeFor(accession, orders, done, actor)
        const received = receivedSpecimen(tube.resource, done)
        if (received !== tube.resource) await records.revise('Specimen', tube.id, (resource) => receivedSpecimen(resource, done), actor.practitioner)
        return undefined
      }),

    /**
     * The tube is no good: it stays with its reason, what comes under its number is no answer any more, and its orders wait for another tube
     * under a number of its own. `conflict` where all of it is answered, or it was rejected before.
     */
    reject: (ask: { readonly accession: string; readonly reason: RejectReason; readonly words: string }, actor: Actor): Promise<Answer<LabSample>> =>
      parts.once(`reject-specimen:${ask.accession}`, async () => {
        const orders = (await openOf(ask.accession)).filter(({ resource }) => resource.status === 'active')
        const [tubes, known] = [await tracks.tubesOf([ask.accession]), await openOf(ask.accession)]
        if (known.length === 0 && (!tubes.has(ask.accession) || (await claimsOn(ask.accession)).length > 0)) return refuse('accession-unknown', { accession: ask.accession })
        // The power went while this tube was rejected: what was not written then is written now, under the number that was given out.
        const moved = await movedFrom(ask.accession, tubes.get(ask.accession)?.orders ?? [])
        if (orders.length + moved.length === 0 || tubes.get(ask.accession)?.rejected) return refuse('conflict')
        const done = { at: instantNow(parts), by: actor.practitioner }
        const tube = orders.length > 0 ? await tubeFor(ask.accession, orders, done, actor) : await records.get('Specimen', recordIdOfKey(practice, 'Specimen', keyOf(ask.accession)))
        if (!tube) return refuse('conflict')
        const given = moved[0] && accessionOf(moved[0][0].resource)
        const isStillToTake = given !== undefined && (orders.length === 0 || !(await tracks.tubesOf([given])).has(given))
        const next = isStillToTake ? given : await nextAccession(parts)
        // First the orders: a tube that is rejected and still theirs would have to be taken again by somebody who does not know.
        for (const { id } of orders) await records.revise('ServiceRequest', id, (order) => recollectOrder(order, { ...done, rejected: ask.accession, reason: ask.reason }, next), actor.practitioner)
        await records.revise('Specimen', tube.id, (resource) => rejectedSpecimen(resource, { ...done, reason: ask.reason, words: ask.words }), actor.practitioner)
        const sample = await sampleOf(next)
        if (!sample) throw new ReplicaProblem('conflict')
        return { ok: true, value: sample }
      }, () => false),

    /** What waits in the laboratory and before it: the gravest first, of these the one that has waited longest. */
    worklist: async (ask: { readonly stage?: LabWorklistStage | undefined; readonly skip: number; readonly limit: number }): Promise<Answer<LabWorklist>> => {
      // By id: what somebody writes meanwhile moves the pages.
      const entries = new Map<string, LabOrderEntry>()
      let read = 0
      for (; read < mostOpen; ) {
        const found = await records.find('ServiceRequest', { where: { status: 'active' }, skip: read, limit: ordersAtOnce })
        const orders = found.filter(({ resource }) => !isImagingOrder(resource))
        for (let done = 0; done < orders.length; done += tracksAtOnce) {
          await setImmediate()
          for (const entry of await tracks.entriesOf(orders.slice(done, done + tracksAtOnce))) entries.set(entry.id, entry)
        }
        read += found.length
        if (found.length < ordersAtOnce) break
        await setImmediate()
      }
      const waiting = [...entries.values()].map((entry) => ({ entry, stage: stageOf(entry) })).sort((one, other) => byUrgency(one.entry, other.entry))
      const counts = { 'to-collect': 0, collected: 0, 'in-lab': 0, resulted: 0 }
      for (const { stage } of waiting) counts[stage] += 1
      const asked = waiting.filter(({ stage }) => ask.stage === undefined || stage === ask.stage)
      const page = asked.slice(ask.skip, ask.skip + ask.limit)
      const patients = new Map<string, LabWorklistEntry['patient']>()
      for (const id of new Set(page.map(({ entry }) => entry.patient))) {
        const patient = await records.get('Patient', id)
        if (patient) patients.set(id, summaryOf(patient))
      }
      return done({
        entries: page.flatMap(({ entry, stage }): LabWorklistEntry[] => {
          const patient = patients.get(entry.patient)
          return patient ? [{ order: entry, stage, patient }] : []
        }),
        total: asked.length,
        counts,
        isCut: read >= mostOpen,
      })
    },
  }
}
