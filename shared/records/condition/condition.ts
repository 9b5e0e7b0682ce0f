import type { CodeableConcept, Condition } from 'fhir/r4'
import { idIn, referenceTo, systems } from '../systems'

/** A code of a code set, or the practice's own term; kept whole with each record, so that a later edition changes nothing of it. */
export interface ConceptCoding {
  /** Address of the code set, e.g. `http://hl7.org/fhir/sid/icd-10-cm`. */
  readonly system: string
  readonly code: string
  readonly display: string
  /** Edition that it was taken from. */
  readonly version?: string
}

/** How sure the clinician is (R4 `verificationStatus`, as far as a clinic needs it). */
export type Certainty = 'confirmed' | 'provisional'

/** Whether a problem is there now (R4 `clinicalStatus`, as far as a clinic needs it). */
export type ProblemStatus = 'active' | 'inactive' | 'resolved'

/** What a visit found: what the patient complains of, or what the clinician makes of it. */
export type FindingKind = 'symptom' | 'diagnosis'

const category = { problem: 'problem-list-item', diagnosis: 'encounter-diagnosis', symptom: 'symptom' } as const

/** The clinical status codes that a problem of the list may have; an older or another Outpost may have written any of R4's. */
export const problemStatusCodes = ['active', 'recurrence', 'relapse', 'inactive', 'remission', 'resolved'] as const

