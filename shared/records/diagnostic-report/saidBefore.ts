import type { Observation } from 'fhir/r4'
import { type ResultLine, resultLineOf } from '../observation/result'
import { verificationOf } from './verification'

/** What a result said before it was corrected. */
export interface SaidBefore {
  readonly line: ResultLine
  /** Practitioner id of the person who corrected it; absent: an analyser did. */
  readonly by?: string
  /** ISO instant of the correction. */
  readonly at?: string
  /** In the words of the person. */
  readonly why?: string
}

/** What a result said before; undefined where what it replaced had never counted (nobody had accepted it). */
export const saidBefore = (result: Observation, replaced: Observation | undefined): SaidBefore | undefined => {
  if (!replaced || !['final', 'corrected', 'amended'].includes(replaced.status)) return undefined
  const { by, at, why } = verificationOf(result) ?? {}
  return { line: resultLineOf(replaced), ...(by === undefined ? {} : { by }), ...(at === undefined ? {} : { at }), ...(why === undefined ? {} : { why }) }
}
