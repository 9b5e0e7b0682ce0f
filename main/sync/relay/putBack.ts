import { takenAwayRecordOf } from '../../../shared/records/mergeReview'
import { fromDocument, generationOf, toDocument, type ServerDocument } from '../documents'
import type { Link } from '../link'
import { lookAgain } from '../server'

interface Row {
  readonly id?: string
  readonly value?: { readonly rev?: string; readonly deleted?: boolean } | null
  readonly doc?: ServerDocument | null
}

const rowsAt = async (link: Link, ids: readonly string[]): Promise<readonly Row[]> => {
  const { rows } = (await link.run((server) => server.read({ method: 'POST', path: '_all_docs', query: { include_docs: true }, body: { keys: ids } }).catch(lookAgain))) as { readonly rows?: readonly Row[] }
  return rows ?? []
}

const write = async (link: Link, docs: readonly object[]): Promise<ReadonlySet<string>> => {
  if (docs.length === 0) return new Set()
  const rows = (await link.run((server) => server.read({ method: 'POST', path: '_bulk_docs', body: { docs } }).catch(lookAgain))) as readonly { readonly id: string; readonly error?: string }[]
  return new Set(rows.flatMap(({ id, error }) => (error === undefined ? [id] : [])))
}

/**
 * One side has deleted records that the other has, and does not give up: they go back, with an item that tells people of it. Workstations do
 * the same where they see the deletion; here none of them may. Answers the ids that are back.
 *
 * @param sides.from the side that deleted them
 * @param sides.to the side that has them
 */
export const putBack = async ({ from, to }: { readonly from: Link; readonly to: Link }, practice: string, ids: readonly string[]): Promise<ReadonlySet<string>> => {
  if (ids.length === 0) return new Set()
  const deletions = new Map((await rowsAt(from, ids)).flatMap(({ id, value }) => (id !== undefined && value?.deleted === true ? [[id, generationOf(value.rev ?? '')] as const] : [])))
  if (deletions.size === 0) return new Set()
  const records = (await rowsAt(to, [...deletions.keys()])).flatMap(({ doc }) => (doc ? (fromDocument(doc, practice) ?? []) : []))
  // The item is there before the record is back, so that it does not come back unseen.
  await write(to, records.filter(({ type }) => type !== 'Task').map((record) => toDocument({ ...takenAwayRecordOf(record, deletions.get(record.id) ?? 0), _deleted: false }, undefined)))
  return write(from, records.map((record) => toDocument(record, undefined)))
}
