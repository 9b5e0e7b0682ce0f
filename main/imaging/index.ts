import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ArchiveState, ImagingFile, ImportProgress, InstanceEntry, SeriesEntry, StudyEntry } from '../../shared/contract'
import { isDeleted } from '../../shared/records/imaging-study/deleted'
import { patientOf, studyUidOf } from '../../shared/records/imaging-study/study'
import { inViewingOrder } from '../../shared/standards/dicom'
import type { Replica } from '../replica'
import { deriveKey } from '../sealed'
import { ArchiveProblem, openArchive, type SealProgress } from './archive/archive'
import { Studies, studyEntryOf, type Person, type StoredInstance } from './archive/studies'
import { openStudyFiles, setOfStudy, type StudyFiles } from './archive/studyFiles'
import { fileForReading } from './documents/fileForReading'
import type { ArchivePlace } from './import/desk'
import { ownThread, workerThread, type Examiner } from './import/examiner'
import { openImports, type Imports } from './import/imports'
import { ownerOf } from './import/owner'
import { watchDeleted, type StudyDeletion } from './keep/deletion'
import { openKeeping, type Keeping } from './keep/keeping'
import { openThumbnails, type Thumbnails } from './keep/thumbnails'
import { openIntake, type Intake } from './import/takeIn'
import type { WalkLimits } from './import/walk'
import { isByFrame, openFrames } from './frames'
import { showable } from './frames/showable'
import { openExports, type ExportDesk } from './export'
import { openOrderDesk, type OrderDesk } from './orders/desk'
import { Tickets } from './tickets'

export { writePhantom, phantomFiles, phantomTissues, type PhantomOptions, type PhantomPatient } from './phantom/phantom'
export { testCard, testCardFile, testCardKinds, type TestCardKind } from './phantom/testCard'
export { openAnnotations, type AnnotationParts, type Annotations } from './annotations'
export type { SealProgress } from './archive/archive'
export type { Person } from './archive/studies'
export type { Arrival, Intake, TakenIn } from './import/takeIn'
export { openDicomWebCarrier } from './dicomWeb/carrier'
export { openDicomWebServers, type DicomWebServers } from './dicomWeb/servers'
export { openPeers, type Peers } from './peers'
export { openImagingNetwork, testPeer, type DicomHostLink, type ImagingNetwork, type NetworkParts, type NetworkUses } from './network'
export { openServices, type Services } from './services'
export { openViewerLinks, type ViewerLinks } from './viewerLink'
export { setOfStudy, studyOfSet, type StudyFile, type StudyFiles } from './archive/studyFiles'

/** What imaging works with. */
export interface ImagingOptions {
  readonly replica: Replica
  /** Where the sealed files lie: `<data>/archive`. */
  readonly folder: string
  /** The practice key, 32 bytes; the archive's own is derived from it. */
  readonly key: Uint8Array
  /** The practice key before, while a change of it is not finished. */
  readonly earlierKey?: Uint8Array
  /** Tells how an import goes; without file names and patients. */
  readonly announce?: (...told: ['importChanged', ImportProgress] | ['imagingArchiveChanged', ArchiveState]) => void
  /** Told that more of a set of files lies here, before the import that brought it counts as done. */
  readonly stored?: (set: string) => Promise<void>
  /** Path of the bundled worker; default `dicom-worker.cjs` beside the bundle. Absent there: no worker thread. */
  readonly worker?: string
  /** A fault of ours that nobody waits for, for the log. */
  readonly failed?: (reason: unknown) => void
  readonly limits?: WalkLimits
}

/** A study as it is opened. */
export interface OpenedStudy {
  readonly study: StudyEntry
  readonly series: SeriesEntry[]
}

