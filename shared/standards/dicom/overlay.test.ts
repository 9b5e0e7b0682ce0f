import { describe, expect, it } from 'vitest'
import { joinBytes } from './encode'
import { element } from './encode'
import { formOf } from './file'
import { explicitLittleEndian } from './transferSyntax'
import { readElements } from './dataSet'
import { overlayBit, overlayFrame, overlayPlanes } from './overlay'

const form = formOf(explicitLittleEndian)
const shorts = (...values: number[]): Uint8Array => new Uint8Array(new Int16Array(values).buffer)

/** 3 x 5 bits a frame, two frames: the first has its first bit, the second its last. */
const dataSet = (changes: Partial<Record<'rows' | 'bits' | 'allocated', Uint8Array | number>> = {}): Uint8Array =>
  joinBytes([
    element('60020010', 'US', Number(changes.rows ?? 3)),
    element('60020011', 'US', 5),
    element('60020015', 'IS', '2'),
    element('60020050', 'SS' as 'OW', shorts(-1, 4)),
    element('60020051', 'US', 2),
    element('60020100', 'US', Number(changes.allocated ?? 1)),
    element('60023000', 'OW', (changes.bits as Uint8Array | undefined) ?? new Uint8Array([0x01, 0x00, 0x00, 0x20])),
  ])
const read = (bytes: Uint8Array) => overlayPlanes(bytes, readElements(bytes, 0, form).byTag, form)

describe('overlay planes', () => {
  it('D23: lie where the file puts them, bit by bit from the lowest, frame after frame', () => {
    const bytes = dataSet()
    const [plane, ...others] = read(bytes)
    expect(others).toEqual([])
    expect(plane).toMatchObject({ group: '6002', rows: 3, columns: 5, origin: [-1, 4], frames: 2, firstFrame: 2 })
    if (!plane) throw new Error('no plane')
    const set = [0, 1].flatMap((frame) => [0, 1, 2].flatMap((row) => [0, 1, 2, 3, 4].flatMap((column) => (overlayBit(bytes, plane, frame, row, column) ? [[frame, row, column]] : []))))
    expect(set).toEqual([[0, 0, 0], [1, 2, 4]])
    expect([1, 2, 3, 4].map((frame) => overlayFrame(plane, frame))).toEqual([undefined, 0, 1, undefined])
  })

  it('are left out when their bits are not all there, are kept in the pixels, or have no size', () => {
    expect(read(dataSet({ bits: new Uint8Array([0x01, 0x00]) }))).toEqual([])
    expect(read(dataSet({ allocated: 16 }))).toEqual([])
    expect(read(dataSet({ rows: 0 }))).toEqual([])
    expect(read(dataSet({ rows: 65535 }))).toEqual([])
  })

  it('of one frame belong to every frame of the picture', () => {
    expect(overlayFrame({ group: '6000', rows: 1, columns: 1, origin: [1, 1], frames: 1, firstFrame: 1, offset: 0 }, 30)).toBe(0)
  })
})
