import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { failedTest, readProfile, type ProfileFault, type ProfileFile } from '..'

/** A profile is some kilobytes; what is larger is something else. A recording is a message or a few minutes. */
const largest = 1024 * 1024
/** More files than this are not read. */
const most = 200
/** Recordings of one profile that are tried. */
const mostRecordings = 50

/** What lies in the folder of the practice's own profiles. */
export interface FoundProfiles {
  /** Files that can be used, as far as the folder tells. */
  readonly files: readonly ProfileFile[]
  /** Files whose own recordings give something else than they are to give. */
  readonly faults: readonly ProfileFault[]
}

const readLimited = async (path: string): Promise<Buffer | undefined> => {
  const found = await stat(path).catch(() => undefined)
  return found?.isFile() && found.size <= largest ? readFile(path).catch(() => undefined) : undefined
}

/** `captures/expected.json`; see `Expectations`. */
const expectations = z.record(z.string(), z.array(z.object({ sample: z.string().optional(), control: z.boolean().optional(), results: z.array(z.string()) })))

/** What the profile's own tests say, where it has any: see `captures/expected.json`. */
const testFault = async (folder: string, file: ProfileFile): Promise<ProfileFault | undefined> => {
  const captures = join(folder, 'captures')
  const text = await readLimited(join(captures, 'expected.json'))
  const profile = readProfile(file)
  if (!text || 'kind' in profile) return undefined
  const fault = (reason: string): ProfileFault => ({ file: file.file, kind: 'own-test-failed', at: 'captures/expected.json', reason })
  let expected: z.output<typeof expectations>
  try {
    expected = expectations.parse(JSON.parse(text.toString('utf8')))
  } catch {
    return fault('not a list of recordings with what each is to give')
  }
  const recordings = new Map<string, Uint8Array>()
  for (const name of Object.keys(expected).slice(0, mostRecordings)) {
    // A name, never a way out of the folder.
    const bytes = /^[^/\\]+$/.test(name) ? await readLimited(join(captures, name)) : undefined
    if (bytes) recordings.set(name, Uint8Array.from(bytes))
  }
  const failed = failedTest(profile, recordings, expected)
  return failed === undefined ? undefined : fault(failed)
}

/** The profile files of a folder: `*.json` in it, and `profile.json` in folders of it, those with the tests beside it tried. No folder: none. */
export const readProfileFolder = async (folder: string): Promise<FoundProfiles> => {
  const entries = (await readdir(folder, { withFileTypes: true }).catch(() => [])).filter(({ name }) => !name.startsWith('.'))
  const found = await Promise.all(
    entries.slice(0, most).map(async (entry): Promise<{ readonly file?: ProfileFile; readonly fault?: ProfileFault }> => {
      const name = entry.isDirectory() ? join(entry.name, 'profile.json') : entry.name
      if (!name.endsWith('.json')) return {}
      const path = join(folder, name)
      if (!(await stat(path).catch(() => undefined))?.isFile()) return {}
      // Too large, or not to be read: said as what it then is, no JSON.
      const file = { file: name, text: (await readLimited(path))?.toString('utf8') ?? '' }
      const fault = entry.isDirectory() ? await testFault(join(folder, entry.name), file) : undefined
      return fault ? { fault } : { file }
    }),
  )
  return { files: found.flatMap(({ file }) => file ?? []), faults: found.flatMap(({ fault }) => fault ?? []) }
}
