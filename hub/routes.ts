import type { IncomingMessage, ServerResponse } from 'node:http'
import { randomUUID } from 'node:crypto'
import { isBlobDatabase, recordsDatabaseOf } from '../shared/records/blobDatabase'
import { sessionSeconds, type Accounts, type Caller } from './accounts'
import { readObject, readSignIn, type Intake } from './body'
import { readFeedRequest, serveChanges } from './changesFeed'
import { beginPieces, sendWhole, type Outgoing } from './outgoing'
import { serveChunk } from './chunks'
import { badRequest, CouchProblem, methodNotAllowed, missing, noDatabase, unauthorized } from './couchProblem'
import { readDays } from './dayDigests'
import { checkDocument, checkId, checkRevision } from './documentRules'
import type { Joining } from './joining'
import type { CouchDocument } from './pouch'
import { asCouchProblem, type PracticeDatabase, type WriteRow } from './practiceDatabase'
import { flagIn, jsonIn, numberIn } from './query'
import { digestViewPath } from '../shared/records/digestView'

/** What the routes stand on. */
export interface Served {
  readonly uuid: string
  /** Only training practices live here. */
  readonly training: boolean
  readonly accounts: Accounts
  readonly intake: Intake
  /** Lets workstations in by code, where this hub does. */
  readonly joining?: Joining
  /** A request of this user has begun. */
  entered(user: string, response: ServerResponse): void
  databaseNames(): readonly string[]
  open(name: string): Promise<PracticeDatabase | undefined>
  create(name: string): Promise<void>
}

/** One request on its way. */
interface Call {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly intake: Intake
  readonly method: string
  readonly query: URLSearchParams
}

const largestBatch = 10_000
/** The one view that is offered. */
const daysView = digestViewPath.split('/').slice(1).join('/')

const send = ({ request, response }: Call, status: number, value: unknown, headers: Record<string, string> = {}): void =>
  sendWhole(request, response, status, `${JSON.stringify(value)}\n`, headers)

const cookieHeader = (value: string, seconds = sessionSeconds) => ({ 'Set-Cookie': `AuthSession=${value}; Version=1; Max-Age=${seconds}; Path=/; HttpOnly; SameSite=Strict` })

/** Answers one request; whatever comes in, an answer goes out. */
export const serve = async (served: Served, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const method = request.method ?? 'GET'
  const call: Call = { request, response, intake: served.intake, method, query: new URLSearchParams() }
  try {
    const url = new URL(request.url ?? '/', 'http://hub')
    await dispatch(served, { ...call, query: url.searchParams }, partsOf(url.pathname))
  } catch (error) {
    const problem = asCouchProblem(error)
    if (response.headersSent) return void response.destroy()
    if (!request.complete) request.resume()
    send(call, problem.status, { error: problem.error, reason: problem.reason }, problem.headers)
  }
}

const partsOf = (path: string): string[] => {
  try {
    return path.split('/').slice(1).filter((part, at, all) => part !== '' || at < all.length - 1).map(decodeURIComponent)
  } catch {
    throw badRequest('invalid percent-encoding in the path')
  }
}

const dispatch = async (served: Served, call: Call, [first, ...rest]: string[]): Promise<void> => {
  const { method } = call
  if (first === undefined) {
    const features = served.training ? ['outpost-training'] : []
    return send(call, 200, { couchdb: 'Welcome', version: '3.5.0', uuid: served.uuid, features, vendor: { name: 'Outpost hub' } })
  }
  if (first === '_up') return send(call, 200, { status: 'ok', seeds: {} })
  if (first === '_session') return session(served, call)
  if (first === '_outpost') return join(served, call, rest)
  const caller = await authenticate(served, call)
  if (!caller) throw unauthorized('Authentication required.')
  served.entered(caller.name, call.response)
  if (caller.renewed) call.response.setHeader('Set-Cookie', cookieHeader(caller.renewed)['Set-Cookie'])
  if (first === '_all_dbs') return send(call, 200, served.databaseNames().filter((name) => mayUse(caller, name)))
  if (first === '_uuids') return send(call, 200, { uuids: Array.from({ length: Math.max(1, numberIn(call.query, 'count', 1, 1000)) }, () => randomUUID().replaceAll('-', '')) })
  if (first.startsWith('_')) throw missing()
  if (rest.length === 0 && method === 'PUT') return createDatabase(served, call, caller, first)
  // Another practice's database and none at all look the same.
  const database = mayUse(caller, first) ? await served.open(first) : undefined
  if (!database) throw noDatabase()
  return inDatabase(call, caller, database, rest)
}

