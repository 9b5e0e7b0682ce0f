import * as z from 'zod'
import type { ProfileEntry } from './devices'
import { serialSettings } from './lines'
import { request } from './request'
import { line } from './shapes'

/** The largest recording that a profile is learned from: some minutes of a full line. */
export const recordingLimit = 1024 * 1024

const recording = z.instanceof(Uint8Array).refine((bytes) => bytes.length > 0 && bytes.length <= recordingLimit)

/** What a marked piece of a page is. `begin`: something with which the next sample begins. */
export const markRoles = ['sample', 'test', 'value', 'unit', 'flag', 'time', 'begin'] as const
export type MarkRole = (typeof markRoles)[number]

/** A piece of a page that a person marked: characters `from` to before `to` of a line. */
const mark = z.object({
  page: z.int().min(0).max(2_000),
  line: z.int().min(0).max(20_000),
  from: z.int().min(0).max(1_000),
  to: z.int().min(1).max(1_000),
  as: z.enum(markRoles),
  /** Values beside which no code stands: what the test is called. */
  code: z.string().trim().min(1).max(60).optional(),
  /** Values in fixed columns: digits after a point that is not written. */
  decimals: z.int().min(0).max(6).optional(),
})
export type ProfileMark = z.output<typeof mark>

const byte = z.int().min(0).max(255)

/** Everything a person said so far of an analyser that nobody knows. */
const profileDraft = z.object({
  protocol: z.enum(['text', 'astm', 'hl7']),
  /** How its pages begin and end; see text profiles. */
  framing: z.object({ start: byte.optional(), end: byte.optional(), answer: z.enum(['none', 'ack']) }),
  layout: z.enum(['lines', 'table', 'columns']),
  /** Tables. */
  separator: z.string().length(1),
  hasHeadings: z.boolean(),
  decimalComma: z.boolean(),
  marks: z.array(mark).max(500),
  /** How times are written; absent: they are not read. */
  timeFormat: z.string().max(40).optional(),
  /** The page says no units: they are those of the tests. */
  printsNoUnits: z.boolean(),
  tests: z
    .array(
      z.object({
        /** As the analyser sends it. */
        code: z.string().trim().min(1).max(60),
        name: line,
        loinc: z.string().regex(/^\d{1,7}-\d$/).optional(),
        /** UCUM; `1` where it has none. */
        unit: z.string().trim().min(1).max(40),
        /** How the analyser spells the unit, where it is another way. */
        sentUnit: z.string().trim().min(1).max(40).optional(),
      }),
    )
    .max(300),
  /** Codes that are no tests. */
  ignored: z.array(z.string().trim().min(1).max(60)).max(300),
  /** How the numbers of control samples begin. */
  controls: z.array(z.string().trim().min(1).max(40)).max(20),
})
export type ProfileDraft = z.output<typeof profileDraft>

/** A line of a page as a person sees it. Each character stands for one of the page, control characters too. */
export interface StudiedLine {
  readonly text: string
  /** Pieces that stand apart, by spaces; in a table, its cells. */
  readonly parts: readonly { readonly from: number; readonly to: number }[]
}

/** What a recording looks like before anybody marked anything. */
export interface RecordingStudy {
  /** A draft to begin with: what the bytes themselves tell. */
  readonly draft: ProfileDraft
  /** The first pages, as the framing of that draft cuts them. */
  readonly pages: readonly { readonly lines: readonly StudiedLine[] }[]
  /** There are more pages or lines than are shown. */
  readonly isCut: boolean
}

/** What is still missing, or wrong, in a draft. */
export type DraftFault =
  /** Nothing says which tube it is. */
  | 'no-sample'
  | 'no-value'
  /** A value beside which no code stands, and nobody said what it is. */
  | 'no-code'
  /** A marked time that fits no way of writing one, or several: the format has to be said. */
  | 'time-format'
  /** No page can be read as it is marked. */
  | 'nothing-read'
  /** Whose each result is cannot be told on some page: mark what the next sample begins with. */
  | 'samples-mixed'
  /** Codes are found that are neither a test nor left out: results that nobody named would never be filed. */
  | 'codes-open'
  /** The draft makes no profile: the pieces that were marked are too long or too many. */
  | 'unusable'

/** What a draft makes of its recording. Nothing of it is filed. */
export interface DraftReading {
  readonly faults: readonly DraftFault[]
  /** Ways of writing times that fit what was marked as one. */
  readonly timeFormats: readonly string[]
  /** Every code that is found, in order. */
  readonly codes: readonly { readonly code: string; readonly values: readonly string[]; readonly units: readonly string[]; readonly isKnown: boolean; readonly isIgnored: boolean }[]
  readonly samples: readonly {
    readonly accession: string
    readonly isQualityControl: boolean
    readonly measured?: string
    readonly results: readonly { readonly code: string; readonly name: string; readonly text: string; readonly unit?: string; readonly flag?: string; readonly trouble?: 'unknown-test' | 'other-unit' | 'withdrawn' }[]
  }[]
  /** Lines of which something is read, of pages of lines. */
  readonly readLines: readonly { readonly page: number; readonly line: number }[]
  /** Pages that were read, and those that could not be. */
  readonly read: number
  readonly unread: number
}

/** What became of a saved profile. */
export interface SavedProfile {
  readonly profile: ProfileEntry
  /** Its folder. */
  readonly folder: string
  /** Whether the recording was kept as its own test, without what tells who a patient is; false: without that it cannot be read. */
  readonly isTested: boolean
}

/** From the bytes of an analyser that nobody knows to a profile of the practice. Nothing is filed by any of this. */
export const workbenchRequests = {
  /** What a recording looks like. `draft`: cut and shown as that says. */
  studyRecording: request(z.object({ recording, draft: profileDraft.optional() }), 'device.pair').answers<RecordingStudy>(),
  /** What the marks make of the recording. */
  readDraft: request(z.object({ recording, draft: profileDraft }), 'device.pair').answers<DraftReading>(),
  /** Writes the profile, and its recording as its own test, into the practice's folder; it can be paired at once. */
  saveProfile: request(
    z.object({ recording, draft: profileDraft, id: z.string().regex(/^[a-z0-9-]{2,60}$/), maker: line, model: line, reportTitle: line, serial: serialSettings }),
    'device.pair',
    'write',
  ).answers<SavedProfile>(),
}
