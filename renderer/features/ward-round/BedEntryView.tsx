import { useEffect, useMemo, useRef, useState } from 'react'
import type { ServedPatient, VitalEntry } from '../../../shared/contract'
import type { VitalCode } from '../../../shared/records/observation/vitals'
import { useAnswer } from '../../client'
import { Button, Empty, Notice, ProblemNotice, useKeys, Waiting } from '../../components'
import { type BedQuestion, BedQuestions } from '../bedside'
import { VitalsForm } from '../charting'
import { PatientBanner } from '../patients'
import type { RoundBed } from './order'
import { t } from './words'

/** What the newest values of each sign are taken from. */
const newestMost = 200

interface Props {
  /** Absent: nobody lies there now. */
  readonly bed: RoundBed | undefined
  /** What two workstations said apart of this bed: who lies there is said before anything is charted. */
  readonly questions: readonly BedQuestion[]
  readonly place: { readonly at: number; readonly of: number }
  readonly next: RoundBed | undefined
  readonly isNextOver: boolean
  readonly onCharted: () => void
  readonly onNext: (bed: string) => void
  readonly onBack: () => void
}

/** One bed of the round: the banner of who lies there, the form with its number pad, and the way to the next bed. */
export const BedEntryView = ({ bed, questions, place, next, isNextOver, onCharted, onNext, onBack }: Props) => {
  /** Who lay here when the bed was opened: another patient is never charted without a word. */
  const [opened, setOpened] = useState<ServedPatient | undefined>(bed?.patient)
  const [charted, setCharted] = useState<string>()
  const onward = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (charted) onward.current?.focus()
  }, [charted])
  useKeys(t('title'), next ? [{ keys: 'Ctrl+ArrowRight', does: t('skip'), run: () => onNext(next.bed) }] : [])
  if (!opened && bed) setOpened(bed.patient)
  const back = <Button onClick={onBack}>{t('back')}</Button>
  if (!bed) {
    return (
      <>
        <BedQuestions questions={questions} />
        <Empty title={t('bed.gone')} action={back}>
          {t('bed.gone.text')}
        </Empty>
      </>
    )
  }
  const isUnsure = questions.some(({ kind }) => kind === 'two-in-one')
  const isAnother = opened !== undefined && opened.id !== bed.patient.id
  const goOn = (
    <>
      {next ? (
        <Button kind="main" ref={onward} onClick={() => onNext(next.bed)}>
          {t(isNextOver ? 'next.over' : 'next', { bed: next.name, name: next.patient.name })}
        </Button>
      ) : (
        <Button kind="main" ref={onward} onClick={onBack}>
          {t('done')}
        </Button>
      )}
    </>
  )
  return (
    <div className="filling">
      <PatientBanner key={bed.patient.id} patient={bed.patient.id} />
      <section className="beneath round-entry" aria-label={t('open.of', { name: bed.patient.name, bed: bed.name })}>
        <header className="round-entry-head">
          {back}
          <h1>{t('place', { bed: bed.name, ...place })}</h1>
          <span className="spread" />
          <a className="button" href={`#/patients/${bed.patient.id}`}>
            {t('chart')}
          </a>
          {charted || !next ? null : <Button onClick={() => onNext(next.bed)}>{t('skip')}</Button>}
        </header>
        <BedQuestions questions={questions} />
        {isAnother ? (
          <Notice
            tone="abnormal"
            role="alert"
            title={t('bed.changed', { bed: bed.name, name: bed.patient.name })}
            actions={<Button onClick={() => setOpened(bed.patient)}>{t('open.of', { bed: bed.name, name: bed.patient.name })}</Button>}
          />
        ) : charted === bed.patient.id ? (
          <div className="panel round-saved" role="status">
            <p>{t('saved', { name: bed.patient.name })}</p>
            {goOn}
            <Button kind="quiet" onClick={() => setCharted(undefined)}>
              {t('again', { name: bed.patient.name })}
            </Button>
          </div>
        ) : isUnsure ? (
          <p>{t('unsure')}</p>
        ) : (
          <Entry
            key={bed.patient.id}
            patient={bed.patient.id}
            onSaved={() => {
              setCharted(bed.patient.id)
              onCharted()
            }}
          />
        )}
      </section>
    </div>
  )
}

const Entry = ({ patient, onSaved }: { readonly patient: string; readonly onSaved: () => void }) => {
  const banner = useAnswer('readBanner', { patient })
  const entries = useAnswer('listVitals', { patient, limit: newestMost })
  const scoredAs = useAnswer('readScoredAs', { patient })
  const latest = useMemo(() => {
    const found = new Map<VitalCode, VitalEntry>()
    for (const entry of entries.value ?? []) if (!found.has(entry.code)) found.set(entry.code, entry)
    return found
  }, [entries.value])
  const problem = banner.problem ?? entries.problem
  if (!banner.value || !entries.value) return problem ? <ProblemNotice problem={problem} onAgain={banner.refresh} /> : <Waiting>…</Waiting>
  return (
    <div className="panel round-form">
      <VitalsForm patient={banner.value.patient} latest={latest} scoredAs={scoredAs.value} focused onSaved={onSaved} />
    </div>
  )
}
