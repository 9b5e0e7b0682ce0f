import { lstat, opendir, realpath } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import type { LeftOut } from '../../../shared/contract'

/** What was found in a folder. */
export interface Found {
  /** Paths inside the folder, in the order of their names. */
  readonly files: readonly string[]
  /** What was not looked at, and why. */
  readonly leftOut: readonly LeftOut[]
}

/** Limits of one import: far above any disc, so that a folder chosen by mistake comes to an end. */
export interface WalkLimits {
  readonly files: number
  readonly depth: number
}

/**
 * Lists the files of a folder and of the folders in it. Links are never followed: what one inside the folder
 * leads to is found anyway, and one that leads out is reported. Throws when the folder itself cannot be read.
 */
export const walk = async (folder: string, signal: AbortSignal, limits: WalkLimits): Promise<Found> => {
  const root = await realpath(folder)
  const files: string[] = []
  const leftOut: LeftOut[] = []
  const waiting: { readonly path: string; readonly depth: number }[] = [{ path: root, depth: 0 }]
  const name = (path: string): string => relative(root, path).split(sep).join('/')
  const linkReason = async (path: string): Promise<LeftOut['reason'] | undefined> => {
    const target = await realpath(path).catch(() => undefined)
    if (target === undefined) return 'unreadable'
    return target === root || target.startsWith(root + sep) ? undefined : 'outside'
  }
  for (let next = waiting.pop(); next && !signal.aborted; next = waiting.pop()) {
    try {
      for await (const entry of await opendir(next.path)) {
        if (signal.aborted) break
        const path = join(next.path, entry.name)
        const kind = entry.isFile() || entry.isDirectory() || entry.isSymbolicLink() ? entry : await lstat(path)
        if (kind.isSymbolicLink()) {
          const reason = await linkReason(path)
          if (reason) leftOut.push({ file: name(path), reason })
        } else if (kind.isDirectory()) {
          if (next.depth < limits.depth) waiting.push({ path, depth: next.depth + 1 })
          else leftOut.push({ file: name(path), reason: 'too-many' })
        } else if (!kind.isFile()) leftOut.push({ file: name(path), reason: 'unreadable' })
        else if (files.length < limits.files) files.push(name(path))
        else {
          leftOut.push({ file: name(path), reason: 'too-many' })
          return { files: files.sort(), leftOut }
        }
      }
    } catch (reason) {
      if (next.path === root) throw reason
      leftOut.push({ file: name(next.path), reason: 'unreadable' })
    }
  }
  return { files: files.sort(), leftOut }
}
