import type { RxCollection } from 'rxdb'
import type { Envelope } from '../../shared/records/envelope'
import { mergeRecords } from '../../shared/records/merge'
import type { Clash } from '../../shared/records/mergeClash'
import { fromDocument, toDocument, type ServerDocument, type Stored } from './documents'
import type { Link } from './link'
import { addReviewItems } from './resolveConflicts'

/**
 * A hub and a centre may both have taken a write of one record: CouchDB then keeps both versions and
 * shows one. The hidden ones are read, merged into the shown one, and closed; no branch is left.
 */
export const closeBranches =
  ({ link, practice, collection }: { readonly link: Link; readonly practice: string; readonly collection: RxCollection<Envelope> }) =>
  async ({ _id: id }: ServerDocument): Promise<void> => {
    const winner = await link.run((server) => server.ask({ path: encodeURIComponent(id), query: { conflicts: true } }))
    const shown = winner.body as ServerDocument
    const master = winner.status === 200 ? fromDocument(shown, practice) : undefined
    const losers = shown?._conflicts ?? []
    if (!master || losers.length === 0) return
    let merged: Stored = master
    const clashes: Clash[] = []
    const closed: string[] = []
    // In a fixed order, so that two workstations that do this at once write the same.
    for (const rev of [...losers].sort()) {
      const answer = await link.run((server) => server.ask({ path: encodeURIComponent(id), query: { rev } }))
      if (answer.status !== 200) continue
      const branch = fromDocument(answer.body as ServerDocument, practice)
      if (branch) {
        const outcome = mergeRecords({ master: merged, mine: branch })
        merged = { ...outcome.record, _deleted: false }
        clashes.push(...outcome.clashes)
      }
      closed.push(rev)
    }
    await addReviewItems(collection, merged, clashes)
    const rows = await link.run((server) => server.read({ method: 'POST', path: '_bulk_docs', body: { docs: [toDocument(merged, master.rev)] } }))
    // Somebody else was first: the feed will show what became of it.
    if (!(rows as readonly { error?: string }[]).every(({ error }) => error === undefined)) return
    await link.run((server) => server.read({ method: 'POST', path: '_bulk_docs', body: { docs: closed.map((rev) => ({ _id: id, _rev: rev, _deleted: true })) } }))
  }
