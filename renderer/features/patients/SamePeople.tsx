import { useEffect, useState } from 'react'
import { patients } from '../../../resources/locales/en/patients'
import type { AskOf, PatientSummary, SamePerson } from '../../../shared/contract'
import { useAnswer } from '../../client'
import { Button, wording } from '../../components'
import { bornWords, nameOf, sexWord } from './words'

const t = wording(patients)

/** Between the last key and the question, in milliseconds: a person who types goes on within this. */
const pauseMs = 150

interface Props {
  readonly person: AskOf<'findSamePeople'>
  /** Found when saving, before the form had asked; they are shown until the form changes. */
  readonly held: readonly SamePerson[]
  readonly onOpen: (patient: PatientSummary) => void
}

/** What is asked once nobody types any more. */
const useSettled = <Value,>(value: Value): Value => {
  const [settled, setSettled] = useState(value)
  const key = JSON.stringify(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(JSON.parse(key) as Value), pauseMs)
    return () => clearTimeout(timer)
  }, [key])
  return settled
}

/** People who are here already and may be the one in the form, with what is alike in words: beside the form, before saving. */
export const SamePeople = ({ person, held, onOpen }: Props) => {
  const asked = useSettled(person)
  const isBlank = !asked.family && !asked.given && !asked.phone && !asked.document
  const { value } = useAnswer('findSamePeople', asked, { skip: isBlank, keepPrevious: !isBlank })
  const shown = held.length > 0 ? held : isBlank ? [] : (value ?? [])
  return (
    <aside className="same-people" aria-label={t('same.title')}>
      <h3>{t('same.title')}</h3>
      <p className="faint small" role="status">
        {shown.length > 0 ? t('same.found', { count: shown.length }) : isBlank ? t('same.waiting') : t('same.nobody')}
      </p>
      <ul>
        {shown.map(({ patient, alike, isLikely }) => (
          <li key={patient.id} className="same-person" data-likely={isLikely || undefined}>
            <strong className="same-person-name">
              <bdi>{nameOf(patient)}</bdi>
            </strong>
            <span className="small same-person-facts">
              {[bornWords(patient), sexWord(patient.gender), patient.number, patient.phone].filter(Boolean).map((fact) => (
                <span key={fact}>{fact}</span>
              ))}
            </span>
            <ul className="same-person-alike small">
              {alike.map((each) => (
                <li key={each}>{t(`alike.${each}`)}</li>
              ))}
            </ul>
            <Button onClick={() => onOpen(patient)} aria-label={t('same.open', { name: nameOf(patient), number: patient.number })}>
              {t('same.use')}
            </Button>
          </li>
        ))}
      </ul>
    </aside>
  )
}
