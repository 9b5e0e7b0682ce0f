import type { TravelRule } from '../../shared/contract'

/** What slows files down. */
export interface PaceParts {
  rule(): TravelRule
  /** Records wait to be sent or fetched at this moment, and something becomes of them. */
  areRecordsWaiting(): boolean
  readonly now?: () => number
}

/** Lets files pass at the pace that the rule and the records leave them. */
export interface Pace {
  /** Before a chunk: waits until no record waits. Rejects when `signal` is aborted. */
  beforeChunk(signal: AbortSignal): Promise<void>
  /** Before so many bytes of a chunk that is under way: lets records pass, but never so long that the server gives up. */
  beforeBytes(count: number, signal: AbortSignal): Promise<void>
  /** A chunk of so many bytes was sent in so many ms, a round trip and what was waited for here not counted: how fast the line is. */
  sent(bytes: number, ms: number): void
  /** So many bytes are handed on at a time: what the line carries in a moment, so that a record does not wait behind more. */
  readonly pieceBytes: number
  /** How long was waited for records and for the limit, all in all, ms. */
  readonly waitedMs: number
}

/** Within a chunk, ms. */
const patienceInChunkMs = 4_000
const lookEveryMs = 15
/** On a slower line (4 Mbit/s) bytes are handed on as fast as it carries them, and somewhat faster to see whether it got better; bytes a ms. */
const slowLine = 500
const probing = 1.5
/** A moment, ms, and what is handed on in it at most and at least, bytes. */
const momentMs = 30
const largestPiece = 16 * 1024
const smallestPiece = 1024
/** The best of so many chunks counts: the others waited for a busy computer. */
const remembered = 8

/** What may pass at once under a limit, seconds of it. */
const burstSeconds = 0.5

/** Records that nothing becomes of hold files up no longer, ms. */
const stuckMs = 20_000

/** Whether records want the line, and get on with it. */
export const movingRecords = (waiting: () => number, now: () => number): (() => boolean) => {
  let last = 0
  let movedAt = 0
  return () => {
    const count = waiting()
    if (count !== last) {
      last = count
      movedAt = now()
    }
    return count > 0 && now() - movedAt < stuckMs
  }
}

/** Waits; rejects when aborted. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      reject(signal.reason instanceof Error ? signal.reason : new Error('stopped'))
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop)
      resolve()
    }, ms)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })

/** See {@link Pace}. One for all files of a practice: they share the line. */
export const openPace = ({ rule, areRecordsWaiting, now = Date.now }: PaceParts): Pace => {
  /** When the line has carried all that was let through, under the limit. */
  let freeAt = 0

  /** Bytes a ms that the line carries, as measured. */
  let carries = Infinity
  let rates: number[] = []
  /** When it has carried what was handed to it, at that. */
  let carriedAt = 0
  let waitedMs = 0
  const waited = async (ms: number, signal: AbortSignal): Promise<void> => {
    const begun = performance.now()
    try {
      await pause(ms, signal)
    } finally {
      waitedMs += performance.now() - begun
    }
  }

  const untilRecordsPassed = async (signal: AbortSignal, most: number): Promise<void> => {
    const begun = now()
    while (areRecordsWaiting() && now() - begun < most) await waited(lookEveryMs, signal)
  }
  /** What lies before the line in some buffer can no longer be held back for a record: no more is put there than it carries. */
  const asTheLineCarries = async (count: number, signal: AbortSignal): Promise<void> => {
    if (carries >= slowLine) return
    const at = performance.now()
    if (carriedAt > at) await pause(carriedAt - at, signal)
    carriedAt = Math.max(carriedAt, at) + count / (carries * probing)
  }
  return {
    beforeChunk: (signal) => untilRecordsPassed(signal, Infinity),
    beforeBytes: async (count, signal) => {
      await asTheLineCarries(count, signal)
      await untilRecordsPassed(signal, patienceInChunkMs)
      const { kilobytesPerSecond } = rule()
      if (kilobytesPerSecond <= 0) return
      const perMs = kilobytesPerSecond
      const at = now()
      freeAt = Math.max(freeAt, at - burstSeconds * 1000) + count / perMs
      if (freeAt > at) await waited(freeAt - at, signal)
    },
    sent: (bytes, ms) => {
      rates = [...rates, bytes / Math.max(1, ms)].slice(-remembered)
      carries = Math.max(...rates)
    },
    get pieceBytes() {
      return Math.round(Math.min(largestPiece, Math.max(smallestPiece, carries * momentMs)))
    },
    get waitedMs() {
      return waitedMs
    },
  }
}
