import './webcrypto'
import { createRxDatabase, type RxCollection } from 'rxdb'
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory'
import { createClock } from '../../shared/records/clock'
import type { Envelope } from '../../shared/records/envelope'
import { localIn } from './local/local'
import { localSchema, type StoredLocal } from './local/schema'
import { recordsIn } from './records/records'
import { recordSchema } from './records/schema'
import type { Replica, ReplicaOptions } from './types'

/** Opens a practice's database, or makes it. Throws {@link ReplicaProblem}. */
export const openReplica = async ({ practice, station, now = Date.now }: ReplicaOptions): Promise<Replica> => {
  const database = await createRxDatabase({ name: `${practice}-${Math.random()}`, storage: getRxStorageMemory(), multiInstance: false, eventReduce: false })
  const { records: collection, local } = (await database.addCollections({ records: { schema: recordSchema }, local: { schema: localSchema } })) as {
    records: RxCollection<Envelope>
    local: RxCollection<StoredLocal>
  }
  const clock = createClock({ station, now })
  const seen = collection.storageInstance.changeStream().subscribe((bulk) => bulk.events.forEach((event) => clock.observe((event.documentData as Envelope).at)))
  return {
    practice,
    station,
    collection,
    records: recordsIn({ collection, practice, station, clock, now }),
    local: localIn(local, clock),
    async close() {
      seen.unsubscribe()
      await database.close()
    },
  }
}
