import type { PatientSummary } from '../../../shared/contract'
import { currentSet } from '../../../shared/records/early-warning/sets'
import { useAnswer } from '../../client'
import { ScoreLine } from './ScoreLine'
import { useScores } from './useScores'

/** Values that are looked through for the newest whole set: a day of a monitor's rows (some 2,000) between two sets of a nurse. As many as the flowsheet shows, so that both say one score. */
const values = 3_000

/** The score that counts now, in one line, for an overview. */
export const LatestScore = ({ patient, now }: { readonly patient: PatientSummary; readonly now: Date }) => {
  const { value: entries } = useAnswer('listVitals', { patient: patient.id, limit: values })
  const set = currentSet(useScores(patient, entries)?.sets ?? [], now.getTime())
  return set ? (
    <div className="score-panel">
      <ScoreLine set={set} now={now} />
    </div>
  ) : null
}
