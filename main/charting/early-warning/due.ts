import { setImmediate as turnOfTheLoop } from 'node:timers/promises'
import { type Answer, done, type DueObservation, refuse } from '../../../shared/contract'
import { dueOf, isPlanHeld } from '../../../shared/records/early-warning/due'
import type { Scored } from '../../../shared/records/early-warning/news2'
import { type ObservationPlan, planCode, planIn, planRecord } from '../../../shared/records/early-warning/plan'
import { publishedResponses, responseCode, responseIn, responseKey, responseRecord, type ResponseTable, type ResponseTables, responseTo } from '../../../shared/records/early-warning/response'
import { chartFor, type WarningChart } from '../../../shared/records/early-warning/score'
import { pregnancyHoldsUntil } from '../../../shared/records/early-warning/scoredAs'
import { type ChartedSign, currentHours, currentSet, isCurrent, scoredSets, type ScoredSet } from '../../../shared/records/early-warning/sets'
import type { Envelope } from '../../../shared/records/envelope'
import { localDay } from '../../../shared/records/localDay'
import { correctsOf, vitalFacts, vitalSearchCodes } from '../../../shared/records/observation/vitalObservation'
import { type MonitoringFacts, monitoringCode, monitoringOf, openMonitoring, takenMonitoring } from '../../../shared/records/task/monitoring'
import { type Actor, type ChartingParts, instantNow, instantOfStamp } from '../parts'
import type { ScoredAsDesk } from './scoredAs'

/** More than a day of a monitor's rows. */
const mostSigns = 5_000
/** Patients whose last day is remembered until one of their records changes. */
const mostRemembered = 300
const hourMs = 3_600_000
/** Clocks of workstations differ: two of them may plan at what each thinks is the same moment. */
const plansLooked = 5

/** What is known of one patient's last day. */
export interface Standing {
  readonly patient: string
  readonly scored: Scored
  /** When somebody said last what decides about the chart, ISO instant: the birth date, or whether the patient is pregnant. */
  readonly scoredSince: string
  /** It says nothing any more after that moment, milliseconds since 1970: the pregnancy is over. */
  readonly heldUntil?: number
  /** Charted signs of the last day; where there are none, those of the last set. */
  readonly signs: readonly ChartedSign[]
  readonly sets: readonly ScoredSet[]
  readonly plan?: ObservationPlan
  readonly monitoring?: { readonly id: string; readonly facts: MonitoringFacts }
}

const signOf = ({ id, at, resource }: Envelope<'Observation'>): ChartedSign[] => {
  const facts = vitalFacts(resource)
  if (!facts || facts.effective === '') return []
  const corrects = correctsOf(resource)
  const { code, value, effective } = facts
  return [{ id, written: at, code, value, effective, ...(facts.isUnverified ? { isUnverified: true as const } : {}), ...(corrects === undefined ? {} : { corrects: { id: corrects } }) }]
}

/** Since when a person has the birth date that is known now, ISO instant. */
const bornSaidAt = ({ at, resource, prior }: Envelope<'Patient'>): string => instantOfStamp(prior[prior.findLastIndex((before) => before.resource.birthDate !== resource.birthDate) + 1]?.at ?? at)

