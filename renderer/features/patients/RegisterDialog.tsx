import { useEffect, useState } from 'react'
import { common } from '../../../resources/locales/en/common'
import { patients } from '../../../resources/locales/en/patients'
import type { PatientSummary } from '../../../shared/contract'
import { newKey, useAct, useAnswer } from '../../client'
import { Button, Choice, Dialog, formatDate, Notice, ProblemNotice, readDate, TextField, useDraft, useNow, wording } from '../../components'
import { askOf, faultsOf, type Registration } from './registration'
import { ageOf, bornWords, nameOf, sexWord } from './words'

const t = wording(patients)

const blank = (family = ''): Registration => ({ key: newKey(), family, given: '', gender: undefined, birth: '', phone: '' })

interface Props {
  /** What was searched for, when nobody was found. */
  readonly family?: string
  readonly onClose: () => void
  readonly onRegistered: (patient: PatientSummary) => void
  readonly onExisting: (patient: PatientSummary) => void
}

/** Registration in one dialog: Enter goes on, Ctrl+Enter saves, Esc keeps the draft. */
export const RegisterDialog = ({ family, onClose, onRegistered, onExisting }: Props) => {
  const [form, setForm, clear] = useDraft<Registration>('register', () => blank(family))
  const [tried, setTried] = useState(false)
  const [register, { busy, problem }] = useAct('registerPatient')
  const today = useNow()
  const faults = tried ? faultsOf(form, today) : []
  const read = form.birth.trim() ? readDate(form.birth, today) : null
  const put = (change: Partial<Registration>) => setForm((before) => ({ ...before, ...change }))
  const save = async () => {
    setTried(true)
    const ask = askOf(form, today)
    if (!ask) {
      const first = faultsOf(form, today)[0]
      document.querySelector<HTMLElement>(first === 'gender' ? '.register input[type=radio]' : `#register-${first}`)?.focus()
      return
    }
    if (busy) return
    const answer = await register(ask)
    if (!answer.ok) return
    clear()
    onRegistered(answer.value)
  }
  return (
    <Dialog
      title={t('register.title')}
      closeLabel={common.close}
      onClose={onClose}
      onSubmit={() => void save()}
      width={640}
      foot={
        <>
          <Button
            kind="quiet"
            onClick={() => {
              setForm(blank())
              setTried(false)
              document.getElementById('register-family')?.focus()
            }}
          >
            {t('register.clear')}
          </Button>
          <span className="spread" />
          <Button kind="main" type="submit" busy={busy} keys="Ctrl+Enter">
            {t('register.save')}
          </Button>
        </>
      }
    >
      <div className="stack register">
        {problem ? <ProblemNotice problem={problem} /> : null}
        <div className="two">
          <TextField
            id="register-family"
            label={t('field.family')}
            hint={t('field.family.hint')}
            value={form.family}
            onText={(text) => put({ family: text })}
            error={faults.includes('family') ? t('fault.family') : undefined}
            data-autofocus
            dir="auto"
          />
          <TextField label={t('field.given')} optional={common.optional} value={form.given} onText={(given) => put({ given })} dir="auto" />
        </div>
        <Choice
          label={t('field.sex')}
          value={form.gender}
          onChoose={(gender) => put({ gender })}
          options={(['female', 'male', 'other', 'unknown'] as const).map((value) => ({ value, label: t(`sex.${value}`) }))}
          error={faults.includes('gender') ? t('fault.sex') : undefined}
        />
        <div className="two">
          <TextField
            id="register-birth"
            label={t('field.birth')}
            optional={common.optional}
            hint={read ? t('field.birth.read', { date: formatDate(read), age: ageOf(read) }) : t('field.birth.hint')}
            value={form.birth}
            onText={(birth) => put({ birth })}
            error={faults.includes('birth') ? t('fault.birth') : undefined}
          />
          <TextField
            label={t('field.phone')}
            optional={common.optional}
            type="tel"
            inputMode="tel"
            value={form.phone}
            onText={(phone) => put({ phone })}
          />
        </div>
        <SamePeople family={form.family} given={form.given} onOpen={onExisting} />
      </div>
    </Dialog>
  )
}

/** People who may be the same one, beside the form and before saving. */
const SamePeople = ({ family, given, onOpen }: { readonly family: string; readonly given: string; readonly onOpen: (patient: PatientSummary) => void }) => {
  const typed = `${family.trim()} ${given.trim()}`.trim()
  const [text, setText] = useState(typed)
  useEffect(() => {
    const timer = setTimeout(() => setText(typed), 250)
    return () => clearTimeout(timer)
  }, [typed])
  const { value } = useAnswer('findPatients', { text, limit: 3 }, { skip: text.length < 3 })
  if (!value?.length || typed.length < 3) return null
  return (
    <Notice tone="info" role="status" title={t('register.same')}>
      <ul>
        {value.map((patient) => (
          <li key={patient.id}>
            <Button kind="quiet" onClick={() => onOpen(patient)}>
              {t('register.same.open', { name: nameOf(patient), number: patient.number })}
            </Button>{' '}
            {bornWords(patient)} · {sexWord(patient.gender)}
          </li>
        ))}
      </ul>
    </Notice>
  )
}
