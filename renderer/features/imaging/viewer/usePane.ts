import { useCallback, useEffect, useMemo, useState, type RefObject } from 'react'
import type { SeriesEntry } from '../../../../shared/contract'
import type { Shown, StackView } from './engine'
import { firstPlace, placesOf, type Place } from './places'
import { useStack } from './useStack'

/** A stack on a picture area. */
export interface PaneStack {
  readonly places: readonly Place[]
  /** The place asked for. */
  readonly wanted: number
  /** The place on the glass, which lags behind while pictures load; undefined while nothing is on it. */
  readonly glass: number | undefined
  readonly shown: Shown | undefined
  readonly view: StackView | undefined
  /** The picture asked for could not be loaded. */
  readonly failed: boolean
  /** The viewer could not be started. */
  readonly broken: boolean
  readonly go: (place: number) => void
  readonly step: (by: number) => void
}

/** Keeps a series in an element, and the wanted place of it on the glass. */
export const usePane = (box: RefObject<HTMLDivElement | null>, series: SeriesEntry, start: number | undefined): PaneStack => {
  const { places, pictures } = useMemo(() => placesOf(series), [series])
  const [wanted, setWanted] = useState(() => Math.min(start ?? firstPlace(places), places.length - 1))
  const picture = places[wanted]?.picture
  const { shown, failed, broken, view } = useStack(box, pictures, picture)
  const visible = picture !== undefined && failed !== picture
  const found = visible && shown !== undefined ? places.findIndex((place) => place.picture === shown.index) : -1
  const glass = found >= 0 ? found : undefined
  const last = places.length - 1
  const go = useCallback((place: number) => setWanted(Math.min(last, Math.max(0, place))), [last])
  const step = useCallback((by: number) => setWanted((now) => Math.min(last, Math.max(0, now + by))), [last])
  useEffect(() => {
    if (wanted > last) setWanted(Math.max(0, last))
  }, [wanted, last])
  return { places, wanted, glass, shown: glass === undefined ? undefined : shown, view, failed: picture !== undefined && failed === picture, broken, go, step }
}
