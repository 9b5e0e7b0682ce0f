import { describe, expect, it } from 'vitest'
import { referenceLine, type Plane } from './plane'

/** 200 mm square pictures around the middle of a head. */
const size = { widthMm: 200, heightMm: 200, frameOfReference: '1.2.3' }
const axial = (z: number): Plane => ({ ...size, position: [-100, -100, z], orientation: [1, 0, 0, 0, 1, 0] })
const sagittal = (x: number): Plane => ({ ...size, position: [x, -100, 100], orientation: [0, 1, 0, 0, 0, -1] })

describe('reference lines', () => {
  it('D6: show where the picture that is turned cuts another one', () => {
    expect(referenceLine(sagittal(0), axial(30))?.map((end) => [...end]).sort((a, b) => (a[1] ?? 0) - (b[1] ?? 0))).toEqual([
      [0, -100, 30],
      [0, 100, 30],
    ])
    const across = referenceLine(axial(30), sagittal(-40))
    expect(across?.map(([x, , z]) => [x, z])).toEqual([[-40, 30], [-40, 30]])
    expect(across?.map(([, y]) => y).sort((a, b) => a - b)).toEqual([-100, 100])
  })

  it('tilt with a tilted picture', () => {
    const tilt = 0.35
    const gantry: Plane = { ...size, position: [-100, -100 * Math.cos(tilt), -100 * Math.sin(tilt)], orientation: [1, 0, 0, 0, Math.cos(tilt), Math.sin(tilt)] }
    const line = referenceLine(sagittal(0), gantry)
    expect(line).toBeDefined()
    for (const [x, y, z] of line ?? []) {
      expect(x).toBeCloseTo(0)
      expect(z).toBeCloseTo(y * Math.tan(tilt))
    }
  })

  it('are not drawn between parallel pictures, beside the other picture, or where positions cannot be compared', () => {
    expect(referenceLine(axial(0), axial(30))).toBeUndefined()
    expect(referenceLine(sagittal(0), axial(130))).toBeUndefined()
    expect(referenceLine(sagittal(130), axial(30))).toBeUndefined()
    expect(referenceLine(sagittal(0), { ...axial(30), frameOfReference: '1.2.4' })).toBeUndefined()
    const { frameOfReference: _none, ...unknown } = axial(30)
    expect(referenceLine(unknown, unknown)).toBeUndefined()
    const { widthMm: _size, ...unsized } = axial(30)
    expect(referenceLine(sagittal(0), unsized)).toBeUndefined()
  })
})
