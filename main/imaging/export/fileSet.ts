import { createHmac, randomBytes, randomInt } from 'node:crypto'
import type { NotExported } from '../../../shared/contract'
import { explicitLittleEndian, fileMetaInformation, formOf, readElements, type DataElement } from '../../../shared/standards/dicom'
import { deidentify, type Deidentification } from '../../../shared/standards/dicom/deidentify'
import { directoryKeys, type DirectoryInstance } from '../../../shared/standards/dicom/mediaDirectory'
import { readFileElements } from '../readFile'
import { isDocument } from './exportable'

/** How dates are treated, as a person chose. */
export type DateChoice = 'remove' | 'shift' | 'keep'

/** A file as it is exported. */
export interface ExportedFile {
  readonly pieces: readonly Uint8Array[]
  readonly instance: Omit<DirectoryInstance, 'fileId'>
}

const longestShiftDays = 3650

/** De-identification of one export: UIDs and dates become the same everywhere in it, and nowhere else. */
export const deidentificationOf = (pseudonym: string, dates: DateChoice): Deidentification => {
  const secret = randomBytes(32)
  const known = new Map<string, string>()
  return {
    pseudonym,
    dates: dates === 'shift' ? { kind: 'shift', days: -randomInt(30, longestShiftDays) } : { kind: dates },
    uidFor(uid) {
      const found = known.get(uid)
      if (found !== undefined) return found
      const bytes = createHmac('sha256', secret).update(uid).digest().subarray(0, 16)
      // A UUID of version 8 (RFC 9562), as PS3.5 §B.2 makes UIDs of them.
      bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80
      bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
      const made = `2.25.${BigInt(`0x${bytes.toString('hex')}`)}`
      known.set(uid, made)
      return made
    },
  }
}

const keysIn = (bytes: Uint8Array, byTag: ReadonlyMap<string, DataElement>): ReadonlyMap<string, Uint8Array> =>
  new Map(directoryKeys.flatMap((tag) => {
    const found = byTag.get(tag)
    return found ? [[tag, bytes.subarray(found.offset, found.offset + found.length)] as const] : []
  }))

/** The original, byte for byte; with the beginning that PS3.10 asks for where it had none. */
export const plainFile = async (original: Uint8Array): Promise<ExportedFile | NotExported> => {
  const file = await readFileElements(original)
  if (!file) return 'damaged'
  const { header, opening, syntax, bytes, elements } = file
  const meta = { sopClassUid: header.sopClassUid, sopInstanceUid: header.sopInstanceUid, transferSyntaxUid: syntax.uid }
  return {
    pieces: opening.partTen ? [original] : [fileMetaInformation(meta), original.subarray(opening.dataSetAt)],
    instance: { ...meta, values: keysIn(bytes, elements) },
  }
}

/** The file without what tells of the patient. */
export const deidentifiedFile = async (original: Uint8Array, how: Deidentification): Promise<ExportedFile | NotExported> => {
  const file = await readFileElements(original)
  if (!file) return 'damaged'
  const { header, opening, syntax, bytes } = file
  if (isDocument(header.sopClassUid)) return 'document'
  const form = formOf(syntax.uid)
  const pieces = deidentify(bytes, opening.dataSetAt, form, how)
  if (!pieces) return 'damaged'
  const meta = { sopClassUid: header.sopClassUid, sopInstanceUid: how.uidFor(header.sopInstanceUid), transferSyntaxUid: syntax.deflated ? explicitLittleEndian : syntax.uid }
  // The directory says what the file now says.
  const beginning = new Uint8Array(Buffer.concat(pieces.filter(({ length }) => length < 64 * 1024)))
  return { pieces: [fileMetaInformation(meta), ...pieces], instance: { ...meta, values: keysIn(beginning, readElements(beginning, 0, form).byTag) } }
}
