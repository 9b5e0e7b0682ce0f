import { done, type triageRequests } from '../../shared/contract'
import type { Charting } from '../charting'
import type { Handlers } from './handler'

/** Walk-ins: who arrived, how urgent they are, who is seen next. */
export const triageHandlers = ({ charting: { triage } }: { readonly charting: Pick<Charting, 'triage'> }): Handlers<typeof triageRequests> => ({
  readQueue: async () => done(await triage.read()),
  arrive: (ask, { session }) => triage.arrive(ask, session),
  recordTriage: (ask, { session }) => triage.record(ask, session),
  seeNext: ({ patient, encounter }, { session }) => triage.see(patient, encounter, session),
  leaveQueue: ({ patient, encounter, reason }, { session }) => triage.leave(patient, encounter, reason, session),
})
