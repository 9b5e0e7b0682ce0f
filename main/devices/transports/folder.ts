import { lstat, mkdir, readdir, readFile, rename } from 'node:fs/promises'
import { homedir } from 'node:os'
import { isAbsolute, join, parse, resolve, sep } from 'node:path'
import { TransportProblem } from './transport'

/** `folder:` and the path of a folder, as the system writes it: `folder:/srv/lab`, `folder:C:\Lab\Export`. */
const scheme = 'folder:'

/** Whether a device's path names a folder that it drops files into. */
export const isFolderPath = (path: string): boolean => path.startsWith(scheme)

/** The folder of such a path; undefined: it is no absolute path. */
export const folderOf = (path: string): string | undefined => {
  const folder = path.slice(scheme.length)
  return isFolderPath(path) && isAbsolute(folder) && !folder.includes('\0') ? folder : undefined
}

/**
 * Whether nobody can have meant this folder: what lies in it would be moved. It is the root of a disk, a person's own
 * folder or one that every person has, or holds or lies in a folder that is to be `kept` as it is.
 */
export const isNobodysDropFolder = (folder: string, kept: string, home = homedir()): boolean => {
  const path = resolve(folder)
  const holds = (outer: string, inner: string) => inner === outer || inner.startsWith(outer.endsWith(sep) ? outer : `${outer}${sep}`)
  const ofEverybody = ['', 'Desktop', 'Documents', 'Downloads'].map((name) => resolve(home, name))
  return path === parse(path).root || holds(path, home) || ofEverybody.includes(path) || holds(path, resolve(kept)) || holds(resolve(kept), path)
}

/** What became of a file: `taken` and it goes to `done`; `faulty`: it is on record, and nobody can read it; `later`: it stays where it is. */
export type FileOutcome = 'taken' | 'faulty' | 'later'

/** What a watched folder tells, and asks. */
export interface FolderEvents {
  /** A file is whole. It is moved only after the answer. */
  file(bytes: Uint8Array, name: string): Promise<FileOutcome>
  /** A file that is too long to be a message; it is moved to `faulty` unread. */
  overlong(name: string): void
  /** With each look, once or twice: the folder is there, or why it cannot be used. */
  looked(problem?: TransportProblem): void
}

/** How a folder is watched; for tests that cannot wait as long. */
export interface FolderPace {
  /** From one look to the next. */
  readonly everyMs: number
  /** A file that has not changed for so long is whole, if its last line is. */
  readonly settledMs: number
  /** The same for one whose last line has no end: it may be in the middle of being written. */
  readonly unendedMs: number
}

