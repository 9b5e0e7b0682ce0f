import { join } from 'node:path'
import type { ImportProgress, LeftOut, StudyEntry } from '../../../shared/contract'
import { dicomPatientOf } from '../../../shared/records/imaging-study/study'
import { ArchiveProblem, type Archive } from '../archive/archive'
import type { Studies } from '../archive/studies'
import type { Examined } from './examine'
import type { Examiner } from './examiner'
import { walk, type WalkLimits } from './walk'

/** What an import works with. */
export interface ImportParts {
  readonly archive: Archive
  readonly studies: Studies
  readonly examiner: Examiner
  /** Called at most a few times a second while it runs, and once when it has ended. */
  readonly tell: (progress: ImportProgress) => void
  readonly limits?: WalkLimits
}

/** What is imported, and on whose say-so. */
export interface ImportAsk {
  readonly id: string
  readonly folder: string
  /** The open patient: studies with that patient's number go onto the chart, all others into the tray. */
  readonly patient?: string
  /** Practitioner id. */
  readonly author: string
}

/** An import that runs, or has run. */
export interface ImportRun {
  progress(): ImportProgress
  /** Ends after the file at hand; what was imported stays. */
  cancel(): void
  /** Never rejects: a failure is a state. */
  readonly ended: Promise<ImportProgress>
}

const tellEveryMs = 250
/** Reasons kept by name; beyond them they are only counted. */
const mostNamed = 1000

/** Imports a folder, file by file. A second import of the same folder goes on where the first one stopped. */
export const runImport = (parts: ImportParts, ask: ImportAsk): ImportRun => {
  const stop = new AbortController()
  const run = new Run(parts, ask, stop.signal)
  return { progress: () => run.progress(), cancel: () => stop.abort(), ended: run.start() }
}

class Run {
  private state: ImportProgress['state'] = 'running'
  private problem: ImportProgress['problem']
  private seen = 0
  private total = 0
  private imported = 0
  private leftOutTotal = 0
  private readonly leftOut: LeftOut[] = []
  private readonly touched = new Set<string>()
  private readonly entries = new Map<string, StudyEntry>()
  /** What each DICOMDIR names, by the folder it lies in. */
  private readonly directories: { readonly folder: string; readonly names: readonly string[] }[] = []
  private toldAt = 0

  constructor(
    private readonly parts: ImportParts,
    private readonly ask: ImportAsk,
    private readonly signal: AbortSignal,
  ) {}

  progress(): ImportProgress {
    return {
      id: this.ask.id,
      state: this.state,
      seen: this.seen,
      total: this.total,
      imported: this.imported,
      leftOutTotal: this.leftOutTotal,
      leftOut: [...this.leftOut],
      studies: [...this.entries.values()],
      ...(this.problem && { problem: this.problem }),
    }
  }

  async start(): Promise<ImportProgress> {
    const outcome = await this.files().catch((reason: unknown) => {
      this.problem = problemOf(reason)
      return 'failed' as const
    })
    // What is stored is counted also after a failure; when that fails too, it is made up for at the next start.
    const counted = await this.countStudies().then(() => true, () => false)
    this.state = outcome === 'failed' || !counted ? 'failed' : outcome
    if (this.state === 'failed') this.problem ??= 'internal'
    this.tell()
    return this.progress()
  }

  private tell(): void {
    this.toldAt = Date.now()
    this.parts.tell({ ...this.progress(), leftOut: [], studies: [] })
  }

  private leave(file: string, reason: LeftOut['reason']): void {
    this.leftOutTotal += 1
    if (this.leftOut.length < mostNamed) this.leftOut.push({ file, reason })
  }

