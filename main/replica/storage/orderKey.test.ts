import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { orderKey } from './orderKey'

const seed = 20261121
const sign = (value: number): number => Math.sign(value)
const inBytes = (left: string, right: string): number => sign(Buffer.compare(Buffer.from(orderKey(left)), Buffer.from(orderKey(right))))
const inJavaScript = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)

/** Where UTF-8 and UTF-16 disagree, where NUL bites, and halves of pairs. */
const awkward = ['', '\0', '\u0001', '\u0001\u0001', '\u0002', 'a', 'a\0', 'a\0b', 'a\u0001', 'ab', 'é', 'ي', 'मो', '王', '\ud7ff', '\ud800', '\udbff', '\udc00', '\udfff', '𝒳', '😀', '\ue000', '\uf8ff', '\ufffd', '\uffff', 'a\uffff', 'a😀']

describe('order of text in columns', () => {
  it('leaves names as they are', () => {
    for (const name of ['Núñez', "O'Brien", 'محمد', 'मोहन', '王小明', '2026-11-21']) expect(orderKey(name)).toBe(name)
  })

  it('sorts the awkward ones as JavaScript does', () => {
    for (const left of awkward) for (const right of awkward) expect(inBytes(left, right), JSON.stringify([left, right])).toBe(inJavaScript(left, right))
  })

  it(`sorts any two strings as JavaScript does (seed ${seed})`, () => {
    const unit = fc.oneof(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0xd7fe, max: 0xe002 }), fc.integer({ min: 0xfffd, max: 0xffff }), fc.integer({ min: 0, max: 0xffff }))
    const text = fc.array(unit, { maxLength: 6 }).map((units) => String.fromCharCode(...units))
    fc.assert(fc.property(text, text, (left, right) => inBytes(left, right) === inJavaScript(left, right)), { seed, numRuns: 20_000 })
  })
})
