import type { HeaderValues } from '../headerValues'

/** What a step along an axis of a region is (PS3.3 §C.8.5.5.1.15): value of the code, and its unit here. */
const axisUnits: Readonly<Record<number, AxisUnit>> = { 3: 'cm', 4: 's', 5: 'Hz', 7: 'cm/s' }

/** `none`: an axis that measures nothing here, such as percent, decibel, or volumes. */
export type AxisUnit = 'cm' | 's' | 'Hz' | 'cm/s' | 'none'

/** One axis of a region. */
export interface Axis {
  readonly unit: AxisUnit
  /** Units a pixel, to the right or down; may be negative. */
  readonly delta: number
  /** Where the axis crosses a known value: pixels from the region's first one, and the value. Absent: only differences can be told. */
  readonly zero?: { readonly pixel: number; readonly value: number }
}

/** An area of an ultrasound screen with its own scale. */
export interface UltrasoundRegion {
  /** Region Spatial Format: an anatomical plane, depth over time, a spectrum, a curve, or a drawing. */
  readonly format: 'plane' | 'm-mode' | 'spectral' | 'waveform' | 'graphics'
  /** First and last column and row, both within. */
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
  /** Where two overlap, the one of high priority counts (bit 0 of Region Flags). */
  readonly isHighPriority: boolean
  readonly x: Axis
  readonly y: Axis
}

/** Sequence of Ultrasound Regions (0018,6011) and what its items hold. */
export const regionTags = {
  SequenceOfUltrasoundRegions: '00186011',
  RegionSpatialFormat: '00186012',
  RegionFlags: '00186016',
  RegionLocationMinX0: '00186018',
  RegionLocationMinY0: '0018601a',
  RegionLocationMaxX1: '0018601c',
  RegionLocationMaxY1: '0018601e',
  ReferencePixelX0: '00186020',
  ReferencePixelY0: '00186022',
  PhysicalUnitsXDirection: '00186024',
  PhysicalUnitsYDirection: '00186026',
  ReferencePixelPhysicalValueX: '00186028',
  ReferencePixelPhysicalValueY: '0018602a',
  PhysicalDeltaX: '0018602c',
  PhysicalDeltaY: '0018602e',
} as const

/** Region Spatial Format (0018,6012). */
const formats: Readonly<Record<number, UltrasoundRegion['format']>> = { 1: 'plane', 2: 'm-mode', 3: 'spectral', 4: 'waveform', 5: 'graphics' }

const axisOf = (unit: number | undefined, delta: number | undefined, pixel: number | undefined, value: number | undefined): Axis => {
  if (delta === undefined || !Number.isFinite(delta) || delta === 0) return { unit: 'none', delta: 0 }
  const zero = pixel !== undefined && value !== undefined && Number.isFinite(value) ? { zero: { pixel, value } } : {}
  return { unit: axisUnits[unit ?? 0] ?? 'none', delta, ...zero }
}

/**
 * The regions of an ultrasound picture of that many columns and rows, those without a spatial format left away.
 *
 * `outside`: one reaches beyond the picture by more than the pixel that some makers count too many. Then the picture was cut or
 * resized after the regions were written, and none of their scales can be trusted.
 */
export const regionsOf = (items: readonly HeaderValues[], columns: number, rows: number): readonly UltrasoundRegion[] | 'outside' | undefined => {
  const regions: UltrasoundRegion[] = []
  for (const item of items) {
    const [left, top, right, bottom] = [regionTags.RegionLocationMinX0, regionTags.RegionLocationMinY0, regionTags.RegionLocationMaxX1, regionTags.RegionLocationMaxY1].map((tag) => item.unsignedLong(tag))
    if (left === undefined || top === undefined || right === undefined || bottom === undefined || right < left || bottom < top) continue
    if (right > columns || bottom > rows) return 'outside'
    const format = formats[item.unsigned(regionTags.RegionSpatialFormat) ?? 0]
    if (!format) continue
    regions.push({
      format, left, top, right, bottom,
      isHighPriority: ((item.unsignedLong(regionTags.RegionFlags) ?? 0) & 1) === 1,
      x: axisOf(item.unsigned(regionTags.PhysicalUnitsXDirection), item.double(regionTags.PhysicalDeltaX), item.signedLong(regionTags.ReferencePixelX0), item.double(regionTags.ReferencePixelPhysicalValueX)),
      y: axisOf(item.unsigned(regionTags.PhysicalUnitsYDirection), item.double(regionTags.PhysicalDeltaY), item.signedLong(regionTags.ReferencePixelY0), item.double(regionTags.ReferencePixelPhysicalValueY)),
    })
  }
  return regions.length > 0 ? regions : undefined
}

const sameScale = (a: UltrasoundRegion, b: UltrasoundRegion): boolean =>
  a.format === b.format && a.x.unit === b.x.unit && a.y.unit === b.y.unit && a.x.delta === b.x.delta && a.y.delta === b.y.delta

/**
 * The region in which a point lies; `ambiguous` where two of the same priority overlap with different scales. A drawing over a plane is
 * no scale of its own.
 */
export const regionAt = (regions: readonly UltrasoundRegion[], [x, y]: readonly [number, number]): UltrasoundRegion | 'ambiguous' | undefined => {
  const here = regions.filter(({ left, top, right, bottom }) => x >= left - 0.5 && x <= right + 0.5 && y >= top - 0.5 && y <= bottom + 0.5)
  const scaled = here.filter(({ format }) => format !== 'graphics')
  const first = scaled.filter(({ isHighPriority }) => isHighPriority)
  const [one, ...others] = first.length > 0 ? first : scaled
  if (!one) return here[0]
  return others.every((other) => sameScale(one, other)) ? one : 'ambiguous'
}
