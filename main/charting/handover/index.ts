import { done, refuse, type AllergyStatus, type Answer, type DueObservation, type EncounterEntry, type HandoverEntry, type HandoverPatient, type HandoverSheet, type ProblemEntry } from '../../../shared/contract'
import { currentHours, type ScoredSet } from '../../../shared/records/early-warning/sets'
import type { Envelope } from '../../../shared/records/envelope'
import { handoverGiven, handoverIn, handoverTaken, handoverTopics, takenIn } from '../../../shared/records/handover/handover'
import { type Actor, type ChartingParts, instantNow } from '../parts'
import { summaryOf } from '../patients'

/** Before the first handover. */
const usualMs = 12 * 3_600_000
const mostHandovers = 5
const mostPending = 40
const mostScores = 8
/** More changes than this are told as so many. */
const mostCounted = 500

/** Who lies where, as the beds say it. */
export interface HandedBed {
  readonly name: string
  readonly patient?: { readonly id: string }
  readonly since?: string
}

/** What a sheet is put together from. */
export interface HandoverSources {
  allergies(patient: string): Promise<AllergyStatus>
  encounters(patient: string): Promise<readonly EncounterEntry[]>
  problems(patient: string): Promise<readonly ProblemEntry[]>
  scores(patient: string): Promise<readonly ScoredSet[]>
  due(patient: string): Promise<DueObservation | undefined>
}

/** The handover between two shifts. */
export const openHandover = (parts: ChartingParts, sources: HandoverSources) => {
  const { records } = parts.replica
  const { nameOf } = parts.names

  const entryOf = async ({ id, resource }: Envelope<'Communication'>): Promise<HandoverEntry | undefined> => {
    const facts = handoverIn(resource)
    if (!facts) return undefined
    const taken = await records.find('Communication', { where: { code: handoverTopics.taken, date: { from: facts.at } }, sort: { by: 'date', order: 'ascending' }, limit: 50 })
    const first = taken.flatMap((each) => takenIn(each.resource) ?? []).find(({ handover }) => handover === id)
    return {
      id, givenBy: await nameOf(facts.by), givenAt: facts.at, patients: facts.patients.length, note: facts.note,
      ...(first ? { takenBy: await nameOf(first.by), takenAt: first.at } : {}),
    }
  }
  const newest = () => records.find('Communication', { where: { code: handoverTopics.given }, sort: { by: 'date', order: 'descending' }, limit: mostHandovers })

  const patientOf = async ({ name, patient, since: lies }: HandedBed, since: string): Promise<HandoverPatient | undefined> => {
    const found = patient && (await records.get('Patient', patient.id))
    if (!found) return undefined
    const { id } = found
    const after = { subject: id, date: { from: since } }
    const [visits, problems, scores, due, allergies, open, notes, vitals, reports, orders] = await Promise.all([
      sources.encounters(id),
      sources.problems(id),
      sources.scores(id),
      sources.due(id),
      sources.allergies(id),
      records.find('ServiceRequest', { where: { subject: id, status: 'active' }, limit: mostPending }),
      records.count('Composition', { where: after }),
      records.count('Observation', { where: after }),
      records.count('DiagnosticReport', { where: after }),
      records.count('ServiceRequest', { where: after }),
    ])
    const [visit] = visits
    const note = visit?.notes.at(-1)
    return {
      bed: name,
      ...(lies === undefined ? {} : { since: lies }),
      patient: summaryOf(found),
      allergies,
      situation: {
        reason: visit?.reason ?? '',
        problems: problems.filter(({ status }) => status === 'active').map(({ concept, certainty }) => ({ name: concept.display, isSuspected: certainty === 'provisional' })),
        ...(note ? { note: { text: note.sections.length > 1 ? note.sections.slice(-2).map(({ text }) => text).join('\n') : note.text, by: note.by, at: note.at } } : {}),
      },
      // A score of another day says nothing of this shift.
      scores: scores.filter(({ at }) => parts.now() - Date.parse(at) < currentHours * 3_600_000).slice(0, mostScores),
      ...(due ? { due } : {}),
      pending: open.map(({ resource }) => ({ what: resource.code?.text ?? resource.code?.coding?.[0]?.display ?? '', at: resource.authoredOn ?? '' })),
      changes: { notes, vitals: Math.min(vitals, mostCounted), reports, orders },
    }
  }

  return {
    read: async (beds: readonly HandedBed[]): Promise<HandoverSheet> => {
      const given = await newest()
      const since = handoverIn(given[0]?.resource ?? ({} as never))?.at ?? new Date(parts.now() - usualMs).toISOString()
      const patients: HandoverPatient[] = []
      // One after the other: a ward's sheet is no reason to hold up the person at the next bed.
      for (const bed of beds) {
        const found = await patientOf(bed, since)
        if (found) patients.push(found)
      }
      return { patients, since, handovers: (await Promise.all(given.map(entryOf))).filter((entry) => entry !== undefined) }
    },

    give: async ({ key, note }: { readonly key: string; readonly note: string }, beds: readonly HandedBed[], actor: Actor): Promise<Answer<HandoverEntry>> => {
      const patients = beds.flatMap(({ patient }) => (patient ? [patient.id] : []))
      const added = await records.add('Communication', handoverGiven({ by: actor.practitioner, at: instantNow(parts), patients, note }), actor.practitioner, `handover:${key}`)
      const entry = await entryOf(added)
      return entry ? done(entry) : refuse('not-found')
    },

    /** `conflict` when somebody else has taken it. */
    take: async ({ key, handover }: { readonly key: string; readonly handover: string }, actor: Actor): Promise<Answer<HandoverEntry>> => {
      const found = await records.get('Communication', handover)
      const facts = found && handoverIn(found.resource)
      if (!found || !facts) return refuse('not-found')
      const before = await entryOf(found)
      // Never before it was given, by a clock that is behind: it would not be found.
      const at = new Date(Math.max(parts.now(), Date.parse(facts.at))).toISOString()
      if (before?.takenAt === undefined) await records.add('Communication', handoverTaken(handover, { by: actor.practitioner, at }), actor.practitioner, `handover-taken:${handover}:${key}`)
      else if (before.takenBy !== (await nameOf(actor.practitioner))) return refuse('conflict', { reason: 'taken' })
      const entry = await entryOf(found)
      return entry ? done(entry) : refuse('not-found')
    },
  }
}

/** See {@link openHandover}. */
export type Handover = ReturnType<typeof openHandover>
