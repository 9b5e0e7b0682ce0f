import { scaleTime } from 'd3-scale'
import { useEffect, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react'
import { timelineLanes, type TimelineEvent, type TimelineSign } from '../../../shared/contract'
import type { VitalCode } from '../../../shared/records/observation/vitals'
import { useAnswer } from '../../client'
import { unitOf, valueOf, vitalName } from '../language'
import { drawLanes, laneHeight, scaleOf, type Curve, type Lane } from './draw'
import { clustersOf } from './thin'
import { day, moved, placeBefore, type View, zoomed } from './view'
import { eventWords, momentWords, t } from './words'

interface Props {
  readonly patient: string
  readonly signs: readonly TimelineSign[]
  /** The newest first. */
  readonly events: readonly TimelineEvent[]
  readonly view: View
  readonly onView: (view: View) => void
  readonly onAll: () => void
  readonly onOpen: (event: TimelineEvent) => void
}

/** A finger needs this much of the glass. */
const touch = 44
/** Where nobody has measured the glass yet. */
const guessedWidth = 900

/** Signs that share a lane. */
const together: readonly (readonly VitalCode[])[] = [['bp-systolic', 'bp-diastolic']]

const lanesOf = (signs: readonly TimelineSign[]): readonly Lane[] => {
  const curves = signs.map(({ code, at, value }): Curve => {
    // Letters have no height: they are read at the line.
    const places = value.flatMap((each, place) => (typeof each === 'number' ? [place] : []))
    return { code, at: places.map((place) => at[place]!), value: places.map((place) => Number(valueOf(code, value[place]!))) }
  })
  const drawn = curves.filter(({ at }) => at.length > 0)
  const shared = together.map((codes) => drawn.filter(({ code }) => codes.includes(code))).filter((each) => each.length > 0)
  const alone = drawn.filter(({ code }) => !together.some((codes) => codes.includes(code))).map((curve) => [curve])
  return [...shared, ...alone].map((each) => ({ curves: each }))
}

/** The lanes on one axis, with one line that reads all of them. */
export const Picture = ({ patient, signs, events, view, onView, onAll, onOpen }: Props) => {
  const plot = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const [width, setWidth] = useState(guessedWidth)
  const [cursor, setCursor] = useState<number | null>(null)
  const { value: thumbnails } = useAnswer('studyThumbnails', { patient }, { skip: !events.some(({ study }) => study !== undefined) })
  const lanes = useMemo(() => lanesOf(signs), [signs])
  const moments = useMemo(() => [...new Set([...signs.flatMap(({ at }) => at), ...events.map(({ at }) => at)])].sort((one, other) => one - other), [signs, events])
  const oldestFirst = useMemo(() => [...events].reverse(), [events])
  const at = cursor ?? Math.min(view.to, moments.at(-1) ?? view.to)
  const ticks = useMemo(() => scaleTime().domain([view.from, view.to]).ticks(Math.max(2, Math.floor(width / 130))).map(Number), [view, width])
  const xOf = (when: number): number => ((when - view.from) / (view.to - view.from)) * width

  useLayoutEffect(() => {
    const measure = () => setWidth(plot.current?.clientWidth || guessedWidth)
    measure()
    const watch = new ResizeObserver(measure)
    if (plot.current) watch.observe(plot.current)
    return () => watch.disconnect()
  }, [])

  useLayoutEffect(() => {
    const glass = canvas.current
    const pen = glass?.getContext('2d')
    if (!glass || !pen) return
    const dense = window.devicePixelRatio || 1
    glass.width = Math.round(width * dense)
    glass.height = Math.round(lanes.length * laneHeight * dense)
    pen.setTransform(dense, 0, 0, dense, 0, 0)
    const style = getComputedStyle(glass)
    drawLanes(pen, lanes, view, width, ticks, { line: style.getPropertyValue('--accent') || 'currentColor', grid: style.getPropertyValue('--line') || 'currentColor' })
  }, [lanes, view, width, ticks])

  const latest = useRef({ view, onView, width })
  useLayoutEffect(() => {
    latest.current = { view, onView, width }
  })
  // By hand, for React listens to the wheel without the right to keep the page from scrolling.
  useEffect(() => {
    const element = plot.current
    if (!element) return
    const onWheel = (event: WheelEvent) => {
      event.preventDefault()
      const now = latest.current
      const box = element.getBoundingClientRect()
      const share = (event.clientX - box.left) / now.width
      const sideways = event.shiftKey ? event.deltaY : event.deltaX
      if (sideways !== 0) now.onView(moved(now.view, sideways / 1_000))
      else now.onView(zoomed(now.view, Math.exp(event.deltaY / 400), now.view.from + share * (now.view.to - now.view.from)))
    }
    element.addEventListener('wheel', onWheel, { passive: false })
    return () => element.removeEventListener('wheel', onWheel)
  }, [])

  /** Fingers (or the mouse) on the glass, by where they are now. */
  const fingers = useRef(new Map<number, number>())
  const whereOf = (event: PointerEvent): number => event.clientX - (plot.current?.getBoundingClientRect().left ?? 0)
  const onPointerDown = (event: PointerEvent) => {
    fingers.current.set(event.pointerId, whereOf(event))
    if (fingers.current.size === 1) setCursor(view.from + (whereOf(event) / width) * (view.to - view.from))
  }
  const onPointerMove = (event: PointerEvent) => {
    const before = fingers.current.get(event.pointerId)
    if (before === undefined) return
    const now = whereOf(event)
    const [other] = [...fingers.current].filter(([id]) => id !== event.pointerId).map(([, x]) => x)
    fingers.current.set(event.pointerId, now)
    if (other === undefined) onView(moved(view, (before - now) / width))
    else onView(zoomed(view, Math.abs(before - other) / Math.max(8, Math.abs(now - other)), view.from + (other / width) * (view.to - view.from)))
  }
  const onPointerEnd = (event: PointerEvent) => void fingers.current.delete(event.pointerId)

  const stepTo = (next: number | undefined) => {
    if (next === undefined) return
    setCursor(next)
    if (next < view.from || next > view.to) onView({ from: next - (view.to - view.from) / 2, to: next + (view.to - view.from) / 2 })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.altKey) return
    const place = placeBefore(moments, at)
    const acts: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => (event.shiftKey ? onView(moved(view, -0.2)) : stepTo(moments[moments[place] === at ? place - 1 : place])),
      ArrowRight: () => (event.shiftKey ? onView(moved(view, 0.2)) : stepTo(moments[place + 1])),
      '+': () => onView(zoomed(view, 0.5, at)),
      '=': () => onView(zoomed(view, 0.5, at)),
      '-': () => onView(zoomed(view, 2, at)),
      Home: onAll,
      Enter: () => {
        const here = events.find((each) => each.at === at)
        if (here) onOpen(here)
      },
    }
    const act = acts[event.key]
    if (!act) return
    event.preventDefault()
    act()
  }

  return (
    <>
      <div className="timeline-picture">
        <ul className="timeline-names" aria-hidden="true">
          {lanes.map(({ curves }) => {
            const scale = scaleOf(curves, view, width)
            return (
              <li key={curves[0]!.code} style={{ blockSize: laneHeight }}>
                <span>{curves.length > 1 ? t('lane.pressure') : vitalName(curves[0]!.code)}</span>
                <span className="faint small range">{scale ? `${scale.least}–${scale.most} ${unitOf(curves[0]!.code)}` : ''}</span>
              </li>
            )
          })}
          {timelineLanes.map((lane) => (
            <li key={lane} data-lane={lane}>
              {t(`lane.${lane}`)}
            </li>
          ))}
          <li data-lane="drug">{t('lane.drug')}</li>
        </ul>
        {/* One axis for all: time runs from left to right in every script. */}
        <div
          className="timeline-plot"
          dir="ltr"
          ref={plot}
          tabIndex={0}
          role="group"
          aria-label={t('picture', { from: momentWords(view.from), to: momentWords(view.to) })}
          aria-describedby="timeline-keys"
          onKeyDown={onKeyDown}
          onPointerDown={onPointerDown}
          onPointerMove={onPointerMove}
          onPointerUp={onPointerEnd}
          onPointerCancel={onPointerEnd}
          onPointerLeave={onPointerEnd}
        >
          <canvas ref={canvas} style={{ inlineSize: width, blockSize: lanes.length * laneHeight }} aria-hidden="true" />
          {timelineLanes.map((lane) => (
            <div key={lane} className="timeline-lane" data-lane={lane}>
              {clustersOf(oldestFirst.filter((each) => each.lane === lane), view, width, touch).map(({ x, things }) => {
                const [first] = things
                if (!first) return null
                const worst = things.find(({ severity }) => severity === 'critical') ?? things.find(({ severity }) => severity === 'abnormal')
                const picture = things.length === 1 && first.study !== undefined ? thumbnails?.[first.study] : undefined
                const last = things.at(-1)!
                return (
                  <button
                    key={first.id}
                    type="button"
                    className="timeline-event"
                    data-severity={worst?.severity}
                    style={{ insetInlineStart: x }}
                    title={things.map(eventWords).slice(0, 6).join('\n')}
                    aria-label={
                      things.length === 1
                        ? t('event', { lane: t(`lane.${lane}`), title: eventWords(first), at: momentWords(first.at) })
                        : t(worst?.severity === 'critical' ? 'events.critical' : 'events', { lane: t(`lane.${lane}`), count: things.length, from: momentWords(first.at), to: momentWords(last.at) })
                    }
                    onClick={() => {
                      if (things.length === 1 || last.at - first.at < 60_000) onOpen(worst ?? first)
                      else onView({ from: first.at - (last.at - first.at) * 0.2, to: last.at + (last.at - first.at) * 0.2 })
                    }}
                  >
                    {picture === undefined ? <span aria-hidden="true">{things.length > 1 ? `${things.length}${worst ? '!' : ''}` : worst ? '!' : '•'}</span> : <img alt="" src={`data:image/jpeg;base64,${picture}`} />}
                  </button>
                )
              })}
            </div>
          ))}
          <div className="timeline-lane faint small" data-lane="drug">
            {t('lane.drug.none')}
          </div>
          <div className="timeline-axis" aria-hidden="true">
            {ticks.map((tick) => (
              <span key={tick} style={{ insetInlineStart: xOf(tick) }}>
                {view.to - view.from > 3 * day ? momentWords(tick).slice(0, 11) : momentWords(tick)}
              </span>
            ))}
          </div>
          {at >= view.from && at <= view.to ? <div className="timeline-cursor" style={{ insetInlineStart: xOf(at) }} aria-hidden="true" /> : null}
        </div>
      </div>
      <p id="timeline-keys" className="faint small">
        {t('keys')}
      </p>
      <Reading at={at} signs={signs} oldestFirst={oldestFirst} onOpen={onOpen} />
    </>
  )
}

