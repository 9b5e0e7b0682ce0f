import { type Answer, done, type EncounterEntry, type NoteEntry, refuse } from '../../shared/contract'
import { noteFacts, noteOf } from '../../shared/records/composition/note'
import { encounterFacts, encounterOf, finishedEncounter } from '../../shared/records/encounter/encounter'
import type { Envelope } from '../../shared/records/envelope'
import { idIn } from '../../shared/records/systems'
import { type Actor, type ChartingParts, instantNow } from './parts'

const mostNotes = 2000

/** Visits and their notes. */
export const openEncounters = (parts: ChartingParts) => {
  const { records } = parts.replica
  const { nameOf } = parts.names

  const noteEntry = async (note: Envelope<'Composition'>): Promise<NoteEntry> => {
    const facts = noteFacts(note.resource)
    return { id: note.id, ...facts, by: await nameOf(facts.by) }
  }

  const encounterEntry = async (encounter: Envelope<'Encounter'>, notes: readonly Envelope<'Composition'>[]): Promise<EncounterEntry> => {
    const facts = encounterFacts(encounter.resource)
    const written = await Promise.all(notes.map(noteEntry))
    written.sort((left, right) => (left.at < right.at ? -1 : left.at > right.at ? 1 : 0))
    return { id: encounter.id, ...facts, by: await nameOf(facts.by), notes: written }
  }

  const withNotes = async (encounters: readonly Envelope<'Encounter'>[], patient: string): Promise<EncounterEntry[]> => {
    if (encounters.length === 0) return []
    const notes = await records.find('Composition', {
      where: { subject: patient, encounter: { in: encounters.map((each) => each.id) } },
      limit: mostNotes,
    })
    const perEncounter = new Map<string, Envelope<'Composition'>[]>()
    for (const note of notes) {
      const encounter = idIn(note.resource.encounter, 'Encounter') ?? ''
      perEncounter.set(encounter, [...(perEncounter.get(encounter) ?? []), note])
    }
    return Promise.all(encounters.map((each) => encounterEntry(each, perEncounter.get(each.id) ?? [])))
  }

  /** The encounter, when it is this patient's. */
  const ofPatient = async (patient: string, encounter: string): Promise<Envelope<'Encounter'> | undefined> => {
    const found = await records.get('Encounter', encounter)
    return found && idIn(found.resource.subject, 'Patient') === patient ? found : undefined
  }

  return {
    start: async (ask: { readonly key: string; readonly patient: string; readonly reason: string }, actor: Actor): Promise<Answer<EncounterEntry>> => {
      if (!(await records.get('Patient', ask.patient))) return refuse('not-found')
      const resource = encounterOf({ subject: ask.patient, start: instantNow(parts), reason: ask.reason, practitioner: actor.practitioner })
      const encounter = await records.add('Encounter', resource, actor.practitioner, `encounter:${ask.patient}:${ask.key}`)
      const [entry] = await withNotes([encounter], ask.patient)
      return entry ? done(entry) : refuse('not-found')
    },

    finish: async (ask: { readonly patient: string; readonly encounter: string }, actor: Actor): Promise<Answer<EncounterEntry>> => {
      const found = await ofPatient(ask.patient, ask.encounter)
      if (!found) return refuse('not-found')
      const end = instantNow(parts)
      const encounter =
        found.resource.status === 'finished'
          ? found
          : await records.revise('Encounter', ask.encounter, (resource) => finishedEncounter(resource, end), actor.practitioner)
      const [entry] = await withNotes([encounter], ask.patient)
      return entry ? done(entry) : refuse('not-found')
    },

    /** Adds a note; also to a visit that has ended. */
    addNote: async (
      ask: { readonly key: string; readonly patient: string; readonly encounter: string; readonly text: string },
      actor: Actor,
    ): Promise<Answer<NoteEntry>> => {
      if (!(await ofPatient(ask.patient, ask.encounter))) return refuse('not-found')
      const told = { subject: ask.patient, encounter: ask.encounter, text: ask.text }
      const resource = noteOf({ ...told, author: actor.practitioner, date: instantNow(parts) })
      return done(await noteEntry(await records.add('Composition', resource, actor.practitioner, `note:${ask.encounter}:${ask.key}`)))
    },

    /** Newest first. */
    list: async (patient: string, page: { readonly skip: number; readonly limit: number }): Promise<EncounterEntry[]> => {
      const encounters = await records.find('Encounter', {
        where: { subject: patient },
        sort: { by: 'date', order: 'descending' },
        skip: page.skip,
        limit: page.limit,
      })
      return withNotes(encounters, patient)
    },
  }
}
