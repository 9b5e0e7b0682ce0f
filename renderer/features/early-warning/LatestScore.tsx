import type { PatientSummary } from '../../../shared/contract'
import { useAnswer } from '../../client'
import { ScoreLine } from './ScoreLine'

/** The score that counts now and when the next set is due, in one line, for an overview. */
export const LatestScore = ({ patient, now }: { readonly patient: PatientSummary; readonly now: Date }) => {
  const { value } = useAnswer('dueObservations', { patients: [patient.id] })
  const [found] = value ?? []
  return found?.set ? (
    <div className="score-panel">
      <ScoreLine set={found.set} due={found.due} now={now} />
    </div>
  ) : null
}
