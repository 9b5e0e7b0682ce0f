import { element, fileMetaInformation, joinBytes, undefinedLength, type Representation } from '../standards/dicom'

/** Data sets for tests, of what Outpost reads and never writes: reports, curves, documents. Explicit VR Little Endian. */

/** Elements of one level, by tag: `['00100010', 'PN', 'DOE^A']`; an array of bytes is a sequence of those items. */
export type ObjectElement = readonly [tag: string, representation: Representation, value: string | number | Uint8Array | readonly Uint8Array[]]

const itemHeader = (length: number): Uint8Array => {
  const header = Uint8Array.of(0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0)
  new DataView(header.buffer).setUint32(4, length, true)
  return header
}
const endOfItem = Uint8Array.of(0xfe, 0xff, 0x0d, 0xe0, 0, 0, 0, 0)
const endOfSequence = Uint8Array.of(0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0)

/** The elements of a data set in the order of their tags. */
export const dicomObject = (...elements: readonly ObjectElement[]): Uint8Array =>
  joinBytes(
    [...elements]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([tag, representation, value]) => (Array.isArray(value) ? element(tag, representation, joinBytes((value as readonly Uint8Array[]).map(dicomItem))) : element(tag, representation, value as string))),
  )

/** An item of known length. */
const dicomItem = (content: Uint8Array): Uint8Array => joinBytes([itemHeader(content.length), content])

/** A sequence of undefined length, its items too. */
export const openSequence = (tag: string, ...items: readonly Uint8Array[]): Uint8Array => {
  const opening = element(tag, 'SQ', new Uint8Array(0))
  new DataView(opening.buffer).setUint32(8, undefinedLength, true)
  return joinBytes([opening, ...items.flatMap((item) => [itemHeader(undefinedLength), item, endOfItem]), endOfSequence])
}

/** A Part 10 file of a data set. */
export const dicomFile = (sopClassUid: string, ...parts: readonly Uint8Array[]): Uint8Array => joinBytes([fileMetaInformation({ sopClassUid, sopInstanceUid: '2.25.4711' }), ...parts])

/** A coded concept (PS3.3 §8). */
export const codeItem = (value: string, scheme: string, meaning: string): Uint8Array =>
  dicomObject(['00080100', 'SH', value], ['00080102', 'SH', scheme], ['00080104', 'LO', meaning])

/** One item of a report's content tree; `more`: elements of its value type. */
export const contentItem = (type: string, relationship: string, name: string | undefined, ...more: readonly ObjectElement[]): Uint8Array =>
  dicomObject(
    ['0040a010', 'CS', relationship],
    ['0040a040', 'CS', type],
    ...(name === undefined ? [] : [['0040a043', 'SQ', [codeItem('1', '99TEST', name)]] as ObjectElement]),
    ...more,
  )

/** A number with its unit (PS3.3 table C.18.1-1). */
export const measuredItem = (name: string, value: string, unit: readonly [value: string, meaning: string], ...more: readonly ObjectElement[]): Uint8Array =>
  contentItem('NUM', 'CONTAINS', name, ['0040a300', 'SQ', [dicomObject(['004008ea', 'SQ', [codeItem(unit[0], 'UCUM', unit[1])]], ['0040a30a', 'DS', value])]], ...more)

/** A report with that title and content. `flags`: further elements of its head. */
export const reportFile = (title: string, content: readonly Uint8Array[], ...flags: readonly ObjectElement[]): Uint8Array =>
  dicomFile(
    '1.2.840.10008.5.1.4.1.1.88.33',
    dicomObject(
      ['00080005', 'CS', 'ISO_IR 192'],
      ['0040a040', 'CS', 'CONTAINER'],
      ['0040a043', 'SQ', [codeItem('126000', 'DCM', title)]],
      ['0040a050', 'CS', 'SEPARATE'],
      ['0040a730', 'SQ', content],
      ...flags,
    ),
  )

/** How {@link waveformFile} is written. */
export interface WaveformRecipe {
  readonly channels: readonly {
    readonly name: string
    /** UCUM; absent: no sensitivity and no unit. */
    readonly unit?: string
    readonly sensitivity?: string
    readonly correction?: string
    readonly baseline?: string
  }[]
  readonly frequency: number
  readonly samples: number
  /** Value of a sample, 16 bits signed. */
  readonly sample: (channel: number, index: number) => number
  readonly more?: readonly ObjectElement[]
  /** Beside the multiplex group, in the data set. */
  readonly beside?: readonly ObjectElement[]
}

/** A 12-lead ECG or other waveform of one group. */
export const waveformFile = ({ channels, frequency, samples, sample, more = [], beside = [] }: WaveformRecipe): Uint8Array => {
  const values = new Uint8Array(samples * channels.length * 2)
  const view = new DataView(values.buffer)
  for (let index = 0; index < samples; index++) channels.forEach((_, channel) => view.setInt16((index * channels.length + channel) * 2, sample(channel, index), true))
  const definition = ({ name, unit, sensitivity, correction, baseline }: WaveformRecipe['channels'][number]): Uint8Array =>
    dicomObject(
      ['003a0208', 'SQ', [codeItem(name, '99TEST', name)]],
      ...(sensitivity === undefined ? [] : [['003a0210', 'DS', sensitivity] as ObjectElement]),
      ...(unit === undefined ? [] : [['003a0211', 'SQ', [codeItem(unit, 'UCUM', unit)]] as ObjectElement]),
      ...(correction === undefined ? [] : [['003a0212', 'DS', correction] as ObjectElement]),
      ...(baseline === undefined ? [] : [['003a0213', 'DS', baseline] as ObjectElement]),
    )
  const replaced = new Set(more.map(([tag]) => tag))
  const group: readonly ObjectElement[] = [
    ['003a0004', 'CS', 'ORIGINAL'],
    ['003a0005', 'US', channels.length],
    ['003a0010', 'UL', samples],
    ['003a001a', 'DS', String(frequency)],
    ['003a0200', 'SQ', channels.map(definition)],
    ['54001004', 'US', 16],
    ['54001006', 'CS', 'SS'],
    ['54001010', 'OW', values],
  ]
  return dicomFile('1.2.840.10008.5.1.4.1.1.9.1.1', dicomObject(['54000100', 'SQ', [dicomObject(...group.filter(([tag]) => !replaced.has(tag)), ...more)]], ...beside))
}
