import { useEffect, useRef, type RefObject } from 'react'

/** Pixels of the glass for one step of a stack that is turned by dragging. */
const pixelsAStep = 8
/** A sideways stroke this long, with the hand that turns, goes to the next series. */
const strokePixels = 90

/** What fingers and the left button do where no tool of Cornerstone's has them. */
export interface PointerActs {
  /** Dragging turns the stack. */
  readonly turns: boolean
  /** Pressing shows a lens. */
  readonly magnifies: boolean
  readonly step: (by: number) => void
  /** 1: the stroke went to the left, as when a page is turned on. */
  readonly stroke: (towards: 1 | -1) => void
  readonly zoom: (factor: number, about: readonly [x: number, y: number]) => void
  readonly pan: (x: number, y: number) => void
  readonly lens: (about: readonly [x: number, y: number] | undefined) => void
}

interface Finger {
  x: number
  y: number
}

const middleOf = (a: Finger, b: Finger): readonly [number, number] => [(a.x + b.x) / 2, (a.y + b.y) / 2]
const apart = (a: Finger, b: Finger): number => Math.max(1, Math.hypot(a.x - b.x, a.y - b.y))

/**
 * Follows fingers and the left button over an element: two fingers zoom and move whatever the hand is; one finger or
 * the left button turns the stack, strokes to another series, or holds the lens, when the hand says so.
 */
export const usePointer = (element: RefObject<HTMLElement | null>, acts: PointerActs): void => {
  const latest = useRef(acts)
  latest.current = acts
  useEffect(() => {
    const box = element.current
    if (!box) return
    const fingers = new Map<number, Finger>()
    let turned = 0
    let across = 0
    let steps = 0
    const on = (event: PointerEvent): Finger => {
      const { left, top } = box.getBoundingClientRect()
      return { x: event.clientX - left, y: event.clientY - top }
    }
    const down = (event: PointerEvent) => {
      if (event.button !== 0) return
      fingers.set(event.pointerId, on(event))
      turned = across = steps = 0
      if (fingers.size === 1 && latest.current.magnifies) {
        const { x, y } = on(event)
        latest.current.lens([x, y])
      } else if (fingers.size === 2) latest.current.lens(undefined)
    }
    const move = (event: PointerEvent) => {
      const before = fingers.get(event.pointerId)
      if (!before) return
      const now = on(event)
      const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1]
      fingers.set(event.pointerId, now)
      if (other) {
        const [from, to] = [middleOf(before, other), middleOf(now, other)]
        latest.current.zoom(apart(now, other) / apart(before, other), to)
        latest.current.pan(to[0] - from[0], to[1] - from[1])
        return
      }
      if (latest.current.magnifies) latest.current.lens([now.x, now.y])
      if (!latest.current.turns) return
      turned += now.y - before.y
      across += now.x - before.x
      const by = Math.trunc(turned / pixelsAStep)
      if (by === 0) return
      turned -= by * pixelsAStep
      steps += Math.abs(by)
      latest.current.step(by)
    }
    const up = (event: PointerEvent) => {
      if (!fingers.delete(event.pointerId)) return
      latest.current.lens(undefined)
      if (latest.current.turns && event.type === 'pointerup' && fingers.size === 0 && Math.abs(across) > strokePixels && steps < 3) latest.current.stroke(across < 0 ? 1 : -1)
    }
    box.addEventListener('pointerdown', down)
    window.addEventListener('pointermove', move)
    window.addEventListener('pointerup', up)
    window.addEventListener('pointercancel', up)
    return () => {
      box.removeEventListener('pointerdown', down)
      window.removeEventListener('pointermove', move)
      window.removeEventListener('pointerup', up)
      window.removeEventListener('pointercancel', up)
    }
  }, [element])
}
