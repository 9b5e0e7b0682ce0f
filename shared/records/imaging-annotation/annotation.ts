import type { Basic, Extension } from 'fhir/r4'
import {
  millimetreKinds, pointsOf, shapeKinds,
  type Measured, type MeasureBasis, type MeasureRefusal, type Point, type Quantity, type QuantityName, type QuantityUnit, type ShapeKind,
} from '../../standards/dicom/calibration'
import { studyUidSystem } from '../imaging-study/study'
import { idIn, referenceTo, systems } from '../systems'

export type { Calibration, Measured, MeasureBasis, MeasureRefusal, PixelMeaning, Point, Quantity } from '../../standards/dicom/calibration'

/** `key-image`: a person marked the picture itself; it has no points. */
export const annotationKinds = [...shapeKinds, 'key-image'] as const
export type AnnotationKind = (typeof annotationKinds)[number]

/** Whoever draws, changes or takes away. */
export interface AnnotationPerson {
  readonly practitioner: string
  readonly name: string
}

/** The picture on which something is drawn. */
export interface PicturePlace {
  /** Study, Series and SOP Instance UID. */
  readonly study: string
  readonly series: string
  readonly instance: string
  /** From 1; 1 for an instance of one frame. */
  readonly frame: number
}

/** Values under a shape, as decoded for the viewer and rescaled. */
export interface AnnotationValues {
  /** '' for numbers without a unit. */
  readonly unit: string
  /** Of a probe: the one value. */
  readonly mean: number
  readonly deviation?: number
  readonly least?: number
  readonly greatest?: number
  /** Pixels counted. */
  readonly count: number
}

/** What is drawn, and what it measured when it was drawn. It changes only as a whole. */
export interface Drawing {
  /** New with each change of the drawing. */
  readonly revision: string
  readonly points: readonly Point[]
  readonly measured: Measured
  readonly values?: AnnotationValues
  readonly by: AnnotationPerson
}

/** A measurement or mark on a picture. */
export interface Annotation {
  readonly kind: AnnotationKind
  readonly place: PicturePlace
  readonly drawing: Drawing
  /** What a person wrote beside it. */
  readonly label: string
  /** Who took it away, while nobody has drawn it anew since. */
  readonly removedBy?: AnnotationPerson
}

/** Code of the `Basic` records. */
export const annotationCode = 'imaging-annotation'
/** Address of our extension. */
const annotationUrl = 'urn:outpost:imaging-annotation'
/** Units by their UCUM code; pixels have none. */
const ucum: Readonly<Record<QuantityUnit, string | undefined>> = { mm: 'mm', 'mm²': 'mm2', px: undefined, 'px²': undefined, '°': 'deg', s: 's', 'cm/s': 'cm/s', Hz: 'Hz' }

/** Said of words that were taken away: two workstations' records are put together part by part, and earlier words must not fill the gap. */
const noLabel = '—'

/** The value of the `identifier` search parameter of every annotation of a study. */
export const annotationsOfStudy = (study: string): string => `urn:oid:${study}`

const personExtension = ({ practitioner, name }: AnnotationPerson): Extension => ({ url: 'by', valueReference: referenceTo('Practitioner', practitioner, name) })

const numberExtensions = (numbers: Readonly<Record<string, number | undefined>>): Extension[] =>
  Object.entries(numbers).flatMap(([url, value]) => (value === undefined ? [] : [{ url, valueDecimal: value }]))

const quantityExtension = ({ name, value, unit }: Quantity): Extension => {
  const code = ucum[unit]
  return { url: name, valueQuantity: { value, unit, ...(code !== undefined && { system: systems.ucum, code }) } }
}

const drawingExtension = ({ revision, points, measured, values, by }: Drawing): Extension => ({
  url: 'drawing',
  extension: [
    { url: 'revision', valueString: revision },
    { url: 'points', valueString: points.map((point) => point.join(' ')).join(', ') },
    { url: 'basis', valueCode: measured.basis },
    ...(measured.refused === undefined ? [] : [{ url: 'refused', valueCode: measured.refused }]),
    ...(measured.quantities.length === 0 ? [] : [{ url: 'measured', extension: measured.quantities.map(quantityExtension) }]),
    ...(values ? [{ url: 'values', extension: [{ url: 'unit', valueString: values.unit === '' ? '1' : values.unit }, ...numberExtensions({ count: values.count, mean: values.mean, deviation: values.deviation, least: values.least, greatest: values.greatest })] }] : []),
    personExtension(by),
  ],
})

/**
 * The record of an annotation. Its parts are merged one by one, the later one standing: a drawing as a whole, with its numbers and what
 * they rest on, so that a length never stands beside points that it does not belong to. A removal names the drawing that it takes away:
 * one that was drawn anew elsewhere, meanwhile, stays.
 */
export const annotationRecord = (annotation: Annotation, patient: string, created: string): Basic => ({
  resourceType: 'Basic',
  identifier: [{ system: studyUidSystem, value: annotationsOfStudy(annotation.place.study) }],
  code: { coding: [{ system: systems.basic, code: annotationCode }] },
  subject: referenceTo('Patient', patient),
  created,
  author: referenceTo('Practitioner', annotation.drawing.by.practitioner, annotation.drawing.by.name),
  extension: [
    {
      url: annotationUrl,
      extension: [
        { url: 'kind', valueCode: annotation.kind },
        { url: 'study', valueOid: `urn:oid:${annotation.place.study}` },
        { url: 'series', valueOid: `urn:oid:${annotation.place.series}` },
        { url: 'instance', valueOid: `urn:oid:${annotation.place.instance}` },
        { url: 'frame', valueInteger: annotation.place.frame },
        drawingExtension(annotation.drawing),
        ...(annotation.label === '' ? [] : [{ url: 'label', valueString: annotation.label }]),
      ],
    },
  ],
})

