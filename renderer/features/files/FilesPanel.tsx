import { useState, type ReactNode } from 'react'
import type { FilesState, TravelRule } from '../../../shared/contract'
import { useAct, useWho } from '../../client'
import { Button, Choice, enterGoesOn, Fact, FactList, formatSize, Notice, Panel, ProblemNotice, Progress, TextField } from '../../components'
import { useFilesState } from './useFilesState'
import { heldWords, leftWords, stateWords, t, toSendWords } from './words'
import './files.css'

/** What of this computer's images is on its way to other workstations, and when it may go. */
export const FilesPanel = () => {
  const state = useFilesState()
  const who = useWho()
  const mayConfigure = who?.actions.includes('sync.configure') ?? false
  const [hurry, hurrying] = useAct('sendFilesNow')
  if (!state) return null
  return (
    <Panel id="files-title" title={t('title')}>
      <p className="faint">{t('lead')}</p>
      {state.link === 'none' ? <p>{t('none')}</p> : <Queue state={state} />}
      {state.damaged > 0 ? (
        <Notice tone="abnormal" role="status" title={t('damaged', { count: state.damaged })}>
          <p>{t('damaged.text')}</p>
        </Notice>
      ) : null}
      {hurrying.problem ? <ProblemNotice problem={hurrying.problem} /> : null}
      {mayConfigure && state.toSend.held > 0 && !state.inHurry ? (
        <div>
          <Button busy={hurrying.busy} onClick={() => void hurry()}>
            {t('hurry')}
          </Button>
        </div>
      ) : null}
      {state.inHurry ? <p role="status">{t('hurry.on')}</p> : null}
      {mayConfigure ? <Rule rule={state.rule} /> : null}
    </Panel>
  )
}

const Queue = ({ state }: { readonly state: FilesState }) => {
  const left = leftWords(state)
  if (state.link === 'refused') {
    return (
      <Notice tone="abnormal" role="status" title={t('state.refused')}>
        <p>{t('state.refused.text')}</p>
      </Notice>
    )
  }
  if (state.toSend.files === 0) return <p>{t('all.sent')}</p>
  return (
    <FactList>
      <Fact name={t('state')}>{stateWords(state)}</Fact>
      <Fact name={t('to.send')}>{toSendWords(state)}</Fact>
      {state.toSend.held > 0 ? <Fact name={t('held')}>{heldWords(state)}</Fact> : null}
      {state.sending && state.bytesPerSecond !== undefined ? <Fact name={t('speed')}>{t('speed.text', { size: formatSize(state.bytesPerSecond) })}</Fact> : null}
      {state.sending && left !== undefined ? <Fact name={t('left')}>{left}</Fact> : null}
    </FactList>
  )
}

const Rule = ({ rule }: { readonly rule: TravelRule }) => {
  const [draft, setDraft] = useState<TravelRule>()
  const [limit, setLimit] = useState<string>()
  const [save, saving] = useAct('setTravelRule')
  const [saved, setSaved] = useState(false)
  const shown = draft ?? rule
  const limitText = limit ?? (shown.kilobytesPerSecond > 0 ? String(shown.kilobytesPerSecond) : '')
  const isWrong = !/^\d{0,7}$/.test(limitText.trim())
  const isChanged = draft !== undefined || limit !== undefined
  const change = (next: Partial<TravelRule>) => {
    setSaved(false)
    setDraft({ ...shown, ...next })
  }
  const onSave = async () => {
    if (isWrong) return document.getElementById('files-limit')?.focus()
    const answer = await save({ ...shown, kilobytesPerSecond: Number(limitText.trim() || 0) })
    if (!answer.ok) return
    setDraft(undefined)
    setLimit(undefined)
    setSaved(true)
  }
  return (
    <form
      className="stack files-rule"
      noValidate
      onKeyDown={enterGoesOn}
      onSubmit={(event) => {
        event.preventDefault()
        void onSave()
      }}
    >
      {saving.problem ? <ProblemNotice problem={saving.problem} /> : null}
      <Choice
        label={t('rule')}
        hint={t('rule.night.hint')}
        value={shown.when}
        options={[
          { value: 'always', label: t('rule.always') },
          { value: 'night', label: t('rule.night') },
        ]}
        onChoose={(when) => change({ when })}
      />
      {shown.when === 'night' ? (
        <div className="two">
          <TextField label={t('rule.from')} type="time" required value={shown.nightFrom} onText={(nightFrom) => nightFrom !== '' && change({ nightFrom })} />
          <TextField label={t('rule.to')} type="time" required value={shown.nightTo} onText={(nightTo) => nightTo !== '' && change({ nightTo })} />
        </div>
      ) : null}
      <TextField
        id="files-limit"
        label={t('rule.limit')}
        hint={t('rule.limit.hint')}
        unit={t('rule.limit.unit')}
        inputMode="numeric"
        value={limitText}
        error={isWrong ? t('rule.limit.wrong') : undefined}
        onText={(text) => {
          setSaved(false)
          setLimit(text)
        }}
      />
      <div className="files-acts">
        <Button type="submit" busy={saving.busy} disabled={!isChanged}>
          {t('rule.save')}
        </Button>
        {saved ? <span role="status">{t('rule.saved')}</span> : null}
      </div>
    </form>
  )
}

/** How far something is, with what is left in words. */
export const HowFar = ({ label, done, of, children }: { readonly label: string; readonly done: number; readonly of: number; readonly children: ReactNode }) => (
  <div className="files-far">
    <Progress label={label} done={done} of={of} />
    <span role="status">{children}</span>
  </div>
)
