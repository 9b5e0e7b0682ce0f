import { useMemo } from 'react'
import type { PatientSummary, VitalEntry } from '../../../shared/contract'
import { currentSet } from '../../../shared/records/early-warning/sets'
import { useAnswer } from '../../client'
import { ScoreLine } from './ScoreLine'
import { useScores } from './useScores'

const hourMs = 3_600_000
/** More than a day of a monitor's rows, which come between two sets of a nurse. */
const values = 5_000

interface Props {
  readonly patient: PatientSummary
  /** The newest value of each sign: of a patient who was not charted for a day, the last set is among them. */
  readonly latest: readonly VitalEntry[]
  readonly now: Date
}

/** The score that counts now, in one line, for an overview: only a day is read for it, however long the chart is. */
export const LatestScore = (props: Props) => <ScoreOfOne key={props.patient.id} {...props} />

/** Of one patient as long as it stands: what is kept while the next hour is read is theirs. */
const ScoreOfOne = ({ patient, latest, now }: Props) => {
  // The same question for an hour.
  const since = new Date(Math.floor(now.getTime() / hourMs - 24) * hourMs).toISOString()
  const { value: ofTheDay } = useAnswer('listVitals', { patient: patient.id, since, limit: values }, { keepPrevious: true })
  const entries = useMemo(() => {
    const known = new Set(ofTheDay?.map(({ id }) => id))
    return ofTheDay && [...ofTheDay, ...latest.filter(({ id }) => !known.has(id))]
  }, [ofTheDay, latest])
  const set = currentSet(useScores(patient, entries)?.sets ?? [], now.getTime())
  return set ? (
    <div className="score-panel">
      <ScoreLine set={set} now={now} />
    </div>
  ) : null
}
