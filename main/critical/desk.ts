import { setImmediate as turnOfTheLoop } from 'node:timers/promises'
import { done, refuse, type AlertAnswer, type Answer, type CriticalEntry, type CriticalLog } from '../../shared/contract'
import { criticalAlertOf, criticalAnswer, criticalAnswerOf, criticalTopics, isReadBack, type CriticalAlertFacts } from '../../shared/records/communication/criticalAlert'
import { asksForMore, type ScoreAlertFacts, scoreAlertOf, scoreAlertTopic, type ScoreAsNow, scoreTestName } from '../../shared/records/communication/scoreAlert'
import { escalation, nextStepAt, type Step } from '../../shared/records/communication/escalation'
import type { Envelope } from '../../shared/records/envelope'
import { resultLineOf } from '../../shared/records/observation/result'
import { correctsOf } from '../../shared/records/observation/vitalObservation'
import { displayName } from '../../shared/records/patient/name'
import { patientFacts } from '../../shared/records/patient/patient'
import { rosterCode } from '../../shared/records/basic/dutyRoster'
import { shaped } from '../../shared/records/shaped'
import type { Replica } from '../replica'
import { openRoster } from './roster'

/** What critical results need. */
export interface CriticalDeps {
  readonly replica: Replica
  /** Told how many wait, without names: it reaches windows on which nobody is signed in. */
  readonly announce: (name: 'criticalsChanged', value: { readonly open: number }) => void
  /** For the trail: this workstation sounded for an alert, or for its next step. */
  readonly audit: (entry: { readonly action: 'critical-alarmed' | 'critical-escalated'; readonly patient: string; readonly alert: string }) => Promise<void>
  /** Whether records still come that others have had for long: an answer may come after its alert. */
  readonly isCatchingUp?: () => boolean
  /** An alerted score as its set says now; undefined: it asks for no alarm any more. `unknown`: nobody can say. */
  readonly scoreNow?: (alert: ScoreAlertFacts) => Promise<ScoreAsNow | undefined | 'unknown'>
  /** The bed that a patient lies in. */
  readonly bedOf?: (patient: string) => Promise<string | undefined>
  readonly failed: (reason: unknown) => void
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

/** Of what is told: a result of the laboratory, or a score of vital signs. */
type AlertFacts = Pick<CriticalAlertFacts, 'subject' | 'value' | 'unit' | 'test' | 'at'> &
  ({ readonly result: CriticalAlertFacts; readonly score?: undefined } | { readonly score: ScoreAlertFacts; readonly result?: undefined })

interface Alert {
  readonly id: string
  readonly facts: AlertFacts
}

const factsOf = (resource: Envelope<'Communication'>['resource']): AlertFacts | undefined => {
  const result = criticalAlertOf(resource)
  if (result) return { ...result, result }
  const score = scoreAlertOf(resource)
  return score && { subject: score.subject, value: String(score.total), unit: '', test: scoreTestName(score.chart), at: score.at, score }
}

/** How the result of an alert stands now. */
interface Standing {
  readonly state: CriticalEntry['state']
  /** What it says now, where that is another value. */
  readonly now?: { readonly value: string; readonly unit: string }
  /** Ids of the versions that came after the one of the alert. */
  readonly later: readonly string[]
  /** Of a score: how its set is scored now. */
  readonly score?: ScoreAsNow
}

/** Alerts and answers that are looked through at once; more than this no clinic has in a year. */
const most = 2_000
/** Changes within this time are one look. */
const gatherMs = 40
const dayMs = 86_400_000
/** Versions of one result that are followed. */
const mostVersions = 50
/** A later version of a result was measured when the first one was; clocks of analysers are wrong by less than this. */
const clocksMs = 2 * dayMs
/** Of older alerts another workstation has sounded already: while records of long ago still come, their answers may be among them. */
const catchUpMs = 15 * 60_000
const catchUpAgainMs = 5_000
/** Looks at least so often while an alert waits; timers of more than 24 days end at once. */
const mostPauseMs = 3_600_000

/** Opens the desk: what waits is known when it resolves, and is sounded for. */
export const openCriticals = async ({ replica, announce, audit, bedOf = async () => undefined, isCatchingUp = () => false, scoreNow = async () => 'unknown', failed, now = Date.now }: CriticalDeps) => {
  const { records } = replica
  const roster = openRoster(replica)
  /** Alerts that this workstation sounded for, each with the moment from which it waits, and to how many people they had gone then. */
  const sounded = new Map<string, number>()
  /** Neither ever changes: they are read once, and then heard of. */
  const alerts = new Map<string, Alert>()
  const answers = new Map<string, readonly (AlertAnswer & { readonly id: string })[]>()
  const observed = new Set<string>()
  /** When each patient's newest alert of a score was made, milliseconds since 1970. */
  const scoredAt = new Map<string, number>()
  const standings = new Map<string, Standing>()
  let open: readonly Alert[] = []
  let timer: NodeJS.Timeout | undefined
  /** When the timer ends, in the milliseconds of `performance.now()`. */
  let due = Number.POSITIVE_INFINITY
  let looking: Promise<void> = Promise.resolve()
  let isClosed = false
  const nowIso = () => new Date(now()).toISOString()

  const { nameOf } = roster

  const note = ({ id, resource: kept }: Envelope<'Communication'>): void => {
    const resource = shaped(kept)
    const facts = factsOf(resource)
    if (facts) {
      alerts.set(id, { id, facts })
      if (facts.result) observed.add(facts.result.observation)
      else scoredAt.set(facts.subject, Math.max(Date.parse(facts.at), scoredAt.get(facts.subject) ?? 0))
    }
    const answer = criticalAnswerOf(resource)
    if (!answer) return
    const { alert, by, told, readBack, action, at } = answer
    const others = (answers.get(alert) ?? []).filter((each) => each.id !== id)
    answers.set(alert, [...others, { id, by, told, readBack, action, at }].sort((one, other) => Date.parse(one.at) - Date.parse(other.at)))
  }
  const answersTo = (alert: Alert): readonly AlertAnswer[] => (answers.get(alert.id) ?? []).map(({ id: _id, ...answer }) => answer)
  const oldestFirst = (): Alert[] => [...alerts.values()].sort((one, other) => Date.parse(one.facts.at) - Date.parse(other.facts.at))

  const isWithdrawn = ({ resource }: Envelope<'Observation'>): boolean => resource.status === 'cancelled' || resource.status === 'entered-in-error'

  /** The result of an alert in its newest version; undefined: it is not here. */
  const readStanding = async ({ subject, observation, value, unit }: CriticalAlertFacts): Promise<Standing | undefined> => {
    const first = await records.get('Observation', observation)
    if (!first) return undefined
    const { code, date } = first.search
    // From its day on: of a patient at a monitor everything before would be tens of thousands of records.
    const versions = code === undefined || date === undefined ? [] : await records.find('Observation', { where: { subject, code, date: { from: new Date(Date.parse(date) - clocksMs).toISOString() } }, sort: { by: 'date', order: 'ascending' }, limit: most })
    const chain = [first]
    for (let step = 0; step < mostVersions; step += 1) {
      const nexts = versions.filter(({ resource }) => correctsOf(resource) === chain.at(-1)!.id)
      // Where two stand in its place, no alarm ends because of one of them.
      const next = nexts.find((each) => !isWithdrawn(each)) ?? nexts[0]
      if (!next) break
      chain.push(next)
    }
    const last = chain.at(-1)!
    const line = resultLineOf(shaped(last.resource))
    const isOther = line.text !== value || (line.unit ?? '') !== unit
    return {
      state: isWithdrawn(last) ? 'withdrawn' : last.resource.status === 'preliminary' ? 'unverified' : 'accepted',
      ...(isOther ? { now: { value: line.text, unit: line.unit ?? '' } } : {}),
      later: chain.slice(1).map(({ id }) => id),
    }
  }
  const readScoreStanding = async (score: ScoreAlertFacts): Promise<Standing> => {
    const asNow = await scoreNow(score)
    if (asNow === undefined) return { state: 'withdrawn', later: [] }
    if (asNow === 'unknown') return { state: 'accepted', later: [] }
    return { state: 'accepted', later: [], score: asNow, ...(asNow.figure === score.total ? {} : { now: { value: String(asNow.figure), unit: '' } }) }
  }
  const standing = async ({ id, facts }: Alert): Promise<Standing | undefined> => {
    const known = standings.get(id)
    if (known) return known
    const changed = changes
    const read = await (facts.score ? readScoreStanding(facts.score) : readStanding(facts.result))
    // What came meanwhile may say otherwise.
    if (read && changed === changes) standings.set(id, read)
    return read
  }

  /** A score that went further up is told by an alert of its own, unless that one was charted wrong. */
  const hasLaterScore = async ({ facts: { score, subject } }: Alert): Promise<boolean> => {
    if (score === undefined) return false
    const later = [...alerts.values()].filter(({ facts }) => facts.subject === subject && facts.score !== undefined && facts.score.minute > score.minute)
    for (const each of later) if ((await standing(each))?.state !== 'withdrawn') return true
    return false
  }

  /** Since when an alert that was answered waits anew, ISO instant: its score asks for more than what was answered. */
  const againSince = async (alert: Alert): Promise<string | undefined> => {
    const { score, at } = alert.facts
    if (score === undefined || !answers.has(alert.id) || now() - Date.parse(at) >= dayMs) return undefined
    const asNow = (await standing(alert))?.score
    return asNow && asksForMore(score, asNow, answersTo(alert)) ? asNow.chartedAt : undefined
  }
  const stepsOf = async (at: string, until: string): Promise<Step[]> => escalation(at, await roster.onDuty(at), until)

  /** No alarm stays away because nobody knows the bed. */
  const bedNow = (patient: string): Promise<string | undefined> => bedOf(patient).catch((reason: unknown) => void failed(reason))

  const entryOf = async (alert: Alert, bed?: string): Promise<CriticalEntry> => {
    const { facts, id } = alert
    const told = answersTo(alert)
    const again = await againSince(alert)
    const [patient, result, steps] = await Promise.all([records.get('Patient', facts.subject), standing(alert), again === undefined ? stepsOf(facts.at, told[0]?.at ?? nowIso()) : stepsOf(again, nowIso())])
    const { number, ...name } = patient ? patientFacts(patient.resource) : { number: '', family: '', given: '' }
    const { side, limit } = facts.result ?? {}
    return {
      id, patient: facts.subject, patientName: displayName(name), patientNumber: number,
      test: facts.test, value: facts.value, unit: facts.unit, at: facts.at,
      ...(bed === undefined ? {} : { bed }),
      ...(facts.score ? { score: { chart: facts.score.chart, level: again === undefined ? facts.score.level : (result?.score?.level ?? facts.score.level), isAtLeast: facts.score.isAtLeast } } : {}),
      ...(side === undefined ? {} : { side }),
      ...(limit === undefined ? {} : { limit }),
      state: result?.state ?? 'accepted',
      ...(result?.now ? { now: `${result.now.value} ${result.now.unit}`.trim() } : {}),
      ...(again === undefined ? {} : { again }),
      steps: await Promise.all(steps.map(async ({ practitioner, from }) => (practitioner === undefined ? { from } : { name: await nameOf(practitioner), from }))),
      answers: await Promise.all(told.map(async (answer) => ({ ...answer, by: await nameOf(answer.by) }))),
    }
  }

  /** Looks at what waits, sounds for what is new, and comes again when the next person is to be told. */
  const look = async (): Promise<void> => {
    const waiting: Alert[] = []
    const anew = new Map<string, string>()
    let isHeldBack = false
    for (const alert of oldestFirst()) {
      const again = await againSince(alert)
      if (again !== undefined) anew.set(alert.id, again)
      else if (answers.has(alert.id)) continue
      const from = again ?? alert.facts.at
      if (isCatchingUp() && !sounded.has(`${alert.id} ${from}`) && now() - Date.parse(from) > catchUpMs) {
        isHeldBack = true
        continue
      }
      await turnOfTheLoop()
      const result = await standing(alert)
      // A later version that is critical, too, has an alert of its own; so has a score that went further up.
      if (result?.state !== 'withdrawn' && !result?.later.some((id) => observed.has(id)) && !(await hasLaterScore(alert))) waiting.push(alert)
    }
    open = waiting
    // Before all else: what may fail now makes no alarm late.
    announce('criticalsChanged', { open: waiting.length })
    let pause = isHeldBack ? catchUpAgainMs : Number.POSITIVE_INFINITY
    for (const alert of waiting) {
      const from = anew.get(alert.id) ?? alert.facts.at
      const key = `${alert.id} ${from}`
      const steps = await stepsOf(from, nowIso())
      const before = sounded.get(key) ?? 0
      if (steps.length > before) {
        await audit({ action: before === 0 ? 'critical-alarmed' : 'critical-escalated', patient: alert.facts.subject, alert: alert.id })
        sounded.set(key, steps.length)
      }
      const next = nextStepAt(steps)
      if (next !== undefined) pause = Math.min(pause, mostPauseMs, Date.parse(next) - now())
    }
    if (pause < Number.POSITIVE_INFINITY) plan(Math.max(gatherMs, pause))
  }
  /** Looks in so many milliseconds, unless it will sooner. */
  const plan = (ms: number): void => {
    const at = performance.now() + ms
    if (isClosed || at >= due) return
    clearTimeout(timer)
    due = at
    timer = setTimeout(begin, ms)
  }
  const begin = () => {
    looking = looking.then(async () => {
      due = Number.POSITIVE_INFINITY
      if (!isClosed) await look()
    }).catch((reason: unknown) => {
      failed(reason)
      // The file may be busy or full for a moment; an alarm is not forgotten for that.
      plan(1_000)
    })
  }

  let changes = 0
  const subscription = records.changes().subscribe(({ type, envelope, subject }) => {
    if (type === 'Communication') note(envelope as Envelope<'Communication'>)
    let isOfAlert = type === 'Communication' || (type === 'Basic' && envelope.search.code === rosterCode && open.length > 0)
    // A birth date decides, too, how signs are scored.
    if (type === 'Observation' || type === 'Patient') {
      const isOfScore = now() - (scoredAt.get(subject ?? '') ?? Number.NEGATIVE_INFINITY) < dayMs || open.some(({ facts }) => facts.score !== undefined && facts.subject === subject)
      const isOfResult = type === 'Observation' && (correctsOf((envelope as Envelope<'Observation'>).resource) !== undefined || observed.has(envelope.id))
      if (!isOfResult && !isOfScore) return
      changes += 1
      isOfAlert = open.some(({ facts }) => facts.subject === subject)
      for (const known of standings.keys()) {
        if (alerts.get(known)?.facts.subject !== subject) continue
        standings.delete(known)
        // One that was withdrawn may count again.
        isOfAlert = true
      }
    }
    if (isOfAlert) plan(gatherMs)
  })
  for (const code of [criticalTopics.alert, scoreAlertTopic, criticalTopics.answer]) {
    for (const record of await records.find('Communication', { where: { code }, sort: { by: 'date', order: 'descending' }, limit: most })) note(record)
    await turnOfTheLoop()
  }
  begin()
  await looking

  const entries = async (found: readonly Alert[], bedIn: (patient: string) => Promise<string | undefined> = async () => undefined): Promise<CriticalEntry[]> => {
    const all: CriticalEntry[] = []
    for (const alert of found) {
      await turnOfTheLoop()
      all.push(await entryOf(alert, await bedIn(alert.facts.subject)))
    }
    return all
  }

  return {
    roster,

    count: (): number => open.length,

    list: async (): Promise<CriticalEntry[]> => (open.length === 0 ? [] : entries(open, bedNow)),

    answer: async (ask: { readonly key: string; readonly patient: string; readonly alert: string; readonly told: string; readonly readBack: string; readonly action: string }, practitioner: string): Promise<Answer<CriticalEntry>> => {
      const record = await records.get('Communication', ask.alert)
      const facts = record && factsOf(shaped(record.resource))
      if (!record || !facts || facts.subject !== ask.patient) return refuse('not-found')
      const alerted = { id: record.id, facts }
      const result = await standing(alerted)
      // What was corrected since is read out as it stands now.
      if (!isReadBack(result?.now ?? facts, ask.readBack)) return refuse('read-back-differs')
      const { told, readBack, action, alert } = ask
      note(await records.add('Communication', criticalAnswer({ alert, subject: facts.subject, by: practitioner, told, readBack, action, at: nowIso() }), practitioner, `critical-answer/${ask.key}`))
      return done(await entryOf(alerted))
    },

    log: async (days: number): Promise<CriticalLog> => {
      const all = await entries(oldestFirst().reverse().filter(({ facts }) => Date.parse(facts.at) >= now() - days * dayMs))
      const minutes = all.flatMap(({ at, answers }) => (answers[0] ? [(Date.parse(answers[0].at) - Date.parse(at)) / 60_000] : [])).sort((one, other) => one - other)
      const middle = minutes.length / 2
      const median = minutes.length === 0 ? undefined : Number.isInteger(middle) ? (minutes[middle - 1]! + minutes[middle]!) / 2 : minutes[Math.floor(middle)]!
      return { entries: all, ...(median === undefined ? {} : { medianMinutes: Math.round(median * 10) / 10 }) }
    },

    close: async (): Promise<void> => {
      isClosed = true
      subscription.unsubscribe()
      clearTimeout(timer)
      await looking
      clearTimeout(timer)
    },
  }
}

/** See {@link openCriticals}. */
export type Criticals = Awaited<ReturnType<typeof openCriticals>>
