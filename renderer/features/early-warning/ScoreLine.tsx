import type { ReactNode } from 'react'
import type { ScoredSet } from '../../../shared/records/early-warning/sets'
import { nextDue } from '../../../shared/records/early-warning/sets'
import { formatWhen, Mark } from '../../components'
import { ScoreMark } from './ScoreMark'
import { signNames, t } from './words'
import './earlyWarning.css'

/** When the next set is due; red with its word once it is over. */
export const Due = ({ set, now }: { readonly set: ScoredSet; readonly now: Date }) => {
  const due = nextDue(set, now.getTime())
  if (due === undefined) return null
  if (due === 'now') return <strong>{t('due.now')}</strong>
  if (Date.parse(due) > now.getTime()) return <span>{t('due.at', { at: formatWhen(due) })}</span>
  return (
    <Mark tone="critical" sign="!">
      {t('due.over', { at: formatWhen(due) })}
    </Mark>
  )
}

/** The score of a set in one line: how bad, of when, what is missing, when the next is due; then what the caller adds. */
export const ScoreLine = ({ set, now, children }: { readonly set: ScoredSet; readonly now: Date; readonly children?: ReactNode }) => (
  <div className="score-line">
    <span className="score-name">{t('name')}</span>
    {set.news2.kind === 'not-used' ? (
      <span className="faint">{t(`notUsed.${set.news2.why}`)}</span>
    ) : (
      <>
        <ScoreMark news2={set.news2} />
        <span className="faint">{t('taken', { at: formatWhen(set.at) })}</span>
        {set.news2.kind === 'incomplete' ? <span>{t('incomplete.missing', { missing: signNames(set.news2.missing) })}</span> : null}
        <Due set={set} now={now} />
      </>
    )}
    {children}
  </div>
)
