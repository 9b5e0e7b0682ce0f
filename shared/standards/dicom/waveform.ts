import { localDateTimeOf } from './dateTime'
import type { DataSetTree, TreeElement } from './dataSetTree'
import { itemsOf, numbersOf, textOf } from './values'

/** What is read of a waveform (PS3.3 §C.10.9, §C.10.10), each under its name in PS3.6. */
const tags = {
  AcquisitionDateTime: '0008002a',
  ContentDate: '00080023',
  ContentTime: '00080033',
  CodeValue: '00080100',
  CodingSchemeDesignator: '00080102',
  CodeMeaning: '00080104',
  WaveformOriginality: '003a0004',
  NumberOfWaveformChannels: '003a0005',
  NumberOfWaveformSamples: '003a0010',
  SamplingFrequency: '003a001a',
  MultiplexGroupLabel: '003a0020',
  ChannelDefinitionSequence: '003a0200',
  ChannelLabel: '003a0203',
  ChannelSourceSequence: '003a0208',
  ChannelSensitivity: '003a0210',
  ChannelSensitivityUnitsSequence: '003a0211',
  ChannelSensitivityCorrectionFactor: '003a0212',
  ChannelBaseline: '003a0213',
  ChannelTimeSkew: '003a0214',
  ChannelSampleSkew: '003a0215',
  FilterLowFrequency: '003a0220',
  FilterHighFrequency: '003a0221',
  NotchFilterFrequency: '003a0222',
  MeasurementUnitsCodeSequence: '004008ea',
  ConceptNameCodeSequence: '0040a043',
  ConceptCodeSequence: '0040a168',
  NumericValue: '0040a30a',
  WaveformAnnotationSequence: '0040b020',
  WaveformSequence: '54000100',
  WaveformBitsAllocated: '54001004',
  WaveformSampleInterpretation: '54001006',
  WaveformPaddingValue: '5400100a',
  WaveformData: '54001010',
  UnformattedTextValue: '00700006',
} as const

/** One channel of a group. */
export interface WaveformChannel {
  /** `I`, `aVR`, `Pulmonary artery` …; '' when the file gives none. */
  readonly name: string
  /** Code of the source (PS3.16 CID 3001 …), `scheme:value`; '' when there is none. */
  readonly source: string
  /** UCUM; absent: nobody says what a sample measures, and the samples are numbers without a unit. */
  readonly unit?: string
  /** In {@link unit}; `NaN` where the recorder wrote padding. */
  readonly samples: Float32Array
  /** Seconds by which this channel was sampled later than the first one. */
  readonly skew: number
  readonly filters: { readonly low?: number; readonly high?: number; readonly notch?: number }
}

/** Channels that were sampled together. */
export interface WaveformGroup {
  readonly label: string
  /** `ORIGINAL`: as recorded. `DERIVED`: computed, such as a median beat. */
  readonly originality: 'ORIGINAL' | 'DERIVED' | 'unknown'
  /** Samples a second in each channel. */
  readonly frequency: number
  /** As the file promises; the channels hold fewer when they were cut. */
  readonly samples: number
  readonly channels: readonly WaveformChannel[]
  /** Why there are no channels. */
  readonly problem?: 'sample-form' | 'truncated' | 'contradiction'
}

/** What somebody, or the recorder, wrote beside the curve. */
export interface WaveformAnnotation {
  /** What it is about; '' for plain text. */
  readonly name: string
  readonly text: string
  readonly unit?: string
}

/** A recording. */
export interface Waveform {
  /** ISO local. */
  readonly recorded?: string
  readonly groups: readonly WaveformGroup[]
  readonly annotations: readonly WaveformAnnotation[]
  /** Fewer samples, groups or annotations are given than there are. */
  readonly isCut: boolean
}

/** How much of a recording is given. */
export interface WaveformLimits {
  /** Samples of all channels together. */
  readonly samples: number
  readonly channels: number
  readonly annotations: number
}

/** Whether a data set holds a waveform. */
export const isWaveform = ({ elements }: DataSetTree): boolean => elements.get(tags.WaveformSequence)?.items !== undefined

