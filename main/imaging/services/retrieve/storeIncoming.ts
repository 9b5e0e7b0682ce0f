import { fileMetaInformation, isUid } from '../../../../shared/standards/dicom'
import { commandField, status, type DimseRequest, type RequestHandler } from '../../dimse'
import { largestFile } from '../../readFile'

/** What became of an instance that a peer gave us. */
export type Taken = 'taken' | 'refused' | 'no-room'

/** Takes an instance as a Part 10 file; resolves when it is stored durably, or is not. */
export type TakeInstance = (file: Uint8Array) => Promise<Taken>

const gather = async (dataSet: DimseRequest['dataSet'], limit: number): Promise<readonly Uint8Array[] | undefined> => {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of dataSet) {
    length += piece.length
    if (length > limit) return undefined
    pieces.push(Uint8Array.from(piece))
  }
  return pieces
}

const answers: Readonly<Record<Taken, number>> = { taken: status.success, refused: status.cannotUnderstand, 'no-room': status.outOfResources }

/**
 * Serves the C-STORE sub-operations of a C-GET (PS3.4 §C.4.3): the peer's data set, not a byte changed, behind file meta
 * information of ours. Success is said when the instance is stored, and not before.
 */
export const storeIncoming = (take: TakeInstance, limit = largestFile): RequestHandler => async ({ command, context, dataSet }, respond) => {
  if (command.commandField !== commandField.storeRq) return respond({ status: status.unrecognizedOperation })
  const sopInstanceUid = command.affectedSopInstanceUid ?? ''
  if (!isUid(sopInstanceUid)) return respond({ status: status.invalidSopInstance })
  const pieces = await gather(dataSet, limit)
  if (!pieces) return respond({ status: status.outOfResources })
  const meta = fileMetaInformation({ sopClassUid: context.abstractSyntax, sopInstanceUid, transferSyntaxUid: context.transferSyntax })
  return respond({ status: answers[await take(Buffer.concat([meta, ...pieces]))] })
}