const usual: FolderPace = { everyMs: 1_000, settledMs: 1_000, unendedMs: 5_000 }
/** Longest file. */
const fileLimit = 8 * 1024 * 1024
/** Most files in one look; the others wait for the next. */
const filesAtOnce = 200
/** Names that programs give to what they are still writing, and that systems and spreadsheets give to their own. */
const unfinished = /^[.~]|[~#]$|\.(?:tmp|temp|part|partial|filepart|crdownload|download|lock|swp|bak)$|^(?:thumbs\.db|desktop\.ini)$/i

interface Seen {
  readonly sign: string
  /** When it was first seen so, by the clock that only goes forward. */
  readonly since: number
  /** It was taken, and could not be moved. */
  readonly outcome?: Exclude<FileOutcome, 'later'>
}

/** A folder that is watched. */
export interface WatchedFolder {
  /** Waits for the file that is being taken. */
  stop(): Promise<void>
}

/**
 * Watches a folder by looking into it: a share of another computer tells of no changes. A file counts once it has not
 * changed for a while, whatever the clocks of the two computers say; it is handed over whole, one after the other, oldest
 * first, and moved to `done` or `faulty` beside it when the answer says that it is on record.
 */
export const watchFolder = (folder: string, events: FolderEvents, pace: FolderPace = usual): WatchedFolder => {
  let seen = new Map<string, Seen>()
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let hadProblem = false

  const move = async (name: string, outcome: Exclude<FileOutcome, 'later'>): Promise<void> => {
    const to = join(folder, outcome === 'taken' ? 'done' : 'faulty')
    await mkdir(to, { recursive: true })
    await rename(join(folder, name), await freeName(to, name))
    seen.delete(name)
  }
  const look = async (): Promise<void> => {
    const now = performance.now()
    const whole: { readonly name: string; readonly at: number; readonly size: number }[] = []
    const names = (await readdir(folder)).sort()
    if (!hadProblem) events.looked()
    const before = seen
    seen = new Map()
    /** A file that cannot be read or moved keeps no other one waiting. */
    const problems: unknown[] = []
    const note = (problem: unknown) => void problems.push(problem)
    for (const name of names) {
      if (unfinished.test(name)) continue
      if (seen.size >= filesAtOnce) break
      const about = await lstat(join(folder, name)).catch(() => undefined)
      // No links: they could lead to anything on this computer.
      if (!about?.isFile() || about.size === 0) continue
      const sign = `${about.size}/${about.mtimeMs}/${about.ino}`
      const known = before.get(name)
      const entry: Seen = known?.sign === sign ? known : { sign, since: now }
      seen.set(name, entry)
      if (entry.outcome) await move(name, entry.outcome).catch(note)
      else if (now - entry.since >= pace.settledMs) whole.push({ name, at: about.mtimeMs, size: about.size })
    }
    for (const { name, size } of whole.sort((one, other) => one.at - other.at)) {
      if (stopped) return
      await takeFile(name, size, now).catch(note)
    }
    if (problems.length > 0) throw problems[0]
  }
  const takeFile = async (name: string, size: number, now: number): Promise<void> => {
    const entry = seen.get(name)!
    let outcome: FileOutcome = 'faulty'
    if (size > fileLimit) events.overlong(name)
    else {
      const bytes = await readWhole(join(folder, name))
      // Held by whoever writes it, longer or shorter than a moment ago, or in the middle of a line: not yet.
      if (bytes?.length !== size || (!endsALine(bytes) && now - entry.since < pace.unendedMs)) return
      outcome = await events.file(bytes, name)
    }
    if (outcome === 'later') return
    // Remembered first: if it cannot be moved it is not taken again.
    seen.set(name, { ...entry, outcome })
    await move(name, outcome)
  }
  const turn = async (): Promise<void> => {
    try {
      await look()
      hadProblem = false
      if (!stopped) events.looked()
    } catch (error) {
      hadProblem = true
      if (!stopped) events.looked(problemOf(error as NodeJS.ErrnoException))
    }
    if (!stopped) timer = setTimeout(begin, pace.everyMs)
  }
  let looking = Promise.resolve()
  const begin = () => {
    looking = turn()
  }
  begin()
  return {
    stop: async () => {
      stopped = true
      clearTimeout(timer)
      await looking
    },
  }
}

/** Line ends, and the bytes with which devices end a message. */
const endsALine = (bytes: Uint8Array): boolean => [0x0a, 0x0d, 0x0c, 0x03, 0x04, 0x1a, 0x1c, 0x00].includes(bytes.at(-1) ?? -1)

/** The bytes of a file; undefined while another program holds it. Rejects when it may not be read. */
const readWhole = async (path: string): Promise<Uint8Array | undefined> => {
  try {
    return Uint8Array.from(await readFile(path))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EBUSY' || code === 'ENOENT' || (code === 'EPERM' && process.platform === 'win32')) return undefined
    throw error
  }
}

/** A name that nothing has in that folder yet: analysers use the same one every day, for years. */
const freeName = async (folder: string, name: string): Promise<string> => {
  const isTaken = (path: string) => lstat(path).then(() => true, () => false)
  if (!(await isTaken(join(folder, name)))) return join(folder, name)
  const { name: stem, ext } = parse(name)
  const taken = new Set(await readdir(folder))
  for (let number = 2; ; number++) {
    const path = join(folder, `${stem} (${number})${ext}`)
    // Where case makes no other name, the list may have it in other letters.
    if (!taken.has(`${stem} (${number})${ext}`) && !(await isTaken(path))) return path
  }
}

const problemOf = ({ code }: NodeJS.ErrnoException): TransportProblem => {
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EHOSTDOWN' || code === 'ENETUNREACH') return new TransportProblem('port-missing', code)
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return new TransportProblem('port-denied', code)
  return new TransportProblem('port-failed', code ?? 'the folder cannot be used')
}
