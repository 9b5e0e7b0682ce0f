import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import type { SeriesEntry, StudyEntry } from '../../../../shared/contract'
import { Button, Choice, Notice, useKeys, Waiting } from '../../../components'
import { nameOfStudy, t, whenOf, inFileWords } from '../words'
import type { Hand } from './engine'
import { orientationMarks } from './orientation'
import { placesOf, type Place } from './places'
import { presetsOf, type Window } from './presets'
import { useStack } from './useStack'
import { useWheelSteps } from './useWheelSteps'

interface Props {
  /** Chart patient as the banner names them: repeated on the picture. */
  readonly patientWords: string
  /** Whether what the files say of the patient stands beside it. */
  readonly showInFile: boolean
  readonly study: StudyEntry
  readonly series: SeriesEntry
  /** The place at which it opens; absent: where it is best begun. */
  readonly start: number | undefined
  readonly onPlace: (place: number) => void
}

const hands: readonly Hand[] = ['window', 'pan', 'zoom']
const round = (value: number): number => Math.round(value * 10) / 10

/** A stack that is ordered in space opens in its middle, where there is most to see; a cine at its beginning. */
const firstPlace = (places: readonly Place[]): number =>
  places.filter(({ location }) => location !== undefined).length > 8 ? Math.floor(places.length / 2) : 0

/** Arrows on a control of the toolbar move that control, not the stack. */
const keepArrows = (event: KeyboardEvent): void => {
  if (/^(Arrow|Page|Home|End)/.test(event.key)) event.stopPropagation()
}

