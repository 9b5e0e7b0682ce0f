import { Readable } from 'node:stream'
import { explicitLittleEndian, formOf, implicitLittleEndian, isUid, openFile, readElements, tags, toImplicitLittleEndian } from '../../../../shared/standards/dicom'
import { ArchiveProblem } from '../../archive/archive'
import { setOfStudy, type StudyFiles } from '../../archive/studyFiles'
import { DimseProblem, openAssociation, store, type Association } from '../../dimse'
import type { KnownPeer } from '../../peers'
import type { Deliver, DeliveryNews } from '../outbox/outbox'
import { peerAsk } from '../peerAsk'
import { PeerProblem, storeProblem } from '../problem'

/** What sending works with. */
export interface SendParts {
  readonly files: Pick<StudyFiles, 'filesOf' | 'read'>
  peer(id: string): Promise<KnownPeer | undefined>
  ownAeTitle(): Promise<string>
}

/** What the meta information at the beginning of a file says of how it is sent. */
interface Item {
  readonly sop: string
  readonly sha256: string
  readonly sopClassUid: string
  readonly transferSyntaxUid: string
  readonly dataSetAt: number
}

const mostContexts = 128
/** Far more than preamble and group 0002 take. */
const openingLength = 64 * 1024

const beginning = async (pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> => {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const piece of pieces) {
    parts.push(piece)
    length += piece.length
    if (length >= openingLength) break
  }
  return Buffer.concat(parts)
}

const sopOf = (about: unknown): string => String((about as { readonly sop?: unknown } | undefined)?.sop ?? '')

/** How a stored file is sent; undefined where it does not say of which SOP class it is. */
const itemOf = async (files: SendParts['files'], sop: string, sha256: string): Promise<Item | undefined> => {
  const bytes = await beginning(files.read(sha256, 0))
  const opening = openFile(bytes)
  if (!opening) return undefined
  const { dataSetAt, transferSyntaxUid, meta } = opening
  const element = meta.get(tags.MediaStorageSOPClassUID) ?? readElements(bytes, dataSetAt, formOf(transferSyntaxUid), tags.SOPInstanceUID).byTag.get(tags.SOPClassUID)
  if (!element) return undefined
  const sopClassUid = Buffer.from(bytes.subarray(element.offset, element.offset + element.length)).toString('latin1').replace(/[\0 ]+$/, '')
  return isUid(sopClassUid) ? { sop, sha256, sopClassUid, transferSyntaxUid, dataSetAt } : undefined
}

/** As it is stored; what is not compressed also in the form that everybody has to take. */
const syntaxesOf = ({ transferSyntaxUid }: Item): readonly string[] => (transferSyntaxUid === explicitLittleEndian ? [explicitLittleEndian, implicitLittleEndian] : [transferSyntaxUid])

/** Items in runs of which each fits one association. */
const runsOf = (items: readonly Item[]): readonly (readonly Item[])[] => {
  const runs: Item[][] = []
  let kinds = new Set<string>()
  for (const item of items) {
    const own = syntaxesOf(item).map((uid) => `${item.sopClassUid} ${uid}`)
    for (const kind of own) kinds.add(kind)
    if (runs.length === 0 || kinds.size > mostContexts) {
      runs.push([])
      kinds = new Set(own)
    }
    runs.at(-1)?.push(item)
  }
  return runs
}

const contextsOf = (items: readonly Item[]) => {
  const wanted = new Map<string, Set<string>>()
  for (const item of items) {
    const syntaxes = wanted.get(item.sopClassUid) ?? new Set<string>()
    for (const uid of syntaxesOf(item)) syntaxes.add(uid)
    wanted.set(item.sopClassUid, syntaxes)
  }
  return [...wanted].map(([abstractSyntax, syntaxes]) => ({ abstractSyntax, transferSyntaxes: [...syntaxes] }))
}

/** The data set as it is stored, not a byte of it changed. */
async function* dataSetOf(files: SendParts['files'], { sha256, dataSetAt }: Item): AsyncIterable<Uint8Array> {
  yield* files.read(sha256, dataSetAt)
}

/** The same elements in Implicit VR; undefined where they cannot be said so. It is held in memory meanwhile. */
const implicitDataSetOf = async (files: SendParts['files'], item: Item): Promise<AsyncIterable<Uint8Array> | undefined> => {
  const pieces: Uint8Array[] = []
  for await (const piece of dataSetOf(files, item)) pieces.push(piece)
  const converted = toImplicitLittleEndian(Buffer.concat(pieces))
  return converted && Readable.from(converted)
}

const sendRun = async (association: Association, run: readonly Item[], files: SendParts['files'], news: DeliveryNews, signal: AbortSignal): Promise<void> => {
  for (const item of run) {
    if (signal.aborted) throw new DimseProblem('cancelled')
    const transferSyntaxUid = syntaxesOf(item).find((uid) => association.contextOf(item.sopClassUid, uid))
    const dataSet = transferSyntaxUid === undefined ? undefined : transferSyntaxUid === item.transferSyntaxUid ? dataSetOf(files, item) : await implicitDataSetOf(files, item)
    if (transferSyntaxUid === undefined || !dataSet) {
      news.refused(item.sop, 'refused', `${item.sopClassUid} ${item.transferSyntaxUid}`)
      continue
    }
    const problem = storeProblem(await store(association, { sopClassUid: item.sopClassUid, sopInstanceUid: item.sop, transferSyntaxUid, dataSet }, signal))
    if (!problem) news.sent(item.sop)
    else {
      news.refused(item.sop, problem.problem, problem.detail)
      // A peer without room has none for the next one either.
      if (problem.problem === 'no-room') return
    }
  }
}

/**
 * Sends the instances of a study over DIMSE, each in the transfer syntax in which it is stored, so that it arrives as it is. To a
 * peer that takes no explicit VRs, what is not compressed goes without them; anything else that it does not take is refused.
 */
export const sendStudy = ({ files, peer: peerWith, ownAeTitle }: SendParts): Deliver => async ({ studyInstanceUid, peer: { id } }, sent, news, signal) => {
  const peer = await peerWith(id)
  if (!peer || !peer.uses.includes('receives-from-us')) throw new PeerProblem('unknown-peer')
  const stored = await files.filesOf(setOfStudy(studyInstanceUid))
  news.total(stored.length)
  const items: Item[] = []
  for (const { sha256, about } of stored) {
    const sop = sopOf(about)
    if (sent.has(sop)) continue
    const item = await itemOf(files, sop, sha256).catch((reason: unknown) => {
      if (reason instanceof ArchiveProblem) return undefined
      throw reason
    })
    if (item) items.push(item)
    else news.refused(sop, 'damaged', '')
  }
  for (const run of runsOf(items)) {
    const association = await openAssociation({ ...peerAsk(peer, await ownAeTitle()), contexts: contextsOf(run), signal })
    try {
      await sendRun(association, run, files, news, signal)
      await association.release()
    } catch (reason) {
      association.abort()
      throw reason
    }
  }
}
