import { randomBytes } from 'node:crypto'
import { request } from 'node:http'
import { connect, type TLSSocket } from 'node:tls'
import { done, refuse, type Answer } from '../../shared/contract/answer'
import { fingerprintOf } from './certificate'
import { isSameProof, joinKeyOf } from './joinProof'
import { hubPort, joinPath, type JoinAnswer, type JoinGrant, type JoinMessage, type JoinRefusal, type JoinWish } from './messages'

/** A hub that let this workstation in. */
export interface Joined extends JoinGrant {
  readonly url: string
  /** SHA-256 of the certificate that it has proved to be its own: to be pinned. */
  readonly fingerprint: string
}

const patienceMs = 10_000
const answerLimit = 20_000

/** What a person typed as the address of a hub: host, host:port or a whole URL. Undefined: none. */
export const hubAddress = (typed: string): { readonly host: string; readonly port: number } | undefined => {
  try {
    const { hostname, port, pathname } = new URL(/^\w+:\/\//.test(typed) ? typed : `https://${typed.trim()}`)
    if (hostname === '' || (pathname !== '/' && pathname !== '')) return undefined
    const given = port === '' ? typed.trim().endsWith(':443') ? 443 : hubPort : Number(port)
    return { host: hostname.replace(/^\[|\]$/g, ''), port: given }
  } catch {
    return undefined
  }
}

const openSocket = (host: string, port: number): Promise<TLSSocket> =>
  new Promise((resolve, reject) => {
    // Who it is turns out by the proof, not by the certificate.
    const socket = connect({ host, port, rejectUnauthorized: false, timeout: patienceMs }, () => resolve(socket))
    socket.on('error', reject)
    socket.on('timeout', () => socket.destroy(new Error('silence')))
  })

const post = (socket: TLSSocket, host: string, message: JoinMessage): Promise<{ readonly status: number; readonly text: string }> =>
  new Promise((resolve, reject) => {
    const body = JSON.stringify(message)
    const asking = request({ method: 'POST', path: joinPath, host, createConnection: () => socket, timeout: patienceMs, headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body), Connection: 'close' } })
    asking.on('error', reject)
    asking.on('timeout', () => asking.destroy(new Error('silence')))
    asking.on('response', (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (part: string) => {
        text += part
        if (text.length > answerLimit) answer.destroy(new Error('the answer is too long'))
      })
      answer.on('error', reject)
      answer.on('aborted', () => reject(new Error('cut off')))
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }))
    })
    asking.end(body)
  })

const problems = {
  join_code_wrong: 'join-code-wrong',
  join_code_over: 'join-code-over',
  station_taken: 'station-taken',
  other_practice: 'server-other-practice',
} as const satisfies Record<JoinRefusal, string>

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

const readObject = (text: string): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : {}
  } catch {
    return {}
  }
}

const readGrant = (text: string): JoinGrant | undefined => {
  const { user, password, practice, hub } = readObject(text)
  if (typeof user !== 'string' || typeof password !== 'string' || typeof hub !== 'string' || !isObject(practice)) return undefined
  const { id, name, training } = practice
  if (typeof id !== 'string' || typeof name !== 'string' || typeof training !== 'boolean') return undefined
  return { user, password, hub, practice: { id, name, training } }
}

/**
 * Shows a hub that we know its join code, has it show the same, and takes what it grants. Refuses with `server-unreachable`,
 * `join-code-wrong` (also where another computer answers in the hub's place), `join-code-over`, `station-taken`,
 * `server-other-practice`.
 *
 * @param address as typed or found: host, host:port or URL
 * @param code as `readJoinCode` answers it
 */
export const joinHub = async (address: string, code: string, wish: JoinWish): Promise<Answer<Joined>> => {
  const at = hubAddress(address)
  if (!at) return refuse('server-unreachable')
  let socket: TLSSocket | undefined
  try {
    socket = await openSocket(at.host, at.port)
    const shown = socket.getPeerCertificate().raw
    if (!shown) return refuse('server-unreachable')
    const fingerprint = fingerprintOf(shown)
    const key = await joinKeyOf(code, fingerprint)
    const nonce = randomBytes(16).toString('hex')
    const text = JSON.stringify(wish)
    const { status, text: answered } = await post(socket, at.host, { nonce, wish: text, proof: key.asked(nonce, text) })
    const answer = readObject(answered) as Partial<JoinAnswer> & { error?: unknown }
    if (status !== 200) {
      const refusal = problems[answer.error as JoinRefusal]
      return refuse(refusal ?? (status === 404 ? 'not-found' : 'server-unreachable'), refusal === 'station-taken' ? { station: wish.station } : {})
    }
    const grant = typeof answer.grant === 'string' ? readGrant(answer.grant) : undefined
    if (!grant || typeof answer.proof !== 'string' || !isSameProof(answer.proof, key.answered(nonce, answer.grant ?? ''))) return refuse('join-code-wrong')
    const host = at.host.includes(':') ? `[${at.host}]` : at.host
    return done({ ...grant, url: `https://${host}:${at.port}`, fingerprint })
  } catch {
    return refuse('server-unreachable')
  } finally {
    socket?.destroy()
  }
}
