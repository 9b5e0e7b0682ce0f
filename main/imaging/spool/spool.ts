import { open, readdir, rename, stat, statfs, truncate, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolder, syncFolder } from '../../sealed'
import { clearSlot, readSlot, SlotWriter } from './slot'

/** What is known of an instance that lies in the spool. */
export interface SpoolNote {
  readonly sopClassUid: string
  readonly sopInstanceUid: string
  readonly transferSyntaxUid: string
  readonly callingAeTitle: string
  readonly address: string
  /** ISO instant at which it was whole. */
  readonly receivedAt: string
}

/** An instance that is on disk and waits to be taken into the archive. */
export interface SpoolEntry {
  /** File name of its slot. */
  readonly slot: string
  /** Bytes. */
  readonly size: number
  readonly note: SpoolNote
}

/** An instance that is being written. */
export interface SpoolDraft {
  add(bytes: Uint8Array): Promise<void>
  /** Resolves when it is on disk, whole. */
  finish(note: SpoolNote): Promise<SpoolEntry>
  /** Nothing of it is kept. */
  abandon(): Promise<void>
}

/** Where received instances lie, sealed, until the archive has them. One process writes, others read. */
export interface Spool {
  /** Those that an earlier run left, oldest first. */
  readonly found: readonly SpoolEntry[]
  /** Throws as the disk does (`ENOSPC`). */
  begin(): Promise<SpoolDraft>
  /** The archive has it: its slot is used again. */
  taken(slot: string): Promise<void>
  /** Writes slots ahead, so that the next burst finds room without asking the disk for it. */
  prepare(slots: number): Promise<void>
  /** Bytes that may still be written before the disk counts as full. */
  room(): Promise<number>
  close(): Promise<void>
}

/** Most CT slices fit. */
const slotLength = 768 * 1024
/** What a new slot is filled with. */
const zeros = new Uint8Array(64 * 1024)
/** A slot that grew beyond this gives its room back. */
const longestKept = 8 * 1024 * 1024
/** Slots beyond so many give their room back, too. */
const mostKept = 384
/** What stays free for the records of the practice: below this nothing is received. */
const leftForOthers = 256 * 1024 * 1024

const slotName = (number: number): string => `${String(number).padStart(6, '0')}.slot`
const isSlot = (name: string): boolean => /^\d{6,}\.slot$/.test(name)

/** What surrounds a spool. */
export interface SpoolOptions {
  readonly folder: string
  /** 32 bytes each; the first one is the present one. */
  readonly keys: readonly [Uint8Array, ...Uint8Array[]]
  /** Bytes that are free on the disk; for tests. */
  readonly freeBytes?: () => Promise<number>
}

/** The key of the spool is derived under this name from the practice's. */
export const spoolKeyName = 'outpost/spool'

