import { dateOf, localDateTimeOf, timeOf } from './dateTime'
import type { DataSetTree } from './dataSetTree'
import { displayPersonName } from './personName'
import { itemsOf, numbersOf, textOf } from './values'

/** What is read of a structured report (PS3.3 §C.17), each under its name in PS3.6. */
const tags = {
  ReferencedSOPSequence: '00081199',
  ReferencedSOPClassUID: '00081150',
  ReferencedSOPInstanceUID: '00081155',
  ReferencedFrameNumber: '00081160',
  CodeValue: '00080100',
  CodingSchemeDesignator: '00080102',
  CodeMeaning: '00080104',
  LongCodeValue: '00080119',
  URNCodeValue: '00080120',
  ContentDate: '00080023',
  ContentTime: '00080033',
  Manufacturer: '00080070',
  InstitutionName: '00080080',
  MeasurementUnitsCodeSequence: '004008ea',
  RelationshipType: '0040a010',
  VerifyingOrganization: '0040a027',
  VerificationDateTime: '0040a030',
  ObservationDateTime: '0040a032',
  ValueType: '0040a040',
  ConceptNameCodeSequence: '0040a043',
  ContinuityOfContent: '0040a050',
  VerifyingObserverSequence: '0040a073',
  VerifyingObserverName: '0040a075',
  ReferencedWaveformChannels: '0040a0b0',
  DateTime: '0040a120',
  Date: '0040a121',
  Time: '0040a122',
  PersonName: '0040a123',
  UID: '0040a124',
  TemporalRangeType: '0040a130',
  ReferencedSamplePositions: '0040a132',
  ReferencedTimeOffsets: '0040a138',
  ReferencedDateTime: '0040a13a',
  TextValue: '0040a160',
  ConceptCodeSequence: '0040a168',
  MeasuredValueSequence: '0040a300',
  NumericValueQualifierCodeSequence: '0040a301',
  NumericValue: '0040a30a',
  PredecessorDocumentsSequence: '0040a360',
  CompletionFlag: '0040a491',
  CompletionFlagDescription: '0040a492',
  VerificationFlag: '0040a493',
  PreliminaryFlag: '0040a496',
  ContentSequence: '0040a730',
  ReferencedContentItemIdentifier: '0040db73',
  GraphicData: '00700022',
  GraphicType: '00700023',
} as const

/** A coded concept (PS3.3 §8). */
export interface Code {
  readonly value: string
  readonly scheme: string
  readonly meaning: string
}

/** An instance that an item points at. */
export interface Reference {
  readonly sopClassUid: string
  readonly sopInstanceUid: string
  /** From 1; none: all of them. */
  readonly frames: readonly number[]
}

/** What an item says, by its value type (PS3.3 table C.17.3-7). */
export type ReportValue =
  | { readonly type: 'CONTAINER'; readonly continuous: boolean }
  | { readonly type: 'TEXT' | 'PNAME' | 'UIDREF'; readonly text: string }
  /** ISO local; as written where it is no date or time. */
  | { readonly type: 'DATE' | 'TIME' | 'DATETIME'; readonly text: string }
  | { readonly type: 'CODE'; readonly code: Code }
  /** `value` as it is written, never rounded; absent: `qualifier` says why (not a number, not measured). */
  | { readonly type: 'NUM'; readonly value?: string; readonly unit?: Code; readonly qualifier?: Code }
  | { readonly type: 'IMAGE' | 'WAVEFORM' | 'COMPOSITE'; readonly references: readonly Reference[]; readonly channels: readonly number[] }
  /** `numbers`: columns and rows in pixels, or millimetres in the frame of reference. */
  | { readonly type: 'SCOORD' | 'SCOORD3D'; readonly shape: string; readonly numbers: number }
  | { readonly type: 'TCOORD'; readonly shape: string; readonly at: string }
  /** Another item of this report, by its place: `1.2.2.1`. */
  | { readonly type: 'reference'; readonly place: string }
  /** A value type that is not known here. */
  | { readonly type: 'unknown'; readonly name: string }

/** One item of the content tree. */
export interface ReportItem {
  /** Place in the tree, the root being `1` (PS3.3 §C.17.3.2.5). */
  readonly place: string
  /** `CONTAINS`, `HAS OBS CONTEXT` …; '' at the root. */
  readonly relationship: string
  readonly concept?: Code
  readonly value: ReportValue
  /** ISO local. */
  readonly observed?: string
  readonly children: readonly ReportItem[]
}

