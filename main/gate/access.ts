import { done, type accessRequests } from '../../shared/contract'
import type { Access } from '../access'
import type { Handlers } from './handler'

/** The requests of `accessRequests`. */
export const accessHandlers = ({ access }: { readonly access: Access }): Handlers<typeof accessRequests> => ({
  signInChoices: async () => done(await access.signInChoices()),
  signIn: (ask, caller) => access.signIn(caller.id, ask.user, ask.password),
  signInByPin: (ask, caller) => access.signInByPin(caller.id, ask.practitioner, ask.pin),
  lock: async (_ask, caller) => {
    await access.lock(caller.id)
    return done(null)
  },
  signOut: async (_ask, caller) => {
    await access.signOut(caller.id)
    return done(null)
  },
  whoAmI: async (_ask, caller) => done(access.whoAmI(caller.id)),
  listStaff: async () => done(await access.listStaff()),
  addStaff: (ask, caller) => access.addStaff(ask, caller.session.practitioner),
  readAudit: async (ask) => done(await access.audit.read(ask)),
})