const partsOf = (record: Basic): readonly Extension[] => record.extension?.find(({ url }) => url === annotationUrl)?.extension ?? []
const partIn = (parts: readonly Extension[] | undefined, url: string): Extension | undefined => parts?.find((each) => each.url === url)

/** The record with these parts in place of its own of the same name. */
const withParts = (record: Basic, parts: readonly Extension[]): Basic => ({
  ...record,
  extension: (record.extension ?? []).map((extension) =>
    extension.url === annotationUrl ? { ...extension, extension: [...partsOf(record).filter(({ url }) => !parts.some((part) => part.url === url)), ...parts] } : extension,
  ),
})

/** Drawn anew; a removal of the earlier drawing no longer counts. */
export const redrawn = (record: Basic, drawing: Drawing): Basic => withParts(record, [drawingExtension(drawing)])

/** With other words beside it. */
export const relabelled = (record: Basic, label: string): Basic => withParts(record, [{ url: 'label', valueString: label === '' ? noLabel : label }])

/** Taken away by a person: the record, and what it said, stays. */
export const removed = (record: Basic, by: AnnotationPerson): Basic => {
  const revision = partIn(partIn(partsOf(record), 'drawing')?.extension, 'revision')?.valueString ?? ''
  return withParts(record, [{ url: 'removed', extension: [{ url: 'revision', valueString: revision }, personExtension(by)] }])
}

/** On the chart of another patient: the study was moved there. */
export const aboutPatient = (record: Basic, patient: string): Basic => ({ ...record, subject: referenceTo('Patient', patient) })

const personIn = (parts: readonly Extension[] | undefined): AnnotationPerson => {
  const by = partIn(parts, 'by')?.valueReference
  return { practitioner: idIn(by, 'Practitioner') ?? '', name: by?.display ?? '' }
}

const uidIn = (parts: readonly Extension[], url: string): string => partIn(parts, url)?.valueOid?.replace(/^urn:oid:/, '') ?? ''

const pointsIn = (text: string): readonly Point[] =>
  text === '' ? [] : text.split(', ').map((pair) => {
    const [x = NaN, y = NaN] = pair.split(' ').map(Number)
    return [x, y] as const
  })

const bases: readonly string[] = [...millimetreKinds, 'region', 'pixels']

const drawingIn = (parts: readonly Extension[] | undefined, kind: AnnotationKind): Drawing | undefined => {
  const points = pointsIn(partIn(parts, 'points')?.valueString ?? '')
  const basis = partIn(parts, 'basis')?.valueCode ?? ''
  if (!parts || !bases.includes(basis) || points.length !== pointCountOf(kind) || !points.flat().every(Number.isFinite)) return undefined
  const refused = partIn(parts, 'refused')?.valueCode as MeasureRefusal | undefined
  const quantities = (partIn(parts, 'measured')?.extension ?? []).map(({ url, valueQuantity }) => ({ name: url as QuantityName, value: valueQuantity?.value ?? NaN, unit: (valueQuantity?.unit ?? '') as QuantityUnit }))
  const values = valuesIn(partIn(parts, 'values')?.extension)
  return {
    revision: partIn(parts, 'revision')?.valueString ?? '',
    points,
    measured: { basis: basis as MeasureBasis, quantities, ...(refused !== undefined && { refused }) },
    ...(values && { values }),
    by: personIn(parts),
  }
}

const valuesIn = (parts: readonly Extension[] | undefined): AnnotationValues | undefined => {
  const number = (url: string): number | undefined => partIn(parts, url)?.valueDecimal
  const [count, mean, deviation, least, greatest] = ['count', 'mean', 'deviation', 'least', 'greatest'].map(number)
  const unit = partIn(parts, 'unit')?.valueString
  if (count === undefined || mean === undefined || unit === undefined) return undefined
  return { unit: unit === '1' ? '' : unit, count, mean, ...(deviation !== undefined && { deviation }), ...(least !== undefined && { least }), ...(greatest !== undefined && { greatest }) }
}

/** How many points an annotation of a kind has. */
export const pointCountOf = (kind: AnnotationKind): number => (kind === 'key-image' ? 0 : pointsOf[kind as ShapeKind])

const labelIn = (parts: readonly Extension[]): string => {
  const label = partIn(parts, 'label')?.valueString ?? ''
  return label === noLabel ? '' : label
}

/** The annotation in a record; undefined when it is none, or not whole. */
export const annotationOf = (record: Basic): Annotation | undefined => {
  if (!record.code.coding?.some(({ code }) => code === annotationCode)) return undefined
  const parts = partsOf(record)
  const kind = partIn(parts, 'kind')?.valueCode as AnnotationKind | undefined
  if (kind === undefined || !annotationKinds.includes(kind)) return undefined
  const drawing = drawingIn(partIn(parts, 'drawing')?.extension, kind)
  const place = { study: uidIn(parts, 'study'), series: uidIn(parts, 'series'), instance: uidIn(parts, 'instance'), frame: partIn(parts, 'frame')?.valueInteger ?? 1 }
  if (!drawing || place.study === '' || place.instance === '') return undefined
  const removal = partIn(parts, 'removed')?.extension
  const isRemoved = removal !== undefined && partIn(removal, 'revision')?.valueString === drawing.revision
  return { kind, place, drawing, label: labelIn(parts), ...(isRemoved && { removedBy: personIn(removal) }) }
}
