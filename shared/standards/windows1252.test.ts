import { expect, it } from 'vitest'
import { decodeWindows1252, encodeWindows1252 } from './windows1252'

it('reads every byte of the Windows code page, and writes it back', () => {
  const bytes = Uint8Array.from({ length: 10_000 }, (_, index) => index % 256)
  expect(encodeWindows1252(decodeWindows1252(bytes))).toEqual(bytes)
  expect(decodeWindows1252(Uint8Array.of(0x80, 0x92, 0x41, 0xb5, 0xff))).toBe('€’Aµÿ')
  expect(decodeWindows1252(Uint8Array.of(0xff))).toBe('ÿ')
  expect(encodeWindows1252('张🩸')).toEqual(Uint8Array.of(0x3f, 0x3f))
})
