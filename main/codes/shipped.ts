import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import * as z from 'zod'
import { type Concept, conceptsIn } from '../../shared/records/code-set/concept'

/** What `resources/code-sets/*.json` says of a code set that ships; made by `build/icd10cm.mjs`. */
const manifestShape = z.object({
  system: z.string(),
  version: z.string(),
  title: z.string(),
  edition: z.string(),
  publisher: z.string(),
  licence: z.string(),
  file: z.string().regex(/^[\w.-]+$/),
  concepts: z.int(),
  sha256: z.string(),
})

/** A code set that ships with Outpost. It holds nothing of patients and lies in the clear beside the program. */
export interface ShippedCodeSet extends z.infer<typeof manifestShape> {
  /** Reads it; throws when it is not what the manifest says. */
  read(): Promise<Concept[]>
}

/** Beside the bundle, or in the sources. */
const places = ['code-sets', '../../resources/code-sets']

/** Where the code sets lie that ship; `undefined`: nowhere. */
export const shippedFolder = (): string | undefined => places.map((place) => join(__dirname, place)).find((folder) => existsSync(folder))

/** Lines that are read in one go: a few milliseconds. */
const sliceLines = 2_000

const inSlices = async (table: string): Promise<Concept[]> => {
  const lines = table.split('\n')
  const concepts: Concept[] = []
  for (let from = 0; from < lines.length; from += sliceLines) {
    concepts.push(...conceptsIn(lines.slice(from, from + sliceLines).join('\n')))
    await setImmediate()
  }
  return concepts
}

/** What people call a disease that ICD-10 has under another name, in the languages of Outpost, by code: words of our own, for the search only. */
export const clinicWords = async (folder: string): Promise<ReadonlyMap<string, readonly string[]>> => {
  const table = await readFile(join(folder, 'icd-10-words.tsv'), 'utf8')
  return new Map(table.split('\n').flatMap((row) => {
    const [code = '', words = ''] = row.split('\t')
    return code === '' || words === '' ? [] : [[code, words.split('|')] as const]
  }))
}

/** Whether a code set is ICD-10 or one of its national forms. */
export const isIcd10 = (system: string): boolean => /icd-?10|cim-?10/i.test(system)

/** The code sets in a folder. */
export const shippedCodeSets = async (folder: string): Promise<ShippedCodeSet[]> => {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort()
  return Promise.all(
    names.map(async (name) => {
      const manifest = manifestShape.parse(JSON.parse(await readFile(join(folder, name), 'utf8')))
      return {
        ...manifest,
        read: async () => {
          const table = await promisify(gunzip)(await readFile(join(folder, manifest.file)))
          if (createHash('sha256').update(table).digest('hex') !== manifest.sha256) throw new Error(`${manifest.file} is not what was shipped`)
          return inSlices(table.toString('utf8'))
        },
      }
    }),
  )
}
