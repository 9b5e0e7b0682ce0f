import { useState } from 'react'
import type { PatientSummary, ScoredAs } from '../../../shared/contract'
import type { WarningScore } from '../../../shared/records/early-warning/score'
import { currentSet, type ScoredSet } from '../../../shared/records/early-warning/sets'
import type { VitalCode } from '../../../shared/records/observation/vitals'
import { useAnswer, useWho } from '../../client'
import { Button, Mark } from '../../components'
import { unitOf, valueOf, vitalName } from '../language'
import { Monitoring } from './Monitoring'
import { PlanLine } from './PlanLine'
import { ScoredAsDialog } from './ScoredAsDialog'
import { ScoreLine } from './ScoreLine'
import { responseWord, t } from './words'
import './earlyWarning.css'

interface Props {
  readonly patient: PatientSummary
  readonly scoredAs: ScoredAs
  /** Newest first. */
  readonly sets: readonly ScoredSet[]
  readonly now: Date
}

/** Above the flowsheet: the score that counts now, the signs that make it, what it asks for and when, and by which scale it is made. */
export const ScorePanel = ({ patient, scoredAs, sets, now }: Props) => {
  const who = useWho()
  const [changing, setChanging] = useState(false)
  const [found] = useAnswer('dueObservations', { patients: [patient.id] }).value ?? []
  const set = currentSet(sets, now.getTime())
  if (!set) return null
  const { score } = set
  const isAdultChart = score.kind !== 'not-used' && score.used.chart === 'news2'
  const how = [isAdultChart ? t('scored.scale', { scale: scoredAs.scale }) : undefined, patient.gender === 'male' ? undefined : t(`scored.${scoredAs.pregnancy}`)].filter(Boolean).join(', ')
  const mayChange = who?.actions.some((action) => action === 'spo2-scale.choose' || action === 'vitals.write') ?? false
  return (
    <section className="score-panel" aria-label={t('title')}>
      <ScoreLine set={set} due={found?.due} now={now} />
      {score.kind === 'not-used' ? null : <Why score={score} calls={found?.calls} />}
      <div className="score-foot">
        {found?.monitoring ? <Monitoring patient={patient} task={found.monitoring} /> : null}
        {found ? <PlanLine patient={patient} found={found} /> : null}
        <span className="spread" />
        {mayChange && how !== '' ? (
          <Button kind="quiet" onClick={() => setChanging(true)} title={t('scored.change')}>
            {how}
          </Button>
        ) : (
          <span className="faint">{how}</span>
        )}
      </div>
      {changing ? <ScoredAsDialog patient={patient} scoredAs={scoredAs} onClose={() => setChanging(false)} /> : null}
    </section>
  )
}

/** The signs that give points, worst first, and what is asked for: as the practice says it, else as published. */
const Why = ({ score, calls }: { readonly score: Exclude<WarningScore, { kind: 'not-used' }>; readonly calls: string | undefined }) => {
  const { used, level } = score
  const worth = (sign: VitalCode) => score.points[sign] ?? 0
  const given = (Object.keys(score.points) as VitalCode[]).filter((sign) => worth(sign) > 0).sort((one, other) => worth(other) - worth(one))
  const isUnsaid = score.kind === 'incomplete' && (level === 'none' || level === 'low')
  if (isUnsaid && score.thinkSepsis === undefined) return null
  const word = (sign: VitalCode) =>
    used.chart === 'meows' ? t(worth(sign) === 2 ? 'points.red' : 'points.yellow', { sign: vitalName(sign) }) : t('points', { sign: vitalName(sign), points: worth(sign) })
  return (
    <p className="score-why">
      {score.thinkSepsis === undefined ? null : (
        <>
          <Mark tone="abnormal" sign="!">
            {t('pews.think-sepsis', { temperature: valueOf('temperature', score.thinkSepsis), unit: unitOf('temperature') })}
          </Mark>{' '}
        </>
      )}
      <strong>{given.length > 0 ? given.map(word).join(' · ') : isUnsaid ? null : t('points.none')}</strong> {isUnsaid ? null : (calls ?? responseWord(used.chart, level))}
    </p>
  )
}
