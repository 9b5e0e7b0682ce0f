import { useState } from 'react'
import { common } from '../../../resources/locales/en/common'
import { encounters as words } from '../../../resources/locales/en/encounters'
import type { EncounterEntry, PatientSummary } from '../../../shared/contract'
import { newKey, useAct, useAnswer, useWho } from '../../client'
import { Button, Dialog, Empty, Form, formatDayTime, formatTime, hasDraft, Mark, ProblemNotice, ScrollRegion, TextArea, TextField, useDraft, useKeys, useScreen, Waiting, wording } from '../../components'
import { HistoryButton } from '../history'
import './encounters.css'

const t = wording(words)

interface Props {
  readonly patient: PatientSummary
  /** Opens the dialog at once. */
  readonly starting?: boolean
}

/** Encounters, newest first, and the notes of the one chosen. */
export const EncountersTab = ({ patient, starting: startAtOnce = false }: Props) => {
  const who = useWho()
  const mayWrite = who?.actions.includes('encounter.write') ?? false
  const { value: list, problem, refresh, loading } = useAnswer('listEncounters', { patient: patient.id, limit: 200 })
  const [chosen, setChosen] = useState<string | null>(null)
  const [starting, setStarting] = useState(startAtOnce && mayWrite)
  useScreen('encounters', list !== undefined)
  const encounter = list?.find((one) => one.id === chosen) ?? list?.[0]
  return (
    <div className="encounters">
      <ScrollRegion className="panel encounters-list" aria-labelledby="encounters-title">
        <div className="panel-head">
          <h2 id="encounters-title">{t('title')}</h2>
          {mayWrite ? <Button onClick={() => setStarting(true)}>{t('start')}</Button> : null}
        </div>
        {problem && !list ? <ProblemNotice problem={problem} onAgain={refresh} /> : null}
        {loading ? <Waiting>{common.waiting}</Waiting> : null}
        {list?.length === 0 ? (
          <Empty title={t('empty')} action={mayWrite ? <Button onClick={() => setStarting(true)}>{t('start')}</Button> : undefined}>
            {t('empty.text')}
          </Empty>
        ) : null}
        <ul>
          {list?.map((one) => (
            <li key={one.id}>
              <button type="button" className="encounter-pick" aria-pressed={one === encounter} onClick={() => setChosen(one.id)}>
                <span className="encounter-reason">{one.reason}</span>
                <span className="faint small">
                  {formatDayTime(one.start)} · {one.by}
                </span>
                <span>
                  {one.status === 'in-progress' ? <Mark tone="accent">{t('open')}</Mark> : null}{' '}
                  {hasDraft(`note:${one.id}`) ? <Mark sign="✎">{t('note.draft')}</Mark> : null}
                </span>
              </button>
            </li>
          ))}
        </ul>
      </ScrollRegion>
      {encounter ? <EncounterView key={encounter.id} patient={patient} encounter={encounter} mayWrite={mayWrite} /> : null}
      {starting ? (
        <StartDialog
          patient={patient}
          onClose={() => setStarting(false)}
          onStarted={(started) => {
            setStarting(false)
            setChosen(started.id)
          }}
        />
      ) : null}
    </div>
  )
}

interface ViewProps {
  readonly patient: PatientSummary
  readonly encounter: EncounterEntry
  readonly mayWrite: boolean
}

interface NoteDraft {
  readonly key: string
  readonly text: string
}

