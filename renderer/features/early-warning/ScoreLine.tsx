import type { Due } from '../../../shared/records/early-warning/due'
import type { ScoredSet } from '../../../shared/records/early-warning/sets'
import { formatWhen, Mark } from '../../components'
import { ScoreMark } from './ScoreMark'
import { intervalWord, signNames, t } from './words'
import './earlyWarning.css'

/** When the next set is due; red with its word once it is over. */
export const DueMark = ({ due, now }: { readonly due: Due; readonly now: Date }) => {
  if (due.kind === 'unknown') return <span className="faint">{t(`due.${due.why}`)}</span>
  const isOver = Date.parse(due.at) <= now.getTime()
  return (
    <>
      {due.isContinuous ? <strong>{t('due.continuous')}</strong> : null}
      {isOver ? (
        <Mark tone="critical" sign="!">
          {t('due.over', { at: formatWhen(due.at) })}
        </Mark>
      ) : (
        <span>{t('due.at', { at: formatWhen(due.at) })}</span>
      )}
      {due.by === 'plan' ? <span className="faint">{t('due.plan', { interval: intervalWord(due.everyMinutes) })}</span> : null}
    </>
  )
}

interface Props {
  readonly set: ScoredSet
  /** Absent: not known yet. */
  readonly due: Due | undefined
  readonly now: Date
}

/** The score of a set in one line: by which chart, how bad, of when, what is missing, when the next is due. */
export const ScoreLine = ({ set: { score, at }, due, now }: Props) => (
  <div className="score-line">
    {score.kind === 'not-used' ? (
      <span className="faint">{t(`notUsed.${score.why}`)}</span>
    ) : (
      <>
        <span className="score-name" title={score.used.chart === 'pews' ? t(`name.age.${score.used.age}`) : undefined}>
          {t(`name.${score.used.chart}`)}
        </span>
        <ScoreMark score={score} />
        <span className="faint">{t('taken', { at: formatWhen(at) })}</span>
        {score.kind === 'incomplete' ? <span>{t('incomplete.missing', { missing: signNames(score.missing) })}</span> : null}
      </>
    )}
    {due ? <DueMark due={due} now={now} /> : null}
  </div>
)
