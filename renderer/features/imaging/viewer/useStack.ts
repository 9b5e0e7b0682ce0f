import { useCallback, useEffect, useRef, useState, type RefObject } from 'react'
import type { Picture, Shown, StackView } from './engine'

/** The stack in an element of the page, as a screen sees it. */
export interface Stack {
  /** What is on the glass; undefined until the first picture is. */
  readonly shown: Shown | undefined
  /** Index of a picture that could not be shown. */
  readonly failed: number | undefined
  /** The viewer itself could not be started. */
  readonly broken: boolean
  /** Does something with the view once it stands. */
  readonly act: (act: (view: StackView) => void) => void
}

/** Keeps a stack of pictures in the element while the component stands; loads the viewer when it is needed first. */
export const useStack = (element: RefObject<HTMLDivElement | null>, pictures: readonly Picture[], first: number): Stack => {
  const [shown, setShown] = useState<Shown>()
  const [failed, setFailed] = useState<number>()
  const [broken, setBroken] = useState(false)
  const view = useRef<StackView | undefined>(undefined)

  useEffect(() => {
    const box = element.current
    if (!box || pictures.length === 0) return
    let gone = false
    const open = async () => {
      const { openStackView } = await import('./engine')
      if (gone) return
      const opened = await openStackView(box, pictures, first, {
        shown: (now) => {
          setShown(now)
          setFailed(undefined)
        },
        failed: (index) => setFailed(index),
      })
      if (gone) opened.close()
      else view.current = opened
    }
    open().catch(() => {
      if (!gone) setBroken(true)
    })
    const watch = new ResizeObserver(() => view.current?.resize())
    watch.observe(box)
    return () => {
      gone = true
      watch.disconnect()
      view.current?.close()
      view.current = undefined
    }
  }, [element, pictures, first])

  const act = useCallback((act: (view: StackView) => void) => {
    if (view.current) act(view.current)
  }, [])
  return { shown, failed, broken, act }
}
