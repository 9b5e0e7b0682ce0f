import { done } from '../../../shared/contract'
import { alertFigure, type ScoreAlertFacts } from '../../../shared/records/communication/scoreAlert'
import { responseTo } from '../../../shared/records/early-warning/response'
import type { ChartingParts } from '../parts'
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

    /** The figure of an alerted set as its signs say now; undefined: it asks for no alarm any more. Of more than a day ago nobody looks. */
    scoreNow: async ({ subject, minute, signs }: ScoreAlertFacts): Promise<number | undefined | 'unknown'> => {
      // An alert may come from another workstation before its signs do.
      const here = await Promise.all(signs.map((id) => parts.replica.records.get('Observation', id)))
      if (here.includes(undefined)) return 'unknown'
      const standing = await due.standingOf(subject)
      const set = standing?.sets.find((each) => each.minute === minute)
      if (!standing || (!set && standing.sets.every((each) => each.minute > minute))) return 'unknown'
      if (!set || set.score.kind === 'not-used') return undefined
      return responseTo(await due.tables(), set.score.used.chart, set.score.level).alerts ? alertFigure(set.score) : undefined
    },
    close: () => due.close(),
  }
}

/** See {@link openEarlyWarning}. */
export type EarlyWarning = ReturnType<typeof openEarlyWarning>
