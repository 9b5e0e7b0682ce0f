import { setImmediate as turnOfTheLoop } from 'node:timers/promises'
import type { DiagnosticReport, Observation } from 'fhir/r4'
import { done, refuse, type Answer, type CheckedAsk, type CorrectedReport, type DecideResults, type UnverifiedReport, type UnverifiedResult } from '../../../../shared/contract'
import type { Envelope } from '../../../../shared/records/envelope'
import { decidedObservation, replacingReport, reportStatusOf, unverifiedAtOnce, type Verification, verificationOf, withVerification } from '../../../../shared/records/diagnostic-report/verification'
import { analyserTimeOf } from '../../../../shared/records/observation/analyserClock'
import { calculationOf } from '../../../../shared/records/observation/calculated'
import { deltaOf } from '../../../../shared/records/observation/deltaCheck'
import { observationOrigin } from '../../../../shared/records/observation/origin'
import { displayName } from '../../../../shared/records/patient/name'
import { patientFacts } from '../../../../shared/records/patient/patient'
import { resultLineOf } from '../../../../shared/records/observation/result'
import { idIn, referenceTo, systems } from '../../../../shared/records/systems'
import { recordIdOfKey, type Replica } from '../../../replica'
import { readable, resultsOf, standingOf } from '../../../reports'
import type { Decider } from '../inbox'
import { correctResult } from './correct'
import { criticalAlerts } from './critical'
import { earlierResults, type Judge } from './judge'
import { isSameTest, testOf } from './standing'
import { openWaiting } from './waiting'

/** The technician's look at what analysers sent: accept, reject, measure again. */
export interface LabReview {
  /** Reports of devices of which something waits, the oldest first. */
  list(): Promise<UnverifiedReport[]>
  /** Makes the next version of a report; `conflict` when another one stands in its place already. */
  decide(ask: DecideResults, by: Decider): Promise<Answer<UnverifiedReport>>
  /** Another value in the place of a verified one. */
  correct(ask: CheckedAsk<'correctResult'>, by: Decider): Promise<Answer<CorrectedReport>>
  close(): Promise<void>
}

/** What the review needs. */
export interface LabReviewDeps {
  readonly replica: Replica
  readonly judge: () => Promise<Judge>
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** The list of what waits could not be kept up; it is found again at the next start. */
  readonly failed?: (reason: unknown) => void
}

const states: Readonly<Record<DecideResults['decision'], Verification['state']>> = { accept: 'accepted', reject: 'rejected', 're-run': 're-run', 'take-back': 'waiting' }

const accessionOf = (report: DiagnosticReport) => report.identifier?.find(({ system }) => system === systems.accession)?.value ?? ''
const orderOf = (report: DiagnosticReport) => idIn(report.basedOn?.[0], 'ServiceRequest')
const codeOf = (observation: Observation) => observation.code.coding?.find(({ system }) => system === systems.loinc)?.code

type Charted = Pick<Envelope<'Observation'>, 'id' | 'resource'>

/** Results with those of another report of the order: of tests that only that one has, and of tests that only there are decided about. */
const withThoseBeside = (results: readonly Charted[], beside: readonly Charted[]): Charted[] => {
  const isOf = (one: Charted) => (other: Charted) => isSameTest(testOf(one.resource), testOf(other.resource))
  const decided = beside.filter(({ resource }) => resource.status !== 'preliminary')
  return [...results.map((each) => (each.resource.status === 'preliminary' && decided.find(isOf(each))) || each), ...beside.filter((each) => !results.some(isOf(each)))]
}