/** How one sample is written (PS3.3 §C.10.9.1.5), in bytes. Companded audio (µ-law, A-law) is not read. */
const forms: Readonly<Record<string, { readonly bytes: number; read(view: DataView, at: number, little: boolean): number }>> = {
  SB: { bytes: 1, read: (view, at) => view.getInt8(at) },
  UB: { bytes: 1, read: (view, at) => view.getUint8(at) },
  SS: { bytes: 2, read: (view, at, little) => view.getInt16(at, little) },
  US: { bytes: 2, read: (view, at, little) => view.getUint16(at, little) },
  SL: { bytes: 4, read: (view, at, little) => view.getInt32(at, little) },
  UL: { bytes: 4, read: (view, at, little) => view.getUint32(at, little) },
}

/** Reads the groups as far as the limits go: the beginning of the recording, all channels alike. */
export const readWaveform = (bytes: Uint8Array, dataSet: DataSetTree, limits: WaveformLimits): Waveform => {
  const text = (tag: string): string => textOf(bytes, dataSet, tag).trim()
  const [, day = '', clock = ''] = /^(\d{8})(\d{2,6}(?:\.\d+)?)?/.exec(text(tags.AcquisitionDateTime)) ?? []
  const recorded = localDateTimeOf(day, clock) ?? localDateTimeOf(text(tags.ContentDate), text(tags.ContentTime))
  const sequence = itemsOf(dataSet, tags.WaveformSequence)
  const annotations = itemsOf(dataSet, tags.WaveformAnnotationSequence)
  let [samplesLeft, channelsLeft, isCut] = [limits.samples, limits.channels, annotations.length > limits.annotations]
  const groups: WaveformGroup[] = []
  for (const item of sequence) {
    const group = readGroup(bytes, item, samplesLeft, channelsLeft)
    if (group === 'too-many') {
      isCut = true
      break
    }
    const given = group.channels[0]?.samples.length ?? 0
    if (group.problem === undefined && given < group.samples) isCut = true
    samplesLeft -= given * group.channels.length
    channelsLeft -= group.channels.length
    groups.push(group)
  }
  return {
    ...(recorded !== undefined && { recorded }),
    groups,
    annotations: annotations.slice(0, limits.annotations).flatMap((each) => annotationOf(bytes, each)),
    isCut,
  }
}

const positive = (bytes: Uint8Array, item: DataSetTree, tag: string): number => {
  const [value = 0] = numbersOf(bytes, item, tag)
  return Number.isFinite(value) && value > 0 ? value : 0
}

const readGroup = (bytes: Uint8Array, item: DataSetTree, samplesLeft: number, channelsLeft: number): WaveformGroup | 'too-many' => {
  const originality = textOf(bytes, item, tags.WaveformOriginality).trim()
  const promised = positive(bytes, item, tags.NumberOfWaveformSamples)
  const group = {
    label: textOf(bytes, item, tags.MultiplexGroupLabel).trim(),
    originality: originality === 'ORIGINAL' || originality === 'DERIVED' ? originality : 'unknown',
    frequency: positive(bytes, item, tags.SamplingFrequency),
    samples: promised,
    channels: [],
  } as const satisfies WaveformGroup
  const definitions = itemsOf(item, tags.ChannelDefinitionSequence)
  const count = positive(bytes, item, tags.NumberOfWaveformChannels)
  const data = item.elements.get(tags.WaveformData)
  const form = forms[textOf(bytes, item, tags.WaveformSampleInterpretation).trim()]
  if (!form) return { ...group, problem: 'sample-form' }
  const allocated = positive(bytes, item, tags.WaveformBitsAllocated)
  if (count === 0 || count !== definitions.length || group.frequency === 0 || promised === 0 || !data || allocated !== form.bytes * 8) return { ...group, problem: 'contradiction' }
  if (count > channelsLeft) return 'too-many'
  if (data.fragments !== undefined || data.length < promised * count * form.bytes) return { ...group, problem: 'truncated' }
  const given = Math.min(promised, Math.floor(samplesLeft / count))
  if (given === 0) return 'too-many'
  const padding = paddingOf(bytes, item, form)
  const channels = definitions.map((definition, index) => readChannel(bytes, definition, { data, form, count, index, given, padding, frequency: group.frequency }))
  return { ...group, channels }
}

