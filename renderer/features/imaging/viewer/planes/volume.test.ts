import { describe, expect, it } from 'vitest'
import { buildVolume, cutVolume, greysOf, layoutOf, nameOfPlane, type Slice, type Volume } from './volume'

interface Made {
  readonly count?: number
  readonly orientation?: readonly number[]
  /** Position of a slice's first pixel. */
  readonly position?: (slice: number) => readonly number[]
  readonly value?: (column: number, row: number, slice: number) => number
}

/** 6 columns of 2 mm, 4 rows of 3 mm; slices of 5 mm. */
const stack = ({ count = 10, orientation = [1, 0, 0, 0, 1, 0], position = (slice) => [0, 0, slice * 5], value = (column, row, slice) => column + 10 * row + 100 * slice }: Made = {}): Slice[] =>
  Array.from({ length: count }, (_, place) => ({
    place,
    rows: 4,
    columns: 6,
    plane: { position: position(place), orientation, widthMm: 12, heightMm: 12, frameOfReference: '1' },
    values: Int16Array.from({ length: 24 }, (_value, index) => value(index % 6, Math.floor(index / 6), place)),
    slope: 2,
    intercept: -1000,
    colour: false,
  }))
const volume = (made?: Made): Volume => {
  const built = buildVolume(stack(made))
  if (typeof built === 'string') throw new Error(built)
  return built
}
/** Stored value at a pixel of a cut. */
const stored = (of: ReturnType<typeof cutVolume>, x: number, y: number): number => ((of.values[y * of.width + x] ?? Number.NaN) + 1000) / 2

describe('planes through a stack', () => {
  it('D21: are cut from one row or one column of every slice, head on top, the patient’s right or front on the left', () => {
    const whole = volume()
    expect(whole.spacing).toEqual([2, 3, 5])
    const coronal = cutVolume(whole, 'rows', 2)
    // 50 mm high with pixels of 2 mm.
    expect([coronal.width, coronal.height]).toEqual([6, 25])
    expect(layoutOf(whole, 'rows')).toMatchObject({ right: [1, 0, 0], down: [-0, -0, -1], widthMm: 12, heightMm: 50 })
    expect(stored(coronal, 4, 0)).toBeCloseTo(4 + 20 + 900)
    expect(stored(coronal, 4, 24)).toBeCloseTo(4 + 20)
    const sagittal = cutVolume(whole, 'columns', 5)
    expect(layoutOf(whole, 'columns')).toMatchObject({ right: [0, 1, 0], down: [-0, -0, -1] })
    expect(stored(sagittal, 3, 0)).toBeCloseTo(5 + 30 + 900)
  })

  it('lie between slices where they lie in the patient: linear, and at the middle of a slice its own value', () => {
    const cut = cutVolume(volume({ value: (_column, _row, slice) => slice * 100 }), 'rows', 0)
    // Row 12 of 25 lies 25 mm from the top: half-way between slices 4 and 5.
    expect(stored(cut, 0, 12)).toBeCloseTo(450)
    expect(stored(cut, 0, 7)).toBeCloseTo(650)
  })

  it('do not depend on the order in which the pictures come, nor on the way they were numbered', () => {
    const built = buildVolume([...stack()].reverse())
    expect(built).toMatchObject({ spacing: [2, 3, 5] })
    expect(cutVolume(built as Volume, 'rows', 1)).toEqual(cutVolume(volume(), 'rows', 1))
  })

  it('of a sagittal stack are coronal and axial, laid as such', () => {
    const sagittal = volume({ orientation: [0, 1, 0, 0, 0, -1], position: (slice) => [slice * -5, 0, 100] })
    const rows = layoutOf(sagittal, 'rows')
    const columns = layoutOf(sagittal, 'columns')
    expect(nameOfPlane(rows.right, rows.down)).toBe('axial')
    expect(nameOfPlane(columns.right, columns.down)).toBe('coronal')
  })

  it('D21: are refused with the reason where they would be guessed', () => {
    const refused = (made: Made) => buildVolume(stack(made))
    expect(refused({ count: 7 })).toBe('too-few')
    expect(refused({ position: (slice) => [0, 0, slice < 5 ? slice * 5 : slice * 5 + 5] })).toBe('uneven')
    expect(refused({ position: () => [0, 0, 3] })).toBe('uneven')
    expect(refused({ position: (slice) => [0, slice * 1.5, slice * 5] })).toBe('tilted')
    const changed = (change: (slice: Slice) => Slice) => buildVolume(stack().map((slice, index) => (index === 3 ? change(slice) : slice)))
    expect(changed((slice) => ({ ...slice, colour: true }))).toBe('colour')
    expect(changed((slice) => ({ ...slice, plane: undefined }))).toBe('no-position')
    expect(changed((slice) => ({ ...slice, plane: slice.plane && { position: slice.plane.position, orientation: slice.plane.orientation } }))).toBe('no-position')
    expect(changed((slice) => ({ ...slice, rows: 5 }))).toBe('sizes-differ')
    expect(changed((slice) => ({ ...slice, plane: slice.plane && { ...slice.plane, orientation: [0, 1, 0, 1, 0, 0] } }))).toBe('not-parallel')
    expect(changed((slice) => ({ ...slice, plane: slice.plane && { ...slice.plane, frameOfReference: '2' } }))).toBe('not-parallel')
  })

  it('take positions as they are written, with few digits', () => {
    expect(buildVolume(stack({ position: (slice) => [0, 0, Number((slice * 0.6249).toFixed(2))] }))).toMatchObject({ rows: 4 })
  })

  it('are grey as the window says, white above it and black below, and the other way round inverted', () => {
    const cut = { width: 5, height: 1, values: Float32Array.from([-2000, 0, 39.5, 79, 3000]) }
    const window = { centre: 40, width: 80 }
    const greys = (invert: boolean) => [...greysOf(cut, window, invert)].filter((_value, index) => index % 4 === 0)
    expect(greys(false)).toEqual([0, 0, 128, 255, 255])
    expect(greys(true)).toEqual([255, 255, 128, 0, 0])
    expect([...greysOf(cut, window, false)].filter((_value, index) => index % 4 === 3)).toEqual([255, 255, 255, 255, 255])
  })
})
