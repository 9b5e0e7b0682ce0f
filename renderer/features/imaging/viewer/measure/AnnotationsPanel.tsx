import { useState } from 'react'
import type { AnnotationEntry } from '../../../../../shared/contract'
import { clinic } from '../../../../client'
import { Button, Empty, formatWhen, Notice, ProblemNotice, type Refusal } from '../../../../components'
import type { PaneContext } from '../parts'
import { HistoryDialog } from './HistoryDialog'
import { calibrationWords, kindWords, linesOf, nameOf } from './lines'
import { useChosen, withoutUnit } from './unsaved'
import { isOn, useAnnotations } from './useAnnotations'
import { useKeyImage } from './useKeyImage'
import { useMeaning } from './useMeaning'
import { m } from './words'
import './measure.css'

interface Props {
  readonly pane: PaneContext
  readonly onClose: () => void
}

interface Removed {
  readonly patient: string
  readonly study: string
  readonly entry: AnnotationEntry
}

/** Everything that is measured and marked on a study: who, when, and what can be done with it. */
export const AnnotationsPanel = ({ pane, onClose }: Props) => {
  const annotations = useAnnotations(pane)
  const { saved, maySave, problem, refresh } = annotations
  const keyImage = useKeyImage(pane, annotations)
  const { meaning, problem: unread } = useMeaning(pane, true)
  const [refused, setRefused] = useState<Refusal>()
  const about = { patient: pane.patient.id, study: pane.study.id }
  /** What was removed last, and from where: another study may be chosen by now. */
  const [gone, setGone] = useState<Removed>()
  const here = saved.filter((each) => isOn(pane, each.place))
  const others = saved.filter((each) => !isOn(pane, each.place))
  const did = (answer: { readonly ok: true } | { readonly ok: false; readonly problem: Refusal }): boolean => {
    setRefused(answer.ok ? undefined : answer.problem)
    refresh()
    return answer.ok
  }
  const remove = async (entry: AnnotationEntry) => {
    const answer = await clinic.removeAnnotation({ ...about, annotation: entry.id, version: entry.version })
    if (did(answer) && answer.ok) setGone({ ...about, entry: answer.value })
  }
  const putBack = async ({ entry: { id, version, drawing }, ...from }: Removed) => {
    const { points, values } = drawing
    const answer = await clinic.changeAnnotation({ ...from, annotation: id, version, points: points.map(([x, y]) => [x, y]), ...(values && { values: withoutUnit(values) }) })
    if (did(answer)) setGone(undefined)
  }
  const relabel = async ({ id, version }: AnnotationEntry, label: string) => did(await clinic.changeAnnotation({ ...about, annotation: id, version, label }))

  const list = (title: string, entries: readonly AnnotationEntry[]) =>
    entries.length === 0 ? null : (
      <section aria-label={title}>
        <h3>{title}</h3>
        <ul className="measure-list">
          {entries.map((entry) => (
            <Entry key={entry.id} pane={pane} entry={entry} mayChange={maySave} onRemove={remove} onRelabel={relabel} />
          ))}
        </ul>
      </section>
    )
  return (
    <div className="measure-panel">
      <div className="measure-acts">
        <h2>{m('panel')}</h2>
        <span className="spread" />
        <Button kind="quiet" onClick={onClose}>
          {m('panel.close')}
        </Button>
      </div>
      {unread ? <ProblemNotice problem={unread} /> : <p className="faint">{meaning ? calibrationWords(meaning.calibration) : m('calibration.loading')}</p>}
      {meaning?.values.kind === 'none' ? <p className="faint">{m('value.no-values')}</p> : null}
      {maySave ? (
        <Button keys="K" aria-pressed={keyImage.marked !== undefined} disabled={pane.shown === undefined} onClick={() => void keyImage.toggle()}>
          {m('key-image')}
        </Button>
      ) : (
        <p>{m('panel.mayNot')}</p>
      )}
      {keyImage.problem ? <ProblemNotice problem={keyImage.problem} /> : null}
      {problem ? <ProblemNotice problem={problem} onAgain={refresh} /> : null}
      {refused ? <ProblemNotice problem={refused} /> : null}
      {gone ? (
        <Notice role="status" title={m('panel.removed', { what: nameOf(gone.entry) })} actions={<Button onClick={() => void putBack(gone)}>{m('panel.undo')}</Button>} />
      ) : null}
      {saved.length === 0 && !problem ? <Empty title={m('panel.empty')}>{m('panel.empty.text')}</Empty> : null}
      {list(m('panel.here'), here)}
      {list(m('panel.others'), others)}
    </div>
  )
}

interface EntryProps {
  readonly pane: PaneContext
  readonly entry: AnnotationEntry
  readonly mayChange: boolean
  readonly onRemove: (entry: AnnotationEntry) => Promise<void>
  readonly onRelabel: (entry: AnnotationEntry, label: string) => Promise<boolean>
}

const Entry = ({ pane, entry, mayChange, onRemove, onRelabel }: EntryProps) => {
  const [chosen, choose] = useChosen()
  const [typed, setTyped] = useState<string>()
  const [history, setHistory] = useState(false)
  const { places } = pane
  const at = places.findIndex((place) => isOn({ place }, entry.place))
  const place = places[at]
  const what = nameOf(entry)
  const when = formatWhen(entry.createdAt)
  const show = () => {
    pane.go(at)
    choose(entry.id)
  }
  return (
    <li className="measure-entry" data-chosen={chosen === entry.id}>
      <strong>{kindWords(entry.kind)}</strong>
      {linesOf(entry.kind, entry.drawing.measured, entry.drawing.values, entry.label).map((line, index) => (
        <span key={index}>{line}</span>
      ))}
      <span className="faint">
        {place === undefined ? m('panel.elsewhere') : m('panel.image', { number: at + 1 })}
        {' · '}
        {m('panel.by', { name: entry.createdBy === '' ? m('panel.unknown') : entry.createdBy, when, station: entry.station })}
        {entry.versions > 1 ? ` · ${m('panel.changed', { when: formatWhen(entry.changedAt) })}` : ''}
      </span>
      {typed === undefined ? null : (
        <label>
          <span className="field-label">{m('panel.label')}</span>
          <input
            className="input"
            value={typed}
            maxLength={200}
            autoFocus
            onChange={({ target }) => setTyped(target.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter') return
              event.preventDefault()
              void onRelabel(entry, typed).then((ok) => ok && setTyped(undefined))
            }}
          />
        </label>
      )}
      <div className="measure-acts">
        {place === undefined ? null : (
          <Button onClick={show} aria-label={`${m('panel.go')}: ${what}`}>
            {m('panel.go')}
          </Button>
        )}
        {!mayChange ? null : typed === undefined ? (
          <Button onClick={() => setTyped(entry.label)} aria-label={`${m('panel.label.edit')}: ${what}`}>
            {m('panel.label.edit')}
          </Button>
        ) : (
          <Button kind="main" onClick={() => void onRelabel(entry, typed).then((ok) => ok && setTyped(undefined))}>
            {m('panel.label.save')}
          </Button>
        )}
        {mayChange ? (
          <Button onClick={() => void onRemove(entry)} aria-label={`${m('panel.remove')}: ${what}`}>
            {m('panel.remove')}
          </Button>
        ) : null}
        <Button kind="quiet" onClick={() => setHistory(true)} aria-label={`${m('panel.history')}: ${what}`}>
          {m('panel.history')}
        </Button>
      </div>
      {history ? <HistoryDialog patient={pane.patient.id} study={pane.study.id} entry={entry} onClose={() => setHistory(false)} /> : null}
    </li>
  )
}