/** Opens the spool in `folder`, which is made when it is missing, and finds what was received and not taken. */
export const openSpool = async ({ folder, keys, freeBytes }: SpoolOptions): Promise<Spool> => {
  await makeFolder(folder)
  const free: string[] = []
  const found: SpoolEntry[] = []
  let last = -1
  for (const slot of (await readdir(folder)).filter(isSlot).sort()) {
    last = Math.max(last, Number.parseInt(slot, 10))
    const entry = await readEntry(join(folder, slot), slot, keys)
    if (entry === 'empty') free.push(slot)
    else if (entry !== 'damaged') found.push(entry)
    // It arrived whole and does not read back: it is kept for whoever can read disks better than we do.
    else await rename(join(folder, slot), join(folder, `${slot}.damaged`))
  }
  found.sort((one, other) => (one.note.receivedAt < other.note.receivedAt ? -1 : 1))
  let looked: { readonly at: number; readonly bytes: number } | undefined
  /** Asked before every instance; the disk is asked once a second. */
  const room = async (): Promise<number> => {
    if (freeBytes) return (await freeBytes()) - leftForOthers
    if (!looked || Date.now() - looked.at > 1000) {
      const { bavail, bsize } = await statfs(folder)
      looked = { at: Date.now(), bytes: bavail * bsize - leftForOthers }
    }
    return looked.bytes
  }
  let closing = false

  const make = async (): Promise<string> => {
    last += 1
    const slot = slotName(last)
    const file = await open(join(folder, slot), 'wx', 0o600)
    try {
      for (let at = 0; at < slotLength; at += zeros.length) await file.write(zeros, 0, zeros.length, at)
      await file.sync()
    } finally {
      await file.close()
    }
    return slot
  }

  const makeNow = async (): Promise<string> => {
    const slot = await make()
    await syncFolder(folder)
    return slot
  }

  /** A slot that is open already: the next instance does not wait for it. */
  let ahead: Promise<{ readonly slot: string; readonly file: FileHandle }> | undefined
  const openNext = async (): Promise<{ readonly slot: string; readonly file: FileHandle }> => {
    // The one that was used last is still in memory.
    const slot = free.pop() ?? (await makeNow())
    return { slot, file: await open(join(folder, slot), 'r+') }
  }
  const takeNext = (): Promise<{ readonly slot: string; readonly file: FileHandle }> => {
    const next = ahead ?? openNext()
    ahead = undefined
    return next
  }
  const openAhead = (): void => {
    if (closing || ahead || free.length === 0) return
    ahead = openNext()
    // Whoever takes it hears of it.
    ahead.catch(() => undefined)
  }

  return {
    found,
    room,
    async begin() {
      const { slot, file } = await takeNext()
      const writer = new SlotWriter(file, keys[0])
      const putBack = async (): Promise<void> => {
        await writer.abandon()
        await clearSlot(file).catch(() => undefined)
        if (writer.size > longestKept) await file.truncate(slotLength).catch(() => undefined)
        await file.close()
        free.push(slot)
      }
      return {
        add: (bytes) => writer.add(bytes),
        async finish(note) {
          try {
            await writer.finish(note)
          } catch (reason) {
            await putBack()
            throw reason
          }
          // It is on disk: neither this nor the next slot is worth waiting for.
          void file.close().catch(() => undefined)
          openAhead()
          return { slot, size: writer.size, note }
        },
        abandon: putBack,
      }
    },
    async taken(slot) {
      if (!isSlot(slot)) return
      const path = join(folder, slot)
      const file = await open(path, 'r+')
      await clearSlot(file).finally(() => file.close())
      const { size } = await stat(path)
      if (free.length >= mostKept) await truncate(path, 0)
      else if (size > longestKept) await truncate(path, slotLength)
      free.push(slot)
    },
    async prepare(slots) {
      const wanted = Math.min(slots, mostKept)
      let made = 0
      while (!closing && free.length < wanted && (await room()) > slotLength * wanted) {
        free.unshift(await make())
        made += 1
      }
      if (made > 0) await syncFolder(folder)
    },
    async close() {
      closing = true
      const left = await ahead?.catch(() => undefined)
      ahead = undefined
      await left?.file.close()
    },
  }
}

const readEntry = async (path: string, slot: string, keys: readonly Uint8Array[]): Promise<SpoolEntry | 'empty' | 'damaged'> => {
  const file = await open(path, 'r')
  try {
    const contents = await readSlot(file, keys)
    return contents.kind === 'whole' ? { slot, size: contents.size, note: contents.note as SpoolNote } : contents.kind
  } finally {
    await file.close()
  }
}

/**
 * Puts what still lies under the key before under the present one, while nobody writes there. May be cut off anywhere and done
 * again: each slot is replaced as a whole.
 */
export const sealSpoolAnew = async (folder: string, keys: readonly [Uint8Array, ...Uint8Array[]]): Promise<void> => {
  const names = await readdir(folder).catch((reason: NodeJS.ErrnoException) => {
    if (reason.code === 'ENOENT') return []
    throw reason
  })
  for (const slot of names.filter(isSlot)) {
    const path = join(folder, slot)
    const file = await open(path, 'r')
    const contents = await readSlot(file, keys).finally(() => file.close())
    if (contents.kind !== 'whole' || contents.key === 0) continue
    const part = await open(`${path}.part`, 'w', 0o600)
    try {
      const writer = new SlotWriter(part, keys[0])
      for (const piece of contents.pieces) await writer.add(piece)
      await writer.finish(contents.note)
    } finally {
      await part.close()
    }
    await rename(`${path}.part`, path)
    await syncFolder(folder)
  }
}

/** The bytes of an entry, whole and as they were received; undefined when they do not read back. */
export const readSpooled = async (folder: string, keys: readonly Uint8Array[], slot: string): Promise<{ readonly bytes: Uint8Array; readonly note: SpoolNote } | undefined> => {
  if (!isSlot(slot)) return undefined
  const file = await open(join(folder, slot), 'r')
  try {
    const contents = await readSlot(file, keys)
    return contents.kind === 'whole' ? { bytes: Buffer.concat(contents.pieces), note: contents.note as SpoolNote } : undefined
  } finally {
    await file.close()
  }
}
