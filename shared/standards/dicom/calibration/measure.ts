import { regionAt, type Axis, type UltrasoundRegion } from './regions'
import type { Calibration, MillimetreKind, Spacing } from './spacing'

/** A place on a picture: columns from the left, rows from the top; whole numbers are the centres of pixels, (0, 0) that of the first. */
export type Point = readonly [x: number, y: number]

/** What is drawn. An ellipse and a rectangle lie along rows and columns, between two corners; the middle point of an angle is its vertex. */
export const shapeKinds = ['length', 'angle', 'ellipse', 'rectangle', 'probe'] as const
export type ShapeKind = (typeof shapeKinds)[number]

export interface Shape {
  readonly kind: ShapeKind
  readonly points: readonly Point[]
}

/** How many points make a shape. */
export const pointsOf: Readonly<Record<ShapeKind, number>> = { length: 2, angle: 3, ellipse: 2, rectangle: 2, probe: 1 }

/** On what a number rests: see {@link MillimetreKind}; `region`: an area's own scale; `pixels`: it counts pixels. */
export type MeasureBasis = MillimetreKind | 'region' | 'pixels'

export type QuantityName = 'length' | 'width' | 'height' | 'area' | 'angle' | 'depth' | 'duration' | 'velocity' | 'velocity-change' | 'frequency-change'
export type QuantityUnit = 'mm' | 'mm²' | 'px' | 'px²' | '°' | 's' | 'cm/s' | 'Hz'

/** One number of a measurement. */
export interface Quantity {
  readonly name: QuantityName
  readonly value: number
  readonly unit: QuantityUnit
}

/**
 * Why there is no number. `across-regions`: its points lie in areas of different scales. `no-plane`: time or speed runs along an axis
 * of this area, so there is no such thing as an angle or an area. `not-square`: pixels that are not square are not counted.
 * `ambiguous`: areas overlap. `no-scale`: the area has no scale that is a distance, a time or a speed.
 */
export type MeasureRefusal = 'across-regions' | 'no-plane' | 'not-square' | 'ambiguous' | 'no-scale'

/** What a shape measures. */
export interface Measured {
  readonly basis: MeasureBasis
  readonly quantities: readonly Quantity[]
  readonly refused?: MeasureRefusal
}

const quantity = (name: QuantityName, value: number, unit: QuantityUnit): Quantity => ({ name, value, unit })

/** Length, area and angle of a shape on a plane whose pixels are that large. */
const onPlane = (shape: Shape, { row, column }: Spacing, length: 'mm' | 'px'): readonly Quantity[] => {
  const [a = [0, 0], b = a, c = b] = shape.points
  const between = (from: Point, to: Point): Point => [(to[0] - from[0]) * column, (to[1] - from[1]) * row]
  const area = length === 'mm' ? 'mm²' : 'px²'
  const [width, height] = between(a, b).map(Math.abs) as [number, number]
  switch (shape.kind) {
    case 'length':
      return [quantity('length', Math.hypot(width, height), length)]
    case 'angle': {
      const [one, other] = [between(b, a), between(b, c)]
      const angle = Math.abs(Math.atan2(one[0] * other[1] - one[1] * other[0], one[0] * other[0] + one[1] * other[1]))
      return [quantity('angle', (angle * 180) / Math.PI, '°')]
    }
    case 'ellipse':
    case 'rectangle':
      return [
        quantity('area', width * height * (shape.kind === 'ellipse' ? Math.PI / 4 : 1), area),
        quantity('width', width, length),
        quantity('height', height, length),
      ]
    case 'probe':
      return []
  }
}

const isDistanceAxis = ({ unit }: Axis): boolean => unit === 'cm'

/** What a step along an axis that is no part of a plane measures; a speed also where it stands, when the axis says where zero is. */
const alongAxis = (axis: Axis, pixels: number): readonly Quantity[] => {
  const size = Math.abs(pixels * axis.delta)
  switch (axis.unit) {
    case 'cm':
      return [quantity('depth', size * 10, 'mm')]
    case 's':
      return [quantity('duration', size, 's')]
    case 'cm/s':
      return [quantity('velocity-change', size, 'cm/s')]
    case 'Hz':
      return [quantity('frequency-change', size, 'Hz')]
    case 'none':
      return []
  }
}

/** The speed at a point of a spectrum (PS3.3 §C.8.5.5.1): counted from the reference pixel, which is counted from the region's corner. */
const speedAt = ({ top, y }: UltrasoundRegion, point: Point): readonly Quantity[] =>
  y.unit === 'cm/s' && y.zero ? [quantity('velocity', (point[1] - top - y.zero.pixel) * y.delta + y.zero.value, 'cm/s')] : []

const inRegion = (shape: Shape, region: UltrasoundRegion): Measured => {
  const refuse = (refused: MeasureRefusal): Measured => ({ basis: 'region', quantities: [], refused })
  if (region.format === 'plane') {
    if (!isDistanceAxis(region.x) || !isDistanceAxis(region.y)) return refuse('no-scale')
    return { basis: 'region', quantities: onPlane(shape, { row: Math.abs(region.y.delta) * 10, column: Math.abs(region.x.delta) * 10 }, 'mm') }
  }
  const [a = [0, 0], b = a] = shape.points
  if (shape.kind === 'probe') return { basis: 'region', quantities: speedAt(region, a) }
  if (shape.kind !== 'length') return refuse('no-plane')
  const quantities = [...alongAxis(region.y, b[1] - a[1]), ...alongAxis(region.x, b[0] - a[0])]
  return quantities.length > 0 ? { basis: 'region', quantities } : refuse('no-scale')
}

const onScreen = (shape: Shape, regions: readonly UltrasoundRegion[]): Measured => {
  const corners = shape.kind === 'ellipse' || shape.kind === 'rectangle' ? cornersOf(shape.points) : shape.points
  const found = corners.map((point) => regionAt(regions, point))
  if (found.includes('ambiguous')) return { basis: 'region', quantities: [], refused: 'ambiguous' }
  const [region] = found
  if (!found.every((each) => each === region)) return { basis: 'region', quantities: [], refused: 'across-regions' }
  return region === undefined || region === 'ambiguous' ? inPixels(shape, 1) : inRegion(shape, region)
}

/** All four corners of what two of them span. */
const cornersOf = (points: readonly Point[]): readonly Point[] => {
  const [a = [0, 0], b = a] = points
  return [a, [b[0], a[1]], b, [a[0], b[1]]]
}

/** Angles need only the shape of a pixel; lengths and areas in pixels are of square ones. */
const inPixels = (shape: Shape, aspect: number): Measured => {
  const isSquare = Math.abs(aspect - 1) < 0.001
  if (!isSquare && shape.kind !== 'angle' && shape.kind !== 'probe') return { basis: 'pixels', quantities: [], refused: 'not-square' }
  return { basis: 'pixels', quantities: onPlane(shape, { row: aspect, column: 1 }, 'px') }
}

/** What a shape measures on a picture of that calibration. */
export const measure = (shape: Shape, calibration: Calibration): Measured => {
  switch (calibration.kind) {
    case 'pixels':
      return inPixels(shape, calibration.aspect)
    case 'regions':
      return onScreen(shape, calibration.regions)
    default:
      return { basis: calibration.kind, quantities: onPlane(shape, calibration.spacing, 'mm') }
  }
}
