import { useState } from 'react'
import type { StickReport, StickState } from '../../../shared/contract'
import { clinic, shell, useAct, useAnswer, useEvent, useWho } from '../../client'
import { Button, Choice, formatDayTime, Notice, Panel, ProblemNotice, TextField, wordsOf, type Refusal } from '../../components'
import { t } from './words'
import './stick.css'

const useStickState = (skip: boolean): StickState | undefined => {
  const { value } = useAnswer('stickState', undefined, { skip })
  const [told, setTold] = useState<StickState>()
  useEvent('stickChanged', setTold)
  return skip ? undefined : (told ?? value)
}

/** Writing changes onto a stick and reading those of other workstations, for those who may. */
export const StickPanel = () => {
  const who = useWho()
  const mayUse = who?.actions.includes('stick.use') ?? false
  const state = useStickState(!mayUse)
  const [stop, stopping] = useAct('cancelStick')
  if (!mayUse || !state) return null
  return (
    <Panel id="stick-title" title={t('title')}>
      <p className="faint">{t('lead')}</p>
      {state.running ? (
        <div className="stick-acts" role="status" data-stick="running">
          <span>
            {t(`running.${state.running.does}`)}: {t('running.text', state.running)}
          </span>
          <Button busy={stopping.busy} onClick={() => void stop()}>
            {t('stop')}
          </Button>
        </div>
      ) : null}
      {state.report && !state.running ? <Report report={state.report} /> : null}
      <Write state={state} />
      <Read isBusy={state.running !== undefined} needsCode={state.report?.unread?.some(({ problem }) => problem === 'stick-code-needed') ?? false} />
      <Code />
    </Panel>
  )
}

const Report = ({ report }: { readonly report: StickReport }) => {
  const { does, outcome, problem = 'internal', records, files, leftOut = 0, added = 0, changed = 0, clashes = 0, missing = [], unread = [] } = report
  const notRead = unread.map(({ name, problem: kind }) => (
    <Notice key={name} tone="abnormal" role="alert" title={t('unread', { name })}>
      <p>{wordsOf({ kind, facts: {} }).happened}</p>
    </Notice>
  ))
  if (outcome === 'failed') {
    if (problem === 'cancelled') return null
    return (
      <>
        <ProblemNotice problem={{ kind: problem, facts: {} }} />
        {notRead}
      </>
    )
  }
  const left = leftOut > 0 ? <Notice tone="abnormal" role="alert" title={t(`left.${does}`, { count: leftOut })} /> : null
  if (does === 'write') {
    return (
      <>
        <Notice tone="done" role="status" title={t('done.write', { records, files })}>
          <p>{t('done.write.text')}</p>
        </Notice>
        {left}
      </>
    )
  }
  return (
    <>
      <Notice tone="done" role="status" title={added + changed + files === 0 ? t('done.read.none') : t('done.read', { added, changed, files })}>
        {clashes > 0 ? <p>{t('done.clashes', { count: clashes })}</p> : null}
      </Notice>
      {left}
      {notRead}
      {missing.map(({ station, number }) => (
        <Notice key={`${station} ${number}`} tone="abnormal" role="alert" title={t('done.missing', { station, number })} />
      ))}
    </>
  )
}

const Write = ({ state: { last, running } }: { readonly state: StickState }) => {
  const [what, setWhat] = useState<'new' | 'all'>('new')
  const [images, setImages] = useState<'no' | 'yes'>('no')
  const [write, writing] = useAct('writeStick')
  const choose = async () => {
    const folder = await shell.chooseFolder()
    if (folder !== null) await write({ folder, all: what === 'all', images: images === 'yes' })
  }
  return (
    <div className="stack">
      <h3>{t('write')}</h3>
      {writing.problem ? <ProblemNotice problem={writing.problem} /> : null}
      {last ? (
        <Choice
          label={t('write.what')}
          hint={what === 'all' ? t('write.all.hint') : t('write.since', { number: last.number, when: formatDayTime(last.at) })}
          value={what}
          options={[
            { value: 'new', label: t('write.new') },
            { value: 'all', label: t('write.all') },
          ]}
          onChoose={setWhat}
        />
      ) : (
        <p>{t('write.first')}</p>
      )}
      <Choice
        label={t('write.images')}
        hint={t('write.images.hint')}
        value={images}
        options={[
          { value: 'no', label: t('write.images.no') },
          { value: 'yes', label: t('write.images.yes') },
        ]}
        onChoose={setImages}
      />
      <div>
        <Button busy={writing.busy} disabled={running !== undefined} onClick={() => void choose()}>
          {t('write')}…
        </Button>
      </div>
    </div>
  )
}

const Read = ({ isBusy, needsCode }: { readonly isBusy: boolean; readonly needsCode: boolean }) => {
  const [code, setCode] = useState('')
  const [read, reading] = useAct('readStick')
  const choose = async () => {
    const folder = await shell.chooseFolder()
    if (folder === null) return
    const answer = await read({ folder, ...(code.trim() !== '' && { code: code.trim() }) })
    if (answer.ok) setCode('')
  }
  const group = reading.problem?.kind === 'stick-code-wrong' ? reading.problem.facts['group'] : undefined
  return (
    <div className="stack">
      <h3>{t('read')}</h3>
      {reading.problem ? <ProblemNotice problem={reading.problem} /> : null}
      <p>{t('read.text')}</p>
      {needsCode || code !== '' || reading.problem?.kind === 'stick-code-wrong' ? <TextField label={t('code')} hint={t('code.hint')} error={group === undefined ? undefined : t('code.group', { group })} value={code} onText={setCode} /> : null}
      <div>
        <Button busy={reading.busy} disabled={isBusy} onClick={() => void choose()}>
          {t('read')}…
        </Button>
      </div>
    </div>
  )
}

const Code = () => {
  const [code, setCode] = useState<string>()
  const [problem, setProblem] = useState<Refusal>()
  const show = async () => {
    const answer = await clinic.stickCode()
    if (answer.ok) setCode(answer.value.code)
    else setProblem(answer.problem)
  }
  return (
    <details onToggle={(event) => (event.currentTarget.open ? void show() : setCode(undefined))}>
      <summary>{t('code.show')}</summary>
      <div className="stack">
        {problem ? <ProblemNotice problem={problem} /> : null}
        {code === undefined ? null : <code className="stick-code">{code}</code>}
        <p className="faint">{t('code.text')}</p>
      </div>
    </details>
  )
}
