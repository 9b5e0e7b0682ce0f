import { control, decodeText, delimitersOf, encodeFrame, encodeText, framesOf, recordsOf } from '../../../shared/standards/astm'
import { block, parseFile, writeBlock } from '../../../shared/standards/hl7'
import { AstmFramer, Hl7Framer, PageFramer, type AstmEffect, type PageEffect, type VitalNumbers, type VitalsEffect } from '../framers'
import type { Journal } from '../journal'
import type { Capture } from '../messages'
import type { AnalyserProfile, AstmProfile, TextProfile, VitalsProfile } from '../profiles'
import { vitalsFramer } from './vitalsFramer'

/** Record types of E1394; other lines of a file (comments, empty lines) are no records. */
const isRecord = (line: string) => /^[HPORCQMSLhporcqmsl][|;!~\\^]|^L$/.test(line)

/**
 * The bytes of a capture as an analyser would send them: with the ENQ and EOT that captures often leave
 * out, or, where the file holds bare records, framed as E1381 asks.
 */
export const transfersOf = (capture: Uint8Array): Uint8Array[] => {
  if (capture.includes(control.STX)) {
    const start = capture[0] === control.ENQ ? [] : [control.ENQ]
    const end = capture.at(-1) === control.EOT ? [] : [control.EOT]
    return [Uint8Array.from([...start, ...capture, ...end])]
  }
  const messages: string[][] = []
  for (const line of recordsOf(decodeText(capture)).filter(isRecord)) {
    if (messages.length === 0 || (line[0] === 'H' && delimitersOf(line) !== undefined)) messages.push([])
    messages.at(-1)!.push(line)
  }
  return messages.map((records) => {
    const message = encodeText(records.map((record) => `${record}\r`).join(''))
    const frames = framesOf(message, 'record-per-frame', 240).map(encodeFrame)
    return Uint8Array.from([control.ENQ, ...frames.flatMap((frame) => [...frame]), control.EOT])
  })
}

/** What a replay came to. */
export interface Replayed {
  readonly captures: readonly Capture[]
  /** Frames that were refused: the capture is damaged there. */
  readonly refusedFrames: number
}

/** What the line of an analyser makes of a whole recording. */
export interface RecordedEntries {
  /** In order; `message` absent: bytes that are not the end of one. */
  readonly entries: readonly { readonly raw: Uint8Array; readonly message?: { readonly text: Uint8Array; readonly complete: boolean } }[]
  readonly refusedFrames: number
}

/** Sends a recording through the framer of its profile, as if it came over a line. Pure. */
export const entriesOf = (capture: Uint8Array, profile: AnalyserProfile): RecordedEntries => {
  switch (profile.protocol) {
    case 'hl7':
      return hl7Entries(capture)
    case 'text':
      return pageEntries(capture, profile)
    case 'astm':
      return astmEntries(capture, profile)
  }
}

/** Sends a capture through framer and journal, as if it came over a line. */
export const replayCapture = async (capture: Uint8Array, device: string, profile: AnalyserProfile, journal: Journal, now: () => number): Promise<Replayed> => {
  const { entries, refusedFrames } = entriesOf(capture, profile)
  const captures: Capture[] = []
  for (const entry of entries) {
    const kept = await journal.keep({ device, profile: profile.id, at: new Date(now()).toISOString(), ...entry })
    if (kept) captures.push(kept)
  }
  return { captures, refusedFrames }
}

/** What the framer of a printing device makes of a whole recording: its bytes, then silence. */
export const pagesOf = (capture: Uint8Array, profile: TextProfile, feed: (framer: PageFramer) => PageEffect[] = (framer) => framer.feed(capture, 0)): PageEffect[] => {
  const framer = new PageFramer(profile.framing)
  return [...feed(framer), ...framer.tick(Infinity)]
}

const pageEntries = (capture: Uint8Array, profile: TextProfile): RecordedEntries => {
  const effects = pagesOf(capture, profile)
  return {
    entries: effects.flatMap((effect) => (effect.do === 'commit' || effect.do === 'keep' ? [{ raw: effect.raw, message: { text: effect.page, complete: effect.do === 'commit' } }] : [])),
    refusedFrames: effects.filter((effect) => effect.do === 'interrupted').length,
  }
}