  private async files(): Promise<'done' | 'cancelled'> {
    const found = await walk(this.ask.folder, this.signal, this.parts.limits)
    for (const { file, reason } of found.leftOut) this.leave(file, reason)
    this.total = found.files.length
    this.tell()
    const { files } = found
    const look = (file: string | undefined): Promise<Examined> | undefined =>
      file === undefined ? undefined : this.parts.examiner.examine(join(this.ask.folder, file))
    let next = look(files[0])
    for (const [index, file] of files.entries()) {
      if (this.signal.aborted) break
      const examined = await next
      // The next file is examined while this one is sealed.
      next = look(files[index + 1])
      if (examined) await this.take(file, examined)
      this.seen += 1
      if (Date.now() - this.toldAt >= tellEveryMs) this.tell()
    }
    await next
    if (this.signal.aborted) return 'cancelled'
    this.checkDirectories(files)
    return 'done'
  }

  private async take(file: string, examined: Examined): Promise<void> {
    if (examined.kind === 'left-out') return this.leave(file, examined.reason)
    if (examined.kind === 'directory') {
      if (examined.damaged) this.leave(file, 'damaged-directory')
      this.directories.push({ folder: file.split('/').slice(0, -1).join('/'), names: examined.names })
      return
    }
    const { header, sha256 } = examined
    const here = await this.parts.studies.instance(header.sopInstanceUid)
    if (here && here.sha256 !== sha256) return this.leave(file, 'different-content')
    if (here) {
      this.touched.add(here.study)
      // Its file may have been lost; the same bytes mend it.
      await this.parts.archive.store(join(this.ask.folder, file), sha256, this.signal).catch(ignoreAbort)
      return this.leave(file, 'duplicate')
    }
    const study = await this.parts.studies.enter(header, this.ask.author)
    this.touched.add(header.studyInstanceUid)
    if (dicomPatientOf(study.resource).id !== header.patient.id) return this.leave(file, 'other-patient')
    try {
      await this.parts.archive.store(join(this.ask.folder, file), sha256, this.signal)
    } catch (reason) {
      if (this.signal.aborted) return
      if (reason instanceof ArchiveProblem || isSourceFault(reason)) return this.leave(file, 'unreadable')
      throw reason
    }
    if (await this.parts.studies.keep(header, examined)) this.imported += 1
    else this.leave(file, 'duplicate')
  }

  /** A DICOMDIR is only a hint: everything in the folder was taken; what it names and is not there is reported. */
  private checkDirectories(files: readonly string[]): void {
    const there = new Set(files.map(plainName))
    for (const { folder, names } of this.directories) {
      for (const name of new Set(names)) {
        const path = folder === '' ? name : `${folder}/${name}`
        if (!there.has(plainName(path))) this.leave(path, 'missing')
      }
    }
  }

  private async countStudies(): Promise<void> {
    for (const study of this.touched) {
      const entry = await this.parts.studies.count(study, this.ask.author, this.ask.patient)
      if (entry) this.entries.set(study, entry)
    }
  }
}

/** Discs are read with names in another case, and with the version or a dot that ISO 9660 puts behind them. */
const plainName = (path: string): string => path.toLowerCase().replace(/;\d+$/, '').replace(/\.$/, '')

const codeOf = (reason: unknown): string => String((reason as NodeJS.ErrnoException | undefined)?.code ?? '')

/** Reading failed, not writing: the disc is scratched, or was taken out. */
const isSourceFault = (reason: unknown): boolean => ['EIO', 'ENOENT', 'EACCES', 'EPERM', 'ENXIO', 'ELOOP'].includes(codeOf(reason))

const ignoreAbort = (reason: unknown): void => {
  if (!(reason instanceof ArchiveProblem) && !isSourceFault(reason) && codeOf(reason) !== 'ABORT_ERR') throw reason
}

const problemOf = (reason: unknown): NonNullable<ImportProgress['problem']> => {
  const code = codeOf(reason)
  if (code === 'ENOSPC' || code === 'EDQUOT' || (reason as { kind?: string }).kind === 'disk-full') return 'disk-full'
  return ['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EIO', 'ELOOP'].includes(code) ? 'folder-unreadable' : 'internal'
}
