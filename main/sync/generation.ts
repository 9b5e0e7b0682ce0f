import { randomBytes } from 'node:crypto'
import { practiceDocumentId, practiceMarkIn } from '../../shared/records/practiceDatabase'
import type { LocalStore } from '../replica'
import type { Server, ServerAddress } from './server'

/**
 * One life of a database on a server, as this workstation knows it. A database that was put back from a copy begins another, and so does
 * a workstation that was: then everything is compared again, and what either has lost is sent again. One that was made anew is
 * another database, which a person has to join first.
 */
export interface Generation {
  /** Names RxDB's bookkeeping of this replication. */
  readonly id: string
  /** This workstation, for the note that it leaves on the server. */
  readonly workstation: string
  /** Whether the note has been left. */
  readonly noted: boolean
  /** The furthest that the server's feed has been seen. */
  readonly seq: string
  /** Which making of its database was joined at each address, see `PracticeMark`. */
  readonly epochs?: Readonly<Record<string, string>>
  /**
   * How often the note was renewed: the same number stands in it, and `next` may, where the power went in between. A smaller one there: the
   * server was put back. A larger one: this workstation was, or there are two of it.
   */
  readonly mark?: number
  readonly next?: number
  /** When it was renewed, milliseconds since 1970. */
  readonly renewedAt?: number
  /** Which server it is about, see {@link serverKey}. */
  readonly at?: string
  /** Where the exchange with other servers stood when this workstation left them: it may come back, as between a hub and a centre. */
  readonly others?: Readonly<Record<string, FormerServer>>
}

/** What belongs to one server alone. */
type OneServer = Pick<Generation, 'id' | 'noted' | 'seq' | 'mark' | 'next' | 'renewedAt'>

interface FormerServer extends OneServer {
  /** Milliseconds since 1970. */
  readonly leftAt: number
  /** Names RxDB's copies of what that server has; they are kept. */
  readonly copies: string
}

/** Each costs a copy of the records on disk. */
const mostOthers = 2

const kind = 'sync'
const key = 'generation'
/** What was joined, by itself: it goes with a backup, so that a restored workstation does not fill what was made anew meanwhile. */
const joinedKey = 'joined'
type Epochs = NonNullable<Generation['epochs']>
/** What was written within so long may be lost by a copy without a trace in the note; the proof of agreement finds it. */
const renewMs = 600_000
const newId = () => randomBytes(12).toString('hex')

/** The generation of the last connection, or a first one. */
export const readGeneration = async (local: LocalStore): Promise<Generation> => {
  const stored = await local.get<Generation>(kind, key)
  if (stored) return stored.value
  const joined = await local.get<Epochs>(kind, joinedKey)
  return writeGeneration(local, { id: newId(), workstation: newId(), noted: false, seq: '0', ...(joined && { epochs: joined.value }) })
}

const writeGeneration = async (local: LocalStore, generation: Generation): Promise<Generation> => {
  await local.put(kind, key, generation)
  return generation
}

/** Keeps how far the feed has been seen. */
export const noteSeq = async (local: LocalStore, generation: Generation, seq: string): Promise<Generation> =>
  seq === generation.seq ? generation : writeGeneration(local, { ...generation, seq })

/**
 * What has changed from one reading to the next, taken over into the generation as it is by now: something else may have been noted
 * meanwhile. What belongs to another life of the database, or to another server, is left.
 */
export const takeOver = async (local: LocalStore, current: Generation, from: Generation, to: Generation): Promise<Generation> => {
  if (to.at !== current.at) return writeGeneration(local, current)
  if (to.id !== current.id) return current
  if (current === from) return to
  const before: Partial<Record<string, unknown>> = { ...from }
  const changed = Object.entries(to).filter(([name, value]) => before[name] !== value)
  const kept = Object.entries(current).filter(([name]) => name in to || !(name in from))
  return writeGeneration(local, Object.fromEntries([...kept, ...changed]) as unknown as Generation)
}

/** A server with a certificate of its own is the same wherever it moves to; any other one is known by its address. */
export const serverKey = ({ url, pin }: ServerAddress): string => pin ?? url.replace(/\/+$/, '')

/** The copies that belong to servers which this workstation may go back to. */
export const copiesOfOthers = ({ others = {} }: Generation): readonly string[] => Object.values(others).map(({ copies }) => copies)

/**
 * Turns to another server: with one that was left before it goes on where it was, with a new one it begins.
 *
 * @param copies names RxDB's copies of what the server has that is left
 */
