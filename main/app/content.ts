import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'
import type { Session } from 'electron'

/** Where the application's own pages live. */
export const appOrigin = 'app://outpost'

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
}

/**
 * The content security policy of a page. `wasm-unsafe-eval` lets the image codecs run; JavaScript's
 * own eval stays forbidden. Style attributes cannot carry a nonce, so they are allowed; style tags need it.
 */
export const policy = (nonce: string): string =>
  [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}' 'wasm-unsafe-eval'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "frame-src 'none'",
    "object-src 'none'",
  ].join('; ')

const headers = (type: string, nonce: string): HeadersInit => ({
  'content-type': type,
  'content-security-policy': policy(nonce),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
})

/** Fetches the bytes of an image for a ticket, or of one frame of it; nothing when the ticket does not hold. */
export type FetchPixels = (ticket: string, sopInstanceUid: string, frame?: number) => Promise<Uint8Array | null>

/** Serves `app://outpost/…`: the bundled pages, and images by ticket. Nothing else exists. */
export const serveContent = (session: Session, folder: string, fetchPixels: FetchPixels): void => {
  session.protocol.handle('app', async (request) => {
    const nonce = randomBytes(16).toString('base64')
    const refused = (status: number) => new Response(null, { status, headers: headers('text/plain', nonce) })
    const url = new URL(request.url)
    if (url.host !== 'outpost' || request.method !== 'GET') return refused(403)
    const image = /^\/dicom\/([\w-]{20,100})\/([\d.]{1,64})(?:\/([1-9]\d{0,6}))?$/.exec(url.pathname)
    if (image) {
      const bytes = await fetchPixels(image[1] ?? '', image[2] ?? '', image[3] === undefined ? undefined : Number(image[3]))
      return bytes ? new Response(new Uint8Array(bytes), { headers: headers('application/dicom', nonce) }) : refused(404)
    }
    const path = normalize(join(folder, decodeURIComponent(url.pathname === '/' ? '/index.html' : url.pathname)))
    if (!path.startsWith(folder + sep)) return refused(404)
    try {
      const bytes = await readFile(path)
      const type = types[extname(path)] ?? 'application/octet-stream'
      if (extname(path) !== '.html') return new Response(new Uint8Array(bytes), { headers: headers(type, nonce) })
      return new Response(bytes.toString('utf8').replaceAll('__NONCE__', nonce), { headers: headers(type, nonce) })
    } catch {
      return refused(404)
    }
  })
}
