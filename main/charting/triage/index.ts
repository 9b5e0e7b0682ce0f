import { done, refuse, type Answer, type Queue, type QueueEntry, type TriageEntry } from '../../../shared/contract'
import type { Envelope } from '../../../shared/records/envelope'
import { idIn } from '../../../shared/records/systems'
import { chartByAge, moreUrgent, triage, type TriageChart, type TriageColour, type TriageSign } from '../../../shared/records/triage/iitt'
import { inQueueOrder } from '../../../shared/records/triage/queue'
import { arrival, triageCode, triageFacts, triageObservation } from '../../../shared/records/triage/triageRecord'
import { recordIdOfKey } from '../../replica'
import { type Actor, type ChartingParts, instantNow, localToday } from '../parts'
import { summaryOf } from '../patients'
import type { openVitals, VitalSet } from '../vitals'

/** So many are told; more have never waited at once in a small clinic. */
const mostWaiting = 200
/** Triages of one visit that are looked through. */
const mostTriages = 10
const waitingStates = ['arrived', 'triaged'] as const

/** What was found at a triage. */
export interface Found {
  readonly key: string
  readonly patient: string
  readonly encounter: string
  readonly chart?: TriageChart | undefined
  readonly signs: readonly TriageSign[]
  readonly isPregnant: boolean
  readonly values: VitalSet['values']
  readonly raisedTo?: TriageColour | undefined
}

const reasonsOf = ({ reasonCode }: Envelope<'Encounter'>['resource']): string[] => reasonCode?.flatMap(({ text }) => (text ? [text] : [])) ?? []

