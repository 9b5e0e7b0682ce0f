import { useEffect, useMemo, useState } from 'react'
import { useLatest } from '../../../components'
import { framesASecond, loopOf, rates } from './cine'
import type { PaneState } from './Pane'

/** Playing a stack. */
export interface Cine {
  /** Images a second, while it plays. */
  readonly playing: number | undefined
  /** The rate at which it plays, or would. */
  readonly rate: number
  /** The rate that the file asks for. */
  readonly fileRate: number | undefined
  readonly toggle: () => void
  readonly setRate: (rate: number | undefined) => void
  readonly faster: () => void
  readonly slower: () => void
}

/** Plays the stack of a picture area; `turn` turns it. It stops when another area or series is chosen. */
export const useCine = (pane: PaneState | undefined, turn: (to: number) => void): Cine => {
  const [playing, setPlaying] = useState<string>()
  const [chosen, setChosen] = useState<number>()
  const latest = useLatest({ pane, turn })
  const which = pane && `${pane.study.id}/${pane.series.seriesInstanceUid}`
  const on = playing !== undefined && playing === which
  const picture = pane?.place?.picture
  const view = pane?.view
  const fileRate = useMemo(() => (view && picture !== undefined ? framesASecond(view.attributes(picture)) : undefined), [view, picture])
  const rate = chosen ?? fileRate ?? 10

  useEffect(() => {
    setChosen(undefined)
    setPlaying((before) => (before === which ? before : undefined))
  }, [which])

  useEffect(() => {
    if (!on) return
    let due = performance.now() + 1000 / rate
    let frame = requestAnimationFrame(function play() {
      frame = requestAnimationFrame(play)
      const now = performance.now()
      if (now < due) return
      const { pane: stack, turn: turnTo } = latest.current
      if (!stack) return
      // A picture that is still being fetched is waited for: none is left out, and the rate shown is never a lie for long.
      if (stack.shown && stack.at !== stack.wanted) return
      due = Math.max(due + 1000 / rate, now)
      const { first, last } = loopOf(stack.places, stack.wanted)
      turnTo(stack.wanted >= last ? first : stack.wanted + 1)
    })
    return () => cancelAnimationFrame(frame)
  }, [on, rate, latest])

  const step = (by: 1 | -1) => setChosen(by > 0 ? (rates.find((each) => each > rate + 0.01) ?? rate) : ([...rates].reverse().find((each) => each < rate - 0.01) ?? rate))
  return {
    playing: on ? rate : undefined,
    rate,
    fileRate,
    toggle: () => setPlaying(on ? undefined : which),
    setRate: setChosen,
    faster: () => step(1),
    slower: () => step(-1),
  }
}