/** Whoever may use a practice's records may use its files. */
const mayUse = (caller: Caller, name: string) => caller.admin || caller.databases.includes(isBlobDatabase(name) ? recordsDatabaseOf(name) : name)

const authenticate = async ({ accounts }: Served, { request }: Call): Promise<Caller | undefined> => {
  const basic = /^Basic ([\w+/=]{1,2000})$/i.exec(request.headers.authorization ?? '')?.[1]
  if (basic !== undefined) {
    const [, name, password] = /^([^:]*):([^]*)$/.exec(Buffer.from(basic, 'base64').toString()) ?? []
    if (name === undefined || password === undefined) throw badRequest('malformed Authorization header')
    return { ...(await accounts.check(name, password, request.socket.remoteAddress ?? '')), by: 'default' }
  }
  const cookie = /(?:^|;\s*)AuthSession=([\w-]{1,1000})/.exec(request.headers.cookie ?? '')?.[1]
  return cookie === undefined ? undefined : accounts.readCookie(cookie)
}

const session = async (served: Served, call: Call): Promise<void> => {
  const rolesOf = ({ admin }: { admin: boolean }) => (admin ? ['_admin'] : [])
  switch (call.method) {
    case 'GET':
    case 'HEAD': {
      const caller = await authenticate(served, call)
      const info = { authentication_handlers: ['cookie', 'default'], ...(caller ? { authenticated: caller.by } : {}) }
      return send(call, 200, { ok: true, userCtx: { name: caller?.name ?? null, roles: caller ? rolesOf(caller) : [] }, info }, caller?.renewed ? cookieHeader(caller.renewed) : {})
    }
    case 'POST': {
      const { name, password } = await readSignIn(call.request, call.intake)
      const account = await served.accounts.check(name, password, call.request.socket.remoteAddress ?? '')
      return send(call, 200, { ok: true, name, roles: rolesOf(account) }, cookieHeader(served.accounts.cookieOf(name)))
    }
    case 'DELETE':
      return send(call, 200, { ok: true }, cookieHeader('', 0))
    default:
      throw methodNotAllowed('GET,HEAD,POST,DELETE')
  }
}

/** A workstation that shows a join code; it has no account yet. */
const join = async ({ joining }: Served, call: Call, rest: readonly string[]): Promise<void> => {
  if (rest.join('/') !== 'join' || !joining) throw missing()
  if (call.method !== 'POST') throw methodNotAllowed('POST')
  send(call, 200, await joining.redeem(await readObject(call.request, call.intake, 4_000), call.request.socket.remoteAddress ?? ''))
}

const createDatabase = async (served: Served, call: Call, caller: Caller, name: string): Promise<void> => {
  if (!/^[a-z][a-z0-9_-]{0,120}$/.test(name)) throw new CouchProblem(400, 'illegal_database_name', `Name: only lowercase letters, digits, _ and - are allowed, beginning with a letter.`)
  if (!caller.admin) throw unauthorized('You are not a server admin.')
  if (served.databaseNames().includes(name)) throw new CouchProblem(412, 'file_exists', 'The database could not be created, the file already exists.')
  await served.create(name)
  send(call, 201, { ok: true })
}

const inDatabase = async (call: Call, caller: Caller, database: PracticeDatabase, [first, ...rest]: string[]): Promise<void> => {
  const { method } = call
  const only = (...methods: string[]) => {
    if (!methods.includes(method)) throw methodNotAllowed(methods.join())
  }
  switch (first) {
    case undefined:
      if (method === 'POST') return writeOne(call, caller, database, await readObject(call.request, call.intake))
      only('GET', 'HEAD', 'POST')
      return describe(call, database)
    case '_all_docs':
      only('GET', 'HEAD', 'POST')
      return allDocuments(call, database)
    case '_bulk_docs':
      only('POST')
      return bulkDocuments(call, caller, database)
    case '_bulk_get':
      only('POST')
      return bulkGet(call, database)
    case '_revs_diff':
      only('POST')
      return revisionsDiff(call, database)
    case '_changes': {
      only('GET', 'POST')
      const body = method === 'POST' ? await readObject(call.request, call.intake) : undefined
      return serveChanges(database, await readFeedRequest(database, call.query, body), call.request, call.response)
    }
    case '_security':
      only('GET', 'HEAD')
      return send(call, 200, { admins: { names: [], roles: ['_admin'] }, members: { names: [caller.name], roles: [] } })
    case '_design':
      if (rest.join('/') !== daysView) break
      only('GET', 'HEAD')
      return send(call, 200, await readDays(database, call.query))
    case '_ensure_full_commit':
      only('POST')
      return send(call, 201, { ok: true, instance_start_time: '0' })
  }
  const special = first === '_local' || first === '_design'
  if (first.startsWith('_') && !special) throw missing()
  if (!special && rest.length === 1 && isBlobDatabase(database.name)) {
    const written = await serveChunk(call, database, checkId(first), rest[0] ?? '')
    return written && send(call, 201, { ok: true, ...written })
  }
  if (rest.length > (special ? 1 : 0)) throw missing('attachments are not kept here')
  const id = checkId(special ? `${first}/${rest[0] ?? ''}` : first)
  switch (method) {
    case 'GET':
    case 'HEAD':
      return readOne(call, database, id)
    case 'PUT': {
      const body = await readObject(call.request, call.intake)
      if (body['_id'] !== undefined && body['_id'] !== id) throw badRequest('Document ID must match the ID in the path')
      const rev = call.query.get('rev')
      return writeOne(call, caller, database, { ...body, _id: id, ...(rev !== null ? { _rev: rev } : {}) })
    }
    case 'DELETE':
      return writeOne(call, caller, database, { _id: id, _rev: checkRevision(call.query.get('rev') ?? '', id), _deleted: true })
    default:
      throw methodNotAllowed('DELETE,GET,HEAD,PUT')
  }
}

