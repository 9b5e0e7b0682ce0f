import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { element, joinBytes, readElements, type Representation } from '../index'
import { meaningOfFrame, readPixelMeanings, type PixelMeaning } from './index'

const seed = 20261122
const form = { explicit: true, bigEndian: false }

type Line = readonly [tag: string, representation: Representation, value: string | number | Uint8Array]
const written = (lines: readonly Line[]): Uint8Array => joinBytes(lines.map((line) => element(...line)))
/** An item of a sequence; of undefined length it ends with a delimiter. */
const item = (lines: readonly Line[], undefinedLength = false): Uint8Array => {
  const body = written(lines)
  const head = new Uint8Array(8)
  const view = new DataView(head.buffer)
  view.setUint16(0, 0xfffe, true)
  view.setUint16(2, 0xe000, true)
  view.setUint32(4, undefinedLength ? 0xffffffff : body.length, true)
  return joinBytes([head, body, ...(undefinedLength ? [Uint8Array.of(0xfe, 0xff, 0x0d, 0xe0, 0, 0, 0, 0)] : [])])
}
const meaningsOf = (bytes: Uint8Array): readonly PixelMeaning[] => readPixelMeanings(bytes, readElements(bytes, 0, form).byTag, form)

const image = (sopClass: string, more: readonly Line[] = []): readonly Line[] => [
  ['00080008', 'CS', 'ORIGINAL\\PRIMARY\\AXIAL'],
  ['00080016', 'UI', `1.2.840.10008.5.1.4.1.1.${sopClass}`],
  ['00080060', 'CS', 'CT'],
  ...more.filter(([tag]) => tag < '00280002'),
  ['00280002', 'US', 1],
  ['00280004', 'CS', 'MONOCHROME2'],
  ['00280010', 'US', 100],
  ['00280011', 'US', 200],
  ...more.filter(([tag]) => tag > '00280011'),
]
const measures = (spacing: string): Line => ['00289110', 'SQ', item([['00280030', 'DS', spacing]], true)]
const frameOf = (spacing: string): Uint8Array => item([['00209116', 'SQ', item([['00200037', 'DS', '1\\0\\0\\0\\1\\0']])], measures(spacing)])
const rescale: Line = ['00289145', 'SQ', item([['00281052', 'DS', '-1024'], ['00281053', 'DS', '1'], ['00281054', 'LO', 'HU']])]

