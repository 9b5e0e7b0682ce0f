import { stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { LeftOut } from '../../../shared/contract'
import type { Examiner } from './examiner'
import type { FileAsk } from './source'
import { walk, type WalkLimits } from './walk'

/** A file that is to be looked at. */
export interface Item {
  readonly file: FileAsk
  /** As people are shown it: its path inside what was chosen. */
  readonly name: string
}

/** Everything in what was chosen. */
export interface Gathered {
  readonly items: readonly Item[]
  readonly leftOut: readonly LeftOut[]
}

/** Far above any disc, so that a folder chosen by mistake comes to an end. */
export const usualLimits: WalkLimits = { files: 200_000, depth: 64 }

const isZipName = (name: string): boolean => /\.zip$/i.test(name)

/** A person who is asked for the disc often points at its directory. */
const chosen = (path: string): string => (/^dicomdir$/i.test(basename(path)) ? dirname(path) : path)

/**
 * Finds the files in folders, zip archives and single files. Zip archives inside folders are looked into, those inside
 * zip archives are not. Throws when what was chosen cannot be read at all.
 */
export const gather = async (paths: readonly string[], { list }: Pick<Examiner, 'list'>, signal: AbortSignal, limits: WalkLimits = usualLimits): Promise<Gathered> => {
  const items: Item[] = []
  const leftOut: LeftOut[] = []
  const roots = [...new Set(paths.map((path) => chosen(resolve(path))))]
  const leaveTooMany = (file: string): boolean => {
    if (items.length < limits.files) return false
    if (leftOut.at(-1)?.reason !== 'too-many') leftOut.push({ file, reason: 'too-many' })
    return true
  }
  const addZip = async (path: string, name: string): Promise<void> => {
    const listing = await list(path)
    if (typeof listing === 'string') {
      leftOut.push({ file: name, reason: listing })
      return
    }
    for (const { file, reason } of listing.leftOut) leftOut.push({ file: `${name}/${file}`, reason })
    for (const entry of listing.entries) {
      const inside = `${name}/${entry.name}`
      if (leaveTooMany(inside)) return
      if (isZipName(entry.name)) leftOut.push({ file: inside, reason: 'zip-nested' })
      else items.push({ file: { zip: path, at: entry.at }, name: inside })
    }
  }
  const addFile = async (path: string, name: string): Promise<void> => {
    if (leaveTooMany(name)) return
    if (isZipName(name)) await addZip(path, name)
    else items.push({ file: { path }, name })
  }
  for (const root of roots) {
    if (signal.aborted) break
    const found = await stat(root)
    // The name of the one folder says nothing; of several, each file says where it is.
    const prefix = roots.length === 1 ? '' : `${basename(root)}/`
    if (!found.isDirectory()) {
      await addFile(root, basename(root))
      continue
    }
    const walked = await walk(root, signal, limits)
    for (const { file, reason } of walked.leftOut) leftOut.push({ file: `${prefix}${file}`, reason })
    for (const file of walked.files) await addFile(join(root, file), `${prefix}${file}`)
  }
  return { items, leftOut }
}