/** Opens the review. */
export const openLabReview = ({ replica, judge, now, failed = () => undefined }: LabReviewDeps): LabReview => {
  const { records } = replica
  const waiting = openWaiting(replica, now, failed)
  /** One decision at a time on this workstation. */
  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const result = turn.then(work, work)
    turn = result.catch(() => undefined)
    return result
  }

  const standsStill = async ({ id, search, resource }: Envelope<'DiagnosticReport'>): Promise<boolean> =>
    (await standingOf(replica, search.subject ?? '', accessionOf(resource))).some((each) => each.id === id)

  const resultEntries = async (report: Envelope<'DiagnosticReport'>, rules: Judge): Promise<UnverifiedResult[]> => {
    const results = await resultsOf(replica, report)
    const codes = results.map(({ search }) => search.code).filter((code) => code !== undefined)
    const newest = results.map(({ search }) => search.date ?? '').sort().at(-1) ?? ''
    const earlier = await earlierResults(replica, { subject: report.search.subject ?? '', codes: [...new Set(codes)], before: newest, order: orderOf(report.resource) })
    return results.map(({ id, resource, search }) => {
      const line = resultLineOf(resource)
      const delta = deltaOf({ ...line, at: search.date ?? '' }, search.code === undefined ? undefined : earlier.get(search.code), rules.limitOf(codeOf(resource), line.name))
      const verification = verificationOf(resource)
      const calculation = calculationOf(resource)
      return { id, line, state: verification?.state ?? (resource.status === 'preliminary' ? 'waiting' : 'accepted'), holds: verification?.holds ?? [], ...(delta ? { delta } : {}), ...(calculation ? { calculation } : {}) }
    })
  }

  const entryOf = async (report: Envelope<'DiagnosticReport'>, rules: Judge): Promise<UnverifiedReport> => {
    const { resource, search } = report
    const [patient, order, results] = await Promise.all([
      records.get('Patient', search.subject ?? ''), records.get('ServiceRequest', orderOf(resource) ?? ''), resultEntries(report, rules),
    ])
    const { number, birthDate, gender, ...name } = patient ? patientFacts(patient.resource) : { number: '', birthDate: undefined, gender: undefined, family: '', given: '' }
    const first = await records.get('Observation', results[0]?.id ?? '')
    const clock = first && analyserTimeOf(readable(first).resource)
    const origin = observationOrigin(resource)
    const typist = origin.kind === 'typed' ? idIn(resource.performer?.[0], 'Practitioner') : undefined
    const typedBy = typist === undefined ? undefined : (await records.get('Practitioner', typist))?.resource.name?.[0]?.text
    return {
      report: report.id,
      patient: search.subject ?? '',
      patientName: displayName(name),
      patientNumber: number,
      ...(birthDate === undefined ? {} : { birthDate }),
      ...(gender === undefined ? {} : { gender }),
      accession: accessionOf(resource),
      test: order?.resource.code?.text ?? resource.code.text ?? '',
      deviceName: origin.kind === 'device' ? origin.device : '',
      ...(typedBy === undefined ? {} : { typedBy }),
      receivedAt: resource.issued ?? '',
      measuredAt: first?.search.date ?? resource.issued ?? '',
      ...(clock ? { clock } : {}),
      results,
    }
  }

  /** Reports beside this one that have a result of one of these tests: another workstation decided about what somebody put this one in the place of. */
  const standingBeside = async ({ id, search, resource }: Envelope<'DiagnosticReport'>, accepted: readonly Charted[]) => {
    const beside: { readonly id: string; readonly results: readonly Charted[] }[] = []
    for (const report of await standingOf(replica, search.subject ?? '', accessionOf(resource))) {
      if (report.id === id) continue
      const results = await resultsOf(replica, report)
      if (results.some((each) => accepted.some((one) => isSameTest(testOf(one.resource), testOf(each.resource))))) beside.push({ id: report.id, results })
    }
    return beside
  }

  /** The report with these of its results decided about, all in one write; the others stay as they are. */
  const nextVersion = async (report: Envelope<'DiagnosticReport'>, results: readonly Envelope<'Observation'>[], chosen: ReadonlySet<string>, ask: DecideResults, by: Decider) => {
    const at = new Date(now()).toISOString()
    const why = ask.why === '' ? {} : { why: ask.why }
    const decided = results
      .filter(({ id }) => chosen.has(id))
      .map(({ id, resource }) => ({
        type: 'Observation' as const,
        key: `lab-decision/${report.id}/${id}`,
        old: id,
        resource: decidedObservation(resource, { state: states[ask.decision], by: by.practitioner, at, holds: verificationOf(resource)?.holds ?? [], ...why }),
      }))
    const successors = new Map(decided.map(({ old, key, resource }) => [old, { id: recordIdOfKey(replica.practice, 'Observation', key), resource }]))
    const beside = ask.decision === 'accept' ? await standingBeside(report, [...successors.values()]) : []
    const chart = beside.reduce((united, each) => withThoseBeside(united, each.results), results.map((each): Charted => successors.get(each.id) ?? each))
    const { id: _id, ...resource } = report.resource
    const next: DiagnosticReport = {
      ...resource,
      status: reportStatusOf(chart.map((each) => each.resource)),
      result: chart.map(({ id }) => referenceTo('Observation', id)),
      ...(ask.decision === 'accept' ? { resultsInterpreter: [referenceTo('Practitioner', by.practitioner)] } : {}),
    }
    const whole = replacingReport(withVerification(next, { state: states[ask.decision], by: by.practitioner, at, holds: [], ...why }), report.id, ...beside.map((each) => each.id))
    const alerts = await criticalAlerts(replica, await judge(), [...successors.values()], at)
    const added = await records.addAll(
      [...alerts, ...decided.map(({ type, key, resource: each }) => ({ type, key, resource: each })), { type: 'DiagnosticReport', key: `lab-decision/${report.id}`, resource: whole }],
      by.practitioner,
    )
    return added.at(-1) as Envelope<'DiagnosticReport'>
  }

  return {
    list: async () => {
      const rules = await judge()
      const entries: UnverifiedReport[] = []
      for (const id of await waiting.ids()) {
        if (entries.length >= unverifiedAtOnce) break
        // Each is a dozen questions to the file: others have their turn in between.
        await turnOfTheLoop()
        const report = await records.get('DiagnosticReport', id)
        if (report && (await standsStill(report))) entries.push(await entryOf(readable(report), rules))
        else await waiting.forget(id)
      }
      return entries.sort((one, other) => (one.receivedAt < other.receivedAt ? -1 : 1))
    },
    decide: (ask, by) =>
      inTurn(async () => {
        const report = await records.get('DiagnosticReport', ask.report)
        if (!report) return refuse('not-found')
        if (!(await standsStill(report))) return refuse('conflict')
        const results = await resultsOf(replica, report)
        const open = results.filter(({ resource }) => (ask.decision === 'take-back' ? resource.status !== 'preliminary' : resource.status === 'preliminary')).map(({ id }) => id)
        const chosen = new Set(ask.results.length === 0 ? open : ask.results.filter((id) => open.includes(id)))
        if (chosen.size === 0 || chosen.size < new Set(ask.results).size) return refuse('already-filed')
        const order = orderOf(report.resource)
        if (ask.decision === 're-run' && order !== undefined) {
          await records.revise('ServiceRequest', order, (resource) => (resource.status === 'completed' ? { ...resource, status: 'active' } : resource), by.practitioner)
        }
        return done(await entryOf(await nextVersion(report, results, chosen, ask, by), await judge()))
      }),
    correct: (ask, by) => inTurn(() => correctResult({ replica, judge, now }, ask, by)),
    close: async () => {
      await turn
      await waiting.close()
    },
  }
}
