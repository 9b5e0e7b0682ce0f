import { useEffect, type RefObject } from 'react'
import type { StackView } from '../engine'

/** Pixels of the glass that double the zoom, or halve it. */
const doublingPixels = 150

/** While a surface over the picture has the left button, the middle one still moves the picture and the right one still zooms it. */
export const useOtherButtons = (surface: RefObject<SVGSVGElement | null>, view: StackView | undefined): void => {
  useEffect(() => {
    const box = surface.current
    if (!box || !view) return
    let held: { readonly button: number; x: number; y: number } | undefined
    const down = (event: PointerEvent): void => {
      if (event.button !== 1 && event.button !== 2) return
      event.preventDefault()
      held = { button: event.button, x: event.clientX, y: event.clientY }
    }
    const move = (event: PointerEvent): void => {
      if (!held) return
      const [x, y] = [event.clientX - held.x, event.clientY - held.y]
      if (held.button === 1) view.panBy(x, y)
      else view.zoomBy(2 ** (y / doublingPixels))
      held = { button: held.button, x: event.clientX, y: event.clientY }
    }
    const up = (): void => {
      held = undefined
    }
    const noMenu = (event: Event): void => event.preventDefault()
    box.addEventListener('pointerdown', down)
    box.addEventListener('contextmenu', noMenu)
    window.addEventListener('pointermove', move)
    window.addEventListener('pointerup', up)
    return () => {
      box.removeEventListener('pointerdown', down)
      box.removeEventListener('contextmenu', noMenu)
      window.removeEventListener('pointermove', move)
      window.removeEventListener('pointerup', up)
    }
  }, [surface, view])
}
