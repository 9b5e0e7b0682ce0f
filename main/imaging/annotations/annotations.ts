import { randomUUID } from 'node:crypto'
import type { Basic } from 'fhir/r4'
import type { AnnotationEntry, AnnotationVersion, CheckedAsk, ImagingFile } from '../../../shared/contract'
import { instantOf } from '../../../shared/records/clock'
import type { Envelope } from '../../../shared/records/envelope'
import {
  aboutPatient, annotationCode, annotationOf, annotationRecord, annotationsOfStudy, pointCountOf, redrawn, relabelled, removed,
  type Annotation, type AnnotationKind, type AnnotationPerson, type AnnotationValues, type Drawing, type PicturePlace,
} from '../../../shared/records/imaging-annotation/annotation'
import { patientOf, studyUidOf } from '../../../shared/records/imaging-study/study'
import { formOf, openFile, readElements, tags } from '../../../shared/standards/dicom'
import { measure, meaningOfFrame, readPixelMeanings, type PixelMeaning, type Point } from '../../../shared/standards/dicom/calibration'
import type { Replica } from '../../replica'

/** What annotations need of the practice. */
export interface AnnotationParts {
  readonly replica: Replica
  /** A stored file of a patient's study, at least up to its pixels. */
  readonly readFile: (ask: { readonly patient: string; readonly study: string; readonly instance: string }) => Promise<ImagingFile | 'not-found' | 'incomplete'>
}

type Refusal = 'not-found' | 'study-incomplete'

/** Measurements and marks on the pictures of a practice. A person who does something is named in the record. */
export interface Annotations {
  meanings(ask: CheckedAsk<'readPixelMeanings'>): Promise<readonly PixelMeaning[] | Refusal>
  list(ask: CheckedAsk<'listAnnotations'>): Promise<AnnotationEntry[] | Refusal>
  add(ask: CheckedAsk<'addAnnotation'>, by: AnnotationPerson): Promise<AnnotationEntry | Refusal | 'bad-shape'>
  change(ask: CheckedAsk<'changeAnnotation'>, by: AnnotationPerson): Promise<AnnotationEntry | Refusal | 'bad-shape'>
  remove(ask: CheckedAsk<'removeAnnotation'>, by: AnnotationPerson): Promise<AnnotationEntry | Refusal>
  history(ask: CheckedAsk<'annotationHistory'>): Promise<AnnotationVersion[] | Refusal>
}

/** More annotations than any study has. */
const everything = 10_000
/** Instances whose meaning is remembered: a person goes to and fro among the pictures of one study. */
const remembered = 500

interface Study {
  readonly id: string
  readonly uid: string
  readonly patient: string
}

/** A person as a record names them. */
const personOf = ({ practitioner, name }: AnnotationPerson): AnnotationPerson => ({ practitioner, name })

const meaningsIn = ({ bytes }: ImagingFile): readonly PixelMeaning[] => {
  const opening = openFile(bytes)
  if (!opening) return []
  const form = formOf(opening.transferSyntaxUid)
  return readPixelMeanings(bytes, readElements(bytes, opening.dataSetAt, form, tags.PixelData).byTag, form)
}

