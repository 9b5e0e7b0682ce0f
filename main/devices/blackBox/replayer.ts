import { parseMessage } from '../../../shared/standards/hl7'
import { AstmFramer, Hl7Framer, PageFramer, VitalsWindow, type AstmEffect, type Hl7Effect, type PageEffect, type VitalNumbers, type VitalsEffect } from '../framers'
import type { AstmProfile, Hl7Profile, Profile, TextProfile, VitalsProfile } from '../profiles'
import { isResult } from '../station/hl7Driver'
import { isPossible } from '../station/vitalsDriver'
import { vitalsFramer } from '../station/vitalsFramer'

/** What a recording came to, as it goes. Times are the recording's own, milliseconds since 1970. */
export type Replayed =
  | { readonly kind: 'message'; readonly at: number; readonly raw: Uint8Array; readonly text: Uint8Array; readonly complete: boolean }
  /** A finished measurement. */
  | { readonly kind: 'measurement'; readonly at: number; readonly numbers: VitalNumbers; readonly bed?: string }
  /** The medians of a stream, once a second; undefined: the probe is off or the device searches. */
  | { readonly kind: 'stream'; readonly at: number; readonly numbers: VitalNumbers | undefined }
  /** Something was cut off, or is not what the protocol says. */
  | { readonly kind: 'refused'; readonly at: number; readonly why: string }

/** A device's line, played again: the parsers of its driver, with the recording's clock in place of ours. Pure. */
export interface Replayer {
  opened(at: number): Replayed[]
  /** Bytes of the device. What the host said is not needed: the parsers say it again. */
  bytes(bytes: Uint8Array, at: number): Replayed[]
  closed(at: number): Replayed[]
  /** Nothing came until then. */
  silence(until: number): Replayed[]
}

/** A parser with a clock of its own. */
interface Clocked {
  readonly deadline: number | undefined
  tick(at: number): Replayed[]
}

/** Limits that pass one by one in one silence; a device that is asked every second and was off for a day has many. */
const mostLimits = 1_000

/** Lets every time limit pass that lies before `until`, each at its own time. */
const passLimits = (parser: Clocked, until: number): Replayed[] => {
  const results: Replayed[] = []
  for (let passed = 0; parser.deadline !== undefined && parser.deadline <= until; passed++) {
    if (passed === mostLimits) {
      results.push(...parser.tick(until))
      break
    }
    const due = parser.deadline
    results.push(...parser.tick(due))
    // Some want to be a little late.
    if (parser.deadline === due) results.push(...parser.tick(Math.min(until, due + 1)))
    if (parser.deadline === due) break
  }
  return results
}

const replayerOver = (parser: Clocked & Pick<Replayer, 'opened' | 'bytes' | 'closed'>): Replayer => ({
  opened: (at) => [...passLimits(parser, at), ...parser.opened(at)],
  bytes: (bytes, at) => [...passLimits(parser, at), ...parser.bytes(bytes, at)],
  closed: (at) => [...passLimits(parser, at), ...parser.closed(at)],
  silence: (until) => passLimits(parser, until),
})

/** A framer of messages. */
interface MessageFramer<Effect> {
  readonly deadline: number | undefined
  tick(at: number): readonly Effect[]
  feed(bytes: Uint8Array, at: number): readonly Effect[]
  reset(): void
}

/** A line of messages; `ended`: what the end of a line makes of what was half there, where that is anything. */
const framedReplayer = <Effect>(framer: MessageFramer<Effect>, read: (effects: readonly Effect[], at: number) => Replayed[], ended?: () => readonly Effect[]): Replayer => {
  const forget = () => {
    framer.reset()
    return []
  }
  return replayerOver({
    get deadline() {
      return framer.deadline
    },
    tick: (at) => read(framer.tick(at), at),
    opened: forget,
    bytes: (bytes, at) => read(framer.feed(bytes, at), at),
    closed: ended ? (at) => read(ended(), at) : forget,
  })
}

