import type { Communication, Observation } from 'fhir/r4'
import type { Critical } from '../observation/criticalValue'
import { readBehindSign } from '../observation/numberTyped'
import { resultLineOf } from '../observation/result'
import { withWesternDigits } from '../searchParts'
import { idIn, referenceTo, systems } from '../systems'

/**
 * A critical result as R4 Communications: the alert is one (`about` the Observation), and so is the answer of the person who took it (`inResponseTo`). Neither is ever
 * changed, so that nobody's answer is lost when two people give one on two workstations that do not hear each other.
 */
export const criticalTopics = { alert: 'critical-value', answer: 'critical-value-acknowledged' } as const

/** What an alert says. */
export interface CriticalAlertFacts {
  readonly subject: string
  readonly observation: string
  /** What is read out and read back: `6.8`. */
  readonly value: string
  readonly unit: string
  readonly test: string
  readonly side?: 'low' | 'high'
  readonly limit?: number
  /** When the result was accepted, ISO instant. */
  readonly at: string
}

/** Who took an alert, whom they told, and what was read back. */
export interface CriticalAnswer {
  readonly alert: string
  readonly subject: string
  /** Practitioner id. */
  readonly by: string
  /** In words: name and place. */
  readonly told: string
  /** The value as the one who was told repeated it. */
  readonly readBack: string
  /** What is being done. */
  readonly action: string
  /** ISO instant. */
  readonly at: string
}

const topicOf = (resource: Communication): string | undefined => resource.topic?.coding?.find(({ system }) => system === systems.communicationTopic)?.code
const topic = (code: string, text?: string) => ({ coding: [{ system: systems.communicationTopic, code }], ...(text === undefined ? {} : { text }) })
const isAlert = (resource: Communication): boolean => topicOf(resource) === criticalTopics.alert

const isInstant = (text: string | undefined): text is string => text !== undefined && !Number.isNaN(Date.parse(text))
const part = (name: string, text: string) => ({ id: name, contentString: text })
const partOf = (resource: Communication, name: string): string | undefined => resource.payload?.find(({ id }) => id === name)?.contentString

/** The alert for a result that was accepted at this moment. */
export const criticalAlert = (observation: Observation & { readonly id: string }, { side, limit }: Critical, at: string): Communication => {
  const { text, unit, name } = resultLineOf(observation)
  const of = side === undefined ? [] : [part('side', side)]
  const from = limit === undefined ? [] : [part('limit', String(limit))]
  return {
    resourceType: 'Communication',
    status: 'completed',
    category: [{ coding: [{ system: systems.communicationCategory, code: 'alert' }] }],
    priority: 'stat',
    subject: observation.subject,
    topic: topic(criticalTopics.alert, name),
    about: [referenceTo('Observation', observation.id)],
    sent: at,
    payload: [part('value', text), ...(unit === undefined ? [] : [part('unit', unit)]), ...of, ...from],
  }
}

/** What an alert says; undefined when the Communication is another one, or not whole. */
export const criticalAlertOf = (resource: Communication): CriticalAlertFacts | undefined => {
  const [subject, observation, value] = [idIn(resource.subject, 'Patient'), idIn(resource.about?.[0], 'Observation'), partOf(resource, 'value')]
  if (!isAlert(resource) || subject === undefined || observation === undefined || value === undefined || !isInstant(resource.sent)) return undefined
  const [side, limit] = [partOf(resource, 'side'), Number(partOf(resource, 'limit') ?? Number.NaN)]
  return {
    subject, observation, value, at: resource.sent,
    unit: partOf(resource, 'unit') ?? '',
    test: resource.topic?.text ?? '',
    ...(side === 'low' || side === 'high' ? { side } : {}),
    ...(Number.isFinite(limit) ? { limit } : {}),
  }
}

/** The record of an answer. */
export const criticalAnswer = ({ alert, subject, by, told, readBack, action, at }: CriticalAnswer): Communication => ({
  resourceType: 'Communication',
  status: 'completed',
  inResponseTo: [referenceTo('Communication', alert)],
  subject: referenceTo('Patient', subject),
  topic: topic(criticalTopics.answer),
  sender: referenceTo('Practitioner', by),
  recipient: [{ display: told }],
  sent: at,
  payload: [part('read-back', readBack), ...(action === '' ? [] : [part('action', action)])],
})

/** The answer in a Communication; undefined when it is another one, or not whole. */
export const criticalAnswerOf = (resource: Communication): CriticalAnswer | undefined => {
  const [alert, subject, by] = [idIn(resource.inResponseTo?.[0], 'Communication'), idIn(resource.subject, 'Patient'), idIn(resource.sender, 'Practitioner')]
  if (topicOf(resource) !== criticalTopics.answer || alert === undefined || subject === undefined || by === undefined || !isInstant(resource.sent)) return undefined
  return { alert, subject, by, at: resource.sent, told: resource.recipient?.[0]?.display ?? '', readBack: partOf(resource, 'read-back') ?? '', action: partOf(resource, 'action') ?? '' }
}

const asSaid = (text: string): string => withWesternDigits(text).replace(/\s/g, '').replace(/[,\u060c\u066b]/, '.').toLowerCase()
/** Whether the number in it can be read in two ways. */
const isUnclear = (said: string): boolean => {
  const number = readBehindSign(/^[<>=≤≥\s]*[-\p{Nd}.,\u060c]+/u.exec(said.trim())?.[0] ?? '')
  return number.kind === 'unclear' && number.readings.length > 1
}

/** Whether what was read back is what the result says: `6,8` is `6.8`, with its unit or without; `1,200` is neither 1200 nor 1.200. */
export const isReadBack = ({ value, unit }: Pick<CriticalAlertFacts, 'value' | 'unit'>, said: string): boolean => {
  if (isUnclear(said)) return false
  const [is, with_] = [asSaid(value), asSaid(`${value}${unit}`)]
  return [is, with_].includes(asSaid(said))
}
