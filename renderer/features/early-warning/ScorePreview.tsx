import type { PatientSummary, ScoredAs } from '../../../shared/contract'
import type { SignSet } from '../../../shared/records/early-warning/news2'
import { signsOfChart, warningScore } from '../../../shared/records/early-warning/score'
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
  const score = warningScore(signs, scoredOf(patient, scoredAs), today)
  if (score.kind === 'not-used' || signsOfChart[score.used.chart].every((sign) => signs[sign] === undefined)) return null
  const name = t(`name.${score.used.chart}`)
  return (
    <span className="score-preview" role="status">
      {score.kind === 'score' ? name : null} <ScoreMark score={score} short={score.kind === 'incomplete'} />
      {score.kind === 'incomplete' ? <span className="faint small">{t('form.missing', { name, missing: signNames(score.missing) })}</span> : null}
    </span>
  )
}
