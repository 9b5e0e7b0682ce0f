import { useMemo } from 'react'
import { mostDueAtOnce } from '../../../shared/contract'
import { useAnswer } from '../../client'
import { Button, Empty, ProblemNotice, ScrollRegion, useNow, useScreen, useView, Waiting } from '../../components'
import { BedQuestions, bedQuestions, isAt } from '../bedside'
import { ScoreMark } from '../early-warning'
import { BedEntryView } from './BedEntryView'
import { isOfNow, liesIn, nextBed, overdueMinutes, roundOf, type RoundBed } from './order'
import { dueWords, t } from './words'
import './wardRound.css'

interface Props {
  /** The bed at which observations are charted; absent: all of them. */
  readonly bed?: string
  /** Goes to a bed, or back to all of them. */
  readonly onBed: (bed: string | undefined) => void
}

/** From bed to bed: who is overdue on top, and observations charted without typing a name. */
export const WardRoundScreen = ({ bed: at, onBed }: Props) => {
  const ward = useAnswer('readWard')
  const [visited, setVisited, clear] = useView<readonly string[]>('ward-round', [])
  const now = useNow()
  const nowMs = now.getTime()
  const lying = useMemo(() => [...new Set((ward.value?.beds ?? []).flatMap(({ patient }) => (patient ? [patient.id] : [])))], [ward.value])
  const asked = lying.slice(0, mostDueAtOnce)
  const dues = useAnswer('dueObservations', { patients: asked }, { skip: asked.length === 0, keepPrevious: true })
  const round = roundOf(ward.value?.beds ?? [], dues.value ?? [], nowMs)
  // By who lies there: whoever is put into a bed that was visited was not.
  const visitedBeds = new Set(round.flatMap(({ bed, patient }) => (visited.includes(`${bed} ${patient.id}`) ? [bed] : [])))
  const isKnown = ward.value !== undefined && (asked.length === 0 || dues.value !== undefined || dues.problem !== undefined)
  useScreen(at === undefined ? 'round' : 'round-bed', isKnown || ward.problem !== undefined)
  const problem = ward.problem ?? dues.problem
  if (!ward.value || (!isKnown && at === undefined)) return problem ? <ProblemNotice problem={problem} onAgain={ward.refresh} /> : <Waiting>…</Waiting>

  const questions = bedQuestions(ward.value.beds)

  if (at !== undefined) {
    const here = round.find((each) => liesIn(each, at))
    const bed = here?.bed ?? at
    const visit = () => {
      const mark = here && `${bed} ${here.patient.id}`
      if (mark !== undefined) setVisited((before) => (before.includes(mark) ? before : [...before, mark]))
    }
    const next = nextBed(round, visitedBeds, bed)
    return (
      <BedEntryView
        key={at}
        bed={here}
        questions={questions.filter((question) => isAt(question, at))}
        place={{ at: Math.min(new Set([...visitedBeds, bed]).size, round.length), of: round.length }}
        next={next}
        isNextOver={next !== undefined && overdueMinutes(next, nowMs) !== undefined}
        onCharted={visit}
        onNext={(onward) => {
          visit()
          onBed(onward)
        }}
        onBack={() => onBed(undefined)}
      />
    )
  }
  const over = round.filter((bed) => overdueMinutes(bed, nowMs) !== undefined).length
  const unknown = round.filter(({ due }) => due?.due.kind !== 'at').length
  const tally = [...(over > 0 ? [t('overdue.count', { count: over })] : []), ...(unknown > 0 ? [t('unknown.count', { count: unknown })] : [])]
  return (
    <section className="filling" aria-labelledby="round-title">
      <header className="screen-head">
        <h1 id="round-title">{t('title')}</h1>
        <strong className="round-over" data-over={over > 0 || undefined} role="status">
          {round.length === 0 ? '' : tally.length > 0 ? tally.join(' · ') : t('overdue.none')}
        </strong>
        <span className="spread" />
        <a className="button" href="#/handover">
          {t('handover')}
        </a>
        {visited.length > 0 ? <Button onClick={clear}>{t('round.new')}</Button> : null}
      </header>
      <ScrollRegion className="filling-body" aria-label={t('list')}>
        <p className="faint">{t('lead')}</p>
        {problem ? <ProblemNotice problem={problem} onAgain={dues.refresh} /> : null}
        <BedQuestions questions={questions} />
        {round.length === 0 ? (
          <Empty title={t('empty')} action={<a href="#/beds">{t('back')}</a>}>
            {t('empty.text')}
          </Empty>
        ) : null}
        <ol className="cards">
          {round.map((bed) => (
            <Row key={bed.bed} bed={bed} nowMs={nowMs} isVisited={visitedBeds.has(bed.bed)} onOpen={() => onBed(bed.bed)} />
          ))}
        </ol>
        {lying.length > asked.length ? <p>{t('more', { count: lying.length - asked.length })}</p> : null}
      </ScrollRegion>
    </section>
  )
}

const Row = ({ bed, nowMs, isVisited, onOpen }: { readonly bed: RoundBed; readonly nowMs: number; readonly isVisited: boolean; readonly onOpen: () => void }) => {
  const set = bed.due?.set
  // A score of another day says nothing of now.
  const score = set && isOfNow(set.at, nowMs) ? set.score : undefined
  const isOver = overdueMinutes(bed, nowMs) !== undefined
  return (
    <li>
      <button type="button" className="button round-row" data-over={isOver || undefined} data-visited={isVisited || undefined} onClick={onOpen}>
        <span className="round-bed">{bed.name}</span>
        <span className="round-who">
          <bdi>{bed.patient.name}</bdi> <span className="faint">{bed.patient.number}</span>
          {bed.also ? <strong> · {t('also', { beds: bed.also.map(({ name }) => name).join(', ') })}</strong> : null}
        </span>
        <span className="round-score">{score && score.kind !== 'not-used' ? <ScoreMark score={score} /> : null}</span>
        <span className="round-due" data-over={isOver || undefined}>
          {isOver ? <span aria-hidden="true">! </span> : null}
          {dueWords(bed, nowMs)}
          {bed.due?.due.kind === 'at' && bed.due.due.isContinuous ? <strong> · {t('continuous')}</strong> : null}
          {isVisited ? <span className="faint"> · {t('charted')}</span> : null}
        </span>
      </button>
    </li>
  )
}