export const turnTo = (local: LocalStore, generation: Generation, address: ServerAddress, copies: string | undefined, now: number): Promise<Generation> | Generation => {
  const key = serverKey(address)
  const { at, others = {}, workstation, epochs, ...left } = generation
  if (at === key) return generation
  if (at === undefined) return writeGeneration(local, { ...generation, at: key })
  const { [key]: known, ...rest } = others
  const kept = copies === undefined || !left.noted ? rest : { ...rest, [at]: { ...left, copies, leftAt: now } }
  const newest = Object.entries(kept).sort(([, one], [, other]) => other.leftAt - one.leftAt).slice(0, mostOthers)
  const { copies: _copies, leftAt: _leftAt, ...next }: Partial<FormerServer> & OneServer = known ?? { id: newId(), noted: false, seq: '0' }
  return writeGeneration(local, { workstation, ...(epochs && { epochs }), ...next, at: key, others: Object.fromEntries(newest) })
}

/** Joins whatever database is at an address: a person has said so. */
export const joinAnew = async (local: LocalStore, { epochs = {}, ...generation }: Generation, address: string): Promise<Generation> => {
  const { [address]: _former, ...others } = epochs
  await local.put<Epochs>(kind, joinedKey, others)
  return writeGeneration(local, { ...generation, epochs: others })
}

/** The leading number of a `seq`: grows with every write. Each node of a cluster counts for itself. */
const numberOf = (seq: unknown): number => Number(/^\d+/.exec(String(seq))?.[0] ?? 0)

interface DatabaseAnswer {
  readonly update_seq?: unknown
  readonly cluster?: { readonly n?: unknown }
}

/**
 * Whether a server has fewer steps behind it than it had. Of several nodes the one that answers now may have been away, and have caught up in
 * fewer: that would say nothing, and everything would be read again with each cut of the line.
 */
const isFurtherBack = ({ update_seq: now, cluster }: DatabaseAnswer, seq: string): boolean => !(Number(cluster?.n) > 1) && numberOf(now) < numberOf(seq)

interface Note {
  readonly _rev: string
  readonly generation?: unknown
  readonly mark?: unknown
}

/** Where the note lies. */
export const notePath = ({ workstation }: Generation): string => `_local/outpost-${workstation}`

const readNote = async (server: Server, generation: Generation): Promise<Note | undefined> => {
  const { status, body } = await server.ask({ path: notePath(generation) })
  return status === 200 ? (body as Note) : undefined
}

/** Leaves the note with a new number; on disk here first, so that a cut in between is not taken for a copy put back. */
const leaveNote = async (server: Server, local: LocalStore, generation: Generation, note: Note | undefined, now: number): Promise<Generation> => {
  const next = Math.max(generation.mark ?? 0, Number(note?.mark ?? 0) || 0) + 1
  const begun = await writeGeneration(local, { ...generation, next })
  await server.read({ method: 'PUT', path: notePath(begun), body: { generation: begun.id, mark: next, ...(note ? { _rev: note._rev } : {}) } })
  const { next: _left, ...left } = begun
  return writeGeneration(local, { ...left, mark: next, noted: true, renewedAt: now })
}

const isDue = ({ renewedAt = 0 }: Generation, now: number): boolean => !(now - renewedAt < renewMs && now >= renewedAt)

/** Renews the note where it is due; what is wrong with it is found at the next {@link settleGeneration}. */
export const renewNote = async (server: Server, local: LocalStore, generation: Generation, now: number): Promise<Generation> => {
  if (!generation.noted || !isDue(generation, now)) return generation
  const note = await readNote(server, generation)
  return note?.generation === generation.id && isRight(generation, note) ? leaveNote(server, local, generation, note, now) : generation
}

/** A note of the first release has no number. */
const isRight = ({ mark, next }: Generation, note: Note): boolean => note.mark === undefined || note.mark === mark || note.mark === next

/**
 * Compares the note on the server with our own; leaves it where there is none yet. Answers the
 * generation to go on with: another id means to begin again. `made-anew`: it is not the database that this workstation joined at the address.
 */
export const settleGeneration = async (server: Server, local: LocalStore, generation: Generation, address: string, now: number): Promise<Generation | 'made-anew'> => {
  const [note, database, practice] = await Promise.all([readNote(server, generation), server.read({ path: '' }), server.ask({ path: encodeURIComponent(practiceDocumentId) })])
  const { epochs, noted } = generation
  const epoch = practiceMarkIn(practice.body)?.epoch
  const joined = epochs?.[address]
  // The first release kept no epochs; its note says that this is the database it knew.
  if (joined !== undefined ? epoch !== joined : noted && epochs === undefined && epoch !== undefined && !note) return 'made-anew'
  const known: Generation = { ...generation, epochs: { ...epochs, ...(epoch === undefined ? {} : { [address]: epoch }) } }
  if (epoch !== joined) await local.put<Epochs>(kind, joinedKey, known.epochs ?? {})
  const isSame = note?.generation === known.id && isRight(known, note) && !isFurtherBack(database as DatabaseAnswer, known.seq)
  if (isSame) return isDue(known, now) || epoch !== joined ? leaveNote(server, local, known, note, now) : known
  return leaveNote(server, local, noted ? { ...known, id: newId(), seq: '0' } : known, note, now)
}