/** Walk-ins and how urgent they are. */
export const openTriage = (parts: ChartingParts, vitals: Pick<ReturnType<typeof openVitals>, 'record'>) => {
  const { records, practice } = parts.replica
  const { nameOf } = parts.names

  /** The newest triage of each visit; of two of one moment the more urgent. */
  const triagesOf = async (encounters: readonly string[]): Promise<ReadonlyMap<string, TriageEntry>> => {
    const newest = new Map<string, TriageEntry>()
    if (encounters.length === 0) return newest
    const found = await records.find('Observation', { where: { encounter: { in: encounters }, code: triageCode }, limit: encounters.length * mostTriages })
    for (const { resource } of found) {
      const facts = triageFacts(resource)
      if (!facts) continue
      const before = newest.get(facts.encounter)
      const isNewer = !before || facts.at > before.at || (facts.at === before.at && moreUrgent(facts.colour, before.colour) === facts.colour)
      if (isNewer) newest.set(facts.encounter, { ...facts, by: facts.by })
    }
    return new Map(await Promise.all([...newest].map(async ([id, { colour, computed, reasons, highRisk, missing, signs, at, by }]) =>
      [id, { colour, computed, reasons, highRisk, missing, signs, at, by: await nameOf(by) }] as const)))
  }

  const entryOf = async ({ id, resource }: Envelope<'Encounter'>, triages: ReadonlyMap<string, TriageEntry>): Promise<QueueEntry | undefined> => {
    const patient = await records.get('Patient', idIn(resource.subject, 'Patient') ?? '')
    const said = triages.get(id)
    return patient && { encounter: id, patient: summaryOf(patient), reason: reasonsOf(resource).join('; '), arrivedAt: resource.period?.start ?? '', ...(said ? { triage: said } : {}) }
  }

  /** The visit, when it is this patient's and nobody has begun it. */
  const waitingVisit = async (patient: string, encounter: string): Promise<Envelope<'Encounter'> | undefined> => {
    const found = await records.get('Encounter', encounter)
    const isTheirs = found && idIn(found.resource.subject, 'Patient') === patient
    return isTheirs && waitingStates.some((state) => state === found.resource.status) ? found : undefined
  }

  const read = async (): Promise<Queue> => {
    const where = { status: { in: waitingStates } }
    // The newest: who came today is told, however many of other days nobody has closed.
    const [encounters, all] = await Promise.all([records.find('Encounter', { where, sort: { by: 'date', order: 'descending' }, limit: mostWaiting }), records.count('Encounter', { where })])
    const triages = await triagesOf(encounters.map(({ id }) => id))
    const entries = (await Promise.all(encounters.map((encounter) => entryOf(encounter, triages)))).filter((entry) => entry !== undefined)
    const placed = entries.map((entry) => {
      const { arrivedAt, triage: said } = entry
      return { entry, place: { arrivedAt, isForReview: said !== undefined && said.highRisk.length > 0 && said.colour === said.computed, ...(said ? { colour: said.colour } : {}) } }
    })
    return { waiting: placed.sort((one, other) => inQueueOrder(one.place, other.place)).map(({ entry }) => entry), more: all - encounters.length }
  }

  return {
    read,

    /**
     * Of a patient who waits already no second visit begins, and what was said now is not lost: said again under the same key, since the first
     * answer got lost, it takes the place of what that act said; said by somebody else, it is a further reason.
     */
    arrive: async ({ key, patient, reason }: { readonly key: string; readonly patient: string; readonly reason: string }, actor: Actor): Promise<Answer<QueueEntry>> =>
      parts.once(`arrive:${patient}`, async () => {
        if (!(await records.get('Patient', patient))) return refuse('not-found')
        const waits = await records.find('Encounter', { where: { subject: patient, status: { in: waitingStates } }, limit: 1 })
        const [there] = waits
        if (there) {
          const isOwn = there.id === recordIdOfKey(practice, 'Encounter', `arrive:${patient}:${key}`)
          const isSaid = reasonsOf(there.resource).includes(reason)
          const withReason = ({ reasonCode = [], ...visit }: typeof there.resource) => ({ ...visit, reasonCode: isOwn ? [{ text: reason }, ...reasonCode.slice(1)] : [...reasonCode, { text: reason }] })
          const visit = isSaid ? there : await records.revise('Encounter', there.id, withReason, actor.practitioner)
          const entry = await entryOf(visit, await triagesOf([there.id]))
          return entry ? done(entry) : refuse('not-found')
        }
        const added = await records.add('Encounter', arrival({ subject: patient, at: instantNow(parts), reason, practitioner: actor.practitioner }), actor.practitioner, `arrive:${patient}:${key}`)
        const entry = await entryOf(added, new Map())
        return entry ? done(entry) : refuse('not-found')
      }, () => false),

    /** Charts what was found, and places the patient in the queue; `bad-shape` where nobody knows which chart holds. */
    record: async (found: Found, actor: Actor): Promise<Answer<QueueEntry>> => {
      const visit = await waitingVisit(found.patient, found.encounter)
      const patient = visit && (await records.get('Patient', found.patient))
      if (!visit || !patient) return refuse('not-found')
      const { birthDate } = patient.resource
      const today = localToday(parts)
      const chart = chartByAge(birthDate, today) ?? found.chart
      if (!chart) return refuse('bad-shape', { field: 'chart' })
      const effective = instantNow(parts)
      if (found.values.length > 0) {
        const charted = await vitals.record({ key: `triage:${found.key}`, patient: found.patient, effective, values: found.values }, actor)
        if (!charted.ok) return charted
      }
      const values = Object.fromEntries(found.values.map(({ code, value }) => [code, value]))
      const { signs, isPregnant } = found
      const result = triage({ chart, signs, isPregnant, values, ...(birthDate === undefined ? {} : { birthDate }) }, today)
      const colour = found.raisedTo ? moreUrgent(found.raisedTo, result.colour) : result.colour
      const facts = { chart, signs, isPregnant, computed: result.colour, colour, reasons: result.reasons, highRisk: result.highRisk, missing: result.missing }
      // What was found is part of the act: saved again after a lost answer with one sign more, it is a further look, and the newest counts.
      const act = JSON.stringify([chart, [...signs].sort(), isPregnant, values, colour])
      await records.add('Observation', triageObservation(facts, { subject: found.patient, encounter: visit.id, effective, performer: actor.practitioner }), actor.practitioner, `triage:${visit.id}:${found.key}:${act}`)
      const placed = visit.resource.status === 'arrived' ? await records.revise('Encounter', visit.id, (encounter) => (encounter.status === 'arrived' ? { ...encounter, status: 'triaged' } : encounter), actor.practitioner) : visit
      const entry = await entryOf(placed, await triagesOf([visit.id]))
      return entry ? done(entry) : refuse('not-found')
    },

    /** The visit begins; a second press finds it begun. */
    see: async (patient: string, encounter: string, actor: Actor): Promise<Answer<null>> => {
      if (!(await waitingVisit(patient, encounter))) return refuse('conflict', { reason: 'not-waiting' })
      await records.revise('Encounter', encounter, (visit) => ({ ...visit, status: 'in-progress', participant: [...(visit.participant ?? []), { individual: { reference: `Practitioner/${actor.practitioner}` } }] }), actor.practitioner)
      return done(null)
    },

    leave: async (patient: string, encounter: string, reason: string, actor: Actor): Promise<Answer<null>> => {
      if (!(await waitingVisit(patient, encounter))) return refuse('conflict', { reason: 'not-waiting' })
      await records.revise('Encounter', encounter, (visit) => ({ ...visit, status: 'cancelled', period: { ...visit.period, end: instantNow(parts) }, reasonCode: [...(visit.reasonCode ?? []), { text: reason }] }), actor.practitioner)
      return done(null)
    },
  }
}

/** See {@link openTriage}. */
export type Triage = ReturnType<typeof openTriage>
