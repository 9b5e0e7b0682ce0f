import { deflateRawSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { deflatedLittleEndian, element, fileMetaInformation, joinBytes } from '../../../shared/standards/dicom'
import { fileForReading } from './fileForReading'

/** The contents in pieces, as an archive gives them; counts what was asked for. */
const inPieces = (bytes: Uint8Array, pieceLength = 64 * 1024) => {
  const taken = { bytes: 0, ended: false }
  async function* pieces(): AsyncIterable<Uint8Array> {
    try {
      for (let at = 0; at < bytes.length; at += pieceLength) {
        const piece = bytes.subarray(at, at + pieceLength)
        taken.bytes += piece.length
        yield piece
      }
    } finally {
      taken.ended = true
    }
  }
  return { pieces: pieces(), taken }
}
const meta = (transferSyntaxUid?: string) => fileMetaInformation({ sopClassUid: '1.2.3', sopInstanceUid: '2.25.1', ...(transferSyntaxUid !== undefined && { transferSyntaxUid }) })
const header = element('00100010', 'PN', 'Okonkwo-Test^Ada')

describe('A stored file that is to be read', () => {
  it('is taken from the archive only as far as its pixels begin', async () => {
    const bytes = joinBytes([meta(), header, element('7fe00010', 'OW', new Uint8Array(20_000_000))])
    const { pieces, taken } = inPieces(bytes)
    const file = await fileForReading(pieces, bytes.length)
    expect(file).toMatchObject({ leftAway: 'pixels', size: bytes.length })
    // Up to the tag and length of the pixel data.
    expect(file?.bytes).toEqual(bytes.slice(0, meta().length + header.length + 12))
    expect(taken.bytes).toBeLessThan(1_000_000)
    expect(taken.ended).toBe(true)
  })

  it('is whole when it is a document, however large its value', async () => {
    const bytes = joinBytes([meta(), header, element('00420011', 'OB', new Uint8Array(3_000_000).fill(7))])
    const file = await fileForReading(inPieces(bytes, 300_001).pieces, bytes.length)
    expect(file?.leftAway).toBe('nothing')
    expect(file && Buffer.compare(file.bytes, bytes)).toBe(0)
  })

  it('is inflated where it was deflated, its pixels left away', async () => {
    const dataSet = joinBytes([header, element('7fe00010', 'OW', new Uint8Array(500_000))])
    const bytes = joinBytes([meta(deflatedLittleEndian), new Uint8Array(deflateRawSync(dataSet))])
    const file = await fileForReading(inPieces(bytes).pieces, bytes.length)
    expect(file?.leftAway).toBe('pixels')
    expect(file?.bytes.subarray(meta(deflatedLittleEndian).length)).toEqual(dataSet.subarray(0, header.length + 12))
  })

  it('ends where a window would hold too much of it, and says so', async () => {
    const bytes = joinBytes([meta(), header, element('00420011', 'OB', new Uint8Array(3_000_000))])
    const { pieces, taken } = inPieces(bytes)
    const file = await fileForReading(pieces, bytes.length, 1_000_000)
    expect(file).toMatchObject({ leftAway: 'rest', size: bytes.length })
    expect(file?.bytes).toHaveLength(1_000_000)
    expect(taken.bytes).toBeLessThan(1_200_000)
  })

  it('that is no DICOM is none, and one that ends early is handed out as far as it goes', async () => {
    const text = new TextEncoder().encode('nothing of the kind'.repeat(100))
    expect(await fileForReading(inPieces(text).pieces, text.length)).toBeUndefined()
    const bytes = joinBytes([meta(), header, element('00420011', 'OB', new Uint8Array(1000))]).subarray(0, -500)
    expect(await fileForReading(inPieces(bytes).pieces, bytes.length)).toMatchObject({ leftAway: 'nothing', bytes })
  })
})
