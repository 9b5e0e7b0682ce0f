import { studyUidIn } from './partTen'
import { DicomWebProblem, type DicomWeb, type FoundInstance } from './client'

/** What became of one instance that came; see `TakenIn` of the archive's intake. */
export type Taken = { readonly kind: 'imported' | 'duplicate'; readonly sopInstanceUid: string } | { readonly kind: 'refused'; readonly reason: string }

/** How far a study is. */
export interface FetchProgress {
  /** Instances of the study that the server names; 0 while they are being listed. */
  readonly total: number
  /** Of them, those that lie here now. */
  readonly here: number
  /** Came now. */
  readonly imported: number
  /** Came and were not kept, by reason. */
  readonly refused: Readonly<Record<string, number>>
}

/** What a fetch works with. */
export interface FetchParts {
  readonly web: DicomWeb
  /** Whether an instance lies in the archive. */
  readonly has: (sopInstanceUid: string) => Promise<boolean>
  /** Takes a file into the archive; resolves when it is on disk. Rejects only when this workstation cannot keep it. */
  readonly take: (file: Uint8Array) => Promise<Taken>
  readonly tell: (progress: FetchProgress) => void
  /** Waited before the line is tried again, by how often it was in vain since something last came, ms. */
  readonly pauseMs?: (tries: number) => number
}

/** The line is given up after so many tries during which nothing came. */
const mostTries = 5
/** Requests under way at once. */
const lanes = 3

/** One request: a whole series, or one instance. */
interface Request {
  readonly series?: string
  readonly instance?: string
}

/**
 * What to ask for, so that nothing that is here is sent again: a series of which nothing is here in one answer, else instance
 * by instance. In the order of the study, so that the first pictures can be looked at while the others come.
 */
export const requestsFor = (listed: readonly FoundInstance[], isHere: ReadonlySet<string>): readonly Request[] => {
  const bySeries = new Map<string, FoundInstance[]>()
  for (const each of listed) bySeries.set(each.seriesInstanceUid, [...(bySeries.get(each.seriesInstanceUid) ?? []), each])
  return [...bySeries].flatMap(([series, instances]) => {
    const missing = instances.filter(({ sopInstanceUid }) => !isHere.has(sopInstanceUid))
    if (missing.length === instances.length && missing.length > 1) return [{ series }]
    return missing.map(({ sopInstanceUid }) => ({ series, instance: sopInstanceUid }))
  })
}

const defaultPause = (tries: number): number => Math.min(30_000, 500 * 2 ** tries)

/**
 * Brings a study here. A line that is cut is tried again, and what has arrived is not asked for again; neither is it by a later
 * fetch of the same study.
 *
 * @throws DicomWebProblem when the server says no, or the line stays cut; what was taken stays.
 */
export const fetchStudy = async (study: string, { web, has, take, tell, pauseMs = defaultPause }: FetchParts, signal: AbortSignal): Promise<FetchProgress> => {
  const refused: Record<string, number> = {}
  /** Came and was decided about, whatever the decision: asking again changes nothing. */
  const decided = new Set<string>()
  let imported = 0
  let listed: readonly FoundInstance[] = []
  let here = new Set<string>()
  let tries = 0
  const progress = (): FetchProgress => ({ total: listed.length, here: listed.filter(({ sopInstanceUid }) => here.has(sopInstanceUid)).length, imported, refused: { ...refused } })

  const decide = async (file: Uint8Array): Promise<void> => {
    // An answer that brings another study than was asked for is not let in under this one's name.
    const taken: Taken = (await studyUidIn(file)) === study ? await take(file) : { kind: 'refused', reason: 'other-study' }
    tries = 0
    if (taken.kind === 'refused') refused[taken.reason] = (refused[taken.reason] ?? 0) + 1
    else here.add(taken.sopInstanceUid)
    if (taken.kind === 'imported') imported += 1
    tell(progress())
  }
  const run = async ({ series, instance }: Request): Promise<void> => {
    for await (const file of web.retrieve({ study, ...(series !== undefined && { series }), ...(instance !== undefined && { instance }) }, signal)) {
      signal.throwIfAborted()
      await decide(file)
    }
    if (instance !== undefined) decided.add(instance)
    else for (const each of listed) if (each.seriesInstanceUid === series) decided.add(each.sopInstanceUid)
  }
  const pass = async (): Promise<void> => {
    listed = await web.listInstances(study, signal)
    here = new Set()
    for (const { sopInstanceUid } of listed) if (await has(sopInstanceUid)) here.add(sopInstanceUid)
    tell(progress())
    const waiting = [...requestsFor(listed, new Set([...here, ...decided]))]
    let failure: unknown
    const lane = async (): Promise<void> => {
      for (let next = waiting.shift(); next && failure === undefined; next = waiting.shift()) {
        try {
          await run(next)
        } catch (reason) {
          failure ??= reason
        }
      }
    }
    await Promise.all(Array.from({ length: lanes }, lane))
    if (failure !== undefined) throw failure
  }

  for (;;) {
    try {
      await pass()
      return progress()
    } catch (reason) {
      signal.throwIfAborted()
      if (!(reason instanceof DicomWebProblem) || reason.kind !== 'unreachable' || tries >= mostTries) throw reason
      await pause(pauseMs(tries), signal)
      tries += 1
    }
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const over = () => {
      clearTimeout(timer)
      reject(signal.reason as Error)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', over)
      resolve()
    }, ms)
    signal.addEventListener('abort', over, { once: true })
  })
