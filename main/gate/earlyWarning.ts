import type { earlyWarningRequests } from '../../shared/contract'
import type { Charting } from '../charting'
import type { Handlers } from './handler'

/** The requests of `earlyWarningRequests`. */
export const earlyWarningHandlers = ({ charting }: { readonly charting: Charting }): Handlers<typeof earlyWarningRequests> => ({
  readScoredAs: ({ patient }) => charting.readScoredAs(patient),
  chooseSpo2Scale: (ask, caller) => charting.chooseSpo2Scale(ask, caller.session),
  recordPregnancy: (ask, caller) => charting.recordPregnancy(ask, caller.session),
})
