import type { conditionRequests } from '../../shared/contract'
import type { Charting } from '../charting'
import type { Handlers } from './handler'

/** The requests of `conditionRequests`. */
export const conditionHandlers = ({ charting: { problems } }: { readonly charting: Charting }): Handlers<typeof conditionRequests> => ({
  listProblems: (ask) => problems.list(ask),
  addProblem: (ask, { session }) => problems.add(ask, session),
  resolveProblem: (ask, { session }) => problems.resolve(ask, session),
  reopenProblem: (ask, { session }) => problems.reopen(ask, session),
  amendProblem: (ask, { session }) => problems.amend(ask, session),
  withdrawProblem: (ask, { session }) => problems.withdraw(ask, session),
  listFindings: (ask) => problems.listFindings(ask),
  recordFindings: (ask, { session }) => problems.recordFindings(ask, session),
  withdrawFinding: (ask, { session }) => problems.withdrawFinding(ask, session),
})
