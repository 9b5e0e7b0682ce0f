import { Transform } from 'node:stream'

/** CRC-32 of IEEE 802.3 byte by byte, as zip archives have it (APPNOTE 4.4.7). Node has its own from 20.15 on. */
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  return crc
})

/** Continues a checksum; begins with 0. */
export const crc32 = (bytes: Uint8Array, before = 0): number => {
  let crc = ~before
  for (const byte of bytes) crc = (table[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8)
  return ~crc >>> 0
}

/** Passes bytes on, and ends with an error when the checksum of all of them is another. */
export const crc32Of = (expected: number): Transform => {
  let crc = 0
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      crc = crc32(chunk, crc)
      done(null, chunk)
    },
    flush(done) {
      done(crc === expected ? null : Object.assign(new Error('the checksum is another'), { code: 'EIO' }))
    },
  })
}
