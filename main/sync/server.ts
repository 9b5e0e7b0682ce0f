import { gzip } from 'node:zlib'
import { promisify } from 'node:util'
import { openExchange, Untrusted, type Answered, type OpenExchange, type Traffic, type TrustProblem } from '../http'
import { readRows } from './jsonRows'

/** Where the server is and who we are there. */
export interface ServerAddress {
  /** `http(s)://host:port`, optionally with the path of one database. */
  readonly url: string
  readonly user: string
  readonly password: string
  /** SHA-256 of the one certificate that the server may show, 64 hex digits in lower case; absent: whom this computer trusts. */
  readonly pin?: string
}

/** What a server said, good or bad. */
export interface ServerAnswer {
  readonly status: number
  readonly body: unknown
}

/** Why a server could not be used. */
export class ServerProblem extends Error {
  constructor(
    /**
     * `unreachable`: no answer, half an answer, or one that asks to come back later.
     * `untrusted`: it does not show that it is the one; see `trust`. Nothing was sent.
     * `refused`: user or password is not accepted. `answered`: a refusal of this one request.
     */
    readonly kind: 'unreachable' | 'untrusted' | 'refused' | 'answered',
    readonly status: number = 0,
    message: string = kind,
    readonly trust?: TrustProblem,
  ) {
    super(message)
    this.name = 'ServerProblem'
  }
}

/** One request. */
export interface ServerRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Below the database, or from the server's root when it begins with `/`. */
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | boolean>>
  readonly body?: unknown
  /** The body, as JSON already. */
  readonly json?: string
  /** Sent as it is, in place of `body`. */
  readonly bytes?: Uint8Array
  /** A good answer is bytes and no JSON: `body` is then a `Uint8Array` of at most so many. */
  readonly raw?: number
  /** Of the answer only the bytes from here to there, both included; a server may answer with all of them. */
  readonly range?: readonly [from: number, to: number]
  /** Asked before so many of the bytes, either way, go on. */
  readonly pace?: (count: number) => Promise<void>
  /** So many of the bytes that are sent at a time; default 16 kB. */
  readonly pieceBytes?: number
  /** Not a byte for so long: given up. Milliseconds, default 30 s. */
  readonly silenceMs?: number
  readonly signal?: AbortSignal
  /** A good answer has begun; its end may be long in coming. */
  readonly answering?: () => void
}

/** Is given the rows of a long answer while it comes, and about how many bytes they are; the line waits for it. */
export type TakeRows = (rows: readonly unknown[], bytes: number) => Promise<void> | void

/** A database of CouchDB's protocol. */
export interface Server {
  readonly database: string
  /** Any answer but 401, 429 and 5xx, which become a {@link ServerProblem}. */
  ask(request: ServerRequest): Promise<ServerAnswer>
  /** As {@link ask}; throws `answered` unless the status says that it was done. */
  read(request: ServerRequest): Promise<unknown>
  /** As {@link read}, of an answer with a long list: resolves with what is around the list. When it rejects, the rows that were taken are whole. */
  readRows(request: ServerRequest, take: TakeRows): Promise<unknown>
  readonly traffic: Traffic
  /** The network is another one: every connection is dropped, and what is under way fails. */
  renew(): void
  close(): void
}

/** What every answer tells beside its body. */
export interface AnswerHead {
  /** The server's clock, as its `Date` header says. */
  readonly date?: string
  /** From the request to the head of the answer. */
  readonly roundTripMs: number
}

/** How a server is opened. */
export interface ServerOptions {
  /** Told of every answer. */
  readonly answered?: (head: AnswerHead) => void
  /** For tests: another way to the server. */
  readonly open?: OpenExchange
}

const silenceLimitMs = 30_000
const answerLimit = 256 * 1024 * 1024
/** A server that answers within this is on this computer or this wire: packing would take longer than sending. Milliseconds. */
const nearMs = 3
/** A password that was accepted before and is not now is tried once more, after so long, ms. */
const secondTryMs = 1_500
/** Less is not worth packing, bytes. */
const packedFrom = 1_400

const packed = promisify(gzip)