/** What every lane says at the line: the last of each at or before it. */
const Reading = ({ at, signs, oldestFirst, onOpen }: { readonly at: number; readonly signs: readonly TimelineSign[]; readonly oldestFirst: readonly TimelineEvent[]; readonly onOpen: (event: TimelineEvent) => void }) => (
  <div className="timeline-reading" role="status">
    <strong>{t('at', { at: momentWords(at) })}</strong>
    <dl className="facts">
      {signs.map(({ code, at: times, value }) => {
        const place = placeBefore(times, at)
        return (
          <div key={code}>
            <dt>{vitalName(code)}</dt>
            <dd>
              {place < 0 ? (
                <span className="faint">{t('at.none')}</span>
              ) : (
                <>
                  {t('at.value', { value: valueOf(code, value[place]!), unit: unitOf(code) })} <span className="faint small">{times[place] === at ? '' : momentWords(times[place]!)}</span>
                </>
              )}
            </dd>
          </div>
        )
      })}
      {timelineLanes.map((lane) => {
        const last = oldestFirst.filter((each) => each.lane === lane && each.at <= at).at(-1)
        return (
          <div key={lane}>
            <dt>{t(`lane.${lane}`)}</dt>
            <dd>
              {last ? (
                <button type="button" className="timeline-open" dir="auto" onClick={() => onOpen(last)}>
                  {eventWords(last)} <span className="faint small">{momentWords(last.at)}</span>
                </button>
              ) : (
                <span className="faint">{t('at.none')}</span>
              )}
            </dd>
          </div>
        )
      })}
    </dl>
  </div>
)
