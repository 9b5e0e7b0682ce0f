import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { element, fileMetaInformation, framesOf, joinBytes, packFrames, readFragments, tags } from '../../../shared/standards/dicom'
import { ArchiveProblem } from '../archive/archive'
import { normalise } from '../normalise'
import { readFileElements } from '../readFile'
import { isByFrame, openFrames } from './index'
import { withoutGroups } from './oneFrame'
import { showable } from './showable'

const enhancedCt = '1.2.840.10008.5.1.4.1.1.2.1'
const jpegLossless = '1.2.840.10008.1.2.4.70'
const [rows, columns] = [4, 6]

const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? new Uint8Array()).toString('latin1').trim()
/** A sequence of items, each of undefined length, as scanners write them. */
const sequence = (tag: string, ...items: readonly Uint8Array[]): Uint8Array => {
  const open = Uint8Array.of(0xfe, 0xff, 0x00, 0xe0, 0xff, 0xff, 0xff, 0xff)
  const close = Uint8Array.of(0xfe, 0xff, 0x0d, 0xe0, 0, 0, 0, 0)
  const header = Uint8Array.of(parseInt(tag.slice(2, 4), 16), parseInt(tag.slice(0, 2), 16), parseInt(tag.slice(6, 8), 16), parseInt(tag.slice(4, 6), 16), 0x53, 0x51, 0, 0, 0xff, 0xff, 0xff, 0xff)
  return joinBytes([header, ...items.flatMap((item) => [open, item, close]), Uint8Array.of(0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0)])
}
const frameBytes = (frame: number): Uint8Array => new Uint8Array(rows * columns * 2).map((_value, at) => (at % 2 === 0 ? frame * 16 + (at % 13) : 0))

/** An Enhanced CT: what places and scales each frame stands in functional groups alone. */
const enhanced = (frames: number, pixels: Uint8Array, syntax?: string): Uint8Array =>
  joinBytes([
    fileMetaInformation({ sopClassUid: enhancedCt, sopInstanceUid: '1.2.3.4', ...(syntax !== undefined && { transferSyntaxUid: syntax }) }),
    element('00080016', 'UI', enhancedCt), element('00080018', 'UI', '1.2.3.4'), element('00080060', 'CS', 'CT'), element('0020000d', 'UI', '1.2.3'), element('0020000e', 'UI', '1.2.3.1'),
    element('00280002', 'US', 1), element('00280004', 'CS', 'MONOCHROME2'), element('00280008', 'IS', String(frames)), element('00280010', 'US', rows), element('00280011', 'US', columns),
    element('00280100', 'US', 16), element('00280101', 'US', 12), element('00280102', 'US', 11), element('00280103', 'US', 0),
    sequence('52009229', joinBytes([sequence('00209116', element('00200037', 'DS', '1\\0\\0\\0\\1\\0')), sequence('00289110', element('00280030', 'DS', '0.5\\0.5'))])),
    sequence('52009230', ...Array.from({ length: frames }, (_each, frame) =>
      joinBytes([sequence('00209113', element('00200032', 'DS', `0\\0\\${frame * 3}`)), sequence('00289145', joinBytes([element('00281052', 'DS', String(-1000 - frame)), element('00281053', 'DS', '2')]))]))),
    pixels,
  ])
const native = (frames: number): Uint8Array => enhanced(frames, element('7fe00010', 'OW', joinBytes(Array.from({ length: frames }, (_each, frame) => frameBytes(frame)))))

/** An archive of one file, which counts what is read of it. */
const archiveOf = (file: Uint8Array) => {
  const read = { bytes: 0, whole: 0 }
  return {
    read,
    archive: {
      read: async () => {
        read.whole += 1
        return file
      },
      async *stream(_sha256: string, from: number) {
        for (let at = from; at < file.length; at += 1024) {
          read.bytes += 1024
          yield file.subarray(at, at + 1024)
        }
      },
    },
    instance: (frames: number) => ({ sha256: 'a', size: file.length, frames }),
  }
}
const elementsOf = async (file: Uint8Array | undefined) => {
  const read = file && (await readFileElements(file))
  if (!read) throw new Error('no DICOM')
  return (tag: string) => {
    const found = read.elements.get(tag)
    return found && read.bytes.subarray(found.offset, found.offset + found.length)
  }
}

