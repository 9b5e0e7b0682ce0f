import type { OrderedStore } from './orderedStore'

/*
 * How PouchDB's LevelDB adapter (9.0) keeps a database: under `ÿby-sequenceÿ` and the sequence in 16 digits the document with its `_id` and
 * `_rev` as its last members, under `ÿdocument-storeÿ` and the id what is known of its revisions. A first load asks for all of it, and PouchDB takes each
 * document apart and clones it several times on the way. Where the stored text alone shows that there is nothing to be worked out, it is sent as it lies
 * there; the ends of both texts are compared, so that no member of a record can be taken for one of these.
 */
const bySequence = '\u00ffby-sequence\u00ff'
const byDocument = '\u00ffdocument-store\u00ff'
const end = '\u00ff'

/** A document as it is stored, or only its place in the feed where PouchDB has to say what there is. */
export interface StoredChange {
  readonly seq: number
  /** Id, revision and the whole document, all as JSON. */
  readonly whole?: { readonly id: string; readonly rev: string; readonly doc: string }
}

const keyOf = (seq: number): string => bySequence + String(seq).padStart(16, '0')

/** The id and revision that a stored document ends with, as JSON. */
const endOf = (doc: string): { readonly id: string; readonly rev: string } | undefined => {
  const [idAt, revAt] = [doc.lastIndexOf(',"_id":"'), doc.lastIndexOf('","_rev":"')]
  if (idAt < 0 || revAt < idAt || !doc.endsWith('"}')) return undefined
  const [id, rev] = [doc.slice(idAt + 7, revAt + 1), doc.slice(revAt + 9, -1)]
  // Ids and revisions of ours need no escapes; files that hang on a document are shown otherwise than they are stored.
  return id.includes('\\') || id.slice(1, -1).includes('"') || !/^"\d+-[\w-]+"$/.test(rev) || doc.includes('"_attachments":') ? undefined : { id, rev }
}

/** What is known of a document that has one revision, which is the present one and no deletion. */
const onlyRevision = (rev: string, seq: number): string => `"rev_map":{${rev}:${seq}},"winningRev":${rev},"deleted":false,"seq":${seq}}`

/** What was written after a sequence, at most so many; fewer: there is no more. */
export const readStored = (store: Pick<OrderedStore, 'scan' | 'getAll'>, since: number, limit: number): StoredChange[] => {
  const rows = store.scan({ gt: keyOf(since), lt: bySequence + end }, false, limit).map(([key, value]) => {
    const doc = value.slice(1)
    return { seq: Number(key.slice(bySequence.length)), doc, ends: value.startsWith('s') ? endOf(doc) : undefined }
  })
  const revisions = store.getAll(rows.flatMap(({ ends }) => (ends ? [byDocument + ends.id.slice(1, -1)] : [])))
  return rows.map(({ seq, doc, ends }) => {
    const isWhole = ends && revisions.get(byDocument + ends.id.slice(1, -1))?.endsWith(onlyRevision(ends.rev, seq))
    return isWhole ? { seq, whole: { ...ends, doc } } : { seq }
  })
}
