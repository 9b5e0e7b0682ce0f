import { useEffect, useRef, useState, type KeyboardEvent as ReactKeyboardEvent, type PointerEvent as ReactPointerEvent } from 'react'
import type { Point, ShapeKind } from '../../../../../shared/standards/dicom/calibration'
import { useLatest } from '../../../../components'
import type { Placing } from '../engine'
import { onto, toGlass, toPicture, type GlassPoint } from './placing'
import { moveTo, press, release, type Drawn, type Sketch } from './sketch'

/** A shape whose point is being moved. */
export interface Moved {
  readonly id: string
  readonly index: number
  readonly points: readonly Point[]
}

interface Surface {
  /** Names the picture: what was begun on one does not go on on another. */
  readonly picture: string
  readonly kind: ShapeKind | undefined
  readonly placing: Placing | undefined
  readonly columns: number
  readonly rows: number
  /** Keys draw here. */
  readonly listens: boolean
  readonly onDrawn: (kind: ShapeKind, points: readonly Point[]) => void
  readonly onMoved: (moved: Moved) => void
  /** Esc with nothing begun. */
  readonly onLeave: () => void
}

/** Steps on the glass for each arrow. */
const arrows: Readonly<Record<string, GlassPoint>> = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }
/** Pixels of the picture for an arrow with Shift. */
const longStep = 10

/** The point one pixel of the picture further, in the direction of an arrow on the glass. */
const stepped = (placing: Placing, from: Point, arrow: GlassPoint, pixels: number): Point => {
  const [x, y] = toGlass(placing, from)
  const [right, down] = [Math.hypot(placing[0], placing[1]), Math.hypot(placing[2], placing[3])]
  const size = (Math.abs(arrow[0]) > 0 ? right : down) * pixels
  return toPicture(placing, [x + arrow[0] * size, y + arrow[1] * size]) ?? from
}

const isControl = (target: EventTarget | null): boolean => target instanceof Element && target.closest('button, input, select, textarea, a, dialog, [role="button"]') !== null

