import type { Communication } from 'fhir/r4'
import { idIn, referenceTo, systems } from '../systems'

/**
 * A handover as R4 Communications: who gave it is one, who took it another (`inResponseTo`). Neither is ever changed, so that two people who
 * take over on two workstations that do not hear each other both stand.
 */
export const handoverTopics = { given: 'handover', taken: 'handover-taken' } as const

/** That a ward was handed over. */
export interface HandoverFacts {
  /** Practitioner id. */
  readonly by: string
  /** ISO instant. */
  readonly at: string
  /** Patient ids. */
  readonly patients: readonly string[]
  /** What the one who gives it wants to say beside the sheet. */
  readonly note: string
}

const topic = (code: string) => ({ coding: [{ system: systems.communicationTopic, code }] })
const topicOf = (resource: Communication): string | undefined => resource.topic?.coding?.find(({ system }) => system === systems.communicationTopic)?.code
const category = [{ coding: [{ system: systems.communicationCategory, code: 'notification' }] }]

/** The record of a handover that is given. */
export const handoverGiven = ({ by, at, patients, note }: HandoverFacts): Communication => ({
  resourceType: 'Communication',
  status: 'completed',
  category,
  topic: topic(handoverTopics.given),
  about: patients.map((patient) => referenceTo('Patient', patient)),
  sender: referenceTo('Practitioner', by),
  sent: at,
  ...(note === '' ? {} : { payload: [{ contentString: note }] }),
})

/** What a handover says; undefined when the record is none. */
export const handoverIn = (resource: Communication): HandoverFacts | undefined => {
  const by = idIn(resource.sender, 'Practitioner')
  if (topicOf(resource) !== handoverTopics.given || by === undefined || resource.sent === undefined) return undefined
  return { by, at: resource.sent, patients: (resource.about ?? []).flatMap((about) => idIn(about, 'Patient') ?? []), note: resource.payload?.[0]?.contentString ?? '' }
}

/** The record of who took a handover. */
export const handoverTaken = (handover: string, { by, at }: Pick<HandoverFacts, 'by' | 'at'>): Communication => ({
  resourceType: 'Communication',
  status: 'completed',
  category,
  topic: topic(handoverTopics.taken),
  inResponseTo: [referenceTo('Communication', handover)],
  sender: referenceTo('Practitioner', by),
  sent: at,
})

/** Which handover was taken, by whom and when; undefined when the record is none. */
export const takenIn = (resource: Communication): { readonly handover: string; readonly by: string; readonly at: string } | undefined => {
  const [handover, by] = [idIn(resource.inResponseTo?.[0], 'Communication'), idIn(resource.sender, 'Practitioner')]
  return topicOf(resource) !== handoverTopics.taken || handover === undefined || by === undefined || resource.sent === undefined ? undefined : { handover, by, at: resource.sent }
}
