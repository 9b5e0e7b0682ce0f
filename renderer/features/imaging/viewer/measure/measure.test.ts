import { describe, expect, it } from 'vitest'
import type { Point } from '../../../../../shared/standards/dicom/calibration'
import type { Placing } from '../engine'
import { calibrationWords, linesOf, quantityWords } from './lines'
import { gridOf } from './pixelGrid'
import { onto, toGlass, toPicture } from './placing'
import { broken, textPlace } from './textPlace'
import { press, preview, release, type Drawn, type Sketch } from './sketch'

describe('points between picture and glass', () => {
  it('D5: the middle of the first pixel is 0, 0, and every point comes back, turned and flipped too', () => {
    const placings: readonly Placing[] = [[2, 0, 0, 2, 100, 50], [0, 2, -2, 0, 300, 50], [-1.5, 0, 0, 1.5, 400, 10], [0, -3, -3, 0, 900, 900]]
    expect(toGlass([2, 0, 0, 2, 100, 50], [0, 0])).toEqual([101, 51])
    for (const placing of placings) {
      const back = toPicture(placing, toGlass(placing, [12.5, 7.25]))
      expect(back?.[0]).toBeCloseTo(12.5, 9)
      expect(back?.[1]).toBeCloseTo(7.25, 9)
    }
    expect(toPicture([0, 0, 0, 0, 1, 1], [5, 5])).toBeUndefined()
  })

  it('nothing is measured beside the picture', () => {
    expect(onto([-40, 900], 512, 256)).toEqual([-0.5, 255.5])
  })
})

describe('drawing', () => {
  const sketchOf = (drawn: Drawn): Sketch => {
    if (!('sketch' in drawn)) throw new Error('it is whole already')
    return drawn.sketch
  }
  const pointsOf = (drawn: Drawn) => ('points' in drawn ? drawn.points : undefined)
  const [a, b, c]: readonly [Point, Point, Point] = [[1, 1], [5, 5], [9, 1]]

  it('a length is two presses, or one stroke', () => {
    expect(pointsOf(press(sketchOf(release(sketchOf(press(undefined, 'length', a)), a, 1)), 'length', b))).toEqual([a, b])
    expect(pointsOf(release(sketchOf(press(undefined, 'length', a)), b, 40))).toEqual([a, b])
  })

  it('an angle is three presses, or a stroke and a press, the vertex in the middle', () => {
    const stroke = sketchOf(release(sketchOf(press(undefined, 'angle', a)), b, 40))
    expect(preview({ ...stroke, cursor: c })).toEqual([a, b, c])
    expect(pointsOf(press(stroke, 'angle', c))).toEqual([a, b, c])
  })

  it('a point is one press; another hand begins anew', () => {
    expect(pointsOf(press(undefined, 'probe', a))).toEqual([a])
    expect(sketchOf(press(sketchOf(press(undefined, 'angle', a)), 'length', b)).points).toEqual([b])
  })
})

