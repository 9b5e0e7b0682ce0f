import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type AddressInfo, type Server as Listener, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHub } from '../../../hub'
import type { PracticeName } from '../../../shared/contract'
import { openCouch as openAdministered, provision, roleOf } from '../../../server'
import { blobDatabaseName } from '../../../shared/records/blobDatabase'
import type { ServerAddress } from '../server'

/**
 * A server to sync with, for tests: the embedded hub, or, when `COUCHDB_URL` names one (with an administrator's
 * `user:password@` in it), a CouchDB node or cluster. A test that is written over it says the same of both.
 */
export interface TestServer {
  /** `http://127.0.0.1:port`, without name and password. */
  readonly url: string
  /** An administrator of the server. */
  readonly admin: { readonly user: string; readonly password: string }
  readonly kind: 'hub' | 'couchdb'
  /**
   * Makes a database for a practice, for this test alone, and a user of it; answers where and as whom a workstation
   * signs in. `database` is its name on the server.
   */
  makePractice(practice: PracticeName): Promise<ServerAddress & { readonly database: string }>
  /** Gives the user of a practice another password, as an administrator does. */
  setPassword(address: ServerAddress, password: string): Promise<ServerAddress>
  /** Asks as the administrator, below the server's root; answers whatever came. */
  ask(method: string, path: string, body?: unknown): Promise<{ readonly status: number; readonly body: Readonly<Record<string, unknown>> }>
  /** Nobody reaches the server any more; every connection is cut. What it holds stays. */
  stop(): Promise<void>
  /** It can be reached again, at the same address. */
  start(): Promise<void>
  /** Removes what was made. */
  close(): Promise<void>
}

interface Target {
  readonly kind: TestServer['kind']
  readonly host: string
  readonly port: number
  readonly admin: TestServer['admin']
  make(practice: PracticeName, user: { readonly name: string; readonly password: string }): Promise<string>
  setPassword(user: { readonly name: string; readonly password: string }): Promise<void>
  close(): Promise<void>
}

type Ask = TestServer['ask']

const asking =
  (root: string, { user, password }: TestServer['admin']): Ask =>
  async (method, path, body) => {
    const response = await fetch(`${root}${path}`, {
      method,
      headers: { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`, 'content-type': 'application/json', accept: 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }

/** Opens a server for one test file or one test; see {@link TestServer}. */
export const openTestServer = async (options: { readonly training?: boolean } = {}): Promise<TestServer> => {
  const given = process.env['COUCHDB_URL']
  const target = given === undefined || given === '' ? await openHub(options.training ?? false) : openCouch(new URL(given))
  const relay = await openRelay(target)
  const url = `http://127.0.0.1:${relay.port}`
  const users: string[] = []
  return {
    url,
    admin: target.admin,
    kind: target.kind,
    makePractice: async (practice) => {
      const user = { name: `ws-${randomBytes(6).toString('hex')}`, password: randomBytes(12).toString('base64url') }
      users.push(user.name)
      const database = await target.make(practice, user)
      return { url: `${url}/${database}`, user: user.name, password: user.password, database }
    },
    setPassword: async (address, password) => {
      await target.setPassword({ name: address.user, password })
      return { ...address, password }
    },
    ask: asking(`http://${target.host}:${target.port}`, target.admin),
    stop: relay.stop,
    start: relay.start,
    close: async () => {
      await relay.stop()
      await target.close()
    },
  }
}

const openHub = async (training: boolean): Promise<Target> => {
  const folder = mkdtempSync(join(tmpdir(), 'outpost-server-'))
  const hub = await createHub({ folder, key: new Uint8Array(32).fill(5), training })
  const admin = { user: 'admin', password: randomBytes(12).toString('base64url') }
  await hub.addUser({ name: admin.user, password: admin.password, admin: true })
  const { hostname, port } = new URL(hub.url)
  const databasesOf = new Map<string, string>()
  return {
    kind: 'hub',
    host: hostname,
    port: Number(port),
    admin,
    make: async (practice, user) => {
      const database = await hub.createPracticeDatabase(practice)
      databasesOf.set(user.name, database)
      await hub.addUser({ ...user, databases: [database] })
      return database
    },
    setPassword: async (user) => hub.addUser({ ...user, databases: [databasesOf.get(user.name) ?? ''] }),
    close: async () => {
      await hub.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const openCouch = (given: URL): Target => {
  const admin = { user: decodeURIComponent(given.username), password: decodeURIComponent(given.password) }
  const port = Number(given.port || 5984)
  const root = `http://${given.hostname}:${port}`
  const ask = asking(root, admin)
  const couch = openAdministered({ url: root, ...admin })
  const databases: string[] = []
  const users: string[] = []
  const must = async (what: string, asked: ReturnType<Ask>) => {
    const { status, body } = await asked
    if (status >= 300) throw new Error(`CouchDB: ${what}: ${status} ${String(body['reason'])}`)
    return body
  }
  const userPath = (name: string) => `/_users/${encodeURIComponent(`org.couchdb.user:${name}`)}`
  return {
    kind: 'couchdb',
    host: given.hostname,
    port,
    admin,
    make: async (practice, user) => {
      // Several test files use one server, and some the same practice: each has a database of its own, with the rules of a real one.
      const database = `outpost-test-${randomBytes(8).toString('hex')}`
      databases.push(database)
      await provision(couch, { ...practice, database, stations: 'any' })
      users.push(user.name)
      await must('user', ask('PUT', userPath(user.name), { type: 'user', roles: [roleOf(database)], ...user }))
      return database
    },
    setPassword: async ({ name, password }) => {
      const { status, body } = await ask('GET', userPath(name))
      if (status !== 200) throw new Error(`CouchDB: no user ${name}`)
      await must('user', ask('PUT', userPath(name), { ...body, password }))
    },
    close: async () => {
      for (const database of databases) for (const name of [database, blobDatabaseName(database)]) await ask('DELETE', `/${name}`)
      for (const name of users) {
        const { status, body } = await ask('GET', userPath(name))
        if (status === 200) await ask('DELETE', `${userPath(name)}?rev=${String(body['_rev'])}`)
      }
    },
  }
}

/** A cable that can be pulled: passes bytes on, both ways, until it is stopped. */
const openRelay = async ({ host, port }: { readonly host: string; readonly port: number }) => {
  const sockets = new Set<Socket>()
  const hold = (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined)
    return socket
  }
  const listener: Listener = createServer({ noDelay: true }, (near) => {
    const far = hold(connect({ host, port, noDelay: true }))
    hold(near).pipe(far).pipe(near)
    near.on('close', () => far.destroy())
    far.on('close', () => near.destroy())
  })
  const listen = (at: number) => new Promise<void>((resolve, reject) => listener.once('error', reject).listen(at, '127.0.0.1', () => (listener.off('error', reject), resolve())))
  await listen(0)
  const own = (listener.address() as AddressInfo).port
  return {
    port: own,
    stop: async () => {
      if (!listener.listening) return
      const closed = new Promise<void>((resolve) => listener.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      await closed
    },
    start: () => listen(own),
  }
}
