import { done, type syncRequests } from '../../shared/contract'
import type { Sync } from '../sync'
import type { Handlers } from './handler'

/** The requests of `syncRequests`. */
export const syncHandlers = ({ sync }: { readonly sync: Sync }): Handlers<typeof syncRequests> => ({
  syncState: async () => done(sync.state()),
  configureSync: (ask) => sync.configure(ask),
  disconnectSync: async () => done(await sync.disconnect()),
  syncNow: async () => {
    const passed = await sync.pass()
    return passed.ok ? done(sync.state()) : passed
  },
  listOutbox: async (ask) => done(await sync.outbox(ask)),
  listReviewItems: async (ask) => done(await sync.reviewItems(ask.patient)),
  resolveReviewItem: (ask, caller) => sync.resolve(ask.item, ask.keep, caller.session.practitioner),
})
