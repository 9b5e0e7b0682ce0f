import * as z from 'zod'
import { line, optionalLine, recordId } from './shapes'
import { request } from './request'
import type { LabPolicy, TestMapping } from '../records/basic/labTest'
import type { Verification } from '../records/diagnostic-report/verification'
import type { AnalyserTime } from '../records/observation/analyserClock'
import type { Calculation } from '../records/observation/calculated'
import type { Delta } from '../records/observation/deltaCheck'
import type { HoldReason, TestRule } from '../records/observation/verdict'
import type { ResultLine } from './patients'

export type { LabPolicy, TestMapping } from '../records/basic/labTest'
export type { AnalyserTime } from '../records/observation/analyserClock'
export type { HoldReason, TestRule } from '../records/observation/verdict'

/** One result of a report that a technician looks at. */
export interface UnverifiedResult {
  /** Id of the Observation. */
  readonly id: string
  readonly line: ResultLine
  readonly state: Verification['state']
  /** Why it waits. */
  readonly holds: readonly HoldReason[]
  /** How it stands to the patient's last value; absent where there is none to compare with. */
  readonly delta?: Delta
  /** It was worked out of others, and how. */
  readonly calculation?: Calculation
}

/** A report, of a device or typed, of which something waits for a person. */
export interface UnverifiedReport {
  readonly report: string
  readonly patient: string
  /** As the banner writes it. */
  readonly patientName: string
  readonly patientNumber: string
  readonly birthDate?: string
  readonly gender?: string
  readonly accession: string
  readonly test: string
  /** Empty: a person typed it. */
  readonly deviceName: string
  /** Name of the person who typed it. */
  readonly typedBy?: string
  readonly receivedAt: string
  /** By our clock: what results are ordered by. */
  readonly measuredAt: string
  /** What the analyser's wrong clock said. */
  readonly clock?: AnalyserTime
  readonly results: readonly UnverifiedResult[]
}

/** A code or a unit of an analyser that nobody has explained, as far as results in the tray show it. */
export interface UnmappedCode {
  readonly profile: string
  readonly code: string
  readonly deviceName: string
  /** `test`: the code is not known. `unit`: the test is, and comes in another unit than expected. */
  readonly missing: 'test' | 'unit'
  /** As the analyser sends it; empty where it sends none. */
  readonly unit: string
  /** What the profile expects it in, where it knows the test. */
  readonly expected?: { readonly name: string; readonly loinc?: string; readonly unit: string }
  /** How many results in the tray have it. */
  readonly results: number
  /** One of them. */
  readonly example: ResultLine
}

/** What the practice has said about its laboratory. */
export interface LabSettingsState {
  readonly mappings: readonly TestMapping[]
  readonly rules: readonly TestRule[]
  readonly policy: LabPolicy
  /** What the policy `by-staff` comes to at the moment. */
  readonly hasTechnician: boolean
  /** Tests of the profiles of this workstation's analysers and of the mappings, for which rules can be set. */
  readonly tests: readonly { readonly test: string; readonly name: string; readonly unit: string }[]
  /** Analysers of this workstation whose clock is off. */
  readonly clocks: readonly { readonly device: string; readonly deviceName: string; readonly aheadMinutes: number }[]
}

const ucum = z.string().trim().min(1).max(60)
const code = z.string().min(1).max(200)
const finite = z.number().finite()

const decideResults = z.object({
  report: recordId,
  /** `take-back`: it waits again. */
  decision: z.enum(['accept', 'reject', 're-run', 'take-back']),
  /** Observations; none: all that this can be said of. */
  results: z.array(recordId).max(500).default([]),
  /** Needed where a result is rejected. */
  why: optionalLine.default(''),
}).refine(({ decision, why }) => decision !== 'reject' || why !== '', { path: ['why'] })

/** See {@link labReviewRequests}. */
export type DecideResults = z.output<typeof decideResults>

/** The laboratory's look at what analysers sent: verification, mapping of codes and units, rules. */
export const labReviewRequests = {
  /** What waits for a person, the oldest first; at most `unverifiedAtOnce` reports. */
  listUnverified: request(z.undefined(), 'result.verify').answers<UnverifiedReport[]>(),
  /** Accepts, rejects, sends back or takes back results of one report; makes its next version, which points at the one before. */
  decideResults: request(decideResults, 'result.verify', 'write').answers<UnverifiedReport>(),
  /** Codes and units of results in the tray that nobody has explained. */
  listUnmapped: request(z.undefined(), 'tray.read').answers<UnmappedCode[]>(),
  readLabSettings: request(z.undefined(), 'tray.read').answers<LabSettingsState>(),
  /** Says what a code is, and files what waits for it; `unit-unknown` or `molar-mass-unknown` where its units do not become each other. */
  saveTestMapping: request(
    z.object({
      profile: line,
      code,
      kind: z.enum(['test', 'left-out']),
      name: line,
      loinc: z.string().regex(/^\d{1,7}-\d$/).optional(),
      unit: ucum,
      /** As sent (may be empty), and the UCUM unit that it is; added to those that are known. */
      units: z.record(z.string().max(60), ucum).default({}),
      substance: z.string().max(40).optional(),
    }),
    'lab.configure',
    'write',
  ).answers<{ readonly mapping: TestMapping; readonly filed: number }>(),
  removeTestMapping: request(z.object({ profile: line, code }), 'lab.configure', 'write').answers<null>(),
  saveTestRule: request(
    z.object({
      test: line,
      name: line,
      accept: z.enum(['never', 'unflagged']),
      unit: ucum.optional(),
      low: finite.optional(),
      high: finite.optional(),
      /** In `unit`. */
      critical: z.object({ low: finite.optional(), high: finite.optional() }).optional(),
      delta: z.object({ percent: finite.min(0).max(10_000).optional(), absolute: finite.min(0).optional(), days: z.int().min(0).max(3650) }).optional(),
    }).refine(({ critical, unit }) => critical === undefined || unit !== undefined, { path: ['unit'] }),
    'lab.configure',
    'write',
  ).answers<TestRule>(),
  setLabPolicy: request(z.object({ accept: z.enum(['by-staff', 'unflagged', 'never']) }), 'lab.configure', 'write').answers<LabPolicy>(),
}
