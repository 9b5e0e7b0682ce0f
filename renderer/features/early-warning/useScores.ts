import { useMemo } from 'react'
import type { PatientSummary, ScoredAs, VitalEntry } from '../../../shared/contract'
import type { Scored } from '../../../shared/records/early-warning/news2'
import { chartFor, type ChartUsed } from '../../../shared/records/early-warning/score'
import { scoredSets, type ScoredSet } from '../../../shared/records/early-warning/sets'
import { useAnswer } from '../../client'

/** Who is scored, as the rule wants it. */
export const scoredOf = (patient: Pick<PatientSummary, 'birthDate'>, { scale, pregnancy }: ScoredAs): Scored => ({
  scale,
  isPregnant: pregnancy === 'pregnant',
  ...(patient.birthDate === undefined ? {} : { birthDate: patient.birthDate }),
})

/** The chart that holds for a patient on a day; undefined: the age is not known well enough. */
export const chartOf = (patient: Pick<PatientSummary, 'birthDate'>, scoredAs: ScoredAs, on: string): ChartUsed | undefined => chartFor(scoredOf(patient, scoredAs), on)

/** How a patient is scored, and the sets that were charted, newest first; undefined until both are known: no score is better than one by the wrong scale. */
export const useScores = (patient: PatientSummary, entries: readonly VitalEntry[] | undefined): { readonly scoredAs: ScoredAs; readonly sets: readonly ScoredSet[] } | undefined => {
  const { value: scoredAs, problem } = useAnswer('readScoredAs', { patient: patient.id })
  const { birthDate } = patient
  return useMemo(
    () => (scoredAs && !problem && entries ? { scoredAs, sets: scoredSets(entries, scoredOf(birthDate === undefined ? {} : { birthDate }, scoredAs)) } : undefined),
    [scoredAs, problem, entries, birthDate],
  )
}