const astmReplayer = (profile: AstmProfile): Replayer => {
  const framer = new AstmFramer(profile.framing, { framing: profile.hostQuery?.framing })
  const read = (effects: readonly AstmEffect[], at: number): Replayed[] =>
    effects.flatMap((effect): Replayed[] => {
      switch (effect.do) {
        case 'commit': {
          const message: Replayed[] = effect.message ? [{ kind: 'message', at, raw: effect.raw, text: effect.message, complete: true }] : []
          return [...message, ...read(framer.committed(true, at), at)]
        }
        case 'keep':
          return [{ kind: 'message', at, raw: effect.raw, text: effect.message, complete: false }]
        case 'interrupted':
          return [{ kind: 'refused', at, why: effect.why }]
        case 'endless':
          return [{ kind: 'refused', at, why: 'endless' }]
        case 'write':
          // NAK: a frame that was refused.
          return effect.bytes.length === 1 && effect.bytes[0] === 0x15 ? [{ kind: 'refused', at, why: 'frame' }] : []
        case 'sent':
        case 'unsent':
          return []
      }
    })
  return framedReplayer(framer, read)
}

const hl7Replayer = (profile: Hl7Profile): Replayer => {
  const framer = new Hl7Framer({ framing: profile.framing.block })
  const read = (effects: readonly Hl7Effect[], at: number): Replayed[] =>
    effects.flatMap((effect): Replayed[] => {
      if (effect.do === 'interrupted') return [{ kind: 'refused', at, why: effect.why }]
      return isResult(parseMessage(effect.message)) ? [{ kind: 'message', at, raw: effect.raw, text: effect.message, complete: true }] : []
    })
  return framedReplayer(framer, read)
}

const pageReplayer = (profile: TextProfile): Replayer => {
  const framer = new PageFramer(profile.framing)
  const read = (effects: readonly PageEffect[], at: number): Replayed[] =>
    effects.flatMap((effect): Replayed[] => {
      switch (effect.do) {
        case 'commit':
          return [{ kind: 'message', at, raw: effect.raw, text: effect.page, complete: true }, ...read(framer.committed(true), at)]
        case 'keep':
          return [{ kind: 'message', at, raw: effect.raw, text: effect.page, complete: false }]
        case 'interrupted':
          return [{ kind: 'refused', at, why: effect.why }]
        case 'write':
          return []
      }
    })
  return framedReplayer(framer, read, () => framer.closed())
}

/** How often the medians of a stream are looked at, as its driver does. */
const lookMs = 1_000

const vitalsReplayer = (profile: VitalsProfile): Replayer => {
  let framer = vitalsFramer(profile)
  let window = new VitalsWindow(framer.window)
  let nextLook: number | undefined
  const read = (effects: readonly VitalsEffect[], at: number): Replayed[] =>
    effects.flatMap((effect): Replayed[] => {
      switch (effect.do) {
        case 'live':
          window.add(effect.numbers, effect.isUsable && isPossible(effect.numbers), at)
          return []
        case 'measured': {
          const { numbers, bed } = effect.measurement
          return Object.keys(numbers).length === 0 ? [] : [{ kind: 'measurement', at, numbers, ...(bed === undefined ? {} : { bed }) }]
        }
        case 'refused':
          return [{ kind: 'refused', at, why: effect.why }]
        case 'wave':
        case 'write':
          return []
      }
    })
  const look = (at: number): Replayed[] => {
    nextLook = at + lookMs
    const seen = window.lastSeen
    // Silence is no reading: nothing is told of a second in which nothing came.
    if (!seen || at - seen.at > lookMs) return []
    return [{ kind: 'stream', at, numbers: seen.isUsable ? window.numbers()?.numbers : undefined }]
  }
  return replayerOver({
    get deadline() {
      const due = [framer.deadline, nextLook].filter((each) => each !== undefined)
      return due.length === 0 ? undefined : Math.min(...due)
    },
    tick: (at) => [...(framer.deadline !== undefined && framer.deadline <= at ? read(framer.tick(at), at) : []), ...(nextLook !== undefined && nextLook <= at ? look(at) : [])],
    opened: (at) => {
      framer = vitalsFramer(profile)
      window = new VitalsWindow(framer.window)
      nextLook = at + lookMs
      return read(framer.opened(at), at)
    },
    bytes: (bytes, at) => read(framer.feed(bytes, at), at),
    closed: () => {
      nextLook = undefined
      return []
    },
  })
}

/** The parsers of a profile. */
export const replayerOf = (profile: Profile): Replayer => {
  if (profile.category === 'vitals') return vitalsReplayer(profile)
  switch (profile.protocol) {
    case 'astm':
      return astmReplayer(profile)
    case 'hl7':
      return hl7Replayer(profile)
    case 'text':
      return pageReplayer(profile)
  }
}
