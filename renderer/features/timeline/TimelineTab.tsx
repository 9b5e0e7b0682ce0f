import { useMemo, useState } from 'react'
import { navigate } from 'wouter/use-hash-location'
import { common } from '../../../resources/locales/en/common'
import type { PatientSummary, TimelineEvent } from '../../../shared/contract'
import { Button, Choice, Empty, formatDayTime, Notice, ProblemNotice, useScreen, Waiting } from '../../components'
import { EventTable } from './EventTable'
import { Picture } from './Picture'
import { useTimeline } from './useTimeline'
import { around, moved, type Span, spans, type View, whole, zoomed } from './view'
import { t } from './words'
import './timeline.css'

const tabOf: Readonly<Record<TimelineEvent['lane'], string>> = { result: 'results', order: 'results', note: 'encounters', problem: 'encounters', imaging: 'imaging' }

/** Vital signs, results, notes, orders, images and problems of a patient on one axis that can be come nearer to. */
export const TimelineTab = ({ patient }: { readonly patient: PatientSummary }) => {
  const timeline = useTimeline(patient.id)
  const { signs, events } = timeline
  const [chosen, setView] = useState<View | null>(null)
  const [as, setAs] = useState<'chart' | 'table'>('chart')
  const [opened] = useState(() => Date.now())
  const all = useMemo(() => whole([...signs.flatMap(({ at }) => at), ...(events ?? []).map(({ at }) => at)], opened), [signs, events, opened])
  const view = chosen ?? all
  const middle = (view.from + view.to) / 2
  useScreen('timeline', events !== undefined || timeline.problem !== undefined)
  const open = (event: TimelineEvent) => navigate(`/patients/${patient.id}/${event.study === undefined ? tabOf[event.lane] : `imaging/${event.study}`}`)
  const isEmpty = events?.length === 0 && signs.length === 0
  return (
    <section className="panel timeline" aria-labelledby="timeline-title">
      <div className="panel-head timeline-head">
        <h2 id="timeline-title">{t('title')}</h2>
        <div className="timeline-acts" role="group" aria-label={t('span')}>
          {(Object.keys(spans) as Span[]).map((span) => (
            <Button key={span} aria-pressed={Math.abs(view.to - view.from - spans[span]) < 1} onClick={() => setView(around(chosen ? middle : all.to - spans[span] / 2, spans[span]))}>
              {t(`span.${span}`)}
            </Button>
          ))}
          <Button aria-pressed={chosen === null} onClick={() => setView(null)}>
            {t('span.all')}
          </Button>
        </div>
        <div className="timeline-acts">
          <Button onClick={() => setView(moved(view, -0.5))}>{t('earlier')}</Button>
          <Button onClick={() => setView(moved(view, 0.5))}>{t('later')}</Button>
          <Button onClick={() => setView(zoomed(view, 0.5, middle))}>{t('nearer')}</Button>
          <Button onClick={() => setView(zoomed(view, 2, middle))}>{t('farther')}</Button>
        </div>
        <Choice label={t('as')} hideLabel value={as} options={[{ value: 'chart', label: t('as.chart') }, { value: 'table', label: t('as.table') }]} onChoose={setAs} />
      </div>
      {timeline.problem ? <ProblemNotice problem={timeline.problem} onAgain={timeline.refresh} /> : null}
      {timeline.loading ? <Waiting>{common.waiting}</Waiting> : null}
      {timeline.before !== undefined && view.from < Date.parse(timeline.before) ? (
        <Notice
          title={t('older', { at: formatDayTime(timeline.before) })}
          actions={
            <Button busy={timeline.busy} onClick={() => void timeline.readOlder()}>
              {t('older.show')}
            </Button>
          }
        />
      ) : null}
      {timeline.isCut ? <p className="faint small">{t('cut')}</p> : null}
      {isEmpty ? <Empty title={t('empty')}>{t('empty.text')}</Empty> : null}
      {events && !isEmpty ? (
        as === 'chart' ? (
          <Picture patient={patient.id} signs={signs} events={events} view={view} onView={setView} onAll={() => setView(null)} onOpen={open} />
        ) : (
          <EventTable signs={signs} events={events} view={view} onOpen={open} />
        )
      ) : null}
    </section>
  )
}
