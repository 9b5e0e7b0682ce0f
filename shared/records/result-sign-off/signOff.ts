import type { Communication } from 'fhir/r4'
import { idIn, referenceTo, systems, thingsIn } from '../systems'

/**
 * What a person did about a report, as R4 Communications (`about` the DiagnosticReport): that it was read and what follows from it, and that somebody takes it over from
 * the one who asked for it. Neither is ever changed: two people who sign off the same report apart have both signed it off.
 */
export const signOffTopics = { signedOff: 'result-signed-off', takenOver: 'result-taken-over' } as const

/** What follows from a result. */
export const signOffActions = ['none', 'repeat', 'call-patient', 'treat', 'refer', 'other'] as const
/** `none`: nothing follows, and a person said so. */
export type SignOffAction = (typeof signOffActions)[number]

/** That somebody has read a report and says what follows. */
export interface SignOff {
  /** DiagnosticReport id: this version of it and no later one. */
  readonly report: string
  /** Patient id. */
  readonly subject: string
  /** Practitioner id. */
  readonly by: string
  /** ISO instant. */
  readonly at: string
  readonly action: SignOffAction
  /** In the words of the person; may be empty. */
  readonly comment: string
}

/** That somebody answers for a report in the place of the one who asked for it. */
export type TakeOver = Pick<SignOff, 'report' | 'subject' | 'by' | 'at'>

const topicOf = (resource: Communication): string | undefined => thingsIn(resource.topic?.coding).find(({ system }) => system === systems.communicationTopic)?.code

const about = ({ report, subject, by, at }: TakeOver, code: string): Communication => ({
  resourceType: 'Communication',
  status: 'completed',
  subject: referenceTo('Patient', subject),
  topic: { coding: [{ system: systems.communicationTopic, code }] },
  about: [referenceTo('DiagnosticReport', report)],
  sender: referenceTo('Practitioner', by),
  sent: at,
})

const aboutOf = (resource: Communication, code: string): TakeOver | undefined => {
  const [report, subject, by, at] = [idIn(thingsIn(resource.about)[0], 'DiagnosticReport'), idIn(resource.subject, 'Patient'), idIn(resource.sender, 'Practitioner'), resource.sent]
  if (topicOf(resource) !== code || report === undefined || subject === undefined || by === undefined || at === undefined || Number.isNaN(Date.parse(at))) return undefined
  return { report, subject, by, at }
}

/** The record of a sign-off. */
export const signOffRecord = (signed: SignOff): Communication => ({
  ...about(signed, signOffTopics.signedOff),
  reasonCode: [{ coding: [{ system: systems.signOffAction, code: signed.action }] }],
  ...(signed.comment === '' ? {} : { payload: [{ contentString: signed.comment }] }),
})

/** The sign-off in a Communication; undefined when it is another one, or not whole. An action that nobody knows is `other`. */
export const signOffOf = (resource: Communication): SignOff | undefined => {
  const signed = aboutOf(resource, signOffTopics.signedOff)
  if (!signed) return undefined
  const code = thingsIn(thingsIn(resource.reasonCode)[0]?.coding).find(({ system }) => system === systems.signOffAction)?.code
  return { ...signed, action: signOffActions.find((known) => known === code) ?? 'other', comment: thingsIn(resource.payload)[0]?.contentString ?? '' }
}

/** The record of a report that somebody takes over. */
export const takeOverRecord = (taken: TakeOver): Communication => about(taken, signOffTopics.takenOver)

/** Who takes over what; undefined when the Communication is another one, or not whole. */
export const takeOverOf = (resource: Communication): TakeOver | undefined => aboutOf(resource, signOffTopics.takenOver)

/** Who took it over last: the one who answers for it. Of two at one instant the same one on every workstation. */
export const lastTakeOver = <Taken extends TakeOver>(all: readonly Taken[]): Taken | undefined =>
  [...all].sort((one, other) => Date.parse(other.at) - Date.parse(one.at) || (one.by < other.by ? -1 : 1))[0]
