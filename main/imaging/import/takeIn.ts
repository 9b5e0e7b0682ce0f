import type { LeftOut, StudyEntry, StudySource } from '../../../shared/contract'
import { dicomPatientOf } from '../../../shared/records/imaging-study/study'
import { ArchiveProblem } from '../archive/archive'
import type { StoredInstance, Studies } from '../archive/studies'
import type { Examined } from './examine'
import type { Examiner } from './examiner'
import type { FileAsk } from './source'
import { inTurn, limitTo } from './turns'

/** A Part 10 file that came from somewhere. */
export interface Arrival {
  /** Where its bytes are: a file, or memory. The file is left as it is. */
  readonly file: FileAsk
  readonly source: StudySource
  /**
   * Whose chart was open, or for whom it was fetched: it goes there when its Patient ID is that patient's number, else into the tray.
   * Absent for what was received: the one patient with that number; an import without a patient goes into the tray.
   */
  readonly patient?: string
  /** Practitioner id of whoever asked for it, or `system`. */
  readonly author: string
}

/** What became of it. */
export type TakenIn =
  /** It is in the archive, on disk. `duplicate`: it was before, the same bytes. */
  | { readonly kind: 'imported' | 'duplicate'; readonly studyInstanceUid: string; readonly sopInstanceUid: string }
  /** Nothing of it was kept. */
  | { readonly kind: 'refused'; readonly reason: LeftOut['reason'] }

/**
 * The way into the archive, whatever brings an instance. Several may be taken in at once, and should: they share waits for
 * the disk, and the record of their study is written once a burst, half a second after its last one.
 */
export interface Intake {
  /**
   * Resolves when the instance is on disk, and will be there after a power cut. Rejects only when this workstation
   * cannot keep it now (see {@link isDiskFull}); what is wrong with the file is a `refused`.
   */
  take(arrival: Arrival): Promise<TakenIn>
  /** As {@link take}, of a file that was examined already. Those of one instance are decided about in the order of the calls. */
  takeExamined(arrival: Arrival, examined: Examined & { readonly kind: 'instance' }, signal?: AbortSignal): Promise<TakenIn>
  /** Writes the records of these studies now (default: of all that wait), and answers them. */
  settle(studies?: readonly string[]): Promise<StudyEntry[]>
  /** Does something to a study while nothing of it comes in: what comes waits. */
  alone<Result>(study: string, work: () => Promise<Result>): Promise<Result>
  close(): Promise<void>
}

/** What the intake works with. */
export interface IntakeParts {
  readonly studies: Studies
  readonly examiner: Examiner
  /** Told what was counted without anybody asking: it was received. */
  readonly counted?: (study: StudyEntry) => void
  /** A fault while a record was written by itself; it is made up for at the next start. */
  readonly failed?: (reason: unknown) => void
  /** How long after its last instance a study is counted, ms. */
  readonly restMs?: number
  /** So long at most after its first one, ms. */
  readonly longestMs?: number
}

/** The disk has no room: what came was not kept, and may be sent again later. */
export const isDiskFull = (reason: unknown): boolean =>
  ['ENOSPC', 'EDQUOT'].includes(String((reason as NodeJS.ErrnoException | undefined)?.code)) || (reason as { kind?: unknown } | undefined)?.kind === 'disk-full'

/** The source could not be read, or is not what was examined: its own fault, not this workstation's. */
const isSourceFault = (reason: unknown): boolean =>
  reason instanceof ArchiveProblem || ['EIO', 'ENOENT', 'EACCES', 'EPERM', 'ENXIO', 'ELOOP'].includes(String((reason as NodeJS.ErrnoException | undefined)?.code))

/** Files on their way at once: enough to share the waits for the disk. */
const atOnce = 32
/** Instances entered in one write at most. */
const longestWrite = 200
/** How long the first of a write waits for others, ms: a write holds this thread until the disk has it. */
const gatherMs = 10

/** Instances of one study that came close together: its record is made at the first and counted after the last. */
class Burst {
  readonly patients = new Set<string>()
  /** Something of it was received: its number alone says whose it is. */
  received = false
  private busy = 0
  private idle: (() => void)[] = []
  readonly begun = Date.now()
  timer: NodeJS.Timeout | undefined

  constructor(
    readonly study: string,
    readonly author: string,
    /** Patient ID that the study's record has. */
    readonly patientId: Promise<string>,
  ) {}

  enter(): void {
    this.busy += 1
  }

  leave(): void {
    this.busy -= 1
    if (this.busy === 0) for (const each of this.idle.splice(0)) each()
  }

  /** Nothing of it is on its way. */
  async quiet(): Promise<void> {
    if (this.busy > 0) await new Promise<void>((resolve) => this.idle.push(resolve))
  }
}