const describe = async (call: Call, database: PracticeDatabase): Promise<void> => {
  const { doc_count, update_seq } = await database.pouch().info()
  send(call, 200, {
    instance_start_time: '0', db_name: database.name, update_seq: database.seqText(Number(update_seq)), doc_count, doc_del_count: 0,
    purge_seq: '0', compact_running: false, disk_format_version: 8, props: {}, sizes: { file: 0, external: 0, active: 0 }, cluster: { q: 1, n: 1, w: 1, r: 1 },
  })
}

const allDocuments = async (call: Call, database: PracticeDatabase): Promise<void> => {
  const { query } = call
  const body = call.method === 'POST' ? await readObject(call.request, call.intake) : {}
  const keys = body['keys'] ?? jsonIn(query, 'keys')
  if (keys !== undefined && !(Array.isArray(keys) && keys.length <= largestBatch && keys.every((key) => typeof key === 'string'))) throw badRequest('`keys` must be an array of strings.')
  const textIn = (...names: string[]) => {
    const value = jsonIn(query, ...names)
    if (value !== undefined && typeof value !== 'string') throw badRequest(`\`${names[0]}\` must be a string`)
    return value
  }
  const bounds = { startkey: textIn('startkey', 'start_key'), endkey: textIn('endkey', 'end_key'), key: textIn('key') }
  const range = Object.fromEntries(Object.entries(bounds).filter(([, value]) => value !== undefined))
  const asked = {
    include_docs: flagIn(query, 'include_docs'),
    conflicts: flagIn(query, 'conflicts'),
    descending: flagIn(query, 'descending'),
    ...(query.get('inclusive_end') === 'false' ? { inclusive_end: false } : {}),
  }
  if (keys !== undefined) return send(call, 200, await database.pouch().allDocs({ ...asked, skip: numberIn(query, 'skip', 0, Number.MAX_SAFE_INTEGER), ...(query.get('limit') !== null ? { limit: numberIn(query, 'limit', 0, largestBatch) } : {}), keys }))
  return allInPieces(call, database, { ...asked, ...range })
}

/** Documents that are read from disk at a time, where somebody asks for all of them. */
const pieceSize = 500

