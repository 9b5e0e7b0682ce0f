import { randomUUID } from 'node:crypto'
import { stat, writeFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ExportPlan, ExportProgress, NotExported } from '../../../shared/contract'
import { patientOf } from '../../../shared/records/imaging-study/study'
import { mediaDirectory, type DirectoryInstance } from '../../../shared/standards/dicom/mediaDirectory'
import type { Archive } from '../archive/archive'
import type { StoredInstance, Studies } from '../archive/studies'
import { findExportable, planExport, type Exportable } from './exportable'
import { deidentificationOf, deidentifiedFile, plainFile, type DateChoice, type ExportedFile } from './fileSet'
import { folderSink, zipSink, type Sink } from './sink'

/** What is exported, and how. */
export interface ExportAsk {
  readonly patient: string
  readonly studies: readonly string[]
  readonly folder: string
  readonly form: 'folder' | 'zip'
  readonly deidentify?: { readonly pseudonym: string; readonly dates: DateChoice; readonly pixelsLookedAt: boolean } | undefined
}

/** Images that leave as files. */
export interface ExportDesk {
  plan(ask: { readonly patient: string; readonly studies: readonly string[] }): Promise<ExportPlan | 'not-found'>
  /** Starts; `pixel-text`: images may have text burned in and nobody has looked; `study-incomplete`: none of them is here. */
  start(ask: ExportAsk): Promise<ExportProgress | 'not-found' | 'study-incomplete' | 'folder-unwritable' | 'pixel-text'>
  progress(id: string): ExportProgress | undefined
  /** Ends after the file at hand, and takes away what was written. */
  cancel(id: string): Promise<ExportProgress | undefined>
  /** Waits for an export to end. */
  ended(id: string): Promise<ExportProgress | undefined>
  savePicture(ask: { readonly patient: string; readonly study: string; readonly folder: string; readonly type: 'png' | 'jpeg' | 'gif'; readonly bytes: Uint8Array }): Promise<{ path: string } | 'not-found' | 'folder-unwritable' | 'disk-full'>
  close(): Promise<void>
}

/** Exports that can still be asked about. */
const remembered = 20

