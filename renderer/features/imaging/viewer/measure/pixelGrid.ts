import type { PixelGrid, ValueScale } from '../../../../../shared/standards/dicom/calibration'

/** Of a decoded picture of Cornerstone's, what this needs. */
interface DecodedPicture {
  readonly columns: number
  readonly rows: number
  readonly color?: boolean
  readonly preScale?: {
    readonly scaled?: boolean
    readonly scalingParameters?: { readonly rescaleSlope?: number; readonly rescaleIntercept?: number; readonly suvbw?: number }
  }
  getPixelData(): ArrayLike<number>
}

const isClose = (one: number, other: number): boolean => Math.abs(one - other) <= 1e-6 * Math.max(1, Math.abs(other))

/**
 * The values of a decoded picture, as rescaled. What the decoder has already rescaled counts only where it did so by the very numbers
 * that the stored file says; undefined where it did not, and for colours.
 */
export const gridOf = (picture: DecodedPicture, { kind, slope, intercept }: ValueScale): PixelGrid | undefined => {
  const { columns, rows, color, preScale } = picture
  if (kind === 'none' || color === true) return undefined
  const pixels = picture.getPixelData()
  if (pixels.length !== columns * rows) return undefined
  if (preScale?.scaled !== true) return { columns, rows, at: (column, row) => (pixels[row * columns + column] ?? 0) * slope + intercept }
  const { rescaleSlope = NaN, rescaleIntercept = NaN, suvbw } = preScale.scalingParameters ?? {}
  if (suvbw !== undefined || !isClose(rescaleSlope, slope) || !isClose(rescaleIntercept, intercept)) return undefined
  return { columns, rows, at: (column, row) => pixels[row * columns + column] ?? 0 }
}

/** The values of a picture that has been loaded; Cornerstone is there already when one is on the glass. */
export const readGrid = async (imageId: string, values: ValueScale): Promise<PixelGrid | undefined> => {
  const { cache } = await import('@cornerstonejs/core')
  const picture = cache.getImage(imageId)
  return picture && gridOf(picture as unknown as DecodedPicture, values)
}
