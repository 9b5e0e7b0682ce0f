import * as z from 'zod'
import type { Calculation } from '../records/observation/calculated'
import type { NoRange, QualifiedRange, RangePerson } from '../records/observation/referenceRange'
import type { CatalogueTest } from './labCatalogue'
import type { PatientSummary, ResultLine } from './patients'
import { request } from './request'
import { idempotencyKey, instant, optionalLine, recordId } from './shapes'

export type { Calculation } from '../records/observation/calculated'
export type { NoRange, QualifiedRange } from '../records/observation/referenceRange'

/** What holds of a value for one person, or why nothing does. */
export interface EntryRange {
  /** In the unit of the test. */
  readonly range?: QualifiedRange
  /** Absent where a range holds. */
  readonly none?: NoRange | 'unit'
  /** Another range holds in pregnancy, and nobody has asked. */
  readonly isPregnancyOpen?: true
  /** With it: a pregnancy was said so long ago that it must be over. */
  readonly isPregnancyLapsed?: true
}

/** One line of a sheet on which results are typed. */
export interface EntryTest extends Pick<CatalogueTest, 'code' | 'name' | 'loinc' | 'result' | 'unit' | 'decimals' | 'answers' | 'method'> {
  readonly expected: EntryRange
  /** It is worked out of others unless somebody types it. */
  readonly isCalculated: boolean
  /** What is on the chart of this order already; `waiting` may be typed anew. */
  readonly standing?: { readonly line: ResultLine; readonly state: 'waiting' | 'accepted' | 'rejected' }
  /** The patient's last accepted number of this test, of an earlier sample. */
  readonly earlier?: { readonly text: string; readonly at: string }
}

/** A sheet on which the results of one order are typed. */
export interface EntrySheet {
  readonly order: string
  readonly accession: string
  /** What was asked for. */
  readonly title: string
  readonly patient: PatientSummary
  /** Of whom, as far as ranges and formulas ask. */
  readonly person: RangePerson
  /** When the sample was taken, as far as anybody said; ISO instant. */
  readonly collectedAt?: string
  readonly tests: readonly EntryTest[]
}

/** What became of typed results. */
export interface TypedOutcome {
  readonly report: string
  /** `unverified`: it waits for a second look. */
  readonly state: 'unverified' | 'verified'
}

/** One line of a printed laboratory report. */
export interface LabReportLine {
  /** Id of the Observation. */
  readonly id: string
  readonly line: ResultLine
  /** Whom the range is for; absent: of everybody, or as the analyser sent it. */
  readonly range?: QualifiedRange
  readonly method?: string
  readonly calculation?: Calculation
  readonly state: 'unverified' | 'verified' | 'rejected'
  /** What was said before the laboratory corrected it. */
  readonly was?: { readonly text: string; readonly unit?: string; readonly why: string }
  /** Who accepted it; absent where a rule did, or nobody has. */
  readonly verifiedBy?: string
  readonly verifiedAt?: string
}

/** A laboratory report as it is printed: the version that stands. */
export interface LabReport {
  readonly id: string
  readonly patient: PatientSummary
  readonly title: string
  readonly accession: string
  readonly state: 'unverified' | 'verified' | 'rejected'
  readonly isCorrected: boolean
  readonly orderedAt: string
  /** Name of whoever asked for it; empty: nobody knows. */
  readonly orderedBy: string
  readonly collectedAt?: string
  readonly receivedAt?: string
  /** When this version was given out. */
  readonly issuedAt: string
  /** The analyser; empty: it was typed. */
  readonly device: string
  readonly typedBy: string
  /** Names of those who accepted results, each once. */
  readonly verifiedBy: readonly string[]
  readonly lines: readonly LabReportLine[]
}

const age = z.object({ value: z.int().min(0).max(130 * 366), unit: z.enum(['d', 'wk', 'mo', 'a']) })
const limit = z.number().finite().min(-1e9).max(1e9)
const range = z.object({
  sex: z.enum(['male', 'female']).optional(),
  from: age.optional(),
  to: age.optional(),
  pregnancy: z.literal('pregnant').optional(),
  low: limit.optional(),
  high: limit.optional(),
  source: optionalLine.optional(),
})

/** The ranges of one test of the catalogue. */
export interface TestRanges {
  readonly code: string
  readonly name: string
  /** UCUM; empty: without dimension. */
  readonly unit: string
  readonly ranges: readonly QualifiedRange[]
  /** `usual`: those that ship. `own`: the practice has set them. */
  readonly whose: 'usual' | 'own'
}

/** Results typed by hand, what is expected of them, and the report on paper. */
export const labResultRequests = {
  /** The sheet of an order: its tests, what is expected of each, what stands already. */
  readEntrySheet: request(z.object({ patient: recordId, order: recordId }), 'result.enter', 'read').answers<EntrySheet>(),
  /**
   * Files what was typed, with what follows from it; a line that is empty is left out. `already-filed`: a result that was decided about is corrected, not typed again.
   * `implausible-value` (facts.field): words where a number belongs without a letter in them, or an answer that the test does not have.
   */
  saveTypedResults: request(
    z.object({
      key: idempotencyKey,
      patient: recordId,
      order: recordId,
      results: z.array(z.object({ code: z.string().min(1).max(60), text: z.string().trim().max(2_000), comment: optionalLine.optional() })).min(1).max(200),
      /** When the sample was taken, where nobody said it before. */
      takenAt: instant.optional(),
    }),
    'result.enter',
    'write',
  ).answers<TypedOutcome>(),
  /** The ranges of every numeric test of the catalogue that holds. */
  listTestRanges: request(z.undefined(), 'result.read').answers<TestRanges[]>(),
  /** Sets the ranges of a test; none: it has none from then on. Results keep the range that held. `implausible-value` (facts.field: which, facts.limit: why). */
  saveTestRanges: request(z.object({ code: z.string().min(1).max(60), ranges: z.array(range).max(200) }), 'lab.configure', 'write').answers<TestRanges>(),
  /** A report as it is printed. */
  readLabReport: request(z.object({ patient: recordId, report: recordId }), 'result.read', 'read').answers<LabReport>(),
}
