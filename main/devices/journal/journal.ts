import { readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { randomBytes } from 'node:crypto'
import { monotonicFactory } from 'ulid'
import { makeFolder, openSealedLog, SealedProblem, type SealedLog, syncFolder } from '../../sealed'
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
  /** The raw bytes behind a capture, for looking into what went wrong; undefined when it is unknown here. */
  find(capture: string): Promise<{ readonly capture: Capture; readonly raw: Uint8Array } | undefined>
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
}

/** One record of the log: a header as JSON, then the raw bytes, then the message. */
type Header =
  | { readonly kind: 'bytes'; readonly device: string; readonly profile: string; readonly at: string; readonly raw: number; readonly capture?: { readonly id: string; readonly complete: boolean } }
  | { readonly kind: 'delivered'; readonly capture: string }
  /** First record of a segment that has taken over what was still undelivered. */
  | { readonly kind: 'begins' }

/** A segment larger than this is closed when the journal is opened next. */
const segmentRecords = 20_000
const segmentName = /^journal-(\d{6})\.sealed$/

const newId = monotonicFactory(() => randomBytes(4).readUInt32BE() / 2 ** 32)

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
    keep: async ({ device, profile, at, raw, message }) => {
      if (!message) {
        await log.append(encode({ kind: 'bytes', device, profile, at, raw: raw.length }, raw))
        return undefined
      }
      const capture: Capture = { id: newId(), device, profile, at, text: message.text, complete: message.complete }
      await log.append(encode({ kind: 'bytes', device, profile, at, raw: raw.length, capture: { id: capture.id, complete: capture.complete } }, raw, message.text))
      waiting.set(capture.id, capture)
      return capture
    },
    undelivered: () => [...waiting.values()],
    delivered: async (capture) => {
      if (!waiting.delete(capture)) return
      await log.append(encode({ kind: 'delivered', capture }))
    },
    find: async (id) => {
      for (const each of (await readdir(folder)).filter((name) => segmentName.test(name)).sort()) {
        const isCurrent = each === pathOf(segment).slice(-each.length)
        const reading = isCurrent ? log : await openSealedLog(join(folder, each), key)
        try {
          const raws = new Map<string, Uint8Array[]>()
          for await (const { bytes } of reading.read()) {
            const { header, rest } = decode(bytes)
            if (header.kind !== 'bytes') continue
            const ofDevice = [...(raws.get(header.device) ?? []), rest.slice(0, header.raw)]
            const capture = captureOf(header, rest)
            if (capture?.id === id && header.raw > 0) return { capture, raw: Uint8Array.from(ofDevice.flatMap((part) => [...part])) }
            raws.set(header.device, capture ? [] : ofDevice)
          }
        } finally {
          if (!isCurrent) await reading.close()
        }
      }
      return undefined
    },
    close: () => log.close(),
  }
}

const recordsAtOnce = 500

const isUnderOther = (reason: unknown): boolean => reason instanceof SealedProblem && reason.kind === 'wrong-key'

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
  for (const name of names) if (name.endsWith('.anew')) await rm(join(folder, name), { force: true })
  const damaged: string[] = []
  for (const name of names.filter((each) => segmentName.test(each))) {
    try {
      await sealSegmentAnew(join(folder, name), key, earlier)
    } catch (reason) {
      if (!(reason instanceof SealedProblem)) throw reason
      damaged.push(name)
    }
    await rm(join(folder, `${name}.anew`), { force: true })
  }
  return damaged
}

const sealSegmentAnew = async (path: string, key: Uint8Array, earlier: Uint8Array): Promise<void> => {
  const present = await openSealedLog(path, key).catch((reason: unknown) => (isUnderOther(reason) ? undefined : Promise.reject(reason)))
  await present?.close()
  if (present) return
  const before = await openSealedLog(path, earlier)
  try {
    const anew = await openSealedLog(`${path}.anew`, key)
    try {
      const written: Promise<number>[] = []
      for await (const { bytes } of before.read()) {
        written.push(anew.append(bytes))
        // Together they share one sync; not so many together that they fill the memory.
        if (written.length === recordsAtOnce) await Promise.all(written.splice(0))
      }
      await Promise.all(written)
    } finally {
      await anew.close()
    }
  } finally {
    await before.close()
  }
  await rename(`${path}.anew`, path)
  await syncFolder(dirname(path))
}
