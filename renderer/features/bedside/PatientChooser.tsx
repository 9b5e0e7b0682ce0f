import { useDeferredValue, useId, useState } from 'react'
import type { PatientSummary } from '../../../shared/contract'
import { displayName } from '../../../shared/records/patient/name'
import { useAnswer } from '../../client'
import { formatDate, ProblemNotice, TextField } from '../../components'
import { t } from './words'

interface Props {
  readonly chosen: PatientSummary | null
  readonly onChoose: (patient: PatientSummary) => void
}

/** Finds a patient by what people know of one, and lets one be chosen; nobody is chosen by itself. */
export const PatientChooser = ({ chosen, onChoose }: Props) => {
  const [text, setText] = useState('')
  const sought = useDeferredValue(text.trim())
  const { value: found, problem } = useAnswer('findPatients', { text: sought, limit: 6 }, { skip: sought === '', keepPrevious: true })
  const name = useId()
  const shown = sought === '' ? (chosen ? [chosen] : []) : (found ?? [])
  return (
    <>
      <TextField label={t('find')} hint={t('find.hint')} value={text} onText={setText} data-autofocus />
      {problem ? <ProblemNotice problem={problem} /> : null}
      <fieldset className="found">
        <legend className="visually-hidden">{t('find.found')}</legend>
        {shown.map((patient) => (
          <label key={patient.id} className="found-one">
            <input type="radio" name={name} checked={chosen?.id === patient.id} onChange={() => onChoose(patient)} />
            <span>
              <b>{displayName(patient)}</b>{' '}
              <span className="faint">
                {patient.birthDate === undefined ? '' : `${t('born', { date: formatDate(patient.birthDate) })} · `}
                {patient.number}
              </span>
            </span>
          </label>
        ))}
        {sought !== '' && found?.length === 0 ? <p className="faint">{t('find.nobody')}</p> : null}
      </fieldset>
    </>
  )
}
