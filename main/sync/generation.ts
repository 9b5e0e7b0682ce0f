import { randomBytes } from 'node:crypto'
import type { LocalStore } from '../replica'
import type { Server } from './server'

/**
 * One life of a database on a server, as this workstation knows it. A database that was made anew or
 * put back from a copy begins another: then everything is compared again, and what it lost is sent again.
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
}

const kind = 'sync'
const key = 'generation'
const newId = () => randomBytes(12).toString('hex')

/** The generation of the last connection, or a first one. */
export const readGeneration = async (local: LocalStore): Promise<Generation> => {
  const stored = await local.get<Generation>(kind, key)
  return stored?.value ?? writeGeneration(local, { id: newId(), workstation: newId(), noted: false, seq: '0' })
}

const writeGeneration = async (local: LocalStore, generation: Generation): Promise<Generation> => {
  await local.put(kind, key, generation)
  return generation
}

/** Keeps how far the feed has been seen. */
export const noteSeq = async (local: LocalStore, generation: Generation, seq: string): Promise<Generation> =>
  seq === generation.seq ? generation : writeGeneration(local, { ...generation, seq })

/** The leading number of a `seq`: grows with every write, on a node and on a cluster. */
const numberOf = (seq: unknown): number => Number(/^\d+/.exec(String(seq))?.[0] ?? 0)

/**
 * Compares the note on the server with our own; leaves it where there is none yet. Answers the
 * generation to go on with: another id means to begin again.
 */
export const settleGeneration = async (server: Server, local: LocalStore, generation: Generation): Promise<Generation> => {
  const path = `_local/outpost-${generation.workstation}`
  const [note, database] = await Promise.all([server.ask({ path }), server.read({ path: '' })])
  const noted = note.status === 200 ? (note.body as { _rev: string; generation?: unknown }) : undefined
  const isSame = noted?.generation === generation.id && numberOf((database as { update_seq?: unknown }).update_seq) >= numberOf(generation.seq)
  if (isSame) return generation
  const next: Generation = generation.noted ? { ...generation, id: newId(), seq: '0', noted: false } : generation
  await server.read({ method: 'PUT', path, body: { generation: next.id, ...(noted ? { _rev: noted._rev } : {}) } })
  return writeGeneration(local, { ...next, noted: true })
}
