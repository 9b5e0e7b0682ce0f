import type { chartingRequests } from '../../shared/contract'
import type { Charting } from '../charting'
import type { Handlers } from './handler'

/** The requests of `chartingRequests`. */
export const chartingHandlers = ({ charting }: { readonly charting: Charting }): Handlers<typeof chartingRequests> => ({
  startEncounter: (ask, caller) => charting.startEncounter(ask, caller.session),
  finishEncounter: (ask, caller) => charting.finishEncounter(ask, caller.session),
  addNote: (ask, caller) => charting.addNote(ask, caller.session),
  addAddendum: (ask, caller) => charting.addAddendum(ask, caller.session),
  listEncounters: (ask) => charting.listEncounters(ask),
  recordVitals: (ask, caller) => charting.recordVitals(ask, caller.session),
  correctVital: (ask, caller) => charting.correctVital(ask, caller.session),
  listVitals: (ask) => charting.listVitals(ask),
  placeOrder: (ask, caller) => charting.placeOrder(ask, caller.session),
  listOrders: (ask) => charting.listOrders(ask.patient),
  listReports: (ask) => charting.listReports(ask.patient, ask.limit),
  resultHistory: (ask) => charting.resultHistory(ask.patient, ask.test),
})
