import { memo, Suspense, useEffect, useMemo, useRef, useState } from 'react'
import type { SeriesEntry, StudyEntry } from '../../../../shared/contract'
import { useLanguage, Waiting } from '../../../components'
import { filesNameAnother, t } from '../words'
import { documentViews } from './documentViews'
import { viewerOverlays } from './overlays'
import { PaneMessage } from './PaneMessage'
import { PaneCorners, PaneMarks, round } from './PaneText'
import type { PaneContext, ViewerHand, ViewerPatient } from './parts'
import { ReferenceLine } from './ReferenceLine'
import { usePane, type PaneStack } from './usePane'
import { usePointer } from './usePointer'
import { useWheelSteps } from './useWheelSteps'
import { v } from './words'

/** A picture area as its surroundings drive it. */
export interface PaneState extends PaneContext, Pick<PaneStack, 'wanted' | 'step'> {}

interface Props {
  /** From 0. */
  readonly index: number
  readonly patient: ViewerPatient
  readonly study: StudyEntry
  readonly series: SeriesEntry
  /** The place at which it opens; absent: where it is best begun. */
  readonly start: number | undefined
  readonly active: boolean
  readonly hand: ViewerHand
  /** Overlays and text stand on the picture. */
  readonly lettered: boolean
  /** Images a second, while it plays. */
  readonly playing: number | undefined
  readonly onState: (index: number, state: PaneState | undefined) => void
  readonly onActive: (index: number) => void
  /** A person turned the stack by so much, or to a place. */
  readonly onTurn: (index: number, turn: { readonly by: number } | { readonly to: number }) => void
  /** A stroke to the next or the previous series. */
  readonly onStroke: (index: number, towards: 1 | -1) => void
}

/** One series on the glass: the picture, what is written on it, and what moves it. Stands anew for each series. */
export const Pane = memo(function Pane({ index, patient, study, series, start, active, hand, lettered, playing, onState, onActive, onTurn, onStroke }: Props) {
  useLanguage()
  const stage = useRef<HTMLDivElement>(null)
  const box = useRef<HTMLDivElement>(null)
  const lens = useRef<HTMLDivElement>(null)
  const { places, wanted, glass, shown, view, failed, broken, go, step } = usePane(box, series, start)
  const [lensAt, setLensAt] = useState<readonly [number, number]>()
  const at = glass ?? wanted
  const place = places[at]
  const pane = useMemo<PaneState>(
    () => ({ patient, study, series, places, at, place, shown, view, active, hand: hand.id, go, wanted, step }),
    [patient, study, series, places, at, place, shown, view, active, hand.id, go, wanted, step],
  )
  useEffect(() => {
    onState(index, pane)
  }, [index, pane, onState])
  useEffect(() => () => onState(index, undefined), [index, onState])
  useEffect(() => {
    view?.useTool(hand.tool)
  }, [view, hand])

  const turn = (by: number) => onTurn(index, { by })
  useWheelSteps(stage, turn)
  usePointer(stage, {
    turns: hand.id === 'scroll',
    magnifies: hand.id === 'magnify' && shown !== undefined,
    step: turn,
    stroke: (towards) => onStroke(index, towards),
    zoom: (factor, about) => view?.zoomBy(factor, about),
    pan: (x, y) => view?.panBy(x, y),
    lens: setLensAt,
  })
  const onGlass = shown?.index
  useEffect(() => {
    if (lens.current) view?.magnify(lens.current, lensAt)
  }, [view, lensAt, onGlass])

  const document = place?.cannotShow === undefined ? undefined : documentViews.find(({ shows }) => shows(place, series))
  const visible = places[wanted]?.cannotShow === undefined && !failed
  const seriesName = series.description !== '' ? series.description : t('viewer.series.noName')
  const glassData = shown
    ? {
        'data-rendered': place?.sopInstanceUid,
        'data-frame': place?.frame ?? 1,
        'data-slice': at + 1,
        ...(shown.window && { 'data-wc': round(shown.window.centre), 'data-ww': round(shown.window.width) }),
      }
    : {}
  return (
    <div className="viewer-pane" data-active={active}>
      <div
        className="viewer-stage"
        ref={stage}
        tabIndex={0}
        role="group"
        aria-label={v('pane', { number: index + 1 })}
        aria-current={active}
        onFocus={() => onActive(index)}
        onPointerDown={() => {
          onActive(index)
          stage.current?.focus({ preventScroll: true })
        }}
        data-viewer={visible ? 'picture' : 'message'}
        {...glassData}
      >
        <div
          className="viewer-glass"
          ref={box}
          role="img"
          aria-label={t('viewer.picture', { series: seriesName, number: at + 1, count: places.length })}
          style={{ visibility: visible ? 'visible' : 'hidden' }}
          onContextMenu={(event) => event.preventDefault()}
        />
        {lettered && shown ? viewerOverlays.map(({ id, Overlay }) => <Overlay key={id} pane={pane} />) : null}
        {lettered && shown && !active ? <ReferenceLine pane={pane} /> : null}
        {document ? (
          <div className="viewer-document">
            <Suspense fallback={<Waiting>{t('viewer.loading')}</Waiting>}>
              <document.View pane={pane} />
            </Suspense>
          </div>
        ) : (
          <PaneMessage place={places[wanted]} broken={broken} failed={failed} waiting={visible && !shown} />
        )}
        {/* Who and when always stand: a picture without a name is a picture of anybody. */}
        {document ? null : <PaneCorners pane={pane} wanted={wanted} showInFile={filesNameAnother(study, patient.family)} playing={playing} study={study} />}
        {lettered ? <PaneMarks pane={pane} /> : null}
        <div
          className="viewer-lens"
          ref={lens}
          role="img"
          aria-label={v('lens')}
          hidden={!lensAt}
          style={lensAt ? { left: lensAt[0], top: lensAt[1] } : undefined}
        />
      </div>
      {places.length > 1 ? (
        <input
          className="viewer-slider"
          type="range"
          min={1}
          max={places.length}
          value={wanted + 1}
          aria-label={t('viewer.slider')}
          aria-valuetext={t('viewer.slice', { number: wanted + 1, count: places.length })}
          onFocus={() => onActive(index)}
          onChange={({ target }) => onTurn(index, { to: Number(target.value) - 1 })}
          onPointerUp={() => setTimeout(() => stage.current?.focus({ preventScroll: true }))}
        />
      ) : null}
    </div>
  )
})
