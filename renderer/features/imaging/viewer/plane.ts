/** Where a picture lies in the patient (PS3.3 §C.7.6.2.1.1). Lengths are millimetres. */
export interface Plane {
  /** Of the first pixel: x, y, z. */
  readonly position: readonly number[]
  /** Direction cosines of the row, then of the column. */
  readonly orientation: readonly number[]
  /** Along a row, of the whole picture; absent where the spacing of its pixels is not known. */
  readonly widthMm?: number
  /** Along a column. */
  readonly heightMm?: number
  /** Frame of Reference UID: positions can be compared only within one. */
  readonly frameOfReference?: string
}

/** A point or a direction in the patient. */
export type Vector = readonly [x: number, y: number, z: number]

const at = (values: readonly number[], from: number): Vector => [values[from] ?? 0, values[from + 1] ?? 0, values[from + 2] ?? 0]

export const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
export const cross = (a: Vector, b: Vector): Vector => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
export const minus = (a: Vector, b: Vector): Vector => [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
/** `a` and `length` times `direction`. */
export const along = (a: Vector, direction: Vector, length: number): Vector => [a[0] + direction[0] * length, a[1] + direction[1] * length, a[2] + direction[2] * length]

/** Direction of the rows of a picture. */
export const rowOf = ({ orientation }: Pick<Plane, 'orientation'>): Vector => at(orientation, 0)
/** Direction of its columns. */
export const columnOf = ({ orientation }: Pick<Plane, 'orientation'>): Vector => at(orientation, 3)
/** Direction in which the slices of a stack follow one another. */
export const normalOf = (plane: Pick<Plane, 'orientation'>): Vector => cross(rowOf(plane), columnOf(plane))
/** The first pixel. */
export const cornerOf = ({ position }: Pick<Plane, 'position'>): Vector => at(position, 0)

/** Millimetres of a picture along a normal. */
export const heightAlong = (plane: Pick<Plane, 'position'>, normal: Vector): number => dot(cornerOf(plane), normal)

/**
 * The line in which another picture's plane cuts this one, from edge to edge of this one.
 *
 * @returns its two ends in the patient; undefined when the planes are parallel (within 10°), do not meet inside both
 * pictures, or cannot be compared (another frame of reference, unknown size)
 */
export const referenceLine = (on: Plane, of: Plane): readonly [Vector, Vector] | undefined => {
  if (on.frameOfReference === undefined || on.frameOfReference !== of.frameOfReference) return undefined
  if (on.widthMm === undefined || on.heightMm === undefined || of.widthMm === undefined || of.heightMm === undefined) return undefined
  const normal = normalOf(of)
  if (Math.abs(dot(normalOf(on), normal)) > 0.985) return undefined
  const cut = crossRectangle({ ...on, widthMm: on.widthMm, heightMm: on.heightMm }, cornerOf(of), normal)
  if (!cut) return undefined
  const reaches = (point: Vector): boolean => {
    const from = minus(point, cornerOf(of))
    const [x, y] = [dot(from, rowOf(of)), dot(from, columnOf(of))]
    return x >= 0 && x <= (of.widthMm ?? 0) && y >= 0 && y <= (of.heightMm ?? 0)
  }
  const inside = Array.from({ length: 33 }, (_, index) => along(cut[0], minus(cut[1], cut[0]), index / 32)).some(reaches)
  return inside ? cut : undefined
}

/** Where a plane enters and leaves a rectangle. */
const crossRectangle = (rectangle: Required<Pick<Plane, 'position' | 'orientation' | 'widthMm' | 'heightMm'>>, point: Vector, normal: Vector): readonly [Vector, Vector] | undefined => {
  const corner = cornerOf(rectangle)
  const right = along(corner, rowOf(rectangle), rectangle.widthMm)
  const down = along(corner, columnOf(rectangle), rectangle.heightMm)
  const far = along(right, columnOf(rectangle), rectangle.heightMm)
  const corners = [corner, right, far, down] as const
  const met: Vector[] = []
  for (let index = 0; index < 4; index++) {
    const from = corners[index] ?? corner
    const to = corners[(index + 1) % 4] ?? corner
    const [before, after] = [dot(minus(from, point), normal), dot(minus(to, point), normal)]
    if (before === after || before * after > 0) continue
    const meeting = along(from, minus(to, from), before / (before - after))
    if (!met.some((other) => Math.hypot(...minus(other, meeting)) < 1e-6)) met.push(meeting)
  }
  const [first, second] = met
  return first && second ? [first, second] : undefined
}
