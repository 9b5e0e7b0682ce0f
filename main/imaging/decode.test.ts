import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
// What the viewer's workers run; the package has no entry for it.
import { decodeImageFrame } from '../../node_modules/@cornerstonejs/dicom-image-loader/dist/esm/decodeImageFrameWorker.js'
import { framesOf, nativeLength, readFragments, tags } from '../../shared/standards/dicom'
import { withRightLevelShift } from '../../build/jpegLevelShift.mjs'
import { normalise } from './normalise'
import { readFileElements, type ReadFile } from './readFile'

const corpus = resolve(__dirname, '../../../shared/fixtures/dicom')
const present = existsSync(join(corpus, 'manifest.json'))

interface Known {
  readonly file: string
  /** SHA-256 of frame 1 as GDCM decodes it: raw, little endian. */
  readonly frame0RawLESha256?: string
}

/** The decoders that the viewer's workers run, their WebAssembly beside each other as `wasmBasePath` wants it. */
const codecs = ['codec-openjpeg/dist/openjpegwasm_decode.wasm', 'codec-charls/dist/charlswasm_decode.wasm', 'codec-libjpeg-turbo-8bit/dist/libjpegturbowasm_decode.wasm', 'codec-openjph/dist/openjphjs.wasm']
let wasm = ''

beforeAll(() => {
  // The JPEG 2000 decoder tells what it does.
  vi.spyOn(console, 'log').mockImplementation(() => undefined)
  wasm = mkdtempSync(join(tmpdir(), 'outpost-codecs-'))
  for (const codec of codecs) copyFileSync(resolve(__dirname, '../../node_modules/@cornerstonejs', codec), join(wasm, basename(codec)))
})
afterAll(() => {
  vi.restoreAllMocks()
  rmSync(wasm, { recursive: true, force: true })
})

/** Frame 1 of a file as the viewer gets it; the reason where it is not shown. */
const served = async (file: string): Promise<ReadFile | string> => {
  const normalised = await normalise(new Uint8Array(readFileSync(join(corpus, file))))
  if ('cannotShow' in normalised) return normalised.cannotShow
  const read = await readFileElements(normalised.bytes)
  if (!read) throw new Error('not DICOM')
  return read
}

const firstFrame = ({ bytes, elements, header, syntax }: ReadFile): Uint8Array => {
  const pixels = elements.get(tags.PixelData)
  if (!pixels) throw new Error('no pixels')
  if (!syntax.encapsulated) return bytes.slice(pixels.offset, pixels.offset + nativeLength({ ...header, frames: 1 }))
  const span = framesOf(bytes, readFragments(bytes, pixels.offset), header.frames)?.[0]?.[0]
  if (!span) throw new Error('no frame')
  return bytes.slice(span.offset, span.offset + span.length)
}

