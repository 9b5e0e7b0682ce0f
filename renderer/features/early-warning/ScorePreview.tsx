import type { PatientSummary, ScoredAs } from '../../../shared/contract'
import { news2, news2Signs, type SignSet } from '../../../shared/records/early-warning/news2'
import { ScoreMark } from './ScoreMark'
import { scoredOf } from './useScores'
import { signNames, t } from './words'
import './earlyWarning.css'

interface Props {
  readonly patient: PatientSummary
  readonly scoredAs: ScoredAs
  readonly signs: SignSet
  /** Calendar date, YYYY-MM-DD. */
  readonly today: string
}

/** The score of what is being typed, or what it still needs; nothing before the first sign that counts. */
export const ScorePreview = ({ patient, scoredAs, signs, today }: Props) => {
  const score = news2(signs, scoredOf(patient, scoredAs), today)
  if (score.kind === 'not-used' || news2Signs.every((sign) => signs[sign] === undefined)) return null
  return (
    <span className="score-preview" role="status">
      {score.kind === 'score' ? t('name') : null} <ScoreMark news2={score} short={score.kind === 'incomplete'} />
      {score.kind === 'incomplete' ? <span className="faint small">{t('form.missing', { missing: signNames(score.missing) })}</span> : null}
    </span>
  )
}
