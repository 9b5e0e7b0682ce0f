import { done, type stickRequests } from '../../shared/contract'
import type { StickDesk } from '../stick'
import type { Handlers } from './handler'

/** The requests of `stickRequests`. */
export const stickHandlers = ({ stick }: { readonly stick: StickDesk }): Handlers<typeof stickRequests> => ({
  stickState: async () => done(await stick.state()),
  writeStick: (ask) => stick.write(ask),
  readStick: (ask) => stick.read(ask),
  cancelStick: async () => done(await stick.cancel()),
  stickCode: async () => done({ code: await stick.code() }),
})
