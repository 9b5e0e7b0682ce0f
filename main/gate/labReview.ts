import { done, type labReviewRequests } from '../../shared/contract'
import type { Decider, LabDesk } from '../devices/inbox'
import type { Handlers, SignedIn } from './handler'

const decider = ({ practitioner, name }: SignedIn['session']): Decider => ({ practitioner, name })

/** Verification, mapping of codes and units, rules of the laboratory. */
export const labReviewHandlers = ({ lab }: { readonly lab: LabDesk }): Handlers<typeof labReviewRequests> => ({
  listUnverified: async () => done(await lab.list()),
  decideResults: (ask, { session }) => lab.decide(ask, decider(session)),
  listUnmapped: async () => done(await lab.unmapped()),
  readLabSettings: async () => done(await lab.settings()),
  saveTestMapping: (ask, { session }) => lab.saveMapping(ask, decider(session)),
  removeTestMapping: (ask, { session }) => lab.removeMapping(ask, decider(session)),
  saveTestRule: (rule, { session }) => lab.saveRule(rule, decider(session)),
  setLabPolicy: (policy, { session }) => lab.setPolicy(policy, decider(session)),
})
