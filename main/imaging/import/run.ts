import { stat } from 'node:fs/promises'
import type { ImportProgress, LeftOut, StudyEntry } from '../../../shared/contract'
import type { Examined, Glanced } from './examine'
import type { Examiner } from './examiner'
import { Finding, type Look } from './finding'
import { gather, type Item } from './gather'
import { isDiskFull, type Intake } from './takeIn'
import type { WalkLimits } from './walk'

/** What an import works with. */
export interface ImportParts {
  readonly intake: Intake
  readonly examiner: Examiner
  /** What the practice knows of a study that was found. */
  readonly look: Look
  /** Called at most a few times a second while it runs, and once when it has ended. */
  readonly tell: (progress: ImportProgress) => void
  readonly limits?: WalkLimits
}

/** What is imported, and on whose say-so. */
export interface ImportAsk {
  readonly id: string
  /** Folders, zip archives, files. */
  readonly from: readonly string[]
  /** The open patient: studies with that patient's number go onto the chart, all others into the tray. */
  readonly patient?: string
  /** Practitioner id. */
  readonly author: string
  /** What is found is told first, and imported only as far as it is chosen. */
  readonly asks?: boolean
}

/** An import that runs, or has run. */
export interface ImportRun {
  progress(): ImportProgress
  /** Imports these of the studies that were found; false: it is not waiting for that. */
  choose(studies: readonly string[]): boolean
  /** Ends after the files at hand; what was imported stays. */
  cancel(): void
  /** Never rejects: a failure is a state. */
  readonly ended: Promise<ImportProgress>
}

const tellEveryMs = 250
/** Reasons kept by name; beyond them they are only counted. */
const mostNamed = 1000
/** Files that are looked at, and files that are stored, at a time. */
const lookedAhead = 32

/** Imports folders, zip archives and files. A second import of the same goes on where the first one stopped. */
export const runImport = (parts: ImportParts, ask: ImportAsk): ImportRun => {
  const stop = new AbortController()
  const run = new Run(parts, ask, stop.signal)
  return { progress: () => run.progress(), choose: (studies) => run.choose(studies), cancel: () => stop.abort(), ended: run.start() }
}

class Run {
  private state: ImportProgress['state']
  private problem: ImportProgress['problem']
  private seen = 0
  private total = 0
  private imported = 0
  private leftOutTotal = 0
  private readonly leftOut: LeftOut[] = []
  private readonly touched = new Set<string>()
  private readonly entries = new Map<string, StudyEntry>()
  private readonly finding: Finding
  /** The files that were found, and their studies. */
  private readonly ofStudy: { readonly item: Item; readonly study: string }[] = []
  private chosen: ((items: readonly Item[]) => void) | undefined
  /** What each DICOMDIR names, by the folder it lies in. */
  private readonly directories: { readonly folder: string; readonly names: readonly string[] }[] = []
  private toldAt = 0

