import { readItems, type DataElement, type Elements, type Form } from '../dataSet'
import { tags } from '../tags'
import { HeaderValues } from '../headerValues'
import { regionsOf, regionTags } from './regions'
import { calibrationOf, type Calibration } from './spacing'
import { valueScaleOf, type ValueScale } from './values'

/** What the pixels of a picture measure, and what their numbers are. */
export interface PixelMeaning {
  readonly calibration: Calibration
  readonly values: ValueScale
}

const own = {
  ImageType: '00080008',
  FrameType: '00089007',
  ImagerPixelSpacing: '00181164',
  EstimatedRadiographicMagnificationFactor: '00181114',
  NominalScannedPixelSpacing: '00182010',
  PixelSpacing: '00280030',
  PixelAspectRatio: '00280034',
  PixelSpacingCalibrationType: '00280a02',
  PixelPaddingValue: '00280120',
  PixelPaddingRangeLimit: '00280121',
  RescaleIntercept: '00281052',
  RescaleSlope: '00281053',
  RescaleType: '00281054',
  ModalityLUTSequence: '00283000',
  MultiEnergyCTAcquisition: '00189361',
  Units: '00541001',
  SharedFunctionalGroupsSequence: '52009229',
  PerFrameFunctionalGroupsSequence: '52009230',
} as const

/** Functional groups (PS3.3 §C.7.6.16) that hold one of the elements above, by the sequence that they are items of. */
const groups = {
  PixelMeasures: '00289110',
  PixelValueTransformation: '00289145',
  FramePixelDataProperties: '00289443',
  CTImageFrameType: '00189329',
  PlaneOrientation: '00209116',
} as const

/** More frames and regions than any file has. */
const mostItems = 100_000
const mostRegions = 100

/** The data set, the shared groups and those of one frame; what the frame says counts before what all say. */
class FrameValues {
  private readonly layers: readonly HeaderValues[]

  constructor(
    private readonly bytes: Uint8Array,
    private readonly form: Form,
    private readonly elements: ReadonlyMap<string, DataElement>,
    groupsOfFrame: readonly Elements[],
  ) {
    const within = groupsOfFrame.flatMap(({ byTag }) => Object.values(groups).flatMap((tag) => this.items(byTag, tag, 1)))
    this.layers = [...within, new HeaderValues(bytes, elements, form.bigEndian)]
  }

  /** Items of a sequence, as values. */
  private items(byTag: ReadonlyMap<string, DataElement>, tag: string, limit: number): readonly HeaderValues[] {
    const sequence = byTag.get(tag)
    if (!sequence || (sequence.representation !== undefined && sequence.representation !== 'SQ' && sequence.representation !== 'UN')) return []
    return readItems(this.bytes, sequence, this.form, limit).map(({ byTag: each }) => new HeaderValues(this.bytes, each, this.form.bigEndian))
  }

  code(tag: string): string {
    for (const layer of this.layers) if (layer.code(tag) !== '') return layer.code(tag)
    return ''
  }

  /** Numbers as written; an empty list where something is written that are no numbers. */
  numbers(tag: string): readonly number[] | undefined {
    for (const layer of this.layers) if (layer.code(tag) !== '') return layer.numbers(tag) ?? []
    return undefined
  }

  number(tag: string): number | undefined {
    return this.numbers(tag)?.[0]
  }

  codes(tag: string): readonly string[] {
    return this.code(tag).split('\\').map((each) => each.trim())
  }

  has(tag: string): boolean {
    return this.elements.has(tag)
  }

  regions(): readonly HeaderValues[] {
    return this.items(this.elements, regionTags.SequenceOfUltrasoundRegions, mostRegions)
  }

  /** The data set itself. */
  get top(): HeaderValues {
    return this.layers[this.layers.length - 1] as HeaderValues
  }
}