/** Follows pointer and keys over a picture: draws shapes of a kind, and moves points of drawn ones. */
export const useDrawing = ({ picture, kind, placing, columns, rows, listens, onDrawn, onMoved, onLeave }: Surface) => {
  const [sketch, setSketch] = useState<Sketch>()
  const [moved, setMoved] = useState<Moved>()
  /** Where the keys stand; undefined while the pointer draws. */
  const [keyCursor, setKeyCursor] = useState<Point>()
  const began = useRef<{ readonly at: GlassPoint; readonly before: Sketch | undefined }>(undefined)
  const fingers = useRef(new Set<number>())

  useEffect(() => {
    setSketch(undefined)
    setKeyCursor(undefined)
    setMoved(undefined)
    began.current = undefined
  }, [kind, picture])

  const onGlass = (event: ReactPointerEvent): GlassPoint => {
    const { left, top } = event.currentTarget.closest('svg')?.getBoundingClientRect() ?? { left: 0, top: 0 }
    return [event.clientX - left, event.clientY - top]
  }
  const pointAt = (at: GlassPoint): Point | undefined => {
    const point = placing && toPicture(placing, at)
    return point && onto(point, columns, rows)
  }
  const go = (drawn: Drawn, as: ShapeKind): void => {
    if ('sketch' in drawn) {
      setSketch(drawn.sketch)
      return
    }
    setSketch(undefined)
    setKeyCursor(undefined)
    onDrawn(as, drawn.points)
  }

  const down = (event: ReactPointerEvent): void => {
    if (event.button !== 0 || !kind) return
    fingers.current.add(event.pointerId)
    if (fingers.current.size > 1) {
      // Two fingers zoom and move: the first of them meant no point.
      setSketch(began.current?.before)
      began.current = undefined
      return
    }
    const at = onGlass(event)
    const point = pointAt(at)
    if (!point) return
    began.current = { at, before: sketch }
    setKeyCursor(undefined)
    event.currentTarget.setPointerCapture?.(event.pointerId)
    go(press(sketch, kind, point), kind)
  }
  const move = (event: ReactPointerEvent): void => {
    if (fingers.current.size > 1) return
    const point = pointAt(onGlass(event))
    if (!point) return
    if (moved) setMoved({ ...moved, points: moved.points.map((each, index) => (index === moved.index ? point : each)) })
    else if (sketch) setSketch(moveTo(sketch, point))
  }
  const up = (event: ReactPointerEvent): void => {
    const alone = fingers.current.size === 1
    fingers.current.delete(event.pointerId)
    if (moved) {
      setMoved(undefined)
      onMoved(moved)
      return
    }
    const at = onGlass(event)
    const point = pointAt(at)
    if (!sketch || !began.current || !alone || !point) return
    const [x, y] = began.current.at
    began.current = undefined
    go(release(sketch, point, Math.hypot(at[0] - x, at[1] - y)), sketch.kind)
  }
  const cancel = (event: ReactPointerEvent): void => {
    fingers.current.delete(event.pointerId)
    setMoved(undefined)
    setSketch(began.current?.before)
    began.current = undefined
  }

  /** Takes a point of a drawn shape. */
  const take = (id: string, points: readonly Point[], index: number, event: ReactPointerEvent): void => {
    if (event.button !== 0) return
    event.stopPropagation()
    fingers.current.add(event.pointerId)
    event.currentTarget.closest('svg')?.setPointerCapture?.(event.pointerId)
    setMoved({ id, index, points })
  }
  /** Arrows on a point of a drawn shape move it; it is kept with Enter, or when the point is left. */
  const nudge = (id: string, points: readonly Point[], index: number, event: ReactKeyboardEvent): void => {
    const arrow = arrows[event.key]
    const now = moved?.id === id && moved.index === index ? moved.points : points
    if (arrow && placing && now[index]) {
      event.preventDefault()
      event.stopPropagation()
      const point = onto(stepped(placing, now[index], arrow, event.shiftKey ? longStep : 1), columns, rows)
      setMoved({ id, index, points: now.map((each, place) => (place === index ? point : each)) })
    } else if (event.key === 'Enter' && moved) {
      event.preventDefault()
      setMoved(undefined)
      onMoved(moved)
    } else if (event.key === 'Escape' && moved) {
      event.preventDefault()
      event.stopPropagation()
      setMoved(undefined)
    }
  }
  const letGo = (): void => {
    if (!moved || fingers.current.size > 0) return
    setMoved(undefined)
    onMoved(moved)
  }

  const byKey = useLatest((event: KeyboardEvent): void => {
    if (!kind || !placing || isControl(event.target) || document.querySelector('dialog[open]') || document.body.hasAttribute('data-locked')) return
    const at = keyCursor
    const done = (): void => {
      event.preventDefault()
      event.stopPropagation()
    }
    if (event.key === 'Enter') {
      done()
      const middle = onto([(columns - 1) / 2, (rows - 1) / 2], columns, rows)
      if (!at) setKeyCursor(middle)
      else go(press(sketch, kind, at), kind)
    } else if (event.key === 'Escape') {
      if (!at && !sketch) {
        onLeave()
        return
      }
      done()
      setKeyCursor(undefined)
      setSketch(undefined)
    } else if (at && arrows[event.key]) {
      done()
      const point = onto(stepped(placing, at, arrows[event.key] ?? [0, 0], event.shiftKey ? longStep : 1), columns, rows)
      setKeyCursor(point)
      if (sketch) setSketch(moveTo(sketch, point))
    }
  })
  useEffect(() => {
    if (!listens) return
    const heard = (event: KeyboardEvent): void => byKey.current(event)
    window.addEventListener('keydown', heard, true)
    return () => window.removeEventListener('keydown', heard, true)
  }, [listens, byKey])

  return { sketch, moved, keyCursor, surface: { onPointerDown: down, onPointerMove: move, onPointerUp: up, onPointerCancel: cancel }, take, nudge, letGo }
}
