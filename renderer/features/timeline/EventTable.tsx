import { useState } from 'react'
import type { TimelineEvent, TimelineSign } from '../../../shared/contract'
import { Button } from '../../components'
import { unitOf, valueOf, vitalName } from '../language'
import { eventWords, momentWords, t } from './words'
import { placeBefore, type View } from './view'

const pageOf = 100

interface Props {
  readonly signs: readonly TimelineSign[]
  readonly events: readonly TimelineEvent[]
  readonly view: View
  readonly onOpen: (event: TimelineEvent) => void
}

/** What is in view as a table: the timeline for whoever does not see it. */
export const EventTable = ({ signs, events, view, onOpen }: Props) => {
  const [shown, setShown] = useState(pageOf)
  const values = signs.flatMap(({ code, at, value }) => {
    const [begin, end] = [placeBefore(at, view.from - 1) + 1, placeBefore(at, view.to) + 1]
    return at.slice(begin, end).map((when, place) => ({ at: when, code, value: value[begin + place]! }))
  })
  const things = events.filter(({ at }) => at >= view.from && at <= view.to)
  const rows = [...values, ...things].sort((one, other) => other.at - one.at)
  return (
    <div className="timeline-table">
      <table className="table">
        <caption>{t('table')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('column.at')}</th>
            <th scope="col">{t('column.lane')}</th>
            <th scope="col">{t('column.what')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, shown).map((row, place) =>
            'code' in row ? (
              <tr key={`${row.code}-${row.at}-${place}`}>
                <td>{momentWords(row.at)}</td>
                <td>{vitalName(row.code)}</td>
                <td>{t('at.value', { value: valueOf(row.code, row.value), unit: unitOf(row.code) })}</td>
              </tr>
            ) : (
              <tr key={row.id}>
                <td>{momentWords(row.at)}</td>
                <td>{t(`lane.${row.lane}`)}</td>
                <td>
                  <button type="button" className="timeline-open" dir="auto" onClick={() => onOpen(row)}>
                    {eventWords(row)}
                  </button>
                </td>
              </tr>
            ),
          )}
        </tbody>
      </table>
      {rows.length === 0 ? <p className="faint">{t('none.in.view')}</p> : null}
      {rows.length > shown ? <Button onClick={() => setShown(shown + pageOf)}>{t('more', { count: Math.min(pageOf, rows.length - shown) })}</Button> : null}
    </div>
  )
}
