import { done, type syncRequests } from '../../shared/contract'
import { may } from '../access'
import type { Replica } from '../replica'
import { namesForEntries, type Sync } from '../sync'
import type { Handlers } from './handler'

/** The requests of `syncRequests`. */
export const syncHandlers = ({ sync, replica }: { readonly sync: Sync; readonly replica: Replica }): Handlers<typeof syncRequests> => ({
  syncState: async () => done(sync.state()),
  configureSync: (ask) => sync.configure(ask),
  disconnectSync: async () => done(await sync.disconnect()),
  syncNow: async () => {
    const passed = await sync.pass()
    // The first answer of a server may take minutes: who asked hears of it by the state.
    if (passed.ok) void sync.compare().catch(() => undefined)
    return passed.ok ? done(sync.state()) : passed
  },
  listOutbox: async (ask, caller) => done(await namesForEntries(replica, await sync.outbox(ask), may(caller.session.role, 'patient.read'))),
})
