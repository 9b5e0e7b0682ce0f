/** A CouchDB, one node or a cluster, asked as its administrator. */
export interface Couch {
  /** Its root, without name and password. */
  readonly url: string
  /** Any answer of the server's own; below its root. */
  ask(method: CouchMethod, path: string, body?: unknown): Promise<CouchAnswer>
  /** As {@link ask}; throws {@link CentreProblem} `answered` unless it was done. */
  must(method: CouchMethod, path: string, body?: unknown): Promise<Readonly<Record<string, unknown>>>
}

export type CouchMethod = 'GET' | 'PUT' | 'POST' | 'DELETE'

/** What CouchDB said. */
export interface CouchAnswer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

/** Why the centre could not be set up or asked. */
export class CentreProblem extends Error {
  constructor(
    /**
     * `unreachable`: no answer, or one that is no CouchDB's. `refused`: name or password is not accepted, or is no administrator's.
     * `answered`: this one request was refused. `conflict`: what is there belongs to something else. `not-found`: there is none of it.
     */
    readonly kind: 'unreachable' | 'refused' | 'answered' | 'conflict' | 'not-found',
    message: string,
    readonly status: number = 0,
  ) {
    super(message)
    this.name = 'CentreProblem'
  }
}

/** Where the server is, and its administrator. */
export interface CouchAddress {
  readonly url: string
  readonly user: string
  readonly password: string
}

const patienceMs = 60_000

/**
 * Opens a server: signs in once and goes on by cookie (a password costs CouchDB a slow hash each time). Nothing is asked before the
 * first request.
 */
export const openCouch = ({ url, user, password }: CouchAddress): Couch => {
  const root = new URL(url)
  root.username = ''
  root.password = ''
  const base = root.href.replace(/\/$/, '')
  let cookie: string | undefined

  const send = async (method: CouchMethod, path: string, body: unknown): Promise<Response> => {
    try {
      return await fetch(`${base}${path}`, {
        method,
        redirect: 'error',
        signal: AbortSignal.timeout(patienceMs),
        headers: { accept: 'application/json', ...(cookie === undefined ? {} : { cookie }), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
    } catch (error) {
      const { cause } = error as { cause?: { code?: string; message?: string } }
      throw new CentreProblem('unreachable', `${base}: ${cause?.code ?? cause?.message ?? (error as Error).message}`)
    }
  }
  const read = async (response: Response): Promise<CouchAnswer> => {
    const text = await response.text()
    try {
      return { status: response.status, body: JSON.parse(text) as Record<string, unknown> }
    } catch {
      throw new CentreProblem('unreachable', `${base} answered ${response.status}, and no JSON: this is no CouchDB`, response.status)
    }
  }
  const signIn = async (): Promise<void> => {
    cookie = undefined
    const response = await send('POST', '/_session', { name: user, password })
    const { status, body } = await read(response)
    if (status === 401 || status === 403) throw new CentreProblem('refused', 'the server does not accept this name and password', status)
    if (status !== 200) throw new CentreProblem('unreachable', `signing in answered ${status}: ${String(body['reason'] ?? '')}`, status)
    cookie = response.headers.getSetCookie?.().concat(response.headers.get('set-cookie') ?? '').map((each) => each.split(';')[0] ?? '').find((each) => each.startsWith('AuthSession='))
    if (cookie === undefined) throw new CentreProblem('unreachable', 'signing in gave no session: this is no CouchDB')
    if (!(Array.isArray(body['roles']) && body['roles'].includes('_admin'))) throw new CentreProblem('refused', 'this is no administrator of the server')
  }
  const ask: Couch['ask'] = async (method, path, body) => {
    if (cookie === undefined) await signIn()
    const answer = await read(await send(method, path, body))
    if (answer.status !== 401) return answer
    await signIn()
    return read(await send(method, path, body))
  }
  return {
    url: base,
    ask,
    must: async (method, path, body) => {
      const answer = await ask(method, path, body)
      if (answer.status >= 200 && answer.status < 300) return answer.body
      throw new CentreProblem('answered', `${method} ${path}: ${answer.status} ${String(answer.body['reason'] ?? answer.body['error'] ?? '')}`, answer.status)
    },
  }
}

/** A path below the root, of parts that are encoded here. */
export const pathOf = (...parts: readonly string[]): string => parts.map((part) => `/${encodeURIComponent(part)}`).join('')
