import type { DiagnosticReport, DomainResource, Extension, Observation } from 'fhir/r4'
import { holdReasons, type HoldReason } from '../observation/verdict'
import { correctsOf } from '../observation/vitalObservation'
import { extensions, idIn, referenceTo, thingsIn } from '../systems'

/** As many reports that wait stand in the list at once; the others come as these are decided about. */
export const unverifiedAtOnce = 200

/** What became of a device's result. */
const verificationStates = ['waiting', 'accepted', 'rejected', 're-run'] as const

/**
 * `waiting`: as the device sent it, nobody has looked. `accepted`: by a person, or by the rule of its test. `rejected`: it is no result. `re-run`: it is
 * to be measured again.
 */
export interface Verification {
  readonly state: (typeof verificationStates)[number]
  /** Practitioner id; absent while it waits, and where a rule accepted it. */
  readonly by?: string
  /** ISO instant of the decision. */
  readonly at?: string
  /** In the words of the person. */
  readonly why?: string
  /** Why it waited for a person. */
  readonly holds: readonly HoldReason[]
}

/** The resource with what became of it. */
export const withVerification = <Resource extends DomainResource>(resource: Resource, { state, by, at, why, holds }: Verification): Resource => {
  const parts: Extension[] = [{ url: 'state', valueCode: state }]
  if (by !== undefined) parts.push({ url: 'by', valueReference: referenceTo('Practitioner', by) })
  if (at !== undefined) parts.push({ url: 'at', valueInstant: at })
  if (why !== undefined && why !== '') parts.push({ url: 'why', valueString: why })
  if (holds.length > 0) parts.push({ url: 'holds', valueString: holds.join(' ') })
  const others = (resource.extension ?? []).filter(({ url }) => url !== extensions.verification)
  return { ...resource, extension: [...others, { url: extensions.verification, extension: parts }] }
}

/** What became of a result; undefined where nothing is said of it (an earlier Outpost filed everything as final). */
export const verificationOf = (resource: DomainResource): Verification | undefined => {
  const parts = thingsIn(thingsIn(resource.extension).find(({ url }) => url === extensions.verification)?.extension)
  const part = (url: string) => parts.find((each) => each.url === url)
  const state = verificationStates.find((known) => known === part('state')?.valueCode)
  if (!state) return undefined
  const [by, at, why] = [idIn(part('by')?.valueReference, 'Practitioner'), part('at')?.valueInstant, part('why')?.valueString]
  const holds = (part('holds')?.valueString ?? '').split(' ')
  return {
    state,
    holds: holdReasons.filter((reason) => holds.includes(reason)),
    ...(by === undefined ? {} : { by }),
    ...(at === undefined ? {} : { at }),
    ...(why === undefined ? {} : { why }),
  }
}

/** What was decided, without who decided it, when, and in which words: two people who decided alike apart say one thing. */
export const withoutDecider = <Resource extends DomainResource>(resource: Resource): Resource => {
  const decision = verificationOf(resource)
  if (!decision) return resource
  const { resultsInterpreter: _by, ...rest } = resource as Resource & Pick<DiagnosticReport, 'resultsInterpreter'>
  return withVerification(rest as unknown as Resource, { state: decision.state, holds: decision.holds })
}

const withCorrects = <Resource extends DomainResource>(resource: Resource, type: 'Observation' | 'DiagnosticReport', old: readonly string[]): Resource => ({
  ...resource,
  extension: [...(resource.extension ?? []).filter(({ url }) => url !== extensions.corrects), ...old.map((id) => ({ url: extensions.corrects, valueReference: referenceTo(type, id) }))],
})

/** The Observation as a new version in the place of an old one. */
export const replacingObservation = (observation: Observation, old: string): Observation => withCorrects(observation, 'Observation', [old])

/** The report as a new version in the place of an old one, or of several of one order. */
export const replacingReport = (report: DiagnosticReport, ...old: readonly string[]): DiagnosticReport => withCorrects(report, 'DiagnosticReport', old)

/** Ids of the reports in whose place this one stands. */
export const replacedReportsOf = (report: DiagnosticReport): string[] =>
  thingsIn(report.extension).flatMap(({ url, valueReference }) => (url === extensions.corrects ? (idIn(valueReference, 'DiagnosticReport') ?? []) : []))

/** The reports in whose place no other one stands. */
export const standingReports = <Record extends { readonly id: string; readonly resource: DiagnosticReport }>(reports: readonly Record[]): Record[] => {
  const replaced = new Set(reports.flatMap(({ resource }) => replacedReportsOf(resource)))
  return reports.filter(({ id }) => !replaced.has(id))
}

/** A person's decision about an Observation: the next version of it, without an id. */
export const decidedObservation = (observation: Observation, decision: Verification & { readonly by: string; readonly at: string }): Observation => {
  const { id, ...rest } = observation
  if (id === undefined) throw new Error('an observation that is decided about has an id')
  const accepted = correctsOf(observation) === undefined ? 'final' : 'corrected'
  const status = decision.state === 'accepted' ? accepted : decision.state === 'waiting' ? 'preliminary' : 'cancelled'
  return replacingObservation(withVerification({ ...rest, status }, decision), id)
}

/** What a report is while its results are these: nothing of it counts as final before all of it does. */
export const reportStatusOf = (results: readonly Pick<Observation, 'status'>[]): DiagnosticReport['status'] => {
  const has = (status: Observation['status']) => results.some((each) => each.status === status)
  if (has('preliminary')) return 'preliminary'
  if (results.length > 0 && results.every(({ status }) => status === 'cancelled')) return 'cancelled'
  return has('corrected') ? 'corrected' : 'final'
}
