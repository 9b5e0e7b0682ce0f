import * as z from 'zod'
import { ArchiveProblem, type Archive } from './archive'
import type { StoredInstance, Studies } from './studies'

/** A file of the archive as other workstations are told of it. */
export interface StudyFile {
  /** Of its contents, hexadecimal. */
  readonly sha256: string
  /** Bytes. */
  readonly size: number
  /** What the index has to know of it. */
  readonly about: unknown
}

/** The archive's files for whoever carries them between workstations. A set is a study: `dicom-study:<Study Instance UID>`. */
export interface StudyFiles {
  sets(): Promise<readonly string[]>
  filesOf(set: string): Promise<readonly StudyFile[]>
  has(sha256: string): Promise<boolean>
  /** From a byte on. Throws `ArchiveProblem`. */
  read(sha256: string, from: number): AsyncIterable<Uint8Array>
  /** Takes a file that came, and enters it; throws `ArchiveProblem` `changed` when it is not what was promised. */
  keep(set: string, file: StudyFile, contents: AsyncIterable<Uint8Array>): Promise<void>
}

const prefix = 'dicom-study:'

/** Names the set of a study's files. */
export const setOfStudy = (studyInstanceUid: string): string => `${prefix}${studyInstanceUid}`

/** Study Instance UID of a set. */
export const studyOfSet = (set: string): string => set.slice(prefix.length)

const uid = z.string().regex(/^[\d.]{1,64}$/)
const count = z.int().min(0)
const instance: z.ZodType<Omit<StoredInstance, 'sha256' | 'size'>> = z.object({
  study: uid,
  series: uid,
  sop: uid,
  transferSyntax: z.string().max(64),
  rows: count,
  columns: count,
  frames: count,
  modality: z.string().max(64),
  seriesDescription: z.string().max(1024),
  seriesNumber: z.number().optional(),
  number: z.number().optional(),
  position: z.array(z.number()).max(3).optional(),
  orientation: z.array(z.number()).max(6).optional(),
  cannotShow: z.enum(['not-an-image', 'no-pixel-data', 'truncated-pixels', 'damaged-pixels', 'unsupported-transfer-syntax', 'unsupported-pixels']).optional(),
  source: z.union([z.object({ kind: z.literal('import') }), z.object({ kind: z.enum(['received', 'pacs']), from: z.string().max(200) })]).optional(),
})

/** See {@link StudyFiles}. */
export const openStudyFiles = (archive: Archive, studies: Studies): StudyFiles => ({
  sets: async () => (await studies.heldHere()).map(setOfStudy),
  filesOf: async (set) => (await studies.instancesOf(studyOfSet(set))).map(({ sha256, size, ...about }) => ({ sha256, size, about })),
  has: (sha256) => archive.has(sha256),
  read: (sha256, from) => archive.stream(sha256, from),
  keep: async (set, { sha256, size, about }, contents) => {
    const entry = instance.safeParse(about)
    if (!entry.success || entry.data.study !== studyOfSet(set)) throw new ArchiveProblem('changed')
    await archive.take(sha256, contents)
    await studies.enterFetched({ ...entry.data, sha256, size })
  },
})
