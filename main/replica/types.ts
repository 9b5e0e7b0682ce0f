import type { Observable } from 'rxjs'
import type { RxCollection } from 'rxdb'
import type { Envelope, RecordType, ResourceOf, SearchParameters } from '../../shared/records/envelope'
import type { Tables } from './storage'

/** A practice's encrypted database on this workstation. */
export interface Replica {
  /** Id of the practice. */
  readonly practice: string
  /** Prefix of this workstation. */
  readonly station: string
  readonly records: Records
  readonly local: LocalStore
  /** The collection that syncs; for `main/sync` only. */
  readonly collection: RxCollection<Envelope>
  /** The records' tables, for what `main/replica` derives from them; see `storage/derived.ts`. */
  readonly tables: Tables
  /** Everything in it, document by document: for backup, comparison and repair; never for screens. */
  readonly documents: StoredDocuments
  /**
   * Tells when bytes of the file are found that are not what was written; all of it is looked at soon after opening.
   * Answers never rest on such bytes.
   */
  onDamage(listener: (problem: ReplicaProblem) => void): void
  /** Resolves when all of the file has been looked at since it was opened, or damage was found. */
  lookedOver(): Promise<void>
  /** Waits for what is under way, then closes the file. */
  close(): Promise<void>
}

/** The two collections of a replica. */
export type CollectionName = 'records' | 'local'

/** A document as it lies in a collection, tombstones included; without what RxDB keeps beside it. */
export interface StoredDocument {
  readonly id: string
  readonly deleted: boolean
  readonly content: Readonly<Record<string, unknown>>
}

/** The last change of each collection that was seen. Means something in one file only, see {@link StoredDocuments.name}. */
export type Places = Readonly<Record<CollectionName, number>>

/** A page of changes; the next one begins at `places`. */
export interface DocumentChanges extends Readonly<Record<CollectionName, readonly StoredDocument[]>> {
  readonly places: Places
}

/** Everything in a replica, whatever it means. */
export interface StoredDocuments {
  /** Names this file and no other, not even one restored from its backup. */
  readonly name: string
  /**
   * At most `limit` documents of each collection that were written after a place, in order of writing, each as it is
   * now. Both collections are read at one instant: when neither fills its page, that is all there was at that instant.
   */
  changedSince(after: Places, limit: number): Promise<DocumentChanges>
  /** The last change of each collection until now. */
  places(): Promise<Places>
  /** Those that are there, in no particular order. */
  get(collection: CollectionName, ids: readonly string[]): Promise<StoredDocument[]>
  /** Puts documents in as they are, in slices; replaces what is there under the same id. */
  put(collection: CollectionName, documents: readonly StoredDocument[]): Promise<void>
  /** As {@link put}, but only where what is there now (undefined: nothing) is what the caller read; answers the ids of the others, which are left. */
  putIf(collection: CollectionName, entries: readonly { readonly document: StoredDocument; isAsRead(now: StoredDocument | undefined): boolean }[]): Promise<string[]>
  /** Documents that are not deleted. */
  count(collection: CollectionName): Promise<number>
}

/** What a search parameter is compared with. */
export type Match = string | { readonly isThere: boolean } | { readonly in: readonly string[] } | { readonly from?: string; readonly to?: string } | { readonly prefix: string }

/** A query by R4 search parameters; all of `where` must hold. */
export interface RecordQuery {
  readonly where?: Partial<Record<keyof SearchParameters, Match>>
  /** `at`: when it was written. `date`: when it clinically happened. Default newest first by `at`. */
  readonly sort?: { readonly by: 'at' | 'date' | 'family' | 'birthdate'; readonly order: 'ascending' | 'descending' }
  readonly skip?: number
  readonly limit?: number
}

/** A change of a record, here or by sync. */
export interface RecordChange {
  readonly type: RecordType
  readonly id: string
  readonly subject?: string
  /** The document as it is now. */
  readonly envelope: Envelope
  /** The record was taken away, by sync. */
  readonly deleted?: boolean
}

