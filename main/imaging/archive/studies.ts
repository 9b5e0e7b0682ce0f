import type { ImagingStudy } from 'fhir/r4'
import type { CannotShow, StudyEntry, StudySource } from '../../../shared/contract'
import type { Envelope } from '../../../shared/records/envelope'
import { answeringOrder, movedBack, orderOfStudy } from '../../../shared/records/imaging-study/orderLink'
import { isDeleted, undeleted } from '../../../shared/records/imaging-study/deleted'
import { accessionOf, dicomPatientOf, linkedByOf, linkedTo, newStudy, patientOf, sourceOf, studyUidOf, withSeries, type SeriesCount } from '../../../shared/records/imaging-study/study'
import type { InstanceHeader } from '../../../shared/standards/dicom'
import type { Replica } from '../../replica'
import type { Examined } from '../import/examine'
import { matchStudy, orderFor, type Charts } from '../orders/matchStudy'

/** An instance whose file is in this workstation's archive. */
export interface StoredInstance {
  readonly study: string
  readonly series: string
  readonly sop: string
  readonly sha256: string
  readonly transferSyntax: string
  readonly size: number
  readonly rows: number
  readonly columns: number
  readonly frames: number
  readonly modality: string
  readonly seriesDescription: string
  readonly seriesNumber?: number
  readonly number?: number
  readonly position?: readonly number[]
  readonly orientation?: readonly number[]
  readonly cannotShow?: CannotShow
  /** Where it came from; absent: it was imported, or came from another workstation. */
  readonly source?: StudySource
}

/** This workstation's note of a study whose files it holds. */
interface StoredStudy {
  /** Id of the ImagingStudy record. */
  readonly record: string
}

/** Local documents. An instance's `state` is its Study Instance UID, a study's is where it stands. */
const INSTANCE = 'dicom-instance'
const STUDY = 'dicom-study'
/** A study whose record does not yet count everything that is stored; worked off after a crash. */
const UNCOUNTED = 'dicom-uncounted'

/** More instances than any study has. */
const everything = 1_000_000
/** As many studies that were taken off charts are listed; the others come as these are filed. */
const mostMovedBack = 200

/** A person on whose say-so something is done. */
export interface Person {
  readonly practitioner: string
  readonly name: string
}

/** A study as lists show it. */
export const studyEntryOf = ({ id, resource }: Envelope<'ImagingStudy'>): StudyEntry => {
  const accession = accessionOf(resource)
  const linkedBy = linkedByOf(resource)
  const source = sourceOf(resource)
  return {
    id,
    studyInstanceUid: studyUidOf(resource),
    description: resource.description ?? '',
    modalities: (resource.modality ?? []).map(({ code }) => code ?? ''),
    ...(resource.started !== undefined && { started: resource.started }),
    ...(accession !== undefined && { accession }),
    series: resource.numberOfSeries ?? 0,
    instances: resource.numberOfInstances ?? 0,
    place: patientOf(resource) === undefined ? 'tray' : 'chart',
    dicomPatient: dicomPatientOf(resource),
    ...(linkedBy !== undefined && { linkedBy }),
    ...(source && { source }),
  }
}

/** The index: ImagingStudy records that sync, and which instances lie in this workstation's archive. */
export class Studies {
  /** @param stored told, before it counts as done, that more of a study lies here */
  constructor(
    private readonly replica: Replica,
    private readonly stored: (study: string) => Promise<void> = async () => undefined,
  ) {}

  async instance(sop: string): Promise<StoredInstance | undefined> {
    return (await this.replica.local.get<StoredInstance>(INSTANCE, sop))?.value
  }

  async instancesOf(study: string): Promise<readonly StoredInstance[]> {
    const documents = await this.replica.local.list<StoredInstance>(INSTANCE, { state: study, limit: everything })
    return documents.map(({ value }) => value)
  }

  get(id: string): Promise<Envelope<'ImagingStudy'> | undefined> {
    return this.replica.records.get('ImagingStudy', id)
  }

  /** The record of a study whose files are here. */
  async byUid(study: string): Promise<Envelope<'ImagingStudy'> | undefined> {
    const stored = await this.replica.local.get<StoredStudy>(STUDY, study)
    return stored && this.get(stored.value.record)
  }

  /** A study whose files are here, as lists show it. */
  async entryOf(study: string): Promise<StudyEntry | undefined> {
    const record = await this.byUid(study)
    return record && studyEntryOf(record)
  }

