import { useEffect, useRef, useState, type RefObject } from 'react'
import type { Picture, Shown, StackView } from './engine'

/** The stack in an element of the page, as a screen sees it. */
export interface Stack {
  /** What is on the glass; undefined until the first picture is. */
  readonly shown: Shown | undefined
  /** Index of a picture that could not be shown. */
  readonly failed: number | undefined
  /** The viewer itself could not be started. */
  readonly broken: boolean
  /** Undefined until it stands. */
  readonly view: StackView | undefined
}

/**
 * Keeps a stack of pictures in the element while the component stands, and the wanted one of them on the glass; loads
 * the viewer when it is needed first. `wanted` is undefined where there is no picture to show.
 */
export const useStack = (element: RefObject<HTMLDivElement | null>, pictures: readonly Picture[], wanted: number | undefined): Stack => {
  const [shown, setShown] = useState<Shown>()
  const [failed, setFailed] = useState<number>()
  const [broken, setBroken] = useState(false)
  const [view, setView] = useState<StackView>()
  const latest = useRef(wanted)
  latest.current = wanted
  /** An element holds one stack at a time: the next is opened when the one before is closed. */
  const before = useRef(Promise.resolve())

  useEffect(() => {
    const box = element.current
    if (!box || pictures.length === 0) return
    let gone = false
    let opened: StackView | undefined
    const open = async () => {
      const { openStackView } = await import('./engine')
      if (gone) return
      const stack = await openStackView(box, pictures, latest.current ?? 0, {
        shown: (now) => {
          if (gone) return
          setShown(now)
          // The picture before may be drawn again while the one asked for has failed.
          setFailed((index) => (index === now.index ? undefined : index))
        },
        failed: (index) => {
          if (!gone) setFailed(index)
        },
      })
      if (gone) {
        stack.close()
        return
      }
      opened = stack
      setView(stack)
      // It may have been turned while the viewer was loading.
      if (latest.current !== undefined) void stack.show(latest.current)
    }
    before.current = before.current.then(open).catch(() => {
      if (!gone) setBroken(true)
    })
    const watch = new ResizeObserver(() => opened?.resize())
    watch.observe(box)
    return () => {
      gone = true
      watch.disconnect()
      opened?.close()
      // Indexes of these pictures say nothing of the next ones.
      setView(undefined)
      setShown(undefined)
      setFailed(undefined)
    }
  }, [element, pictures])

  useEffect(() => {
    if (wanted !== undefined) void view?.show(wanted)
  }, [view, wanted])

  return { shown, failed, broken, view }
}
