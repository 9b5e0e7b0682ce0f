import { useAct, useAnswer, useWho } from '../../client'
import { Button, formatWhen, Notice, ProblemNotice } from '../../components'
import { type BedQuestion, bedQuestions, isAbout } from './questions'
import { t } from './words'

interface Line {
  readonly id: string
  readonly text: string
}

const linesOf = (question: BedQuestion): readonly Line[] => {
  if (question.kind === 'one-in-two') {
    return question.beds.map(({ id, name, since, by }) => ({ id, text: since === undefined || by === undefined ? name : t('settle.bed.line', { bed: name, by, time: formatWhen(since) }) }))
  }
  const { patient, since, by } = question.bed
  const stands = patient && since !== undefined && by !== undefined ? [{ id: patient.id, text: t('settle.stands', { name: patient.name, number: patient.number, by, time: formatWhen(since) }) }] : []
  return [...stands, ...question.beside.map((seat) => ({ id: seat.patient.id, text: t('settle.also', { name: seat.patient.name, number: seat.patient.number, by: seat.by, time: formatWhen(seat.since) }) }))]
}

const titleOf = (question: BedQuestion): string => {
  if (question.kind === 'one-in-two') return t('settle.beds', { name: question.patient.name, beds: question.beds.map(({ name }) => name).join(', ') })
  const bed = question.bed.name
  return question.bed.patient ? t('settle.bed', { bed }) : t('settle.bed.emptied', { bed })
}

/** What two workstations said of a bed apart, who said it, and one press that settles it. */
const Question = ({ question }: { readonly question: BedQuestion }) => {
  const may = useWho()?.actions.includes('reading.confirm') ?? false
  const [seat, seating] = useAct('seatPatient')
  const [empty, emptying] = useAct('emptyBed')
  const busy = seating.busy || emptying.busy
  const problem = seating.problem ?? emptying.problem
  const people = question.kind === 'two-in-one' ? [...(question.bed.patient ? [question.bed.patient] : []), ...question.beside.map(({ patient }) => patient)] : []
  return (
    <Notice
      tone="abnormal"
      role="alert"
      title={titleOf(question)}
      actions={
        !may ? undefined : question.kind === 'two-in-one' ? (
          <>
            {people.map((patient) => (
              <Button key={patient.id} disabled={busy} onClick={() => void seat({ bed: question.bed.id, patient: patient.id })}>
                {t('settle.lies', { name: patient.name, bed: question.bed.name })}
              </Button>
            ))}
            <Button kind="quiet" disabled={busy} onClick={() => void empty({ bed: question.bed.id })}>
              {t('settle.nobody', { bed: question.bed.name })}
            </Button>
          </>
        ) : (
          question.beds.map(({ id, name }) => (
            <Button key={id} disabled={busy} onClick={() => void seat({ bed: id, patient: question.patient.id })}>
              {t('settle.lies', { name: question.patient.name, bed: name })}
            </Button>
          ))
        )
      }
    >
      <ul className="bed-question">
        {linesOf(question).map(({ id, text }) => (
          <li key={id}>{text}</li>
        ))}
      </ul>
      <p>{may ? t(question.kind === 'two-in-one' ? 'settle.look' : 'settle.look.beds') : t('settle.who')}</p>
      {problem ? <ProblemNotice problem={problem} /> : null}
    </Notice>
  )
}

/** What is to be settled about beds; nothing where nothing is. */
export const BedQuestions = ({ questions }: { readonly questions: readonly BedQuestion[] }) =>
  questions.length === 0 ? null : (
    <div className="bed-questions">
      {questions.map((question) => (
        <Question key={question.kind === 'two-in-one' ? question.bed.id : question.patient.id} question={question} />
      ))}
    </div>
  )

/** The same on a patient's chart: where this patient lies, or who else was put there. */
export const PatientBedQuestions = ({ patient }: { readonly patient: string }) => {
  const ward = useAnswer('readWard')
  return <BedQuestions questions={bedQuestions(ward.value?.beds ?? []).filter((question) => isAbout(question, patient))} />
}
