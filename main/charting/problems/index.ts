import { type Answer, type Certainty, type ConceptCoding, done, type FindingEntry, type FindingKind, type ProblemEntry, refuse } from '../../../shared/contract'
import {
  amended, conceptKey, findingList, findingOf, isWithdrawn, kindOf, type Problem, problemList, problemOf, problemStatusCodes, reopened, resolved, withdrawn,
} from '../../../shared/records/condition/condition'
import type { Envelope } from '../../../shared/records/envelope'
import { idIn } from '../../../shared/records/systems'
import { recordIdOfKey } from '../../replica'
import { type Actor, type ChartingParts, instantNow, localToday } from '../parts'

/** More no patient has; what is beyond is not shown and must not stop the chart. */
const most = { problems: 300, findings: 200 }

/** Whether a day, as far as it is known, begins after another. */
const isAfter = (one: string, other: string): boolean => {
  const known = Math.min(one.length, other.length)
  return one.slice(0, known) > other.slice(0, known)
}

/** The problem list of a patient, and what visits found. */
export const openProblems = (parts: ChartingParts) => {
  const { records } = parts.replica

  /** Problems are told from findings by their status: only they have one. */
  const read = async (patient: string): Promise<readonly Problem[]> =>
    problemList(await records.find('Condition', { where: { subject: patient, status: { in: problemStatusCodes } }, limit: most.problems }))

  const list = async (patient: string): Promise<ProblemEntry[]> =>
    Promise.all((await read(patient)).map(async ({ records: _records, ...problem }) => ({ ...problem, by: await parts.names.nameOf(problem.by) })))

  const findings = async (patient: string, encounter: string): Promise<FindingEntry[]> => {
    const found = await records.find('Condition', { where: { subject: patient, encounter }, limit: most.findings })
    return Promise.all(findingList(found).map(async (finding) => ({ ...finding, by: await parts.names.nameOf(finding.by) })))
  }

  const isVisitOf = async (patient: string, encounter: string): Promise<boolean> => {
    const found = await records.get('Encounter', encounter)
    return found !== undefined && idIn(found.resource.subject, 'Patient') === patient
  }

  /** Changes every record of a line of the list; `undefined`: this patient has no such line. */
  const reviseLine = async (patient: string, problem: string, change: Parameters<typeof records.revise<'Condition'>>[2], actor: Actor): Promise<Problem | undefined> => {
    const line = (await read(patient)).find(({ records: ids }) => ids.includes(problem))
    if (!line) return undefined
    for (const id of line.records) {
      const record = await records.get('Condition', id)
      // Pressed twice, or said on two workstations: it says so already.
      if (record && JSON.stringify(change(record.resource)) !== JSON.stringify(record.resource)) await records.revise('Condition', id, change, actor.practitioner)
    }
    return line
  }

  const afterChange = async (patient: string, changed: Promise<Problem | undefined>): Promise<Answer<ProblemEntry[]>> => ((await changed) ? done(await list(patient)) : refuse('not-found'))

  return {
    list: async ({ patient }: { readonly patient: string }): Promise<Answer<ProblemEntry[]>> => ((await records.get('Patient', patient)) ? done(await list(patient)) : refuse('not-found')),

    add: async (ask: { readonly key: string; readonly patient: string; readonly concept: ConceptCoding; readonly certainty: Certainty; readonly onset?: string | undefined }, actor: Actor): Promise<Answer<ProblemEntry[]>> => {
      const { key, patient: subject, concept, certainty, onset } = ask
      if (!(await records.get('Patient', subject))) return refuse('not-found')
      if (onset !== undefined && isAfter(onset, localToday(parts))) return refuse('implausible-value', { field: 'onset', limit: 'now' })
      // With what it is: a form that was saved, and changed before it heard so, adds the other problem, too.
      const act = `problem:${subject}:${key}:${conceptKey(concept)}`
      return parts.once(act, async () => {
        const twin = (await read(subject)).find((line) => conceptKey(line.concept) === conceptKey(concept) && line.status !== 'resolved')
        // The same act once more after a restart is no second problem: its record is answered again.
        if (twin && !twin.records.includes(recordIdOfKey(parts.replica.practice, 'Condition', act))) return refuse('conflict', { field: 'concept' })
        const resource = problemOf({ subject, concept, certainty, ...(onset === undefined ? {} : { onset }), recorder: actor.practitioner, recordedDate: instantNow(parts) })
        await records.add('Condition', resource, actor.practitioner, act)
        return done(await list(subject))
      }, (answer) => answer.ok)
    },

    resolve: async ({ patient, problem, on }: { readonly patient: string; readonly problem: string; readonly on: string }, actor: Actor): Promise<Answer<ProblemEntry[]>> => {
      const line = (await read(patient)).find(({ records: ids }) => ids.includes(problem))
      if (!line) return refuse('not-found')
      if (isAfter(on, localToday(parts))) return refuse('implausible-value', { field: 'abatement', limit: 'now' })
      if (line.onset !== undefined && isAfter(line.onset, on)) return refuse('implausible-value', { field: 'abatement', limit: 'onset' })
      return afterChange(patient, reviseLine(patient, problem, (resource) => resolved(resource, on), actor))
    },

    reopen: ({ patient, problem }: { readonly patient: string; readonly problem: string }, actor: Actor): Promise<Answer<ProblemEntry[]>> => afterChange(patient, reviseLine(patient, problem, reopened, actor)),

    amend: async (ask: { readonly patient: string; readonly problem: string; readonly onset?: string | null | undefined; readonly certainty?: Certainty | undefined }, actor: Actor): Promise<Answer<ProblemEntry[]>> => {
      const { patient, problem, onset, certainty } = ask
      if (typeof onset === 'string' && isAfter(onset, localToday(parts))) return refuse('implausible-value', { field: 'onset', limit: 'now' })
      const line = (await read(patient)).find(({ records: ids }) => ids.includes(problem))
      if (typeof onset === 'string' && line?.abatement !== undefined && isAfter(onset, line.abatement)) return refuse('implausible-value', { field: 'onset', limit: 'abatement' })
      const told = { ...(onset === undefined ? {} : { onset: onset ?? '' }), ...(certainty === undefined ? {} : { certainty }) }
      return afterChange(patient, reviseLine(patient, problem, (resource) => amended(resource, told), actor))
    },

    withdraw: ({ patient, problem, why }: { readonly patient: string; readonly problem: string; readonly why: string }, actor: Actor): Promise<Answer<ProblemEntry[]>> => {
      const at = instantNow(parts)
      return afterChange(patient, reviseLine(patient, problem, (resource) => (isWithdrawn(resource) ? resource : withdrawn(resource, { why, by: actor.practitioner, at })), actor))
    },

    listFindings: async ({ patient, encounter }: { readonly patient: string; readonly encounter: string }): Promise<Answer<FindingEntry[]>> =>
      (await isVisitOf(patient, encounter)) ? done(await findings(patient, encounter)) : refuse('not-found'),

    recordFindings: async (
      ask: { readonly key: string; readonly patient: string; readonly encounter: string; readonly findings: readonly { readonly kind: FindingKind; readonly concept: ConceptCoding; readonly certainty: Certainty }[] },
      actor: Actor,
    ): Promise<Answer<FindingEntry[]>> => {
      const { key, patient: subject, encounter } = ask
      if (!(await isVisitOf(subject, encounter))) return refuse('not-found')
      const lines = ask.findings.map(({ kind, concept }) => `${kind} ${conceptKey(concept)}`).sort()
      // With what is in it: a form that was saved, and got a line more before it heard so, is not answered as the one before.
      return parts.once(`findings:${encounter}:${key}:${lines.join('\n')}`, async () => {
        const known = new Set((await findings(subject, encounter)).map(({ kind, concept }) => `${kind} ${conceptKey(concept)}`))
        const recordedDate = instantNow(parts)
        const entries = ask.findings.flatMap(({ kind, concept, certainty }) => {
          const same = `${kind} ${conceptKey(concept)}`
          if (known.has(same)) return []
          known.add(same)
          const resource = findingOf({ subject, encounter, kind, concept, certainty, recorder: actor.practitioner, recordedDate })
          return [{ type: 'Condition' as const, resource, key: `finding:${encounter}:${key}:${same}` }]
        })
        if (entries.length > 0) await records.addAll(entries, actor.practitioner)
        return done(await findings(subject, encounter))
      }, (answer) => answer.ok)
    },

    withdrawFinding: async (ask: { readonly patient: string; readonly encounter: string; readonly finding: string; readonly why: string }, actor: Actor): Promise<Answer<FindingEntry[]>> => {
      const { patient, encounter, finding, why } = ask
      if (!(await isVisitOf(patient, encounter))) return refuse('not-found')
      const all = await records.find('Condition', { where: { subject: patient, encounter }, limit: most.findings })
      const chosen = all.find(({ id }) => id === finding)
      if (!chosen || kindOf(chosen.resource) === 'problem') return refuse('not-found')
      const key = (one: Envelope<'Condition'>): string => findingList([one]).map(({ kind, concept }) => `${kind} ${conceptKey(concept)}`)[0] ?? ''
      const at = instantNow(parts)
      // What two workstations recorded apart is one line, and goes as one.
      for (const one of all) {
        if (isWithdrawn(one.resource) || key(one) !== key(chosen)) continue
        await records.revise('Condition', one.id, (resource) => (isWithdrawn(resource) ? resource : withdrawn(resource, { why, by: actor.practitioner, at })), actor.practitioner)
      }
      return done(await findings(patient, encounter))
    },
  }
}

export type Problems = ReturnType<typeof openProblems>
