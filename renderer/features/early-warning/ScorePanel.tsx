import { useState } from 'react'
import type { PatientSummary, ScoredAs } from '../../../shared/contract'
import { news2Signs, type News2 } from '../../../shared/records/early-warning/news2'
import { currentSet, type ScoredSet } from '../../../shared/records/early-warning/sets'
import { vitals } from '../../../shared/records/observation/vitals'
import { useWho } from '../../client'
import { Button } from '../../components'
import { ScoredAsDialog } from './ScoredAsDialog'
import { ScoreLine } from './ScoreLine'
import { t } from './words'
import './earlyWarning.css'

interface Props {
  readonly patient: PatientSummary
  readonly scoredAs: ScoredAs
  /** Newest first. */
  readonly sets: readonly ScoredSet[]
  readonly now: Date
}

/** Above the flowsheet: the score that counts now, the signs that make it, what it asks for, and by which scale it is made. */
export const ScorePanel = ({ patient, scoredAs, sets, now }: Props) => {
  const who = useWho()
  const [changing, setChanging] = useState(false)
  const set = currentSet(sets, now.getTime())
  if (!set) return null
  const how = [t('scored.scale', { scale: scoredAs.scale }), patient.gender === 'male' ? undefined : t(`scored.${scoredAs.pregnancy}`)].filter(Boolean).join(', ')
  const mayChange = who?.actions.some((action) => action === 'spo2-scale.choose' || action === 'vitals.write') ?? false
  return (
    <section className="score-panel" aria-label={t('title')}>
      <ScoreLine set={set} now={now}>
        <span className="spread" />
        {mayChange ? (
          <Button kind="quiet" onClick={() => setChanging(true)} title={t('scored.change')}>
            {how}
          </Button>
        ) : (
          <span className="faint">{how}</span>
        )}
      </ScoreLine>
      {set.news2.kind === 'score' ? <Why news2={set.news2} /> : null}
      {changing ? <ScoredAsDialog patient={patient} scoredAs={scoredAs} onClose={() => setChanging(false)} /> : null}
    </section>
  )
}

/** The signs that give points, worst first, and what the Royal College asks for. */
const Why = ({ news2 }: { readonly news2: Extract<News2, { kind: 'score' }> }) => {
  const given = news2Signs.filter((sign) => news2.points[sign] > 0).sort((one, other) => news2.points[other] - news2.points[one])
  return (
    <p className="score-why">
      <strong>{given.length === 0 ? t('points.none') : given.map((sign) => t('points', { sign: vitals[sign].display, points: news2.points[sign] })).join(' · ')}</strong>{' '}
      {news2.total === 0 ? t('response.routine') : t(`response.${news2.risk}`)}
    </p>
  )
}
