import { Agent, request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http'
import { Agent as TlsAgent, request as httpsRequest } from 'node:https'

/** Where the server is and who we are there. */
export interface ServerAddress {
  /** `http(s)://host:port`, optionally with the path of one database. */
  readonly url: string
  readonly user: string
  readonly password: string
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
     * `refused`: user or password is not accepted. `answered`: a refusal of this one request.
     */
    readonly kind: 'unreachable' | 'refused' | 'answered',
    readonly status: number = 0,
    message: string = kind,
    /** CouchDB's word for an answered refusal (`forbidden`, `document_too_large`), and its reason. */
    readonly error: string = kind,
    readonly reason: string = message,
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
  /** Sent as it is, in place of `body`. */
  readonly bytes?: Uint8Array
  /** The answer, when it is a good one, is bytes and no JSON: `body` is then a `Uint8Array` of at most so many. */
  readonly raw?: number
  /** Asked before so many of the bytes, either way, go on. */
  readonly pace?: (count: number) => Promise<void>
  /** Not a byte for so long: given up. Milliseconds, default 30 s. */
  readonly silenceMs?: number
  readonly signal?: AbortSignal
}

/** A database of CouchDB's protocol. */
export interface Server {
  readonly database: string
  /** Any answer but 401, 429 and 5xx, which become a {@link ServerProblem}. */
  ask(request: ServerRequest): Promise<ServerAnswer>
  /** As {@link ask}; throws `answered` unless the status says that it was done. */
  read(request: ServerRequest): Promise<unknown>
  close(): void
}

const silenceLimitMs = 30_000
const answerLimit = 256 * 1024 * 1024

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

/**
 * Talks to one server. Signs in by cookie, again whenever it has run out; a password that is not
 * accepted is `refused` and is not tried again by itself.
 *
 * @param quietMs not a byte for so long, and the line counts as cut
 */
export const openServer = (address: ServerAddress, databaseName: string, quietMs = silenceLimitMs): Server => {
  const { root, database = databaseName } = splitUrl(address.url)
  const tls = root.protocol === 'https:'
  const agent = tls ? new TlsAgent({ keepAlive: true, maxSockets: 6 }) : new Agent({ keepAlive: true, maxSockets: 6 })
  let cookie: string | undefined
  let signingIn: Promise<void> | undefined

  const send = ({ method = 'GET', path, query = {}, body, bytes, raw, pace, silenceMs = quietMs, signal }: ServerRequest): Promise<ServerAnswer> =>
    new Promise((resolve, reject) => {
      const target = new URL(root)
      target.pathname = `${root.pathname.replace(/\/$/, '')}${path.startsWith('/') ? path : `/${encodeURIComponent(database)}${path === '' ? '' : `/${path}`}`}`
      for (const [name, value] of Object.entries(query)) target.searchParams.set(name, String(value))
      const text = body === undefined ? undefined : Buffer.from(JSON.stringify(body))
      const unreachable = (why: string) => reject(new ServerProblem('unreachable', 0, why))
      const outgoing = (tls ? httpsRequest : httpRequest)(target, {
        method,
        agent,
        signal,
        timeout: silenceMs,
        headers: {
          Accept: raw === undefined ? 'application/json' : '*/*',
          ...(cookie === undefined ? {} : { Cookie: cookie }),
          ...(text === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': text.length }),
          ...(bytes === undefined ? {} : { 'Content-Type': 'application/octet-stream', 'Content-Length': bytes.length }),
        },
      })
      outgoing.on('timeout', () => outgoing.destroy(new Error('silence')))
      outgoing.on('error', (error) => unreachable((error as { code?: string }).code ?? error.message))
      outgoing.on('response', (incoming) => {
        rememberCookie(incoming)
        const isRaw = raw !== undefined && incoming.statusCode === 200
        ;(isRaw ? readBytes(incoming, raw, pace) : readAnswer(incoming)).then((answer) => resolve({ status: incoming.statusCode ?? 0, body: answer }), (error: Error) => unreachable(error.message))
      })
      if (bytes === undefined) outgoing.end(text)
      else writePaced(outgoing, bytes, pace).catch((error: Error) => outgoing.destroy(error))
    })

  const rememberCookie = ({ headers }: IncomingMessage) => {
    const fresh = headers['set-cookie']?.map((each) => each.split(';')[0] ?? '').find((each) => each.startsWith('AuthSession=') && each.length > 'AuthSession='.length)
    if (fresh) cookie = fresh
  }

  const signIn = async (): Promise<void> => {
    cookie = undefined
    const { status } = await send({ method: 'POST', path: '/_session', body: { name: address.user, password: address.password } })
    if (status === 401 || status === 403) throw new ServerProblem('refused', status)
    if (status !== 200 || cookie === undefined) throw new ServerProblem('unreachable', status, `sign-in answered ${status}`)
  }
  const signedIn = (): Promise<void> => {
    signingIn ??= signIn().finally(() => {
      signingIn = undefined
    })
    return signingIn
  }

  const ask = async (request: ServerRequest): Promise<ServerAnswer> => {
    if (cookie === undefined) await signedIn()
    const used = cookie
    let answer = await send(request)
    if (answer.status === 401 && !isNotAdmin(answer)) {
      if (cookie === used) await signedIn()
      answer = await send(request)
      if (answer.status === 401) throw new ServerProblem('refused', 401)
    }
    if (answer.status === 429 || answer.status === 408 || answer.status >= 500) throw new ServerProblem('unreachable', answer.status, `answered ${answer.status}`)
    return answer
  }

  return {
    database,
    ask,
    read: async (request) => {
      const { status, body } = await ask(request)
      if (status >= 200 && status < 300) return body
      const { error = '', reason = '' } = (body ?? {}) as { error?: string; reason?: string }
      throw new ServerProblem('answered', status, `${error}: ${reason}`, error || `status ${status}`, reason || error || `status ${status}`)
    },
    close: () => agent.destroy(),
  }
}

/** CouchDB answers 401 also to a user who is known and may not: signing in again would not help. */
const isNotAdmin = ({ body }: ServerAnswer): boolean => /not a (server|db) admin/i.test(String((body as { reason?: unknown } | null)?.reason ?? ''))

const readAnswer = (incoming: IncomingMessage): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > answerLimit) incoming.destroy(new Error('the answer is too large'))
      else chunks.push(chunk)
    })
    incoming.on('error', reject)
    incoming.on('aborted', () => reject(new Error('cut off')))
    incoming.on('end', () => {
      const text = Buffer.concat(chunks).toString()
      try {
        resolve(text.trim() === '' ? null : JSON.parse(text))
      } catch {
        // A proxy's page, or half a document.
        reject(new Error(`not JSON (status ${incoming.statusCode})`))
      }
    })
  })

/** So much is handed to the line at a time, bytes: what waits behind it waits no longer than that takes. */
const pieceLength = 16 * 1024

const writePaced = async (outgoing: ClientRequest, bytes: Uint8Array, pace?: (count: number) => Promise<void>): Promise<void> => {
  for (let at = 0; at < bytes.length && !outgoing.destroyed; at += pieceLength) {
    const piece = bytes.subarray(at, at + pieceLength)
    await pace?.(piece.length)
    if (!outgoing.destroyed) await new Promise<void>((resolve) => outgoing.write(piece, () => resolve()))
  }
  outgoing.end()
}

const readBytes = async (incoming: IncomingMessage, limit: number, pace?: (count: number) => Promise<void>): Promise<Uint8Array> => {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > limit) throw new Error('the answer is too large')
    chunks.push(chunk)
    await pace?.(chunk.length)
  }
  const promised = incoming.headers['content-length']
  if (!incoming.complete || (promised !== undefined && Number(promised) !== size)) throw new Error('cut off')
  return new Uint8Array(Buffer.concat(chunks))
}
