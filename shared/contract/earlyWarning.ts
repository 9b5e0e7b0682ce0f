import * as z from 'zod'
import type { Due } from '../records/early-warning/due'
import type { Spo2Scale } from '../records/early-warning/news2'
import type { ObservationPlan } from '../records/early-warning/plan'
import { intervalMinutes } from '../records/early-warning/response'
import type { ResponseTables } from '../records/early-warning/response'
import { type ChartUsed, warningCharts, warningLevels } from '../records/early-warning/score'
import type { Pregnancy } from '../records/early-warning/scoredAs'
import type { ScoredSet } from '../records/early-warning/sets'
import { request } from './request'
import { idempotencyKey, line, optionalLine, recordId } from './shapes'

/** Who said something, by name, and when. */
export interface SaidBy {
  readonly by: string
  readonly at: string
}

/** What decides how a patient's signs are scored, and whose word it is. */
export interface ScoredAs {
  /** 1 unless a prescriber chose 2. */
  readonly scale: Spo2Scale
  readonly scaleSaid?: SaidBy
  readonly pregnancy: Pregnancy
  readonly pregnancySaid?: SaidBy
}

/** How often a patient is observed, as a clinician decided against the table. */
export interface ObservationPlanEntry extends Omit<ObservationPlan, 'by'>, SaidBy {
  /** A worse score has ended it: the table holds again. */
  readonly isOver: boolean
}

/** That a patient is to be monitored without a break. */
export interface MonitoringTask {
  readonly id: string
  /** ISO instant. */
  readonly since: string
  /** `asked`: nobody has taken it yet. `taken`: a named person sees to it. */
  readonly state: 'asked' | 'taken'
  readonly takenBy?: string
  readonly takenAt?: string
}

/** Where a patient stands between two sets of observations. */
export interface DueObservation {
  readonly patient: string
  /** The chart that holds today; absent: the age is not known well enough. */
  readonly used?: ChartUsed
  /** The set that counts now, scored; absent: nothing was charted. It may be older than a day: `due` says whether it still tells of now. */
  readonly set?: ScoredSet
  /** When anything was last charted, ISO instant. */
  readonly lastAt?: string
  readonly due: Due
  /** Who is called and what is done, in the practice's own words; absent: as published for the level. */
  readonly calls?: string
  readonly plan?: ObservationPlanEntry
  readonly monitoring?: MonitoringTask
}

/** Patients that are answered for at once. */
export const mostDueAtOnce = 60

const minutes = z.int().min(intervalMinutes.least).max(intervalMinutes.most)

/** Early warning: how a patient is scored, when the next set is due, and what a score asks for. */
export const earlyWarningRequests = {
  readScoredAs: request(z.object({ patient: recordId }), 'chart.read').answers<ScoredAs>(),
  /** A prescriber's decision: SpO₂ scale 2 is for confirmed hypercapnic respiratory failure. */
  chooseSpo2Scale: request(z.object({ key: idempotencyKey, patient: recordId, scale: z.union([z.literal(1), z.literal(2)]) }), 'spo2-scale.choose', 'write').answers<ScoredAs>(),
  recordPregnancy: request(z.object({ key: idempotencyKey, patient: recordId, isPregnant: z.boolean() }), 'vitals.write', 'write').answers<ScoredAs>(),
  /** The last set, its score, when the next is due and how long it is overdue, of each of these patients, in their order; whom this practice does not know is left out. */
  dueObservations: request(z.object({ patients: z.array(recordId).min(1).max(mostDueAtOnce) }), 'chart.read').answers<DueObservation[]>(),
  /** How often a patient is observed, against the table, with a reason; `plan` null: by the score again. */
  planObservations: request(
    z.object({ key: idempotencyKey, patient: recordId, plan: z.object({ everyMinutes: minutes, isContinuous: z.boolean() }).nullable(), reason: line }),
    'observations.plan',
    'write',
  ).answers<DueObservation>(),
  /** A named person sees to it that the patient is monitored. */
  takeMonitoring: request(z.object({ patient: recordId, task: recordId }), 'vitals.write', 'write').answers<DueObservation>(),
  /** What each level of each chart asks for, as published or as the practice changed it. */
  readResponses: request(z.undefined(), 'chart.read').answers<ResponseTables>(),
  /** The practice's own table of a chart, whole. */
  saveResponse: request(
    z.object({
      chart: z.enum(warningCharts),
      table: z.partialRecord(z.enum(warningLevels), z.object({ everyMinutes: minutes, isContinuous: z.boolean(), alerts: z.boolean(), calls: optionalLine.default('') })),
    }),
    'response.manage',
    'write',
  ).answers<ResponseTables>(),
}
