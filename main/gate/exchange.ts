import { done, type exchangeRequests, type SyncState } from '../../shared/contract'
import { may } from '../access'
import type { Replica } from '../replica'
import { namesForEntries, type Sync } from '../sync'
import type { Handlers } from './handler'

/** The requests of `exchangeRequests`. */
export const exchangeHandlers = ({ sync, replica }: { readonly sync: Sync; readonly replica: Replica }): Handlers<typeof exchangeRequests> => {
  const stateAfter = async (doing: ReturnType<Sync['resend']>) => {
    const answer = await doing
    return answer.ok ? done<SyncState>(sync.state()) : answer
  }
  return {
    compareWithServer: () => sync.compare(),
    listDifferences: async (_ask, caller) => {
      const names = await namesForEntries(replica, sync.differences(), may(caller.session.role, 'patient.read'))
      return done(names.map(({ author: _author, at, ...entry }) => ({ ...entry, at: at.slice(0, 24) })))
    },
    resendRefused: ({ records }) => stateAfter(sync.resend(records)),
    takeServersVersion: ({ record }) => stateAfter(sync.takeServersVersion(record)),
    joinServerAgain: () => sync.joinAgain(),
  }
}
