import type { labOrderRequests } from '../../shared/contract'
import type { Charting } from '../charting'
import type { Handlers } from './handler'

/** The requests of `labOrderRequests`. */
export const labOrderHandlers = ({ charting: { labOrders: { orders, specimens } } }: { readonly charting: Charting }): Handlers<typeof labOrderRequests> => ({
  placeLabOrders: (ask, { session }) => orders.place(ask, session),
  listLabOrders: (ask) => orders.list(ask),
  withdrawLabOrder: (ask, { session }) => orders.withdraw(ask, session),
  closeLabOrder: (ask, { session }) => orders.close(ask, session),
  collectSpecimens: (ask, { session }) => specimens.collect(ask, session),
  receiveSpecimens: (ask, { session }) => specimens.receive(ask, session),
  rejectSpecimen: (ask, { session }) => specimens.reject(ask, session),
  findByAccession: ({ accession }) => specimens.sample(accession),
  labWorklist: (ask) => specimens.worklist(ask),
})
