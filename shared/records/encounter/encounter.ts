import type { Encounter } from 'fhir/r4'
import { idIn, referenceTo, systems } from '../systems'

/** A visit that begins. */
export const encounterOf = (told: { readonly subject: string; readonly start: string; readonly reason: string; readonly practitioner: string }): Encounter => ({
  resourceType: 'Encounter',
  status: 'in-progress',
  class: { system: systems.actCode, code: 'AMB', display: 'ambulatory' },
  subject: referenceTo('Patient', told.subject),
  participant: [{ individual: referenceTo('Practitioner', told.practitioner) }],
  period: { start: told.start },
  reasonCode: [{ text: told.reason }],
})

/** The visit, ended; an ended one keeps its end. */
export const finishedEncounter = (encounter: Encounter, end: string): Encounter =>
  encounter.status === 'finished' ? encounter : { ...encounter, status: 'finished', period: { ...encounter.period, end } }

/** What a chart shows of a visit; `by` is a practitioner id. */
export const encounterFacts = (encounter: Encounter) => ({
  start: encounter.period?.start ?? '',
  ...(encounter.period?.end === undefined ? {} : { end: encounter.period.end }),
  reason: encounter.reasonCode?.[0]?.text ?? '',
  status: encounter.status === 'finished' || encounter.status === 'cancelled' ? ('finished' as const) : ('in-progress' as const),
  by: idIn(encounter.participant?.[0]?.individual, 'Practitioner') ?? '',
})