  /** The record of the study that this instance belongs to, made when there is none, and marked as not yet counted. */
  async enter(header: InstanceHeader, author: string, source?: StudySource): Promise<Envelope<'ImagingStudy'>> {
    const study = header.studyInstanceUid
    const found = (await this.byUid(study)) ?? (await this.replica.records.add('ImagingStudy', newStudy(header, source), author, `dicom-study:${study}`))
    // Somebody deleted it, and it comes again: it waits in the tray for a person, whatever number it carries.
    const record = isDeleted(found.resource) ? await this.replica.records.revise('ImagingStudy', found.id, undeleted, author) : found
    await this.replica.local.put(UNCOUNTED, study, { author })
    await this.note(record)
    return record
  }

  private note(record: Envelope<'ImagingStudy'>): Promise<unknown> {
    const value: StoredStudy = { record: record.id }
    return this.replica.local.put(STUDY, studyUidOf(record.resource), value, patientOf(record.resource) === undefined ? 'tray' : 'chart')
  }

  /** An examined file as the index has it. */
  instanceOf({ header, ...file }: Examined & { readonly kind: 'instance' }, source: StudySource): StoredInstance {
    return {
      study: header.studyInstanceUid,
      series: header.seriesInstanceUid,
      sop: header.sopInstanceUid,
      sha256: file.sha256,
      transferSyntax: file.transferSyntaxUid,
      size: file.size,
      rows: header.rows,
      columns: header.columns,
      frames: header.frames,
      modality: header.modality,
      seriesDescription: header.seriesDescription,
      ...(header.seriesNumber !== undefined && { seriesNumber: header.seriesNumber }),
      ...(header.instanceNumber !== undefined && { number: header.instanceNumber }),
      ...(header.position && { position: header.position }),
      ...(header.orientation && { orientation: header.orientation }),
      ...(file.cannotShow && { cannotShow: file.cannotShow }),
      ...(source.kind !== 'import' && { source }),
    }
  }

  /** Enters instances whose files are in the archive, in one write; false for one whose UID was taken in the meantime. */
  keepAll(instances: readonly StoredInstance[]): Promise<readonly boolean[]> {
    return this.replica.local.putAllNew(INSTANCE, instances.map((instance) => ({ id: instance.sop, value: instance, state: instance.study })))
  }

  /**
   * Counts what is stored of a study into its record, and puts it onto the patient's chart, and to the order that it answers, when
   * {@link matchStudy} finds them and nobody has decided otherwise.
   *
   * @param charts where it may go by itself; absent: it waits for a person
   */
  async count(study: string, author: string, charts?: Charts): Promise<StudyEntry | undefined> {
    const record = await this.byUid(study)
    if (!record) return undefined
    const counted = countSeries(await this.instancesOf(study))
    const match = patientOf(record.resource) === undefined && charts !== undefined ? await matchStudy(this.replica, record.resource, charts) : undefined
    const at = new Date().toISOString()
    const next = (resource: ImagingStudy): ImagingStudy => {
      const recounted = withSeries(resource, counted)
      if (!match || !('patient' in match) || patientOf(resource) !== undefined) return recounted
      const linked = linkedTo(recounted, match.patient)
      return match.order === undefined ? linked : answeringOrder(linked, match.order, { at })
    }
    const unchanged = JSON.stringify(next(record.resource)) === JSON.stringify(record.resource)
    const written = unchanged ? record : await this.replica.records.revise('ImagingStudy', record.id, next, author)
    await this.note(written)
    await this.stored(study)
    await this.replica.local.remove(UNCOUNTED, study)
    return studyEntryOf(written)
  }

  /** Enters an instance whose file came from another workstation; its record has come, or comes, by itself. */
  async enterFetched(instance: StoredInstance): Promise<void> {
    await this.replica.local.putNew(INSTANCE, instance.sop, instance, instance.study)
    if (await this.replica.local.get(STUDY, instance.study)) return
    const [record] = await this.replica.records.find('ImagingStudy', { where: { identifier: instance.study }, limit: 1 })
    if (record) await this.note(record)
  }

  /** The studies of which something lies here, and when this was last noted, ms since 1970. */
  async notes(): Promise<readonly { readonly study: string; readonly place: 'chart' | 'tray'; readonly at: number }[]> {
    const noted = await this.replica.local.list<StoredStudy>(STUDY, { limit: everything })
    return noted.map(({ id, state, at }) => ({ study: id, place: state === 'chart' ? 'chart' : 'tray', at: Date.parse(at) }))
  }

  /** These instances lie here no more; with the last of them the note of their study goes. The record stays as it is. */
  async forget(study: string, instances: readonly StoredInstance[]): Promise<void> {
    await this.replica.local.removeAll(INSTANCE, instances.map(({ sop }) => sop))
    if ((await this.countHere(study)) === 0) await this.replica.local.removeAll(STUDY, [study])
  }

