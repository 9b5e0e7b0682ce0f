import { control } from '../../../shared/standards/astm'
import { AstmFramer, Hl7Framer, PageFramer } from '../framers'
import { allProfiles, type Profile } from '../profiles'
import { vitalsFramer } from '../station/vitalsFramer'
import { vitalsRecordings } from './recordings'

/** What a framer is told, and what it said of it: `cut-off` when it named something that never ended. */
export interface Listener {
  readonly name: string
  /** Bytes with which something begins that never ends. */
  readonly begin: Uint8Array
  /** Effects of a piece, and whether they say that something was cut off. */
  readonly feed: (piece: Uint8Array) => { readonly effects: number; readonly cutOff: boolean }
  /** Whether there is a frame that could be endless; else every byte is refused, or is a packet, as it comes. */
  readonly hasFrames: boolean
}

const text = (words: string) => new TextEncoder().encode(words)

const framerOf = (profile: Profile, recordings: ReadonlyMap<string, Uint8Array>): Listener => {
  const name = profile.id
  if (profile.category === 'vitals') {
    const framer = vitalsFramer(profile)
    framer.opened(0)
    return {
      name,
      hasFrames: profile.protocol === 'vital-lines' || profile.protocol === 'vital-hl7',
      begin: profile.protocol === 'vital-hl7' ? text('\x0bMSH|^~\\&|') : (recordings.get(name) ?? new Uint8Array()).slice(0, 3),
      feed: (piece) => {
        const effects = framer.feed(piece, 0)
        return { effects: effects.length, cutOff: effects.some((effect) => effect.do === 'refused' && effect.why === 'overlong') }
      },
    }
  }
  switch (profile.protocol) {
    case 'astm': {
      const framer = new AstmFramer(profile.framing)
      return {
        name,
        hasFrames: true,
        begin: Uint8Array.of(control.ENQ, control.STX, 0x31),
        feed: (piece) => {
          const effects = framer.feed(piece, 0)
          return { effects: effects.length, cutOff: effects.some((effect) => effect.do === 'endless') }
        },
      }
    }
    case 'hl7': {
      const framer = new Hl7Framer({ framing: profile.framing.block })
      return {
        name,
        hasFrames: true,
        begin: text(profile.framing.block === 'mllp' ? '\x0bMSH|^~\\&|' : 'MSH|^~\\&|'),
        feed: (piece) => {
          const effects = framer.feed(piece, 0)
          return { effects: effects.length, cutOff: effects.some((effect) => effect.do === 'interrupted' && effect.why === 'overlong') }
        },
      }
    }
    case 'text': {
      const framer = new PageFramer(profile.framing)
      return {
        name,
        hasFrames: true,
        begin: profile.framing.start === undefined ? text('A') : Uint8Array.of(profile.framing.start),
        feed: (piece) => {
          const effects = framer.feed(piece, 0)
          return { effects: effects.length, cutOff: effects.some((effect) => effect.do === 'interrupted' && effect.why === 'overlong') }
        },
      }
    }
  }
}

/** The framers of every profile of the product, and HL7 without blocks, each new. */
export const everyFramer = (): Listener[] => {
  const recordings = vitalsRecordings()
  const profiles = allProfiles()
  const hl7 = profiles.find((profile) => profile.protocol === 'hl7')
  const bare: Profile[] = hl7?.protocol === 'hl7' ? [{ ...hl7, id: 'hl7-without-blocks', framing: { block: 'none' } }] : []
  return [...profiles, ...bare].map((profile) => framerOf(profile, recordings))
}

/** Bytes of one piece, as a socket delivers them. */
export const pieceBytes = 64 * 1024

/**
 * Tells a framer something that never ends, at most so many pieces of it. Throws unless it is cut off with a problem, and unless next to nothing piles up.
 *
 * @returns how much more memory there was at most, bytes
 */
export const tellEndlessly = ({ name, begin, feed, hasFrames }: Listener, pieces: number, { filler = 0x41, untilCutOff = false } = {}): number => {
  const piece = new Uint8Array(pieceBytes).fill(filler)
  const used = () => {
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    return heapUsed + arrayBuffers
  }
  const before = used()
  let most = 0
  let cutOffs = feed(begin).cutOff ? 1 : 0
  for (let sent = 0; sent < pieces && !(untilCutOff && cutOffs > 0); sent++) {
    const { effects, cutOff } = feed(piece)
    if (effects > pieceBytes) throw new Error(`${name}: ${effects} effects of ${pieceBytes} bytes`)
    if (cutOff) cutOffs++
    most = Math.max(most, used() - before)
  }
  if (hasFrames && cutOffs === 0) throw new Error(`${name}: ${Math.round((pieces * pieceBytes) / 2 ** 20)} MB without an end were not cut off`)
  return most
}
