import { describe, expect, it } from 'vitest'
import {
  calibrationOf, measure, regionAt, statisticsOf, valueAt, valueScaleOf,
  type Calibration, type Measured, type PixelGrid, type Shape, type SpacingFacts, type UltrasoundRegion, type ValueFacts,
} from './index'

const storage = '1.2.840.10008.5.1.4.1.1.'
const facts = (sopClass: string, more: Partial<SpacingFacts> = {}): SpacingFacts => ({
  sopClassUid: storage + sopClass, modality: '', imageType: ['ORIGINAL', 'PRIMARY'], calibrationType: '', isOriented: false, ...more,
})
const line = (from: readonly [number, number], to: readonly [number, number]): Shape => ({ kind: 'length', points: [from, to] })
const said = ({ basis, quantities, refused }: Measured): string =>
  `${refused ?? quantities.map(({ name, value, unit }) => `${name} ${Math.round(value * 1000) / 1000} ${unit}`).join(', ')} (${basis})`
const threeFourFive = line([10, 10], [40, 50])

describe('D5: what one pixel measures', () => {
  const unequal = [0.2, 0.5] as const
  it.each<readonly [string, SpacingFacts, string]>([
    ['a CT slice is in the patient', facts('2', { modality: 'CT', pixelSpacing: [0.5, 0.5] }), 'length 25 mm (patient)'],
    ['rows and columns of their own spacing, the row first', facts('4', { pixelSpacing: unequal }), 'length 17 mm (patient)'],
    ['a CT scout is right only at the isocentre', facts('2', { modality: 'CT', imageType: ['ORIGINAL', 'PRIMARY', 'LOCALIZER'], pixelSpacing: [0.5, 0.5] }), 'length 25 mm (localizer)'],
    ['a chest film of the detector', facts('1.1', { imagerSpacing: [0.1, 0.1] }), 'length 5 mm (detector)'],
    ['a chest film that repeats the detector as Pixel Spacing', facts('1.1', { imagerSpacing: [0.1, 0.1], pixelSpacing: [0.1, 0.10001] }), 'length 5 mm (detector)'],
    ['a chest film with a Pixel Spacing that nobody explains', facts('1', { pixelSpacing: [0.1, 0.1] }), 'length 5 mm (detector)'],
    ['a film that was corrected for its geometry', facts('1.1', { imagerSpacing: [0.1, 0.1], pixelSpacing: [0.08, 0.08], calibrationType: 'GEOMETRY' }), 'length 4 mm (geometry)'],
    ['a film with a ball of known size', facts('1.1', { pixelSpacing: [0.08, 0.08], calibrationType: 'FIDUCIAL' }), 'length 4 mm (fiducial)'],
    ['a film that was corrected, and does not say how', facts('1.1', { imagerSpacing: [0.1, 0.1], pixelSpacing: [0.08, 0.08] }), 'length 4 mm (calibrated)'],
    ['a mammogram with its magnification', facts('1.2', { imagerSpacing: [0.1, 0.1], magnification: 1.25 }), 'length 4 mm (magnification)'],
    ['a magnification of exactly 1, which is what machines write that do not know it', facts('1.2', { imagerSpacing: [0.1, 0.1], magnification: 1 }), 'length 5 mm (detector)'],
    ['a magnification that cannot be', facts('1.2', { imagerSpacing: [0.1, 0.1], magnification: 0 }), 'length 5 mm (detector)'],
    ['an angiogram', facts('12.1', { imagerSpacing: [0.3, 0.3] }), 'length 15 mm (detector)'],
    ['a scanned film', facts('7', { scannedSpacing: [0.2, 0.2] }), 'length 10 mm (film)'],
    ['a screen copy with a spacing that nobody calibrated', facts('7', { pixelSpacing: [1, 1] }), 'length 50 px (pixels)'],
    ['a screen copy that was calibrated', facts('7', { pixelSpacing: [0.2, 0.2], calibrationType: 'FIDUCIAL' }), 'length 10 mm (fiducial)'],
    ['an ultrasound without areas, whatever its spacing', facts('6.1', { pixelSpacing: [0.2, 0.2] }), 'length 50 px (pixels)'],
    // Its areas were written of another picture, of whatever size that had (the module is none of a screen copy's, PS3.3 §A.8).
    ['a screen copy with areas of an ultrasound', facts('7', { regions: [{ format: 'plane', left: 0, top: 0, right: 99, bottom: 99, isHighPriority: false, x: { unit: 'cm', delta: 0.02 }, y: { unit: 'cm', delta: 0.02 } }] }), 'length 50 px (pixels)'],
    ['an ultrasound whose areas do not fit the picture', facts('6.1', { pixelSpacing: [0.2, 0.2], regions: 'outside' }), 'length 50 px (pixels)'],
    ['a fundus of a typical eye', facts('77.1.5.1', { pixelSpacing: [0.006, 0.006] }), 'length 0.3 mm (nominal)'],
    ['a class that nobody knows', facts('999', { pixelSpacing: [0.5, 0.5] }), 'length 50 px (pixels)'],
    ['a class that nobody knows, with its place in the patient', facts('999', { pixelSpacing: [0.5, 0.5], isOriented: true }), 'length 25 mm (patient)'],
    ['no spacing', facts('2', { modality: 'CT' }), 'length 50 px (pixels)'],
    ['a spacing of zero', facts('2', { pixelSpacing: [0, 0] }), 'length 50 px (pixels)'],
    ['a negative spacing', facts('2', { pixelSpacing: [-0.5, 0.5] }), 'length 50 px (pixels)'],
    ['half a spacing', facts('2', { pixelSpacing: [0.5] }), 'length 50 px (pixels)'],
    ['a spacing that is no number', facts('2', { pixelSpacing: [] }), 'length 50 px (pixels)'],
    ['a damaged Pixel Spacing beside a good detector', facts('1.1', { pixelSpacing: [0.1], imagerSpacing: [0.1, 0.1] }), 'length 50 px (pixels)'],
    ['pixels that are not square and have no size', facts('6.1', { aspectRatio: [4, 3] }), 'not-square (pixels)'],
    ['a pixel aspect ratio that is none', facts('6.1', { aspectRatio: [1] }), 'length 50 px (pixels)'],
  ])('%s', (_story, given, expected) => {
    expect(said(measure(threeFourFive, calibrationOf(given)))).toBe(expected)
  })
})

