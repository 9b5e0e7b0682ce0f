import { memo, type KeyboardEvent } from 'react'
import { Button, useLanguage } from '../../../components'
import { t } from '../words'
import { rates } from './cine'
import { markingHands, viewingHands } from './hands'
import { Menu } from './Menu'
import type { PaneState } from './Pane'
import { round } from './PaneText'
import type { ViewerHand } from './parts'
import { presetsOf, type Preset } from './presets'
import { v } from './words'

/** What the toolbar and the keys do with the picture that is active. */
export interface ViewActs {
  readonly preset: (preset: Preset) => void
  readonly invert: () => void
  readonly reset: () => void
  readonly turn: (degrees: 90 | -90) => void
  readonly flip: (which: 'sides' | 'upsideDown') => void
}

interface Props {
  /** Modality of the active picture; undefined where there is none, and of colours, which have no window. */
  readonly windowsOf: string | undefined
  /** Key of the preset that the picture has now. */
  readonly preset: string | undefined
  readonly inverted: boolean
  readonly acts: ViewActs
  readonly hand: ViewerHand
  readonly onHand: (hand: ViewerHand) => void
  /** Whether there is anything to play. */
  readonly plays: boolean
  readonly playing: boolean
  /** Images a second; the file's own where it has one. */
  readonly rate: number
  readonly fileRate: number | undefined
  readonly onPlay: () => void
  readonly onRate: (rate: number) => void
  readonly lettered: boolean
  readonly onLetters: () => void
}

/** Arrows on a control of the toolbar move that control, not the stack. */
const keepArrows = (event: KeyboardEvent): void => {
  if (/^(Arrow|Page|Home|End)/.test(event.key)) event.stopPropagation()
}

/** The preset that the picture has now. */
export const presetOnGlass = (pane: PaneState | undefined, presets: readonly Preset[]): Preset | undefined => {
  const window = pane?.shown?.window
  const windows = windowsOf(pane)
  return window && presets.find((preset) => {
    const wanted = preset.window(windows)
    return wanted !== undefined && Math.abs(window.centre - wanted.centre) < 1 && Math.abs(window.width - wanted.width) < 1
  })
}

/** Windows that presets may be made from. */
export const windowsOf = (pane: PaneState | undefined) => {
  const picture = pane?.place?.picture
  return {
    file: picture === undefined ? undefined : pane?.view?.fileWindow(picture),
    whole: picture === undefined ? undefined : pane?.view?.wholeWindow(picture),
  }
}

/** Every tool of the viewer, for the picture that is active; what it does by key is written on it. */
export const Toolbar = memo(function Toolbar({ windowsOf: modality, preset, inverted, acts, hand, onHand, plays, playing, rate, fileRate, onPlay, onRate, lettered, onLetters }: Props) {
  useLanguage()
  const presets = modality === undefined ? [] : presetsOf(modality)
  const marking = markingHands.find(({ id }) => id === hand.id)
  return (
    <div className="viewer-tools" role="toolbar" aria-label={v('tools')} onKeyDown={keepArrows}>
      <div className="viewer-hands" role="group" aria-label={v('hands')}>
        {viewingHands.map((each) => (
          <Button key={each.id} aria-pressed={each.id === hand.id} keys={each.keys} onClick={() => onHand(each)}>
            {each.label}
          </Button>
        ))}
      </div>
      {markingHands.length > 0 ? (
        <Menu
          label={marking?.label ?? v('mark')}
          items={markingHands.map((each) => ({ id: each.id, label: each.label, keys: each.keys, pressed: each.id === hand.id, run: () => onHand(each) }))}
        />
      ) : null}
      {presets.length > 0 ? (
        <select
          className="input viewer-preset"
          aria-label={t('viewer.presets')}
          value={preset ?? ''}
          onChange={({ target }) => {
            const chosen = presets.find(({ key }) => key === target.value)
            if (chosen) acts.preset(chosen)
          }}
        >
          <option value="">{t('viewer.preset.own')}</option>
          {presets.map(({ key, name }) => (
            <option key={key} value={key}>
              {key} · {name}
            </option>
          ))}
        </select>
      ) : null}
      <Menu
        label={v('view')}
        items={[
          { id: 'right', label: v('place.right'), keys: 'T', run: () => acts.turn(90) },
          { id: 'left', label: v('place.left'), keys: 'Y', run: () => acts.turn(-90) },
          { id: 'sides', label: v('place.sides'), keys: 'H', run: () => acts.flip('sides') },
          { id: 'upsideDown', label: v('place.upsideDown'), keys: 'V', run: () => acts.flip('upsideDown') },
          { id: 'invert', label: t('viewer.invert'), keys: 'I', pressed: inverted, run: acts.invert },
          { id: 'letters', label: v('overlays'), keys: 'O', pressed: lettered, run: onLetters },
        ]}
      />
      {plays ? (
        <div className="viewer-cine">
          <Button onClick={onPlay} keys="C" aria-pressed={playing}>
            {playing ? v('cine.pause') : v('cine.play')}
          </Button>
          <select className="input" aria-label={v('cine.rate')} value={String(round(rate))} onChange={({ target }) => onRate(Number(target.value))}>
            {[...new Set([...rates, round(rate), ...(fileRate === undefined ? [] : [round(fileRate)])])]
              .sort((a, b) => a - b)
              .map((each) => (
                <option key={each} value={String(each)}>
                  {fileRate !== undefined && each === round(fileRate) ? v('cine.rate.file', { rate: each }) : each}
                </option>
              ))}
          </select>
        </div>
      ) : null}
      <Button onClick={acts.reset} keys="R">
        {t('viewer.reset')}
      </Button>
    </div>
  )
})
