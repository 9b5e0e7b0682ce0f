import type { IncomingMessage } from 'node:http'
import { badRequest, CouchProblem } from './couchProblem'

/** The largest request body, bytes; a batch of documents is cut well below this. */
export const requestLimit = 64 * 1024 * 1024
/** The largest document, bytes (CouchDB 3.5's `max_document_size`). */
export const documentLimit = 8_000_000

const deepest = 150

/** Whether arrays and objects are nested beyond what any record needs; recursive code must not meet that. */
export const isTooDeep = (json: string): boolean => {
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

const readBytes = (request: IncomingMessage, limit: number): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > limit) {
        // The rest is let through unread, so that the answer reaches the sender.
        chunks.length = 0
        reject(new CouchProblem(413, 'too_large', 'the request entity is too large', { Connection: 'close' }))
        return
      }
      chunks.push(chunk)
    })
    request.on('end', () => resolve(Buffer.concat(chunks)))
    request.on('error', reject)
    request.on('close', () => reject(badRequest('the request was cut off')))
  })

/** The body as text in UTF-8. */
const readText = async (request: IncomingMessage, limit: number): Promise<string> => {
  const declared = Number(request.headers['content-length'] ?? 0)
  if (declared > limit) throw new CouchProblem(413, 'too_large', 'the request entity is too large', { Connection: 'close' })
  const bytes = await readBytes(request, limit)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw badRequest('invalid UTF-8 JSON')
  }
}

const isJson = (request: IncomingMessage) => (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() === 'application/json'

/** A JSON object that the caller sent. A page in a browser cannot send this type to another origin unasked. */
export const readObject = async (request: IncomingMessage, limit: number = requestLimit): Promise<Record<string, unknown>> => {
  if (!isJson(request)) throw new CouchProblem(415, 'bad_content_type', 'Content-Type must be application/json')
  if (request.headers['content-encoding']) throw new CouchProblem(415, 'bad_content_type', 'no content encoding is accepted')
  const text = await readText(request, limit)
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
export const readSignIn = async (request: IncomingMessage): Promise<{ name: string; password: string }> => {
  const form = (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')
  const { name, username, password } = form
    ? Object.fromEntries(new URLSearchParams(await readText(request, 10_000)))
    : ((await readObject(request, 10_000)) as Record<string, unknown>)
  const user = name ?? username
  if (typeof user !== 'string' || typeof password !== 'string') throw badRequest('request body must contain a username and a password')
  return { name: user, password }
}