/** Imaging of a practice: import, studies, tray, pixels. */
export interface Imaging extends Imports, StudyDeletion {
  /** What of the archive stays on this workstation, and whether it is as it was stored. */
  readonly keeping: Keeping
  /** Small pictures of studies for their charts. */
  readonly thumbnails: Thumbnails
  /** The way in for every instance, whatever brings it: import, a modality that sends, an archive that was asked. */
  readonly intake: Intake
  listStudies(patient: string): Promise<StudyEntry[]>
  /** A study of this patient with addresses that hold for this session; `incomplete`: none of its files is on this workstation. */
  openStudy(ask: { readonly patient: string; readonly study: string; readonly session: string }): Promise<OpenedStudy | 'not-found' | 'incomplete'>
  tray(): Promise<StudyEntry[]>
  fileStudy(ask: { readonly study: string; readonly patient: string; readonly by: Person }): Promise<StudyEntry | 'not-found' | 'already-filed'>
  /** Part 10 bytes for the viewer, of one frame (from 1) where it is asked for; `undefined` for a ticket that does not hold, another study's instance, or one that cannot be shown right. */
  readPixels(ticket: string, sopInstanceUid: string, frame?: number): Promise<Uint8Array | undefined>
  /** An instance of this patient's study without its pixels, for a reader of its elements; `incomplete`: it is not on this workstation, or does not read back. */
  fileForReading(ask: { readonly patient: string; readonly study: string; readonly instance: string }): Promise<ImagingFile | 'not-found' | 'incomplete'>
  /** The original bytes as they were imported; throws {@link ArchiveProblem}. */
  readOriginal(sopInstanceUid: string): Promise<Uint8Array | undefined>
  /** Studies, orders and charts that a person puts together or apart. */
  readonly orders: OrderDesk
  /** Images that leave as files. */
  readonly exports: ExportDesk
  /** Its files for whoever carries them between workstations. */
  readonly files: StudyFiles
  /** After a change of the practice key: seals what is still under the earlier one; images can be read and stored meanwhile. */
  sealAnew(progress: (at: SealProgress) => void): Promise<SealProgress>
  /** The session was locked or signed out: its addresses stop working. */
  revokeTickets(session: string): void
  close(): Promise<void>
}

/** Opens the imaging archive of a practice, and counts what a crash left uncounted. */
export const openImaging = async (options: ImagingOptions): Promise<Imaging> => {
  const keyOf = (practiceKey: Uint8Array) => deriveKey(practiceKey, 'outpost/archive')
  const archive = await openArchive(options.folder, { key: keyOf(options.key), ...(options.earlierKey && { earlier: keyOf(options.earlierKey) }) })
  const { stored } = options
  let grew: () => void = () => undefined
  const studies = new Studies(options.replica, async (study) => {
    await stored?.(setOfStudy(study))
    grew()
  })
  let closing = false
  let sealing: Promise<unknown> | undefined
  await studies.recount()
  const examiner = examinerOf(options.worker, { folder: options.folder, key: keyOf(options.key) })
  const intake = openIntake({ studies, examiner, ...(options.failed && { failed: options.failed }) })
  const keeping = await openKeeping({
    local: options.replica.local, archive, studies, intake,
    offer: async (set) => stored?.(set),
    changed: (state) => options.announce?.('imagingArchiveChanged', state),
    ...(options.failed && { failed: options.failed }),
  })
  grew = keeping.grew
  const thumbnails = openThumbnails(options.replica.local)
  const deletion = await watchDeleted({ replica: options.replica, studies, keeping, thumbnails, ...(options.failed && { failed: options.failed }) })
  const tickets = new Tickets()
  const frames = openFrames(archive)
  const imports = openImports({
    intake, examiner,
    look: { here: async (study) => new Set((await studies.instancesOf(study)).map(({ sop }) => sop)), owner: (dicom, patient) => ownerOf(options.replica, dicom, patient) },
    tell: (progress) => options.announce?.('importChanged', progress),
    ...(options.limits && { limits: options.limits }),
  })
  const exports = openExports({ archive, studies })

  return {
    intake,
    keeping,
    thumbnails,
    deleteStudy: deletion.deleteStudy,
    ...imports,
    listStudies: async (patient) => Promise.all((await studies.ofPatient(patient)).map(async (entry) => ({ ...entry, here: await studies.countHere(entry.studyInstanceUid) }))),
    async openStudy({ patient, study, session }) {
      const record = await studies.get(study)
      if (!record || patientOf(record.resource) !== patient) return 'not-found'
      const uid = studyUidOf(record.resource)
      const instances = await studies.instancesOf(uid)
      if (instances.length === 0) return 'incomplete'
      await keeping.used(uid)
      return { study: studyEntryOf(record), series: seriesOf(instances, tickets.issue(session, uid)) }
    },
    tray: async () => [...(await studies.inTray())],
    async fileStudy({ study, patient, by }) {
      const record = await studies.get(study)
      if (!record || isDeleted(record.resource) || !(await options.replica.records.get('Patient', patient))) return 'not-found'
      return (await studies.file(record, patient, by)) ?? 'already-filed'
    },
    async readPixels(ticket, sopInstanceUid, frame) {
      const study = tickets.studyOf(ticket)
      const instance = study === undefined ? undefined : await studies.instance(sopInstanceUid)
      if (!instance || instance.study !== study || instance.cannotShow) return undefined
      const stored = frame === undefined ? archive.read(instance.sha256) : frames.read(instance, frame)
      const normalised = await stored.then((bytes) => bytes && showable(bytes), (reason: unknown) => {
        if (reason instanceof ArchiveProblem) return undefined
        throw reason
      })
      return normalised && 'bytes' in normalised ? normalised.bytes : undefined
    },
    async fileForReading({ patient, study, instance }) {
      const record = await studies.get(study)
      if (!record || patientOf(record.resource) !== patient) return 'not-found'
      const stored = await studies.instance(instance)
      if (!stored) return 'incomplete'
      if (stored.study !== studyUidOf(record.resource)) return 'not-found'
      const file = await fileForReading(archive.stream(stored.sha256, 0), stored.size).catch((reason: unknown) => {
        if (reason instanceof ArchiveProblem) return undefined
        throw reason
      })
      return file ?? 'incomplete'
    },
    async readOriginal(sopInstanceUid) {
      const instance = await studies.instance(sopInstanceUid)
      return instance && archive.read(instance.sha256)
    },
    orders: openOrderDesk(options.replica, studies),
    exports,
    files: openStudyFiles(archive, studies),
    sealAnew: (progress) => {
      const run = archive.sealAnew(progress, () => closing)
      sealing = run.catch(() => undefined)
      return run
    },
    revokeTickets: (session) => tickets.revoke(session),
    async close() {
      closing = true
      await sealing
      tickets.revokeAll()
      await exports.close()
      await imports.close()
      deletion.close()
      await keeping.close()
      await intake.close()
      await examiner.close()
    },
  }
}

