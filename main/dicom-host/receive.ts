import { commandField, fileOpening, isStorageClass, status, verificationSopClass, worklistSopClass, type Association, type DimseRequest, type RequestHandler, type Respond } from '../imaging/dimse'
import { largestFile, type Spool, type SpoolEntry } from '../imaging/spool'
import { isUid } from '../../shared/standards/dicom'
import type { SearchAsked } from './messages'

/** What serving requests takes. */
export interface ReceiverParts {
  readonly spool: Spool
  /** Longest instance that is taken, bytes; default: what the archive takes. */
  readonly largest?: number
  /** It is on disk, and the sender is about to be told so. */
  received(entry: SpoolEntry): void
  /** A search of the worklist: gives identifiers in the transfer syntax of the context, and how it stands (pending, or the last word). */
  search(asked: SearchAsked, signal: AbortSignal): AsyncIterable<{ readonly identifiers: readonly Uint8Array[]; readonly status: number }>
  counted(what: 'echo' | 'refused' | 'stored'): void
  /** Whether the disk has room was found out. */
  room(isFull: boolean): void
}

/** While an instance comes, the disk is looked at after each so many bytes. */
const lookEvery = 8 * 1024 * 1024
/** Longest identifier of a search that is taken. */
const longestIdentifier = 256 * 1024

/** Longer than any instance that the archive takes. */
class TooLarge extends Error {}

const isOutOfRoom = (reason: unknown): boolean => ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(String((reason as NodeJS.ErrnoException | undefined)?.code))

/** Serves what a peer asks over one association: C-ECHO, C-STORE, C-FIND of the worklist. */
export const serveRequests = (parts: ReceiverParts, { callingAeTitle, address }: Association): RequestHandler => async (request, respond) => {
  switch (request.command.commandField) {
    case commandField.echoRq:
      if (request.context.abstractSyntax !== verificationSopClass) return respond({ status: status.sopClassNotSupported })
      parts.counted('echo')
      return respond({ status: status.success })
    case commandField.storeRq:
      return storeInstance(parts, request, respond, { callingAeTitle, address })
    case commandField.findRq:
      if (request.context.abstractSyntax !== worklistSopClass) return respond({ status: status.sopClassNotSupported })
      return findWorklist(parts, request, respond, callingAeTitle)
    default:
      return respond({ status: status.unrecognizedOperation })
  }
}

/** Takes one instance to disk, then says so (PS3.4 §B.2.3): never the other way round. */
const storeInstance = async (parts: ReceiverParts, { command, context, dataSet }: DimseRequest, respond: Respond, { callingAeTitle, address }: { callingAeTitle: string; address: string }): Promise<void> => {
  const { spool } = parts
  const refuse = (code: number, errorComment: string) => {
    parts.counted('refused')
    return respond({ status: code, errorComment })
  }
  const { affectedSopClassUid: sopClassUid = '', affectedSopInstanceUid: sopInstanceUid = '' } = command
  if (sopClassUid !== context.abstractSyntax || !isStorageClass(sopClassUid)) return refuse(status.sopClassNotSupported, 'not the SOP class of the context')
  if (!isUid(sopInstanceUid)) return refuse(status.invalidSopInstance, 'no SOP Instance UID')
  const isFull = (await spool.room()) <= 0
  parts.room(isFull)
  if (isFull) return refuse(status.outOfResources, 'the disk is full')
  try {
    const draft = await spool.begin()
    const instance = { sopClassUid, sopInstanceUid, transferSyntaxUid: context.transferSyntax, callingAeTitle }
    try {
      await draft.add(fileOpening(instance))
      let length = 0
      let looked = 0
      for await (const piece of dataSet) {
        length += piece.length
        if (length > (parts.largest ?? largestFile)) throw new TooLarge()
        if (length - looked >= lookEvery) {
          looked = length
          if ((await spool.room()) <= 0) throw Object.assign(new Error('no room'), { code: 'ENOSPC' })
        }
        await draft.add(piece)
      }
    } catch (reason) {
      await draft.abandon()
      throw reason
    }
    const entry = await draft.finish({ ...instance, address, receivedAt: new Date().toISOString() })
    parts.counted('stored')
    parts.received(entry)
    return await respond({ status: status.success })
  } catch (reason) {
    if (reason instanceof TooLarge) return refuse(status.outOfResources, 'the instance is too large')
    if (!isOutOfRoom(reason)) throw reason
    parts.room(true)
    return refuse(status.outOfResources, 'the disk is full')
  }
}

const findWorklist = async (parts: ReceiverParts, { context, dataSet, signal }: DimseRequest, respond: Respond, callingAeTitle: string): Promise<void> => {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of dataSet) {
    length += piece.length
    if (length > longestIdentifier) return respond({ status: status.cannotUnderstand, errorComment: 'the identifier is too long' })
    pieces.push(Uint8Array.from(piece))
  }
  const asked: SearchAsked = { callingAeTitle, sopClassUid: context.abstractSyntax, transferSyntaxUid: context.transferSyntax, identifier: Buffer.concat(pieces) }
  let last: number = status.success
  for await (const found of parts.search(asked, signal)) {
    for (const identifier of found.identifiers) {
      if (signal.aborted) return respond({ status: status.cancel })
      await respond({ status: status.pending }, identifier)
    }
    last = found.status
  }
  if (signal.aborted) return respond({ status: status.cancel })
  return respond({ status: last === status.pending ? status.success : last })
}
