import { pointsOf, type Point, type ShapeKind } from '../../../../../shared/standards/dicom/calibration'

/** A shape while it is being drawn: the points that are set, and where the next one would be. */
export interface Sketch {
  readonly kind: ShapeKind
  readonly points: readonly Point[]
  readonly cursor: Point
  /** The pointer has gone down for the last point, and has not come up. */
  readonly held: boolean
}

/** What became of a press or a release: a sketch to go on with, or a whole shape. */
export type Drawn = { readonly sketch: Sketch } | { readonly points: readonly Point[] }

const orWhole = (sketch: Sketch): Drawn => (sketch.points.length >= pointsOf[sketch.kind] ? { points: sketch.points } : { sketch })

/** Sets a point where the pointer went down, or where the keys put the cursor. */
export const press = (sketch: Sketch | undefined, kind: ShapeKind, at: Point): Drawn =>
  orWhole(sketch?.kind === kind ? { ...sketch, points: [...sketch.points, at], cursor: at, held: true } : { kind, points: [at], cursor: at, held: true })

/** The pointer, or the keys, moved on. */
export const moveTo = (sketch: Sketch, at: Point): Sketch => ({ ...sketch, cursor: at })

/** The pointer came up: after a drag that is the next point, after a mere press nothing has changed. `dragged`: how far, on the glass. */
export const release = (sketch: Sketch, at: Point, dragged: number): Drawn =>
  sketch.held && dragged > shortestDrag ? orWhole({ ...sketch, points: [...sketch.points, at], cursor: at, held: false }) : { sketch: { ...sketch, held: false } }

/** CSS pixels; a finger that only taps moves less. */
const shortestDrag = 6

/** The shape as it would be with the cursor for its next point; undefined while it has too few points to be seen. */
export const preview = ({ kind, points, cursor }: Sketch): readonly Point[] | undefined => {
  const all = [...points, cursor]
  return all.length >= 2 && all.length <= pointsOf[kind] ? all : undefined
}
