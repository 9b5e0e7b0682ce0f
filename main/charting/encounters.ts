import { type AddendumEntry, type Answer, done, type EncounterEntry, type NoteEntry, refuse } from '../../shared/contract'
import { noteFacts, noteOf, type WrittenNote } from '../../shared/records/composition/note'
import { encounterFacts, encounterOf, finishedEncounter } from '../../shared/records/encounter/encounter'
import type { Envelope } from '../../shared/records/envelope'
import { idIn } from '../../shared/records/systems'
import { type Actor, type ChartingParts, instantNow } from './parts'

const mostNotes = 2000

/** Visits and their notes. */
export const openEncounters = (parts: ChartingParts) => {
  const { records } = parts.replica
  const { nameOf } = parts.names

  const addendumEntry = async ({ id, resource }: Envelope<'Composition'>): Promise<AddendumEntry> => {
    const { text, appends, by, at } = noteFacts(resource)
    return { id, text, reason: appends?.reason ?? '', by: await nameOf(by), at }
  }

  /** Notes with what was added to them; what adds to a note that is not here stands by itself. */
  const noteEntries = async (notes: readonly Envelope<'Composition'>[]): Promise<NoteEntry[]> => {
    const byTime = [...notes].sort((one, other) => (one.resource.date < other.resource.date ? -1 : one.resource.date > other.resource.date ? 1 : 0))
    const targetOf = ({ resource }: Envelope<'Composition'>) => {
      const target = noteFacts(resource).appends?.note
      return byTime.some(({ id }) => id === target) ? target : undefined
    }
    return Promise.all(
      byTime
        .filter((note) => targetOf(note) === undefined)
        .map(async ({ id, resource }) => {
          const { text, sections, by, at } = noteFacts(resource)
          return { id, text, sections, by: await nameOf(by), at, addenda: await Promise.all(byTime.filter((each) => targetOf(each) === id).map(addendumEntry)) }
        }),
    )
  }

  const encounterEntry = async (encounter: Envelope<'Encounter'>, notes: readonly Envelope<'Composition'>[]): Promise<EncounterEntry> => {
    const facts = encounterFacts(encounter.resource)
    return { id: encounter.id, ...facts, by: await nameOf(facts.by), notes: await noteEntries(notes) }
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
      ask: { readonly key: string; readonly patient: string; readonly encounter: string } & Pick<WrittenNote, 'text' | 'soap'>,
      actor: Actor,
    ): Promise<Answer<NoteEntry>> => {
      if (!(await ofPatient(ask.patient, ask.encounter))) return refuse('not-found')
      const { patient: subject, encounter, text, soap } = ask
      const resource = noteOf({ subject, encounter, ...(text === undefined ? {} : { text }), ...(soap ? { soap } : {}), author: actor.practitioner, date: instantNow(parts) })
      const [entry] = await noteEntries([await records.add('Composition', resource, actor.practitioner, `note:${encounter}:${ask.key}`)])
      return entry ? done(entry) : refuse('not-found')
    },

    addAddendum: async (
      ask: { readonly key: string; readonly patient: string; readonly note: string; readonly reason: string; readonly text: string },
      actor: Actor,
    ): Promise<Answer<NoteEntry>> => {
      const { patient: subject, note, reason, text } = ask
      const signed = await records.get('Composition', note)
      const encounter = idIn(signed?.resource.encounter, 'Encounter')
      if (!signed || encounter === undefined || idIn(signed.resource.subject, 'Patient') !== subject) return refuse('not-found')
      // What is added to an addendum belongs to the note that it adds to.
      const target = noteFacts(signed.resource).appends?.note ?? note
      const resource = noteOf({ subject, encounter, text, appends: { note: target, reason }, author: actor.practitioner, date: instantNow(parts) })
      await records.add('Composition', resource, actor.practitioner, `addendum:${target}:${ask.key}`)
      const all = await records.find('Composition', { where: { subject, encounter }, limit: mostNotes })
      const entry = (await noteEntries(all)).find(({ id }) => id === target)
      return entry ? done(entry) : refuse('not-found')
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