describe('frames of a large file, one by one', () => {
  it('a frame comes with its own pixels, and with what its functional groups say of it beside the rest', async () => {
    const { archive, instance } = archiveOf(native(5))
    const frames = openFrames(archive)
    for (let frame = 1; frame <= 5; frame += 1) {
      const of = await elementsOf(await frames.read(instance(5), frame))
      expect(of(tags.PixelData)).toEqual(frameBytes(frame - 1))
      expect([tags.NumberOfFrames, '00200032', '00281052', '00281053', '00280030', '00200037', '52009229', '52009230'].map((tag) => text(of(tag)))).toEqual(
        ['1', `0\\0\\${(frame - 1) * 3}`, String(-999 - frame), '2', '0.5\\0.5', '1\\0\\0\\0\\1\\0', '', ''],
      )
    }
    expect(await frames.read(instance(5), 0)).toBeUndefined()
    expect(await frames.read(instance(5), 6)).toBeUndefined()
  })

  it('the first is there before the rest was read', async () => {
    const big = enhanced(200, element('7fe00010', 'OW', joinBytes(Array.from({ length: 200 }, (_each, frame) => frameBytes(frame)))))
    const { archive, instance, read } = archiveOf(joinBytes([big, new Uint8Array(4 * 1024 * 1024)]))
    expect(await openFrames(archive).read(instance(200), 1)).toBeDefined()
    expect(read.whole).toBe(0)
    expect(read.bytes).toBeLessThan(1024 * 1024)
  })

  it('fragments of a compressed frame come as they were', async () => {
    const fragments = [[0xff, 0xd8, 1, 2], [3, 4], [0xff, 0xd8, 5, 6, 7, 8], [0xff, 0xd8, 9, 10]].map((each) => Uint8Array.from(each))
    const items = fragments.map((fragment) => joinBytes([Uint8Array.of(0xfe, 0xff, 0x00, 0xe0, fragment.length, 0, 0, 0), fragment]))
    const value = joinBytes([Uint8Array.of(0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0), ...items, Uint8Array.of(0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0)])
    const pixels = joinBytes([Uint8Array.of(0xe0, 0x7f, 0x10, 0x00, 0x4f, 0x42, 0, 0, 0xff, 0xff, 0xff, 0xff), value])
    const { archive, instance } = archiveOf(enhanced(3, pixels, jpegLossless))
    const frames = openFrames(archive)
    const found: number[][] = []
    for (const frame of [1, 2, 3]) {
      const bytes = (await frames.read(instance(3), frame)) ?? new Uint8Array()
      const at = (await readFileElements(bytes))?.elements.get(tags.PixelData)?.offset ?? 0
      const read = readFragments(bytes, at)
      expect(read.end).toBe('delimited')
      found.push(...read.fragments.map(({ offset, length }) => [...bytes.subarray(offset, offset + length)]))
    }
    expect(found).toEqual([[0xff, 0xd8, 1, 2, 3, 4], [0xff, 0xd8, 5, 6, 7, 8], [0xff, 0xd8, 9, 10]])
  })

  it('a file whose frames cannot be told apart, or that ends too early, gives none', async () => {
    const cut = native(5).subarray(0, native(5).length - 40)
    const { archive, instance } = archiveOf(cut)
    expect(await openFrames(archive).read(instance(5), 5)).toBeUndefined()
    const one = packFrames(Uint8Array.of(1, 2), [[{ offset: 0, length: 2 }]])
    const odd = archiveOf(enhanced(3, joinBytes([Uint8Array.of(0xe0, 0x7f, 0x10, 0x00, 0x4f, 0x42, 0, 0, 0xff, 0xff, 0xff, 0xff), one]), jpegLossless))
    expect(await openFrames(odd.archive).read(odd.instance(3), 1)).toBeUndefined()
    const nothing = archiveOf(new Uint8Array(2000).fill(7))
    expect(await openFrames(nothing.archive).read(nothing.instance(3), 1)).toBeUndefined()
  })

  it('a file that does not read back is said to be damaged each time, not once', async () => {
    const failing = { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new ArchiveProblem('damaged')) }) }
    const damaged = { read: () => Promise.reject(new ArchiveProblem('damaged')), stream: () => failing }
    const frames = openFrames(damaged)
    for (const _try of [1, 2]) await expect(frames.read({ sha256: 'a', size: 10_000, frames: 2 }, 1)).rejects.toBeInstanceOf(ArchiveProblem)
  })

  it('is for large files alone, and for none whose frames say where they lie only together', () => {
    const large = { frames: 300, size: 100_000_000, modality: 'US', transferSyntax: '1.2.840.10008.1.2.4.50' }
    expect([large, { ...large, frames: 1 }, { ...large, size: 1000 }, { ...large, modality: 'NM' }, { ...large, transferSyntax: '1.2.840.10008.1.2.1.99' }].map(isByFrame)).toEqual([true, false, false, false, false])
  })
})

