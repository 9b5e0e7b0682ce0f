import { randomBytes } from 'node:crypto'
import { jsonDataSets, jsonItems, jsonNumber, jsonText, jsonTexts, isUid, tags, type JsonDataSet } from '../../../shared/standards/dicom'
import { openExchange, Untrusted, type Answered, type OpenExchange, type TrustProblem } from '../../http'
import { boundaryOf, MultipartProblem, readParts, wholePart, writeParts, type OutgoingPart } from './multipart'

/** How we say who we are. */
export type DicomWebAuth =
  | { readonly kind: 'none' }
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }
  /** A token that the server's administrator made (RFC 6750). */
  | { readonly kind: 'bearer'; readonly token: string }

/** Where a DICOMweb server is (PS3.18 §8.2: the base URI of its studies). */
export interface DicomWebAddress {
  /** Up to the part before `/studies`. */
  readonly url: string
  readonly auth: DicomWebAuth
  /** SHA-256 of the one certificate that it may show, 64 hex digits; absent: whom this computer trusts. */
  readonly pin?: string
}

/** Why a server could not be used. */
export class DicomWebProblem extends Error {
  constructor(
    /**
     * `unreachable`: no answer, half an answer, or one that asks to come back later. `untrusted`: see `trust`; nothing was sent.
     * `refused`: it does not let us in. `not-found`: it has no such thing. `not-dicomweb`: what answers there is something else.
     * `answered`: it says no to this one request. `too-large`: more than is ever taken.
     */
    readonly kind: 'unreachable' | 'untrusted' | 'refused' | 'not-found' | 'not-dicomweb' | 'answered' | 'too-large',
    readonly status: number = 0,
    readonly trust?: TrustProblem,
  ) {
    super(`${kind} ${status}`)
    this.name = 'DicomWebProblem'
  }
}

/** A study as the server tells of it (QIDO-RS, PS3.18 table 10.6.3-3). */
export interface FoundStudy {
  readonly studyInstanceUid: string
  readonly patientId: string
  readonly patientName: string
  /** YYYYMMDD, or ''. */
  readonly birthDate: string
  /** YYYYMMDD and HHMMSS as the server has them, or ''. */
  readonly date: string
  readonly time: string
  readonly description: string
  readonly accession: string
  readonly modalities: readonly string[]
  /** Absent: the server does not count. */
  readonly instances?: number
}

/** An instance of a study at the server. */
export interface FoundInstance {
  readonly seriesInstanceUid: string
  readonly sopInstanceUid: string
  readonly seriesNumber?: number
  readonly number?: number
}

/** What is asked for; at least one of them. Compared exactly: no wildcards are sent. */
export interface StudySearch {
  readonly patientId?: string
  readonly studyInstanceUid?: string
  readonly accession?: string
}

/** An instance that is to be sent. */
export interface OutgoingInstance {
  readonly sopInstanceUid: string
  /** Bytes of the Part 10 file. */
  readonly size: number
  readonly contents: AsyncIterable<Uint8Array>
}

/** What became of instances that were sent (PS3.18 §10.5.3). */
export interface StoreOutcome {
  readonly stored: readonly string[]
  /** SOP Instance UID and Failure Reason (0008,1197); 0 where the server gives none. */
  readonly failed: readonly { readonly sopInstanceUid: string; readonly reason: number }[]
}

/** A DICOMweb server. Every call throws {@link DicomWebProblem}; aborted, whatever was under way rejects. */
export interface DicomWeb {
  searchStudies(search: StudySearch, signal?: AbortSignal): Promise<readonly FoundStudy[]>
  /** Every instance of a study, without their pixels. */
  listInstances(studyInstanceUid: string, signal?: AbortSignal): Promise<readonly FoundInstance[]>
  /** Part 10 files as the server keeps them, one after the other while they come. */
  retrieve(of: { readonly study: string; readonly series?: string; readonly instance?: string }, signal?: AbortSignal): AsyncIterable<Uint8Array>
  store(studyInstanceUid: string, instances: readonly OutgoingInstance[], signal?: AbortSignal): Promise<StoreOutcome>
  close(): void
}

/** How a server is talked to; tests change them. */
export interface DicomWebOptions {
  /** Not a byte for so long: given up. Milliseconds. */
  readonly silenceMs?: number
  /** No file larger than this is taken, bytes. */
  readonly largestFile?: number
  readonly open?: OpenExchange
}

/** An answer that is no pixels: so much of it is read, bytes. More would hold up everybody while it is parsed. */
const answerLimit = 16 * 1024 * 1024
/** Answers of a search are asked for in pages of so many, and so many pages at most. */
const pageOf = 1000
const mostPages = 200
const json = 'application/dicom+json'
/** As the server keeps it, whatever that is; without the parameter it would be turned into Explicit VR Little Endian (§8.7.3.5). */
const anySyntax = 'multipart/related; type="application/dicom"; transfer-syntax=*'

const authorization = (auth: DicomWebAuth): Readonly<Record<string, string>> => {
  if (auth.kind === 'none') return {}
  return { Authorization: auth.kind === 'bearer' ? `Bearer ${auth.token}` : `Basic ${Buffer.from(`${auth.user}:${auth.password}`).toString('base64')}` }
}

