import { done } from '../../../shared/contract'
import { alertFigure, type ScoreAlertFacts, type ScoreAsNow } from '../../../shared/records/communication/scoreAlert'
import { responseTo } from '../../../shared/records/early-warning/response'
import { currentSet, isCurrent, minuteOf } from '../../../shared/records/early-warning/sets'
import { type ChartingParts, instantOfStamp } from '../parts'
import { openDue } from './due'
import { openScoredAs } from './scoredAs'

export { openResponse, type ResponseDeps } from './respond'

/** How patients are scored, when they are observed next, and what their scores ask for. */
export const openEarlyWarning = (parts: ChartingParts) => {
  const scoredAs = openScoredAs(parts)
  const due = openDue(parts, scoredAs)
  return {
    scoredAs,
    due,
    dueObservations: async (patients: readonly string[]) => done(await due.of(patients)),
    readResponses: async () => done(await due.tables()),

    /** How an alerted set is scored as its signs say now; undefined: it asks for no alarm any more. Of more than a day ago nobody looks. */
    scoreNow: async ({ subject, minute, signs, chart }: ScoreAlertFacts): Promise<ScoreAsNow | undefined | 'unknown'> => {
      // An alert may come from another workstation before its signs do.
      const here = await Promise.all(signs.map((id) => parts.replica.records.get('Observation', id)))
      if (here.includes(undefined)) return 'unknown'
      const standing = await due.standingOf(subject)
      const set = standing?.sets.find((each) => each.minute === minute)
      if (!standing || (!set && standing.sets.every((each) => each.minute > minute))) return 'unknown'
      if (!set || set.score.kind === 'not-used') return undefined
      const { used, level } = set.score
      if (!responseTo(await due.tables(), used.chart, level).alerts) return undefined
      const written = standing.signs.filter(({ effective }) => minuteOf(effective) === minute).map((sign) => sign.written).sort().at(-1) ?? ''
      const isOfNow = isCurrent(set, parts.now()) && currentSet(standing.sets, parts.now()) === set
      // By another chart than the one of the alert: since somebody said what decides about it.
      const chartedAt = [instantOfStamp(written), ...(used.chart === chart ? [] : [standing.scoredSince])].sort().at(-1)!
      return { chart: used.chart, level, figure: alertFigure(set.score), isOfNow, chartedAt }
    },
    close: () => due.close(),
  }
}

/** See {@link openEarlyWarning}. */
export type EarlyWarning = ReturnType<typeof openEarlyWarning>
