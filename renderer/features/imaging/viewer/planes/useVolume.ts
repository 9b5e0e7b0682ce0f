import { useEffect, useState } from 'react'
import type { PaneContext } from '../parts'
import { buildVolume, type NoPlanes, type Volume } from './volume'

/** How far the planes of a series are. */
export type Planes =
  | { readonly state: 'loading'; readonly loaded: number; readonly all: number }
  | { readonly state: 'refused'; readonly why: NoPlanes | 'too-large' | 'not-loaded' }
  | { readonly state: 'ready'; readonly volume: Volume }

/** What is held in memory beside the pictures on the glass. */
const largestBytes = 700 * 1024 * 1024

/** Loads every picture of a series, one after the other, and puts them together. */
export const useVolume = ({ series, places, view }: PaneContext): Planes => {
  const [planes, setPlanes] = useState<Planes>({ state: 'loading', loaded: 0, all: places.length })
  useEffect(() => {
    if (!view) return
    let gone = false
    const { rows = 0, columns = 0 } = series.instances[0] ?? {}
    if (places.length * rows * columns * 2 > largestBytes) {
      setPlanes({ state: 'refused', why: 'too-large' })
      return
    }
    setPlanes({ state: 'loading', loaded: 0, all: places.length })
    const load = async () => {
      const { loadSlices } = await import('../engine')
      const slices = await loadSlices(view, places, (loaded) => {
        if (!gone && loaded % 8 === 0) setPlanes({ state: 'loading', loaded, all: places.length })
        return !gone
      })
      if (gone) return
      const volume = slices && buildVolume(slices)
      if (!volume) setPlanes({ state: 'refused', why: 'not-loaded' })
      else setPlanes(typeof volume === 'string' ? { state: 'refused', why: volume } : { state: 'ready', volume })
    }
    load().catch(() => {
      if (!gone) setPlanes({ state: 'refused', why: 'not-loaded' })
    })
    return () => {
      gone = true
    }
  }, [series, places, view])
  return planes
}
