import { createCipheriv, createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { PracticeName, SyncState } from '../../../shared/contract'
import { blobDatabaseName } from '../../../shared/records/blobDatabase'
import { openExchangeKeys, type ExchangeKeys } from '../../access'
import { openReplica, type Replica } from '../../replica'
import { makeFolder } from '../../sealed'
import { openServer } from '../../sync'
import { openTestServer, type TestServer } from '../../sync/testing/someServer'
import { offerSet, openBlobs, type Blobs, type BlobsState, type FileKeeper, type KeptFile } from '..'

/** Workstations with files, for tests: real replica, real server, files on disk; the records of the practice stand still. */

export const clinic: PracticeName = { id: '01BLOBTESTPRACTICE00000000', name: 'Hill Clinic', training: false }
const set = 'dicom-study:1.2.3'

/** Where one workstation keeps its files. */
export interface TestKeeper extends FileKeeper {
  sets(): Promise<readonly string[]>
  readonly files: Map<string, KeptFile & { readonly set: string; readonly contents: Uint8Array }>
  /** Of these the next is read or kept wrong. */
  readonly broken: Set<string>
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** Bytes that do not compress, the same for a seed. */
export const noise = (seed: string, length: number): Uint8Array =>
  createCipheriv('aes-128-ctr', createHash('sha256').update(seed).digest().subarray(0, 16), Buffer.alloc(16)).update(Buffer.alloc(length))

export const digestOf = (bytes: Uint8Array | undefined) => sha256(bytes ?? Buffer.alloc(0))

/** Files in memory, found to be what they are when they are kept. */
const openTestKeeper = (): TestKeeper => {
  const files: TestKeeper['files'] = new Map()
  const broken = new Set<string>()
  const problem = (kind: string) => Object.assign(new Error(kind), { kind })
  return {
    files,
    broken,
    sets: async () => [...new Set([...files.values()].map((each) => each.set))],
    filesOf: async (wanted) => [...files.values()].filter((each) => each.set === wanted).map(({ sha256: name, size, about }) => ({ sha256: name, size, about })),
    has: async (name) => files.has(name),
    async *read(name, from) {
      const found = files.get(name)
      if (!found) throw problem('missing')
      for (let at = from; at < found.contents.length; at += 64 * 1024) {
        if (broken.has(name)) throw problem('damaged')
        yield found.contents.subarray(at, Math.min(at + 64 * 1024, found.contents.length))
      }
    },
    keep: async (wanted, file, contents) => {
      if (files.has(file.sha256)) return
      const pieces: Uint8Array[] = []
      for await (const piece of contents) pieces.push(Uint8Array.from(piece))
      const whole = Buffer.concat(pieces)
      if (sha256(whole) !== file.sha256) throw problem('changed')
      files.set(file.sha256, { ...file, set: wanted, contents: whole })
    },
  }
}

/** One workstation. */
export interface TestStation {
  readonly replica: Replica
  readonly keys: ExchangeKeys
  readonly keeper: TestKeeper
  readonly folder: string
  blobs: Blobs
  readonly states: BlobsState[]
  /** What the records are at. */
  readonly sync: { state: SyncState; root: string; place: TestPlace }
  now: () => number
  put(contents: Uint8Array, about?: unknown, of?: string): Promise<string>
  offer(of?: string): Promise<void>
  reopen(): Promise<void>
}

const cleanUp: (() => Promise<unknown> | void)[] = []
/** Done after the test, the last first. */
export const afterwards = (work: () => Promise<unknown> | void) => void cleanUp.push(work)
export const tidy = async () => {
  for (const each of cleanUp.splice(0).reverse()) await each()
}

/** A server with a practice on it. */
export const startServer = async () => {
  const server: TestServer = await openTestServer()
  const address = await server.makePractice(clinic)
  afterwards(() => server.close())
  const at = (root: string) => ({ ...address, url: `${root}/${blobDatabaseName(address.database)}` })
  return { server, at, files: blobDatabaseName(address.database) }
}

export type TestPlace = Awaited<ReturnType<typeof startServer>>

const throwing = (line: string): void => {
  throw new Error(line)
}

export const openStation = async (prefix: string, place: TestPlace, root = place.server.url, log = throwing): Promise<TestStation> => {
  const folder = await mkdtemp(join(tmpdir(), 'outpost-blobs-'))
  await makeFolder(folder)
  await writeFile(join(folder, 'mark'), prefix)
  const replica = await openReplica({ folder, key: new Uint8Array(32).fill(prefix.charCodeAt(0)), practice: clinic.id, station: prefix })
  const keys = openExchangeKeys(replica)
  const keeper = openTestKeeper()
  const states: BlobsState[] = []
  const sync = { root, place, state: { link: 'online', server: root, waitingOut: 0, waitingIn: 0, refused: 0, reviewItems: 0, lastSync: new Date().toISOString() } as SyncState }
  const open = () =>
    openBlobs({
      local: replica.local, practice: clinic, folder: join(folder, 'blobs'), keys, keeper, now: () => station.now(), firstPauseMs: 20, longestPauseMs: 60, headStartMs: 0,
      sync: { state: () => sync.state, beside: () => (sync.state.link === 'none' ? undefined : openServer(sync.place.at(sync.root), '')) },
      changed: (state) => states.push(state),
      log,
    })
  const station = { replica, keys, keeper, folder, states, sync, now: () => Date.now() } as TestStation
  station.put = async (contents, about = null, of = set) => {
    const name = sha256(contents)
    keeper.files.set(name, { sha256: name, size: contents.length, about, set: of, contents })
    return name
  }
  station.offer = (of = set) => offerSet(replica.local, of)
  station.reopen = async () => {
    await station.blobs.close()
    station.blobs = await open()
  }
  station.blobs = await open()
  afterwards(async () => {
    await station.blobs.close()
    await replica.close()
    await rm(folder, { recursive: true, force: true })
  })
  return station
}

export const until = async (what: string, holds: () => boolean, ms = 30_000) => {
  for (const end = Date.now() + ms; !holds(); ) {
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`)
    await wait(10)
  }
}

/** Everything that `station` has waiting is there. */
export const allSent = async (station: TestStation) => {
  for (const end = Date.now() + 30_000; (await station.replica.local.count('blob-set', 'waiting')) > 0; await wait(10)) if (Date.now() > end) throw new Error('waited in vain: all sent')
  await until('all counted', () => station.blobs.state().toSend.files === 0)
}

/** Both know one secret, as they would after a sync of the records. */
export const shareKey = async (from: TestStation, to: TestStation) => {
  await to.keys.learn(await from.keys.ensure('system'))
}

export const theSet = set
