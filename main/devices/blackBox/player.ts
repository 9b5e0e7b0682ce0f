import { createHash } from 'node:crypto'
import type { ReplayedResult } from '../../../shared/contract'
import { readCapture, type Profile } from '../profiles'
import type { Entry } from './entry'
import { type Replayed, replayerOf } from './replayer'

/** Longest wait at a silence of the recording, in real time: nobody watches a night in which nothing came. */
const longestWaitMs = 2_000
/** Slices in which time passes, and in which the other lines have their turn. */
const sliceMs = 40
/** After the last byte: longer than any time limit of a parser. */
const lastSilenceMs = 120_000
/** Newest results that are held for the window. */
const mostResults = 2_000

/** How far a replay is. */
export interface PlayState {
  /** The recording's clock, milliseconds since 1970. */
  readonly at: number
  readonly done: number
  readonly of: number
  readonly isOver: boolean
  /** Bytes of the device that went through the parser, and their SHA-256. */
  readonly bytes: number
  readonly digest: string
}

/** A recording that is played again. */
export interface Play {
  state(): PlayState
  /** Results after the one with this number. */
  results(after: number): ReplayedResult[]
  /** What was played after the entry with this number. */
  entries(after: number, most: number): readonly Entry[]
  stop(): void
  /** Resolves when it is over or stopped. */
  readonly over: Promise<void>
}

/** What playing needs. */
export interface PlayOptions {
  readonly entries: readonly Entry[]
  readonly profile: Profile
  /** 1: as it was. */
  readonly speed: number
  /** Every message, for who does more than look. */
  readonly message?: (message: Extract<Replayed, { kind: 'message' }>) => Promise<void>
  readonly sleep?: (ms: number) => Promise<void>
}

const sleeping = (ms: number) => new Promise<void>((later) => setTimeout(later, ms))

type WithoutNumber<Each> = Each extends unknown ? Omit<Each, 'number'> : never

const valuesOf = (numbers: Extract<Replayed, { kind: 'measurement' }>['numbers']) =>
  Object.entries(numbers).map(([code, value]) => ({ code: code as keyof typeof numbers, value }))

/** Index of the first entry with a larger number; their numbers grow. */
const firstAfter = (entries: readonly Entry[], number: number): number => {
  let low = 0
  let high = entries.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (entries[middle]!.number <= number) low = middle + 1
    else high = middle
  }
  return low
}

/** What a window shows of what the parser made. */
export const shownOf = (replayed: Replayed, profile: Profile): WithoutNumber<ReplayedResult>[] => {
  const at = new Date(replayed.at).toISOString()
  switch (replayed.kind) {
    case 'message': {
      if (profile.category !== 'analyser') return []
      return readCapture(replayed.text, profile).flatMap(({ samples, isReadable }): WithoutNumber<ReplayedResult>[] => {
        if (samples.length === 0) return isReadable ? [] : [{ kind: 'unreadable', at }]
        return samples.map(({ accession, isQualityControl, results }) => ({
          kind: 'sample', at, accession, isQualityControl, isWhole: replayed.complete && isReadable, results: results.map(({ line }) => line),
        }))
      })
    }
    case 'measurement':
      return [{ kind: 'measurement', at, values: valuesOf(replayed.numbers), ...(replayed.bed === undefined ? {} : { bed: replayed.bed }) }]
    case 'stream':
      return [{ kind: 'stream', at, values: replayed.numbers ? valuesOf(replayed.numbers) : [] }]
    case 'refused':
      return [{ kind: 'refused', at, why: replayed.why }]
  }
}

/** Plays a recording through the parsers of its profile, at its own pace or faster. Files nothing. */
export const play = ({ entries, profile, speed, message, sleep = sleeping }: PlayOptions): Play => {
  const replayer = replayerOf(profile)
  const results: ReplayedResult[] = []
  const digest = createHash('sha256')
  let numbered = 0
  let isStopped = false
  let done = 0
  let bytes = 0
  let at = entries[0]?.at ?? 0

  const take = async (replayed: readonly Replayed[]) => {
    for (const each of replayed) {
      for (const shown of shownOf(each, profile)) results.push({ ...shown, number: ++numbered })
      if (results.length > mostResults) results.splice(0, results.length - mostResults)
      if (each.kind === 'message') await message?.(each)
    }
  }
  const step = (entry: Entry): Replayed[] => {
    switch (entry.kind) {
      case 'opened':
        return replayer.opened(entry.at)
      case 'closed':
        return replayer.closed(entry.at)
      case 'gap':
      case 'made':
        return []
      case 'bytes':
        if (entry.from === 'host') return []
        bytes += entry.bytes.length
        digest.update(entry.bytes)
        return replayer.bytes(entry.bytes, entry.at)
    }
  }
  const run = async () => {
    // A stretch from the middle of a recording: its line was open before.
    if (entries[0]?.kind !== 'opened') await take(replayer.opened(at))
    /** Real milliseconds that the recording is ahead: paid in slices. */
    let owed = 0
    let sinceSlice = 0
    for (const entry of entries) {
      if (isStopped) return
      owed += Math.min(longestWaitMs, Math.max(0, entry.at - at) / speed)
      while (owed >= sliceMs && !isStopped) {
        const wait = Math.min(owed, sliceMs)
        await sleep(wait)
        owed -= wait
        sinceSlice = 0
      }
      // However much came at once, other lines have their turn.
      if (++sinceSlice >= 200) {
        await sleep(0)
        sinceSlice = 0
      }
      at = Math.max(at, entry.at)
      await take(step(entry))
      done++
    }
    // A page without an end of its own ends with the silence. That something was cut off there is no fault: the recording ends.
    await take(replayer.silence(at + lastSilenceMs).filter(({ kind }) => kind !== 'refused'))
  }
  let isOver = false
  const over = run()
    .catch(() => undefined)
    .finally(() => (isOver = true))

  return {
    state: () => ({ at, done, of: entries.length, isOver, bytes, digest: digest.copy().digest('hex') }),
    results: (after) => results.filter(({ number }) => number > after),
    entries: (after, most) => {
      const found: Entry[] = []
      let weight = 0
      for (let index = firstAfter(entries, after); index < done; index++) {
        const entry = entries[index]!
        weight += 16 + (entry.kind === 'bytes' ? entry.bytes.length : 0)
        if (weight > most) break
        found.push(entry)
      }
      return found
    },
    stop: () => {
      isStopped = true
    },
    over: over.then(() => undefined),
  }
}
