import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ProfileFile } from '..'

/** A profile is some kilobytes; what is larger is something else. */
const largest = 1024 * 1024
/** More files than this are not read. */
const most = 200

const readOne = async (folder: string, file: string): Promise<ProfileFile | undefined> => {
  const path = join(folder, file)
  const found = await stat(path).catch(() => undefined)
  if (!found?.isFile()) return undefined
  if (found.size > largest) return { file, text: '' }
  return { file, text: await readFile(path, 'utf8').catch(() => '') }
}

/** The profile files of a folder: `*.json` in it, and `profile.json` in folders of it. No folder: none. */
export const readProfileFolder = async (folder: string): Promise<ProfileFile[]> => {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const names = entries
    .filter(({ name }) => !name.startsWith('.'))
    .flatMap((entry) => (entry.isDirectory() ? [join(entry.name, 'profile.json')] : entry.name.endsWith('.json') ? [entry.name] : []))
    .sort()
    .slice(0, most)
  const files = await Promise.all(names.map((name) => readOne(folder, name)))
  return files.filter((each): each is ProfileFile => each !== undefined)
}
