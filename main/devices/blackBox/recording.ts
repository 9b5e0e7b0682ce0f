import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolder, openSealedLog, SealedProblem, type SealedLog } from '../../sealed'
import { decodeBatch, encodeBatch, type Entry, type Happening } from './entry'

/** How much of a line is kept, and how soon. */
export interface RecordingLimits {
  /** Bytes of a segment before the next one begins. */
  readonly segmentBytes: number
  /** Full segments that are kept, or as many bytes in more of them; the oldest goes when another begins. */
  readonly segments: number
  /** How long bytes wait in memory before they are written, milliseconds: what a kill can cost. */
  readonly flushMs: number
}

/** Of the newest bytes, what is read without the disk. */
const tailBytes = 256 * 1024
const tailEntries = 20_000
/** What waits in memory is written when it is this much. */
const batchBytes = 32 * 1024
/** A disk this far behind loses bytes of the recording, never of the line. */
const backlogBytes = 4 * 1024 * 1024

/** Segments of a line, however little is in them. */
const mostSegments = 100

const segmentName = /^line-(\d{6})\.sealed$/

/** Part of a recording. */
export interface Stretch {
  /** Entries after the one with this number. */
  readonly after?: number
  /** Entries before the one with this number. */
  readonly before?: number
  /** From this time on, milliseconds since 1970. */
  readonly from?: number
  /** Up to and with this time. */
  readonly to?: number
  /** Only the newest of them, up to `most` bytes; else the oldest. */
  readonly newest?: boolean
  /** Bytes and entries in one answer, about. */
  readonly most: number
}

/** What {@link Recording.read} reads. */
export interface ReadEntries {
  /** Oldest first. */
  readonly entries: readonly Entry[]
  /** There are more than fitted into `most`. */
  readonly isCut: boolean
}

/** What a line said and was told, both directions with times: a bounded ring on disk. */
export interface Recording {
  /** Never throws and never waits: a line does not stand still for its recording. */
  note(happening: Happening): void
  read(stretch: Stretch): Promise<ReadEntries>
  /** From when on it reaches back, and how much lies there; undefined: nothing yet. */
  reach(): Promise<{ readonly from: number; readonly to: number; readonly bytes: number } | undefined>
  close(): Promise<void>
}

/** What a recording needs. */
export interface RecordingOptions {
  readonly folder: string
  readonly key: Uint8Array
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly limits: RecordingLimits
}

/** After a failure the same segment is tried this long before another is begun. */
const retryMs = 60_000

/** Entries cost a reader something even when they are empty. */
const weightOf = (entry: Entry): number => 16 + (entry.kind === 'bytes' ? entry.bytes.length : 32)