/** Splits a person's URL into the server's root and, when a path names one, the database. */
export const splitUrl = (url: string): { readonly root: URL; readonly database?: string } => {
  const root = new URL(url)
  const parts = root.pathname.split('/').filter(Boolean)
  const database = parts.pop()
  root.pathname = parts.length > 0 ? `/${parts.join('/')}` : ''
  root.search = ''
  root.hash = ''
  root.username = ''
  root.password = ''
  return database === undefined ? { root } : { root, database: decodeURIComponent(database) }
}

/**
 * An answer that says nothing about the work itself (the database is gone, we were shut out, a proxy
 * spoke): whose database it is must be looked at again before anything else.
 */
export const lookAgain = (error: unknown): never => {
  throw error instanceof ServerProblem && error.kind === 'answered' ? new ServerProblem('unreachable', error.status, error.message) : error
}

/** The one who takes the rows failed, not the line. */
class NotTaken extends Error {
  constructor(override readonly cause: unknown) {
    super('not taken')
  }
}

/** Whatever went wrong on the way. */
const onTheWay = (error: unknown): unknown => {
  if (error instanceof ServerProblem) return error
  if (error instanceof NotTaken) return error.cause
  if (error instanceof Untrusted) return new ServerProblem('untrusted', 0, error.why, error.why)
  const { code, message } = error as Error & { readonly code?: string }
  return new ServerProblem('unreachable', 0, code ?? message)
}

/**
 * Talks to one server. Signs in by cookie, again whenever it has run out; a password that is not
 * accepted is `refused` and is not tried again by itself, but once if it was accepted before. What goes over a distance goes packed, both ways, where the
 * other side can.
 *
 * @param quietMs not a byte for so long, and the line counts as cut
 */
export const openServer = (address: ServerAddress, databaseName: string, quietMs = silenceLimitMs, { answered = () => undefined, open = openExchange }: ServerOptions = {}): Server => {
  const { root, database = databaseName } = splitUrl(address.url)
  const exchange = open(root, address.pin)
  const base = root.pathname.replace(/\/$/, '')
  let cookie: string | undefined
  let signingIn: Promise<void> | undefined
  let wasSignedIn = false
  let fastestMs = Infinity
  let takesPacked = true

  const pathOf = ({ path, query = {} }: ServerRequest): string => {
    const asked = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)])).toString()
    const place = path.startsWith('/') ? path : `/${encodeURIComponent(database)}${path === '' ? '' : `/${path}`}`
    return `${base}${place}${asked === '' ? '' : `?${asked}`}`
  }

  const send = async (request: ServerRequest, take?: TakeRows): Promise<ServerAnswer> => {
    const { method = 'GET', body, json, bytes, raw, range, pace, pieceBytes, silenceMs = quietMs, signal } = request
    const text = json !== undefined ? Buffer.from(json) : body === undefined ? undefined : Buffer.from(JSON.stringify(body))
    const isFar = fastestMs > nearMs
    const isPacked = isFar && takesPacked && text !== undefined && text.length >= packedFrom
    const headers = {
      Accept: raw === undefined ? 'application/json' : '*/*',
      ...(range === undefined ? {} : { Range: `bytes=${range[0]}-${range[1]}` }),
      'Accept-Encoding': isFar && raw === undefined ? 'gzip' : 'identity',
      ...(cookie === undefined ? {} : { Cookie: cookie }),
      ...(text === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(bytes === undefined ? {} : { 'Content-Type': 'application/octet-stream' }),
      ...(isPacked ? { 'Content-Encoding': 'gzip' } : {}),
    }
    const sent = bytes ?? (isPacked ? await packed(text) : text)
    const began = performance.now()
    const answer = await exchange.send({ method, path: pathOf(request), headers, silenceMs, ...(sent && { body: sent }), ...(pace && { pace }), ...(pieceBytes !== undefined && { pieceBytes }), ...(signal && { signal }) })
    const roundTripMs = performance.now() - began
    fastestMs = Math.min(fastestMs, roundTripMs)
    const { date } = answer.headers
    answered({ roundTripMs, ...(typeof date === 'string' ? { date } : {}) })
    rememberCookie(answer)
    if (answer.status < 300) request.answering?.()
    const read = raw !== undefined && (answer.status === 200 || answer.status === 206) ? await readBytes(answer, raw) : await readAnswer(answer, take)
    if (answer.status !== 415 || !isPacked) return { status: answer.status, body: read }
    takesPacked = false
    return send(request, take)
  }

  const rememberCookie = ({ headers }: Answered) => {
    const all = headers['set-cookie'] ?? []
    const fresh = (typeof all === 'string' ? [all] : all).map((each) => each.split(';')[0] ?? '').find((each) => each.startsWith('AuthSession=') && each.length > 'AuthSession='.length)
    if (fresh) cookie = fresh
  }

  const signIn = async (): Promise<void> => {
    cookie = undefined
    const once = async () => (await send({ method: 'POST', path: '/_session', body: { name: address.user, password: address.password } })).status
    let status = await once()
    if (status === 401 && wasSignedIn) {
      // The nodes of a cluster hear one after the other that a password was set anew.
      await new Promise((resolve) => setTimeout(resolve, secondTryMs))
      status = await once()
    }
    if (status === 401 || status === 403) throw new ServerProblem('refused', status)
    if (status !== 200 || cookie === undefined) throw new ServerProblem('unreachable', status, `sign-in answered ${status}`)
    wasSignedIn = true
  }
  const signedIn = (): Promise<void> => {
    signingIn ??= signIn().finally(() => {
      signingIn = undefined
    })
    return signingIn
  }

  const askWith = async (request: ServerRequest, take?: TakeRows): Promise<ServerAnswer> => {
    try {
      if (cookie === undefined) await signedIn()
      const used = cookie
      let answer = await send(request, take)
      if (answer.status === 401 && !isNotAdmin(answer)) {
        // Of several that were turned away at once one signs in, and the others wait for it.
        if (cookie === used || signingIn) await signedIn()
        answer = await send(request, take)
        if (answer.status === 401) throw new ServerProblem('refused', 401)
      }
      if (answer.status === 429 || answer.status === 408 || answer.status >= 500) throw new ServerProblem('unreachable', answer.status, `answered ${answer.status}`)
      return answer
    } catch (error) {
      throw onTheWay(error)
    }
  }
  const doneOnly = ({ status, body }: ServerAnswer): unknown => {
    if (status >= 200 && status < 300) return body
    const { error = '', reason = '' } = (body ?? {}) as { error?: string; reason?: string }
    throw new ServerProblem('answered', status, `${error}: ${reason}`)
  }

  return {
    database,
    traffic: exchange.traffic,
    ask: (request) => askWith(request),
    read: async (request) => doneOnly(await askWith(request)),
    readRows: async (request, take) => doneOnly(await askWith(request, take)),
    renew: () => exchange.renew(),
    close: () => exchange.close(),
  }
}

