import type { RxCollection } from 'rxdb'
import type { Envelope } from '../../shared/records/envelope'
import { mergeRecords, saysTheSame } from '../../shared/records/merge'
import type { Clash } from '../../shared/records/mergeClash'
import { takenAwayRecordOf } from '../../shared/records/mergeReview'
import { recordMergeOf } from '../../shared/records/mergeRules'
import type { LocalStore } from '../replica'
import { fromDocument, generationOf, toDocument, type ServerDocument, type Stored } from './documents'
import { Stopped, type Link } from './link'
import { addMissing, addReviewItems } from './resolveConflicts'
import { lookAgain, ServerProblem } from './server'

/** What the feed says of a document. */
export interface Sighting {
  readonly id: string
  readonly deleted?: boolean
  readonly doc?: ServerDocument | null
}

/** What the server has otherwise than it should, and is put right from here. */
export interface ServerBranches {
  /**
   * Picks out of what the feed brought: documents of which the server has more than one current version, and records that were deleted
   * there and are here. Resolves when they are noted on disk; only then may reading be counted as done.
   */
  note(seen: readonly Sighting[]): Promise<void>
  /** Documents that are noted. */
  readonly size: number
  /** Puts right what is noted. What somebody else was first with comes up again with the feed. Rejects only with {@link Stopped}. */
  mend(): Promise<void>
}

/** What putting right needs. */
export interface ServerBranchesOptions {
  readonly link: Link
  readonly practice: string
  readonly collection: RxCollection<Envelope>
  readonly local: LocalStore
  /** Sends records that the server has lost. */
  sendAgain(ids: readonly string[]): Promise<void>
  /** A document that could not be put right, and will not be tried again before the feed brings it. */
  fault(error: unknown): void
}

const kind = 'server-branch'
const everything = 1_000_000
/** Documents that are put right together. */
const atOnce = 50
/** The server does not take the request as such: another one may be smaller, or ask for less. */
const aboutRequests = [400, 405, 413, 415, 501]
const isAboutRequest = (error: unknown): boolean => error instanceof ServerProblem && error.kind === 'answered' && aboutRequests.includes(error.status)

interface Row {
  readonly key?: string
  readonly id?: string
  readonly value?: { readonly rev?: string; readonly deleted?: boolean } | null
  readonly doc?: ServerDocument | null
}

interface WriteRow {
  readonly id: string
  readonly error?: string
}

/** A document with more than one current version: the shown one, the others, and what they come to. */
interface Branched {
  readonly id: string
  readonly shown: Stored
  readonly branches: readonly { readonly rev: string; readonly record: Stored }[]
  readonly merged: Stored
  readonly clashes: readonly Clash[]
}

/** The end of a branch whose versions are now in another; says in which, so that it is not taken for a deletion. */
const closingOf = (id: string, rev: string, into: string | undefined): object => ({ _id: id, _rev: rev, _deleted: true, mergedInto: into })

/** Adds the items that tell of records which the server had deleted and is sent again. */
export const addTakenAway = (collection: RxCollection<Envelope>, gone: readonly { readonly record: Envelope; readonly deletion: number }[]): Promise<void> =>
  addMissing(collection, gone.filter(({ record }) => record.type !== 'Task').map(({ record, deletion }) => takenAwayRecordOf(record, deletion)))

