import { access, readdir, stat } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import type { PracticeName } from '../../shared/contract'
import { readPracticeFile } from '../access'
import { makeFolder } from '../sealed'
import { BackupProblem, problemOfDisk } from './problem'
import { setNames, startedOf } from './set'

const shape = /^outpost-backup-[0-9A-HJKMNP-TV-Z]{26}-[A-Z]{1,3}$/

/** The folder of one workstation's backups in the folder that was chosen. */
export const placeIn = (folder: string, practice: PracticeName, station: string): string => join(folder, `outpost-backup-${practice.id}-${station}`)

/** The pool of files that never change, beside the sets. */
export const poolIn = (place: string): string => join(place, 'files')

const isThere = (path: string): Promise<boolean> => access(path).then(() => true, () => false)

/** Whether the folder of our backups is there. It is made when the folder is chosen and never later: an unplugged disk must not be taken for an empty one. */
export const isReachable = (place: string): Promise<boolean> => isThere(place)

/** Whether two paths lie on one disk, as far as the operating system tells. */
export const isSameDisk = async (one: string, other: string): Promise<boolean> => {
  const [here, there] = await Promise.all([stat(one).catch(() => undefined), stat(other).catch(() => undefined)])
  return here !== undefined && there !== undefined && here.dev === there.dev
}

/**
 * Makes a place for backups in a folder that a person chose.
 * @throws {BackupProblem} `backup-folder-missing` (also for a folder inside the data folder) · `backup-folder-unwritable` · `backup-disk-full`
 */
export const makePlace = async (folder: string, data: string, practice: PracticeName, station: string): Promise<string> => {
  const inside = relative(resolve(data), resolve(folder))
  if (inside === '' || (!inside.startsWith('..') && resolve(folder) !== inside)) throw new BackupProblem('backup-folder-unwritable', { reason: 'inside' })
  const place = placeIn(folder, practice, station)
  try {
    await stat(folder)
    await makeFolder(poolIn(place))
    return place
  } catch (reason) {
    throw problemOfDisk(reason)
  }
}

/** Backups of one workstation, found without a key. */
export interface FoundPlace {
  readonly place: string
  readonly practice: PracticeName
  readonly station: string
  /** When the newest set was begun, ISO instant. */
  readonly newest: string
  /** Folders of sets, newest first. */
  readonly sets: readonly string[]
}

const placeAt = async (place: string): Promise<FoundPlace | undefined> => {
  const sets: string[] = []
  let found: Pick<FoundPlace, 'practice' | 'station'> | undefined
  for (const name of await setNames(place).catch((): string[] => [])) {
    const file = await readPracticeFile(join(place, name))
    if (!file.ok || !file.value) continue
    found ??= { practice: file.value.practice, station: file.value.station }
    sets.push(join(place, name))
  }
  return found && { place, ...found, newest: startedOf(basename(sets[0] ?? '')), sets }
}

/**
 * The backups in a folder that a person chose: the folder itself, one above it, or one inside it. Newest first.
 * @throws {BackupProblem} `backup-folder-missing`
 */
export const findPlaces = async (folder: string): Promise<FoundPlace[]> => {
  let names: string[]
  try {
    names = await readdir(folder)
  } catch (reason) {
    throw problemOfDisk(reason)
  }
  const candidates = [folder, dirname(resolve(folder)), ...names.filter((name) => shape.test(name)).map((name) => join(folder, name))].filter((path, place) => place !== 1 || shape.test(basename(path)))
  const found = await Promise.all(candidates.map(placeAt))
  const places = found.filter((each) => each !== undefined)
  return [...new Map(places.map((each) => [resolve(each.place), each])).values()].sort((one, other) => (one.newest < other.newest ? 1 : -1))
}