/** A structured report. */
export interface StructuredReport {
  /** Concept of the root: what kind of report. */
  readonly title?: Code
  readonly completion: 'COMPLETE' | 'PARTIAL' | 'unknown'
  readonly completionText: string
  readonly verification: 'VERIFIED' | 'UNVERIFIED' | 'unknown'
  readonly preliminary: boolean
  readonly verifiers: readonly { readonly name: string; readonly organisation: string; readonly at?: string }[]
  /** ISO local. */
  readonly written?: string
  readonly institution: string
  readonly manufacturer: string
  /** How many reports this one replaces. */
  readonly predecessors: number
  readonly root: ReportItem
  /** Items left out, because there are more than the limit. */
  readonly isCut: boolean
}

/** Whether a data set is a structured report: it has a content tree (also of key objects and procedure logs). */
export const isReport = (dataSet: DataSetTree): boolean =>
  dataSet.elements.has(tags.ValueType) && (dataSet.elements.has(tags.ContentSequence) || dataSet.elements.has(tags.ContinuityOfContent))

/** Reads the content tree. `limit`: items. */
export const readReport = (bytes: Uint8Array, dataSet: DataSetTree, limit: number): StructuredReport => {
  const text = (tag: string): string => textOf(bytes, dataSet, tag).trim()
  const reader = new ContentReader(bytes, limit)
  const root = reader.item(dataSet, '1')
  const [completion, verification] = [text(tags.CompletionFlag), text(tags.VerificationFlag)]
  const written = localDateTimeOf(text(tags.ContentDate), text(tags.ContentTime))
  return {
    ...(root.concept && { title: root.concept }),
    completion: completion === 'COMPLETE' || completion === 'PARTIAL' ? completion : 'unknown',
    completionText: text(tags.CompletionFlagDescription),
    verification: verification === 'VERIFIED' || verification === 'UNVERIFIED' ? verification : 'unknown',
    preliminary: text(tags.PreliminaryFlag) === 'PRELIMINARY',
    verifiers: itemsOf(dataSet, tags.VerifyingObserverSequence).map((each) => {
      const at = dateTimeOf(textOf(bytes, each, tags.VerificationDateTime))
      return {
        name: displayPersonName(textOf(bytes, each, tags.VerifyingObserverName)),
        organisation: textOf(bytes, each, tags.VerifyingOrganization).trim(),
        ...(at !== undefined && { at }),
      }
    }),
    ...(written !== undefined && { written }),
    institution: text(tags.InstitutionName),
    manufacturer: text(tags.Manufacturer),
    predecessors: itemsOf(dataSet, tags.PredecessorDocumentsSequence).length,
    root,
    isCut: reader.isCut,
  }
}

class ContentReader {
  private left: number

  constructor(
    private readonly bytes: Uint8Array,
    limit: number,
  ) {
    this.left = limit
  }

  get isCut(): boolean {
    return this.left < 0
  }

  /** The depth is bounded by {@link readTree}. */
  item(dataSet: DataSetTree, place: string): ReportItem {
    this.left -= 1
    const concept = this.code(itemsOf(dataSet, tags.ConceptNameCodeSequence)[0])
    const observed = dateTimeOf(this.text(dataSet, tags.ObservationDateTime))
    const children: ReportItem[] = []
    for (const [index, child] of itemsOf(dataSet, tags.ContentSequence).entries()) {
      if (this.left <= 0) {
        this.left = -1
        break
      }
      children.push(this.item(child, `${place}.${index + 1}`))
    }
    return {
      place,
      relationship: this.text(dataSet, tags.RelationshipType),
      ...(concept && { concept }),
      value: this.value(dataSet),
      ...(observed !== undefined && { observed }),
      children,
    }
  }

  private text(dataSet: DataSetTree, tag: string): string {
    return textOf(this.bytes, dataSet, tag).trim()
  }

  private code(item: DataSetTree | undefined): Code | undefined {
    if (!item) return undefined
    const value = [tags.CodeValue, tags.LongCodeValue, tags.URNCodeValue].map((tag) => this.text(item, tag)).find((each) => each !== '') ?? ''
    const code = { value, scheme: this.text(item, tags.CodingSchemeDesignator), meaning: this.text(item, tags.CodeMeaning) }
    return code.value === '' && code.meaning === '' ? undefined : code
  }