const EncounterView = ({ patient, encounter, mayWrite }: ViewProps) => {
  // One key for one note: pressing twice, or again after the host died, adds it once.
  const [note, setNote, clear] = useDraft<NoteDraft>(`note:${encounter.id}`, () => ({ key: newKey(), text: '' }))
  const [tried, setTried] = useState(false)
  const [saved, setSaved] = useState(false)
  const [addNote, adding] = useAct('addNote')
  const [finish, finishing] = useAct('finishEncounter')
  const problem = adding.problem ?? finishing.problem
  useKeys(t('keys.title'), [{ keys: 'Ctrl+Enter', does: t('keys.add') }])
  const add = async () => {
    setTried(true)
    if (!note.text.trim() || adding.busy) return
    const answer = await addNote({ key: note.key, patient: patient.id, encounter: encounter.id, text: note.text })
    if (!answer.ok) return
    clear()
    setTried(false)
    setSaved(true)
  }
  return (
    <ScrollRegion className="panel encounter" aria-labelledby="encounter-title">
      <div className="panel-head">
        <h2 id="encounter-title">{encounter.reason}</h2>
        <span className="faint small">
          {encounter.end ? t('until', { start: formatDayTime(encounter.start), end: formatTime(encounter.end) }) : t('since', { date: formatDayTime(encounter.start) })}
        </span>
        <span className="spread" />
        <HistoryButton patient={patient.id} type="Encounter" record={encounter.id} what={encounter.reason} />
        {encounter.status === 'in-progress' && mayWrite ? (
          <Button busy={finishing.busy} onClick={() => void finish({ patient: patient.id, encounter: encounter.id })}>
            {t('finish')}
          </Button>
        ) : (
          <Mark tone={encounter.status === 'in-progress' ? 'accent' : 'plain'}>{t(encounter.status === 'in-progress' ? 'open' : 'finished')}</Mark>
        )}
      </div>
      <div className="encounter-body">
        {problem ? <ProblemNotice problem={problem} /> : null}
        {encounter.notes.length === 0 ? <p className="faint">{t('note.none')}</p> : null}
        {encounter.notes.map((one) => (
          <article key={one.id} className="note">
            <p className="note-text" dir="auto">
              {one.text}
            </p>
            <p className="faint small">{t('by', { by: one.by, date: formatDayTime(one.at) })}</p>
          </article>
        ))}
        {mayWrite && encounter.status === 'in-progress' ? (
          <Form className="note-new" onSave={() => void add()}>
            <TextArea
              label={t('note.new')}
              hint={t('note.hint')}
              rows={7}
              value={note.text}
              onText={(text) => {
                setSaved(false)
                setNote((before) => ({ ...before, text }))
              }}
              error={tried && !note.text.trim() ? t('note.fault') : undefined}
              dir="auto"
              spellCheck
            />
            <div className="note-foot">
              <Button kind="main" type="submit" busy={adding.busy} keys="Ctrl+Enter">
                {t('note.add')}
              </Button>
              <span role="status">{saved ? t('note.saved') : ''}</span>
            </div>
          </Form>
        ) : null}
      </div>
    </ScrollRegion>
  )
}

interface StartProps {
  readonly patient: PatientSummary
  readonly onClose: () => void
  readonly onStarted: (encounter: EncounterEntry) => void
}

const StartDialog = ({ patient, onClose, onStarted }: StartProps) => {
  const [draft, setDraft, clear] = useDraft(`encounter:${patient.id}`, () => ({ key: newKey(), reason: '' }))
  const [tried, setTried] = useState(false)
  const [start, { busy, problem }] = useAct('startEncounter')
  const save = async () => {
    setTried(true)
    if (!draft.reason.trim() || busy) return
    const answer = await start({ key: draft.key, patient: patient.id, reason: draft.reason })
    if (!answer.ok) return
    clear()
    onStarted(answer.value)
  }
  return (
    <Dialog
      title={t('start.title')}
      closeLabel={common.close}
      onClose={onClose}
      onSubmit={() => void save()}
      save={{ label: t('start'), busy }}
    >
      <div className="stack">
        {problem ? <ProblemNotice problem={problem} /> : null}
        <TextField
          label={t('start.reason')}
          hint={t('start.reason.hint')}
          value={draft.reason}
          maxLength={200}
          onText={(reason) => setDraft((before) => ({ ...before, reason }))}
          error={tried && !draft.reason.trim() ? t('start.fault') : undefined}
          data-autofocus
          dir="auto"
        />
      </div>
    </Dialog>
  )
}