/** One series: the picture, what is written on it, and what moves it. Stands anew for each series. */
export const Stage = ({ patientWords, showInFile, study, series, start, onPlace }: Props) => {
  const box = useRef<HTMLDivElement>(null)
  const stage = useRef<HTMLDivElement>(null)
  const { places, pictures } = useMemo(() => placesOf(series), [series])
  const [at, setAt] = useState(() => start ?? firstPlace(places))
  const [hand, setHand] = useState<Hand>('window')
  const place = places[at]
  const picture = place?.picture
  const { shown, failed, broken, act } = useStack(box, pictures, picture)
  const presets = presetsOf(series.modality)
  useEffect(() => {
    onPlace(at)
  }, [at, onPlace])

  const go = (to: number) => setAt(Math.min(places.length - 1, Math.max(0, to)))
  const step = (by: number) => setAt((now) => Math.min(places.length - 1, Math.max(0, now + by)))
  /** Letters are keys of the viewer again once a control has been let go. */
  const backToStage = () => setTimeout(() => stage.current?.focus({ preventScroll: true }))
  const choose = (next: Hand) => {
    setHand(next)
    act((view) => view.useHand(next))
  }
  const setWindow = (window: Window) => act((view) => view.setWindow(window))
  const reset = () => act((view) => view.reset())
  const invert = () => act((view) => view.toggleInvert())
  useWheelSteps(stage, step)
  useKeys(t('keys'), [
    { keys: 'ArrowDown', does: t('keys.next'), run: () => step(1) },
    { keys: 'ArrowUp', does: t('keys.previous'), run: () => step(-1) },
    { keys: 'PageDown', does: t('keys.forward'), run: () => step(10) },
    { keys: 'PageUp', does: t('keys.backward'), run: () => step(-10) },
    { keys: 'Home', does: t('keys.first'), run: () => go(0) },
    { keys: 'End', does: t('keys.last'), run: () => go(places.length - 1) },
    { keys: 'W', does: t('viewer.hand.window'), run: () => choose('window') },
    { keys: 'M', does: t('viewer.hand.pan'), run: () => choose('pan') },
    { keys: 'Z', does: t('viewer.hand.zoom'), run: () => choose('zoom') },
    { keys: '=', does: t('keys.zoomIn'), run: () => act((view) => view.zoomBy(1.25)) },
    { keys: '-', does: t('keys.zoomOut'), run: () => act((view) => view.zoomBy(0.8)) },
    { keys: 'I', does: t('viewer.invert'), run: invert },
    { keys: 'R', does: t('viewer.reset'), run: reset },
    ...presets.map((preset) => ({ keys: preset.key, does: preset.name, run: () => setWindow(preset) })),
  ])

  const visible = place?.cannotShow === undefined && failed !== picture
  // What is written on the picture is of the picture on the glass, which lags behind the slider while it loads.
  const glass = visible && shown !== undefined ? places.findIndex((each) => each.picture === shown.index) : -1
  const onGlass = places[glass]
  const said = onGlass ?? place
  const marks = onGlass ? orientationMarks(shown?.orientation) : undefined
  const current = presets.find(({ centre, width }) => shown?.window !== undefined && Math.abs(shown.window.centre - centre) < 1 && Math.abs(shown.window.width - width) < 1)
  const seriesName = series.description !== '' ? series.description : t('viewer.series.noName')
  const glassData = onGlass
    ? {
        'data-rendered': onGlass.sopInstanceUid,
        'data-frame': onGlass.frame ?? 1,
        'data-slice': glass + 1,
        ...(shown?.window && { 'data-wc': round(shown.window.centre), 'data-ww': round(shown.window.width) }),
      }
    : {}
  return (
    <div className="viewer-work">
      <div className="viewer-tools" role="toolbar" aria-label={t('viewer')} onKeyDown={keepArrows}>
        <div onPointerUp={backToStage}>
          <Choice label={t('viewer.hand')} value={hand} onChoose={choose} options={hands.map((value) => ({ value, label: t(`viewer.hand.${value}`) }))} />
        </div>
        {presets.length > 0 ? (
          <label className="viewer-preset">
            <span className="field-label">{t('viewer.presets')}</span>
            <select
              className="input"
              value={current?.key ?? ''}
              onChange={({ target }) => {
                const preset = presets.find(({ key }) => key === target.value)
                if (preset) setWindow(preset)
                else reset()
              }}
            >
              <option value="">{t('viewer.preset.own')}</option>
              <option value="file">{t('viewer.preset.file')}</option>
              {presets.map(({ key, name }) => (
                <option key={key} value={key}>
                  {key} · {name}
                </option>
              ))}
            </select>
          </label>
        ) : null}
        <Button onClick={invert} keys="I">
          {t('viewer.invert')}
        </Button>
        <Button onClick={reset} keys="R">
          {t('viewer.reset')}
        </Button>
      </div>
      <div className="viewer-stage" ref={stage} tabIndex={0} role="group" aria-label={t('viewer')} onPointerDown={backToStage} data-viewer={visible ? 'picture' : 'message'} {...glassData}>
        <div
          className="viewer-glass"
          ref={box}
          role="img"
          aria-label={t('viewer.picture', { series: seriesName, number: (onGlass ? glass : at) + 1, count: places.length })}
          style={{ visibility: visible ? 'visible' : 'hidden' }}
          onContextMenu={(event) => event.preventDefault()}
        />
        {visible && !onGlass && !broken ? <div className="viewer-message"><Waiting>{t('viewer.loading')}</Waiting></div> : null}
        {place?.cannotShow ? (
          <div className="viewer-message" data-cannot-show={place.cannotShow}>
            <Notice tone="abnormal" title={t(`cannotShow.${place.cannotShow}`)}>
              <p>{t('cannotShow.text')}</p>
            </Notice>
          </div>
        ) : null}
        {place?.cannotShow === undefined && failed === picture && failed !== undefined ? (
          <div className="viewer-message">
            <Notice tone="critical" role="alert" title={t('viewer.failed')}>
              <p>{t('viewer.failed.text')}</p>
            </Notice>
          </div>
        ) : null}
        {broken ? (
          <div className="viewer-message">
            <Notice tone="critical" role="alert" title={t('viewer.noEngine')}>
              <p>{t('viewer.noEngine.text')}</p>
            </Notice>
          </div>
        ) : null}
        <div className="viewer-corner" data-corner="top-left">
          <span>{patientWords}</span>
          {showInFile ? <span>{t('viewer.inFile', { words: inFileWords(study) })}</span> : null}
        </div>
        <div className="viewer-corner" data-corner="top-right">
          <span>{nameOfStudy(study)}</span>
          <span>{whenOf(study.started)}</span>
        </div>
        <div className="viewer-corner" data-corner="bottom-left">
          <span>
            {series.modality} {series.number ?? ''} {seriesName}
          </span>
          <span>
            {t('viewer.slice', { number: (onGlass ? glass : at) + 1, count: places.length })}
            {said?.frame !== undefined ? ` · ${t('viewer.frame', { number: said.frame })}` : ''}
            {said?.location !== undefined ? ` · ${t('viewer.location', { mm: round(said.location).toFixed(1) })}` : ''}
          </span>
          {onGlass && glass !== at ? <span>{t('viewer.slice.loading', { number: at + 1 })}</span> : null}
        </div>
        <div className="viewer-corner" data-corner="bottom-right">
          {onGlass && shown?.window ? <span>{t('viewer.window', { width: round(shown.window.width), centre: round(shown.window.centre) })}</span> : null}
          {onGlass && shown ? <span>{t('viewer.zoom', { percent: Math.round(shown.zoom * 100) })}</span> : null}
        </div>
        {marks
          ? (['top', 'right', 'bottom', 'left'] as const).map((edge) => (
              <span key={edge} className="viewer-mark" data-edge={edge}>
                {marks[edge]}
              </span>
            ))
          : null}
        {onGlass && !marks ? (
          <span className="viewer-mark" data-edge="bottom">
            {t('viewer.noMarks')}
          </span>
        ) : null}
      </div>
      {places.length > 1 ? (
        <input
          className="viewer-slider"
          type="range"
          min={1}
          max={places.length}
          value={at + 1}
          aria-label={t('viewer.slider')}
          aria-valuetext={t('viewer.slice', { number: at + 1, count: places.length })}
          onChange={({ target }) => go(Number(target.value) - 1)}
          onPointerUp={backToStage}
        />
      ) : null}
    </div>
  )
}