describe('an Enhanced CT of one frame', () => {
  it('says its scale and place where the viewer looks for them in a file of one frame', async () => {
    const shown = await showable(native(1))
    const of = await elementsOf('bytes' in shown ? shown.bytes : undefined)
    expect([text(of('00281052')), text(of('00281053')), text(of('00200032'))]).toEqual(['-1000', '2', '0\\0\\0'])
    expect(of(tags.PixelData)).toEqual(frameBytes(0))
  })

  it('and every other file is as it was', async () => {
    const file = await readFileElements(native(2))
    expect(file && withoutGroups(file)).toBeUndefined()
  })
})

const corpus = resolve(__dirname, '../../../../shared/fixtures/dicom')
describe.skipIf(!existsSync(corpus))('frames of the files of ../shared/fixtures/dicom (skipped when the folder is absent)', () => {
  const pixelsIn = async (bytes: Uint8Array, frames: number): Promise<readonly string[]> => {
    const file = await readFileElements(bytes)
    const pixels = file?.elements.get(tags.PixelData)
    if (!file || !pixels) return []
    const hash = (...parts: readonly Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest('hex')
    if (file.syntax.encapsulated) {
      const spans = framesOf(file.bytes, readFragments(file.bytes, pixels.offset), frames) ?? []
      return spans.map((each) => hash(...each.map(({ offset, length }) => file.bytes.subarray(offset, offset + length))))
    }
    const length = (file.header.rows * file.header.columns * file.header.samplesPerPixel * file.header.bitsAllocated) / 8
    return Array.from({ length: frames }, (_each, frame) => hash(file.bytes.subarray(pixels.offset + frame * length, pixels.offset + (frame + 1) * length)))
  }

  it('have the pixels that they have in the whole', async () => {
    let compared = 0
    for (const name of (await readdir(corpus, { recursive: true })).filter((each) => each.endsWith('.dcm'))) {
      const original = new Uint8Array(await readFile(join(corpus, name)))
      const header = (await readFileElements(original).catch(() => undefined))?.header
      const whole = header && header.frames > 1 && original.length < 30_000_000 ? await normalise(original) : undefined
      if (!header || !whole || 'cannotShow' in whole) continue
      const expected = await pixelsIn(whole.bytes, header.frames)
      const { archive, instance } = archiveOf(original)
      const frames = openFrames(archive)
      for (const frame of new Set([1, Math.ceil(header.frames / 2), header.frames])) {
        const alone = await frames.read(instance(header.frames), frame)
        const shown = alone && (await showable(alone))
        if (!shown || 'cannotShow' in shown) throw new Error(`${name}: frame ${frame} cannot be shown`)
        expect(await pixelsIn(shown.bytes, 1), `${name}, frame ${frame}`).toEqual([expected[frame - 1]])
        compared += 1
      }
    }
    expect(compared).toBeGreaterThan(20)
  })
})
