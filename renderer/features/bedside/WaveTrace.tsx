import { useEffect, useRef } from 'react'
import { Sweep } from './sweep'

/** The trace of one wave, for whoever hears its samples. */
export interface Trace {
  add(samples: readonly number[], perSecond: number): void
}

interface Props {
  readonly label: string
  readonly trace: (trace: Trace | null) => void
}

/** The gap ahead of the trace, and its line, in pixels of the screen. */
const gap = 14
const lineWidth = 1.8
/** Nothing moves for people whose system asks for that: the trace is drawn once a second. */
const stillMs = 1_000

/**
 * A wave as monitors draw it. Only what is new is drawn, a few strokes in each frame, so that it keeps up without a graphics card.
 * Colours come from the style sheet.
 */
export const WaveTrace = ({ label, trace }: Props) => {
  const canvas = useRef<HTMLCanvasElement>(null)
  const hand = useRef(trace)
  useEffect(() => {
    const box = canvas.current
    const pen = box?.getContext('2d')
    if (!box || !pen) return
    const sweep = new Sweep()
    /** Where the trace ended in the frame before, in pixels. */
    let drawnTo = 0
    const fit = () => {
      const ratio = window.devicePixelRatio || 1
      box.width = Math.max(1, Math.round(box.clientWidth * ratio))
      box.height = Math.max(1, Math.round(box.clientHeight * ratio))
      pen.lineWidth = lineWidth * ratio
      pen.lineJoin = 'round'
      pen.strokeStyle = getComputedStyle(box).color
      sweep.clear()
      drawnTo = 0
    }
    fit()
    const watch = new ResizeObserver(fit)
    watch.observe(box)
    let frame = 0
    let drawnAt = 0
    const isStill = window.matchMedia('(prefers-reduced-motion: reduce)').matches
    const draw = (now: number) => {
      frame = requestAnimationFrame(draw)
      if (isStill && now - drawnAt < stillMs) return
      drawnAt = now
      const strokes = sweep.advance(now)
      if (strokes.length === 0) return
      const { width, height } = box
      const ahead = (gap * width) / Math.max(1, box.clientWidth)
      const blank = (from: number, to: number) => pen.clearRect(from, 0, to - from, height)
      const end = sweep.head * width
      if (end >= drawnTo) blank(drawnTo + 1, end + ahead)
      else {
        blank(drawnTo + 1, width)
        blank(0, end + ahead)
      }
      drawnTo = end
      const inset = pen.lineWidth
      pen.beginPath()
      for (const { from, to } of strokes) {
        pen.moveTo(from.x * width, inset + from.y * (height - 2 * inset))
        pen.lineTo(to.x * width, inset + to.y * (height - 2 * inset))
      }
      pen.stroke()
    }
    frame = requestAnimationFrame(draw)
    const tell = hand.current
    tell({ add: (samples, perSecond) => sweep.add(samples, perSecond) })
    return () => {
      cancelAnimationFrame(frame)
      watch.disconnect()
      tell(null)
    }
  }, [])
  return <canvas ref={canvas} className="wave" role="img" aria-label={label} />
}
