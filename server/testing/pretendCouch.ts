import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHub } from '../../hub'

/**
 * What administers CouchDB, before the embedded hub, for tests of the centre where no CouchDB runs: users, members of a database, its
 * removal. Everything else the hub answers. What is kept here, CouchDB 3.5 was seen to answer in the same way.
 */
export interface PretendCouch {
  readonly url: string
  readonly admin: { readonly user: string; readonly password: string }
  close(): Promise<void>
}

type Document = Record<string, unknown>

const json = (response: ServerResponse, status: number, body: unknown) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
const bodyOf = async (request: IncomingMessage): Promise<Document> => {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece as Buffer)
  return JSON.parse(Buffer.concat(pieces).toString() || '{}') as Document
}

/** Starts one; it holds nothing. */
export const openPretendCouch = async (): Promise<PretendCouch> => {
  const folder = mkdtempSync(join(tmpdir(), 'outpost-couch-'))
  const hub = await createHub({ folder, key: new Uint8Array(32).fill(3) })
  const admin = { user: 'admin', password: randomBytes(12).toString('base64url') }
  await hub.addUser({ name: admin.user, password: admin.password, admin: true })
  const target = new URL(hub.url)
  const users = new Map<string, Document>()
  const system = new Set<string>()
  const securities = new Map<string, unknown>()
  /** The hub takes no database away: one that was deleted and made again is another one there. */
  const lives = new Map<string, number>()
  const mostLives = 3
  const inLife = (name: string, life: number) => (life === 0 ? name : `${name}-life${life}`)
  const onHub = (name: string) => inLife(name, lives.get(name) ?? 0)

  /** Who asks, as the hub sees it. */
  const callerOf = async ({ headers }: IncomingMessage): Promise<{ name: string | null; isAdmin: boolean }> => {
    const session = await fetch(`${hub.url}/_session`, { headers: { ...(headers.cookie ? { cookie: headers.cookie } : {}), ...(headers.authorization ? { authorization: headers.authorization } : {}) } })
    const { userCtx } = (await session.json()) as { userCtx: { name: string | null; roles: string[] } }
    return { name: userCtx.name, isAdmin: userCtx.roles.includes('_admin') }
  }
  const userOf = async (document: Document): Promise<Document> => {
    const { password, ...rest } = document
    if (typeof password !== 'string') return rest
    await hub.addUser({ name: String(rest['name']), password, databases: (rest['roles'] as string[]).flatMap((role) => Array.from({ length: mostLives }, (_, life) => inLife(role, life))) })
    return { ...rest, password_scheme: 'pbkdf2', derived_key: randomBytes(20).toString('hex'), salt: randomBytes(16).toString('hex'), iterations: 10 }
  }
  const nextRev = (document: Document | undefined) => `${Number(/^\d+/.exec(String(document?.['_rev'] ?? '0'))?.[0]) + 1}-${randomBytes(16).toString('hex')}`

  const inUsers = async (request: IncomingMessage, response: ServerResponse, path: string, query: URLSearchParams) => {
    const { method } = request
    const { name, isAdmin } = await callerOf(request)
    if (path === '_all_docs') {
      if (!isAdmin) return json(response, 403, { error: 'forbidden', reason: 'Only admins can access _all_docs of system databases.' })
      const [from, to] = ['startkey', 'endkey'].map((each) => JSON.parse(query.get(each) ?? 'null') as string | null)
      const rows = [...users].filter(([id]) => (from === null || from === undefined || id >= from) && (to === null || to === undefined || id <= to)).sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, doc]) => ({ id, key: id, value: { rev: doc['_rev'] }, doc }))
      return json(response, 200, { total_rows: users.size, offset: 0, rows })
    }
    if (path === '_changes') return json(response, 200, { results: [...users].map(([id, doc], at) => ({ seq: String(at + 1), id, changes: [{ rev: doc['_rev'] }] })), last_seq: String(users.size), pending: 0 })
    if (path === '_bulk_get') {
      const { docs } = (await bodyOf(request)) as { docs: { id: string }[] }
      return json(response, 200, { results: docs.map(({ id }) => ({ id, docs: [{ ok: users.get(id) }] })) })
    }
    if (path === '_bulk_docs') {
      for (const doc of (await bodyOf(request))['docs'] as Document[]) users.set(String(doc['_id']), doc)
      return json(response, 201, [])
    }
    if (path === '_security') {
      if (method === 'PUT') securities.set('_users', await bodyOf(request))
      return json(response, 200, method === 'PUT' ? { ok: true } : securities.get('_users') ?? { members: { roles: ['_admin'] }, admins: { roles: ['_admin'] } })
    }
    if (path === '') return json(response, 200, { db_name: '_users', doc_count: users.size, update_seq: '0', instance_start_time: '0' })
    const found = users.get(path)
    const members = (securities.get('_users') as { members?: { roles?: string[] } } | undefined)?.members?.roles ?? []
    const isMember = isAdmin || (users.get(`org.couchdb.user:${name}`)?.['roles'] as string[] | undefined)?.some((role) => members.includes(role))
    if (!isMember) return json(response, 403, { error: 'forbidden', reason: 'You are not allowed to access this db.' })
    if (!isAdmin && path !== `org.couchdb.user:${name}`) return json(response, 404, { error: 'not_found', reason: 'missing' })
    if (method === 'GET') return found ? json(response, 200, found) : json(response, 404, { error: 'not_found', reason: 'missing' })
    if (method === 'DELETE') {
      if (found?.['_rev'] !== query.get('rev')) return json(response, 409, { error: 'conflict', reason: 'Document update conflict.' })
      users.delete(path)
      // Nobody knows this password: the account is gone.
      await hub.addUser({ name: String(found?.['name']), password: randomBytes(20).toString('hex'), databases: [] })
      return json(response, 200, { ok: true, id: path, rev: nextRev(found) })
    }
    const document = await bodyOf(request)
    if (found && found['_rev'] !== document['_rev']) return json(response, 409, { error: 'conflict', reason: 'Document update conflict.' })
    if (!isAdmin && JSON.stringify(document['roles']) !== JSON.stringify(found?.['roles'])) return json(response, 403, { error: 'forbidden', reason: 'Only _admin may edit roles' })
    const stored = { ...(await userOf(document)), _id: path, _rev: nextRev(found) }
    users.set(path, stored)
    return json(response, 201, { ok: true, id: path, rev: stored._rev })
  }

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname, searchParams, search } = new URL(request.url ?? '/', 'http://couch')
    const [first = '', ...rest] = pathname.split('/').slice(1).map(decodeURIComponent)
    if (first === '_users' || first === '_replicator') {
      if (rest.length > 0 && first === '_users') return inUsers(request, response, rest.join('/'), searchParams)
      if (request.method === 'PUT') return json(response, system.has(first) ? 412 : 201, system.has(first) ? { error: 'file_exists' } : (system.add(first), { ok: true }))
      if (!system.has(first)) return json(response, 404, { error: 'not_found', reason: 'Database does not exist.' })
      return first === '_users' ? inUsers(request, response, '', searchParams) : json(response, 200, { db_name: first })
    }
    if (rest[0] === '_security') {
      const { isAdmin } = await callerOf(request)
      if (request.method === 'GET') return json(response, 200, securities.get(first) ?? { members: { roles: ['_admin'] }, admins: { roles: ['_admin'] } })
      if (!isAdmin) return json(response, 401, { error: 'unauthorized', reason: 'You are not a db or server admin.' })
      securities.set(first, await bodyOf(request))
      return json(response, 200, { ok: true })
    }
    // A database is its administrator's alone until somebody else is named.
    const members = (securities.get(first) as { members?: { roles?: string[] } } | undefined)?.members?.roles ?? []
    const isOpen = first === '' || first.startsWith('_') || members.some((role) => role !== '_admin')
    if (!isOpen && !(await callerOf(request)).isAdmin) return json(response, 403, { error: 'forbidden', reason: 'You are not allowed to access this db.' })
    if (request.method === 'DELETE' && rest.length === 0) {
      lives.set(first, (lives.get(first) ?? 0) + 1)
      securities.delete(first)
      // Who waits for news of it is told at once: every line is cut, as by a server that burns down.
      response.on('finish', () => setTimeout(() => server.closeAllConnections(), 20))
      return json(response, 200, { ok: true })
    }
    const path = first === '' || first.startsWith('_') ? pathname : `/${[onHub(first), ...rest].map(encodeURIComponent).join('/')}`
    const onward = forward({ host: target.hostname, port: target.port, method: request.method, path: `${path}${search}`, headers: request.headers }, async (answer) => {
      if (first !== '_all_dbs') return void answer.pipe(response.writeHead(answer.statusCode ?? 500, answer.headers))
      const names = [...new Set([...(JSON.parse((await readAll(answer)).toString()) as string[]).map((name) => name.replace(/-life\d$/, '')), ...system])].sort()
      return json(response, 200, names)
    })
    onward.on('error', () => response.destroy())
    response.on('close', () => onward.destroy())
    request.pipe(onward)
  }
  const server = createServer((request, response) => void serve(request, response).catch(() => response.destroy()))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    admin,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await hub.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const readAll = async (stream: AsyncIterable<unknown>): Promise<Buffer> => {
  const pieces: Buffer[] = []
  for await (const piece of stream) pieces.push(piece as Buffer)
  return Buffer.concat(pieces)
}
