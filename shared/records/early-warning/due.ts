import type { ObservationPlan } from './plan'
import { responseTo, type ResponseTables } from './response'
import { isWorse } from './score'
import { isCurrent, type ScoredSet } from './sets'

/**
 * When the next set is to be taken. `no-set`: nothing whole was charted in the last 24 hours. `incomplete`: the last set lacks a sign,
 * and what is known of it asks for nothing yet. `no-chart`: nobody can be scored whose age is not known.
 */
export type Due =
  | {
      readonly kind: 'at'
      /** ISO instant. */
      readonly at: string
      readonly everyMinutes: number
      /** Monitored without a break until then. */
      readonly isContinuous: boolean
      /** A clinician's plan, or the table by the score. */
      readonly by: 'plan' | 'score'
      /** Whole minutes since it was due; 0: it is not over. */
      readonly overdueMinutes: number
    }
  | { readonly kind: 'unknown'; readonly why: 'no-set' | 'incomplete' | 'no-chart' }

/** A plan is for a stay, and nobody ends it when the patient leaves: after so long somebody has to say it again. */
const longestPlanMs = 72 * 3_600_000

/**
 * Whether a plan still holds: a level that is worse than the one for which it was made ends it, and so do three days. Where nobody was scored
 * then, more than `low` ends it.
 */
export const isPlanHeld = ({ level = 'low', at }: Pick<ObservationPlan, 'level' | 'at'>, set: ScoredSet | undefined, nowMs: number): boolean =>
  nowMs - Date.parse(at) <= longestPlanMs && (!set || set.score.kind === 'not-used' || !isWorse(set.score.level, level))

const dueAt = (from: string, { everyMinutes, isContinuous }: { readonly everyMinutes: number; readonly isContinuous: boolean }, by: 'plan' | 'score', nowMs: number): Due => {
  const at = Date.parse(from) + everyMinutes * 60_000
  return { kind: 'at', at: new Date(at).toISOString(), everyMinutes, isContinuous, by, overdueMinutes: Math.max(0, Math.floor((nowMs - at) / 60_000)) }
}

/**
 * When the next set is due.
 * @param set the one that counts now (`currentSet`); undefined: nothing was charted
 */
export const dueOf = (set: ScoredSet | undefined, plan: ObservationPlan | undefined, tables: ResponseTables, nowMs: number): Due => {
  if (plan && isPlanHeld(plan, set, nowMs)) return dueAt(set ? set.at : plan.at, plan, 'plan', nowMs)
  if (!set || !isCurrent(set, nowMs)) return { kind: 'unknown', why: 'no-set' }
  const { score } = set
  if (score.kind === 'not-used') return { kind: 'unknown', why: 'no-chart' }
  const { used, level } = score
  // What is certain already is asked for; what is missing never makes the time to the next set longer.
  if (score.kind === 'incomplete' && (level === 'none' || level === 'low')) return { kind: 'unknown', why: 'incomplete' }
  return dueAt(set.at, responseTo(tables, used.chart, level), 'score', nowMs)
}
