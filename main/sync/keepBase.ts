import type { RxStorageInstanceReplicationState } from 'rxdb'
import type { Envelope } from '../../shared/records/envelope'

/**
 * RxDB notes what it has pushed as what the server has. Of a version that the server refused that is not true: it still has the one before,
 * or none. With the wrong note a later change by somebody else would replace the refused version here without a word, and a merge would
 * take what was refused for what had always been there. So no such note is written.
 */
export const keepBase = ({ input: { metaInstance } }: RxStorageInstanceReplicationState<Envelope>, isRefused: (version: Pick<Envelope, 'id' | 'at'>) => boolean): void => {
  const write = metaInstance.bulkWrite.bind(metaInstance)
  metaInstance.bulkWrite = (rows, context) => {
    const kept = context === 'replication-up-write-meta' ? rows.filter(({ document }) => document.isCheckpoint === '1' || !isRefused(document.docData as Envelope)) : rows
    return kept.length === 0 ? Promise.resolve({ error: [] }) : write(kept, context)
  }
}
