import { hkdfSync, randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { practiceDatabaseName, practiceDocumentId } from '../shared/records/practiceDatabase'
import { openAccounts } from './accounts'
import { holdAlone } from './onlyOne'
import { openOrderedStore, type OrderedStore } from './orderedStore'
import { openPracticeDatabase, type PracticeDatabase } from './practiceDatabase'
import { serve } from './routes'
import { sealStoresAnew } from './sealAnew'

/** How a hub is set up. */
export interface HubOptions {
  /** Everything the hub keeps lies here, encrypted. */
  readonly folder: string
  /** 32 bytes. */
  readonly key: Uint8Array
  /** The key before: files that are still under it are put under `key` before anything is served. */
  readonly earlierKey?: Uint8Array
  /** Default 127.0.0.1: only this computer. */
  readonly host?: string
  /** Default 0: any free port. */
  readonly port?: number
  /** Says of itself that it holds training practices only, which lets a training practice make its own database. */
  readonly training?: boolean
}

/** A user of the hub. */
export interface HubUser {
  readonly name: string
  readonly password: string
  /** May create databases and use all of them; default false. */
  readonly admin?: boolean
  /** Names of databases, as {@link Hub.createPracticeDatabase} answers them. */
  readonly databases?: readonly string[]
}

/** Whose database it is; kept in the document `outpost:practice`. */
export interface PracticeMark {
  readonly id: string
  readonly name: string
  readonly training: boolean
}

/** A running hub. */
export interface Hub {
  /** Where it listens, e.g. `http://127.0.0.1:5984`. */
  readonly url: string
  /** No user yet: a first start. */
  readonly isNew: boolean
  /** Adds a user, or gives one a new password and new rights. */
  addUser(user: HubUser): Promise<void>
  /** Makes a practice's database, or marks the one that is there; answers its name. */
  createPracticeDatabase(practice: PracticeMark): Promise<string>
  /** Answers what is under way, then closes the files. */
  close(): Promise<void>
}

const registerFile = 'hub.db'
/** What the key of a file is derived by. */
const nameOf = (file: string) => (file === registerFile ? 'register' : file)
const keyFor = (key: Uint8Array, name: string) => new Uint8Array(hkdfSync('sha256', key, new Uint8Array(0), `outpost/hub/${name}`, 32))

interface StoredDatabase {
  readonly file: string
  readonly token: string
}

/**
 * Starts a server of CouchDB's protocol over encrypted files.
 *
 * @throws {StoreProblem} `wrong-key`, `in-use`; the error of `listen` when the port is taken
 */
export const createHub = async (options: HubOptions): Promise<Hub> => {
  mkdirSync(options.folder, { recursive: true, mode: 0o700 })
  const letGo = await holdAlone(options.folder)
  try {
    if (options.earlierKey) await sealStoresAnew(options.folder, (file) => keyFor(options.key, nameOf(file)), (file) => keyFor(options.earlierKey ?? options.key, nameOf(file)))
    return await startIn(options, letGo)
  } catch (error) {
    await letGo()
    throw error
  }
}

const startIn = async (options: HubOptions, letGo: () => Promise<void>): Promise<Hub> => {
  const register = openOrderedStore(join(options.folder, registerFile), keyFor(options.key, nameOf(registerFile)))
  const accounts = openAccounts(register)
  const databases = openDatabases(options, register)
  const served = {
    uuid: onceIn(register, 'uuid', () => randomBytes(16).toString('hex')),
    training: options.training ?? false,
    accounts,
    databaseNames: databases.names,
    open: databases.open,
    create: async (name: string) => void (await databases.create(name)),
  }
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 120_000, keepAliveTimeout: 65_000 }, (request, response) => void serve(served, request, response))
  server.maxConnections = 512
  server.on('clientError', (_error, socket) => socket.writable && socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'))
  try {
    await listen(server, options.host ?? '127.0.0.1', options.port ?? 0)
  } catch (error) {
    register.close()
    throw error
  }
  const { address, port, family } = server.address() as AddressInfo
  let closing: Promise<void> | undefined

  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    get isNew() {
      return accounts.isEmpty()
    },
    addUser: ({ name, password, admin = false, databases: members = [] }) => accounts.add({ name, password, admin, databases: members }),
    createPracticeDatabase: async ({ id, name, training }) => {
      const database = practiceDatabaseName(id)
      const opened = (await databases.open(database)) ?? (await databases.create(database))
      const { rows } = await opened.pouch().allDocs({ keys: [practiceDocumentId] })
      if (rows[0]?.value) return database
      await opened.write([{ _id: practiceDocumentId, practice: id, name, training }], { newEdits: true, isAdmin: true })
      return database
    },
    close: () =>
      (closing ??= (async () => {
        await stop(server)
        await databases.close()
        register.close()
        await letGo()
      })()),
  }
}

const onceIn = (store: OrderedStore, key: string, make: () => string): string => {
  const stored = store.get(key)
  if (stored !== undefined) return stored
  const made = make()
  store.apply([{ type: 'put', key, value: made }])
  return made
}

const listen = (server: Server, host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => (server.off('error', reject), resolve()))
  })

const stop = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
    server.closeIdleConnections()
    // Long polls would wait for minutes; they ask again.
    setTimeout(() => server.closeAllConnections(), 50)
  })

/** The databases of the register; each is opened when first asked for. */
const openDatabases = (options: HubOptions, register: OrderedStore) => {
  const open = new Map<string, Promise<PracticeDatabase>>()
  const entryOf = (name: string): StoredDatabase | undefined => {
    const stored = register.get(`database/${name}`)
    return stored === undefined ? undefined : (JSON.parse(stored) as StoredDatabase)
  }
  const openEntry = (name: string, { file, token }: StoredDatabase): Promise<PracticeDatabase> => {
    const known = open.get(name)
    if (known) return known
    const opening = openPracticeDatabase({ name, path: join(options.folder, file), key: keyFor(options.key, file), token })
    open.set(name, opening)
    opening.catch(() => open.delete(name))
    return opening
  }
  return {
    names: () => register.scan({ gte: 'database/', lt: 'database0' }, false, 10_000).map(([key]) => key.slice('database/'.length)),
    open: async (name: string): Promise<PracticeDatabase | undefined> => {
      const entry = name.includes('\0') ? undefined : entryOf(name)
      return entry && openEntry(name, entry)
    },
    create: (name: string): Promise<PracticeDatabase> => {
      const token = randomBytes(8).toString('hex')
      // The name of a practice tells nothing to someone who finds the disk.
      const entry = entryOf(name) ?? { file: `${token}.db`, token }
      register.apply([{ type: 'put', key: `database/${name}`, value: JSON.stringify(entry) }])
      return openEntry(name, entry)
    },
    close: async () => {
      for (const database of await Promise.allSettled(open.values())) if (database.status === 'fulfilled') await database.value.close()
    },
  }
}
