import { readElements, type DataElement, type Form } from './dataSet'
import { tags } from './tags'
import { explicitLittleEndian, implicitLittleEndian, transferSyntaxOf } from './transferSyntax'

/** What the beginning of a file says about how it is to be read (PS3.10 §7.1). */
export interface FileOpening {
  /** Where the data set begins (for a deflated one: where the deflate stream begins). */
  readonly dataSetAt: number
  /** As the file says, or as its first element shows when it says nothing. */
  readonly transferSyntaxUid: string
  /** Elements of group 0002; empty when there are none. */
  readonly meta: ReadonlyMap<string, DataElement>
  /** False: preamble, prefix or transfer syntax is missing, so a viewer would refuse the file as it stands. */
  readonly partTen: boolean
}

const metaForm: Form = { explicit: true, bigEndian: false }

const text = (bytes: Uint8Array, element: DataElement | undefined): string => {
  let value = ''
  if (element) for (const byte of bytes.subarray(element.offset, element.offset + element.length)) value += String.fromCharCode(byte)
  return value.replace(/[\0 ]+$/, '').trim()
}

/** A data set begins with a low, even group (0002 … 0010); its first two bytes tell the byte order, bytes 5 and 6 the VR. */
const guessForm = (bytes: Uint8Array, at: number): string | undefined => {
  const [low = 0, high = 0, , , first = 0, second = 0] = bytes.subarray(at, at + 8)
  if (bytes.length < at + 8) return undefined
  const explicit = first >= 0x41 && first <= 0x5a && second >= 0x41 && second <= 0x5a
  if (high === 0 && low >= 2 && low <= 0x20 && low % 2 === 0) return explicit ? explicitLittleEndian : implicitLittleEndian
  if (low === 0 && high >= 2 && high <= 0x20 && high % 2 === 0 && explicit) return '1.2.840.10008.1.2.2'
  return undefined
}

const hasPrefix = (bytes: Uint8Array): boolean => bytes[128] === 0x44 && bytes[129] === 0x49 && bytes[130] === 0x43 && bytes[131] === 0x4d

/**
 * Reads preamble, prefix and file meta information from the first bytes of a file; undefined when it is not
 * DICOM. Files without preamble, without group 0002 or without a transfer syntax are met and accepted.
 */
export const openFile = (bytes: Uint8Array): FileOpening | undefined => {
  const prefixed = hasPrefix(bytes)
  const start = prefixed ? 132 : 0
  if (!prefixed && guessForm(bytes, 0) === undefined) return undefined
  const hasMeta = bytes[start] === 2 && bytes[start + 1] === 0
  const { byTag: meta, dataSetAt } = hasMeta ? readMeta(bytes, start) : { byTag: new Map<string, DataElement>(), dataSetAt: start }
  const said = text(bytes, meta.get(tags.TransferSyntaxUID))
  const guessed = guessForm(bytes, dataSetAt)
  const transferSyntaxUid = said !== '' ? said : (guessed ?? (prefixed ? implicitLittleEndian : undefined))
  if (transferSyntaxUid === undefined) return undefined
  return { dataSetAt, transferSyntaxUid, meta, partTen: prefixed && said !== '' }
}

/** Group 0002 ends where another group begins; its group length (0002,0000) is often wrong and not needed. */
const readMeta = (bytes: Uint8Array, start: number): { readonly byTag: ReadonlyMap<string, DataElement>; readonly dataSetAt: number } => {
  const { byTag } = readElements(bytes, start, metaForm, '00030000')
  const meta = new Map([...byTag].filter(([tag]) => tag.startsWith('0002')))
  const last = [...meta.values()].at(-1)
  return { byTag: meta, dataSetAt: last ? last.offset + last.length : start }
}

/** The form of a data set in that transfer syntax, once inflated. */
export const formOf = (transferSyntaxUid: string): Form => {
  const { explicit, bigEndian } = transferSyntaxOf(transferSyntaxUid)
  return { explicit, bigEndian }
}
