import { done, type handoverRequests } from '../../shared/contract'
import type { Charting } from '../charting'
import { lyingIn, type Monitors } from '../devices/monitors'
import type { Handlers } from './handler'

/** The handover between two shifts, of everybody who lies in a bed. */
export const handoverHandlers = ({ charting: { handover }, monitors }: { readonly charting: Pick<Charting, 'handover'>; readonly monitors: Pick<Monitors, 'ward'> }): Handlers<typeof handoverRequests> => {
  const beds = async () => lyingIn((await monitors.ward()).beds)
  return {
    readHandover: async () => done(await handover.read(await beds())),
    giveHandover: async (ask, { session }) => handover.give(ask, await beds(), session),
    takeHandover: (ask, { session }) => handover.take(ask, session),
  }
}
