import { useEffect, useRef, type RefObject } from 'react'

/** One notch of a mouse wheel is 100 pixels, a touchpad sends many small ones. */
const pixelsAStep = 60

/** Turns the wheel over an element into steps of the stack, one a notch. */
export const useWheelSteps = (element: RefObject<HTMLElement | null>, step: (by: 1 | -1) => void): void => {
  const latest = useRef(step)
  latest.current = step
  useEffect(() => {
    const box = element.current
    if (!box) return
    let turned = 0
    const onWheel = (event: WheelEvent) => {
      // Ctrl and wheel is the zoom of the window.
      if (event.ctrlKey) return
      event.preventDefault()
      const pixels = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY : Math.sign(event.deltaY) * pixelsAStep
      turned = Math.sign(pixels) === Math.sign(turned) ? turned + pixels : pixels
      if (Math.abs(turned) < pixelsAStep) return
      latest.current(turned > 0 ? 1 : -1)
      turned = 0
    }
    // React listens passively, which cannot keep the page from scrolling.
    box.addEventListener('wheel', onWheel, { passive: false })
    return () => box.removeEventListener('wheel', onWheel)
  }, [element])
}
