import { done } from '../../../shared/contract'
import type { ChartingParts } from '../parts'
import { openDue } from './due'
import { openScoredAs } from './scoredAs'

/** How patients are scored, when they are observed next, and what their scores ask for. */
export const openEarlyWarning = (parts: ChartingParts) => {
  const scoredAs = openScoredAs(parts)
  const due = openDue(parts, scoredAs)
  return {
    scoredAs,
    due,
    dueObservations: async (patients: readonly string[]) => done(await due.of(patients)),
    readResponses: async () => done(await due.tables()),
    close: () => due.close(),
  }
}

/** See {@link openEarlyWarning}. */
export type EarlyWarning = ReturnType<typeof openEarlyWarning>
