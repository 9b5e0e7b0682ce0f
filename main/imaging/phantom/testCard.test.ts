import { describe, expect, it } from 'vitest'
import { formOf } from '../../../shared/standards/dicom'
import { measure, readPixelMeanings, type Shape } from '../../../shared/standards/dicom/calibration'
import { normalise } from '../normalise'
import { readFileElements } from '../readFile'
import { testCard, testCardFile, testCardKinds, type TestCardKind } from './testCard'

const read = async (kind: TestCardKind) => {
  const file = await readFileElements(testCardFile(kind, 'A-000042').bytes)
  if (!file) throw new Error('not DICOM')
  const [meaning, ...others] = readPixelMeanings(file.bytes, file.elements, formOf(file.syntax.uid))
  if (!meaning || others.length > 0) throw new Error('one meaning for the one frame')
  return meaning
}
const { left, top, right, bottom } = testCard.box
/** Around the bright pixels. */
const box: Shape = { kind: 'rectangle', points: [[left - 0.5, top - 0.5], [right + 0.5, bottom + 0.5]] }

describe('test cards', () => {
  it.each<readonly [TestCardKind, object, string]>([
    ['ct', { basis: 'patient', quantities: [{ value: 300, unit: 'mm²' }, { value: 20 }, { value: 15 }] }, 'HU'],
    ['dx', { basis: 'detector', quantities: [{ value: 48, unit: 'mm²' }, { value: 8 }, { value: 6 }] }, ''],
    ['us', { basis: 'region', quantities: [{ value: 300, unit: 'mm²' }, { value: 20 }, { value: 15 }] }, ''],
    ['plain', { basis: 'pixels', quantities: [{ value: 1200, unit: 'px²' }, { value: 40 }, { value: 30 }] }, ''],
  ])('D5: the box on a %s card measures what it was made to', async (kind, expected, unit) => {
    const { calibration, values } = await read(kind)
    const { basis, quantities } = measure(box, calibration)
    expect({ basis, quantities: quantities.map((each) => ({ ...each, value: Math.round(each.value * 1e6) / 1e6 })) }).toMatchObject(expected)
    expect(values).toMatchObject({ kind: 'values', unit })
  })

  it('D5: below the plane of the ultrasound card there is time to the right and depth downwards', async () => {
    const { calibration } = await read('us')
    const length = (from: readonly [number, number], to: readonly [number, number]) => measure({ kind: 'length', points: [from, to] }, calibration)
    expect(length([10, 70], [60, 90]).quantities.map(({ name, value, unit }) => `${name} ${value.toFixed(3)} ${unit}`)).toEqual(['depth 4.000 mm', 'duration 0.500 s'])
    expect(length([10, 60], [10, 70]).refused).toBe('across-regions')
  })

  it.each(testCardKinds)('a %s card can be shown', async (kind) => {
    expect(await normalise(testCardFile(kind, 'A-000042').bytes)).not.toHaveProperty('cannotShow')
  })
})
