import { useState } from 'react'
import { common } from '../../../resources/locales/en/common'
import { patients } from '../../../resources/locales/en/patients'
import type { PatientSummary } from '../../../shared/contract'
import { useAct } from '../../client'
import { Button, Choice, Dialog, formatDate, ProblemNotice, readDate, say, TextField, useDraft, useNow, wording } from '../../components'
import { HistoryButton } from '../history'
import { changesOf, detailFaults, detailsOf, rebased, type Details } from './details'
import { ageOf, nameOf } from './words'

const t = wording(patients)

interface Props {
  /** The newest of the record; a colleague's change comes in here. */
  readonly patient: PatientSummary
  readonly onClose: () => void
}

/** Corrects name, title, sex, birth date and phone. Only what was changed is written. */
export const DetailsDialog = ({ patient, onClose }: Props) => {
  const current = detailsOf(patient)
  const [draft, setDraft, clear] = useDraft(`details:${patient.id}`, () => ({ at: patient.at, base: current, typed: current }))
  const [tried, setTried] = useState(false)
  const [update, { busy, problem }] = useAct('updatePatient')
  const today = useNow()
  // Somebody saved while this was open: take their values where this person typed nothing.
  if (draft.at !== patient.at) setDraft({ at: patient.at, base: current, typed: rebased(draft.typed, draft.base, current) })
  const { typed, base } = draft
  const faults = tried ? detailFaults(typed, base, today) : []
  const read = typed.birth.trim() ? readDate(typed.birth, today) : null
  const put = (change: Partial<Details>) => setDraft((before) => ({ ...before, typed: { ...before.typed, ...change } }))
  const save = async () => {
    setTried(true)
    const first = detailFaults(typed, base, new Date())[0]
    if (first) return document.getElementById(`details-${first}`)?.focus()
    if (busy) return
    const changes = changesOf(typed, base, new Date())
    if (Object.keys(changes).length > 0) {
      const answer = await update({ patient: patient.id, at: draft.at, ...changes })
      if (!answer.ok) return
      say(t('details.saved'))
    }
    clear()
    onClose()
  }
  return (
    <Dialog
      title={`${t('details.title')} · ${nameOf(patient)}`}
      closeLabel={common.close}
      onClose={onClose}
      onSubmit={() => void save()}
      width={640}
      foot={
        <>
          <HistoryButton patient={patient.id} type="Patient" record={patient.id} what={t('details.title')} />
          <span className="spread faint small">{t('details.note')}</span>
          <Button kind="main" type="submit" busy={busy} keys="Ctrl+Enter">
            {common.save}
          </Button>
        </>
      }
    >
      <div className="stack">
        {problem ? <ProblemNotice problem={problem} /> : null}
        <div className="two">
          <TextField
            id="details-family"
            label={t('field.family')}
            value={typed.family}
            onText={(family) => put({ family })}
            error={faults.includes('family') ? t('fault.family') : undefined}
            data-autofocus
            dir="auto"
          />
          <TextField label={t('field.given')} optional={common.optional} value={typed.given} onText={(given) => put({ given })} dir="auto" />
        </div>
        <div className="two">
          <TextField label={t('field.title')} optional={common.optional} value={typed.prefix} onText={(prefix) => put({ prefix })} />
          <TextField label={t('field.phone')} optional={common.optional} type="tel" inputMode="tel" value={typed.phone} onText={(phone) => put({ phone })} />
        </div>
        <Choice
          label={t('field.sex')}
          value={typed.gender}
          onChoose={(gender) => put({ gender })}
          options={(['female', 'male', 'other', 'unknown'] as const).map((value) => ({ value, label: t(`sex.${value}`) }))}
        />
        <div className="two">
          <TextField
            id="details-birth"
            label={t('field.birth')}
            optional={common.optional}
            hint={read ? t('field.birth.read', { date: formatDate(read), age: ageOf(read) }) : t('field.birth.hint')}
            value={typed.birth}
            onText={(birth) => put({ birth })}
            error={faults.includes('birth') ? t('fault.birth') : undefined}
          />
          <TextField
            label={t('field.document')}
            hint={t('field.document.hint')}
            optional={common.optional}
            value={typed.document}
            onText={(document) => put({ document })}
          />
        </div>
      </div>
    </Dialog>
  )
}