/** Opens the list of what has to be put right; see {@link ServerBranches}. */
export const openServerBranches = async ({ link, practice, collection, local, sendAgain, fault }: ServerBranchesOptions): Promise<ServerBranches> => {
  const noted = new Set((await local.list(kind, { limit: everything })).map(({ id }) => id))
  let mending: Promise<void> | undefined

  const ask = <Answer>(path: string, query: Readonly<Record<string, boolean>>, body: unknown): Promise<Answer> =>
    link.run((server) =>
      server.read({ method: 'POST', path, query, body }).catch((error: unknown) => {
        throw isAboutRequest(error) ? error : lookAgain(error)
      }),
    ) as Promise<Answer>

  const forget = async (id: string): Promise<void> => {
    noted.delete(id)
    await local.remove(kind, id)
  }

  /** The versions behind the shown ones. Those that this version of Outpost cannot read stay, for one that can. */
  const readBranches = async (documents: readonly ServerDocument[]): Promise<Map<string, { rev: string; record: Stored }[]>> => {
    const wanted = documents.flatMap(({ _id, _conflicts }) => (_conflicts ?? []).map((rev) => ({ id: _id, rev })))
    const found = new Map<string, { rev: string; record: Stored }[]>(documents.map(({ _id }) => [_id, []]))
    if (wanted.length === 0) return found
    const { results } = await ask<{ readonly results?: readonly { readonly docs?: readonly { readonly ok?: ServerDocument }[] }[] }>('_bulk_get', {}, { docs: wanted })
    for (const { docs } of results ?? []) {
      for (const { ok } of docs ?? []) {
        const record = ok && fromDocument(ok, practice)
        if (ok && record) found.get(ok._id)?.push({ rev: ok._rev, record })
      }
    }
    // In a fixed order, so that two workstations that do this at once write the same.
    for (const branches of found.values()) branches.sort((a, b) => (a.rev < b.rev ? -1 : 1))
    return found
  }

  const put = (shown: Stored, branches: Branched['branches']): Branched => {
    let merged: Stored = shown
    const clashes: Clash[] = []
    for (const { record } of branches) {
      const outcome = mergeRecords({ master: merged, mine: record })
      merged = { ...outcome.record, rev: shown.rev, _deleted: false }
      clashes.push(...outcome.clashes)
    }
    return { id: shown.id, shown, branches, merged, clashes }
  }

  /** The review items are on disk before the server is changed, so that no clash passes unseen if the power goes in between. */
  const closeBranches = async (documents: readonly ServerDocument[]): Promise<void> => {
    const branches = await readBranches(documents)
    const found = documents.flatMap((document) => {
      const shown = fromDocument(document, practice)
      const others = branches.get(document._id) ?? []
      return shown && others.length > 0 ? [put(shown, others)] : []
    })
    for (const { merged, clashes } of found) await addReviewItems(collection, merged, clashes)
    const changed = found.filter(({ shown, merged }) => !saysTheSame(shown, merged))
    const rows = changed.length === 0 ? [] : await ask<readonly WriteRow[]>('_bulk_docs', {}, { docs: changed.map(({ merged, shown }) => toDocument(merged, shown.rev)) })
    const errors = new Map(rows.flatMap(({ id, error }) => (error === undefined ? [] : [[id, error] as const])))
    // Of what may not be changed the review item holds both versions whole, whatever the server says to a longer history.
    const closing = found.filter(({ id, shown }) => !errors.has(id) || (errors.get(id) === 'forbidden' && recordMergeOf(shown.type).way === 'never'))
    if (closing.length > 0) await ask('_bulk_docs', {}, { docs: closing.flatMap(({ id, shown, branches: all }) => all.map(({ rev }) => closingOf(id, rev, shown.rev))) })
    for (const [id, error] of errors) {
      // Somebody else was first: the feed brings what became of it.
      if (error !== 'conflict' && !closing.some((each) => each.id === id)) fault(new Error(`a branch could not be closed: ${error}`))
    }
  }

  /** An edit beats a deletion, visibly: what is here goes back, and an item says so. */
  const putBack = async (gone: readonly Row[]): Promise<void> => {
    const deletions = new Map(gone.flatMap(({ id, key, value }) => ((id ?? key) === undefined ? [] : [[String(id ?? key), generationOf(value?.rev ?? '')] as const])))
    const here = await collection.storageInstance.findDocumentsById([...deletions.keys()], false)
    if (here.length === 0) return
    await addTakenAway(collection, here.map((record) => ({ record, deletion: deletions.get(record.id) ?? 0 })))
    await sendAgain(here.map(({ id }) => id))
  }

  const mendSome = async (ids: readonly string[]): Promise<void> => {
    const { rows } = await ask<{ readonly rows?: readonly Row[] }>('_all_docs', { include_docs: true, conflicts: true }, { keys: ids })
    const documents = (rows ?? []).flatMap(({ doc }) => (doc && !doc._deleted ? [doc] : []))
    await closeBranches(documents.filter(({ _conflicts }) => (_conflicts?.length ?? 0) > 0))
    await putBack((rows ?? []).filter(({ value }) => value?.deleted === true))
    for (const id of ids) await forget(id)
  }

  /** One that the server does not take must not hold up the others, nor the feed. */
  const mendEach = async (ids: readonly string[]): Promise<void> => {
    try {
      await mendSome(ids)
    } catch (error) {
      if (error instanceof Stopped) throw error
      const [only, another] = ids
      if (another !== undefined && isAboutRequest(error)) for (const id of ids) await mendEach([id])
      else fault(error)
      // What the server does not take now it does not take later; anything else is tried again the next time.
      if (only !== undefined && another === undefined && isAboutRequest(error)) await forget(only)
    }
  }

  return {
    get size() {
      return noted.size
    },
    note: async (seen) => {
      const deleted = seen.filter(({ deleted: gone, doc }) => gone === true || doc?._deleted === true).map(({ id }) => id).filter((id) => !id.startsWith('_'))
      const here = deleted.length === 0 ? [] : (await collection.storageInstance.findDocumentsById(deleted, false)).map(({ id }) => id)
      const branched = seen.flatMap(({ id, doc }) => ((doc?._conflicts?.length ?? 0) > 0 ? [id] : []))
      for (const id of [...branched, ...here]) {
        if (noted.has(id)) continue
        await local.put(kind, id, {})
        noted.add(id)
      }
    },
    mend: () => {
      const work = async () => {
        // Only what is noted now: what is noted meanwhile has its own turn.
        for (let left = [...noted]; left.length > 0; left = left.slice(atOnce)) await mendEach(left.slice(0, atOnce))
      }
      const mine = (mending ?? Promise.resolve()).catch(() => undefined).then(work)
      mending = mine
      return mine
    },
  }
}
