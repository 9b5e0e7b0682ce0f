import { useEffect, useRef, type HTMLAttributes, type KeyboardEvent } from 'react'

/** These turn the stack elsewhere in the viewer; here they scroll, and move in a field. */
const stay = (event: KeyboardEvent): void => {
  if (/^(Arrow|Page|Home|End)/.test(event.key)) event.stopPropagation()
}

/** Something to read inside the viewer: wheel, fingers and arrow keys scroll it, and do not turn the stack that it stands in. */
export const Apart = (props: HTMLAttributes<HTMLDivElement>) => {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = box.current
    if (!element) return
    // The viewer listens without React, so React cannot stop these.
    const stop = (event: Event): void => event.stopPropagation()
    const names = ['wheel', 'pointerdown', 'pointermove', 'pointerup', 'touchstart', 'touchmove', 'mousedown', 'dblclick'] as const
    for (const name of names) element.addEventListener(name, stop, { passive: true })
    return () => {
      for (const name of names) element.removeEventListener(name, stop)
    }
  }, [])
  return <div {...props} ref={box} onKeyDown={stay} />
}