const meaningOf = (values: FrameValues): PixelMeaning => {
  const { top } = values
  const frameType = values.code(own.FrameType) === '' ? values.codes(own.ImageType) : values.codes(own.FrameType)
  const sopClassUid = top.uid(tags.SOPClassUID)
  const modality = top.code(tags.Modality)
  const pixelSpacing = values.numbers(own.PixelSpacing)
  const imagerSpacing = values.numbers(own.ImagerPixelSpacing)
  const scannedSpacing = values.numbers(own.NominalScannedPixelSpacing)
  const magnification = values.number(own.EstimatedRadiographicMagnificationFactor)
  const aspectRatio = values.numbers(own.PixelAspectRatio)
  const regions = regionsOf(values.regions(), top.unsigned(tags.Columns) ?? 0, top.unsigned(tags.Rows) ?? 0)
  const slope = values.number(own.RescaleSlope)
  const intercept = values.number(own.RescaleIntercept)
  const isSigned = top.unsigned(tags.PixelRepresentation) === 1
  const padding = [own.PixelPaddingValue, own.PixelPaddingRangeLimit].flatMap((tag) => (isSigned ? top.signed(tag) : top.unsigned(tag)) ?? [])
  return {
    calibration: calibrationOf({
      sopClassUid, modality, imageType: frameType,
      calibrationType: values.code(own.PixelSpacingCalibrationType),
      isOriented: values.numbers(tags.ImageOrientationPatient)?.length === 6,
      ...(pixelSpacing && { pixelSpacing }),
      ...(imagerSpacing && { imagerSpacing }),
      ...(scannedSpacing && { scannedSpacing }),
      ...(magnification !== undefined && { magnification }),
      ...(aspectRatio && { aspectRatio }),
      ...(regions && { regions }),
    }),
    values: valueScaleOf({
      sopClassUid, modality, imageType: frameType,
      samplesPerPixel: top.unsigned(tags.SamplesPerPixel) ?? 1,
      photometricInterpretation: top.code(tags.PhotometricInterpretation),
      rescaleType: values.code(own.RescaleType),
      hasModalityTable: values.has(own.ModalityLUTSequence),
      isMultiEnergy: top.code(own.MultiEnergyCTAcquisition) === 'YES',
      petUnits: top.code(own.Units),
      ...(slope !== undefined && { slope }),
      ...(intercept !== undefined && { intercept }),
      ...(padding.length > 0 && { padding }),
    }),
  }
}

/**
 * What the pixels of each frame measure, first frame first; one for all where no frame says otherwise than the others.
 *
 * @param elements of the data set, values lying in `bytes`
 */
export const readPixelMeanings = (bytes: Uint8Array, elements: ReadonlyMap<string, DataElement>, form: Form): readonly PixelMeaning[] => {
  const itemsOf = (tag: string, limit: number): readonly Elements[] => {
    const sequence = elements.get(tag)
    return sequence ? readItems(bytes, sequence, form, limit) : []
  }
  const shared = itemsOf(own.SharedFunctionalGroupsSequence, 1)
  const frames = itemsOf(own.PerFrameFunctionalGroupsSequence, mostItems)
  if (frames.length === 0) return [meaningOf(new FrameValues(bytes, form, elements, shared))]
  const meanings: PixelMeaning[] = []
  frames.forEach((frame, index) => {
    const before = frames[index - 1]
    const same = before && saySame(bytes, before, frame) ? meanings[index - 1] : undefined
    meanings.push(same ?? meaningOf(new FrameValues(bytes, form, elements, [frame, ...shared])))
  })
  const [first] = meanings
  const alike = JSON.stringify(first)
  return first && meanings.every((each) => each === first || JSON.stringify(each) === alike) ? [first] : meanings
}

const nothingSaid: PixelMeaning = { calibration: { kind: 'pixels', why: 'unusable', aspect: 1 }, values: { kind: 'none', slope: 1, intercept: 0, unit: '' } }

/** What a frame (from 1) measures, of what {@link readPixelMeanings} answered; a frame of which the file says nothing is not measured by another's. */
export const meaningOfFrame = (meanings: readonly PixelMeaning[], frame: number): PixelMeaning | undefined =>
  meanings.length > 1 ? (meanings[frame - 1] ?? nothingSaid) : meanings[0]

/** Whether two frames say the same of everything that is asked here, byte for byte: most of a long run do. */
const saySame = (bytes: Uint8Array, one: Elements, other: Elements): boolean =>
  Object.values(groups).every((tag) => {
    const [a, b] = [one.byTag.get(tag), other.byTag.get(tag)]
    if (!a || !b) return a === b
    if (a.length !== b.length) return false
    for (let at = 0; at < a.length; at++) if (bytes[a.offset + at] !== bytes[b.offset + at]) return false
    return true
  })
