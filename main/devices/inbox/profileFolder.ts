import { readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
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

/** Sizes and times of everything that a profile is made of: while they are the same, so is what came of it. */
const stampOf = async (folder: string, name: string, hasTests: boolean): Promise<string> => {
  const captures = join(dirname(join(folder, name)), 'captures')
  const recordings = hasTests ? (await readdir(captures).catch(() => [])).slice(0, mostRecordings * 2).map((each) => join(captures, each)) : []
  const found = await Promise.all([join(folder, name), ...recordings].map((path) => stat(path).catch(() => undefined)))
  return found.map((each) => (each ? `${each.mtimeMs}/${each.size}` : '')).join(' ')
}

type FoundOne = { readonly file?: ProfileFile; readonly fault?: ProfileFault }

/**
 * The folder of the practice's own profiles: `*.json` in it, and `profile.json` in folders of it, those with the tests beside it tried.
 * No folder: none. It may be read as often as somebody looks: only what changed is read and tried again.
 */
export const openProfileFolder = (folder: string): { read(): Promise<FoundProfiles> } => {
  let known = new Map<string, { readonly stamp: string; readonly found: FoundOne }>()

  const readOne = async (name: string, hasTests: boolean): Promise<FoundOne> => {
    const stamp = await stampOf(folder, name, hasTests)
    const before = known.get(name)
    if (before?.stamp === stamp) return before.found
    // Too large, or not to be read: said as what it then is, no JSON.
    const file = { file: name, text: (await readLimited(join(folder, name)))?.toString('utf8') ?? '' }
    const fault = hasTests ? await testFault(dirname(join(folder, name)), file) : undefined
    const found = fault ? { fault } : { file }
    known.set(name, { stamp, found })
    return found
  }
  return {
    read: async () => {
      const entries = (await readdir(folder, { withFileTypes: true }).catch(() => [])).filter(({ name }) => !name.startsWith('.')).slice(0, most)
      const found: FoundOne[] = []
      const names = new Set<string>()
      // One after the other: each try is short, and others have their turn between two.
      for (const entry of entries) {
        const name = entry.isDirectory() ? join(entry.name, 'profile.json') : entry.name
        if (!name.endsWith('.json') || !(await stat(join(folder, name)).catch(() => undefined))?.isFile()) continue
        names.add(name)
        found.push(await readOne(name, entry.isDirectory()))
      }
      known = new Map([...known].filter(([name]) => names.has(name)))
      return { files: found.flatMap(({ file }) => file ?? []), faults: found.flatMap(({ fault }) => fault ?? []) }
    },
  }
}
