import { useEffect, useState } from 'react'
import { common } from '../../../../resources/locales/en/common'
import type { ExportProgress } from '../../../../shared/contract'
import { clinic, shell, useAct, useAnswer, useWho } from '../../../client'
import { Button, Choice, Dialog, formatSize, Notice, ProblemNotice, Progress, SelectField, TextField, Waiting } from '../../../components'
import { x } from './words'
import './export.css'

interface Props {
  readonly patient: string
  readonly study: string
  /** Examination and date. */
  readonly name: string
}

/** The button of a study that leaves as files. */
export const ExportStudy = (props: Props) => {
  const who = useWho()
  const [open, setOpen] = useState(false)
  if (!who?.actions.includes('imaging.export')) return null
  return (
    <>
      <Button kind="quiet" onClick={() => setOpen(true)} aria-label={x('export.label', { study: props.name })}>
        {x('export')}
      </Button>
      {open ? <ExportDialog {...props} onClose={() => setOpen(false)} /> : null}
    </>
  )
}

/** Between two looks at how far it is. */
const lookMs = 300
const isPseudonym = (text: string): boolean => /^[A-Za-z0-9][A-Za-z0-9 _-]{0,31}$/.test(text.trim())

const ExportDialog = ({ patient, study, name, onClose }: Props & { readonly onClose: () => void }) => {
  const plan = useAnswer('planExport', { patient, studies: [study] })
  const [what, setWhat] = useState<'with' | 'without'>('with')
  const [form, setForm] = useState<'folder' | 'zip'>('folder')
  const [pseudonym, setPseudonym] = useState(() => `CASE ${new Date().toISOString().slice(2, 10).replace(/-/g, '')}`)
  const [dates, setDates] = useState<'remove' | 'shift' | 'keep'>('remove')
  const [lookedAt, setLookedAt] = useState(false)
  const [tried, setTried] = useState(false)
  const [start, starting] = useAct('exportStudies')
  const [progress, setProgress] = useState<ExportProgress>()
  const running = progress?.state === 'running' ? progress.id : undefined
  useEffect(() => {
    if (running === undefined) return
    let gone = false
    const timer = setInterval(() => {
      void clinic.readExport({ export: running }).then((answer) => {
        if (!gone && answer.ok) setProgress(answer.value)
      })
    }, lookMs)
    return () => {
      gone = true
      clearInterval(timer)
    }
  }, [running])
  const withText = (plan.value?.burnedIn ?? 0) + (plan.value?.mayBeBurnedIn ?? 0) > 0
  const isLookedAt = lookedAt || !withText
  const submit = async () => {
    setTried(true)
    if (!plan.value || starting.busy || running !== undefined) return
    if (what === 'without' && (!isPseudonym(pseudonym) || !isLookedAt)) return
    const folder = await shell.chooseFolder()
    if (folder === null) return
    const answer = await start({ patient, studies: [study], folder, form, ...(what === 'without' && { deidentify: { pseudonym, dates, pixelsLookedAt: lookedAt } }) })
    if (answer.ok) setProgress(answer.value)
  }
  const stop = async () => {
    const answer = running === undefined ? undefined : await clinic.cancelExport({ export: running })
    if (answer?.ok) setProgress(answer.value)
  }
  return (
    <Dialog
      title={x('export.title', { study: name })}
      width={640}
      closeLabel={common.close}
      onClose={onClose}
      onSubmit={() => void submit()}
      {...(progress === undefined && { save: { label: x('export.act'), busy: starting.busy, disabled: !plan.value } })}
    >
      <div className="stack">
        {plan.problem ? <ProblemNotice problem={plan.problem} onAgain={plan.refresh} /> : null}
        {starting.problem ? <ProblemNotice problem={starting.problem} /> : null}
        {plan.loading ? <Waiting>{common.waiting}</Waiting> : null}
        {progress ? (
          <Outcome progress={progress} isNamed={what === 'with'} onStop={() => void stop()} />
        ) : plan.value ? (
          <>
            <p>{x('export.plan', { instances: plan.value.instances, size: formatSize(plan.value.bytes) })}</p>
            {plan.value.missing > 0 ? <Notice tone="info" title={x('export.missing', { count: plan.value.missing })} /> : null}
            <Choice label={x('export.what')} value={what} options={(['with', 'without'] as const).map((value) => ({ value, label: x(`export.${value}`) }))} onChoose={setWhat} />
            {what === 'without' ? (
              <>
                <TextField label={x('export.pseudonym')} value={pseudonym} maxLength={32} onText={setPseudonym} error={tried && !isPseudonym(pseudonym) ? x('export.pseudonym.fault') : undefined} />
                <SelectField label={x('export.dates')} value={dates} options={(['remove', 'shift', 'keep'] as const).map((value) => ({ value, label: x(`export.dates.${value}`) }))} onChoose={setDates} />
                {plan.value.documents > 0 ? <Notice tone="info" title={x('export.documents', { count: plan.value.documents })} /> : null}
                {withText ? (
                  <Notice tone="abnormal" title={x('export.pixels')}>
                    {plan.value.burnedIn > 0 ? <p>{x('export.pixels.yes', { count: plan.value.burnedIn })}</p> : null}
                    {plan.value.mayBeBurnedIn > 0 ? <p>{x('export.pixels.maybe', { count: plan.value.mayBeBurnedIn })}</p> : null}
                    <label className="export-check">
                      <input type="checkbox" checked={lookedAt} onChange={(event) => setLookedAt(event.target.checked)} />
                      <span>{x('export.pixels.check')}</span>
                    </label>
                    {tried && !isLookedAt ? (
                      <p className="field-error" role="alert">
                        {x('export.pixels.fault')}
                      </p>
                    ) : null}
                  </Notice>
                ) : null}
              </>
            ) : null}
            <Choice label={x('export.form')} value={form} options={(['folder', 'zip'] as const).map((value) => ({ value, label: x(`export.form.${value}`) }))} onChoose={setForm} />
          </>
        ) : null}
      </div>
    </Dialog>
  )
}

const Outcome = ({ progress, isNamed, onStop }: { readonly progress: ExportProgress; readonly isNamed: boolean; readonly onStop: () => void }) => {
  const left = Object.values(progress.notExported).reduce((sum, count) => sum + (count ?? 0), 0)
  switch (progress.state) {
    case 'running':
      return (
        <div className="stack">
          <Progress label={x('export.running')} done={progress.done} of={progress.of} />
          <p role="status">{x('export.progress', { done: progress.done, of: progress.of })}</p>
          <Button onClick={onStop}>{x('export.stop')}</Button>
        </div>
      )
    case 'done':
      return (
        <Notice tone="done" role="status" title={x('export.done', { path: progress.path ?? '' })}>
          {left > 0 ? <p>{x('export.done.notExported', { count: left })}</p> : null}
          {isNamed ? <p>{x('export.done.text')}</p> : null}
        </Notice>
      )
    case 'cancelled':
      return <Notice tone="info" role="status" title={x('export.cancelled')} />
    case 'failed':
      return <Notice tone="abnormal" role="alert" title={x(`export.failed.${progress.problem ?? 'internal'}`)} />
  }
}
