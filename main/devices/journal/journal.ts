import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { randomInt } from 'node:crypto'
import { monotonicFactory } from 'ulid'
import { makeFolder, openSealedLog, type SealedLog, SealedProblem, sealLogAnew } from '../../sealed'
import type { Capture } from '../messages'

/**
 * What a device sent, byte for byte, on disk before the device hears that it arrived. Everything
 * later (parsing, matching, filing) can be done again from here.
 */
export interface Journal {
  /**
   * Writes bytes and, when they make a message whole, the message with its own new id. Resolves when
   * they are on disk.
   */
  keep(entry: JournalEntry): Promise<Capture | undefined>
  /** Captures that nobody has confirmed to have stored, oldest first. */
  undelivered(): readonly Capture[]
  /** The practice host has it on disk. A mark that is lost in a crash only means one more delivery. */
  delivered(capture: string): Promise<void>
  /** The raw bytes behind a capture or a reading, for looking into what went wrong; undefined when it is unknown here. */
  find(id: string): Promise<Kept | undefined>
  close(): Promise<void>
}

/** What {@link Journal.keep} writes. */
export interface JournalEntry {
  readonly device: string
  readonly profile: string
  readonly at: string
  /** Bytes as they came over the line since the last entry of this device. */
  readonly raw: Uint8Array
  readonly message?: { readonly text: Uint8Array; readonly complete: boolean }
  /** Id of the reading that these bytes made; where they are no message, they alone. */
  readonly reading?: string
}

/** What {@link Journal.find} finds. */
export interface Kept {
  readonly device: string
  readonly profile: string
  /** When the last of the bytes arrived, ISO instant. */
  readonly at: string
  /** As they came over the line, all that made it. */
  readonly raw: Uint8Array
  /** The message without its frames; a reading has none. */
  readonly message?: Uint8Array
}

/** One record of the log: a header as JSON, then the raw bytes, then the message. */
type Header =
  | { readonly kind: 'bytes'; readonly device: string; readonly profile: string; readonly at: string; readonly raw: number; readonly reading?: string; readonly capture?: { readonly id: string; readonly complete: boolean } }
  | { readonly kind: 'delivered'; readonly capture: string }
  /** First record of a segment that has taken over what was still undelivered. */
  | { readonly kind: 'begins' }

/** Bytes of a device without a message that are remembered while something is looked for. */
const looseLimit = 32 * 1024 * 1024

/** Records that are looked through before other lines have their turn. */
const turnRecords = 100

/** A segment larger than this is closed when the journal is opened next. */
const segmentRecords = 20_000
const segmentName = /^journal-(\d{6})\.sealed$/

const newId = monotonicFactory(() => randomInt(2 ** 32) / 2 ** 32)

const encode = (header: Header, ...parts: Uint8Array[]): Uint8Array => {
  const json = new TextEncoder().encode(JSON.stringify(header))
  const bytes = new Uint8Array(4 + json.length + parts.reduce((sum, part) => sum + part.length, 0))
  new DataView(bytes.buffer).setUint32(0, json.length)
  bytes.set(json, 4)
  let at = 4 + json.length
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

const decode = (bytes: Uint8Array): { readonly header: Header; readonly rest: Uint8Array } => {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))) as Header
  return { header, rest: bytes.subarray(4 + length) }
}

const captureOf = (header: Header, rest: Uint8Array): Capture | undefined =>
  header.kind === 'bytes' && header.capture
    ? { id: header.capture.id, device: header.device, profile: header.profile, at: header.at, text: rest.slice(header.raw), complete: header.capture.complete }
    : undefined

/** Reads what a segment leaves undelivered. */
const undeliveredIn = async (log: SealedLog): Promise<{ readonly begins: boolean; readonly waiting: Map<string, Capture> }> => {
  const waiting = new Map<string, Capture>()
  let begins = false
  for await (const { bytes } of log.read()) {
    const { header, rest } = decode(bytes)
    if (header.kind === 'begins') begins = true
    if (header.kind === 'delivered') waiting.delete(header.capture)
    const capture = captureOf(header, rest)
    if (capture) waiting.set(capture.id, capture)
  }
  return { begins, waiting }
}