describe('D5: shapes on a plane', () => {
  const plane: Calibration = { kind: 'patient', spacing: { row: 0.2, column: 0.5 } }
  it('an ellipse and a rectangle have an area and two diameters', () => {
    expect(said(measure({ kind: 'rectangle', points: [[10, 60], [50, 10]] }, plane))).toBe('area 200 mm², width 20 mm, height 10 mm (patient)')
    expect(said(measure({ kind: 'ellipse', points: [[50, 10], [10, 60]] }, plane))).toBe(`area ${Math.round(50 * Math.PI * 1000) / 1000} mm², width 20 mm, height 10 mm (patient)`)
  })

  it('an angle is that in the patient, not that on the screen', () => {
    // 45° on the screen: in the patient a rise of 0.2 for a run of 0.5.
    const angle: Shape = { kind: 'angle', points: [[20, 10], [10, 10], [20, 20]] }
    expect(said(measure(angle, plane))).toBe('angle 21.801 ° (patient)')
    expect(said(measure(angle, { kind: 'pixels', why: 'no-spacing', aspect: 1 }))).toBe('angle 45 ° (pixels)')
    expect(said(measure(angle, { kind: 'pixels', why: 'no-spacing', aspect: 4 / 3 }))).toBe('angle 53.13 ° (pixels)')
    expect(said(measure({ kind: 'angle', points: [[0, 0], [10, 10], [20, 20]] }, plane))).toBe('angle 180 ° (patient)')
  })

  it('no length is no length', () => {
    expect(said(measure(line([3, 3], [3, 3]), plane))).toBe('length 0 mm (patient)')
    expect(said(measure({ kind: 'angle', points: [[3, 3], [3, 3], [5, 3]] }, plane))).toBe('angle 0 ° (patient)')
  })
})

