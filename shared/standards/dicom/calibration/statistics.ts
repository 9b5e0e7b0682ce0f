import type { Point, Shape } from './measure'
import type { ValueScale } from './values'

/** Decoded numbers of a picture, row after row, as rescaled. */
export interface PixelGrid {
  readonly columns: number
  readonly rows: number
  /** The value of a pixel. */
  at(column: number, row: number): number
}

/** The values inside an ellipse or a rectangle. */
export interface ValueStatistics {
  /** Pixels whose centres lie inside. */
  readonly count: number
  readonly mean: number
  /** Of a sample (n − 1); absent for one pixel. */
  readonly deviation?: number
  readonly least: number
  readonly greatest: number
  /** Pixels left out because nothing was scanned there (Pixel Padding Value). */
  readonly padding: number
}

/** The columns of one row that lie inside a shape, first and last; undefined when none does. */
const spanOf = (shape: Shape, row: number): readonly [number, number] | undefined => {
  const [a = [0, 0], b = a] = shape.points
  const [left, right] = [Math.min(a[0], b[0]), Math.max(a[0], b[0])]
  if (shape.kind === 'rectangle') return [Math.ceil(left), Math.floor(right)]
  const [across, down] = [(right - left) / 2, Math.abs(b[1] - a[1]) / 2]
  if (across === 0 || down === 0) return undefined
  const off = (row - (a[1] + b[1]) / 2) / down
  if (Math.abs(off) > 1) return undefined
  const half = across * Math.sqrt(1 - off * off)
  const middle = (left + right) / 2
  // A centre that lies on the line is inside, whichever way the square root was rounded.
  return [Math.ceil(middle - half - 1e-9), Math.floor(middle + half + 1e-9)]
}

/** Statistics of the pixels whose centres lie in an ellipse or a rectangle, in one pass (Welford); undefined when there are none. */
export const statisticsOf = (shape: Shape, grid: PixelGrid, { padding: [from, to] = [NaN, NaN] }: Pick<ValueScale, 'padding'>): ValueStatistics | undefined => {
  const [a = [0, 0], b = a] = shape.points
  let [count, mean, squares, least, greatest, padding] = [0, 0, 0, Infinity, -Infinity, 0]
  const last = Math.min(grid.rows - 1, Math.floor(Math.max(a[1], b[1])))
  for (let row = Math.max(0, Math.ceil(Math.min(a[1], b[1]))); row <= last; row++) {
    const span = spanOf(shape, row)
    if (!span) continue
    const end = Math.min(grid.columns - 1, span[1])
    for (let column = Math.max(0, span[0]); column <= end; column++) {
      const value = grid.at(column, row)
      if (value >= from && value <= to) {
        padding += 1
        continue
      }
      count += 1
      const off = value - mean
      mean += off / count
      squares += off * (value - mean)
      least = Math.min(least, value)
      greatest = Math.max(greatest, value)
    }
  }
  if (count === 0) return undefined
  return { count, mean, ...(count > 1 && { deviation: Math.sqrt(squares / (count - 1)) }), least, greatest, padding }
}

/** The value of the pixel under a point; undefined outside the picture, and where nothing was scanned. */
export const valueAt = ([x, y]: Point, grid: PixelGrid, { padding: [from, to] = [NaN, NaN] }: Pick<ValueScale, 'padding'>): number | undefined => {
  const [column, row] = [Math.round(x), Math.round(y)]
  if (column < 0 || row < 0 || column >= grid.columns || row >= grid.rows) return undefined
  const value = grid.at(column, row)
  return value >= from && value <= to ? undefined : value
}
