import { useState } from 'react'
import { encounters as words } from '../../../resources/locales/en/encounters'
import { soapParts, type SoapPart } from '../../../shared/contract'
import { newKey, useAct } from '../../client'
import { Button, Choice, Form, ProblemNotice, TextArea, useDraft, useHabit, useKeys, wording } from '../../components'

const t = wording(words)

interface NoteDraft {
  readonly key: string
  readonly text: string
  readonly soap: Readonly<Record<SoapPart, string>>
}

const newNote = (): NoteDraft => ({ key: newKey(), text: '', soap: { subjective: '', objective: '', assessment: '', plan: '' } })

/** Writing a note: free text, or S, O, A and P; kept as it is typed, signed when it is added. */
export const NewNote = ({ patient, encounter }: { readonly patient: string; readonly encounter: string }) => {
  // One key for one note: pressing twice, or again after the host died, adds it once.
  const [note, setNote, clear] = useDraft<NoteDraft>(`note:${encounter}`, newNote)
  // Who writes one note in a form writes the next one so, too.
  const [form, setForm] = useHabit<'free' | 'soap'>('note-form', 'free')
  const [tried, setTried] = useState(false)
  const [saved, setSaved] = useState(false)
  const [addNote, { busy, problem }] = useAct('addNote')
  useKeys(t('keys.title'), [{ keys: 'Ctrl+Enter', does: t('keys.add') }])
  const isSoap = form === 'soap'
  const isEmpty = (isSoap ? Object.values(note.soap) : [note.text]).every((written) => written.trim() === '')
  const change = (part: Partial<NoteDraft>) => {
    setSaved(false)
    setNote((before) => ({ ...before, ...part }))
  }
  const add = async () => {
    setTried(true)
    if (isEmpty || busy) return
    const answer = await addNote({ key: note.key, patient, encounter, ...(isSoap ? { soap: note.soap } : { text: note.text }) })
    if (!answer.ok) return
    const empty = newNote()
    clear()
    // What was begun in the other form is not signed yet: it stays.
    if (isSoap ? note.text !== '' : Object.values(note.soap).some((text) => text !== '')) setNote(isSoap ? { ...empty, text: note.text } : { ...empty, soap: note.soap })
    setTried(false)
    setSaved(true)
  }
  const fault = tried && isEmpty ? t('note.fault') : undefined
  return (
    <Form className="note-new" onSave={() => void add()}>
      {problem ? <ProblemNotice problem={problem} /> : null}
      <Choice
        label={t('note.form')}
        value={form}
        options={(['free', 'soap'] as const).map((value) => ({ value, label: t(`note.form.${value}`) }))}
        onChoose={setForm}
      />
      {isSoap ? (
        soapParts.map((part, index) => (
          <TextArea
            key={part}
            label={t(`soap.${part}`)}
            rows={3}
            value={note.soap[part]}
            onText={(text) => change({ soap: { ...note.soap, [part]: text } })}
            error={index === 0 ? fault : undefined}
            dir="auto"
            spellCheck
          />
        ))
      ) : (
        <TextArea label={t('note.new')} hint={t('note.hint')} rows={7} value={note.text} onText={(text) => change({ text })} error={fault} dir="auto" spellCheck />
      )}
      <div className="note-foot">
        <Button kind="main" type="submit" busy={busy} keys="Ctrl+Enter">
          {t('note.add')}
        </Button>
        <span role="status">{saved ? t('note.saved') : ''}</span>
      </div>
    </Form>
  )
}