/** The samples of frame 1 as little-endian bytes. */
const decode = async (read: ReadFile): Promise<Uint8Array> => {
  const { header, syntax, elements, bytes } = read
  const planar = elements.get('00280006')
  const frame = {
    samplesPerPixel: header.samplesPerPixel,
    photometricInterpretation: header.photometricInterpretation,
    planarConfiguration: planar ? (bytes[planar.offset] ?? 0) : 0,
    rows: header.rows,
    columns: header.columns,
    bitsAllocated: header.bitsAllocated,
    bitsStored: header.bitsStored,
    pixelRepresentation: header.signed ? 1 : 0,
  }
  type Ask = Parameters<typeof decodeImageFrame>
  const decoded = await decodeImageFrame(frame as Ask[0], syntax.uid, firstFrame(read) as unknown as Ask[2], { wasmBasePath: `${wasm}/` }, { preScale: { enabled: false } } as Ask[4], undefined as unknown as Ask[5])
  const samples = decoded.pixelData as unknown as ArrayLike<number>
  return header.bitsAllocated === 8 ? new Uint8Array(samples) : new Uint8Array(new Uint16Array(samples).buffer)
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** GDCM leaves these as YBR, or without the sign, or rounds otherwise; they are compared in another way below. */
const otherwise = new Set([
  'us/IM00001.fragmented_no_bot_jpeg_baseline.50.dcm',
  'us/US-YBR_FULL_422-EVRLE.dcm',
  'us/examples_ybr_color.dcm',
  'ts/JLSL_16_15_1_1F.dcm',
  'ts/CTImage.dcm_JPEGProcess2_4TransferSyntax_1.2.840.10008.1.2.4.51.dcm',
])
/** Has a picture that GDCM decodes, and is refused with this reason (docs/decisions/0007). */
const refused: Readonly<Record<string, string>> = {
  'nm-pt-rt/rtdose.dcm': 'unsupported-pixels',
  'nm-pt-rt/rtdose_rle.dcm': 'unsupported-pixels',
  'ts/SC_rgb_expb_16bit.dcm': 'unsupported-pixels',
  'ts/CTImage.dcm_JPEGProcess6_8TransferSyntax_1.2.840.10008.1.2.4.53.dcm': 'unsupported-transfer-syntax',
  'ts/CTImage.dcm_JPEGProcess10_12TransferSyntax_1.2.840.10008.1.2.4.55.dcm': 'unsupported-transfer-syntax',
}
const known: readonly Known[] = present ? (JSON.parse(readFileSync(join(corpus, 'manifest.json'), 'utf8')) as Known[]) : []
const hashed = known.flatMap(({ file, frame0RawLESha256 }) => (frame0RawLESha256 ? [[file, frame0RawLESha256] as const] : []))

describe.skipIf(!present)('D3: frame 1 as the viewer decodes it (skipped when ../shared/fixtures/dicom is absent)', () => {
  it('is GDCM’s, value for value, in every file that has one; or is refused with the reason', { timeout: 120_000 }, async () => {
    const wrong: string[] = []
    let equal = 0
    for (const [file, hash] of hashed) {
      if (otherwise.has(file)) continue
      const read = await served(file)
      if (typeof read === 'string') {
        if (refused[file] !== read) wrong.push(`${file}: ${read}`)
      } else if (sha256(await decode(read)) === hash) equal += 1
      else wrong.push(`${file}: other values`)
    }
    expect(wrong).toEqual([])
    expect(equal).toBe(hashed.length - otherwise.size - Object.keys(refused).length)
  })

  it('is the same in 15 bits, which GDCM hands out without the sign', async () => {
    const read = await served('ts/JLSL_16_15_1_1F.dcm')
    if (typeof read === 'string') throw new Error(read)
    const samples = new Uint16Array((await decode(read)).buffer).map((value) => value & 0x7fff)
    expect(sha256(new Uint8Array(samples.buffer))).toBe(hashed.find(([file]) => file === 'ts/JLSL_16_15_1_1F.dcm')?.[1])
  })

  it('is the same picture with and without a preamble, and with garbage behind it', async () => {
    const pictures = await Promise.all(
      ['mr/MR_small.dcm', 'malformed/made-no-preamble.dcm', 'malformed/made-trailing-garbage.dcm'].filter((file) => existsSync(join(corpus, file))).map(async (file) => {
        const read = await served(file)
        return typeof read === 'string' ? read : sha256(await decode(read))
      }),
    )
    expect(pictures.length).toBeGreaterThan(1)
    expect(new Set(pictures).size).toBe(1)
  })

  it('is in high-throughput JPEG 2000 the same picture, lossless and lossy, within one grey value on average', async () => {
    const [lossless, lossy] = await Promise.all(['ts/HTJ2KLossless_08_RGB.dcm', 'ts/HTJ2K_08_RGB.dcm'].map(async (file) => {
      const read = await served(file)
      if (typeof read === 'string') throw new Error(read)
      return decode(read)
    }))
    expect(lossless?.length).toBe(lossy?.length)
    expect(meanDifference(lossless ?? new Uint8Array(0), lossy ?? new Uint8Array(0))).toBeLessThan(1)
  })
})

const meanDifference = (a: Uint8Array, b: Uint8Array): number => {
  let sum = 0
  for (let index = 0; index < a.length; index++) sum += Math.abs((a[index] ?? 0) - (b[index] ?? 0))
  return sum / a.length
}

const dcmj2pnm = existsSync('/usr/bin/dcmj2pnm') ? '/usr/bin/dcmj2pnm' : undefined

/** Frame 1 in RGB, as dcmtk makes it. */
const byDcmtk = (file: string): Uint8Array => {
  const ppm = execFileSync(dcmj2pnm ?? '', ['+op', '+F', '1', join(corpus, file)], { maxBuffer: 64 * 1024 * 1024, stdio: ['ignore', 'pipe', 'ignore'] })
  const head = /^P6\s+(?:#.*\s+)*(\d+)\s+(\d+)\s+255\s/.exec(ppm.subarray(0, 200).toString('latin1'))
  if (!head) throw new Error('not a colour picture')
  return ppm.subarray(head[0].length)
}

describe.skipIf(!present || !dcmj2pnm)('D3: colours as the viewer decodes them (skipped without dcmtk, or ../shared/fixtures/dicom)', () => {
  it.each([
    // Lossy: two decoders round differently, and make the missing colour values differently.
    ['us/IM00001.fragmented_no_bot_jpeg_baseline.50.dcm', 1],
    ['us/examples_ybr_color.dcm', 1],
    // Turned into RGB by our own table.
    ['us/US-YBR_FULL_422-EVRLE.dcm', 1],
  ])('%s is dcmtk’s picture within %f grey values on average', async (file, most) => {
    const read = await served(file)
    if (typeof read === 'string') throw new Error(read)
    const [ours, theirs] = [await decode(read), byDcmtk(file)]
    expect(ours.length).toBe(theirs.length)
    expect(meanDifference(ours, theirs)).toBeLessThan(most)
  })
})

const dcmdjpeg = existsSync('/usr/bin/dcmdjpeg') ? '/usr/bin/dcmdjpeg' : undefined

describe.skipIf(!present || !dcmdjpeg)('D3: lossy JPEG with 12 bits (skipped without dcmtk, or ../shared/fixtures/dicom)', () => {
  it('is dcmtk’s picture within one value, with the level shift that is bundled', async () => {
    const file = 'ts/CTImage.dcm_JPEGProcess2_4TransferSyntax_1.2.840.10008.1.2.4.51.dcm'
    const read = await served(file)
    if (typeof read === 'string') throw new Error(read)
    expect(read.syntax.uid).toBe('1.2.840.10008.1.2.4.51')
    const source = resolve(__dirname, '../../node_modules/@cornerstonejs/dicom-image-loader/dist/esm/codecs/jpeg.js')
    const patched = join(wasm, 'jpeg.mjs')
    writeFileSync(patched, withRightLevelShift(readFileSync(source, 'utf8')))
    const { default: JpegImage } = (await import(/* @vite-ignore */ pathToFileURL(patched).href)) as { default: new () => { parse(bytes: Uint8Array): void; getData16(columns: number, rows: number): Uint16Array } }
    const jpeg = new JpegImage()
    jpeg.parse(firstFrame(read))
    const ours = jpeg.getData16(read.header.columns, read.header.rows)
    execFileSync(dcmdjpeg ?? '', [join(corpus, file), join(wasm, 'native.dcm')], { stdio: 'ignore' })
    const native = await readFileElements(new Uint8Array(readFileSync(join(wasm, 'native.dcm'))))
    if (!native) throw new Error('not DICOM')
    const theirs = new Uint16Array(firstFrame(native).slice().buffer)
    expect(ours.length).toBe(theirs.length)
    let worst = 0
    ours.forEach((value, index) => (worst = Math.max(worst, Math.abs(value - (theirs[index] ?? 0)))))
    expect(worst).toBeLessThanOrEqual(1)
  })
})
