import { useState } from 'react'
import { repair } from '../../../resources/locales/en/repair'
import type { PracticeState, RepairReport } from '../../../shared/contract'
import { shell, useAct } from '../../client'
import { Button, formatDayTime, Notice, ProblemNotice, Progress, useScreen, wording } from '../../components'
import { Front } from '../sign-in'
import './repair.css'

const t = wording(repair)

type Concerned = Extract<PracticeState, { state: 'damaged' | 'repairing' | 'repaired' }>

/** The records are damaged: what that means, the repair, and what it brought. */
export const RepairScreen = ({ state }: { readonly state: Concerned }) => {
  useScreen(state.state)
  return (
    <Front title={state.practice.name} training={state.practice.training} line={t('line')}>
      <div className="repair">{partOf(state)}</div>
    </Front>
  )
}

const partOf = (state: Concerned) => {
  switch (state.state) {
    case 'damaged':
      return <Damaged />
    case 'repairing':
      return <Repairing state={state} />
    case 'repaired':
      return <Report report={state.report} />
  }
}

const Damaged = () => {
  const [backupFolder, setBackupFolder] = useState<string | null>(null)
  const [start, { busy, problem }] = useAct('repairPractice')
  const choose = async () => {
    const folder = await shell.chooseFolder()
    if (folder) setBackupFolder(folder)
  }
  return (
    <>
      <h2>{t('damaged.title')}</h2>
      {problem ? <ProblemNotice problem={problem} /> : null}
      <p>{t('damaged.happened')}</p>
      <p>{t('damaged.kept')}</p>
      <p>{t('damaged.next')}</p>
      <ol>
        <li>{t('damaged.step.1')}</li>
        <li>{t('damaged.step.2')}</li>
        <li>{t('damaged.step.3')}</li>
      </ol>
      {backupFolder ? <p>{t('damaged.backup.chosen', { folder: backupFolder })}</p> : null}
      <div className="repair-actions">
        <Button kind="main" autoFocus busy={busy} onClick={() => void start(backupFolder ? { backupFolder } : {})}>
          {t('damaged.repair')}
        </Button>
        <Button onClick={() => void choose()}>{t('damaged.backup')}</Button>
      </div>
    </>
  )
}

const sayStep = ({ step, done, of }: Extract<PracticeState, { state: 'repairing' }>): string => {
  if (step === 'reading') return of > 0 ? t('repairing.reading', { percent: Math.floor((100 * done) / of) }) : t('repairing.reading.begin')
  if (step === 'fetching') return t('repairing.fetching', { done })
  return t(`repairing.${step}`)
}

const Repairing = ({ state }: { readonly state: Extract<PracticeState, { state: 'repairing' }> }) => (
  <div className="repair-status" role="status">
    <h2>{t('repairing.title')}</h2>
    {state.of > 0 ? <Progress label={t('repairing.title')} done={state.done} of={state.of} /> : null}
    <p>{sayStep(state)}</p>
    <p>{t('repairing.stay')}</p>
  </div>
)

/** Documents as a person counts them. */
const countOf = (count: number): string => (count === 0 ? t('repaired.none') : count === 1 ? t('repaired.count.one') : t('repaired.count', { count }))

const Report = ({ report }: { readonly report: RepairReport }) => {
  const { kept, fetched, backupAt, fromServer, server, unread, mayBeMore, aside } = report
  const [leave, { busy, problem }] = useAct('leaveRepair')
  const hasGaps = unread > 0 || mayBeMore
  return (
    <>
      <Notice tone={hasGaps ? 'abnormal' : 'done'} role="status" title={hasGaps ? t('repaired.gaps') : t('repaired.whole')}>
        {hasGaps ? <p>{unread > 0 ? t('repaired.unread.next') : t('repaired.mayBeMore')}</p> : null}
      </Notice>
      {problem ? <ProblemNotice problem={problem} /> : null}
      <dl className="repair-report" aria-label={t('repaired.what')}>
        <dt>{t('repaired.kept')}</dt>
        <dd>{countOf(kept)}</dd>
        <dt>{backupAt ? t('repaired.fetched.at', { at: formatDayTime(backupAt) }) : t('repaired.fetched')}</dt>
        <dd>{countOf(fetched)}</dd>
        {server === 'done' ? (
          <>
            <dt>{t('repaired.fromServer')}</dt>
            <dd>{countOf(fromServer)}</dd>
          </>
        ) : null}
        <dt>{t('repaired.unread')}</dt>
        <dd data-attention={unread > 0 ? 'yes' : undefined}>{countOf(unread)}</dd>
      </dl>
      {unread > 0 && mayBeMore ? <p>{t('repaired.mayBeMore')}</p> : null}
      {fetched > 0 ? <p>{t('repaired.older')}</p> : null}
      {server === 'done' ? null : <p>{t(`repaired.server.${server}`)}</p>}
      <p>{t('repaired.numbers')}</p>
      <p>{t('repaired.disk')}</p>
      <p>{t('repaired.aside', { folder: aside })}</p>
      <div className="repair-actions">
        <Button kind="main" autoFocus busy={busy} onClick={() => void leave()}>
          {t('repaired.go')}
        </Button>
      </div>
    </>
  )
}
