import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TracePiece } from '../../../shared/contract'
import { hexOf, textOf } from '../../../shared/standards/readableBytes'
import { readHex, readTyped } from './bytes'
import { addPieces, clockOf } from './rows'

const seed = 20261121
const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0))
const typed = (text: string) => {
  const read = readTyped(text)
  return read.ok ? [...read.bytes] : read.part
}

describe('bytes on a screen', () => {
  it('show control characters by the name that the manual of the device gives them', () => {
    expect(textOf(bytes('\x05\x021H|\\^&\r\x03A7\r\n\x00\x7f\xe4'))).toBe('<ENQ><STX>1H|\\^&<CR><ETX>A7<CR><LF><NUL><DEL>\\xE4')
    expect(hexOf(bytes('\x05H\xff'))).toBe('05 48 FF')
  })

  it('are typed the same way, so that what was read can be sent again', () => {
    expect(typed('<ENQ>')).toEqual([5])
    expect(typed('<esc>R\\x1bI')).toEqual([0x1b, 0x52, 0x1b, 0x49])
    expect(typed('\\xe4ä')).toEqual([0xe4, 0xe4])
    expect(typed('a < b <XYZ> <>')).toEqual([...bytes('a < b <XYZ> <>')])
    expect(typed('5 → 6')).toBe('→')
    expect(readHex('7D 81a1,0x80')).toEqual(Uint8Array.of(0x7d, 0x81, 0xa1, 0x80))
    expect(readHex('7D 8')).toBeUndefined()
    expect(readHex('word')).toBeUndefined()
  })

  it(`read back byte for byte as text and as hex, unless a device writes angle brackets itself (seed ${seed})`, () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (given) => {
        const plain = given.filter((byte) => byte !== 0x3c && byte !== 0x5c)
        expect(typed(textOf(plain))).toEqual([...plain])
        if (plain.length > 0) expect(readHex(hexOf(plain))).toEqual(plain)
      }),
      { seed, numRuns: 300 },
    )
  })
})

const piece = (number: number, ms: number, from: 'device' | 'host', text: string): TracePiece => ({ number, at: new Date(Date.parse('2026-11-21T09:00:00.000Z') + ms).toISOString(), from, bytes: bytes(text) })
const shown = (pieces: readonly TracePiece[]) => addPieces([], pieces).map((row) => ('bytes' in row ? `${row.from === 'device' ? '<' : '>'} ${textOf(row.bytes)}` : row.note))

describe('the rows of the log', () => {
  it('hold what was said in one breath, whatever pieces the cable delivered it in', () => {
    expect(shown([piece(1, 0, 'device', '\x05'), piece(2, 3, 'host', '\x06'), piece(3, 9, 'device', '\x021H|'), piece(4, 14, 'device', '\\^&\r'), piece(5, 15, 'device', '\n2P|1')])).toEqual([
      '< <ENQ>',
      '> <ACK>',
      '< <STX>1H|\\^&<CR><LF>',
      '< 2P|1',
    ])
    expect(shown([piece(1, 0, 'device', 'one'), piece(2, 40, 'device', 'two')])).toEqual(['< one', '< two'])
  })

  it('lose no byte and keep their order, however long a device goes on without a line', () => {
    const long = 'x'.repeat(1000)
    const rows = addPieces([], [piece(1, 0, 'device', long), { number: 2, at: '2026-11-21T09:00:01.000Z', note: 'closed', text: 'unplugged' }, piece(3, 2000, 'device', 'after')])
    expect(rows.length).toBeGreaterThan(5)
    expect(rows.map((row) => ('bytes' in row ? textOf(row.bytes) : '|')).join('')).toBe(`${long}|after`)
  })

  it('tell their time to the millisecond', () => {
    expect(clockOf(new Date(2026, 10, 21, 9, 5, 7, 42).toISOString())).toBe('09:05:07.042')
  })
})
