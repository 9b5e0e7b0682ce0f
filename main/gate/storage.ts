import { done, refuse, type storageRequests } from '../../shared/contract'
import { type Digests, type Growth, type Replica, totalOf } from '../replica'
import type { Handlers } from './handler'

/** What the storage requests need of the practice. */
export interface StorageParts {
  readonly growth: Growth
  readonly digests: Digests
  readonly replica: Replica
}

/** The requests of `storageRequests`. */
export const storageHandlers = ({ growth, digests, replica }: StorageParts): Handlers<typeof storageRequests> => ({
  storageState: async () => done(growth.state()),
  storageSizes: async () => done(await growth.sizes()),
  planPurge: async ({ years }) => done(await growth.plan(years)),
  purge: async ({ years }) => {
    // What has gone stays comparable with the server.
    await digests.settle()
    return growth.purge(years)
  },
  fetchAllOlder: async () => growth.fetchAll(),
  cancelStorageJob: async () => done(growth.cancel()),
  olderRecords: async ({ patient }) => done(growth.ofPatient(patient) ?? null),
  fetchOlder: async ({ patient }) => ((await replica.records.get('Patient', patient)) ? growth.fetchFor(patient) : refuse('not-found')),
  readDigests: async (range) => {
    const days = await digests.days(range)
    return done({ days, ...totalOf(days) })
  },
  readDigestOfDay: async ({ day }) => done(await digests.documents(day)),
})
