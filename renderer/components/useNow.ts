import { useSyncExternalStore } from 'react'

const everyMs = 10_000
let now = new Date()

const read = (): Date => {
  const at = Date.now()
  if (Math.abs(at - now.getTime()) >= everyMs) now = new Date(at)
  return now
}

const watch = (changed: () => void): (() => void) => {
  const timer = setInterval(changed, everyMs)
  return () => clearInterval(timer)
}

/** The time of this computer's clock, to about ten seconds, kept up while it is shown. */
export const useNow = (): Date => useSyncExternalStore(watch, read)