const categoryOf = (code: (typeof category)[keyof typeof category]): CodeableConcept => ({
  coding: [{ system: code === 'symptom' ? systems.conditionCategory : 'http://terminology.hl7.org/CodeSystem/condition-category', code }],
})
const clinicalStatus = (code: ProblemStatus): CodeableConcept => ({ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code }] })
const verification = (code: Certainty | 'entered-in-error'): CodeableConcept => ({ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-ver-status', code }] })

const conceptOf = ({ system, code, display, version }: ConceptCoding): CodeableConcept => ({ coding: [{ system, code, display, ...(version === undefined ? {} : { version }) }], text: display })

/** Who recorded it, of whom, and when. */
interface Recorded {
  readonly subject: string
  readonly concept: ConceptCoding
  /** Practitioner id. */
  readonly recorder: string
  /** ISO instant. */
  readonly recordedDate: string
}

/** A problem for the problem list. `onset`: FHIR date, as far as it is known. */
export const problemOf = (told: Recorded & { readonly certainty: Certainty; readonly onset?: string }): Condition => ({
  resourceType: 'Condition',
  clinicalStatus: clinicalStatus('active'),
  verificationStatus: verification(told.certainty),
  category: [categoryOf(category.problem)],
  code: conceptOf(told.concept),
  subject: referenceTo('Patient', told.subject),
  ...(told.onset ? { onsetDateTime: told.onset } : {}),
  recorder: referenceTo('Practitioner', told.recorder),
  recordedDate: told.recordedDate,
})

/** What a visit found. It has no clinical status: it is said of that day (R4 con-3 asks for one of problems only). */
export const findingOf = (told: Recorded & { readonly encounter: string; readonly kind: FindingKind; readonly certainty: Certainty }): Condition => ({
  resourceType: 'Condition',
  verificationStatus: verification(told.certainty),
  category: [categoryOf(category[told.kind])],
  code: conceptOf(told.concept),
  subject: referenceTo('Patient', told.subject),
  encounter: referenceTo('Encounter', told.encounter),
  recorder: referenceTo('Practitioner', told.recorder),
  recordedDate: told.recordedDate,
})

const codeIn = (concept: CodeableConcept | undefined): string => concept?.coding?.[0]?.code ?? ''

/** Whether it was taken back as a mistake. */
export const isWithdrawn = (condition: Condition): boolean => codeIn(condition.verificationStatus) === 'entered-in-error'

/** What kind of Condition it is; `undefined`: of a kind that only another Outpost knows. */
export const kindOf = (condition: Condition): 'problem' | FindingKind | undefined => {
  const codes = (condition.category ?? []).map(codeIn)
  if (codes.includes(category.problem)) return 'problem'
  if (codes.includes(category.diagnosis)) return 'diagnosis'
  return codes.includes(category.symptom) ? 'symptom' : undefined
}

/** The problem with a clinical status, whatever was lost of it: over where it has an end, else there. */
export const withStatus = (problem: Condition): Condition =>
  problem.clinicalStatus === undefined ? { ...problem, clinicalStatus: clinicalStatus(problem.abatementDateTime === undefined ? 'active' : 'resolved') } : problem

/** The problem, no longer there since a day (FHIR date, as far as it is known). */
export const resolved = (problem: Condition, on: string): Condition => {
  const { abatementDateTime: _before, ...rest } = problem
  return { ...rest, clinicalStatus: clinicalStatus('resolved'), abatementDateTime: on }
}

/** The problem, there again: without an end. */
export const reopened = (problem: Condition): Condition => {
  const { abatementDateTime: _end, ...rest } = problem
  return { ...rest, clinicalStatus: clinicalStatus('active') }
}

/** The problem with another onset (empty: not known) or certainty. */
export const amended = (problem: Condition, told: { readonly onset?: string; readonly certainty?: Certainty }): Condition => {
  const { onsetDateTime: before, ...rest } = problem
  const onset = told.onset ?? before
  return { ...rest, ...(onset ? { onsetDateTime: onset } : {}), ...(told.certainty ? { verificationStatus: verification(told.certainty) } : {}) }
}

/** The Condition, taken back as a mistake, with the reason; what it said stays readable (R4 con-5: without clinical status). */
export const withdrawn = (condition: Condition, told: { readonly why: string; readonly by: string; readonly at: string }): Condition => {
  const { clinicalStatus: _status, ...rest } = condition
  return { ...rest, verificationStatus: verification('entered-in-error'), note: [...(condition.note ?? []), { authorReference: referenceTo('Practitioner', told.by), time: told.at, text: told.why }] }
}

const statusOf = (condition: Condition): ProblemStatus => {
  const code = codeIn(condition.clinicalStatus)
  // What is in remission may come back: it is no longer active, and not over either. Whatever else is said counts as there.
  return code === 'resolved' ? 'resolved' : code === 'inactive' || code === 'remission' ? 'inactive' : 'active'
}

/** The code as it was recorded. */
export const codingOf = (condition: Condition): ConceptCoding => {
  const coding = condition.code?.coding?.[0]
  const display = condition.code?.text ?? coding?.display ?? coding?.code ?? ''
  return { system: coding?.system ?? '', code: coding?.code ?? '', display, ...(coding?.version === undefined ? {} : { version: coding.version }) }
}

/** Two that say the same: by code, else by their words. */
export const conceptKey = ({ system, code, display }: ConceptCoding): string => (code === '' ? `|${display.trim().toLowerCase()}` : `${system}|${code}`)

/** What a Condition says; `by` is a practitioner id. */
export interface ConditionFacts {
  readonly id: string
  readonly concept: ConceptCoding
  readonly certainty: Certainty
  readonly by: string
  readonly at: string
}

/** A problem as the list shows it: records that say the same are one line. */
export interface Problem extends ConditionFacts {
  /** All records that say so: two workstations may have recorded it apart. */
  readonly records: readonly string[]
  readonly status: ProblemStatus
  /** FHIR date; absent: not known. */
  readonly onset?: string
  readonly abatement?: string
}

const certaintyOf = (condition: Condition): Certainty => (codeIn(condition.verificationStatus) === 'confirmed' ? 'confirmed' : 'provisional')

/** Whether a problem or diagnosis is only suspected; a symptom is what somebody feels, and never is. */
export const isSuspected = (condition: Condition): boolean => kindOf(condition) !== 'symptom' && certaintyOf(condition) === 'provisional'

const factsOf = (id: string, condition: Condition): ConditionFacts => ({
  id,
  concept: codingOf(condition),
  certainty: certaintyOf(condition),
  by: idIn(condition.recorder, 'Practitioner') ?? '',
  at: condition.recordedDate ?? '',
})

const gravity: Readonly<Record<ProblemStatus, number>> = { active: 0, inactive: 1, resolved: 2 }

/** The earlier of two dates, as far as they are known: `2019` is before `2019-05`. */
const earlier = (one: string | undefined, other: string | undefined): string | undefined => (one === undefined ? other : other === undefined || one <= other ? one : other)

/** One line of two records that say the same, since the earlier onset. */
const together = (one: Problem, other: Problem): Problem => {
  const [first, second] = gravity[one.status] <= gravity[other.status] ? [one, other] : [other, one]
  const { onset: _onset, ...rest } = first
  const onset = earlier(first.onset, second.onset)
  return {
    ...rest,
    records: [...first.records, ...second.records],
    certainty: first.certainty === 'confirmed' || second.certainty === 'confirmed' ? 'confirmed' : 'provisional',
    ...(onset === undefined ? {} : { onset }),
  }
}

/** A pneumonia that is over is another one than today's; two records that are there, or ended on one day, are one. */
const episodeOf = ({ concept, status, abatement }: Problem): string => `${conceptKey(concept)} ${status === 'resolved' ? (abatement ?? '') : 'there'}`

const order = (one: Problem, other: Problem): number =>
  gravity[one.status] - gravity[other.status] ||
  // What is resolved: the last first. Otherwise in the order of the alphabet, so that a line keeps its place.
  (one.status === 'resolved' ? (other.abatement ?? '').localeCompare(one.abatement ?? '', 'en') : 0) ||
  (one.concept.display < other.concept.display ? -1 : one.concept.display > other.concept.display ? 1 : 0)

/** What was recorded at once: in the order of the alphabet, the same on every workstation. */
const oldestFirst = <Known extends { readonly id: string; readonly resource: Condition }>(records: readonly Known[]): Known[] => {
  const place = ({ id, resource }: Known): string => [resource.recordedDate ?? '', codingOf(resource).display, id].join('\n')
  return [...records].sort((one, other) => (place(one) < place(other) ? -1 : 1))
}

/** The problem list of a patient's Conditions: active first; without what was taken back. */
export const problemList = (records: readonly { readonly id: string; readonly resource: Condition }[]): Problem[] => {
  const lines = new Map<string, Problem>()
  for (const { id, resource } of oldestFirst(records)) {
    if (kindOf(resource) !== 'problem' || isWithdrawn(resource)) continue
    const facts = factsOf(id, resource)
    const problem: Problem = {
      ...facts,
      records: [id],
      status: statusOf(resource),
      ...(resource.onsetDateTime === undefined ? {} : { onset: resource.onsetDateTime }),
      ...(resource.abatementDateTime === undefined ? {} : { abatement: resource.abatementDateTime }),
    }
    const key = episodeOf(problem)
    const known = lines.get(key)
    lines.set(key, known ? together(known, problem) : problem)
  }
  return [...lines.values()].sort(order)
}

/** What a visit found. */
export interface Finding extends ConditionFacts {
  readonly kind: FindingKind
}

/** Findings of a visit: symptoms, then diagnoses, each as they were recorded; what two recorded apart stands once. */
export const findingList = (records: readonly { readonly id: string; readonly resource: Condition }[]): Finding[] => {
  const lines = new Map<string, Finding>()
  for (const { id, resource } of oldestFirst(records)) {
    const kind = kindOf(resource)
    if (kind === undefined || kind === 'problem' || isWithdrawn(resource)) continue
    const finding = { ...factsOf(id, resource), kind }
    const key = `${kind} ${conceptKey(finding.concept)}`
    if (!lines.has(key)) lines.set(key, finding)
  }
  const all = [...lines.values()]
  return [...all.filter(({ kind }) => kind === 'symptom'), ...all.filter(({ kind }) => kind === 'diagnosis')]
}
