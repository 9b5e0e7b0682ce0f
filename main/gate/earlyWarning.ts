import type { earlyWarningRequests } from '../../shared/contract'
import type { Charting } from '../charting'
import type { Handlers } from './handler'

/** The requests of `earlyWarningRequests`. */
export const earlyWarningHandlers = ({ charting: { earlyWarning, readScoredAs } }: { readonly charting: Charting }): Handlers<typeof earlyWarningRequests> => ({
  readScoredAs: ({ patient }) => readScoredAs(patient),
  chooseSpo2Scale: (ask, caller) => earlyWarning.scoredAs.chooseScale(ask, caller.session),
  recordPregnancy: (ask, caller) => earlyWarning.scoredAs.recordPregnancy(ask, caller.session),
  dueObservations: ({ patients }) => earlyWarning.dueObservations(patients),
  planObservations: (ask, caller) => earlyWarning.due.plan(ask, caller.session),
  takeMonitoring: (ask, caller) => earlyWarning.due.takeMonitoring(ask, caller.session),
  readResponses: () => earlyWarning.readResponses(),
  saveResponse: (ask, caller) => earlyWarning.due.saveResponse(ask, caller.session),
})
