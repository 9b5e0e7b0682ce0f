import { useState } from 'react'
import type { CriticalEntry } from '../../../shared/contract'
import { newKey, useAct } from '../../client'
import { Dialog, Fact, FactList, formatTime, ProblemNotice, say, TextField, useDraft } from '../../components'
import { t, valueWords, whyWords } from './words'

/** Telling the one who acts on a critical result, and hearing the value read back. */
export const TakeAlertDialog = ({ entry, onClose }: { readonly entry: CriticalEntry; readonly onClose: () => void }) => {
  const [draft, setDraft, clear] = useDraft(`critical-${entry.id}`, { key: newKey(), told: '', readBack: '', action: '' })
  const [tried, setTried] = useState(false)
  const [answer, { busy, problem }] = useAct('answerCritical')
  const [told, readBack] = [draft.told.trim(), draft.readBack.trim()]
  const submit = async () => {
    setTried(true)
    if (busy || told === '' || readBack === '') return
    if (!(await answer({ key: draft.key, patient: entry.patient, alert: entry.id, told, readBack, action: draft.action.trim() })).ok) return
    clear()
    onClose()
    say(t('taken', { test: entry.test, name: entry.patientName }))
  }
  return (
    <Dialog title={t('take.title', { name: entry.patientName })} closeLabel={t('take.cancel')} onClose={onClose} onSubmit={() => void submit()} save={{ label: t('take.save'), busy }}>
      <div className="stack">
        <FactList>
          <Fact name={t('take.value')}>
            <strong className="critical-value">
              {entry.test} {valueWords(entry)}
            </strong>
            <div>{whyWords(entry)}</div>
            {entry.state === 'unverified' ? <div>{t('alarm.unverified')}</div> : null}
            {entry.now === undefined ? null : <div>{t('alarm.now', { now: entry.now })}</div>}
            {entry.again === undefined ? null : <div>{t('alarm.again', { time: formatTime(entry.again) })}</div>}
          </Fact>
          <Fact name={t('take.number')}>{entry.patientNumber}</Fact>
          {entry.bed === undefined ? null : <Fact name={t('take.bed')}>{entry.bed}</Fact>}
          <Fact name={t('take.since')}>{formatTime(entry.at)}</Fact>
          <Fact name={t('take.went')}>{entry.steps.map(({ name, from }) => t('log.step', { time: formatTime(from), name: name ?? t('log.everybody') })).join(', ')}</Fact>
        </FactList>
        <TextField label={t('take.told')} hint={t('take.told.hint')} value={draft.told} maxLength={200} error={tried && told === '' ? t('take.told.fault') : undefined} onText={(text) => setDraft({ ...draft, told: text })} data-autofocus />
        <TextField
          label={t('take.read-back')}
          hint={t('take.read-back.hint')}
          value={draft.readBack}
          unit={entry.unit}
          maxLength={60}
          error={tried && readBack === '' ? t('take.read-back.fault') : undefined}
          onText={(text) => setDraft({ ...draft, readBack: text })}
        />
        <TextField label={t('take.action')} optional={t('optional')} value={draft.action} maxLength={200} onText={(text) => setDraft({ ...draft, action: text })} />
        {problem ? <ProblemNotice problem={problem} /> : null}
      </div>
    </Dialog>
  )
}
