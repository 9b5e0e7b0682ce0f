import { deflateRawSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { element, fileMetaInformation, formOf, joinBytes, readElements, readFragments, tags } from '../../shared/standards/dicom'
import { normalise } from './normalise'
import { phantomFiles } from './phantom/phantom'
import { readFileElements } from './readFile'

const [slice] = [...phantomFiles({ patient: { number: 'A-1', family: 'Test', given: 'Ada' }, slices: 1, size: 16 })]
const original = slice?.bytes ?? new Uint8Array(0)
const uids = { sopClassUid: '1.2.840.10008.5.1.4.1.1.7', sopInstanceUid: '2.25.7' }

const bytesOf = async (contents: Uint8Array): Promise<Uint8Array> => {
  const normalised = await normalise(contents)
  if ('cannotShow' in normalised) throw new Error(normalised.cannotShow)
  return normalised.bytes
}

const dataSetOf = async (contents: Uint8Array): Promise<Uint8Array> => {
  const read = await readFileElements(contents)
  if (!read) throw new Error('not DICOM')
  return read.bytes.subarray(read.opening.dataSetAt)
}

const rowsAndColumns = (rows: number, columns: number, samples: number, photometric: string, frames: number): Uint8Array[] => [
  element(tags.SOPClassUID, 'UI', uids.sopClassUid),
  element(tags.SOPInstanceUID, 'UI', uids.sopInstanceUid),
  element(tags.SamplesPerPixel, 'US', samples),
  element(tags.PhotometricInterpretation, 'CS', photometric),
  element(tags.NumberOfFrames, 'IS', String(frames)),
  element(tags.Rows, 'US', rows),
  element(tags.Columns, 'US', columns),
  element(tags.BitsAllocated, 'US', 8),
]

const item = (value: number[], tag = 0xe000): Uint8Array => {
  const out = new Uint8Array(8 + value.length)
  const view = new DataView(out.buffer)
  view.setUint16(0, 0xfffe, true)
  view.setUint16(2, tag, true)
  view.setUint32(4, value.length, true)
  out.set(value, 8)
  return out
}

const encapsulated = (transferSyntaxUid: string, frames: number, ...fragments: number[][]): Uint8Array => {
  const pixels = element(tags.PixelData, 'OB', new Uint8Array(0))
  new DataView(pixels.buffer).setUint32(8, 0xffffffff, true)
  return joinBytes([
    fileMetaInformation({ ...uids, transferSyntaxUid }),
    ...rowsAndColumns(2, 2, 1, 'MONOCHROME2', frames),
    pixels,
    item([]),
    ...fragments.map((fragment) => item(fragment)),
    item([], 0xe0dd),
  ])
}

const jpeg = (marker: number, fill: number): number[] => [0xff, 0xd8, 0xff, marker, 0, 11, 8, 0, 2, 0, 2, 1, 0x11, 0, 0, fill]

describe('what the viewer is given', () => {
  it('is the original, when that is right', async () => {
    expect(await bytesOf(original)).toBe(original)
  })

  it('is inflated, when it was deflated', async () => {
    const dataSet = await dataSetOf(original)
    const deflated = joinBytes([fileMetaInformation({ ...uids, transferSyntaxUid: '1.2.840.10008.1.2.1.99' }), new Uint8Array(deflateRawSync(dataSet))])
    const served = await bytesOf(deflated)
    expect((await readFileElements(served))?.syntax.uid).toBe('1.2.840.10008.1.2.1')
    expect(await dataSetOf(served)).toEqual(dataSet)
  })

  it('refuses a deflate stream that ends too early, or is none', async () => {
    const dataSet = await dataSetOf(original)
    const stream = deflateRawSync(dataSet, { level: 0 })
    const meta = fileMetaInformation({ ...uids, transferSyntaxUid: '1.2.840.10008.1.2.1.99' })
    expect(await normalise(joinBytes([meta, new Uint8Array(stream.subarray(0, stream.length - 100))]))).toEqual({ cannotShow: 'truncated-pixels' })
    await expect(readFileElements(joinBytes([meta, new Uint8Array(200).fill(0xff)]))).rejects.toThrow(/invalid/)
  })

  it('has one fragment a frame, when frames came in pieces', async () => {
    const frames = [jpeg(0xc3, 1), jpeg(0xc3, 2)]
    const served = await bytesOf(encapsulated('1.2.840.10008.1.2.4.70', 2, ...frames.flatMap((frame) => [frame.slice(0, 8), frame.slice(8)])))
    const read = await readFileElements(served)
    const pixels = read?.elements.get(tags.PixelData)
    const { fragments, basicOffsets } = readFragments(served, pixels?.offset ?? 0)
    expect(fragments.map(({ offset, length }) => [...served.subarray(offset, offset + length)])).toEqual(frames)
    expect(basicOffsets).toEqual([0, 24])
  })

  it('names the coding that is really there', async () => {
    const lies = await bytesOf(encapsulated('1.2.840.10008.1.2.4.57', 1, jpeg(0xc0, 1)))
    expect((await readFileElements(lies))?.syntax.uid).toBe('1.2.840.10008.1.2.4.50')
    expect(await normalise(encapsulated('1.2.840.10008.1.2.4.57', 1, [1, 2, 3, 4]))).toEqual({ cannotShow: 'damaged-pixels' })
  })

  it('is RGB in place of uncompressed YBR_FULL_422', async () => {
    const ybr = joinBytes([
      fileMetaInformation(uids),
      ...rowsAndColumns(1, 2, 3, 'YBR_FULL_422', 1),
      element(tags.PixelData, 'OB', Uint8Array.of(0, 255, 128, 128)),
    ])
    const read = await readFileElements(await bytesOf(ybr))
    expect(read?.header.photometricInterpretation).toBe('RGB')
    const pixels = read?.elements.get(tags.PixelData)
    expect(pixels && read?.bytes.slice(pixels.offset, pixels.offset + pixels.length)).toEqual(Uint8Array.of(0, 0, 0, 255, 255, 255))
  })

  it('has no overlay left in the bits above the stored ones', async () => {
    const read = await readFileElements(original)
    const pixels = read?.elements.get(tags.PixelData)
    if (!read || !pixels) throw new Error('no pixels')
    const old = original.slice()
    for (let at = pixels.offset; at < pixels.offset + pixels.length; at += 14) old[at + 1] = (old[at + 1] ?? 0) | 0x80
    expect(old).not.toEqual(original)
    const served = await bytesOf(old)
    const again = await readFileElements(served)
    const clean = again?.elements.get(tags.PixelData)
    expect(clean && again?.bytes.slice(clean.offset, clean.offset + clean.length)).toEqual(original.slice(pixels.offset, pixels.offset + pixels.length))
  })

  it('is a whole Part 10 file, when preamble and meta information were missing', async () => {
    const bare = await dataSetOf(original)
    const served = await bytesOf(bare)
    const read = await readFileElements(served)
    expect(read?.opening.partTen).toBe(true)
    expect(readElements(served, read?.opening.dataSetAt ?? 0, formOf(read?.syntax.uid ?? '')).end).toBe('whole')
    expect(await dataSetOf(served)).toEqual(bare)
  })
})