  private value(dataSet: DataSetTree): ReportValue {
    const type = this.text(dataSet, tags.ValueType)
    const text = (tag: string): string => this.text(dataSet, tag)
    switch (type) {
      case 'CONTAINER':
        return { type, continuous: text(tags.ContinuityOfContent) === 'CONTINUOUS' }
      case 'TEXT':
        return { type, text: textOf(this.bytes, dataSet, tags.TextValue).replace(/\r\n?/g, '\n').trim() }
      case 'PNAME':
        return { type, text: displayPersonName(text(tags.PersonName)) }
      case 'UIDREF':
        return { type, text: text(tags.UID) }
      case 'DATE':
        return { type, text: dateOf(text(tags.Date)) ?? text(tags.Date) }
      case 'TIME':
        return { type, text: timeOf(text(tags.Time)) ?? text(tags.Time) }
      case 'DATETIME':
        return { type, text: dateTimeOf(text(tags.DateTime)) ?? text(tags.DateTime) }
      case 'CODE':
        return { type, code: this.code(itemsOf(dataSet, tags.ConceptCodeSequence)[0]) ?? { value: '', scheme: '', meaning: '' } }
      case 'NUM':
        return this.measurement(dataSet)
      case 'IMAGE':
      case 'WAVEFORM':
      case 'COMPOSITE':
        return { type, ...this.references(dataSet) }
      case 'SCOORD':
      case 'SCOORD3D':
        return { type, shape: text(tags.GraphicType), numbers: numbersOf(this.bytes, dataSet, tags.GraphicData).length }
      case 'TCOORD':
        return {
          type,
          shape: text(tags.TemporalRangeType),
          at: [tags.ReferencedSamplePositions, tags.ReferencedTimeOffsets, tags.ReferencedDateTime].map((tag) => numbersOrText(this.bytes, dataSet, tag)).find((each) => each !== '') ?? '',
        }
      default: {
        const place = numbersOf(this.bytes, dataSet, tags.ReferencedContentItemIdentifier)
        return place.length > 0 ? { type: 'reference', place: place.join('.') } : { type: 'unknown', name: type }
      }
    }
  }

  private measurement(dataSet: DataSetTree): ReportValue {
    const [measured] = itemsOf(dataSet, tags.MeasuredValueSequence)
    const qualifier = this.code(itemsOf(dataSet, tags.NumericValueQualifierCodeSequence)[0])
    const value = measured ? this.text(measured, tags.NumericValue) : ''
    const unit = measured && this.code(itemsOf(measured, tags.MeasurementUnitsCodeSequence)[0])
    return { type: 'NUM', ...(value !== '' && { value }), ...(unit && { unit }), ...(qualifier && { qualifier }) }
  }

  private references(dataSet: DataSetTree): { readonly references: readonly Reference[]; readonly channels: readonly number[] } {
    const sequence = itemsOf(dataSet, tags.ReferencedSOPSequence)
    return {
      references: sequence.map((each) => ({
        sopClassUid: this.text(each, tags.ReferencedSOPClassUID),
        sopInstanceUid: this.text(each, tags.ReferencedSOPInstanceUID),
        frames: numbersOf(this.bytes, each, tags.ReferencedFrameNumber).filter((frame) => Number.isInteger(frame) && frame > 0),
      })),
      channels: sequence.flatMap((each) => numbersOf(this.bytes, each, tags.ReferencedWaveformChannels)),
    }
  }
}

const numbersOrText = (bytes: Uint8Array, dataSet: DataSetTree, tag: string): string => {
  const numbers = numbersOf(bytes, dataSet, tag)
  return numbers.every(Number.isFinite) ? numbers.join(', ') : textOf(bytes, dataSet, tag).trim()
}

/** DT `YYYYMMDDHHMMSS.FFFFFF&ZZXX` to ISO local, its zone left away: `2015-08-19T11:21:53`. A year or month alone stays one. */
const dateTimeOf = (value: string): string | undefined => {
  const match = /^(\d{4})(\d{2})?(\d{2})?(\d{2,6}(?:\.\d{1,6})?)?([+-]\d{4})?$/.exec(value.trim())
  if (!match) return undefined
  const [, year = '', month, day, clock] = match
  if (month === undefined) return year
  if (day === undefined) return `${year}-${month}`
  return localDateTimeOf(`${year}${month}${day}`, clock)
}