/** When the next observations of patients are due, by score or plan. */
export const openDue = (parts: ChartingParts, scoredAs: ScoredAsDesk) => {
  const { records } = parts.replica
  const known = new Map<string, Promise<Standing | undefined>>()
  let tables: Promise<ResponseTables> | undefined

  const changes = records.changes().subscribe(({ type, id, subject, envelope }) => {
    const patient = type === 'Patient' ? id : subject
    if (patient !== undefined) known.delete(patient)
    if (type === 'Basic' && envelope.search.code === responseCode) tables = undefined
  })

  const signsOf = async (patient: string): Promise<ChartedSign[]> => {
    const where = { subject: patient, code: { in: vitalSearchCodes } }
    const sort = { by: 'date', order: 'descending' } as const
    const since = new Date(parts.now() - currentHours * hourMs).toISOString()
    const ofTheDay = await records.find('Observation', { where: { ...where, date: { from: since } }, sort, limit: mostSigns })
    if (ofTheDay.length > 0) return ofTheDay.flatMap(signOf)
    const [last] = await records.find('Observation', { where, sort, limit: 1 })
    if (last?.search.date === undefined) return []
    const minute = new Date(Math.floor(Date.parse(last.search.date) / 60_000) * 60_000).toISOString()
    return (await records.find('Observation', { where: { ...where, date: { from: minute } }, sort, limit: mostSigns })).flatMap(signOf)
  }

  const read = async (patient: string): Promise<Standing | undefined> => {
    const person = await records.get('Patient', patient)
    if (!person) return undefined
    const [signs, { scale, pregnancy, pregnancySaid, pregnancySince }, plans, [task]] = await Promise.all([
      signsOf(patient),
      scoredAs.facts(patient),
      records.find('Basic', { where: { subject: patient, code: planCode }, sort: { by: 'date', order: 'descending' }, limit: plansLooked }),
      records.find('Task', { where: { subject: patient, code: monitoringCode, status: { in: openMonitoring } }, limit: 1 }),
    ])
    const { birthDate } = person.resource
    const scored: Scored = { scale, isPregnant: pregnancy === 'pregnant', ...(birthDate === undefined ? {} : { birthDate }) }
    const [newest] = plans
    const plan = newest && planIn(newest.resource)
    const facts = task && monitoringOf(task.resource)
    const pregnancyAt = Date.parse(pregnancySince ?? '')
    const scoredSince = [bornSaidAt(person), ...(Number.isNaN(pregnancyAt) ? [] : [new Date(pregnancyAt).toISOString()])].sort().at(-1)!
    return {
      patient, scored, scoredSince, signs, sets: scoredSets(signs, scored),
      ...(scored.isPregnant ? { heldUntil: pregnancyHoldsUntil(pregnancySaid?.at) } : {}),
      ...(plan ? { plan } : {}),
      ...(task && facts ? { monitoring: { id: task.id, facts } } : {}),
    }
  }

  const standingOf = async (patient: string): Promise<Standing | undefined> => {
    const remembered = known.get(patient)
    const standing = await remembered
    if (remembered && !(standing?.heldUntil !== undefined && parts.now() > standing.heldUntil)) return standing
    if (known.get(patient) !== remembered) return standingOf(patient)
    const reading = read(patient)
    known.set(patient, reading)
    reading.catch(() => known.delete(patient))
    const oldest = known.keys().next()
    if (known.size > mostRemembered && !oldest.done) known.delete(oldest.value)
    return reading
  }

  const readTables = async (): Promise<ResponseTables> => {
    const found = await records.find('Basic', { where: { code: responseCode }, limit: 20 })
    const own = found.flatMap(({ resource }) => responseIn(resource) ?? [])
    return { ...publishedResponses, ...Object.fromEntries(own.map(({ chart, table }) => [chart, table])) }
  }
  const tablesNow = (): Promise<ResponseTables> => {
    const reading = (tables ??= readTables())
    reading.catch(() => (tables = undefined))
    return reading
  }

  const entryOf = async ({ patient, scored, signs, sets, plan, monitoring }: Standing, responses: ResponseTables): Promise<DueObservation> => {
    const nowMs = parts.now()
    const used = chartFor(scored, localDay(nowMs))
    const set = currentSet(sets, nowMs)
    const calls = set && set.score.kind !== 'not-used' ? responseTo(responses, set.score.used.chart, set.score.level).calls : ''
    const lastAt = signs.reduce<string | undefined>((latest, { effective }) => (latest === undefined || Date.parse(effective) > Date.parse(latest) ? effective : latest), undefined)
    const { nameOf } = parts.names
    return {
      patient,
      ...(used ? { used } : {}),
      ...(set ? { set } : {}),
      ...(lastAt === undefined ? {} : { lastAt }),
      due: dueOf(set, plan, responses, nowMs),
      ...(calls === '' ? {} : { calls }),
      ...(plan ? { plan: { ...plan, by: await nameOf(plan.by), isOver: !isPlanHeld(plan, set, nowMs) } } : {}),
      ...(monitoring && monitoring.facts.state !== 'over'
        ? {
            monitoring: {
              id: monitoring.id,
              since: monitoring.facts.since,
              state: monitoring.facts.state,
              ...(monitoring.facts.takenBy === undefined ? {} : { takenBy: await nameOf(monitoring.facts.takenBy) }),
              ...(monitoring.facts.takenAt === undefined ? {} : { takenAt: monitoring.facts.takenAt }),
            },
          }
        : {}),
    }
  }
  const readOne = async (patient: string): Promise<Answer<DueObservation>> => {
    const standing = await standingOf(patient)
    return standing ? done(await entryOf(standing, await tablesNow())) : refuse('not-found')
  }

  return {
    standingOf,
    tables: tablesNow,

    /** Of each of these patients, in their order. */
    of: async (patients: readonly string[]): Promise<DueObservation[]> => {
      const responses = await tablesNow()
      const entries: DueObservation[] = []
      for (const patient of patients) {
        const standing = await standingOf(patient)
        if (standing) entries.push(await entryOf(standing, responses))
        await turnOfTheLoop()
      }
      return entries
    },

    /** A clinician's decision against the table; `plan` null: by the score again. */
    plan: async (
      ask: { readonly key: string; readonly patient: string; readonly plan: { readonly everyMinutes: number; readonly isContinuous: boolean } | null; readonly reason: string },
      { practitioner }: Actor,
    ): Promise<Answer<DueObservation>> => {
      const standing = await standingOf(ask.patient)
      if (!standing) return refuse('not-found')
      const set = currentSet(standing.sets, parts.now())
      const level = set && isCurrent(set, parts.now()) && set.score.kind !== 'not-used' ? set.score.level : undefined
      const record = planRecord({ subject: ask.patient, by: practitioner, at: instantNow(parts), reason: ask.reason }, ask.plan === null ? undefined : { ...ask.plan, ...(level === undefined ? {} : { level }) })
      await records.add('Basic', record, practitioner, `observation-plan:${ask.patient}:${ask.key}`)
      known.delete(ask.patient)
      return readOne(ask.patient)
    },

    /** A named person sees to it that the patient is monitored; the first who did so stays. */
    takeMonitoring: async (ask: { readonly patient: string; readonly task: string }, { practitioner }: Actor): Promise<Answer<DueObservation>> => {
      const task = await records.get('Task', ask.task)
      const facts = task && monitoringOf(task.resource)
      if (!task || !facts || facts.subject !== ask.patient) return refuse('not-found')
      if (facts.state === 'asked') await records.revise('Task', task.id, (resource) => takenMonitoring(resource, practitioner, instantNow(parts)), practitioner, task.at)
      known.delete(ask.patient)
      return readOne(ask.patient)
    },

    saveResponse: async (ask: { readonly chart: WarningChart; readonly table: ResponseTable }, { practitioner }: Actor): Promise<Answer<ResponseTables>> => {
      const resource = responseRecord(ask.chart, ask.table, instantNow(parts))
      const { id } = await records.add('Basic', resource, practitioner, responseKey(ask.chart))
      await records.revise('Basic', id, () => resource, practitioner)
      tables = undefined
      return done(await tablesNow())
    },

    close: () => changes.unsubscribe(),
  }
}

/** See {@link openDue}. */
export type DueDesk = ReturnType<typeof openDue>
