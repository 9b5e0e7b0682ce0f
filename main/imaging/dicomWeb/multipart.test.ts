import { describe, expect, it } from 'vitest'
import { boundaryOf, MultipartProblem, readParts, wholePart, writeParts } from './multipart'

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
async function* whole(...pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces
}
const collect = async (source: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const pieces: Uint8Array[] = []
  for await (const piece of source) pieces.push(Uint8Array.from(piece))
  return Buffer.concat(pieces)
}
/** Bytes in which the boundary nearly stands, again and again. */
const tricky = Buffer.from('\r\n--bou\r\n--boundar\r\r\n--\r\n\r\n--BOUNDARY\0\xff', 'latin1')

describe('a multipart body', () => {
  const contents = [Buffer.alloc(0), Buffer.from('DICM'), tricky, Buffer.alloc(5000, 0x2d)]
  const written = () => {
    const body = writeParts(contents.map((each) => ({ type: 'application/dicom', length: each.length, contents: whole(each) })), 'boundary')
    return collect(body.pieces).then((bytes) => ({ bytes, length: body.length }))
  }

  it.each([1, 2, 3, 7, 64, 100_000])('comes out as it was written, in pieces of %i bytes', async (size) => {
    const { bytes, length } = await written()
    expect(bytes.length).toBe(length)
    const found: Buffer[] = []
    for await (const part of readParts(inPieces(bytes, size), 'boundary')) {
      expect(part.headers.get('content-type')).toBe('application/dicom')
      found.push(Buffer.from(await wholePart(part, 10_000)))
    }
    expect(found.map((each) => each.toString('latin1'))).toEqual(contents.map((each) => each.toString('latin1')))
  })

  it('takes words before the first boundary, parts without header fields, and what stands behind the last', async () => {
    const text = 'This is a message.\r\n--x  \r\n\r\none\r\n--x\r\nContent-Location: /a\r\n\r\ntwo\r\n--x--\r\nwhatever'
    const found: string[] = []
    for await (const part of readParts(inPieces(Buffer.from(text), 5), 'x')) found.push(Buffer.from(await wholePart(part, 100)).toString())
    expect(found).toEqual(['one', 'two'])
  })

  it('skips a part that nobody reads', async () => {
    const { bytes } = await written()
    let count = 0
    for await (const _part of readParts(inPieces(bytes, 100), 'boundary')) count += 1
    expect(count).toBe(4)
  })

  it('that is cut anywhere never looks whole', async () => {
    const { bytes } = await written()
    const last = bytes.lastIndexOf('--')
    for (let end = 0; end < last; end += 37) {
      const read = async () => {
        for await (const part of readParts(inPieces(bytes.subarray(0, end), 50), 'boundary')) await wholePart(part, 10_000)
      }
      await expect(read()).rejects.toMatchObject({ kind: 'cut' })
    }
  })

  it('with endless header fields, endless words before it, or a part beyond the limit is given up', async () => {
    const read = async (text: string, limit = 100) => {
      for await (const part of readParts(inPieces(Buffer.from(text), 1000), 'x')) await wholePart(part, limit)
    }
    await expect(read(`--x\r\nA: ${'a'.repeat(100_000)}`)).rejects.toMatchObject({ kind: 'malformed' })
    await expect(read('z'.repeat(200_000))).rejects.toMatchObject({ kind: 'malformed' })
    await expect(read(`--x\r\n\r\n${'b'.repeat(5000)}\r\n--x--`)).rejects.toMatchObject({ kind: 'too-large' })
    await expect(read('--xyz\r\n\r\nb\r\n--x--')).rejects.toBeInstanceOf(MultipartProblem)
  })

  it('names its boundary in many ways', () => {
    expect(boundaryOf('multipart/related; type="application/dicom"; boundary=abc')).toBe('abc')
    expect(boundaryOf('Multipart/Related; BOUNDARY="a b;c"; type=x')).toBe('a b;c')
    expect(boundaryOf('multipart/related; type=x')).toBeUndefined()
    expect(boundaryOf('multipart/form-data; boundary=abc')).toBeUndefined()
    expect(boundaryOf('application/dicom+json')).toBeUndefined()
    expect(boundaryOf(`multipart/related; boundary=${'a'.repeat(500)}`)).toBeUndefined()
  })
})
