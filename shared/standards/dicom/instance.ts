import type { DataElement } from './dataSet'
import { localDateTimeOf } from './dateTime'
import { tags } from './tags'
import { HeaderValues } from './headerValues'

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

/** Fields of a header; UIDs that are missing or are none come as ''. */
export const readInstance = (bytes: Uint8Array, elements: ReadonlyMap<string, DataElement>, bigEndian: boolean): InstanceHeader => {
  const values = new HeaderValues(bytes, elements, bigEndian)
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
