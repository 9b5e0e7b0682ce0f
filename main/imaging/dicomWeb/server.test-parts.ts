import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readFileElements } from '../readFile'
import { boundaryOf, readParts, wholePart, writeParts } from './multipart'

/** A DICOMweb server for tests, which can be cut, and says what it was asked. */
export interface TestServer {
  readonly url: string
  /** `GET /studies/…`, in the order in which they came; without the query. */
  readonly asked: string[]
  /** Header fields of the last request. */
  last(): IncomingMessage['headers']
  /** Its path with the query. */
  lastUrl(): string
  /** Files sent so far that were not cut. */
  sent(): number
  /** Files that it was given. */
  readonly given: Uint8Array[]
  /** Ends the connection in the middle of the file with this number (from 1), counted over all answers; once for each. */
  cutAt(...files: readonly number[]): void
  /** Answers otherwise; `undefined` goes on as always. */
  answer(how: (path: string, response: ServerResponse) => true | undefined): void
  close(): Promise<void>
}

/** Serves these files. */
export const startServer = async (files: readonly Uint8Array[]): Promise<TestServer> => {
  const known = await Promise.all(files.map(async (bytes) => {
    const header = (await readFileElements(bytes))?.header
    if (!header) throw new Error('no DICOM')
    return { bytes, header }
  }))
  const asked: string[] = []
  const given: Uint8Array[] = []
  let sent = 0
  let begun = 0
  let headers: IncomingMessage['headers'] = {}
  let lastUrl = ''
  const cuts = new Set<number>()
  let otherwise: (path: string, response: ServerResponse) => true | undefined = () => undefined

  const json = (response: ServerResponse, value: unknown, status = 200): void => {
    response.writeHead(status, { 'content-type': 'application/dicom+json' }).end(JSON.stringify(value))
  }
  const ui = (value: string) => ({ vr: 'UI', Value: [value] })
  const serve = async (some: typeof known, response: ServerResponse): Promise<void> => {
    const parts = some.map(({ bytes }) => ({
      type: 'application/dicom', length: bytes.length,
      contents: (async function* () {
        begun += 1
        if (cuts.delete(begun)) {
          yield bytes.subarray(0, bytes.length >> 1)
          await new Promise((sentOut) => setTimeout(sentOut, 20))
          response.destroy()
          throw new Error('cut')
        }
        sent += 1
        yield bytes
      })(),
    }))
    response.writeHead(200, { 'content-type': 'multipart/related; type="application/dicom"; boundary="a-test boundary"' })
    for await (const piece of writeParts(parts, 'a-test boundary').pieces) {
      if (response.destroyed) return
      response.write(piece)
    }
    response.end()
  }
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const uids: string[] = []
    try {
      for await (const part of readParts(request, boundaryOf(request.headers['content-type'] ?? '') ?? '')) {
        const bytes = await wholePart(part, 1e9)
        given.push(bytes)
        uids.push((await readFileElements(bytes))?.header.sopInstanceUid ?? '')
        begun += 1
        if (cuts.delete(begun)) return void request.destroy()
      }
    } catch {
      return
    }
    json(response, { '00081199': { vr: 'SQ', Value: uids.map((uid) => ({ '00081155': ui(uid) })) } })
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://test')
    asked.push(`${request.method} ${url.pathname}`)
    headers = request.headers
    lastUrl = request.url ?? ''
    if (otherwise(url.pathname, response)) return
    if (request.method === 'POST') return void take(request, response)
    const [, , study, , series, , instance] = url.pathname.split('/')
    const of = known.filter(({ header }) => header.studyInstanceUid === (study ?? url.searchParams.get('StudyInstanceUID') ?? header.studyInstanceUid))
    if (url.pathname === '/studies') {
      const patient = url.searchParams.get('PatientID')
      const studies = new Map(of.filter(({ header }) => patient === null || header.patient.id === patient).map(({ header }) => [header.studyInstanceUid, header]))
      return json(response, [...studies.values()].map((header) => ({
        '0020000D': ui(header.studyInstanceUid), '00100020': { vr: 'LO', Value: [header.patient.id] }, '00081030': { vr: 'LO', Value: [header.studyDescription] },
      })))
    }
    if (url.pathname.endsWith('/instances')) {
      return json(response, of.map(({ header }) => ({ '0020000E': ui(header.seriesInstanceUid), '00080018': ui(header.sopInstanceUid), '00200013': { vr: 'IS', Value: [header.instanceNumber] } })))
    }
    const some = of.filter(({ header }) => (series === undefined || header.seriesInstanceUid === series) && (instance === undefined || header.sopInstanceUid === instance))
    if (some.length === 0) return void response.writeHead(404).end()
    serve(some, response).catch(() => undefined)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked, given,
    last: () => headers,
    lastUrl: () => lastUrl,
    sent: () => sent,
    cutAt: (...files) => files.forEach((each) => cuts.add(each)),
    answer: (how) => (otherwise = how),
    close: () => new Promise((closed) => {
      server.close(() => closed())
      server.closeAllConnections()
    }),
  }
}
