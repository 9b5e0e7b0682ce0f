import { useState } from 'react'
import { common } from '../../../resources/locales/en/common'
import { encounters as words } from '../../../resources/locales/en/encounters'
import type { EncounterEntry, PatientSummary } from '../../../shared/contract'
import { newKey, useAct, useAnswer, useWho } from '../../client'
import { Button, Dialog, Empty, formatDayTime, formatTime, hasDraft, Mark, ProblemNotice, ScrollRegion, TextField, useDraft, useScreen, Waiting, wording } from '../../components'
import { HistoryButton } from '../history'
import { Findings } from '../problems'
import { NewNote } from './NewNote'
import { SignedNote } from './SignedNote'
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
  // Opens where something was typed and not signed, else on the newest; what is open stays open when a newer one comes.
  const first = list?.find(({ id }) => hasDraft(`note:${id}`)) ?? list?.[0]
  if (chosen === null && first) setChosen(first.id)
  const encounter = list?.find((one) => one.id === chosen) ?? first
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

const EncounterView = ({ patient, encounter, mayWrite }: ViewProps) => {
  const [finish, { busy, problem }] = useAct('finishEncounter')
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
          <Button busy={busy} onClick={() => void finish({ patient: patient.id, encounter: encounter.id })}>
            {t('finish')}
          </Button>
        ) : (
          <Mark tone={encounter.status === 'in-progress' ? 'accent' : 'plain'}>{t(encounter.status === 'in-progress' ? 'open' : 'finished')}</Mark>
        )}
      </div>
      <div className="encounter-body">
        {problem ? <ProblemNotice problem={problem} /> : null}
        <Findings patient={patient} encounter={encounter.id} mayWrite={mayWrite && encounter.status === 'in-progress'} />
        {encounter.notes.length === 0 ? <p className="faint">{t('note.none')}</p> : null}
        {encounter.notes.map((note) => (
          <SignedNote key={note.id} patient={patient.id} note={note} mayWrite={mayWrite} />
        ))}
        {mayWrite && encounter.status === 'in-progress' ? <NewNote patient={patient.id} encounter={encounter.id} /> : null}
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