const examinerOf = (worker: string | undefined, place: ArchivePlace): Examiner => {
  const entry = worker ?? (typeof __dirname === 'string' ? join(__dirname, 'dicom-worker.cjs') : undefined)
  return entry !== undefined && existsSync(entry) ? workerThread(entry, place) : ownThread(place)
}

const location = ({ position, orientation }: StoredInstance): number | undefined => {
  if (!position || !orientation) return undefined
  const [xx = 0, xy = 0, xz = 0, yx = 0, yy = 0, yz = 0] = orientation
  const [x = 0, y = 0, z = 0] = position
  return Math.round((x * (xy * yz - xz * yy) + y * (xz * yx - xx * yz) + z * (xx * yy - xy * yx)) * 100) / 100
}

const seriesOf = (instances: readonly StoredInstance[], ticket: string): SeriesEntry[] => {
  const bySeries = new Map<string, StoredInstance[]>()
  for (const instance of instances) {
    const others = bySeries.get(instance.series)
    if (others) others.push(instance)
    else bySeries.set(instance.series, [instance])
  }
  const entry = (instance: StoredInstance): InstanceEntry => {
    const at = location(instance)
    return {
      sopInstanceUid: instance.sop,
      ...(instance.number !== undefined && { number: instance.number }),
      frames: instance.frames,
      rows: instance.rows,
      columns: instance.columns,
      ...(at !== undefined && { location: at }),
      ...(instance.position && { position: instance.position }),
      ...(instance.orientation && { orientation: instance.orientation }),
      url: `app://outpost/dicom/${ticket}/${instance.sop}`,
      ...(isByFrame(instance) && { byFrame: true as const }),
      ...(instance.cannotShow && { cannotShow: instance.cannotShow }),
    }
  }
  return [...bySeries.entries()]
    .map(([seriesInstanceUid, each]) => {
      const [first] = each
      return {
        seriesInstanceUid,
        ...(first?.seriesNumber !== undefined && { number: first.seriesNumber }),
        modality: first?.modality ?? '',
        description: first?.seriesDescription ?? '',
        instances: inViewingOrder(each.map((instance) => ({ ...instance, sopInstanceUid: instance.sop }))).map(entry),
      }
    })
    .sort((a, b) => (a.number ?? Infinity) - (b.number ?? Infinity) || (a.seriesInstanceUid < b.seriesInstanceUid ? -1 : 1))
}