const problemOf = (reason: unknown): 'folder-unwritable' | 'disk-full' | 'internal' => {
  const { code } = reason as NodeJS.ErrnoException
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'disk-full'
  return code !== undefined && ['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'EIO', 'EEXIST', 'ENOTDIR'].includes(code) ? 'folder-unwritable' : 'internal'
}

const readMe = (deidentified: boolean): Uint8Array =>
  new TextEncoder().encode(
    [
      'DICOM file-set; DICOMDIR names its files.',
      ...(deidentified
        ? ['De-identified by the Basic Application Level Confidentiality Profile of DICOM PS3.15 2024e.', 'WARNING: the pixels were not changed. Text that is burned into an image is still there.']
        : ['It contains the patient\'s name and health data.']),
      '',
    ].join('\r\n'),
  )

/** A name in a folder that says when, and not of whom. */
const nameAt = (now: Date): string => `images-${now.toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')}`

/** `IM000001`: eight characters (PS3.10 §8.2). */
const numbered = (letters: string, number: number): string => `${letters}${String(number).padStart(6, '0')}`

/** One export. */
class ExportRun {
  private done = 0
  private state: ExportProgress['state'] = 'running'
  private readonly notExported: Partial<Record<NotExported, number>> = {}
  private cancelled = false
  private result: Pick<ExportProgress, 'path' | 'problem'> = {}
  readonly ended: Promise<void>

  constructor(
    readonly id: string,
    private readonly archive: Archive,
    private readonly exportable: Exportable,
    private readonly ask: ExportAsk,
    private readonly path: string,
  ) {
    this.ended = this.run()
  }

  progress(): ExportProgress {
    return { id: this.id, state: this.state, done: this.done, of: this.exportable.instances.length, notExported: { ...this.notExported }, ...this.result }
  }

  cancel(): void {
    this.cancelled = true
  }

  private async run(): Promise<void> {
    let sink: Sink | undefined
    try {
      sink = await (this.ask.form === 'zip' ? zipSink(this.path) : folderSink(this.path))
      await this.writeAll(sink)
      if (this.cancelled) {
        await sink.discard()
        this.state = 'cancelled'
        return
      }
      this.result = { path: await sink.finish() }
      this.state = 'done'
    } catch (reason) {
      await sink?.discard().catch(() => undefined)
      this.result = { problem: problemOf(reason) }
      this.state = 'failed'
    }
  }

  private async writeAll(sink: Sink): Promise<void> {
    const { deidentify } = this.ask
    const how = deidentify && deidentificationOf(deidentify.pseudonym, deidentify.dates)
    const directory: DirectoryInstance[] = []
    const places = placesIn()
    for (const instance of this.exportable.instances) {
      if (this.cancelled) return
      const file = await this.fileOf(instance, (original) => (how ? deidentifiedFile(original, how) : plainFile(original)))
      if (typeof file === 'string') this.notExported[file] = (this.notExported[file] ?? 0) + 1
      else {
        const fileId = places(instance)
        await sink.write(fileId, file.pieces)
        directory.push({ ...file.instance, fileId })
      }
      this.done += 1
    }
    if (this.cancelled) return
    const uid = deidentificationOf('', 'remove').uidFor(this.id)
    await sink.write(['DICOMDIR'], [mediaDirectory(directory, 'OUTPOST', uid)])
    await sink.write(['README.TXT'], [readMe(how !== undefined)])
  }

  private async fileOf(instance: StoredInstance, make: (original: Uint8Array) => Promise<ExportedFile | NotExported>): Promise<ExportedFile | NotExported> {
    const original = await this.archive.read(instance.sha256).catch(() => undefined)
    // A data set that does not inflate is damaged, too.
    return original ? make(original).catch(() => 'damaged' as const) : 'damaged'
  }
}

/** Gives each file its place: a folder for each study, one for each series. */
const placesIn = (): ((instance: StoredInstance) => readonly string[]) => {
  const studies = new Map<string, { readonly folder: string; readonly series: Map<string, { readonly folder: string; files: number }> }>()
  return ({ study, series }) => {
    const ofStudy = studies.get(study) ?? { folder: numbered('ST', studies.size + 1), series: new Map() }
    studies.set(study, ofStudy)
    const ofSeries = ofStudy.series.get(series) ?? { folder: numbered('SE', ofStudy.series.size + 1), files: 0 }
    ofStudy.series.set(series, ofSeries)
    ofSeries.files += 1
    return ['DICOM', ofStudy.folder, ofSeries.folder, numbered('IM', ofSeries.files)]
  }
}

/** Opens exports over a practice's archive. */
export const openExports = ({ archive, studies, now = () => new Date() }: { readonly archive: Archive; readonly studies: Studies; now?(): Date }): ExportDesk => {
  const runs = new Map<string, ExportRun>()
  const isFolder = (folder: string): Promise<boolean> => stat(folder).then((found) => found.isDirectory(), () => false)
  /** A name that is free. */
  const freePath = async (folder: string, ending: string): Promise<string> => {
    const name = nameAt(now())
    for (let count = 1; ; count += 1) {
      const path = join(folder, `${name}${count === 1 ? '' : `-${count}`}${ending}`)
      const taken = await Promise.all([path, `${path}.part`].map((each) => stat(each).then(() => true, () => false)))
      if (!taken.includes(true)) return path
    }
  }
  return {
    async plan({ patient, studies: ids }) {
      const found = await findExportable(studies, patient, ids)
      return found ? planExport(archive, found) : 'not-found'
    },
    async start(ask) {
      const found = await findExportable(studies, ask.patient, ask.studies)
      if (!found) return 'not-found'
      if (found.instances.length === 0) return 'study-incomplete'
      if (!(await isFolder(ask.folder))) return 'folder-unwritable'
      if (ask.deidentify && !ask.deidentify.pixelsLookedAt) {
        const { burnedIn, mayBeBurnedIn } = await planExport(archive, found)
        if (burnedIn + mayBeBurnedIn > 0) return 'pixel-text'
      }
      const run = new ExportRun(randomUUID(), archive, found, ask, await freePath(ask.folder, ask.form === 'zip' ? '.zip' : ''))
      runs.set(run.id, run)
      for (const [oldest, each] of runs) if (runs.size > remembered && each.progress().state !== 'running') runs.delete(oldest)
      return run.progress()
    },
    progress: (id) => runs.get(id)?.progress(),
    async cancel(id) {
      runs.get(id)?.cancel()
      await runs.get(id)?.ended
      return runs.get(id)?.progress()
    },
    async ended(id) {
      await runs.get(id)?.ended
      return runs.get(id)?.progress()
    },
    async savePicture({ patient, study, folder, type, bytes }) {
      const record = await studies.get(study)
      if (!record || patientOf(record.resource) !== patient) return 'not-found'
      if (!(await isFolder(folder))) return 'folder-unwritable'
      const path = await freePath(folder, type === 'jpeg' ? '.jpg' : `.${type}`)
      try {
        await writeFile(`${path}.part`, bytes, { flag: 'wx' })
        await rename(`${path}.part`, path)
        return { path }
      } catch (reason) {
        await rm(`${path}.part`, { force: true })
        return problemOf(reason) === 'disk-full' ? 'disk-full' : 'folder-unwritable'
      }
    },
    async close() {
      for (const run of runs.values()) run.cancel()
      await Promise.all([...runs.values()].map(({ ended }) => ended))
    },
  }
}
