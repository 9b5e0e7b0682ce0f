import { done, refuse, type syncRequests } from '../../shared/contract'
import { may } from '../access'
import type { Replica } from '../replica'
import { namesForEntries, type Sync } from '../sync'
import type { Handlers } from './handler'

/** The requests of `syncRequests`; `isHub`: this workstation goes through its own hub, whose centre is set elsewhere. */
export const syncHandlers = ({ sync, replica, isHub }: { readonly sync: Sync; readonly replica: Replica; isHub(): boolean }): Handlers<typeof syncRequests> => ({
  syncState: async () => done(sync.state()),
  configureSync: async (ask) => (isHub() ? refuse('hub-on') : sync.configure(ask)),
  disconnectSync: async () => (isHub() ? refuse('hub-on') : done(await sync.disconnect())),
  syncNow: async () => {
    const passed = await sync.pass()
    // The first answer of a server may take minutes: who asked hears of it by the state.
    if (passed.ok) void sync.compare().catch(() => undefined)
    return passed.ok ? done(sync.state()) : passed
  },
  listOutbox: async (ask, caller) => done(await namesForEntries(replica, await sync.outbox(ask), may(caller.session.role, 'patient.read'))),
})
