import type { codeRequests } from '../../shared/contract'
import type { Codes } from '../codes'
import type { Handlers } from './handler'

/** The requests of `codeRequests`. */
export const codeHandlers = ({ codes }: { readonly codes: Codes }): Handlers<typeof codeRequests> => ({
  searchCodes: (ask) => codes.search(ask),
  addTerm: (ask, { session }) => codes.addTerm(ask, session),
  listCodeSets: () => codes.list(),
  keepCodes: (ask, { session }) => codes.keep(ask, session),
  finishCodeSet: (ask, { session }) => codes.finish(ask, session),
  offerCodeSet: (ask, { session }) => codes.offer(ask, session),
})
