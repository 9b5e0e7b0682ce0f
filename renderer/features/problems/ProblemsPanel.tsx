import { useState } from 'react'
import { common } from '../../../resources/locales/en/common'
import { problemList as words } from '../../../resources/locales/en/problemList'
import type { PatientSummary, ProblemEntry } from '../../../shared/contract'
import { useAnswer, useWho } from '../../client'
import { Button, Empty, formatDate, Mark, ProblemNotice, Waiting, wording } from '../../components'
import { AddProblemDialog } from './AddProblemDialog'
import { ProblemDialog } from './ProblemDialog'
import './problems.css'

const t = wording(words)

/** Since when, or that nobody knows. */
const sinceWords = ({ onset }: Pick<ProblemEntry, 'onset'>): string => (onset === undefined ? t('since.unknown') : t('since', { date: formatDate(onset) }))

/** The problem list of a patient: what is there now in view, what is over behind a button. */
export const ProblemsPanel = ({ patient }: { readonly patient: PatientSummary }) => {
  const who = useWho()
  const mayWrite = who?.actions.includes('encounter.write') ?? false
  const { value: list, problem, refresh, loading } = useAnswer('listProblems', { patient: patient.id })
  const [isAdding, setAdding] = useState(false)
  const [chosen, setChosen] = useState<string | null>(null)
  const [isResolvedShown, setResolvedShown] = useState(false)
  const there = list?.filter(({ status }) => status !== 'resolved') ?? []
  const over = list?.filter(({ status }) => status === 'resolved') ?? []
  const open = list?.find(({ id }) => id === chosen)
  return (
    <section className="panel" aria-labelledby="problems-title">
      <div className="panel-head">
        <h2 id="problems-title">{t('title')}</h2>
        {mayWrite ? <Button onClick={() => setAdding(true)}>{t('add')}</Button> : null}
      </div>
      {problem && !list ? <ProblemNotice problem={problem} onAgain={refresh} /> : null}
      {loading ? <Waiting>{common.waiting}</Waiting> : null}
      {list && there.length === 0 ? <Empty title={t('empty')}>{t('empty.text')}</Empty> : null}
      <ul className="problems">
        {[...there, ...(isResolvedShown ? over : [])].map((one) => (
          <li key={one.id}>
            <button type="button" className="problem" title={t('open', { problem: one.concept.display })} onClick={() => setChosen(one.id)}>
              <strong dir="auto">{one.concept.display}</strong>
              {one.certainty === 'provisional' ? <Mark sign="?">{t('provisional')}</Mark> : null}
              {one.status === 'inactive' ? <Mark>{t('inactive')}</Mark> : null}
              {one.status === 'resolved' ? <Mark>{t('resolved')}</Mark> : null}
              <span className="faint small">
                {sinceWords(one)}
                {one.abatement ? ` · ${t('until', { date: formatDate(one.abatement) })}` : ''}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {over.length > 0 ? (
        <Button kind="quiet" aria-expanded={isResolvedShown} onClick={() => setResolvedShown(!isResolvedShown)}>
          {t('resolved.show', { count: over.length })}
        </Button>
      ) : null}
      {isAdding ? <AddProblemDialog patient={patient} known={there} onClose={() => setAdding(false)} /> : null}
      {open ? <ProblemDialog key={open.id} patient={patient} problem={open} mayWrite={mayWrite} onClose={() => setChosen(null)} /> : null}
    </section>
  )
}
