import { useState } from 'react'
import { common } from '../../../resources/locales/en/common'
import { encounters as words } from '../../../resources/locales/en/encounters'
import type { NoteEntry } from '../../../shared/contract'
import { newKey, useAct } from '../../client'
import { Button, Dialog, formatDayTime, ProblemNotice, TextArea, TextField, useDraft, wording } from '../../components'

const t = wording(words)

/** A note as it was signed, under its headings, and what was added to it. */
export const SignedNote = ({ patient, note, mayWrite }: { readonly patient: string; readonly note: NoteEntry; readonly mayWrite: boolean }) => {
  const [isAdding, setAdding] = useState(false)
  return (
    <article className="note">
      {note.sections.map(({ part, text }, index) => (
        <section key={part ?? index}>
          {part === undefined ? null : <h3>{t(`soap.${part}`)}</h3>}
          <p className="note-text" dir="auto">
            {text}
          </p>
        </section>
      ))}
      <p className="note-by faint small">
        {t('by', { by: note.by, date: formatDayTime(note.at) })}
        {mayWrite ? (
          <Button kind="quiet" aria-label={t('addendum.to', { by: note.by, date: formatDayTime(note.at) })} onClick={() => setAdding(true)}>
            {t('addendum')}
          </Button>
        ) : null}
      </p>
      {note.addenda.map((addendum) => (
        <section key={addendum.id} className="note-addendum">
          <h3>{t('addendum.head', { reason: addendum.reason })}</h3>
          <p className="note-text" dir="auto">
            {addendum.text}
          </p>
          <p className="faint small">{t('by', { by: addendum.by, date: formatDayTime(addendum.at) })}</p>
        </section>
      ))}
      {isAdding ? <AddendumDialog patient={patient} note={note.id} onClose={() => setAdding(false)} /> : null}
    </article>
  )
}

const AddendumDialog = ({ patient, note, onClose }: { readonly patient: string; readonly note: string; readonly onClose: () => void }) => {
  const [draft, setDraft, clear] = useDraft(`addendum:${note}`, () => ({ key: newKey(), reason: '', text: '' }))
  const [tried, setTried] = useState(false)
  const [add, { busy, problem }] = useAct('addAddendum')
  const [reason, text] = [draft.reason.trim(), draft.text]
  const save = async () => {
    setTried(true)
    if (busy || reason === '' || text.trim() === '') return
    if (!(await add({ key: draft.key, patient, note, reason, text })).ok) return
    clear()
    onClose()
  }
  return (
    <Dialog title={t('addendum.title')} closeLabel={common.close} onClose={onClose} onSubmit={() => void save()} save={{ label: t('addendum.save'), busy }}>
      <div className="stack">
        <p>{t('addendum.text')}</p>
        <TextField label={t('addendum.reason')} value={draft.reason} maxLength={200} error={tried && reason === '' ? t('addendum.reason.fault') : undefined} onText={(typed) => setDraft((before) => ({ ...before, reason: typed }))} data-autofocus dir="auto" />
        <TextArea label={t('addendum.what')} rows={5} value={draft.text} error={tried && text.trim() === '' ? t('note.fault') : undefined} onText={(typed) => setDraft((before) => ({ ...before, text: typed }))} dir="auto" spellCheck />
        {problem ? <ProblemNotice problem={problem} /> : null}
      </div>
    </Dialog>
  )
}