describe('what a file says of its pixels', () => {
  it('D5: each frame of an enhanced image has the spacing of its own group, else the shared one', () => {
    const own = meaningsOf(written(image('2.1', [['52009229', 'SQ', item([measures('9\\9'), rescale])], ['52009230', 'SQ', joinBytes([frameOf('0.5\\0.5'), frameOf('0.5\\0.5'), frameOf('0.25\\0.25')])]])))
    expect(own.map(({ calibration }) => calibration)).toEqual([0.5, 0.5, 0.25].map((mm) => ({ kind: 'patient', spacing: { row: mm, column: mm } })))
    expect(own[2]?.values).toMatchObject({ slope: 1, intercept: -1024, unit: 'HU' })
    const shared = meaningsOf(written(image('2.1', [['52009229', 'SQ', item([measures('0.7\\0.7')])], ['52009230', 'SQ', joinBytes([item([]), item([])])]])))
    expect(shared).toMatchObject([{ calibration: { kind: 'patient', spacing: { row: 0.7 } }, values: { unit: '' } }])
  })

  it('a frame of which an enhanced image says nothing is not measured by the first one', () => {
    const own = meaningsOf(written(image('2.1', [['52009230', 'SQ', joinBytes([frameOf('0.5\\0.5'), frameOf('0.25\\0.25')])]])))
    expect([1, 2, 3].map((frame) => meaningOfFrame(own, frame)?.calibration)).toMatchObject([{ spacing: { row: 0.5 } }, { spacing: { row: 0.25 } }, { kind: 'pixels', why: 'unusable' }])
    expect(meaningOfFrame(own.slice(0, 1), 3)).toBe(own[0])
  })

  it('a frame whose type is a map is none of Hounsfield units beside frames that are', () => {
    const typed = (type: string) => item([['00189329', 'SQ', item([['00089007', 'CS', type]])], measures('0.5\\0.5')])
    const [volume, scout] = meaningsOf(written(image('2.1', [['52009229', 'SQ', item([rescale])], ['52009230', 'SQ', joinBytes([typed('ORIGINAL\\PRIMARY\\VOLUME\\NONE'), typed('ORIGINAL\\PRIMARY\\LOCALIZER\\NONE')])]])))
    expect([volume?.values.unit, scout?.values.unit, scout?.calibration.kind]).toEqual(['HU', '', 'localizer'])
  })

  it('stored values for "nothing scanned" are rescaled with their sign', () => {
    const padded = (representation: number, value: Line) => meaningsOf(written(image('2', [['00280030', 'DS', '1\\1'], ['00280103', 'US', representation], value, ['00281052', 'DS', '-1024'], ['00281053', 'DS', '1']])))[0]?.values.padding
    expect(padded(1, ['00280120', 'SS', -2000])).toEqual([-3024, -3024])
    expect(padded(0, ['00280120', 'US', 63536])).toEqual([62512, 62512])
  })

  it('what is written wrong counts for nothing', () => {
    const kindOf = (...more: readonly Line[]) => meaningsOf(written(image('2', more)))[0]?.calibration
    expect(kindOf(['00280030', 'DS', 'half\\half'])).toMatchObject({ kind: 'pixels', why: 'unusable' })
    expect(kindOf(['00280030', 'DS', '0.5\\0.5\\0.5'])).toMatchObject({ kind: 'pixels', why: 'unusable' })
    expect(kindOf(['00280030', 'DS', '1e999\\1'])).toMatchObject({ kind: 'pixels', why: 'unusable' })
    expect(kindOf(['00280030', 'DS', '0'.repeat(5000)])).toMatchObject({ kind: 'pixels', why: 'unusable' })
    expect(kindOf(['00280030', 'DS', ''])).toMatchObject({ kind: 'pixels', why: 'no-spacing' })
    // Something else under the tag of the regions.
    expect(kindOf(['00186011', 'LO', 'regions'], ['00280030', 'DS', '1\\1'])).toMatchObject({ kind: 'patient' })
  })

  it('of ten thousand regions the first hundred are read, and one without an end is none', () => {
    const region = item([['00186012', 'US', 1], ['00186018', 'UL', 0], ['0018601a', 'UL', 0], ['0018601c', 'UL', 9], ['0018601e', 'UL', 9], ['00186024', 'US', 3], ['00186026', 'US', 3], ['0018602c', 'FD', 0.01], ['0018602e', 'FD', Number.NaN]])
    const [meaning] = meaningsOf(written(image('6.1', [['00186011', 'SQ', joinBytes(Array.from({ length: 10_000 }, () => region))]])))
    const regions = meaning?.calibration.kind === 'regions' ? meaning.calibration.regions : []
    expect(regions).toHaveLength(100)
    expect(regions[0]).toMatchObject({ x: { unit: 'cm' }, y: { unit: 'none' } })
    const broken = region.slice(0, region.length - 30)
    expect(meaningsOf(written(image('6.1', [['00186011', 'SQ', broken]])))[0]?.calibration).toMatchObject({ kind: 'pixels' })
  })

  it(`never throws, and never gives a spacing that is no distance, whatever the bytes (seed ${seed})`, () => {
    const whole = written(image('2.1', [['00186011', 'SQ', item([['00186012', 'US', 1]])], ['52009229', 'SQ', item([measures('0.7\\0.7')])], ['52009230', 'SQ', joinBytes([frameOf('0.5\\0.5'), frameOf('0.25\\0.25')])]]))
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 12 }), fc.nat(whole.length), (spoilt, length) => {
        const bytes = whole.slice(0, length)
        for (const [at, value] of spoilt) if (at < bytes.length) bytes[at] = value
        for (const { calibration } of meaningsOf(bytes)) {
          if (calibration.kind === 'pixels' || calibration.kind === 'regions') continue
          expect(calibration.spacing.row > 0 && calibration.spacing.column > 0 && calibration.spacing.row <= 100).toBe(true)
        }
      }),
      { seed, numRuns: 500 },
    )
  })
})