interface Multiplex {
  readonly data: TreeElement
  readonly form: (typeof forms)[string]
  readonly count: number
  readonly index: number
  readonly given: number
  readonly padding: number | undefined
  readonly frequency: number
}

const paddingOf = (bytes: Uint8Array, { elements }: DataSetTree, form: Multiplex['form']): number | undefined => {
  const element = elements.get(tags.WaveformPaddingValue)
  if (!element || element.length < form.bytes) return undefined
  return form.read(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), element.offset, !element.form.bigEndian)
}

const readChannel = (bytes: Uint8Array, definition: DataSetTree, { data, form, count, index, given, padding, frequency }: Multiplex): WaveformChannel => {
  const [source] = itemsOf(definition, tags.ChannelSourceSequence)
  const text = (item: DataSetTree | undefined, tag: string): string => (item ? textOf(bytes, item, tag).trim() : '')
  const only = (tag: string): number | undefined => numbersOf(bytes, definition, tag).find(Number.isFinite)
  const unit = text(itemsOf(definition, tags.ChannelSensitivityUnitsSequence)[0], tags.CodeValue)
  const sensitivity = only(tags.ChannelSensitivity)
  // Without sensitivity and unit a sample is a number and nothing more (PS3.3 §C.10.9.1.4.2).
  const isCalibrated = sensitivity !== undefined && sensitivity !== 0 && unit !== ''
  const factor = isCalibrated ? sensitivity * (only(tags.ChannelSensitivityCorrectionFactor) ?? 1) : 1
  const baseline = isCalibrated ? (only(tags.ChannelBaseline) ?? 0) : 0
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const samples = new Float32Array(given)
  for (let at = data.offset + index * form.bytes, sample = 0; sample < given; sample++, at += count * form.bytes) {
    const value = form.read(view, at, !data.form.bigEndian)
    samples[sample] = value === padding ? NaN : value * factor + baseline
  }
  const label = text(definition, tags.ChannelLabel)
  const meaning = text(source, tags.CodeMeaning)
  const [low, high, notch] = [only(tags.FilterLowFrequency), only(tags.FilterHighFrequency), only(tags.NotchFilterFrequency)]
  const sourceCode = text(source, tags.CodeValue)
  return {
    name: meaning !== '' ? meaning : label,
    source: sourceCode === '' ? '' : `${text(source, tags.CodingSchemeDesignator)}:${sourceCode}`,
    ...(isCalibrated && { unit }),
    samples,
    skew: only(tags.ChannelTimeSkew) ?? (only(tags.ChannelSampleSkew) ?? 0) / frequency,
    filters: { ...(low !== undefined && { low }), ...(high !== undefined && { high }), ...(notch !== undefined && { notch }) },
  }
}

const annotationOf = (bytes: Uint8Array, item: DataSetTree): WaveformAnnotation[] => {
  const meaning = (sequence: string, of: DataSetTree): string => itemsOf(of, sequence).map((code) => textOf(bytes, code, tags.CodeMeaning).trim())[0] ?? ''
  const name = meaning(tags.ConceptNameCodeSequence, item)
  const [number] = numbersOf(bytes, item, tags.NumericValue)
  if (number !== undefined) {
    const unit = itemsOf(item, tags.MeasurementUnitsCodeSequence).map((code) => textOf(bytes, code, tags.CodeValue).trim())[0] ?? ''
    return [{ name, text: textOf(bytes, item, tags.NumericValue).trim(), ...(unit !== '' && { unit }) }]
  }
  const text = textOf(bytes, item, tags.UnformattedTextValue).trim()
  const said = text !== '' ? text : meaning(tags.ConceptCodeSequence, item)
  return said === '' && name === '' ? [] : [{ name, text: said }]
}