/** CouchDB answers 401 also to a user who is known and may not: signing in again would not help. */
const isNotAdmin = ({ body }: ServerAnswer): boolean => /not a (server|db) admin/i.test(String((body as { reason?: unknown } | null)?.reason ?? ''))

const readAnswer = async ({ status, body }: Answered, take: TakeRows | undefined): Promise<unknown> => {
  const isLong = take !== undefined && status < 300
  const reader = readRows()
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    if (isLong) {
      const rows = jsonOrNothing(status, () => reader.take(chunk))
      if (rows.length > 0) await taken(rows, chunk.length, take)
      continue
    }
    size += chunk.length
    if (size > answerLimit) throw new ServerProblem('unreachable', status, 'the answer is too large')
    chunks.push(chunk)
  }
  if (isLong) return jsonOrNothing(status, () => reader.rest())
  const text = Buffer.concat(chunks).toString()
  return jsonOrNothing(status, () => (text.trim() === '' ? null : (JSON.parse(text) as unknown)))
}

const readBytes = async ({ status, headers, body }: Answered, limit: number): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > limit) throw new ServerProblem('unreachable', status, 'the answer is too large')
    chunks.push(chunk)
  }
  const promised = headers['content-length']
  if (promised !== undefined && Number(promised) !== size) throw new ServerProblem('unreachable', status, 'cut off')
  return new Uint8Array(Buffer.concat(chunks))
}

const taken = async (rows: readonly unknown[], bytes: number, take: TakeRows): Promise<void> => {
  try {
    await take(rows, bytes)
  } catch (error) {
    throw new NotTaken(error)
  }
}

/** A proxy's page, or half a document, is no answer. */
const jsonOrNothing = <Value>(status: number, read: () => Value): Value => {
  try {
    return read()
  } catch {
    throw new ServerProblem('unreachable', status, `not JSON (status ${status})`)
  }
}
