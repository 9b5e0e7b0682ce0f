import type { RxDocumentData } from 'rxdb'
import { done, refuse, type Answer } from '../../shared/contract'
import { saysTheSame } from '../../shared/records/merge'
import type { Envelope, PriorVersion } from '../../shared/records/envelope'
import { fromDocument, type Stored } from './documents'
import type { RefusedList } from './refused'
import { rowsOf, type KeepsParts } from './serverKeeps'

/** Sends refused records again, all of them when none is named; what is refused once more stays listed. */
export const resendRefused = async ({ refused, sendAgain }: { readonly refused: RefusedList; sendAgain(ids: readonly string[]): Promise<void> }, ids?: readonly string[]): Promise<null> => {
  const held = refused.list().map(({ id }) => id)
  await sendAgain(ids === undefined ? held : held.filter((id) => ids.includes(id)))
  return null
}

const versionOf = ({ resource, author, station, at }: Envelope): PriorVersion => ({ resource, author, station, at })

/** What the server has, with the version of here among those that it superseded. */
const standingOver = (master: Stored, mine: Stored): Stored => {
  const known = new Set([master, ...master.prior].map(({ at }) => at))
  const others = [...mine.prior, ...(mine._deleted ? [] : [versionOf(mine)])].filter(({ at }) => !known.has(at))
  return { ...master, prior: [...master.prior, ...others].sort((a, b) => (a.at < b.at ? -1 : 1)) }
}

/**
 * Gives a refused change up: what the server has stands here too, and what was refused stays readable in the history of the record. Refuses with
 * `not-found` where nothing was refused, or the server has nothing to take; with `conflict` where the record was changed meanwhile.
 */
export const takeServersVersion = async ({ link, practice, collection, outbox, refused }: KeepsParts, id: string): Promise<Answer<null>> => {
  if (!refused.has(id)) return refuse('not-found')
  const [row] = await link.try((server) => rowsOf(server, [id], true))
  const master = row?.doc ? fromDocument(row.doc, practice) : undefined
  const [previous] = (await collection.storageInstance.findDocumentsById([id], true)) as RxDocumentData<Envelope>[]
  if (!master || !previous) return refuse('not-found')
  const { _meta, _rev, _attachments, ...mine } = previous
  const document = { ...standingOver(master, mine as Stored), _meta: { ..._meta, lwt: Date.now() }, _rev, _attachments }
  const { error } = await collection.storageInstance.bulkWrite([{ previous, document }], 'take-servers-version')
  if (error.length > 0) return refuse('conflict')
  // RxDB sends nothing that is as it has noted the server's.
  if (saysTheSame(document, master)) outbox.sent(document)
  await refused.clear(id)
  return done(null)
}
