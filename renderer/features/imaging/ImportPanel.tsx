import { useEffect, useRef, useState } from 'react'
import type { ImportProgress } from '../../../shared/contract'
import { clinic, shell, useAct, useEvent } from '../../client'
import { Button, Notice, ProblemNotice, Progress, type Refusal } from '../../components'
import { t } from './words'

/** Starts an import into this patient's chart and keeps what is known of it; `onEnded` reads the studies again. */
export const useImport = (patient: string, onEnded: () => void) => {
  const [start, starting] = useAct('importFolder')
  const [progress, setProgress] = useState<ImportProgress>()
  const [problem, setProblem] = useState<Refusal>()
  const current = useRef<string | undefined>(undefined)

  // The report of one patient's import is not shown on another chart.
  useEffect(() => {
    current.current = undefined
    setProgress(undefined)
    setProblem(undefined)
  }, [patient])

  /** The event carries no file names; the whole is read once it has ended. */
  const read = async (id: string) => {
    const answer = await clinic.readImport({ import: id })
    if (current.current !== id) return
    if (answer.ok) setProgress(answer.value)
    else setProblem(answer.problem)
    if (answer.ok && answer.value.state !== 'running') onEnded()
  }
  useEvent('importChanged', (told) => {
    if (told.id !== current.current) return
    if (told.state === 'running') setProgress(told)
    else void read(told.id)
  })

  const choose = async () => {
    setProblem(undefined)
    const folder = await shell.chooseFolder()
    if (folder === null) return
    const answer = await start({ folder, patient })
    if (!answer.ok) {
      setProblem(answer.problem)
      return
    }
    current.current = answer.value.id
    setProgress(answer.value)
    // A small folder may have ended before its name was known here.
    void read(answer.value.id)
  }
  const cancel = async () => {
    if (current.current !== undefined) await clinic.cancelImport({ import: current.current })
  }
  return { progress, problem, running: starting.busy || progress?.state === 'running', choose, cancel, forget: () => setProgress(undefined) }
}

/** How an import goes, and afterwards what was left out and why. */
export const ImportPanel = ({ progress, problem, onCancel, onClose }: {
  readonly progress: ImportProgress | undefined
  readonly problem: Refusal | undefined
  readonly onCancel: () => void
  readonly onClose: () => void
}) => {
  if (problem) return <ProblemNotice problem={problem} />
  if (!progress) return null
  const { state, seen, total, imported, leftOutTotal } = progress
  if (state === 'running') {
    return (
      <div className="import-running" data-import="running">
        <Progress label={t('import.running')} done={seen} of={total} />
        <span role="status">{total === 0 ? t('import.counting') : t('import.progress', { seen, total, imported, leftOut: leftOutTotal })}</span>
        <Button onClick={onCancel}>{t('import.cancel')}</Button>
      </div>
    )
  }
  const inTray = progress.studies.filter(({ place }) => place === 'tray').length
  const title = titleOf(progress)
  return (
    <div className="import-report" data-import={state}>
      <Notice
        tone={state === 'done' && inTray === 0 ? 'done' : state === 'failed' ? 'critical' : 'info'}
        role={state === 'failed' ? 'alert' : 'status'}
        title={title}
        actions={<Button onClick={onClose}>{t('import.closeReport')}</Button>}
      >
        {state === 'failed' ? <p>{t(`import.failed.${progress.problem ?? 'internal'}`)}</p> : null}
        {inTray > 0 ? <p>{inTray === 1 ? t('import.tray.one') : t('import.tray', { count: inTray })}</p> : null}
        <LeftOutList progress={progress} />
      </Notice>
    </div>
  )
}

const titleOf = ({ state, imported }: ImportProgress): string => {
  if (state === 'cancelled') return t('import.cancelled', { imported })
  if (state !== 'done') return t('import.failed', { imported })
  return imported === 0 ? t('import.nothing') : imported === 1 ? t('import.done.one') : t('import.done', { imported })
}

const LeftOutList = ({ progress: { leftOut, leftOutTotal } }: { readonly progress: ImportProgress }) => {
  if (leftOutTotal === 0) return null
  const title = leftOutTotal === 1 ? t('import.leftOut.one') : t('import.leftOut', { count: leftOutTotal })
  return (
    <details open={leftOutTotal <= 8}>
      <summary>{title}</summary>
      <div className="import-reasons" tabIndex={0} role="region" aria-label={title}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t('import.file')}</th>
              <th scope="col">{t('import.why')}</th>
            </tr>
          </thead>
          <tbody>
            {leftOut.map(({ file, reason }, index) => (
              <tr key={`${file}-${index}`} data-reason={reason}>
                <td className="import-file">{file}</td>
                <td>{t(`reason.${reason}`)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {leftOutTotal > leftOut.length ? <p>{t('import.leftOut.more', { count: leftOutTotal - leftOut.length })}</p> : null}
      </div>
    </details>
  )
}
