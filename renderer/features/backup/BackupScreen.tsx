import type { BackupState } from '../../../shared/contract'
import { shell, useAct, usePractice, useWho } from '../../client'
import { Button, Fact, FactList, formatDayTime, Notice, Panel, ProblemNotice, Progress, useScreen } from '../../components'
import { t } from './words'
import { useBackupState } from './useBackupState'
import './backup.css'

/** Where backups go, when the last good one was, and what the rehearsal found. */
export const BackupScreen = () => {
  const state = useBackupState()
  const who = useWho()
  const mayManage = who?.actions.includes('backup.manage') ?? false
  const [run, running] = useAct('backUpNow')
  useScreen('backup', state !== undefined)
  return (
    <>
      <header className="screen-head">
        <h1>{t('title')}</h1>
        <span className="faint">{t('lead')}</span>
        <span className="spread" />
        {mayManage && state?.folder !== undefined && !state.running ? (
          <Button kind="main" busy={running.busy} disabled={!state.reachable} onClick={() => void run({})}>
            {t('now')}
          </Button>
        ) : null}
      </header>
      <div className="screen">
        {running.problem ? <ProblemNotice problem={running.problem} /> : null}
        {state ? (
          <>
            <Warnings state={state} />
            {state.running ? <Running running={state.running} mayStop={mayManage} /> : null}
            {state.failed && !state.running ? <ProblemNotice problem={{ kind: state.failed.problem, facts: {} }} /> : null}
            <Facts state={state} />
            {mayManage ? <FolderPanel state={state} /> : null}
          </>
        ) : null}
      </div>
    </>
  )
}

const Warnings = ({ state }: { readonly state: BackupState }) => {
  const practice = usePractice()
  const training = practice?.state === 'open' && practice.practice.training
  if (state.folder === undefined) {
    return (
      <Notice tone={training ? 'info' : 'abnormal'} title={t('none.title')}>
        <p>{t(training ? 'none.quiet' : 'none.text')}</p>
      </Notice>
    )
  }
  return (
    <>
      {state.standing === 'bad' ? (
        <Notice tone="critical" role="status" title={t('bad.title')}>
          <p>{t('bad.text')}</p>
        </Notice>
      ) : null}
      {state.standing === 'old' && state.reachable ? (
        <Notice tone="abnormal" title={t('old.title')}>
          <p>{t('old.text')}</p>
        </Notice>
      ) : null}
      {state.reachable ? null : (
        <Notice tone="abnormal" role="status" title={t('missing.title')}>
          <p>{t('missing.text')}</p>
        </Notice>
      )}
      {state.sameDisk ? (
        <Notice tone="abnormal" title={t('same.title')}>
          <p>{t('same.text')}</p>
        </Notice>
      ) : null}
      {state.last && state.last.damagedFiles > 0 ? (
        <Notice tone="abnormal" title={t('damaged.title', { count: state.last.damagedFiles })}>
          <p>{t('damaged.text')}</p>
        </Notice>
      ) : null}
    </>
  )
}

const Running = ({ running, mayStop }: { readonly running: NonNullable<BackupState['running']>; readonly mayStop: boolean }) => {
  const [stop, stopping] = useAct('cancelBackup')
  const words = t(running.work === 'backup' ? 'running.backup' : 'running.rehearsal')
  return (
    <section className="panel">
      <div className="panel-body stack" role="status">
        <p>{words}</p>
        {running.of > 0 ? <Progress label={words} done={running.done} of={running.of} /> : null}
        {running.work === 'backup' ? <p className="faint">{t('running.backup.text', { done: running.done })}</p> : null}
        {mayStop ? (
          <div className="backup-acts">
            <Button busy={stopping.busy} onClick={() => void stop()}>
              {t('stop')}
            </Button>
            <span className="faint">{t('ended')}</span>
          </div>
        ) : null}
      </div>
    </section>
  )
}

const Facts = ({ state: { folder, last, rehearsal } }: { readonly state: BackupState }) => {
  if (folder === undefined) return null
  const rehearsed = !rehearsal
    ? t('rehearsal.never')
    : rehearsal.good
      ? t('rehearsal.good', { time: formatDayTime(rehearsal.at), compared: rehearsal.compared, files: rehearsal.files })
      : t('rehearsal.bad', { time: formatDayTime(rehearsal.at) })
  return (
    <Panel id="backup-facts" title={t('last')}>
      <FactList>
        <Fact name={t('where')}>
          <code>{folder}</code>
        </Fact>
        <Fact name={t('last')}>{last ? formatDayTime(last.at) : t('last.never')}</Fact>
        {last ? <Fact name={t('added')}>{t('added.text', { documents: last.documents, files: last.files })}</Fact> : null}
        <Fact name={t('rehearsal')}>{rehearsed}</Fact>
        <Fact name={t('when')}>{t('when.text')}</Fact>
      </FactList>
      <p className="faint">{t('rehearsal.about')}</p>
    </Panel>
  )
}

const FolderPanel = ({ state }: { readonly state: BackupState }) => {
  const [choose, choosing] = useAct('chooseBackupFolder')
  const [rehearse, rehearsing] = useAct('rehearseBackup')
  const pick = async () => {
    const folder = await shell.chooseFolder()
    if (folder !== null) await choose({ folder })
  }
  const busy = choosing.busy || state.running !== undefined
  const problem = choosing.problem ?? rehearsing.problem
  return (
    <Panel id="backup-folder" title={t('where')}>
      {problem ? <ProblemNotice problem={problem} /> : null}
      <div className="backup-acts">
        <Button kind={state.folder === undefined ? 'main' : 'plain'} busy={busy} onClick={() => void pick()}>
          {t(state.folder === undefined ? 'choose' : 'choose.other')}
        </Button>
        {state.folder === undefined ? null : (
          <>
            <Button busy={rehearsing.busy} disabled={busy || !state.last || !state.reachable} onClick={() => void rehearse()}>
              {t('rehearse')}
            </Button>
            <Button kind="quiet" busy={busy} onClick={() => void choose({ folder: null })}>
              {t('forget')}
            </Button>
            <span className="faint">{t('forget.text')}</span>
          </>
        )}
      </div>
    </Panel>
  )
}
