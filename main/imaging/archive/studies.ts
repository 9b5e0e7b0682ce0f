import type { ImagingStudy } from 'fhir/r4'
import type { CannotShow, StudyEntry, StudySource } from '../../../shared/contract'
import type { Envelope } from '../../../shared/records/envelope'
import {
  accessionOf, belongsTo, dicomPatientOf, linkedByOf, linkedTo, newStudy, patientOf, sourceOf, studyUidOf, withSeries, type SeriesCount,
} from '../../../shared/records/imaging-study/study'
import type { InstanceHeader } from '../../../shared/standards/dicom'
import type { Replica } from '../../replica'
import type { Examined } from '../import/examine'

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

  /** The record of the study that this instance belongs to, made when there is none, and marked as not yet counted. */
  async enter(header: InstanceHeader, author: string, source?: StudySource): Promise<Envelope<'ImagingStudy'>> {
    const study = header.studyInstanceUid
    const record = (await this.byUid(study)) ?? (await this.replica.records.add('ImagingStudy', newStudy(header, source), author, `dicom-study:${study}`))
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
   * Counts what is stored of a study into its record, and puts it onto a chart when the files' Patient ID is that
   * patient's number and nobody has decided otherwise: of the patients named, or, `byNumber`, of the one with that number.
   */
  async count(study: string, author: string, whose: { readonly patients?: readonly string[]; readonly byNumber?: boolean } = {}): Promise<StudyEntry | undefined> {
    const record = await this.byUid(study)
    if (!record) return undefined
    const counted = countSeries(await this.instancesOf(study))
    const owner = patientOf(record.resource) === undefined ? await this.ownerAmong(record.resource, whose) : undefined
    const next = (resource: ImagingStudy): ImagingStudy => {
      const recounted = withSeries(resource, counted)
      return owner !== undefined && patientOf(resource) === undefined ? linkedTo(recounted, owner) : recounted
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

  private async ownerAmong(study: ImagingStudy, { patients = [], byNumber = false }: { readonly patients?: readonly string[]; readonly byNumber?: boolean }): Promise<string | undefined> {
    const number = dicomPatientOf(study).id.trim()
    const found = byNumber && number !== '' ? await this.replica.records.find('Patient', { where: { identifier: number }, limit: 2 }) : []
    // A number that two charts have says nothing.
    for (const patient of [...patients, ...(found.length === 1 ? found.map(({ id }) => id) : [])]) if (await this.isOf(study, patient)) return patient
    return undefined
  }

  private async isOf(study: ImagingStudy, patient: string): Promise<boolean> {
    const record = await this.replica.records.get('Patient', patient)
    if (!record) return false
    const numbers = (record.resource.identifier ?? []).flatMap(({ system, value }) => (system === 'urn:outpost:patient-number' && value !== undefined ? [value] : []))
    return belongsTo(dicomPatientOf(study), { numbers, ...(record.resource.birthDate !== undefined && { birthDate: record.resource.birthDate }) })
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
    return entries
  }

  /** Puts a waiting study onto a chart on a person's say-so; undefined when it is on one already. */
  async file(record: Envelope<'ImagingStudy'>, patient: string, by: Person): Promise<StudyEntry | undefined> {
    if (patientOf(record.resource) !== undefined) return undefined
    const filed = await this.replica.records.revise('ImagingStudy', record.id, (study) => linkedTo(study, patient, by), by.practitioner, record.at)
    await this.note(filed)
    return studyEntryOf(filed)
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
