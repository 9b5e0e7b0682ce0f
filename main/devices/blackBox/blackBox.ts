import { createHash } from 'node:crypto'
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { deriveKey, sealLogAnew } from '../../sealed'
import type { Journal } from '../journal'
import type { Line, LineEvents, Transport } from '../transports'
import type { LineOpening } from './entry'
import { openPlayers, type Players } from './players'
import { openRecording, type Recording, type RecordingLimits } from './recording'

/** Lines whose recordings are kept; of those that are gone, the one that was silent longest goes first. */
const mostLines = 64

/** 16 ports fill this in a day at most when their monitors never stop, in months with analysers alone. */
const usual: RecordingLimits = { segmentBytes: 4 * 1024 * 1024, segments: 8, flushMs: 250 }

/** Recordings of every line of this workstation. Line ids are ids of paired devices, and paths for bare lines. */
export interface BlackBox {
  /** The same transport, with everything that passes over it recorded. */
  tapped(line: string, opening: LineOpening, transport: Transport): Transport
  /** The same journal; what it keeps is marked in the recording of its line, so that a result leads to its conversation. */
  marking(journal: Journal): Journal
  /** Bytes of a line that is opened by somebody else. */
  note(line: string, from: 'device' | 'host', bytes: Uint8Array): void
  recordingOf(line: string): Recording
  readonly players: Players
  close(): Promise<void>
}

/** What the black box can be given instead of the usual. */
export interface BlackBoxOptions {
  /** The folder of the journal: recordings lie beside it. */
  readonly folder: string
  /** 32 bytes: the journal's. */
  readonly journalKey: Uint8Array
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly limits?: Partial<RecordingLimits>
}

const folderOf = (journalFolder: string) => join(journalFolder, 'lines')
const keyOf = (journalKey: Uint8Array) => deriveKey(journalKey, 'outpost/black-box')
/** A path of a port is no name of a folder. */
const nameOf = (line: string) => createHash('sha256').update(line).digest('hex').slice(0, 32)

/** Opens the black box; a line's recording is opened with its first byte. */
export const openBlackBox = ({ folder: journalFolder, journalKey, now, limits }: BlackBoxOptions): BlackBox => {
  const folder = folderOf(journalFolder)
  const key = keyOf(journalKey)
  const recordings = new Map<string, Recording>()
  const recordingOf = (line: string): Recording => {
    const there = recordings.get(line)
    if (there) return there
    const opened = openRecording({ folder: join(folder, nameOf(line)), key, now, limits: { ...usual, ...limits } })
    recordings.set(line, opened)
    return opened
  }
  const forgetOldest = async () => {
    const names = await readdir(folder).catch(() => [])
    if (names.length <= mostLines) return
    const times = await Promise.all(names.map(async (name) => ({ name, at: (await stat(join(folder, name))).mtimeMs })))
    const inUse = new Set([...recordings.keys()].map(nameOf))
    const going = times.filter(({ name }) => !inUse.has(name)).sort((one, other) => one.at - other.at)
    for (const { name } of going.slice(0, names.length - mostLines)) await rm(join(folder, name), { recursive: true, force: true })
  }
  const forgetting = forgetOldest().catch(() => undefined)

  const players = openPlayers()
  return {
    recordingOf,
    players,
    note: (line, from, bytes) => recordingOf(line).note({ kind: 'bytes', from, bytes }),
    tapped: (line, opening, transport) => {
      const recording = recordingOf(line)
      return { open: (events) => openTapped(recording, opening, transport, events) }
    },
    marking: (journal) => ({
      ...journal,
      keep: async (entry) => {
        const capture = await journal.keep(entry)
        for (const id of [capture?.id, entry.reading]) if (id !== undefined) recordingOf(entry.device).note({ kind: 'made', id })
        return capture
      },
    }),
    close: async () => {
      players.close()
      await forgetting
      for (const recording of recordings.values()) await recording.close()
      recordings.clear()
    },
  }
}

const openTapped = async (recording: Recording, opening: LineOpening, transport: Transport, events: LineEvents): Promise<Line> => {
  const line = await transport.open({
    ...events,
    bytes: (bytes) => {
      recording.note({ kind: 'bytes', from: 'device', bytes })
      events.bytes(bytes)
    },
    closed: (why) => {
      recording.note({ kind: 'closed', why })
      events.closed(why)
    },
    joined: () => {
      recording.note({ kind: 'opened', opening })
      events.joined?.()
    },
    left: () => {
      recording.note({ kind: 'closed', why: 'left' })
      events.left?.()
    },
  })
  if (!line.isListening) recording.note({ kind: 'opened', opening })
  return {
    ...line,
    write: (bytes) => {
      recording.note({ kind: 'bytes', from: 'host', bytes })
      return line.write(bytes)
    },
  }
}

/**
 * Seals the recordings of a box that nobody has open under another key. A segment that does not read back is removed: it could
 * never be read again.
 */
export const sealBlackBoxAnew = async (journalFolder: string, { key, earlier }: { readonly key: Uint8Array; readonly earlier: Uint8Array }): Promise<void> => {
  const folder = folderOf(journalFolder)
  for (const name of await readdir(folder).catch(() => [])) {
    for (const segment of await readdir(join(folder, name))) {
      const path = join(folder, name, segment)
      if (segment.endsWith('.anew') || !(await sealLogAnew(path, { key: keyOf(key), earlier: keyOf(earlier) }))) await rm(path, { force: true })
    }
  }
}
