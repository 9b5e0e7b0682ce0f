import type { IncomingMessage } from 'node:http'
import { createGunzip } from 'node:zlib'
import { badRequest, CouchProblem } from './couchProblem'

/** The largest request body, bytes; a batch of documents is cut well below this. */
const requestLimit = 64 * 1024 * 1024
/** The largest document, bytes (CouchDB 3.5's `max_document_size`). */
export const documentLimit = 8_000_000

const deepest = 150

/** Whether arrays and objects are nested beyond what any record needs; recursive code must not meet that. */
const isTooDeep = (json: string): boolean => {
  let depth = 0
  let inText = false
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at)
    if (inText) {
      if (code === 0x5c) at++
      else if (code === 0x22) inText = false
    } else if (code === 0x22) inText = true
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > deepest) return true
    } else if (code === 0x7d || code === 0x5d) depth--
  }
  return false
}

const tooLarge = () => new CouchProblem(413, 'too_large', 'the request entity is too large', { Connection: 'close' })

/** What all bodies that are being read hold together: many callers at once must not fill the memory. */
export interface Intake {
  /** @throws {CouchProblem} 503 when too much is held already */
  take(bytes: number): void
  give(bytes: number): void
}

/** @param most bytes that are held at a time */
export const openIntake = (most = 4 * requestLimit): Intake => {
  let held = 0
  return {
    take: (bytes) => {
      if (held + bytes > most) throw new CouchProblem(503, 'service_unavailable', 'too much is being sent at the same time', { 'Retry-After': '5', Connection: 'close' })
      held += bytes
    },
    give: (bytes) => {
      held -= bytes
    },
  }
}

const isPacked = ({ headers }: IncomingMessage): boolean => {
  const encoding = (headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  if (encoding !== 'gzip' && encoding !== 'x-gzip' && encoding !== 'identity') throw new CouchProblem(415, 'bad_content_encoding', 'only gzip is unpacked here')
  return encoding !== 'identity'
}

const readBytes = (request: IncomingMessage, limit: number, intake: Intake): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    let over = false
    const unpack = isPacked(request) ? createGunzip() : undefined
    const stream = unpack ?? request
    const end = (finish: () => void) => {
      if (over) return
      over = true
      intake.give(size)
      finish()
      // The rest is let through unread, so that the answer reaches the sender.
      if (unpack) request.unpipe(unpack)
      unpack?.destroy()
      request.resume()
    }
    stream.on('data', (chunk: Buffer) => {
      if (over) return
      try {
        // Counted as it unpacks: a small body may become a large one.
        if (size + chunk.length > limit) throw tooLarge()
        intake.take(chunk.length)
        size += chunk.length
        chunks.push(chunk)
      } catch (error) {
        end(() => reject(error as Error))
      }
    })
    stream.on('end', () => end(() => resolve(Buffer.concat(chunks))))
    unpack?.on('error', () => end(() => reject(badRequest('the body is not gzip'))))
    request.on('error', (error) => end(() => reject(error)))
    request.on('close', () => request.complete || end(() => reject(badRequest('the request was cut off'))))
    if (unpack) request.pipe(unpack)
  })

/** The body as it is; a length that is told beforehand is checked before a byte is read. */
export const readRaw = (request: IncomingMessage, intake: Intake, limit: number): Promise<Buffer> => {
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge()
  return readBytes(request, limit, intake)
}

/** The body as text in UTF-8. */
const readText = async (request: IncomingMessage, limit: number, intake: Intake): Promise<string> => {
  const declared = Number(request.headers['content-length'] ?? 0)
  if (declared > limit) throw tooLarge()
  const bytes = await readBytes(request, limit, intake)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw badRequest('invalid UTF-8 JSON')
  }
}

const isJson = (request: IncomingMessage) => (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() === 'application/json'

/** A JSON object that the caller sent. A page in a browser cannot send this type to another origin unasked. */
export const readObject = async (request: IncomingMessage, intake: Intake, limit: number = requestLimit): Promise<Record<string, unknown>> => {
  if (!isJson(request)) throw new CouchProblem(415, 'bad_content_type', 'Content-Type must be application/json')
  const text = await readText(request, limit, intake)
  if (isTooDeep(text)) throw badRequest('the document is nested too deep')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw badRequest('invalid UTF-8 JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw badRequest('Request body must be a JSON object')
  if (text.includes('"__proto__"')) throw badRequest('"__proto__" is no member name')
  return value as Record<string, unknown>
}

/** Name and password of a sign-in, as JSON or as a form. */
export const readSignIn = async (request: IncomingMessage, intake: Intake): Promise<{ name: string; password: string }> => {
  const form = (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')
  const { name, username, password } = form
    ? Object.fromEntries(new URLSearchParams(await readText(request, 10_000, intake)))
    : ((await readObject(request, intake, 10_000)) as Record<string, unknown>)
  const user = name ?? username
  if (typeof user !== 'string' || typeof password !== 'string') throw badRequest('request body must contain a username and a password')
  return { name: user, password }
}
