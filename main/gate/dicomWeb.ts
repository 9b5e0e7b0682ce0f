import { done, type dicomWebRequests } from '../../shared/contract'
import type { DicomWebServers } from '../imaging'
import type { Handlers } from './handler'

/** The requests of `dicomWebRequests`. */
export const dicomWebHandlers = ({ servers }: { readonly servers: DicomWebServers }): Handlers<typeof dicomWebRequests> => ({
  listDicomWebServers: async () => done(await servers.list()),
  saveDicomWebServer: (ask, { session }) => servers.save(ask, session.practitioner),
  removeDicomWebServer: ({ id }, { session }) => servers.remove(id, session.practitioner),
  testDicomWebServer: ({ id }) => servers.test(id),
})
