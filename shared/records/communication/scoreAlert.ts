import type { Communication } from 'fhir/r4'
import { type ResponseTables, responseTo } from '../early-warning/response'
import { isWorse, type WarningChart, warningCharts, type WarningLevel, warningLevels, type WarningScore } from '../early-warning/score'
import { currentHours, type ScoredSet } from '../early-warning/sets'
import { idIn, referenceTo, systems } from '../systems'
import { isReadBack } from './criticalAlert'

/**
 * That a score asks for help at once: a Communication about the signs that give its points, told by the alarm and the roster that
 * critical results have, and answered in the same way. Never changed.
 */
export const scoreAlertTopic = 'early-warning-score'

/** What such an alert says. */
export interface ScoreAlertFacts {
  readonly subject: string
  readonly chart: WarningChart
  readonly level: WarningLevel
  /** The total; in MEOWS the number of triggers. `isAtLeast`: a sign was missing. */
  readonly total: number
  readonly isAtLeast: boolean
  /** The set: minutes since 1970. */
  readonly minute: number
  /** When its last sign was charted, ISO instant: those on duty are told from then on. */
  readonly at: string
  /** Ids of the Observations that give its points, the worst first. */
  readonly signs: readonly string[]
}

/** What the value is called when it is read out. */
const testNames: Readonly<Record<WarningChart, string>> = { news2: 'NEWS2', pews: 'PEWS', meows: 'MEOWS triggers' }

/** What the alert of a score is called when it is read out. */
export const scoreTestName = (chart: WarningChart): string => testNames[chart]

/** The figure that is read out: the total; in MEOWS how many signs trigger. */
export const alertFigure = (score: Exclude<WarningScore, { kind: 'not-used' }>): number =>
  score.used.chart === 'meows' ? Object.values(score.points).filter((points) => points > 0).length : score.kind === 'score' ? score.total : score.atLeast

const part = (name: string, text: string) => ({ id: name, contentString: text })

/** The alert of a score. */
export const scoreAlert = ({ subject, chart, level, total, isAtLeast, minute, at, signs }: ScoreAlertFacts): Communication => ({
  resourceType: 'Communication',
  status: 'completed',
  category: [{ coding: [{ system: systems.communicationCategory, code: 'alert' }] }],
  priority: 'stat',
  subject: referenceTo('Patient', subject),
  topic: { coding: [{ system: systems.communicationTopic, code: scoreAlertTopic }], text: scoreTestName(chart) },
  about: signs.map((id) => referenceTo('Observation', id)),
  sent: at,
  payload: [part('chart', chart), part('level', level), part(isAtLeast ? 'at-least' : 'total', String(total)), part('minute', String(minute))],
})

/** What an alert of a score says; undefined when the Communication is another one, or not whole. */
export const scoreAlertOf = (resource: Communication): ScoreAlertFacts | undefined => {
  if (!resource.topic?.coding?.some(({ system, code }) => system === systems.communicationTopic && code === scoreAlertTopic)) return undefined
  const text = (name: string) => resource.payload?.find(({ id }) => id === name)?.contentString
  const chart = warningCharts.find((each) => each === text('chart'))
  const level = warningLevels.find((each) => each === text('level'))
  const [subject, minute, atLeast, at] = [idIn(resource.subject, 'Patient'), Number(text('minute') ?? Number.NaN), text('at-least'), resource.sent]
  const total = Number(atLeast ?? text('total') ?? Number.NaN)
  if (!chart || !level || subject === undefined || !Number.isInteger(minute) || !Number.isFinite(total) || at === undefined || Number.isNaN(Date.parse(at))) return undefined
  const signs = (resource.about ?? []).flatMap((about) => idIn(about, 'Observation') ?? [])
  return { subject, chart, level, total, isAtLeast: atLeast !== undefined, minute, at, signs }
}

/**
 * Whether a score has to be told of. One condition, one alarm: after an alert the next set tells again only where it is worse, where a
 * whole set in between asked for no alarm, where the set of the alert asks for none as it is charted now, or where the alert is a day
 * old and nothing since says that it still goes on.
 * @param last the newest alert of the patient
 * @param newestFirst the patient's sets
 */
export const isAlertDue = (set: ScoredSet, last: ScoreAlertFacts | undefined, newestFirst: readonly ScoredSet[], tables: ResponseTables): boolean => {
  const asks = ({ score }: ScoredSet): boolean => score.kind !== 'not-used' && responseTo(tables, score.used.chart, score.level).alerts
  const { score } = set
  if (score.kind === 'not-used' || !asks(set)) return false
  if (!last || last.minute > set.minute) return last === undefined
  if (last.minute === set.minute) return false
  const between = newestFirst.filter(({ minute }) => minute > last.minute && minute < set.minute)
  const isOver = between.some((each) => each.score.kind === 'score' && !asks(each))
  const told = newestFirst.find(({ minute }) => minute === last.minute)
  const isTakenBack = told ? !asks(told) : newestFirst.some(({ minute }) => minute < last.minute)
  const isOfAnotherDay = set.minute - last.minute >= currentHours * 60 && !between.some(asks)
  return isOver || isTakenBack || isOfAnotherDay || isWorse(score.level, last.level) || (last.chart === score.used.chart && alertFigure(score) > last.total)
}

/** How the set of an alert is scored as it is charted now. */
export interface ScoreAsNow {
  readonly chart: WarningChart
  readonly level: WarningLevel
  /** See {@link alertFigure}. */
  readonly figure: number
  /** No later set says how the patient is. */
  readonly isOfNow: boolean
  /** When the last of its signs was written down, or what decides about their chart was said, ISO instant. */
  readonly chartedAt: string
}

/**
 * Whether the set of an alert that was answered asks for more than was answered: it was corrected upward since, or a sign was added. What
 * was answered is the figure that was read back. Nobody is told again of a set that a later one has overtaken.
 */
export const asksForMore = (alert: ScoreAlertFacts, now: ScoreAsNow, answers: readonly { readonly readBack: string; readonly at: string }[]): boolean => {
  if (answers.length === 0 || !now.isOfNow) return false
  const answered = answers.map(({ readBack }) => Number(readBack.trim())).filter(Number.isFinite)
  const isKnown = answers.some(({ readBack }) => isReadBack({ value: String(now.figure), unit: '' }, readBack))
  const isHigher = now.chart === alert.chart && !isKnown && now.figure > Math.max(...(answered.length > 0 ? answered : [alert.total]))
  // The figure may stay where the level does not: in MEOWS a yellow trigger that was a red one.
  return isHigher || (isWorse(now.level, alert.level) && answers.every(({ at }) => at < now.chartedAt))
}
