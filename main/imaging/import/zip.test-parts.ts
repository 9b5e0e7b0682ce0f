import { deflateRawSync } from 'node:zlib'
import { crc32 } from './crc32'

/** An entry of a zip archive for tests; what is not said is as an ordinary archive has it. */
export interface TestEntry {
  readonly name: string
  readonly bytes: Uint8Array
  readonly method?: 'stored' | 'deflated' | number
  /** General purpose bits: 1 says that it is encrypted. */
  readonly flags?: number
  readonly crc?: number
  /** What the directory says of the size. */
  readonly size?: number
  /** Upper half of the external attributes: the mode of Unix. */
  readonly mode?: number
  /** The entry over whose bytes this one lies. */
  readonly over?: number
}

/** Writes a zip archive (APPNOTE 4.3), good or hostile. */
export const zipOf = (entries: readonly TestEntry[]): Buffer => {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  const places: number[] = []
  let at = 0
  for (const { name, bytes, method = 'deflated', flags = 0x800, crc = crc32(bytes), size = bytes.length, mode = 0, over } of entries) {
    const packed = method === 'deflated' ? deflateRawSync(bytes) : Buffer.from(bytes)
    const number = typeof method === 'number' ? method : method === 'deflated' ? 8 : 0
    const named = Buffer.from(name)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(flags, 2)
    common.writeUInt16LE(number, 4)
    common.writeUInt32LE(crc, 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(size, 18)
    common.writeUInt16LE(named.length, 22)
    const place = over === undefined ? at : (places[over] ?? 0)
    places.push(place)
    if (over === undefined) {
      parts.push(Buffer.from('PK\x03\x04', 'latin1'), common, named, packed)
      at += 30 + named.length + packed.length
    }
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE((mode << 16) >>> 0, 6)
    rest.writeUInt32LE(place, 10)
    directory.push(Buffer.from('PK\x01\x02\x14\x03', 'latin1'), common, rest, named)
  }
  const central = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...parts, central, end])
}
