import type { VitalCode } from '../observation/vitals'
import { localDay } from '../localDay'
import type { Scored } from './news2'
import { isWorse, warningScore, type WarningScore } from './score'

/** A charted sign, as far as scoring needs it. */
export interface ChartedSign {
  readonly id: string
  /** Sorts by the time of writing. */
  readonly written: string
  /** A device charted it by itself, and nobody has looked at it. */
  readonly isUnverified?: true
  readonly code: VitalCode
  readonly value: number | string
  /** ISO instant. */
  readonly effective: string
  /** The value that this one takes the place of. */
  readonly corrects?: { readonly id: string }
}

/** What was taken in one minute, scored. */
export interface ScoredSet {
  /** Minutes since 1970: names the set. */
  readonly minute: number
  /** ISO instant of its latest sign. */
  readonly at: string
  readonly score: WarningScore
}

/** The minute of an instant, since 1970: signs of the same one are one set. */
export const minuteOf = (instant: string): number => Math.floor(new Date(instant).getTime() / 60_000)

/** Orders two values of a sign in one minute, so that the one that counts comes last: what somebody has looked at before what nobody has, else what was written later. */
export const lastCounts = (one: Pick<ChartedSign, 'written' | 'isUnverified'>, other: Pick<ChartedSign, 'written' | 'isUnverified'>): number =>
  one.isUnverified === other.isUnverified ? (one.written < other.written ? -1 : 1) : one.isUnverified ? -1 : 1

/** Every set that was charted, newest first; which of two values of a sign in one minute counts: see {@link lastCounts}. */
export const scoredSets = (charted: readonly ChartedSign[], scored: Scored): readonly ScoredSet[] => {
  const replaced = new Set(charted.flatMap(({ corrects }) => (corrects ? [corrects.id] : [])))
  const sets = new Map<number, ChartedSign[]>()
  for (const sign of charted) {
    if (replaced.has(sign.id)) continue
    const minute = minuteOf(sign.effective)
    sets.set(minute, [...(sets.get(minute) ?? []), sign])
  }
  return [...sets]
    .sort(([one], [other]) => other - one)
    .map(([minute, signs]) => {
      const inOrder = [...signs].sort(lastCounts)
      const at = signs.reduce((latest, { effective }) => (Date.parse(effective) > Date.parse(latest) ? effective : latest), signs[0]?.effective ?? '')
      return { minute, at, score: warningScore(Object.fromEntries(inOrder.map(({ code, value }) => [code, value])), scored, localDay(at)) }
    })
}

/** A score older than this says nothing of now, and asks for nothing any more: most patients of a clinic have gone home, hours. */
export const currentHours = 24

/** Whether a set still says something of now. */
export const isCurrent = ({ at }: Pick<ScoredSet, 'at'>, nowMs: number): boolean => nowMs - Date.parse(at) < currentHours * 3_600_000

/** Whether every sign that makes it as bad as it is was measured again in one of the newer sets; in PEWS consciousness does so without points. */
const isTakenAgain = ({ points, used }: Extract<WarningScore, { kind: 'incomplete' }>, newer: readonly ScoredSet[]): boolean => {
  const given = (Object.keys(points) as VitalCode[]).filter((sign) => points[sign] || (used.chart === 'pews' && sign === 'avpu'))
  return newer.some(({ score: after }) => after.kind !== 'not-used' && given.every((sign) => after.points[sign] !== undefined))
}

/**
 * The set that tells how the patient is: the newest whole one of the last 24 hours, since a reading of one sign between two sets
 * makes no new score; unless one since then is worse already, whatever is missing in it, and nobody has taken its signs again.
 * Else the newest. Undefined: nothing was charted.
 */
export const currentSet = (newestFirst: readonly ScoredSet[], nowMs: number): ScoredSet | undefined => {
  const place = newestFirst.findIndex((set) => set.score.kind === 'score' && isCurrent(set, nowMs))
  const whole = newestFirst[place]
  if (whole?.score.kind !== 'score') return newestFirst[0]
  const { total, level } = whole.score
  const since = newestFirst.slice(0, place)
  const isPast = (newer: WarningScore): newer is Extract<WarningScore, { kind: 'incomplete' }> =>
    // By NEWS2 three points in one sign ask for more than four in four.
    newer.kind === 'incomplete' && (isWorse(newer.level, level) || (newer.atLeast > total && !isWorse(level, newer.level)))
  return since.find(({ score: newer }, index) => isPast(newer) && !isTakenAgain(newer, since.slice(0, index))) ?? whole
}
