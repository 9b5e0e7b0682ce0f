import { join } from 'node:path'
import type { ImportProgress, LeftOut, StudyEntry } from '../../../shared/contract'
import type { Examined } from './examine'
import type { Examiner } from './examiner'
import { isDiskFull, type Intake } from './takeIn'
import { walk, type WalkLimits } from './walk'

/** What an import works with. */
export interface ImportParts {
  readonly intake: Intake
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
/** Files that are looked at, and files that are stored, at a time. */
const lookedAhead = 32
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
    // Files are looked at ahead of the one that is decided about, and stored beside each other; decided about in their order.
    const ahead: Promise<Examined>[] = []
    const storing = new Set<Promise<void>>()
    let failure: { readonly reason: unknown } | undefined
    for (const [index, file] of files.entries()) {
      while (ahead.length < lookedAhead && index + ahead.length < files.length) ahead.push(this.look(files[index + ahead.length] ?? ''))
      if (this.signal.aborted || failure) break
      const examined = await ahead.shift()
      if (this.signal.aborted || !examined) break
      const stored: Promise<void> = this.take(file, examined)
        .catch((reason: unknown) => void (failure ??= { reason }))
        .finally(() => storing.delete(stored))
      storing.add(stored)
      while (storing.size >= lookedAhead) await Promise.race(storing)
      this.seen = index + 1
      if (Date.now() - this.toldAt >= tellEveryMs) this.tell()
    }
    await Promise.all([...storing, ...ahead])
    if (failure) throw failure.reason
    if (this.signal.aborted) return 'cancelled'
    this.checkDirectories(files)
    return 'done'
  }

  private look(file: string): Promise<Examined> {
    return this.parts.examiner.examine({ path: join(this.ask.folder, file) })
  }

  private async take(file: string, examined: Examined): Promise<void> {
    if (examined.kind === 'left-out') return this.leave(file, examined.reason)
    if (examined.kind === 'directory') {
      if (examined.damaged) this.leave(file, 'damaged-directory')
      this.directories.push({ folder: file.split('/').slice(0, -1).join('/'), names: examined.names })
      return
    }
    const { author, patient } = this.ask
    const arrival = { file: { path: join(this.ask.folder, file) }, source: { kind: 'import' as const }, author, ...(patient !== undefined && { patient }) }
    const taken = await this.parts.intake.takeExamined(arrival, examined, this.signal).catch((reason: unknown) => {
      if (codeOf(reason) === 'ABORT_ERR') return undefined
      throw reason
    })
    if (!taken) return
    if (taken.kind === 'refused') return this.leave(file, taken.reason)
    this.touched.add(taken.studyInstanceUid)
    if (taken.kind === 'imported') this.imported += 1
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
    for (const entry of await this.parts.intake.settle([...this.touched])) this.entries.set(entry.studyInstanceUid, entry)
  }
}

/** Discs are read with names in another case, and with the version or a dot that ISO 9660 puts behind them. */
const plainName = (path: string): string => path.toLowerCase().replace(/;\d+$/, '').replace(/\.$/, '')

const codeOf = (reason: unknown): string => String((reason as NodeJS.ErrnoException | undefined)?.code ?? '')

const problemOf = (reason: unknown): NonNullable<ImportProgress['problem']> => {
  if (isDiskFull(reason)) return 'disk-full'
  const code = codeOf(reason)
  return ['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EIO', 'ELOOP'].includes(code) ? 'folder-unreadable' : 'internal'
}