  constructor(
    private readonly parts: ImportParts,
    private readonly ask: ImportAsk,
    private readonly signal: AbortSignal,
  ) {
    this.state = ask.asks === true ? 'looking' : 'running'
    this.finding = new Finding(parts.look, ask.patient)
  }

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
      found: this.finding.studies(),
      ...(this.problem && { problem: this.problem }),
    }
  }

  choose(studies: readonly string[]): boolean {
    const chosen = this.chosen
    if (!chosen || this.signal.aborted) return false
    this.chosen = undefined
    const wanted = new Set(studies)
    const items = this.ofStudy.flatMap(({ item, study }) => (wanted.has(study) ? [item] : []))
    this.state = 'running'
    this.seen = 0
    this.total = items.length
    chosen(items)
    return true
  }

  async start(): Promise<ImportProgress> {
    const outcome = await this.all().catch((reason: unknown) => {
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
    this.parts.tell({ ...this.progress(), leftOut: [], studies: [], found: [] })
  }

  private leave(file: string, reason: LeftOut['reason']): void {
    this.leftOutTotal += 1
    if (this.leftOut.length < mostNamed) this.leftOut.push({ file, reason })
  }

  private async all(): Promise<'done' | 'cancelled' | 'failed'> {
    const { items, leftOut } = await gather(this.ask.from, this.parts.examiner, this.signal, this.parts.limits)
    for (const { file, reason } of leftOut) this.leave(file, reason)
    this.total = items.length
    this.tell()
    const wanted = this.ask.asks === true ? await this.lookThrough(items) : items
    if (this.signal.aborted || !wanted) return 'cancelled'
    const unreadable = await this.takeAll(wanted)
    if (this.signal.aborted) return 'cancelled'
    if (this.ask.asks !== true) this.checkDirectories(items)
    if (unreadable > 0 && !(await this.isThere())) {
      this.problem = 'folder-unreadable'
      return 'failed'
    }
    return 'done'
  }

  /** Looks at the beginning of every file, tells what was found, and answers the files of what is chosen. */
  private async lookThrough(items: readonly Item[]): Promise<readonly Item[] | undefined> {
    await this.each(items, (item) => this.parts.examiner.glance(item.file), async (item, seen: Glanced) => {
      if (seen.kind !== 'instance') return this.pass(item.name, seen)
      this.ofStudy.push({ item, study: seen.header.studyInstanceUid })
      this.finding.add(seen)
    })
    if (this.signal.aborted) return undefined
    this.checkDirectories(items)
    await this.finding.settle()
    const chosen = new Promise<readonly Item[] | undefined>((resolve) => {
      this.chosen = resolve
      this.signal.addEventListener('abort', () => resolve(undefined), { once: true })
    })
    this.state = 'choosing'
    this.tell()
    return chosen
  }

  /** Takes files in; answers how many of them could not be read. */
  private async takeAll(items: readonly Item[]): Promise<number> {
    let unreadable = 0
    await this.each(items, (item) => this.parts.examiner.examine(item.file), async (item, examined: Examined) => {
      if (examined.kind === 'left-out' && examined.reason === 'unreadable') unreadable += 1
      await this.take(item, examined)
    })
    return unreadable
  }

  /** Files are looked at ahead of the one that is decided about, and stored beside each other; decided about in their order. */
  private async each<Seen>(items: readonly Item[], look: (item: Item) => Promise<Seen>, decide: (item: Item, seen: Seen) => Promise<void>): Promise<void> {
    const ahead: Promise<Seen>[] = []
    const under = new Set<Promise<void>>()
    let failure: { readonly reason: unknown } | undefined
    for (const [index, item] of items.entries()) {
      for (let next = items[index + ahead.length]; next && ahead.length < lookedAhead; next = items[index + ahead.length]) ahead.push(look(next))
      if (this.signal.aborted || failure) break
      const seen = await ahead.shift()
      if (this.signal.aborted || !seen) break
      const decided: Promise<void> = decide(item, seen)
        .catch((reason: unknown) => void (failure ??= { reason }))
        .finally(() => under.delete(decided))
      under.add(decided)
      while (under.size >= lookedAhead) await Promise.race(under)
      this.seen = index + 1
      if (Date.now() - this.toldAt >= tellEveryMs) this.tell()
    }
    await Promise.all([...under, ...ahead])
    if (failure) throw failure.reason
  }

  /** What is no instance. */
  private pass(name: string, seen: Exclude<Examined, { readonly kind: 'instance' }>): void {
    if (seen.kind === 'left-out') return this.leave(name, seen.reason)
    if (seen.damaged) this.leave(name, 'damaged-directory')
    this.directories.push({ folder: name.split('/').slice(0, -1).join('/'), names: seen.names })
  }

  private async take({ file, name }: Item, examined: Examined): Promise<void> {
    if (examined.kind !== 'instance') return this.pass(name, examined)
    const { author, patient } = this.ask
    const arrival = { file, source: { kind: 'import' as const }, author, ...(patient !== undefined && { patient }) }
    const taken = await this.parts.intake.takeExamined(arrival, examined, this.signal).catch((reason: unknown) => {
      if (codeOf(reason) === 'ABORT_ERR') return undefined
      throw reason
    })
    if (!taken) return
    if (taken.kind === 'refused') return this.leave(name, taken.reason)
    this.touched.add(taken.studyInstanceUid)
    if (taken.kind === 'imported') this.imported += 1
    else this.leave(name, 'duplicate')
  }

  /** A DICOMDIR is only a hint: everything in the folder was taken; what it names and is not there is reported. */
  private checkDirectories(items: readonly Item[]): void {
    const there = new Set(items.map(({ name }) => plainName(name)))
    for (const { folder, names } of this.directories) {
      for (const name of new Set(names)) {
        const path = folder === '' ? name : `${folder}/${name}`
        if (!there.has(plainName(path))) this.leave(path, 'missing')
      }
    }
  }

  /** Whether what was chosen is still there: the disc may have been taken out. */
  private async isThere(): Promise<boolean> {
    return (await Promise.all(this.ask.from.map((path) => stat(path).then(() => true, () => false)))).every(Boolean)
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
  return ['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EIO', 'ELOOP'].includes(codeOf(reason)) ? 'folder-unreadable' : 'internal'
}
