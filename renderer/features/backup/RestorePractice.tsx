import { useState } from 'react'
import { common } from '../../../resources/locales/en/common'
import type { FoundBackup, Keystore, PracticeState, RestoreReport } from '../../../shared/contract'
import { clinic, shell, useAct } from '../../client'
import { Button, Form, formatDayTime, Notice, ProblemNotice, Progress, TextField, type Refusal } from '../../components'
import { Front, PassphraseField, shortestPassphrase } from '../sign-in'
import { t } from './words'
import './backup.css'

interface Props {
  readonly state: PracticeState
  readonly keystore: Keystore
  /** True until the report has been read: the practice is open already, and this screen must stay. */
  readonly onHold: (hold: boolean) => void
  readonly onBack: () => void
}

interface Found {
  readonly folder: string
  readonly backups: readonly FoundBackup[]
}

/** From an empty computer to the practice as it was: the disk, the code, how it goes, what came back. */
export const RestorePractice = ({ state, keystore, onHold, onBack }: Props) => {
  const [found, setFound] = useState<Found>()
  const [which, setWhich] = useState(0)
  const [code, setCode] = useState('')
  const [passphrase, setPassphrase] = useState('')
  const [tried, setTried] = useState(false)
  const [refused, setRefused] = useState<Refusal>()
  const [report, setReport] = useState<RestoreReport>()
  const [restore, { busy, problem }] = useAct('restoreBackup')
  const chosen = found?.backups[which]
  const earlier = problem?.kind === 'backup-damaged' ? problem.facts['earlier'] : undefined
  const group = problem?.kind === 'wrong-passphrase' ? problem.facts['group'] : undefined
  const faults = {
    folder: chosen ? undefined : t('restore.missing.folder'),
    code: code.trim() === '' ? t('restore.missing') : group === undefined ? undefined : t('restore.code.slip', { group }),
    passphrase: keystore === 'os' || passphrase.length >= shortestPassphrase ? undefined : t('restore.missing.passphrase'),
  }
  const shown: Partial<typeof faults> = tried ? faults : {}

  const choose = async () => {
    const folder = await shell.chooseFolder()
    if (folder === null) return
    setRefused(undefined)
    const answer = await clinic.findBackups({ folder })
    setWhich(0)
    if (answer.ok) setFound({ folder, backups: answer.value })
    else {
      setFound(undefined)
      setRefused(answer.problem)
    }
  }
  const submit = async (until?: string) => {
    setTried(true)
    if (!chosen || !found) return document.getElementById('restore-choose')?.focus()
    if (code.trim() === '') return document.getElementById('restore-code')?.focus()
    if (faults.passphrase) return document.getElementById('restore-passphrase')?.focus()
    onHold(true)
    const answer = await restore({ folder: found.folder, practice: chosen.practice.id, station: chosen.station, ...(until === undefined ? {} : { until }), code: code.trim(), ...(keystore === 'none' ? { passphrase } : {}) })
    if (answer.ok) setReport(answer.value)
    else onHold(false)
  }

  if (report) return <Report report={report} onDone={() => onHold(false)} />
  if (busy) {
    const done = state.state === 'preparing' ? state.done : 0
    return (
      <Front title={t('restore.title')} line={chosen?.practice.name ?? ''}>
        <div className="front-form" role="status">
          <h2>{t('restore.running')}</h2>
          <Progress label={t('restore.running')} done={done} of={100} />
          <p>{t('restore.running.text', { done })}</p>
          <div className="begin-actions">
            <Button onClick={() => void clinic.cancelRestore()}>{t('restore.cancel')}</Button>
          </div>
        </div>
      </Front>
    )
  }
  return (
    <Front title={t('restore.title')} line={t('restore.way.text')}>
      <Form className="front-form" onSave={() => void submit()}>
        {problem ? <ProblemNotice problem={problem} /> : null}
        {typeof earlier === 'string' ? (
          <Notice tone="info" title={t('restore.earlier', { time: formatDayTime(earlier) })} actions={<Button onClick={() => void submit(earlier)}>{t('restore.earlier.go')}</Button>}>
            <p>{t('restore.earlier.text')}</p>
          </Notice>
        ) : null}
        {refused ? <ProblemNotice problem={refused} /> : null}
        <fieldset className="restore-part">
          <legend>{t('restore.folder')}</legend>
          <p>{t('restore.folder.text')}</p>
          <div className="backup-acts">
            <Button id="restore-choose" kind={chosen ? 'plain' : 'main'} onClick={() => void choose()} autoFocus>
              {t('restore.choose')}
            </Button>
            {found ? <code>{found.folder}</code> : null}
          </div>
          {shown.folder ? <p className="field-error">{shown.folder}</p> : null}
          {found && found.backups.length === 0 ? <Notice tone="abnormal" role="status" title={t('restore.none')} /> : null}
          {found?.backups.map(({ practice, station, newest }, place) => (
            <label key={`${practice.id} ${station}`} className="restore-found">
              <input type="radio" name="backup" checked={place === which} onChange={() => setWhich(place)} />
              {t('restore.found', { practice: practice.name, station, time: formatDayTime(newest) })}
            </label>
          ))}
        </fieldset>
        <TextField id="restore-code" label={t('restore.code')} hint={t('restore.code.hint')} value={code} onText={setCode} error={shown.code} autoComplete="off" spellCheck={false} />
        {keystore === 'none' ? (
          <PassphraseField id="restore-passphrase" label={t('restore.passphrase')} hint={t('restore.passphrase.hint')} value={passphrase} onText={setPassphrase} error={shown.passphrase} />
        ) : null}
        <div className="begin-actions">
          <Button kind="main" type="submit">
            {t('restore.submit')}
          </Button>
          <Button kind="quiet" onClick={onBack}>
            {common.back}
          </Button>
        </div>
      </Form>
    </Front>
  )
}

const Report = ({ report: { practice, at, documents, files, station, stationBefore }, onDone }: { readonly report: RestoreReport; readonly onDone: () => void }) => (
  <Front title={t('restore.done', { practice: practice.name })} line="">
    <div className="front-form">
      <Notice tone="done" role="status" title={t('restore.done', { practice: practice.name })}>
        <p>{t('restore.done.text', { time: formatDayTime(at), documents, files })}</p>
      </Notice>
      <Notice tone="info" title={t('restore.done.station', { station })}>
        <p>{t('restore.done.station.text', { before: stationBefore, station })}</p>
      </Notice>
      <p>{t('restore.done.backup')}</p>
      <div className="begin-actions">
        <Button kind="main" onClick={onDone} autoFocus>
          {t('restore.done.go')}
        </Button>
      </div>
    </div>
  </Front>
)
