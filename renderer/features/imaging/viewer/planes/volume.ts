import { columnOf, cornerOf, cross, dot, minus, normalOf, rowOf, type Plane, type Vector } from '../plane'

/** A decoded picture of a stack. */
export interface Slice {
  /** Index of its place in the stack. */
  readonly place: number
  readonly plane: Plane | undefined
  readonly rows: number
  readonly columns: number
  /** Stored values, row by row; values of the modality are `value * slope + intercept`. */
  readonly values: ArrayLike<number>
  readonly slope: number
  readonly intercept: number
  readonly colour: boolean
}

/**
 * Why no planes can be made. `too-few`: fewer than eight pictures. `colour`: colours are not reconstructed.
 * `no-position`: a picture does not say where it lies, or how large its pixels are. `sizes-differ`, `not-parallel`: the
 * pictures are not of one stack. `tilted`: the stack is slanted (a tilted gantry). `uneven`: a picture is missing, or
 * they do not follow at one distance.
 */
export type NoPlanes = 'too-few' | 'colour' | 'no-position' | 'sizes-differ' | 'not-parallel' | 'tilted' | 'uneven'

/** Slices of one stack at one distance, in order along its normal. */
export interface Volume {
  readonly slices: readonly Slice[]
  readonly rows: number
  readonly columns: number
  /** Millimetres from a column to the next, from a row to the next, from a slice to the next. */
  readonly spacing: readonly [column: number, row: number, slice: number]
  readonly row: Vector
  readonly column: Vector
  readonly normal: Vector
}

const fewest = 8
/** Distances may differ by so much of the distance: positions are written with few digits. */
const tolerance = 0.05

/** Puts the pictures of a stack together, or says why that cannot be done without guessing. */
export const buildVolume = (pictures: readonly Slice[]): Volume | NoPlanes => {
  if (pictures.length < fewest) return 'too-few'
  if (pictures.some(({ colour }) => colour)) return 'colour'
  const [first] = pictures
  const plane = first?.plane
  if (!first || !plane || pictures.some(({ plane: other }) => other?.widthMm === undefined || other.heightMm === undefined)) return 'no-position'
  if (pictures.some(({ rows, columns, plane: other }) => rows !== first.rows || columns !== first.columns || other?.widthMm !== plane.widthMm || other?.heightMm !== plane.heightMm)) return 'sizes-differ'
  if (pictures.some(({ plane: other }) => !other || dot(rowOf(other), rowOf(plane)) < 0.9995 || dot(columnOf(other), columnOf(plane)) < 0.9995 || other.frameOfReference !== plane.frameOfReference)) return 'not-parallel'
  const normal = normalOf(plane)
  const height = ({ plane: other }: Slice): number => (other ? dot(cornerOf(other), normal) : 0)
  const slices = [...pictures].sort((a, b) => height(a) - height(b))
  const [lowest, highest] = [slices[0] ?? first, slices[slices.length - 1] ?? first]
  const distance = (height(highest) - height(lowest)) / (slices.length - 1)
  if (!(distance > 0)) return 'uneven'
  const corner = lowest.plane ? cornerOf(lowest.plane) : cornerOf(plane)
  for (const [index, slice] of slices.entries()) {
    if (!slice.plane) return 'no-position'
    if (Math.abs(height(slice) - height(lowest) - index * distance) > distance * tolerance) return 'uneven'
    const moved = minus(cornerOf(slice.plane), corner)
    const aside = Math.hypot(dot(moved, rowOf(plane)), dot(moved, columnOf(plane)))
    if (aside > 0.5) return 'tilted'
  }
  return {
    slices,
    rows: first.rows,
    columns: first.columns,
    spacing: [(plane.widthMm ?? 0) / first.columns, (plane.heightMm ?? 0) / first.rows, distance],
    row: rowOf(plane),
    column: columnOf(plane),
    normal,
  }
}

/** Which way a stack is cut: along its rows (one row of every slice), or along its columns. */
export type Cut = 'rows' | 'columns'