const hl7Entries = (capture: Uint8Array): RecordedEntries => {
  const framer = new Hl7Framer()
  const isFramed = capture.includes(block.start) && capture.includes(block.end)
  const blocks = isFramed ? [capture] : parseFile(capture).messages.map((message) => writeBlock(message.toBytes()))
  const effects = blocks.flatMap((bytes) => framer.feed(bytes, 0))
  return {
    entries: effects.flatMap((effect) => (effect.do === 'commit' ? [{ raw: effect.raw, message: { text: effect.message, complete: true } }] : [])),
    refusedFrames: effects.filter((effect) => effect.do === 'interrupted').length,
  }
}

const astmEntries = (capture: Uint8Array, profile: AstmProfile): RecordedEntries => {
  const framer = new AstmFramer(profile.framing)
  const entries: RecordedEntries['entries'][number][] = []
  let refusedFrames = 0
  for (const transfer of transfersOf(capture)) {
    const todo: AstmEffect[] = framer.feed(transfer, 0)
    for (let effect = todo.shift(); effect; effect = todo.shift()) {
      if (effect.do === 'write' && effect.bytes[0] === control.NAK) refusedFrames++
      if (effect.do === 'keep') entries.push({ raw: effect.raw, message: { text: effect.message, complete: false } })
      if (effect.do !== 'commit') continue
      entries.push({ raw: effect.raw, ...(effect.message ? { message: { text: effect.message, complete: true } } : {}) })
      todo.push(...framer.committed(true, 0))
    }
  }
  return { entries, refusedFrames }
}

/** What a recording of a vitals device holds. */
export interface ReplayedVitals {
  /** Samples of a stream, and how many of them are usable. */
  readonly samples: number
  readonly usable: number
  /** Medians of everything usable in the stream. */
  readonly medians: VitalNumbers
  /** Finished measurements, in order. */
  readonly measurements: readonly { readonly numbers: VitalNumbers; readonly bed?: string }[]
  /** Packets, frames or lines that cannot be what the protocol says. */
  readonly refused: number
}

/** Recordings are also kept as text, two hexadecimal digits for each byte. */
const bytesOf = (capture: Uint8Array): Uint8Array => {
  const text = capture.length % 2 === 0 || capture.includes(0x0a) ? decodeText(capture) : ''
  return /^[0-9a-fA-F\s]{8,}$/.test(text) ? Uint8Array.from(text.match(/[0-9a-fA-F]{2}/g) ?? [], (pair) => parseInt(pair, 16)) : capture
}

/** Reads a recording of a vitals device; `pieces` cuts it as a line may. */
export const replayVitals = (capture: Uint8Array, profile: VitalsProfile, pieces: (bytes: Uint8Array) => Iterable<Uint8Array> = (bytes) => [bytes]): ReplayedVitals => {
  const framer = vitalsFramer(profile)
  framer.opened(0)
  const isBare = profile.protocol === 'vital-hl7' && !capture.includes(block.start)
  const bytes = isBare ? parseFile(capture).messages.map((message) => writeBlock(message.toBytes())) : [bytesOf(capture)]
  const effects: VitalsEffect[] = []
  for (const each of bytes) for (const piece of pieces(each)) effects.push(...framer.feed(piece, 0))
  const live = effects.filter((effect) => effect.do === 'live')
  const usable = live.filter(({ isUsable }) => isUsable)
  const values = new Map<string, number[]>()
  for (const { numbers } of usable) for (const [code, value] of Object.entries(numbers)) (values.get(code) ?? values.set(code, []).get(code)!).push(value)
  const medians = Object.fromEntries([...values].map(([code, all]) => [code, all.sort((one, other) => one - other)[Math.floor((all.length - 1) / 2)]!]))
  return {
    samples: live.length,
    usable: usable.length,
    medians,
    measurements: effects.flatMap((effect) => (effect.do === 'measured' && Object.keys(effect.measurement.numbers).length > 0 ? [{ numbers: effect.measurement.numbers, ...(effect.measurement.bed === undefined ? {} : { bed: effect.measurement.bed }) }] : [])),
    refused: effects.filter((effect) => effect.do === 'refused').length,
  }
}
