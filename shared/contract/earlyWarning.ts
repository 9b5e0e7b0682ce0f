import * as z from 'zod'
import type { Spo2Scale } from '../records/early-warning/news2'
import type { Pregnancy } from '../records/early-warning/scoredAs'
import { request } from './request'
import { idempotencyKey, recordId } from './shapes'

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

/** Early warning: what the score of a patient hangs on beside the signs. */
export const earlyWarningRequests = {
  readScoredAs: request(z.object({ patient: recordId }), 'chart.read').answers<ScoredAs>(),
  /** A prescriber's decision: SpO₂ scale 2 is for confirmed hypercapnic respiratory failure. */
  chooseSpo2Scale: request(z.object({ key: idempotencyKey, patient: recordId, scale: z.union([z.literal(1), z.literal(2)]) }), 'spo2-scale.choose', 'write').answers<ScoredAs>(),
  recordPregnancy: request(z.object({ key: idempotencyKey, patient: recordId, isPregnant: z.boolean() }), 'vitals.write', 'write').answers<ScoredAs>(),
}