/** Whatever went wrong on the way. */
const onTheWay = (reason: unknown): unknown => {
  if (reason instanceof DicomWebProblem) return reason
  if (reason instanceof Untrusted) return new DicomWebProblem('untrusted', 0, reason.why)
  if (reason instanceof MultipartProblem) return new DicomWebProblem(reason.kind === 'cut' ? 'unreachable' : reason.kind === 'too-large' ? 'too-large' : 'not-dicomweb')
  // A fault of whoever takes or gives the bytes stays what it is; errors of the line carry a code or say "silence" or "aborted".
  const { code, message } = reason as { readonly code?: unknown; readonly message?: unknown }
  const isOfLine = /^(E(CONN|HOST|NET|AI_|PIPE|TIMEDOUT|ADDR|ACCES)|HPE_|UND_|ERR_(STREAM|HTTP|SOCKET)|Z_)/.test(String(code)) || /^(silence|aborted|socket hang up)$/.test(String(message))
  return isOfLine ? new DicomWebProblem('unreachable') : reason
}

const problemOfStatus = (status: number): DicomWebProblem => {
  if (status === 401 || status === 403 || status === 407) return new DicomWebProblem('refused', status)
  if (status === 404 || status === 410) return new DicomWebProblem('not-found', status)
  if (status === 408 || status === 429 || status >= 500) return new DicomWebProblem('unreachable', status)
  // Nobody is followed elsewhere: what is sent along is for this address alone.
  return new DicomWebProblem(status >= 300 && status < 400 ? 'not-dicomweb' : 'answered', status)
}

const header = ({ headers }: Answered, name: string): string => {
  const value = headers[name]
  return typeof value === 'string' ? value : (value?.[0] ?? '')
}

const readAll = async (body: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of body) {
    length += piece.length
    if (length > answerLimit) throw new DicomWebProblem('too-large')
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

/** Left early, the body closes its connection. */
const leave = async (body: AsyncIterable<Uint8Array>): Promise<void> => {
  for await (const _piece of body) return
}

const parseJson = (bytes: Buffer): unknown => {
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown
  } catch {
    throw new DicomWebProblem('not-dicomweb')
  }
}

const foundStudy = (dataSet: JsonDataSet): FoundStudy | undefined => {
  const studyInstanceUid = jsonText(dataSet, tags.StudyInstanceUID)
  if (!isUid(studyInstanceUid)) return undefined
  const instances = jsonNumber(dataSet, tags.NumberOfStudyRelatedInstances)
  return {
    studyInstanceUid,
    patientId: jsonText(dataSet, tags.PatientID),
    patientName: jsonText(dataSet, tags.PatientName),
    birthDate: jsonText(dataSet, tags.PatientBirthDate),
    date: jsonText(dataSet, tags.StudyDate),
    time: jsonText(dataSet, tags.StudyTime),
    description: jsonText(dataSet, tags.StudyDescription),
    accession: jsonText(dataSet, tags.AccessionNumber),
    modalities: jsonTexts(dataSet, tags.ModalitiesInStudy),
    ...(instances !== undefined && { instances }),
  }
}

const foundInstance = (dataSet: JsonDataSet): FoundInstance | undefined => {
  const seriesInstanceUid = jsonText(dataSet, tags.SeriesInstanceUID)
  const sopInstanceUid = jsonText(dataSet, tags.SOPInstanceUID)
  if (!isUid(seriesInstanceUid) || !isUid(sopInstanceUid)) return undefined
  const seriesNumber = jsonNumber(dataSet, tags.SeriesNumber)
  const number = jsonNumber(dataSet, tags.InstanceNumber)
  return { seriesInstanceUid, sopInstanceUid, ...(seriesNumber !== undefined && { seriesNumber }), ...(number !== undefined && { number }) }
}

/** `*` and `?` are wildcards of a search (PS3.4 §C.2.2.2.4): a number with one in it would find other people. */
const exact = (value: string): string => {
  if (/[*?\\]/.test(value)) throw new DicomWebProblem('answered')
  return value
}

const queryOf = ({ patientId, studyInstanceUid, accession }: StudySearch): Readonly<Record<string, string>> => ({
  ...(patientId !== undefined && { PatientID: exact(patientId) }),
  ...(studyInstanceUid !== undefined && { StudyInstanceUID: exact(studyInstanceUid) }),
  ...(accession !== undefined && { AccessionNumber: exact(accession) }),
})

