import { hkdfSync, randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { join } from 'node:path'
import { announceHub, fingerprintOf, makeCertificate, type OwnCertificate } from '../main/lan'
import { isBlobDatabase, recordsDatabaseOf } from '../shared/records/blobDatabase'
import { practiceDatabaseName, practiceDocumentId } from '../shared/records/practiceDatabase'
import { openAccounts } from './accounts'
import { openAnswers } from './openAnswers'
import { openIntake } from './body'
import { openJoining, type JoinCode, type JoinOffer } from './joining'
import { holdAlone } from './onlyOne'
import { openOrderedStore, type OrderedStore } from './orderedStore'
import { openPracticeDatabase, type PracticeDatabase } from './practiceDatabase'
import { openPresence } from './presence'
import { serve, type Served } from './routes'
import { sealStoresAnew } from './sealAnew'

/** How a hub is set up. */
export interface HubOptions {
  /** Everything the hub keeps lies here, encrypted. */
  readonly folder: string
  /** 32 bytes. */
  readonly key: Uint8Array
  /** The key before: files that are still under it are put under `key` before anything is served. */
  readonly earlierKey?: Uint8Array
  /** Serves the clinic's network: over TLS, on every address, announced by multicast DNS, with join codes. */
  readonly lan?: { readonly name: string; readonly practice?: string }
  /** Default 127.0.0.1: only this computer; with `lan` 0.0.0.0. */
  readonly host?: string
  /** Default 0: any free port. */
  readonly port?: number
  /** Says of itself that it holds training practices only, which lets a training practice make its own database. */
  readonly training?: boolean
  /** A workstation has joined, come or gone. */
  readonly changed?: () => void
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

/** A workstation that joined by a code. */
export interface HubMember {
  readonly user: string
  /** Its prefix. */
  readonly station: string
  /** ISO instant. */
  readonly joinedAt: string
  readonly isOnline: boolean
  /** ISO instant; absent: not since the hub was started. */
  readonly seenAt?: string
}

/** A running hub. */
export interface Hub {
  /** Where it listens as this computer reaches it, e.g. `http://127.0.0.1:5984`. */
  readonly url: string
  /** Names this hub among others, wherever it moves to. */
  readonly id: string
  /** SHA-256 of the certificate that it shows, 64 hexadecimal digits; absent without TLS. */
  readonly fingerprint?: string
  /** No user yet: a first start. */
  readonly isNew: boolean
  /** Adds a user, or gives one a new password and new rights. */
  addUser(user: HubUser): Promise<void>
  /** Makes a practice's database, or marks the one that is there; answers its name. */
  createPracticeDatabase(practice: PracticeMark): Promise<string>
  /** Opens a new join code, in place of the one before. @throws {Error} this hub does not serve the network */
  makeJoinCode(offer: JoinOffer): Promise<JoinCode>
  endJoinCode(): void
  /** The workstations that joined, by prefix. */
  members(): readonly HubMember[]
  /** Shuts a workstation out. */
  removeMember(user: string): void
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
  const { lan, changed = () => undefined } = options
  const register = openOrderedStore(join(options.folder, registerFile), keyFor(options.key, nameOf(registerFile)))
  const answers = openAnswers()
  const accounts = openAccounts(register, { ended: answers.end })
  const databases = openDatabases(options, register)
  const presence = openPresence(changed)
  const id = onceIn(register, 'uuid', () => randomBytes(16).toString('hex'))
  const own = lan && (JSON.parse(onceIn(register, 'certificate', () => JSON.stringify(makeCertificate('outpost-hub')))) as OwnCertificate)
  const fingerprint = own && fingerprintOf(own.certificate)
  const joining = fingerprint === undefined ? undefined : openJoining({ hub: id, fingerprint, accounts, joined: changed })
  const served: Served = {
    uuid: id,
    training: options.training ?? false,
    accounts,
    intake: openIntake(),
    ...(joining && { joining }),
    entered: (user, response) => {
      response.on('close', presence.enter(user))
      answers.add(user, response)
    },
    databaseNames: databases.names,
    open: databases.open,
    create: async (name: string) => void (await databases.create(name)),
  }
  const server = createGuarded(own, (request, response) => void serve(served, request, response))
  try {
    await listen(server, options.host ?? (lan ? '0.0.0.0' : '127.0.0.1'), options.port ?? 0)
  } catch (error) {
    presence.close()
    register.close()
    throw error
  }
  const { address, port, family } = server.address() as AddressInfo
  const here = address === '0.0.0.0' ? '127.0.0.1' : family === 'IPv6' ? `[${address}]` : address
  const stopAnnouncing = lan && announceHub({ hub: id, port, ...lan })
  let closing: Promise<void> | undefined

  return {
    url: `${own ? 'https' : 'http'}://${here}:${port}`,
    id,
    ...(fingerprint !== undefined && { fingerprint }),
    get isNew() {
      return accounts.isEmpty()
    },
    addUser: ({ name, password, admin = false, databases: members = [] }) => accounts.add({ name, password, admin, databases: members }),
    createPracticeDatabase: async ({ id: practice, name, training }) => {
      const database = practiceDatabaseName(practice)
      const opened = (await databases.open(database)) ?? (await databases.create(database))
      const { rows } = await opened.pouch().allDocs({ keys: [practiceDocumentId] })
      if (rows[0]?.value) return database
      const epoch = randomBytes(16).toString('hex')
      await opened.write([{ _id: practiceDocumentId, practice, name, training, epoch }], { newEdits: true, isAdmin: true })
      return database
    },
    makeJoinCode: async (offer) => {
      if (!joining) throw new Error('this hub does not serve the network')
      return joining.make(offer)
    },
    endJoinCode: () => joining?.end(),
    members: () =>
      accounts.list().flatMap(({ name: user, station, joinedAt = '' }) => {
        const seenAt = presence.seenAt(user)
        return station === undefined ? [] : [{ user, station, joinedAt, isOnline: presence.isOnline(user), ...(seenAt !== undefined && { seenAt: new Date(seenAt).toISOString() }) }]
      }),
    removeMember: (user) => {
      if (accounts.find(user)?.station === undefined) return
      accounts.remove(user)
      changed()
    },
    close: () =>
      (closing ??= (async () => {
        presence.close()
        joining?.end()
        await stopAnnouncing?.()
        await stop(server)
        await databases.close()
        register.close()
        await letGo()
      })()),
  }
}

/** Connections altogether, and from one other computer: one that goes wild must leave room for the rest. */
const mostConnections = 512
const mostFromOne = 128
/** Not a byte either way for so long: nobody is there any more. Longer than the longest wait of a long poll. */
const idleMs = 120_000

const isThisComputer = (address: string | undefined) => address === undefined || address === '::1' || /^(?:::ffff:)?127\./.test(address)

/** A server that neither slow nor many callers can take from the others. */
const createGuarded = (own: OwnCertificate | undefined, answer: (request: IncomingMessage, response: ServerResponse) => void): Server => {
  const patience = { headersTimeout: 10_000, requestTimeout: 120_000, keepAliveTimeout: 65_000 }
  const server = own ? createTlsServer({ ...patience, key: own.key, cert: own.certificate, minVersion: 'TLSv1.2', handshakeTimeout: 10_000 }, answer) : createServer(patience, answer)
  server.maxConnections = mostConnections
  server.maxRequestsPerSocket = 0
  server.timeout = idleMs
  const fromOne = new Map<string, number>()
  server.on('connection', (socket: Socket) => {
    const { remoteAddress } = socket
    if (remoteAddress === undefined || isThisComputer(remoteAddress)) return
    const count = (fromOne.get(remoteAddress) ?? 0) + 1
    if (count > mostFromOne) return void socket.destroy()
    fromOne.set(remoteAddress, count)
    socket.once('close', () => {
      const left = (fromOne.get(remoteAddress) ?? 1) - 1
      if (left > 0) fromOne.set(remoteAddress, left)
      else fromOne.delete(remoteAddress)
    })
  })
  server.on('clientError', (_error, socket) => (socket.writable ? socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n') : socket.destroy()))
  server.on('tlsClientError', (_error, socket: Socket) => socket.destroy())
  return server
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
  const create = (name: string): Promise<PracticeDatabase> => {
    const token = randomBytes(8).toString('hex')
    // The name of a practice tells nothing to someone who finds the disk.
    const entry = entryOf(name) ?? { file: `${token}.db`, token }
    register.apply([{ type: 'put', key: `database/${name}`, value: JSON.stringify(entry) }])
    return openEntry(name, entry)
  }
  return {
    names: () => register.scan({ gte: 'database/', lt: 'database0' }, false, 10_000).map(([key]) => key.slice('database/'.length)),
    open: async (name: string): Promise<PracticeDatabase | undefined> => {
      const entry = name.includes('\0') ? undefined : entryOf(name)
      if (entry) return openEntry(name, entry)
      // The place for files is made when it is first asked for.
      return isBlobDatabase(name) && entryOf(recordsDatabaseOf(name)) ? create(name) : undefined
    },
    create,
    close: async () => {
      for (const database of await Promise.allSettled(open.values())) if (database.status === 'fulfilled') await database.value.close()
    },
  }
}
