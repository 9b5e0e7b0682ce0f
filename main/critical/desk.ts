import { done, refuse, type AlertAnswer, type Answer, type CriticalEntry, type CriticalLog } from '../../shared/contract'
import { criticalAlertOf, criticalAnswer, criticalAnswerOf, criticalTopics, isReadBack, type CriticalAlertFacts } from '../../shared/records/communication/criticalAlert'
import { escalation, nextStepAt, type Step } from '../../shared/records/communication/escalation'
import type { Envelope } from '../../shared/records/envelope'
import { resultLineOf } from '../../shared/records/observation/result'
import { correctsOf } from '../../shared/records/observation/vitalObservation'
import { displayName } from '../../shared/records/patient/name'
import { patientFacts } from '../../shared/records/patient/patient'
import { rosterCode } from '../../shared/records/basic/dutyRoster'
import type { Replica } from '../replica'
import { openRoster } from './roster'

/** What critical results need. */
export interface CriticalDeps {
  readonly replica: Replica
  /** Told how many wait, without names: it reaches windows on which nobody is signed in. */
  readonly announce: (name: 'criticalsChanged', value: { readonly open: number }) => void
  /** For the trail: this workstation sounded for an alert, or for its next step. */
  readonly audit: (entry: { readonly action: 'critical-alarmed' | 'critical-escalated'; readonly patient: string; readonly alert: string }) => Promise<void>
  /** The bed that a patient lies in. */
  readonly bedOf?: (patient: string) => Promise<string | undefined>
  readonly failed: (reason: unknown) => void
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

interface Alert {
  readonly id: string
  readonly facts: CriticalAlertFacts
}

/** Alerts and answers that are looked through at once; more than this no clinic has in a year. */
const most = 2_000
/** Changes within this time are one look. */
const gatherMs = 40
const dayMs = 86_400_000
/** Versions of one result that are followed. */
const mostVersions = 50

/** Opens the desk: what waits is known when it resolves, and is sounded for. */
export const openCriticals = async ({ replica, announce, audit, bedOf = async () => undefined, failed, now = Date.now }: CriticalDeps) => {
  const { records } = replica
  const roster = openRoster(replica)
  /** Alerts that this workstation sounded for, and to how many people they had gone then. */
  const sounded = new Map<string, number>()
  let open: readonly Alert[] = []
  let timer: NodeJS.Timeout | undefined
  let looking: Promise<void> = Promise.resolve()
  let isClosed = false
  const nowIso = () => new Date(now()).toISOString()

  const nameOf = async (practitioner: string): Promise<string> => (await records.get('Practitioner', practitioner))?.resource.name?.[0]?.text ?? ''

  const find = async (code: string, from?: string): Promise<Envelope<'Communication'>[]> => {
    const found = await records.find('Communication', { where: { code }, sort: { by: 'date', order: 'descending' }, limit: most })
    return from === undefined ? found : found.filter(({ search }) => (search.date ?? '') >= from)
  }
  const alertsOf = (found: readonly Envelope<'Communication'>[]): Alert[] => found.flatMap(({ id, resource }) => {
    const facts = criticalAlertOf(resource)
    return facts ? [{ id, facts }] : []
  })
  const answersOf = async (): Promise<Map<string, readonly AlertAnswer[]>> => {
    const answers = new Map<string, readonly AlertAnswer[]>()
    for (const { resource } of (await find(criticalTopics.answer)).reverse()) {
      const answer = criticalAnswerOf(resource)
      if (!answer) continue
      const { alert, by, told, readBack, action, at } = answer
      answers.set(alert, [...(answers.get(alert) ?? []), { by, told, readBack, action, at }])
    }
    return answers
  }

  /** The result as it stands now: its newest version. */
  const standing = async ({ subject, observation }: CriticalAlertFacts): Promise<Envelope<'Observation'> | undefined> => {
    const first = await records.get('Observation', observation)
    const code = first?.search.code
    if (!first || code === undefined) return first
    const versions = await records.find('Observation', { where: { subject, code }, limit: most })
    let last = first
    for (let step = 0; step < mostVersions; step += 1) {
      const next = versions.find(({ resource }) => correctsOf(resource) === last.id)
      if (!next) break
      last = next
    }
    return last
  }
  const isWithdrawn = ({ resource }: Envelope<'Observation'>): boolean => resource.status === 'cancelled' || resource.status === 'entered-in-error'

  const stepsOf = async ({ facts }: Alert, until: string): Promise<Step[]> => escalation(facts.at, await roster.onDuty(facts.at), until)

  const entryOf = async (alert: Alert, answers: readonly AlertAnswer[]): Promise<CriticalEntry> => {
    const { facts, id } = alert
    const [patient, result, steps, bed] = await Promise.all([records.get('Patient', facts.subject), standing(facts), stepsOf(alert, answers[0]?.at ?? nowIso()), bedOf(facts.subject)])
    const { number, ...name } = patient ? patientFacts(patient.resource) : { number: '', family: '', given: '' }
    const line = result && resultLineOf(result.resource)
    const nowSays = line && `${line.text}${line.unit === undefined ? '' : ` ${line.unit}`}`
    const { side, limit } = facts
    return {
      id, patient: facts.subject, patientName: displayName(name), patientNumber: number,
      test: facts.test, value: facts.value, unit: facts.unit, at: facts.at,
      ...(bed === undefined ? {} : { bed }),
      ...(side === undefined ? {} : { side }),
      ...(limit === undefined ? {} : { limit }),
      state: !result ? 'accepted' : isWithdrawn(result) ? 'withdrawn' : result.resource.status === 'preliminary' ? 'unverified' : 'accepted',
      ...(line && line.text !== facts.value ? { now: nowSays } : {}),
      steps: await Promise.all(steps.map(async ({ practitioner, from }) => (practitioner === undefined ? { from } : { name: await nameOf(practitioner), from }))),
      answers: await Promise.all(answers.map(async (answer) => ({ ...answer, by: await nameOf(answer.by) }))),
    }
  }

  /** Looks at what waits, sounds for what is new, and comes again when the next person is to be told. */
  const look = async (): Promise<void> => {
    const answers = await answersOf()
    const waiting: Alert[] = []
    for (const alert of alertsOf(await find(criticalTopics.alert)).reverse()) {
      if (answers.has(alert.id)) continue
      const result = await standing(alert.facts)
      if (!result || !isWithdrawn(result)) waiting.push(alert)
    }
    open = waiting
    const nexts: number[] = []
    for (const alert of waiting) {
      const steps = await stepsOf(alert, nowIso())
      const before = sounded.get(alert.id) ?? 0
      if (steps.length > before) {
        sounded.set(alert.id, steps.length)
        await audit({ action: before === 0 ? 'critical-alarmed' : 'critical-escalated', patient: alert.facts.subject, alert: alert.id })
      }
      const next = nextStepAt(steps)
      if (next !== undefined) nexts.push(Date.parse(next) - now())
    }
    announce('criticalsChanged', { open: waiting.length })
    clearTimeout(timer)
    if (nexts.length > 0 && !isClosed) timer = setTimeout(lookAgain, Math.max(gatherMs, Math.min(...nexts)))
  }
  const lookAgain = () => {
    looking = looking.then(look).catch((reason: unknown) => {
      failed(reason)
      clearTimeout(timer)
      // The file may be busy or full for a moment; an alarm is not forgotten for that.
      if (!isClosed) timer = setTimeout(lookAgain, 1_000)
    })
  }
  const soon = () => {
    clearTimeout(timer)
    if (!isClosed) timer = setTimeout(lookAgain, gatherMs)
  }

  const changes = records.changes().subscribe(({ type, envelope }) => {
    const corrects = type === 'Observation' ? correctsOf((envelope as Envelope<'Observation'>).resource) : undefined
    const isOfOpen = corrects !== undefined && open.some(({ facts }) => envelope.search.subject === facts.subject)
    if (type === 'Communication' || isOfOpen || (type === 'Basic' && envelope.search.code === rosterCode && open.length > 0)) soon()
  })
  await look()

  const entries = async (alerts: readonly Alert[]): Promise<CriticalEntry[]> => {
    const answers = await answersOf()
    const found: CriticalEntry[] = []
    for (const alert of alerts) found.push(await entryOf(alert, answers.get(alert.id) ?? []))
    return found
  }

  return {
    roster,

    count: (): number => open.length,

    list: async (): Promise<CriticalEntry[]> => (open.length === 0 ? [] : entries(open)),

    answer: async (ask: { readonly key: string; readonly patient: string; readonly alert: string; readonly told: string; readonly readBack: string; readonly action: string }, practitioner: string): Promise<Answer<CriticalEntry>> => {
      const record = await records.get('Communication', ask.alert)
      const facts = record && criticalAlertOf(record.resource)
      if (!record || !facts || facts.subject !== ask.patient) return refuse('not-found')
      if (!isReadBack(facts, ask.readBack)) return refuse('read-back-differs')
      const { told, readBack, action, alert } = ask
      await records.add('Communication', criticalAnswer({ alert, subject: facts.subject, by: practitioner, told, readBack, action, at: nowIso() }), practitioner, `critical-answer/${ask.key}`)
      return done((await entries([{ id: record.id, facts }]))[0]!)
    },

    log: async (days: number): Promise<CriticalLog> => {
      const all = await entries(alertsOf(await find(criticalTopics.alert, new Date(now() - days * dayMs).toISOString())))
      const minutes = all.flatMap(({ at, answers }) => (answers[0] ? [(Date.parse(answers[0].at) - Date.parse(at)) / 60_000] : [])).sort((one, other) => one - other)
      const middle = minutes.length / 2
      const median = minutes.length === 0 ? undefined : Number.isInteger(middle) ? (minutes[middle - 1]! + minutes[middle]!) / 2 : minutes[Math.floor(middle)]!
      return { entries: all, ...(median === undefined ? {} : { medianMinutes: Math.round(median * 10) / 10 }) }
    },

    close: async (): Promise<void> => {
      isClosed = true
      changes.unsubscribe()
      clearTimeout(timer)
      await looking
      clearTimeout(timer)
    },
  }
}

/** See {@link openCriticals}. */
export type Criticals = Awaited<ReturnType<typeof openCriticals>>
