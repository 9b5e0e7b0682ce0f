import { metaData, type imageLoader } from '@cornerstonejs/core'
import type { Plane } from '../plane'
import { onProcessor } from './start'

/** One picture of a stack: an instance, or one frame of it. */
export interface Picture {
  readonly sopInstanceUid: string
  readonly url: string
  /** From 1; absent for an instance of one frame. */
  readonly frame?: number
  /** The frame is a file of its own. */
  readonly byFrame?: true
}

/** Name of a picture in Cornerstone. */
export const imageIdOf = ({ url, frame, byFrame }: Picture): string => `wadouri:${url}${frame === undefined ? '' : byFrame ? `/${frame}` : `?frame=${frame}`}`

/**
 * Attributes of a loaded picture by their keywords (PS3.6); of a frame, with its functional groups. Empty before the
 * file has been loaded.
 */
export const attributesOf = (imageId: string): Readonly<Record<string, unknown>> => (metaData.get('instance', imageId) as Record<string, unknown> | undefined) ?? {}

interface StoredPlane {
  readonly rowCosines?: ArrayLike<number>
  readonly columnCosines?: ArrayLike<number>
  readonly imagePositionPatient?: ArrayLike<number>
  readonly rowPixelSpacing?: number
  readonly columnPixelSpacing?: number
  readonly rows?: number
  readonly columns?: number
  readonly frameOfReferenceUID?: string
  readonly usingDefaultValues?: boolean
}

/** Where a loaded picture lies in the patient; undefined when its file does not say, or has not been loaded. */
export const planeOf = (imageId: string): Plane | undefined => {
  const plane = metaData.get('imagePlaneModule', imageId) as StoredPlane | undefined
  if (!plane?.rowCosines || !plane.columnCosines || !plane.imagePositionPatient || plane.usingDefaultValues === true) return undefined
  const orientation = [...Array.from(plane.rowCosines), ...Array.from(plane.columnCosines)]
  const position = Array.from(plane.imagePositionPatient)
  const { rowPixelSpacing, columnPixelSpacing, rows, columns, frameOfReferenceUID } = plane
  if (orientation.length !== 6 || position.length !== 3 || ![...orientation, ...position].every(Number.isFinite)) return undefined
  return {
    position,
    orientation,
    ...(rowPixelSpacing !== undefined && columnPixelSpacing !== undefined && rows !== undefined && columns !== undefined && { widthMm: columns * columnPixelSpacing, heightMm: rows * rowPixelSpacing }),
    ...(frameOfReferenceUID !== undefined && frameOfReferenceUID !== '' && { frameOfReference: frameOfReferenceUID }),
  }
}

/** How a viewport itself would ask for a picture: colours with a fourth byte for the processor, without for a graphics card. */
export const asDrawn = () => ({ useRGBA: onProcessor() }) as unknown as Parameters<typeof imageLoader.loadAndCacheImage>[1]
