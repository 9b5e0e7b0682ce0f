import { characterSetsOf, decodeText } from './characterSet'
import type { DataElement } from './dataSet'
import { localDateTimeOf } from './dateTime'
import { isUid, tags } from './tags'

/** What the index keeps of an instance: identity, place in study and series, shape of its pixels. */
export interface InstanceHeader {
  readonly sopClassUid: string
  readonly sopInstanceUid: string
  readonly studyInstanceUid: string
  readonly seriesInstanceUid: string
  readonly patient: { readonly id: string; readonly name: string; readonly birthDate: string; readonly sex: string }
  /** ISO local date, or date and time. */
  readonly started?: string
  readonly accession: string
  readonly studyDescription: string
  readonly modality: string
  readonly seriesDescription: string
  readonly seriesNumber?: number
  readonly instanceNumber?: number
  readonly rows: number
  readonly columns: number
  readonly frames: number
  readonly samplesPerPixel: number
  readonly bitsAllocated: number
  /** 0 where the file does not say. */
  readonly bitsStored: number
  /** The highest bit of a stored value; one below {@link bitsStored} in every ordinary file. */
  readonly highBit: number
  /** Whether stored values are two's complement (0028,0103). */
  readonly signed: boolean
  readonly photometricInterpretation: string
  readonly position?: readonly number[]
  readonly orientation?: readonly number[]
}

/** Longer than any text the index keeps; what is longer is cut. */
const longestText = 1024

/** Reads values of a data set. */
class Values {
  private readonly characterSets: readonly string[]

  constructor(
    private readonly bytes: Uint8Array,
    private readonly elements: ReadonlyMap<string, DataElement>,
    private readonly bigEndian: boolean,
  ) {
    this.characterSets = characterSetsOf(this.code(tags.SpecificCharacterSet))
  }

  private value(tag: string): Uint8Array {
    const element = this.elements.get(tag)
    return element ? this.bytes.subarray(element.offset, element.offset + Math.min(element.length, longestText)) : new Uint8Array(0)
  }

  /** Text in the repertoire of the data set (LO, SH, PN). */
  text(tag: string): string {
    return decodeText(this.value(tag), this.characterSets).replace(/\0/g, '').trim()
  }

  /** Text that is ASCII whatever the character set (UI, CS, DA, DS, IS). */
  code(tag: string): string {
    return decodeText(this.value(tag), []).replace(/\0/g, '').trim()
  }

  uid(tag: string): string {
    const value = this.code(tag)
    return isUid(value) ? value : ''
  }

  /** US. */
  unsigned(tag: string): number | undefined {
    const value = this.value(tag)
    return value.length < 2 ? undefined : new DataView(value.buffer, value.byteOffset, 2).getUint16(0, !this.bigEndian)
  }

  /** IS or DS, all values; undefined unless every one is a number. */
  numbers(tag: string): readonly number[] | undefined {
    const value = this.code(tag)
    if (value === '') return undefined
    const numbers = value.split('\\').map((each) => (each.trim() === '' ? NaN : Number(each)))
    return numbers.every(Number.isFinite) ? numbers : undefined
  }
}

/** Fields of a header; UIDs that are missing or are none come as ''. */
export const readInstance = (bytes: Uint8Array, elements: ReadonlyMap<string, DataElement>, bigEndian: boolean): InstanceHeader => {
  const values = new Values(bytes, elements, bigEndian)
  const position = values.numbers(tags.ImagePositionPatient)
  const orientation = values.numbers(tags.ImageOrientationPatient)
  const seriesNumber = values.numbers(tags.SeriesNumber)?.[0]
  const instanceNumber = values.numbers(tags.InstanceNumber)?.[0]
  const started = localDateTimeOf(values.code(tags.StudyDate), values.code(tags.StudyTime))
  const frames = values.numbers(tags.NumberOfFrames)?.[0] ?? 1
  return {
    sopClassUid: values.uid(tags.SOPClassUID),
    sopInstanceUid: values.uid(tags.SOPInstanceUID),
    studyInstanceUid: values.uid(tags.StudyInstanceUID),
    seriesInstanceUid: values.uid(tags.SeriesInstanceUID),
    patient: {
      id: values.text(tags.PatientID),
      name: values.text(tags.PatientName),
      birthDate: values.code(tags.PatientBirthDate),
      sex: values.code(tags.PatientSex),
    },
    ...(started !== undefined && { started }),
    accession: values.text(tags.AccessionNumber),
    studyDescription: values.text(tags.StudyDescription),
    modality: values.code(tags.Modality),
    seriesDescription: values.text(tags.SeriesDescription),
    ...(seriesNumber !== undefined && { seriesNumber }),
    ...(instanceNumber !== undefined && { instanceNumber }),
    rows: values.unsigned(tags.Rows) ?? 0,
    columns: values.unsigned(tags.Columns) ?? 0,
    frames: Number.isInteger(frames) && frames > 0 ? frames : 1,
    samplesPerPixel: values.unsigned(tags.SamplesPerPixel) ?? 1,
    bitsAllocated: values.unsigned(tags.BitsAllocated) ?? 0,
    bitsStored: values.unsigned(tags.BitsStored) ?? 0,
    highBit: values.unsigned(tags.HighBit) ?? (values.unsigned(tags.BitsStored) ?? 0) - 1,
    signed: values.unsigned(tags.PixelRepresentation) === 1,
    photometricInterpretation: values.code(tags.PhotometricInterpretation),
    ...(position?.length === 3 && { position }),
    ...(orientation?.length === 6 && { orientation }),
  }
}