describe('D5: areas of an ultrasound screen', () => {
  const region = (format: UltrasoundRegion['format'], box: readonly [number, number, number, number], x: UltrasoundRegion['x'], y: UltrasoundRegion['y'], more: Partial<UltrasoundRegion> = {}): UltrasoundRegion => ({
    format, left: box[0], top: box[1], right: box[2], bottom: box[3], isHighPriority: false, x, y, ...more,
  })
  const cm = (delta: number) => ({ unit: 'cm' as const, delta })
  const plane = region('plane', [0, 0, 99, 99], cm(-0.02), cm(0.03))
  const motion = region('m-mode', [100, 0, 199, 99], { unit: 's', delta: 0.005 }, cm(0.02))
  const doppler = region('spectral', [0, 100, 199, 199], { unit: 's', delta: 0.01 }, { unit: 'cm/s', delta: -1.5, zero: { pixel: 60, value: 0 } })
  const curve = region('waveform', [0, 200, 199, 250], { unit: 's', delta: 0.01 }, { unit: 'none', delta: 0 })
  const screen: Calibration = { kind: 'regions', regions: [plane, motion, doppler, curve] }
  const on = (shape: Shape, calibration = screen) => said(measure(shape, calibration))

  it('each area is measured by its own steps', () => {
    expect(on(line([10, 10], [50, 50]))).toBe(`length ${Math.round(Math.hypot(8, 12) * 1000) / 1000} mm (region)`)
    expect(on(line([110, 10], [150, 60]))).toBe('depth 10 mm, duration 0.2 s (region)')
    expect(on(line([10, 110], [60, 150]))).toBe('velocity-change 60 cm/s, duration 0.5 s (region)')
    expect(on(line([10, 210], [60, 240]))).toBe('duration 0.5 s (region)')
  })

  it('the speed under the cursor is counted from the base line, towards the probe and away', () => {
    expect(on({ kind: 'probe', points: [[50, 120]] })).toBe('velocity 60 cm/s (region)')
    expect(on({ kind: 'probe', points: [[50, 180]] })).toBe('velocity -30 cm/s (region)')
    expect(on({ kind: 'probe', points: [[50, 50]] })).toBe(' (region)')
  })

  it('a line from one area into another is refused, and so is what an area cannot tell', () => {
    expect(on(line([90, 50], [110, 50]))).toBe('across-regions (region)')
    expect(on(line([50, 90], [300, 90]))).toBe('across-regions (region)')
    expect(on({ kind: 'ellipse', points: [[50, 50], [120, 90]] })).toBe('across-regions (region)')
    expect(on({ kind: 'ellipse', points: [[110, 10], [150, 60]] })).toBe('no-plane (region)')
    expect(on({ kind: 'angle', points: [[110, 10], [120, 20], [130, 60]] })).toBe('no-plane (region)')
    expect(on(line([10, 10], [50, 50]), { kind: 'regions', regions: [region('plane', [0, 0, 99, 99], cm(0.02), { unit: 'none', delta: 0 })] })).toBe('no-scale (region)')
  })

  it('beside the areas pixels are counted', () => {
    expect(on(line([300, 10], [330, 50]))).toBe('length 50 px (pixels)')
  })

  it('two pictures of one scale side by side are not one picture', () => {
    const beside = region('plane', [100, 0, 199, 99], plane.x, plane.y)
    expect(on(line([50, 50], [150, 50]), { kind: 'regions', regions: [plane, beside] })).toBe('across-regions (region)')
  })

  it('of two areas that overlap the one of high priority counts; of two equals of different scale none', () => {
    const inset = region('plane', [20, 20, 40, 40], cm(0.1), cm(0.1))
    expect(regionAt([plane, { ...inset, isHighPriority: true }], [30, 30])).toMatchObject({ left: 20 })
    expect(regionAt([plane, inset], [30, 30])).toBe('ambiguous')
    expect(on(line([25, 25], [35, 35]), { kind: 'regions', regions: [plane, inset] })).toBe('ambiguous (region)')
    expect(regionAt([plane, region('graphics', [0, 0, 99, 99], cm(1), cm(1), { isHighPriority: true })], [30, 30])).toBe(plane)
  })
})