describe('D5: what stands beside a shape', () => {
  const length = (value: number, unit: 'mm' | 'px' = 'mm') => ({ name: 'length' as const, value, unit })
  it('millimetres say on what they rest, where that is not the patient', () => {
    expect(quantityWords(length(12.345), 'patient')).toBe('12.3 mm')
    expect(quantityWords(length(12.345), 'region')).toBe('12.3 mm')
    expect(quantityWords(length(12.345), 'detector')).toBe('12.3 mm (detector)')
    expect(quantityWords(length(12.345), 'fiducial')).toBe('12.3 mm (calibrated)')
    expect(quantityWords(length(12.345), 'magnification')).toBe('12.3 mm (estimated)')
    expect(quantityWords(length(0.384), 'nominal')).toBe('0.38 mm (nominal)')
    expect(quantityWords(length(50, 'px'), 'pixels')).toBe('50.0 px')
    expect(quantityWords({ name: 'angle', value: 45.04, unit: '°' }, 'detector')).toBe('45.0°')
    expect(quantityWords({ name: 'duration', value: 0.4567, unit: 's' }, 'region')).toBe('Time 0.457 s')
  })

  it('areas have diameters and values, values their unit or none', () => {
    const measured = { basis: 'detector' as const, quantities: [{ name: 'area' as const, value: 200, unit: 'mm²' as const }, { name: 'width' as const, value: 20, unit: 'mm' as const }, { name: 'height' as const, value: 10, unit: 'mm' as const }] }
    expect(linesOf('ellipse', measured, { unit: 'HU', count: 300, mean: 35.24, deviation: 4.26, least: 20, greatest: 61 }, 'cyst')).toEqual([
      'cyst', 'Area 200.0 mm² (detector)', '20.0 × 10.0 mm (detector)', 'Mean 35.2 HU · SD 4.3', 'Min 20 · Max 61 HU',
    ])
    expect(linesOf('probe', { basis: 'pixels', quantities: [] }, { unit: '', count: 1, mean: 1196 }, '')).toEqual(['Value 1196 (no unit)'])
    // A diffusion coefficient in mm²/s is no 0.
    expect(linesOf('ellipse', { basis: 'patient', quantities: [{ name: 'area', value: 0.04, unit: 'mm²' }] }, { unit: '', count: 9, mean: 0.00084567, deviation: 0.000123, least: 0, greatest: 12.345 }, '')).toEqual([
      'Area 0.04 mm²', 'Mean 0.000846 · SD 0.000123 (no unit)', 'Min 0 · Max 12.3',
    ])
    expect(linesOf('length', { basis: 'region', quantities: [], refused: 'across-regions' }, undefined, '')).toEqual(['Not measured: the ends lie in areas of different scale'])
    expect(calibrationWords({ kind: 'pixels', why: 'outside', aspect: 1 })).toBe('The image was cut or resized after its scale was written. Pixels are counted.')
  })
})

describe('words beside a shape', () => {
  it('stand to its right, to its left where the glass ends, and never off it', () => {
    const size = { width: 400, height: 300 }
    expect(textPlace([[100, 100], [150, 120]], ['12.3 mm'], size)).toMatchObject({ x: 160, anchor: 'start' })
    expect(textPlace([[250, 100], [390, 120]], ['12.3 mm (detector)'], size)).toMatchObject({ x: 240, anchor: 'end' })
    expect(textPlace([[2, 100], [398, 120]], ['12.3 mm (detector)'], size).x).toBeLessThan(270)
    expect(textPlace([[100, 299]], ['a', 'b', 'c'], size).y).toBe(300 - 6 - 34)
    expect(textPlace([[100, 0]], ['a', 'b', 'c'], size).y).toBe(23)
  })

  it('are broken between words', () => {
    expect(broken(['Not measured: the ends lie in areas of different scale', 'x'])).toEqual(['Not measured: the ends lie in areas of', 'different scale', 'x'])
  })
})

describe('D5: the values of a decoded picture', () => {
  const scale = { kind: 'values', slope: 2, intercept: -1000, unit: 'HU' } as const
  const picture = (pixels: readonly number[], more: object = {}) => ({ columns: 2, rows: 2, getPixelData: () => pixels, ...more })
  const scaled = (scalingParameters: object) => picture([-1000, -998, -996, -994], { preScale: { scaled: true, scalingParameters } })

  it('are rescaled once, by us or by the decoder', () => {
    expect(gridOf(picture([0, 1, 2, 3]), scale)?.at(1, 1)).toBe(-994)
    expect(gridOf(scaled({ rescaleSlope: 2, rescaleIntercept: -1000 }), scale)?.at(1, 1)).toBe(-994)
  })

  it('are not told where the decoder rescaled by other numbers, made uptake values, or has colours', () => {
    expect(gridOf(scaled({ rescaleSlope: 1, rescaleIntercept: -1000 }), scale)).toBeUndefined()
    expect(gridOf(scaled({}), scale)).toBeUndefined()
    expect(gridOf(scaled({ rescaleSlope: 2, rescaleIntercept: -1000, suvbw: 0.01 }), scale)).toBeUndefined()
    expect(gridOf(picture([0, 1, 2, 3], { color: true }), scale)).toBeUndefined()
    expect(gridOf(picture([0, 1, 2]), scale)).toBeUndefined()
    expect(gridOf(picture([0, 1, 2, 3]), { ...scale, kind: 'none' })).toBeUndefined()
  })
})