/** Opens the way into the archive. */
export const openIntake = ({ studies, examiner, counted = () => undefined, failed = () => undefined, restMs = 500, longestMs = 10_000 }: IntakeParts): Intake => {
  const bursts = new Map<string, Burst>()
  /** Studies that are being counted: whoever comes next waits for it. */
  const counting = new Map<string, Promise<unknown>>()
  const turns = inTurn()
  const limited = limitTo(atOnce)
  let closed = false

  const alone = async <Result>(study: string, work: () => Promise<Result>): Promise<Result> => {
    for (let before = counting.get(study); before; before = counting.get(study)) await before.catch(() => undefined)
    const mine = work()
    counting.set(study, mine)
    try {
      return await mine
    } finally {
      if (counting.get(study) === mine) counting.delete(study)
    }
  }
  const settleOne = (study: string): Promise<StudyEntry | undefined> =>
    alone(study, async () => {
      const burst = bursts.get(study)
      if (!burst) return undefined
      clearTimeout(burst.timer)
      bursts.delete(study)
      await burst.quiet()
      await burst.patientId
      return studies.count(study, burst.author, { patients: [...burst.patients], byNumber: burst.received })
    })

  const plan = (burst: Burst): void => {
    clearTimeout(burst.timer)
    if (closed) return
    const wait = Math.max(0, Math.min(restMs, burst.begun + longestMs - Date.now()))
    burst.timer = setTimeout(() => {
      settleOne(burst.study).then((entry) => entry && counted(entry), failed)
    }, wait)
  }

  const burstOf = async ({ header }: Examined & { readonly kind: 'instance' }, { author, source, patient }: Arrival): Promise<Burst> => {
    const study = header.studyInstanceUid
    // The one before is being counted: what comes now belongs to the next.
    for (let before = counting.get(study); before; before = counting.get(study)) await before.catch(() => undefined)
    let burst = bursts.get(study)
    if (!burst) {
      const patientId = studies.enter(header, author, source).then(({ resource }) => dicomPatientOf(resource).id)
      burst = new Burst(study, author, patientId)
      bursts.set(study, burst)
      patientId.catch(() => bursts.get(study) === burst && bursts.delete(study))
    }
    if (patient !== undefined) burst.patients.add(patient)
    if (patient === undefined && source.kind === 'received') burst.received = true
    burst.enter()
    return burst
  }

  const waiting: { readonly instance: StoredInstance; readonly done: (isNew: boolean) => void; readonly fail: (reason: unknown) => void }[] = []
  let writing = false
  /** While one write waits for the disk, the next ones gather. */
  const write = async (): Promise<void> => {
    if (writing) return
    writing = true
    await new Promise((resolve) => setTimeout(resolve, gatherMs))
    for (let some = waiting.splice(0, longestWrite); some.length > 0; some = waiting.splice(0, longestWrite)) {
      try {
        const isNew = await studies.keepAll(some.map(({ instance }) => instance))
        for (const [at, { done }] of some.entries()) done(isNew[at] === true)
      } catch (reason) {
        for (const { fail } of some) fail(reason)
      }
    }
    writing = false
  }
  const keep = (instance: StoredInstance): Promise<boolean> => {
    const kept = new Promise<boolean>((done, fail) => waiting.push({ instance, done, fail }))
    void write()
    return kept
  }

  const decide = async (arrival: Arrival, examined: Examined & { readonly kind: 'instance' }, signal?: AbortSignal): Promise<TakenIn> => {
    const { header, sha256 } = examined
    const names = { studyInstanceUid: header.studyInstanceUid, sopInstanceUid: header.sopInstanceUid }
    const burst = await burstOf(examined, arrival)
    let here: StoredInstance | undefined
    try {
      here = await studies.instance(header.sopInstanceUid)
      if (here && here.sha256 !== sha256) return { kind: 'refused', reason: 'different-content' }
      if (!here && (await burst.patientId) !== header.patient.id) return { kind: 'refused', reason: 'other-patient' }
      // Also of one that is here: its file may have been lost, and the same bytes mend it.
      await examiner.store(arrival.file, sha256, signal)
      if (here) return { kind: 'duplicate', ...names }
      if (await keep(studies.instanceOf(examined, arrival.source))) return { kind: 'imported', ...names }
      // Another workstation's file of that UID came in the same moment.
      return (await studies.instance(header.sopInstanceUid))?.sha256 === sha256 ? { kind: 'duplicate', ...names } : { kind: 'refused', reason: 'different-content' }
    } catch (reason) {
      if (isSourceFault(reason)) return here ? { kind: 'duplicate', ...names } : { kind: 'refused', reason: 'unreadable' }
      throw reason
    } finally {
      burst.leave()
      plan(burst)
    }
  }

  const takeExamined: Intake['takeExamined'] = (arrival, examined, signal) => turns(examined.header.sopInstanceUid, () => decide(arrival, examined, signal))

  return {
    takeExamined,
    alone: async (study, work) => {
      await settleOne(study)
      return alone(study, work)
    },
    take: (arrival) =>
      limited(async () => {
        const examined = await examiner.examine(arrival.file)
        if (examined.kind === 'instance') return takeExamined(arrival, examined)
        return { kind: 'refused', reason: examined.kind === 'directory' ? 'no-uid' : examined.reason }
      }),
    async settle(wanted = [...bursts.keys()]) {
      const entries: StudyEntry[] = []
      for (const study of wanted) {
        // One that was quiet for a while has been counted already.
        const entry = (await settleOne(study)) ?? (await studies.entryOf(study))
        if (entry) entries.push(entry)
      }
      return entries
    },
    async close() {
      closed = true
      await Promise.all([...bursts.keys()].map((study) => settleOne(study).catch(failed)))
    },
  }
}
