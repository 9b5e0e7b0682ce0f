import { createContext } from 'react'
import type { SeriesEntry } from '../../../../shared/contract'
import { placesOf } from './places'

/** Where an image stands. */
export interface ImagePlace {
  readonly series: string
  /** Index among the places of the series. */
  readonly place: number
}

/** Opens images that something else in the viewer points at. */
export interface ImageOpener {
  /** The series of the study that is open. */
  readonly series: readonly SeriesEntry[]
  /** Lays the series beside what points at it, or turns to the place where it stands already. */
  readonly show: (image: ImagePlace) => void
}

/** Without the viewer around it nothing can be opened. */
export const ImageOpenerContext = createContext<ImageOpener>({ series: [], show: () => undefined })

/** Where an instance stands, at the first of these frames; undefined when the study has no such picture here. */
export const findImage = (series: readonly SeriesEntry[], sopInstanceUid: string, frames: readonly number[]): ImagePlace | undefined => {
  for (const each of series) {
    if (!each.instances.some((instance) => instance.sopInstanceUid === sopInstanceUid)) continue
    const { places } = placesOf(each)
    const place = places.findIndex((one) => one.sopInstanceUid === sopInstanceUid && (one.frame === undefined || frames.length === 0 || frames.includes(one.frame)))
    if (place >= 0) return { series: each.seriesInstanceUid, place }
  }
  return undefined
}
