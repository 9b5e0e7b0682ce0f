import { describe, expect, it } from 'vitest'
import { mulberry32 } from '../mulberry32'
import { readElements, readItems } from './dataSet'
import { element, joinBytes } from './encode'
import { toImplicitLittleEndian } from './toImplicit'

const delimiter = (low: number, length = 0): Uint8Array => {
  const bytes = Uint8Array.of(0xfe, 0xff, low, 0xe0, 0, 0, 0, 0)
  new DataView(bytes.buffer).setUint32(4, length, true)
  return bytes
}
const undefinedSequence = (tag: string, ...content: readonly Uint8Array[]): Uint8Array => {
  const bytes = element(tag, 'SQ', joinBytes([...content, delimiter(0xdd)]))
  new DataView(bytes.buffer).setUint32(8, 0xffffffff, true)
  return bytes
}
const inside = element('00091001', 'LO', 'in')
const whole = joinBytes([
  element('00080000', 'UL', 10),
  element('00080060', 'CS', 'CT'),
  element('00081140', 'SQ', joinBytes([delimiter(0x00, inside.length), inside])),
  undefinedSequence('00081150', delimiter(0x00, 0xffffffff), inside, undefinedSequence('00091002'), delimiter(0x0d)),
  element('00091003', 'UN', Uint8Array.of(1, 2, 3, 4)),
  element('7fe00010', 'OW', new Uint8Array(70_000)),
])

describe('the form that everybody takes', () => {
  it('has every element, also in items and of makers, with the same bytes', () => {
    const pieces = toImplicitLittleEndian(whole)
    const bytes = joinBytes(pieces ?? [])
    const implicit = { explicit: false, bigEndian: false }
    const { byTag, end } = readElements(bytes, 0, implicit)
    expect(end).toBe('whole')
    expect([...byTag.keys()]).toEqual(['00080060', '00081140', '00081150', '00091003', '7fe00010'])
    const value = (tag: string): Uint8Array => {
      const { offset = 0, length = 0 } = byTag.get(tag) ?? {}
      return bytes.subarray(offset, offset + length)
    }
    expect(value('00091003')).toEqual(Uint8Array.of(1, 2, 3, 4))
    expect(value('7fe00010')).toHaveLength(70_000)
    for (const [tag, tags] of [['00081140', ['00091001']], ['00081150', ['00091001', '00091002']]] as const) {
      const sequence = byTag.get(tag)
      expect(sequence && readItems(bytes, sequence, implicit, 10).map((each) => [each.end, [...each.byTag.keys()]])).toEqual([['whole', [...tags]]])
    }
  })

  it('is not made of fragments, of half a data set or of noise', () => {
    const fragments = element('7fe00010', 'OB', new Uint8Array(8))
    new DataView(fragments.buffer).setUint32(8, 0xffffffff, true)
    expect(toImplicitLittleEndian(fragments)).toBeUndefined()
    const small = whole.subarray(0, whole.length - 70_012)
    const ends = new Set<number>()
    for (let at = 0; at < small.length; ) {
      ends.add(at)
      const elements = readElements(small, at, { explicit: true, bigEndian: false })
      const [, second] = [...elements.byTag.values()]
      at = second ? second.start : small.length
    }
    for (let length = 1; length < small.length; length++) if (!ends.has(length)) expect(toImplicitLittleEndian(small.subarray(0, length)), String(length)).toBeUndefined()
    const seed = 20261121
    const random = mulberry32(seed)
    for (let times = 0; times < 500; times++) {
      const broken = Uint8Array.from(small)
      broken[Math.floor(random() * broken.length)] = Math.floor(random() * 256)
      expect(() => toImplicitLittleEndian(broken), `seed ${seed}`).not.toThrow()
    }
    const nested = joinBytes(Array.from({ length: 2000 }, () => joinBytes([undefinedSequence('00081140').subarray(0, 12), delimiter(0x00, 0xffffffff)])))
    expect(toImplicitLittleEndian(nested)).toBeUndefined()
  })
})
