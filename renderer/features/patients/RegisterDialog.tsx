import { useRef, useState } from 'react'
import { common } from '../../../resources/locales/en/common'
import { patients } from '../../../resources/locales/en/patients'
import type { PatientSummary, SamePerson } from '../../../shared/contract'
import { clinic, newKey, useAct } from '../../client'
import { Button, Choice, Dialog, formatDate, Notice, ProblemNotice, readDate, TextField, useDraft, useNow, wording } from '../../components'
import { askOf, faultsOf, personOf, type Registration } from './registration'
import { SamePeople } from './SamePeople'
import { ageOf } from './words'

const t = wording(patients)

const blank = (family = ''): Registration => ({ key: newKey(), family, given: '', gender: undefined, birth: '', phone: '', document: '' })

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
  // Somebody who is most likely here already gets a second look before a second record is made.
  const [second, setSecond] = useState<{ readonly people: readonly SamePerson[]; readonly seen: readonly string[] }>({ people: [], seen: [] })
  const put = (change: Partial<Registration>) => {
    setForm((before) => ({ ...before, ...change }))
    setSecond(({ seen }) => ({ people: [], seen }))
  }
  /** Whether the person at the desk still has to look at somebody; they are shown then. Never keeps a patient from being registered. */
  const needsLook = async (): Promise<boolean> => {
    const alike = await clinic.findSamePeople(personOf(form, today))
    const likely = alike.ok ? alike.value.filter(({ isLikely }) => isLikely) : []
    if (!alike.ok || likely.every(({ patient }) => second.seen.includes(patient.id))) return false
    setSecond({ people: alike.value, seen: [...second.seen, ...likely.map(({ patient }) => patient.id)] })
    return true
  }
  const saving = useRef(false)
  const save = async () => {
    setTried(true)
    const ask = askOf(form, today)
    if (!ask) {
      const first = faultsOf(form, today)[0]
      document.querySelector<HTMLElement>(first === 'gender' ? '.register input[type=radio]' : `#register-${first}`)?.focus()
      return
    }
    // Two fast clicks are one: the second would find the record of the first.
    if (saving.current) return
    saving.current = true
    try {
      if (await needsLook()) return
      const answer = await register(ask)
      if (!answer.ok) return
      clear()
      onRegistered(answer.value)
    } finally {
      saving.current = false
    }
  }
  return (
    <Dialog
      title={t('register.title')}
      closeLabel={common.close}
      onClose={onClose}
      onSubmit={() => void save()}
      width={920}
      foot={
        <>
          <Button
            kind="quiet"
            onClick={() => {
              clear()
              setTried(false)
              setSecond({ people: [], seen: [] })
              document.getElementById('register-family')?.focus()
            }}
          >
            {t('register.clear')}
          </Button>
          <span className="spread" />
          <Button kind="main" type="submit" busy={busy} keys="Ctrl+Enter">
            {second.people.length > 0 ? t('register.anew') : t('register.save')}
          </Button>
        </>
      }
    >
      <div className="register-and-same">
        <div className="stack register">
          {problem ? <ProblemNotice problem={problem} /> : null}
          {second.people.length > 0 ? (
            <Notice tone="info" role="alert" title={t('same.look')}>
              {t('same.look.text')}
            </Notice>
          ) : null}
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
          <TextField label={t('field.document')} hint={t('field.document.hint')} optional={common.optional} value={form.document ?? ''} onText={(document) => put({ document })} />
        </div>
        <SamePeople
          person={personOf(form, today)}
          held={second.people}
          onOpen={(patient) => {
            // The form is done with: the next person at the desk finds an empty one.
            clear()
            onExisting(patient)
          }}
        />
      </div>
    </Dialog>
  )
}
