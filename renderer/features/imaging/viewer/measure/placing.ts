import type { Point } from '../../../../../shared/standards/dicom/calibration'
import type { Placing } from '../engine'

/** A point of the glass, in CSS pixels from its upper left corner. */
export type GlassPoint = readonly [x: number, y: number]

/** Where a point of the picture is on the glass. Points count from the middle of the first pixel, a placing from its corner. */
export const toGlass = ([a, b, c, d, e, f]: Placing, [x, y]: Point): GlassPoint => [a * (x + 0.5) + c * (y + 0.5) + e, b * (x + 0.5) + d * (y + 0.5) + f]

/** The point of the picture that is under a point of the glass; undefined while the picture has no size. */
export const toPicture = ([a, b, c, d, e, f]: Placing, [x, y]: GlassPoint): Point | undefined => {
  const size = a * d - b * c
  if (size === 0 || !Number.isFinite(size)) return undefined
  return [(d * (x - e) - c * (y - f)) / size - 0.5, (a * (y - f) - b * (x - e)) / size - 0.5]
}

/** The nearest point that lies on the picture: nothing is measured beside it. */
export const onto = ([x, y]: Point, columns: number, rows: number): Point => [Math.min(columns - 0.5, Math.max(-0.5, x)), Math.min(rows - 0.5, Math.max(-0.5, y))]