/** Looks through a segment. A capture that was taken over from an earlier one has its bytes there. */
const findIn = async (log: SealedLog, id: string): Promise<Kept | undefined> => {
  const loose = new Map<string, { parts: Uint8Array[]; length: number }>()
  for await (const { index, bytes } of log.read()) {
    // An analyser that waits for its answer comes first.
    if (index % turnRecords === 0) await new Promise((later) => setImmediate(later))
    const { header, rest } = decode(bytes)
    if (header.kind !== 'bytes') continue
    const { device, profile, at } = header
    const raw = rest.slice(0, header.raw)
    if (header.reading !== undefined && !header.capture) {
      if (header.reading === id) return { device, profile, at, raw }
      continue
    }
    const before = loose.get(device) ?? { parts: [], length: 0 }
    before.parts.push(raw)
    before.length += raw.length
    while (before.length > looseLimit) before.length -= before.parts.shift()!.length
    loose.set(device, before)
    if (!header.capture) continue
    if ((header.capture.id === id || header.reading === id) && header.raw > 0) return { device, profile, at, raw: new Uint8Array(Buffer.concat(before.parts)), message: rest.slice(header.raw) }
    loose.delete(device)
  }
  return undefined
}

/**
 * Opens the journal in `folder` (made when it is missing). One process at a time.
 * @throws {SealedProblem} `wrong-key` or `tampered`
 */
export const openJournal = async (folder: string, key: Uint8Array): Promise<Journal> => {
  await makeFolder(folder)
  const pathOf = (segment: number) => join(folder, `journal-${String(segment).padStart(6, '0')}.sealed`)
  const segments = (await readdir(folder)).map((name) => Number(segmentName.exec(name)?.[1])).filter((segment) => segment > 0).sort((one, other) => one - other)

  let segment = segments.at(-1) ?? 1
  let log = await openSealedLog(pathOf(segment), key)
  const found = await undeliveredIn(log)
  const waiting = found.waiting
  const begin = async () => {
    for (const capture of waiting.values()) {
      const { id, device, profile, at, text, complete } = capture
      await log.append(encode({ kind: 'bytes', device, profile, at, raw: 0, capture: { id, complete } }, text))
    }
    await log.append(encode({ kind: 'begins' }))
  }
  if (!found.begins) {
    // A new journal, or a crash while one segment took over from another.
    const before = segments.at(-2)
    if (before !== undefined) {
      const older = await openSealedLog(pathOf(before), key)
      for (const [id, capture] of (await undeliveredIn(older)).waiting) waiting.set(id, capture)
      await older.close()
    }
    await begin()
  } else if (log.length > segmentRecords) {
    await log.close()
    log = await openSealedLog(pathOf(++segment), key)
    await begin()
  }

  return {
    keep: async ({ device, profile, at, raw, message, reading }) => {
      const header = { kind: 'bytes', device, profile, at, raw: raw.length, ...(reading === undefined ? {} : { reading }) } as const
      if (!message) {
        await log.append(encode(header, raw))
        return undefined
      }
      const capture: Capture = { id: newId(), device, profile, at, text: message.text, complete: message.complete }
      await log.append(encode({ ...header, capture: { id: capture.id, complete: capture.complete } }, raw, message.text))
      waiting.set(capture.id, capture)
      return capture
    },
    undelivered: () => [...waiting.values()],
    delivered: async (capture) => {
      if (!waiting.delete(capture)) return
      await log.append(encode({ kind: 'delivered', capture }))
    },
    find: async (id) => {
      const names = (await readdir(folder)).filter((name) => segmentName.test(name)).sort()
      for (const name of names.reverse()) {
        const isCurrent = join(folder, name) === pathOf(segment)
        try {
          const reading = isCurrent ? log : await openSealedLog(join(folder, name), key)
          const found = await findIn(reading, id).finally(() => (isCurrent ? undefined : reading.close()))
          if (found) return found
        } catch (reason) {
          // A damaged segment keeps to itself what it held; the others are whole.
          if (!(reason instanceof SealedProblem)) throw reason
        }
      }
      return undefined
    },
    close: () => log.close(),
  }
}

/**
 * Seals the segments of a journal that nobody has open under another key: each is written anew beside the old one and
 * takes its name when it is whole. May be cut off anywhere and done again.
 *
 * @returns the names of segments that do not read back as they were written; they stay as they are
 */
export const sealJournalAnew = async (folder: string, { key, earlier }: { readonly key: Uint8Array; readonly earlier: Uint8Array }): Promise<string[]> => {
  const names = await readdir(folder).catch((reason: NodeJS.ErrnoException) => {
    if (reason.code === 'ENOENT') return []
    throw reason
  })
  const damaged: string[] = []
  for (const name of names.filter((each) => segmentName.test(each))) {
    if (!(await sealLogAnew(join(folder, name), { key, earlier }))) damaged.push(name)
  }
  return damaged
}
