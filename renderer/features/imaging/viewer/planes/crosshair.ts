import { useSyncExternalStore } from 'react'

/** Where the planes of a series are cut. */
export interface Crosshair {
  readonly series: string
  /** Row and column of the pictures, from 0. */
  readonly row: number
  readonly column: number
}

let current: Crosshair | undefined
const watchers = new Set<() => void>()

/** Moves the crosshair; `undefined` takes it away. */
export const setCrosshair = (next: Crosshair | undefined): void => {
  current = next
  for (const tell of watchers) tell()
}

const watch = (tell: () => void): (() => void) => {
  watchers.add(tell)
  return () => watchers.delete(tell)
}

/** The crosshair of a series, while its planes are shown. */
export const useCrosshair = (series: string): Crosshair | undefined => {
  const found = useSyncExternalStore(watch, () => current)
  return found?.series === series ? found : undefined
}
