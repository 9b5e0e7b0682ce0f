import { done, refuse, type historyRequests } from '../../shared/contract'
import { patientOfRecord, readHistory, type Replica } from '../replica'
import type { Handlers } from './handler'

/** The requests of `historyRequests`. */
export const historyHandlers = ({ replica }: { readonly replica: Replica }): Handlers<typeof historyRequests> => ({
  recordHistory: async ({ patient, type, record }) => {
    if ((await patientOfRecord(replica, type, record)) !== patient) return refuse('not-found')
    return done((await readHistory(replica, type, record)) ?? [])
  },
})
