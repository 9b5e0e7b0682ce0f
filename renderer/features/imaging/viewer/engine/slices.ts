import { imageLoader } from '@cornerstonejs/core'
import type { Place } from '../places'
import type { Slice } from '../planes/volume'
import { asDrawn } from './picture'
import type { StackView } from './stackView'

/**
 * Every picture of a stack, decoded; each kept alive by who holds it, however many others are shown.
 *
 * @param goOn told how many there are; false ends it
 * @returns undefined when one of them cannot be had, or it was ended
 */
export const loadSlices = async (view: StackView, places: readonly Place[], goOn: (loaded: number) => boolean): Promise<readonly Slice[] | undefined> => {
  const slices: Slice[] = []
  for (const [place, { picture }] of places.entries()) {
    const imageId = picture === undefined ? undefined : view.imageId(picture)
    if (picture === undefined || imageId === undefined) return undefined
    const image = await imageLoader.loadAndCacheImage(imageId, asDrawn())
    // Where the loader has already turned stored values into those of the modality, nothing is left to do.
    const scaled = image.preScale?.scaled === true
    slices.push({
      place,
      plane: view.planeOf(picture),
      rows: image.rows,
      columns: image.columns,
      values: image.voxelManager?.getScalarData() ?? image.getPixelData(),
      slope: scaled ? 1 : image.slope || 1,
      intercept: scaled ? 0 : image.intercept || 0,
      colour: image.color === true,
    })
    if (!goOn(slices.length)) return undefined
  }
  return slices
}