/** As CouchDB answers a range, piece by piece: it may be the whole practice. */
const allInPieces = async ({ request, response, query }: Call, database: PracticeDatabase, asked: object): Promise<void> => {
  let left = numberIn(query, 'limit', Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
  const skip = numberIn(query, 'skip', 0, Number.MAX_SAFE_INTEGER)
  let out: Outgoing | undefined
  let last: string | undefined
  for (let sent = 0; ; ) {
    const wanted = Math.min(left, pieceSize)
    // The last row of the piece before is asked for again: it may have gone meanwhile.
    const from = last === undefined ? { skip, limit: wanted } : { startkey: last, limit: wanted + 1 }
    const { total_rows, offset, rows: found } = await database.pouch().allDocs({ ...asked, ...from })
    const rows = found.filter(({ key }) => key !== last).slice(0, wanted)
    const lines = rows.map((row) => `${sent++ > 0 ? ',' : ''}\n${JSON.stringify(row)}`).join('')
    const head = out ? '' : `{"total_rows":${total_rows},"offset":${offset},"rows":[`
    out ??= beginPieces(request, response)
    await out.write(head + lines)
    left -= rows.length
    last = rows.at(-1)?.key
    if (rows.length < wanted || left <= 0 || last === undefined || out.isGone()) return out.end('\n]}\n')
  }
}

const bulkDocuments = async (call: Call, caller: Caller, database: PracticeDatabase): Promise<void> => {
  const { docs, new_edits: newEdits = true } = await readObject(call.request, call.intake)
  if (!Array.isArray(docs)) throw badRequest('POST body must include `docs` parameter.')
  if (typeof newEdits !== 'boolean') throw badRequest('`new_edits` must be a boolean')
  if (docs.length > largestBatch) throw new CouchProblem(413, 'too_large', `at most ${largestBatch} documents at a time`)
  const checked = docs.map(checkDocument)
  if (!newEdits && checked.some(({ _rev, _id }) => _rev === undefined && !String(_id).startsWith('_local/'))) throw badRequest('When `new_edits: false`, the document needs `_rev` or `_revisions` specified')
  const rows = await database.write(checked, { newEdits, isAdmin: caller.admin })
  send(call, 201, rows)
}

const writeOne = async (call: Call, caller: Caller, database: PracticeDatabase, body: Record<string, unknown>): Promise<void> => {
  const newEdits = call.query.get('new_edits') !== 'false'
  const document = checkDocument({ _id: randomUUID().replaceAll('-', ''), ...body })
  if (document._id.startsWith('_local/')) return writeLocal(call, database, document)
  const [row] = await database.write([document], { newEdits, isAdmin: caller.admin })
  const answer: WriteRow = row ?? { ok: true, id: document._id, rev: String(document._rev) }
  if ('ok' in answer) return send(call, document._deleted ? 200 : 201, answer, { ETag: `"${answer.rev}"` })
  const status = { conflict: 409, forbidden: 403, not_found: 404, unauthorized: 401 }[answer.error] ?? 400
  throw new CouchProblem(status, answer.error, answer.reason)
}

const writeLocal = async (call: Call, database: PracticeDatabase, document: CouchDocument): Promise<void> => {
  const pouch = database.pouch()
  const answer = document._deleted ? await pouch.remove({ _id: document._id, _rev: String(document._rev) }) : await pouch.put(document)
  send(call, document._deleted ? 200 : 201, answer)
}

const readOne = async (call: Call, database: PracticeDatabase, id: string): Promise<void> => {
  const { query } = call
  const rev = query.get('rev')
  const openRevs = query.get('open_revs') === 'all' ? 'all' : jsonIn(query, 'open_revs')
  if (openRevs !== undefined && openRevs !== 'all' && !(Array.isArray(openRevs) && openRevs.every((each) => typeof each === 'string'))) throw badRequest('`open_revs` must be `all` or an array')
  const flags = Object.fromEntries(['conflicts', 'deleted_conflicts', 'revs', 'revs_info', 'latest', 'local_seq'].flatMap((name) => (flagIn(query, name) ? [[name, true]] : [])))
  const document = await database.pouch().get(id, {
    ...flags,
    ...(rev !== null ? { rev: checkRevision(rev, id) } : {}),
    ...(openRevs !== undefined ? { open_revs: openRevs === 'all' ? 'all' : (openRevs as unknown[]).map(checkRevision) } : {}),
  })
  send(call, 200, document, typeof document._rev === 'string' ? { ETag: `"${document._rev}"` } : {})
}

const bulkGet = async (call: Call, database: PracticeDatabase): Promise<void> => {
  const { docs } = await readObject(call.request, call.intake)
  if (!Array.isArray(docs) || docs.length > largestBatch) throw badRequest('Missing JSON list of `docs`.')
  const wanted = docs.map((each: unknown) => {
    const { id, rev } = (each ?? {}) as { id?: unknown; rev?: unknown }
    return { id: checkId(id), ...(rev !== undefined ? { rev: checkRevision(rev) } : {}) }
  })
  send(call, 200, await database.pouch().bulkGet({ docs: wanted, revs: flagIn(call.query, 'revs'), latest: flagIn(call.query, 'latest') }))
}

const revisionsDiff = async (call: Call, database: PracticeDatabase): Promise<void> => {
  const asked = await readObject(call.request, call.intake)
  for (const [id, revs] of Object.entries(asked)) {
    checkId(id)
    if (!Array.isArray(revs)) throw badRequest('revisions must be an array')
    revs.forEach(checkRevision)
  }
  send(call, 200, await database.pouch().revsDiff(asked as Record<string, string[]>))
}