/** How a cut is laid on the screen. */
export interface Layout {
  /** Direction in the patient to the right and down. */
  readonly right: Vector
  readonly down: Vector
  /** The first column, or row, of the stack lies on the right. */
  readonly mirrored: boolean
  /** The first slice lies at the bottom. */
  readonly upsideDown: boolean
  readonly widthMm: number
  readonly heightMm: number
}

const back = ([x, y, z]: Vector): Vector => [-x, -y, -z]
/** The largest part of a direction, and whether it points to the patient's left, back or feet: the way pictures are laid. */
const asLaid = ([x, y, z]: Vector): boolean => {
  const largest = Math.max(Math.abs(x), Math.abs(y), Math.abs(z))
  return largest === Math.abs(x) ? x > 0 : largest === Math.abs(y) ? y > 0 : z < 0
}

/** Lays a cut as pictures are laid: head or front on top, the patient's right or front on the left. */
export const layoutOf = ({ row, column, normal, spacing, rows, columns, slices }: Volume, cut: Cut): Layout => {
  const across = cut === 'rows' ? row : column
  const mirrored = !asLaid(across)
  const upsideDown = !asLaid(normal)
  return {
    right: mirrored ? back(across) : across,
    down: upsideDown ? back(normal) : normal,
    mirrored,
    upsideDown,
    widthMm: cut === 'rows' ? columns * spacing[0] : rows * spacing[1],
    heightMm: slices.length * spacing[2],
  }
}

/** How a plane is called: by the axis of the patient that it stands across. */
export const nameOfPlane = (right: Vector, down: Vector): 'axial' | 'coronal' | 'sagittal' => {
  const [x, y, z] = cross(right, down).map(Math.abs) as [number, number, number]
  return z >= x && z >= y ? 'axial' : y >= x ? 'coronal' : 'sagittal'
}

/** A cut in values of the modality. */
export interface CutPicture {
  readonly width: number
  readonly height: number
  readonly values: Float32Array
}

/** No cut is drawn finer. */
const finest = 1024

/**
 * Cuts a stack at one of its rows or columns. Between slices values are interpolated linearly; across, they are those of
 * the pictures. Pixels of the cut are as wide as those of the pictures, and square as far as {@link finest} allows.
 */
export const cutVolume = (volume: Volume, cut: Cut, at: number): CutPicture => {
  const { slices, rows, columns, spacing } = volume
  const { mirrored, upsideDown, heightMm } = layoutOf(volume, cut)
  const width = cut === 'rows' ? columns : rows
  const height = Math.max(slices.length, Math.min(finest, Math.round(heightMm / (cut === 'rows' ? spacing[0] : spacing[1]))))
  const values = new Float32Array(width * height)
  const start = cut === 'rows' ? at * columns : at
  const step = cut === 'rows' ? 1 : columns
  for (let y = 0; y < height; y++) {
    // The middle of the first and of the last slice lie half a slice inside the edges.
    const place = Math.min(slices.length - 1, Math.max(0, ((upsideDown ? height - 1 - y : y) + 0.5) * (slices.length / height) - 0.5))
    const below = slices[Math.floor(place)]
    const above = slices[Math.ceil(place)]
    if (!below || !above) continue
    const part = place - Math.floor(place)
    for (let x = 0; x < width; x++) {
      const index = start + (mirrored ? width - 1 - x : x) * step
      const low = (below.values[index] ?? 0) * below.slope + below.intercept
      const high = (above.values[index] ?? 0) * above.slope + above.intercept
      values[y * width + x] = low + (high - low) * part
    }
  }
  return { width, height, values }
}

/** Greys of a cut at a window (PS3.3 §C.11.2.1.2.1), as RGBA. */
export const greysOf = ({ values }: CutPicture, window: { readonly centre: number; readonly width: number }, invert: boolean): Uint8ClampedArray<ArrayBuffer> => {
  const pixels = new Uint8ClampedArray(values.length * 4)
  const span = Math.max(1, window.width - 1)
  for (const [index, value] of values.entries()) {
    const grey = ((value - (window.centre - 0.5)) / span + 0.5) * 255
    pixels.fill(invert ? 255 - Math.min(255, Math.max(0, grey)) : grey, index * 4, index * 4 + 3)
    pixels[index * 4 + 3] = 255
  }
  return pixels
}