/** The records of a practice: FHIR resources in their envelope. Every resolved write is on disk. */
export interface Records {
  get<Type extends RecordType>(type: Type, id: string): Promise<Envelope<Type> | undefined>
  /** As {@link get}, of many in one question: in the order of the ids, without those that are not there. */
  getAll<Type extends RecordType>(type: Type, ids: readonly string[]): Promise<Envelope<Type>[]>
  find<Type extends RecordType>(type: Type, query?: RecordQuery): Promise<Envelope<Type>[]>
  count(type: RecordType, query?: Pick<RecordQuery, 'where'>): Promise<number>
  /**
   * Adds a record. `key` makes a repeated act one record (A16): the id is derived from it, and a
   * second add with the same key answers the first record.
   */
  add<Type extends RecordType>(type: Type, resource: ResourceOf[Type], author: string, key?: string): Promise<Envelope<Type>>
  /** Several at once, all or none. */
  addAll(entries: readonly NewRecord[], author: string): Promise<Envelope[]>
  /**
   * Replaces the resource; the old version goes to `prior`. `at` is the stamp the caller read:
   * when the record has moved on since, it throws `ReplicaProblem('conflict')`. Append-only types throw
   * `ReplicaProblem('append-only')`.
   */
  revise<Type extends RecordType>(type: Type, id: string, change: (resource: ResourceOf[Type]) => ResourceOf[Type], author: string, at?: string): Promise<Envelope<Type>>
  changes(): Observable<RecordChange>
}

/** A record to be added by {@link Records.addAll}. */
export type NewRecord = { [Type in RecordType]: { readonly type: Type; readonly resource: ResourceOf[Type]; readonly key?: string } }[RecordType]

/** This station's own documents: trays, outboxes, drafts, settings. They never sync. */
export interface LocalStore {
  get<Value>(kind: string, id: string): Promise<LocalDocument<Value> | undefined>
  /** Adds or replaces; `state` can be listed by. */
  put<Value>(kind: string, id: string, value: Value, state?: string): Promise<LocalDocument<Value>>
  /** Adds only when there is none yet; answers whether it did. */
  putNew<Value>(kind: string, id: string, value: Value, state?: string): Promise<boolean>
  /** As {@link putNew}, of several in one write: what many arrive with at once costs one wait for the disk. Answers in their order; an id named twice is added once. */
  putAllNew<Value>(kind: string, entries: readonly { readonly id: string; readonly value: Value; readonly state?: string }[]): Promise<readonly boolean[]>
  /** Newest first. */
  list<Value>(kind: string, query?: { readonly state?: string; readonly limit?: number; readonly skip?: number }): Promise<LocalDocument<Value>[]>
  count(kind: string, state?: string): Promise<number>
  remove(kind: string, id: string): Promise<void>
  /** As {@link remove}, of several in one write. */
  removeAll(kind: string, ids: readonly string[]): Promise<void>
  /** Raises this station's counter of that name by one, durably, and answers it: 1, 2, 3 … */
  nextNumber(counter: string): Promise<number>
  changes(kind: string): Observable<string>
}

/** A document of this station. */
export interface LocalDocument<Value> {
  readonly id: string
  readonly kind: string
  readonly state: string
  /** ISO instant of the last write. */
  readonly at: string
  readonly value: Value
}

/** What the replica refuses; becomes the problem of the same kind at the gate. */
export class ReplicaProblem extends Error {
  constructor(
    readonly kind: 'conflict' | 'append-only' | 'not-found' | 'practice-in-use' | 'wrong-passphrase' | 'replica-damaged' | 'nothing-readable' | 'disk-full' | 'newer-version',
    message: string = kind,
  ) {
    super(message)
    this.name = 'ReplicaProblem'
  }
}

/** How a replica is opened. */
export interface ReplicaOptions {
  /** The practice's folder; the file is `replica.db` in it. */
  readonly folder: string
  /** 32 bytes; another key's file is refused with `wrong-passphrase`. */
  readonly key: Uint8Array
  readonly practice: string
  readonly station: string
  /** Milliseconds since 1970; default `Date.now`. */
  readonly now?: () => number
  /** Documents that were brought into this version's form, of all; not called where there is nothing to bring. */
  readonly onMigration?: (done: number, of: number) => void
  /** Steps of the records' schema; for tests of versions to come. */
  readonly steps?: readonly ((document: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>)[]
}