/** Opens the recording of a line; touches the disk with the first entry. One process at a time. */
export const openRecording = ({ folder, key, now, limits }: RecordingOptions): Recording => {
  const pathOf = (segment: number) => join(folder, `line-${String(segment).padStart(6, '0')}.sealed`)
  const tail: Entry[] = []
  let tailLength = 0
  /** Larger than any number before this process, so that whoever reads along goes on after a restart. */
  let last = now() * 1000
  let waiting: Entry[] = []
  let waitingBytes = 0
  /** Handed to the disk and not there yet. */
  let underWay = 0
  let lost = 0
  let timer: NodeJS.Timeout | undefined
  /** Numbers of the first and last entry of segments that are full and were read once. */
  const ranges = new Map<number, { readonly first: number; readonly last: number }>()
  let current: { readonly log: SealedLog; readonly segment: number; readonly begunAt: number; length: number } | undefined
  /** One thing at a time on the disk. */
  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const result = turn.then(work, work)
    turn = result.catch(() => undefined)
    return result
  }

  const segmentsOnDisk = async (): Promise<number[]> => {
    const names = await readdir(folder).catch((reason: NodeJS.ErrnoException) => {
      if (reason.code === 'ENOENT' || reason.code === 'ENOTDIR') return []
      throw reason
    })
    return names.map((name) => Number(segmentName.exec(name)?.[1])).filter((each) => each > 0).sort((one, other) => one - other)
  }
  const begin = async () => {
    const before = current
    current = undefined
    await before?.log.close()
    await makeFolder(folder)
    const there = await segmentsOnDisk()
    const segment = (there.at(-1) ?? 0) + 1
    const log = await openSealedLog(pathOf(segment), key, { isSynced: false }).catch(async (reason: unknown) => {
      // A full disk takes empty files: each would count as a segment, and turn the ring.
      await rm(pathOf(segment), { force: true })
      throw reason
    })
    current = { log, segment, begunAt: now(), length: 0 }
    await forgetOldest(there)
    return current
  }
  /** A start of this process begins a segment, too: what counts is how full they are. */
  const forgetOldest = async (there: readonly number[]) => {
    let bytes = 0
    for (const [index, old] of there.toReversed().entries()) {
      bytes += Math.min(limits.segmentBytes, (await stat(pathOf(old))).size)
      if (bytes > limits.segmentBytes * (limits.segments - 1) || index >= mostSegments) await rm(pathOf(old), { force: true })
    }
  }
  const write = async (entries: readonly Entry[], length: number): Promise<void> => {
    try {
      const into = !current || current.length > limits.segmentBytes ? await begin() : current
      const record = encodeBatch(entries)
      await into.log.append(record)
      into.length += record.length
    } catch {
      lost += length
      // A full disk must not turn the ring: the same segment again, and another only where it does not mend.
      if (current && now() - current.begunAt > retryMs) current = { ...current, length: Infinity }
    } finally {
      underWay -= length
    }
  }
  const flush = (): void => {
    clearTimeout(timer)
    timer = undefined
    if (waiting.length === 0) return
    const [entries, length] = [waiting, waitingBytes]
    waiting = []
    waitingBytes = 0
    underWay += length
    void inTurn(() => write(entries, length))
  }
  const add = (happening: Happening): void => {
    const entry: Entry = { ...happening, number: ++last, at: now() }
    tail.push(entry)
    tailLength += weightOf(entry)
    while (tail.length > tailEntries || tailLength > tailBytes) tailLength -= weightOf(tail.shift()!)
    waiting.push(entry)
    waitingBytes += weightOf(entry)
  }

  /** The entries of a segment; one that does not read back as it was written, or is under another key, has none. */
  async function* entriesIn(segment: number): AsyncIterable<Entry> {
    const isCurrent = current?.segment === segment
    try {
      const log = isCurrent ? current!.log : await openSealedLog(pathOf(segment), key, { isSynced: false })
      try {
        for await (const { bytes } of log.read()) yield* decodeBatch(bytes)
      } finally {
        if (!isCurrent) await log.close()
      }
    } catch (reason) {
      if (!(reason instanceof SealedProblem)) throw reason
    }
  }
  const fromDisk = async ({ after = -1, before = Infinity, from = -Infinity, to = Infinity, newest = false, most }: Stretch): Promise<ReadEntries> => {
    const segments = await segmentsOnDisk()
    if (newest) segments.reverse()
    let found: Entry[] = []
    let isCut = false
    for (const segment of segments) {
      const range = ranges.get(segment)
      if (range && (range.last <= after || range.first >= before)) continue
      const here: Entry[] = []
      let first: number | undefined
      let lastHere = 0
      let weight = found.reduce((sum, entry) => sum + weightOf(entry), 0)
      for await (const entry of entriesIn(segment)) {
        first ??= entry.number
        lastHere = entry.number
        if (entry.number <= after || entry.number >= before || entry.at < from || entry.at > to) continue
        here.push(entry)
        weight += weightOf(entry)
        if (weight <= most) continue
        isCut = true
        if (!newest) return { entries: [...found, ...here], isCut }
        while (weight > most && here.length > 1) weight -= weightOf(here.shift()!)
      }
      if (first !== undefined && segment !== current?.segment) ranges.set(segment, { first, last: lastHere })
      found = newest ? [...here, ...found] : [...found, ...here]
      if (isCut) break
    }
    return { entries: found, isCut }
  }
  const fromTail = ({ after = -1, most }: Stretch): ReadEntries => {
    const entries: Entry[] = []
    let weight = 0
    for (const entry of tail) {
      if (entry.number <= after) continue
      if (weight > most) return { entries, isCut: true }
      entries.push(entry)
      weight += weightOf(entry)
    }
    return { entries, isCut: false }
  }

  return {
    note: (happening) => {
      if (underWay + waitingBytes > backlogBytes) {
        lost += happening.kind === 'bytes' ? happening.bytes.length : 1
        return
      }
      if (lost > 0 && underWay === 0) {
        add({ kind: 'gap', bytes: lost })
        lost = 0
      }
      // The bytes are the line's own: it may use their buffer again.
      add(happening.kind === 'bytes' ? { ...happening, bytes: Uint8Array.from(happening.bytes) } : happening)
      if (waitingBytes > batchBytes || happening.kind === 'made') flush()
      else timer ??= setTimeout(flush, limits.flushMs)
    },
    read: async (stretch) => {
      const oldest = tail[0]
      const { after, before } = stretch
      const isRecent = after !== undefined && before === undefined && oldest !== undefined && after >= oldest.number - 1 && stretch.from === undefined && stretch.to === undefined
      if (isRecent) return fromTail(stretch)
      flush()
      return inTurn(() => fromDisk(stretch))
    },
    reach: () => {
      flush()
      return inTurn(async () => {
        const segments = await segmentsOnDisk()
        let bytes = 0
        for (const segment of segments) bytes += (await stat(pathOf(segment))).size
        let from: number | undefined
        for (const segment of segments) {
          for await (const { at } of entriesIn(segment)) {
            from = at
            break
          }
          if (from !== undefined) break
        }
        const to = tail.at(-1)?.at ?? (await fromDisk({ newest: true, most: 1 })).entries.at(-1)?.at
        return from === undefined || to === undefined ? undefined : { from, to, bytes }
      })
    },
    close: async () => {
      flush()
      await turn
      await current?.log.close()
      current = undefined
    },
  }
}