/** Talks to a DICOMweb server: QIDO-RS, WADO-RS and STOW-RS (PS3.18 §10.4 to 10.6). */
export const openDicomWeb = (address: DicomWebAddress, { silenceMs = 30_000, largestFile = 512 * 1024 * 1024, open = openExchange }: DicomWebOptions = {}): DicomWeb => {
  const root = new URL(address.url)
  const base = root.pathname.replace(/\/+$/, '')
  const exchange = open(root, address.pin)

  const ask = async (path: string, accept: string, signal?: AbortSignal): Promise<Answered> => {
    const answer = await exchange.send({
      method: 'GET', path: `${base}${path}`, headers: { Accept: accept, ...authorization(address.auth) }, silenceMs, ...(signal && { signal }),
    })
    if (answer.status === 200 || answer.status === 206) return answer
    await leave(answer.body)
    if (answer.status === 204) return { ...answer, body: nothing() }
    throw problemOfStatus(answer.status)
  }

  const search = async (path: string, query: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<readonly JsonDataSet[]> => {
    const found: JsonDataSet[] = []
    for (let page = 0; page < mostPages; page += 1) {
      const asked = new URLSearchParams({ ...query, limit: String(pageOf), offset: String(found.length) })
      const answer = await ask(`${path}?${asked.toString()}`, json, signal)
      const bytes = await readAll(answer.body)
      if (bytes.length === 0) return found
      if (!/^application\/(dicom\+)?json\b/i.test(header(answer, 'content-type'))) throw new DicomWebProblem('not-dicomweb', answer.status)
      const read = jsonDataSets(parseJson(bytes))
      // A server that knows no pages answers the same ones again, or more than was asked for.
      if (page > 0 && JSON.stringify(read[0]) === JSON.stringify(found[0])) return found
      found.push(...read)
      if (read.length !== pageOf) return found
    }
    return found
  }

  const retrieve: DicomWeb['retrieve'] = async function* ({ study, series, instance }, signal) {
    const path = `/studies/${study}${series === undefined ? '' : `/series/${series}`}${series === undefined || instance === undefined ? '' : `/instances/${instance}`}`
    try {
      const answer = await ask(path, anySyntax, signal)
      if (/^application\/dicom\b(?!\+)/i.test(header(answer, 'content-type'))) {
        yield await wholePart({ headers: new Map(), body: answer.body }, largestFile)
        return
      }
      const boundary = boundaryOf(header(answer, 'content-type'))
      if (boundary === undefined) {
        await leave(answer.body)
        throw new DicomWebProblem('not-dicomweb', answer.status)
      }
      for await (const part of readParts(answer.body, boundary)) yield await wholePart(part, largestFile)
    } catch (reason) {
      throw onTheWay(reason)
    }
  }

  return {
    async searchStudies(asked, signal) {
      const query = queryOf(asked)
      if (Object.values(query).every((value) => value.trim() === '')) return []
      const found = await search('/studies', { ...query, includefield: '00081030,00080061,00201208' }, signal).catch((reason: unknown) => {
        throw onTheWay(reason)
      })
      return found.flatMap((each) => foundStudy(each) ?? [])
    },
    async listInstances(study, signal) {
      const found = await search(`/studies/${study}/instances`, { includefield: '00200011,00200013' }, signal).catch((reason: unknown) => {
        throw onTheWay(reason)
      })
      const bySop = new Map(found.flatMap((each) => foundInstance(each) ?? []).map((each) => [each.sopInstanceUid, each]))
      return [...bySop.values()].sort((a, b) => (a.seriesNumber ?? Infinity) - (b.seriesNumber ?? Infinity) || (a.number ?? Infinity) - (b.number ?? Infinity))
    },
    retrieve,
    async store(study, instances, signal) {
      const boundary = `outpost-${randomBytes(24).toString('hex')}`
      const parts = instances.map(({ size, contents }): OutgoingPart => ({ type: 'application/dicom', length: size, contents }))
      try {
        const answer = await exchange.send({
          method: 'POST', path: `${base}/studies/${study}`, silenceMs, stream: writeParts(parts, boundary), ...(signal && { signal }),
          headers: { Accept: json, 'Content-Type': `multipart/related; type="application/dicom"; boundary=${boundary}`, ...authorization(address.auth) },
        })
        // 200: all of it, 202: some of it (§10.5.3.1). 409: none of it, with reasons.
        if (answer.status !== 200 && answer.status !== 202 && answer.status !== 409) {
          await leave(answer.body)
          throw problemOfStatus(answer.status)
        }
        return outcomeOf(parseJson(await readAll(answer.body)), instances)
      } catch (reason) {
        throw onTheWay(reason)
      }
    },
    close: () => exchange.close(),
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** Only what the answer names as stored counts as stored; what it does not name at all has failed without a reason. */
const outcomeOf = (answer: unknown, sent: readonly OutgoingInstance[]): StoreOutcome => {
  const [dataSet = {}] = jsonDataSets(Array.isArray(answer) ? answer : [answer])
  const named = new Set(jsonItems(dataSet, tags.ReferencedSOPSequence).map((item) => jsonText(item, tags.ReferencedSOPInstanceUID)))
  const reasons = new Map(jsonItems(dataSet, tags.FailedSOPSequence).map((item) => [jsonText(item, tags.ReferencedSOPInstanceUID), jsonNumber(item, tags.FailureReason) ?? 0]))
  const uids = sent.map(({ sopInstanceUid }) => sopInstanceUid)
  const stored = uids.filter((uid) => named.has(uid) && !reasons.has(uid))
  return { stored, failed: uids.filter((uid) => !stored.includes(uid)).map((sopInstanceUid) => ({ sopInstanceUid, reason: reasons.get(sopInstanceUid) ?? 0 })) }
}
