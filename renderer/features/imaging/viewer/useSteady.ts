import { useCallback, useLayoutEffect, useRef } from 'react'

/** One function for all drawings that does what the newest one says: what it is handed to need not be drawn again. */
export const useSteady = <Args extends readonly unknown[]>(run: (...args: Args) => void): ((...args: Args) => void) => {
  const latest = useRef(run)
  useLayoutEffect(() => {
    latest.current = run
  })
  return useCallback((...args: Args) => latest.current(...args), [])
}