  /** How many instances of a study lie here. */
  countHere(study: string): Promise<number> {
    return this.replica.local.count(INSTANCE, study)
  }

  /** Study Instance UIDs of which something lies here. */
  async heldHere(): Promise<readonly string[]> {
    return (await this.replica.local.list(STUDY, { limit: everything })).map(({ id }) => id)
  }

  /** Counts what a crash left uncounted. */
  async recount(): Promise<void> {
    for (const { id, value } of await this.replica.local.list<{ author: string }>(UNCOUNTED, { limit: everything })) {
      await this.count(id, value.author)
    }
  }

  /** Studies on a patient's chart, newest first. */
  async ofPatient(patient: string): Promise<readonly StudyEntry[]> {
    const records = await this.replica.records.find('ImagingStudy', { where: { subject: patient }, limit: 1000 })
    return records.map(studyEntryOf).sort((a, b) => ((a.started ?? '') < (b.started ?? '') ? 1 : -1))
  }

  /** Studies of this workstation that wait for a person to say whose they are. */
  async inTray(): Promise<readonly StudyEntry[]> {
    const waiting = await this.replica.local.list<StoredStudy>(STUDY, { state: 'tray', limit: everything })
    const entries: StudyEntry[] = []
    for (const { value } of waiting) {
      const record = await this.get(value.record)
      if (!record) continue
      // Somebody filed it on another workstation.
      if (patientOf(record.resource) !== undefined) await this.note(record)
      // While its first import runs, nothing is known of it yet.
      else if ((record.resource.numberOfInstances ?? 0) > 0) entries.push(studyEntryOf(record))
    }
    // Taken off a chart, perhaps on a workstation that has none of the files.
    const known = new Set(entries.map(({ id }) => id))
    for (const record of await this.replica.records.find('ImagingStudy', { where: { status: 'registered' }, limit: mostMovedBack })) {
      if (patientOf(record.resource) === undefined && !known.has(record.id)) entries.push(studyEntryOf(record))
    }
    return entries
  }

  /** Puts a waiting study onto a chart on a person's say-so; undefined when it is on one already. */
  async file(record: Envelope<'ImagingStudy'>, patient: string, by: Person): Promise<StudyEntry | undefined> {
    if (patientOf(record.resource) !== undefined) return undefined
    const order = await orderFor(this.replica, record.resource, patient)
    const at = new Date().toISOString()
    const onto = (study: ImagingStudy): ImagingStudy => {
      const linked: ImagingStudy = { ...linkedTo(study, patient, by), status: 'available' }
      return order === undefined ? linked : answeringOrder(linked, order, { at })
    }
    const filed = await this.replica.records.revise('ImagingStudy', record.id, onto, by.practitioner, record.at)
    await this.noteWhereHeld(filed)
    return studyEntryOf(filed)
  }

  /** Takes a study off its chart on a person's decision; undefined when it is on none. */
  async moveBack(record: Envelope<'ImagingStudy'>, by: Person, why: string): Promise<StudyEntry | undefined> {
    if (patientOf(record.resource) === undefined) return undefined
    const decision = { by: by.practitioner, name: by.name, at: new Date().toISOString(), why }
    const moved = await this.replica.records.revise('ImagingStudy', record.id, (study) => movedBack(study, decision), by.practitioner, record.at)
    await this.noteWhereHeld(moved)
    return studyEntryOf(moved)
  }

  /** Puts a study to an order on a person's say-so. */
  async putToOrder(record: Envelope<'ImagingStudy'>, order: string, by: Person): Promise<StudyEntry> {
    if (orderOfStudy(record.resource) === order) return studyEntryOf(record)
    const at = new Date().toISOString()
    return studyEntryOf(await this.replica.records.revise('ImagingStudy', record.id, (study) => answeringOrder(study, order, { at, by }), by.practitioner, record.at))
  }

  /** Where none of a study's files lies, nothing is noted: a note says that something does. */
  private async noteWhereHeld(record: Envelope<'ImagingStudy'>): Promise<void> {
    if (await this.replica.local.get(STUDY, studyUidOf(record.resource))) await this.note(record)
  }
}

const countSeries = (instances: readonly StoredInstance[]): readonly SeriesCount[] => {
  const series = new Map<string, SeriesCount>()
  for (const { series: uid, seriesNumber, modality, seriesDescription } of instances) {
    const before = series.get(uid)
    series.set(uid, {
      uid,
      modality: before?.modality ?? modality,
      description: before?.description ?? seriesDescription,
      ...((before?.number ?? seriesNumber) !== undefined && { number: before?.number ?? seriesNumber }),
      instances: (before?.instances ?? 0) + 1,
    })
  }
  return [...series.values()]
}
