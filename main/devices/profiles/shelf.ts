import type * as z from 'zod'
import { profileShape, type Profile } from './schema'

/** A profile file as it lies in the folder of the practice's own profiles. */
export interface ProfileFile {
  /** Its name within the folder. */
  readonly file: string
  readonly text: string
}

/** A profile file that cannot be used, and why, for the person who put it there. */
export interface ProfileFault {
  readonly file: string
  /**
   * `unreadable`: no JSON. `wrong-shape`: `at` is the place that is wrong. `id-taken`: another profile has this id.
   * `own-test-failed`: a recording beside it gives something else than it is to give.
   */
  readonly kind: 'unreadable' | 'wrong-shape' | 'id-taken' | 'own-test-failed'
  /** Path within the file, e.g. `tests.WBC.unit`. */
  readonly at?: string
  /** What is wrong there, in the words of the check. */
  readonly reason: string
}

/** Profiles by their id: those of the product, and those that a practice wrote itself. */
export interface ProfileShelf {
  all(): readonly Profile[]
  /** The profile of this id; undefined when nobody has it. */
  find(id: string): Profile | undefined
  /** Replaces the practice's own profiles by what its folder holds now; each faulty file disables itself and nothing else. */
  putOwn(files: readonly ProfileFile[]): readonly ProfileFault[]
}

const placeOf = (path: readonly PropertyKey[]): string => path.map(String).join('.')

/** The deepest issue of a choice between shapes says most: what is wrong with the shape that fits best. */
const deepest = (issue: z.core.$ZodIssue): { readonly path: readonly PropertyKey[]; readonly message: string } => {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return issue
  const inner = issue.errors.flat().map(deepest).sort((one, other) => other.path.length - one.path.length)[0]
  return inner ? { path: [...issue.path, ...inner.path], message: inner.message } : issue
}

/** Reads a profile file; answers what is wrong with one that cannot be used. */
export const readProfile = ({ file, text }: ProfileFile): Profile | ProfileFault => {
  let data: unknown
  try {
    data = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    return { file, kind: 'unreadable', reason: error instanceof Error ? error.message : 'no JSON' }
  }
  const checked = profileShape.safeParse(data)
  if (checked.success) return checked.data
  const { path, message } = deepest(checked.error.issues[0]!)
  return { file, kind: 'wrong-shape', at: placeOf(path), reason: message }
}

/** A shelf that begins with the product's own profiles. */
export const openShelf = (builtIn: readonly Profile[]): ProfileShelf => {
  const fixed = new Map(builtIn.map((profile) => [profile.id, profile]))
  let own = new Map<string, Profile>()
  return {
    all: () => [...fixed.values(), ...own.values()],
    find: (id) => fixed.get(id) ?? own.get(id),
    putOwn: (files) => {
      const faults: ProfileFault[] = []
      const next = new Map<string, Profile>()
      for (const each of [...files].sort((one, other) => (one.file < other.file ? -1 : 1))) {
        const profile = readProfile(each)
        if ('kind' in profile) faults.push(profile)
        // A file of the practice never changes what a device of the product's own profile means.
        else if (fixed.has(profile.id) || next.has(profile.id)) faults.push({ file: each.file, kind: 'id-taken', at: 'id', reason: `another profile is called ${profile.id}` })
        else next.set(profile.id, profile)
      }
      own = next
      return faults
    },
  }
}
