import type { CannotShow, SeriesEntry } from '../../../../shared/contract'
import type { Picture } from './engine'

/** One place of the slider: an instance or one frame of it, shown or not. */
export interface Place {
  readonly sopInstanceUid: string
  /** From 1; absent for an instance of one frame. */
  readonly frame?: number
  /** Millimetres along the normal, of an instance of one frame. */
  readonly location?: number
  /** Where its first pixel is, and how it lies, of an instance of one frame. */
  readonly position?: readonly number[]
  readonly orientation?: readonly number[]
  readonly cannotShow?: CannotShow
  /** Its index among the pictures that the viewer loads; absent when it cannot be shown. */
  readonly picture?: number
}

/** Every place of a series in viewing order, and the pictures among them. */
export const placesOf = ({ instances }: SeriesEntry): { readonly places: readonly Place[]; readonly pictures: readonly Picture[] } => {
  const places: Place[] = []
  const pictures: Picture[] = []
  for (const { sopInstanceUid, frames, url, byFrame, cannotShow, location, position, orientation } of instances) {
    if (cannotShow) {
      places.push({ sopInstanceUid, cannotShow })
      continue
    }
    const lies = { ...(location !== undefined && { location }), ...(position && { position }), ...(orientation && { orientation }) }
    for (let frame = 1; frame <= frames; frame++) {
      const which = frames > 1 ? { frame } : {}
      places.push({ sopInstanceUid, ...which, ...(frames === 1 && lies), picture: pictures.length })
      pictures.push({ sopInstanceUid, url, ...which, ...(byFrame && { byFrame }) })
    }
  }
  return { places, pictures }
}

/** A stack that is ordered in space opens in its middle, where there is most to see; a cine at its beginning. */
export const firstPlace = (places: readonly Place[]): number =>
  places.filter(({ location }) => location !== undefined).length > 8 ? Math.floor(places.length / 2) : 0
