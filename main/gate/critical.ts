import { done, type criticalRequests } from '../../shared/contract'
import type { Criticals } from '../critical'
import type { Handlers } from './handler'

/** The requests of `criticalRequests`. */
export const criticalHandlers = ({ criticals }: { readonly criticals: Criticals }): Handlers<typeof criticalRequests> => ({
  countCriticals: async () => done({ open: criticals.count() }),
  listCriticals: async () => done(await criticals.list()),
  answerCritical: (ask, { session }) => criticals.answer(ask, session.practitioner),
  readCriticalLog: async ({ days }) => done(await criticals.log(days)),
  readRoster: async ({ day }) => done(await criticals.roster.read(day)),
  saveRoster: ({ day, duties }, { session }) => criticals.roster.save(day, duties, session.practitioner),
})