/** Opens the annotations of a practice. */
export const openAnnotations = ({ replica, readFile }: AnnotationParts): Annotations => {
  const known = new Map<string, readonly PixelMeaning[]>()

  const studyOf = async ({ patient, study }: { readonly patient: string; readonly study: string }): Promise<Study | undefined> => {
    const record = await replica.records.get('ImagingStudy', study)
    return record && patientOf(record.resource) === patient ? { id: study, uid: studyUidOf(record.resource), patient } : undefined
  }

  const meaningsOf = async (study: Study, instance: string): Promise<readonly PixelMeaning[] | Refusal> => {
    const key = `${study.uid}/${instance}`
    const before = known.get(key)
    if (before) return before
    const file = await readFile({ patient: study.patient, study: study.id, instance })
    if (file === 'not-found') return 'not-found'
    if (file === 'incomplete') return 'study-incomplete'
    const meanings = meaningsIn(file)
    for (const oldest of known.keys()) if (known.size >= remembered) known.delete(oldest)
    known.set(key, meanings)
    return meanings
  }

  /** What a shape measures, by the stored file; a mark on the whole picture measures nothing. */
  const drawingOf = async (
    study: Study, { kind, place, points, values }: { readonly kind: AnnotationKind; readonly place: PicturePlace; readonly points: readonly Point[]; readonly values?: Omit<AnnotationValues, 'unit'> }, by: AnnotationPerson, revision: string,
  ): Promise<Drawing | Refusal> => {
    if (kind === 'key-image') return { revision, points: [], measured: { basis: 'pixels', quantities: [] }, by: personOf(by) }
    const meanings = await meaningsOf(study, place.instance)
    if (typeof meanings === 'string') return meanings
    const meaning = meaningOfFrame(meanings, place.frame)
    if (!meaning) return 'not-found'
    return {
      revision, points, by: personOf(by),
      measured: measure({ kind, points }, meaning.calibration),
      ...(values && meaning.values.kind === 'values' && { values: { ...values, unit: meaning.values.unit } }),
    }
  }

  /** An annotation of this study. */
  const found = async (study: Study, id: string): Promise<{ readonly record: Envelope<'Basic'>; readonly annotation: Annotation } | undefined> => {
    const record = await replica.records.get('Basic', id)
    const annotation = record && annotationOf(record.resource)
    return record && annotation?.place.study === study.uid ? { record, annotation } : undefined
  }

  const revise = async (study: Study, id: string, by: AnnotationPerson, version: string, change: (record: Basic) => Basic): Promise<AnnotationEntry | 'not-found'> =>
    entryOf(await replica.records.revise('Basic', id, (record) => aboutPatient(change(record), study.patient), by.practitioner, version)) ?? 'not-found'

  return {
    async meanings({ patient, study: id, instance }) {
      const study = await studyOf({ patient, study: id })
      return study ? meaningsOf(study, instance) : 'not-found'
    },
    async list(ask) {
      const study = await studyOf(ask)
      if (!study) return 'not-found'
      const records = await replica.records.find('Basic', { where: { identifier: annotationsOfStudy(study.uid), code: annotationCode }, limit: everything })
      return records.flatMap((record) => entryOf(record) ?? []).sort((a, b) => (a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : a.id < b.id ? -1 : 1))
    },
    async add({ key, patient, study: id, kind, series, instance, frame, points, values, label }, by) {
      const study = await studyOf({ patient, study: id })
      if (!study) return 'not-found'
      if (points.length !== pointCountOf(kind)) return 'bad-shape'
      const place = { study: study.uid, series, instance, frame }
      const drawing = await drawingOf(study, { kind, place, points, ...(values && { values: withoutAbsent(values) }) }, by, key)
      if (typeof drawing === 'string') return drawing
      // A picture is a key image once, whichever workstation said so first.
      const once = kind === 'key-image' ? `key-image/${study.uid}/${instance}/${frame}` : `annotation/${key}`
      const record = await replica.records.add('Basic', annotationRecord({ kind, place, drawing, label }, patient, new Date().toISOString().slice(0, 10)), by.practitioner, once)
      const entry = entryOf(record)
      if (entry?.removedBy && kind === 'key-image') return revise(study, record.id, by, record.at, (resource) => redrawn(resource, drawing))
      return entry ?? 'not-found'
    },
    async change({ patient, study: id, annotation: which, version, points, values, label }, by) {
      const study = await studyOf({ patient, study: id })
      const before = study && (await found(study, which))
      if (!study || !before) return 'not-found'
      const { kind, place } = before.annotation
      if (points && points.length !== pointCountOf(kind)) return 'bad-shape'
      const drawing = points && (await drawingOf(study, { kind, place, points, ...(values && { values: withoutAbsent(values) }) }, by, randomUUID()))
      if (typeof drawing === 'string') return drawing
      return revise(study, which, by, version, (record) => {
        const drawn = drawing ? redrawn(record, drawing) : record
        return label === undefined ? drawn : relabelled(drawn, label)
      })
    },
    async remove({ patient, study: id, annotation: which, version }, by) {
      const study = await studyOf({ patient, study: id })
      if (!study || !(await found(study, which))) return 'not-found'
      return revise(study, which, by, version, (record) => removed(record, personOf(by)))
    },
    async history({ patient, study: id, annotation: which }) {
      const study = await studyOf({ patient, study: id })
      const now = study && (await found(study, which))
      return now ? versionsOf(now.record, await namesOf(replica, now.record)) : 'not-found'
    },
  }
}

const withoutAbsent = ({ count, mean, deviation, least, greatest }: NonNullable<CheckedAsk<'addAnnotation'>['values']>): Omit<AnnotationValues, 'unit'> => ({
  count, mean, ...(deviation !== undefined && { deviation }), ...(least !== undefined && { least }), ...(greatest !== undefined && { greatest }),
})

const entryOf = (record: Envelope<'Basic'>): AnnotationEntry | undefined => {
  const annotation = annotationOf(record.resource)
  const first = record.prior[0] ?? record
  return annotation && {
    ...annotation,
    id: record.id,
    version: record.at,
    changedAt: instantOf(record.at),
    station: record.station,
    createdBy: record.resource.author?.display ?? annotation.drawing.by.name,
    createdAt: instantOf(first.at),
    versions: record.prior.length + 1,
  }
}

/** Names of everybody who wrote a version. */
const namesOf = async (replica: Replica, record: Envelope<'Basic'>): Promise<ReadonlyMap<string, string>> => {
  const authors = [...new Set([...record.prior, record].map(({ author }) => author))]
  const names = await Promise.all(authors.map(async (author) => (await replica.records.get('Practitioner', author))?.resource.name?.[0]?.text))
  return new Map(authors.map((author, index) => [author, names[index] ?? '']))
}

/** What one version did to the one before it. */
const actOf = (now: Annotation, before: Annotation | undefined): AnnotationVersion['act'] => {
  if (!before) return 'drawn'
  if (now.removedBy && !before.removedBy) return 'removed'
  if (!now.removedBy && before.removedBy) return 'restored'
  return now.drawing.revision === before.drawing.revision ? 'labelled' : 'changed'
}

const versionsOf = (record: Envelope<'Basic'>, names: ReadonlyMap<string, string>): AnnotationVersion[] => {
  const versions = [...record.prior, record].flatMap(({ resource, author, station, at }) => {
    const annotation = annotationOf(resource)
    return annotation ? [{ annotation, author, station, at }] : []
  })
  return versions
    .map(({ annotation, author, station, at }, index): AnnotationVersion => {
      const act = actOf(annotation, versions[index - 1]?.annotation)
      const said = act === 'removed' ? annotation.removedBy : act === 'labelled' ? undefined : annotation.drawing.by
      return { act: station === 'merge' ? 'merged' : act, by: station === 'merge' ? '' : names.get(author) || (said?.name ?? ''), at: instantOf(at), station, annotation }
    })
    .reverse()
}