describe('D5: what the numbers are', () => {
  const ct = '1.2.840.10008.5.1.4.1.1.2'
  const values = (more: Partial<ValueFacts>): string => {
    const scale = valueScaleOf({
      sopClassUid: ct, modality: 'CT', imageType: ['ORIGINAL', 'PRIMARY', 'AXIAL'], samplesPerPixel: 1, photometricInterpretation: 'MONOCHROME2', slope: 1, intercept: -1024,
      rescaleType: '', hasModalityTable: false, isMultiEnergy: false, petUnits: '', ...more,
    })
    return scale.kind === 'none' ? 'none' : scale.unit
  }
  it.each<readonly [string, Partial<ValueFacts>, string]>([
    ['a CT is in Hounsfield units', {}, 'HU'],
    ['a CT that says so', { rescaleType: 'HU' }, 'HU'],
    ['a CT of another type is not', { rescaleType: 'US' }, ''],
    ['a CT without a rescale is not', { slope: undefined as unknown as number }, ''],
    ['a scout is not', { imageType: ['ORIGINAL', 'PRIMARY', 'LOCALIZER'] }, ''],
    ['a map of several energies is not', { isMultiEnergy: true }, ''],
    ['an enhanced CT must say so', { sopClassUid: `${ct}.1` }, ''],
    ['an enhanced CT that says so', { sopClassUid: `${ct}.1`, rescaleType: 'HU' }, 'HU'],
    ['a screen copy of a CT is not', { sopClassUid: '1.2.840.10008.5.1.4.1.1.7' }, ''],
    ['an MR that says HU is not believed', { sopClassUid: '1.2.840.10008.5.1.4.1.1.4', modality: 'MR', rescaleType: 'HU' }, ''],
    ['PET is in becquerel where it says so, never in uptake values', { modality: 'PT', petUnits: 'BQML' }, 'Bq/ml'],
    ['a type that nobody has is no unit, whatever it is called', { rescaleType: 'constructor' }, ''],
    ['nor are units of PET', { modality: 'PT', petUnits: 'toString' }, ''],
    ['colours have no values', { samplesPerPixel: 3, photometricInterpretation: 'RGB' }, 'none'],
    ['palettes have none', { photometricInterpretation: 'PALETTE COLOR' }, 'none'],
    ['values that go through a table have none', { hasModalityTable: true }, 'none'],
  ])('%s', (_story, given, expected) => {
    expect(values(given)).toBe(expected)
  })

  /** 8 × 8, the value is ten times the row and the column. */
  const grid: PixelGrid = { columns: 8, rows: 8, at: (column, row) => row * 10 + column }
  const whole = { points: [[0, 0], [7, 7]] } as const
  it('a region counts the pixels whose centres lie in it', () => {
    expect(statisticsOf({ kind: 'rectangle', points: [[1, 1], [2, 2]] }, grid, {})).toEqual({ count: 4, mean: 16.5, deviation: Math.sqrt((5.5 ** 2 + 4.5 ** 2) * (2 / 3)), least: 11, greatest: 22, padding: 0 })
    expect(statisticsOf({ kind: 'rectangle', points: [[2.4, 2.4], [0.6, 0.6]] }, grid, {})).toMatchObject({ count: 4, least: 11, greatest: 22 })
    expect(statisticsOf({ kind: 'ellipse', points: [[1, 1], [5, 5]] }, grid, {})).toMatchObject({ count: 13, mean: 33, least: 13, greatest: 53 })
    expect(statisticsOf({ kind: 'rectangle', points: [[3, 3], [3, 3]] }, grid, {})).toEqual({ count: 1, mean: 33, least: 33, greatest: 33, padding: 0 })
  })

  it('beyond the edge there is nothing to count, and where nothing was scanned neither', () => {
    expect(statisticsOf({ kind: 'rectangle', points: [[-20, -20], [40, 40]] }, grid, {})).toMatchObject({ count: 64, least: 0, greatest: 77 })
    expect(statisticsOf({ kind: 'rectangle', points: [[20, 20], [40, 40]] }, grid, {})).toBeUndefined()
    expect(statisticsOf({ kind: 'rectangle', points: [[1.2, 1.2], [1.8, 1.8]] }, grid, {})).toBeUndefined()
    expect(statisticsOf({ kind: 'rectangle', ...whole }, grid, { padding: [0, 7] })).toMatchObject({ count: 56, least: 10, padding: 8 })
    expect(valueAt([2.4, 1.6], grid, {})).toBe(22)
    expect(valueAt([-1, 0], grid, {})).toBeUndefined()
    expect(valueAt([2, 0], grid, { padding: [0, 7] })).toBeUndefined()
  })
})
