import type { IncomingMessage, ServerResponse } from 'node:http'
import { chunkAttachment, chunkLimit, isChunkId, whyBlobForbidden } from '../shared/records/blobDatabase'
import { practiceDocumentId } from '../shared/records/practiceDatabase'
import type { PracticeRules } from '../shared/records/serverRules/rules'
import { readRaw, type Intake } from './body'
import { CouchProblem, methodNotAllowed, missing } from './couchProblem'
import { whyForbidden } from './documentRules'
import type { CouchDocument } from './pouch'
import type { PracticeDatabase } from './practiceDatabase'

/** What a database for files takes; see `shared/records/blobDatabase`. As {@link whyForbidden}. */
export const whyFileForbidden = (document: CouchDocument, before: CouchDocument | undefined, rules: PracticeRules, isAdmin: boolean): string | undefined =>
  document._id === practiceDocumentId || document._id.startsWith('_design/') ? whyForbidden(document, before, rules, isAdmin) : whyBlobForbidden(document, before, rules.practice, isAdmin)

interface ChunkCall {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly intake: Intake
  readonly method: string
}

/** One range of bytes (RFC 9110 §14), from and to where not included; whatever else is asked for, the whole is answered. */
const rangeIn = ({ headers }: IncomingMessage, length: number): readonly [number, number] | 'beyond' | undefined => {
  const [, first, last] = /^bytes=(\d{1,9})-(\d{0,9})$/.exec(headers.range ?? '') ?? []
  if (first === undefined) return undefined
  const from = Number(first)
  if (from >= length) return 'beyond'
  const to = last === '' || last === undefined ? length : Math.min(length, Number(last) + 1)
  return to > from ? [from, to] : undefined
}

/** One chunk as a body of bytes: `PUT` and `GET /database/chunk-…/c`, as CouchDB serves attachments. Sends nothing for a `PUT`: answers its revision. */
export const serveChunk = async ({ request, response, intake, method }: ChunkCall, database: PracticeDatabase, id: string, name: string): Promise<{ readonly id: string; readonly rev: string } | undefined> => {
  if (!isChunkId(id) || name !== chunkAttachment) throw missing('attachments are not kept here')
  switch (method) {
    case 'GET':
    case 'HEAD': {
      const bytes = await database.pouch().getAttachment(id, name)
      const part = rangeIn(request, bytes.length)
      if (part === 'beyond') throw new CouchProblem(416, 'requested_range_not_satisfiable', 'Requested range not satisfiable', { 'Content-Range': `bytes */${bytes.length}` })
      const [from, to] = part ?? [0, bytes.length]
      const headers = { 'Content-Type': 'application/octet-stream', 'Content-Length': String(to - from), 'Cache-Control': 'must-revalidate', 'Accept-Ranges': 'bytes' }
      response.writeHead(part ? 206 : 200, part ? { ...headers, 'Content-Range': `bytes ${from}-${to - 1}/${bytes.length}` } : headers)
      response.end(method === 'HEAD' ? undefined : bytes.subarray(from, to))
      return undefined
    }
    case 'PUT': {
      const data = await readRaw(request, intake, chunkLimit)
      const document = { _id: id, _attachments: { [name]: { content_type: 'application/octet-stream', data } } }
      const [row] = await database.write([document], { newEdits: true, isAdmin: false })
      if (row && 'ok' in row) return { id, rev: row.rev }
      throw new CouchProblem(row?.error === 'forbidden' ? 403 : 409, row?.error ?? 'conflict', row?.reason ?? '')
    }
    default:
      throw methodNotAllowed('GET,HEAD,PUT')
  }
}
