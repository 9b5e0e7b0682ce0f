import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  characterSetsOf, decodedAs, decodeText, displayPersonName, element, fileMetaInformation, formOf, framesOf, inViewingOrder, isUid, joinBytes,
  judgePixels, localDateTimeOf, openFile, packFrames, readCodestream, readElements, readFragments, readInstance, readItems, rgbOfYbr422, rleLossless, tags,
  transferSyntaxOf, undefinedLength,
} from './index'

const seed = 20261121
const bytesOf = (...values: number[]): Uint8Array => Uint8Array.from(values)
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)
const little = { explicit: true, bigEndian: false }

describe('text of a data set', () => {
  it.each([
    ['ISO_IR 100', [0xc4, 0x6e, 0x65, 0x61, 0x73], 'Äneas'],
    ['ISO_IR 144', [0xbb, 0xee, 0xda], 'Люк'],
    ['ISO_IR 126', [0xc4, 0xe9, 0xef, 0xed], 'Διον'],
    ['ISO_IR 127', [0xe2, 0xc8, 0xc7, 0xe6, 0xea], 'قباني'],
    ['ISO_IR 192', [0xe7, 0x8e, 0x8b], '王'],
    ['GB18030', [0xcd, 0xf5], '王'],
    ['ISO 2022 IR 149', [0x48, 0x3d, 0x1b, 0x24, 0x29, 0x43, 0xfb, 0xf3], 'H=洪'],
    ['\\ISO 2022 IR 87', [0x41, 0x3d, 0x1b, 0x24, 0x42, 0x3b, 0x33, 0x1b, 0x28, 0x42, 0x5e, 0x42], 'A=山^B'],
    ['', [0xc3, 0xa9], 'é'],
    ['', [0xe9], 'é'],
    ['NONSENSE', [0xe9], 'é'],
  ])('in %s is decoded', (term, bytes, text) => {
    expect(decodeText(Uint8Array.from(bytes), characterSetsOf(term))).toBe(text)
  })

  it('never throws, whatever the bytes and the character set', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.constantFrom('', 'ISO_IR 192', 'GB18030', 'ISO 2022 IR 87', '\\ISO 2022 IR 159', 'ISO 2022 IR 58'), (bytes, term) => {
        expect(typeof decodeText(bytes, characterSetsOf(term))).toBe('string')
      }),
      { seed },
    )
  })

  it('shows a person’s name family first, in capitals', () => {
    expect(displayPersonName('Okonkwo^Ada^Chi^Dr^')).toBe('OKONKWO, Dr Ada Chi')
    expect(displayPersonName('Yamada^Tarou=山田^太郎=')).toBe('YAMADA, Tarou')
    expect(displayPersonName('=山田^太郎')).toBe('山田, 太郎')
    expect(displayPersonName('^Ada')).toBe('Ada')
    expect(displayPersonName('^^^^=')).toBe('')
  })
})

describe('dates, times and UIDs', () => {
  it('are read as far as they are ones', () => {
    expect(localDateTimeOf('20260115', '093059.123')).toBe('2026-01-15T09:30:59')
    expect(localDateTimeOf('2026.01.15', '0930')).toBe('2026-01-15T09:30:00')
    expect(localDateTimeOf('20260115', '')).toBe('2026-01-15')
    expect(localDateTimeOf('20260115', '99')).toBe('2026-01-15')
    expect(localDateTimeOf('20260231', '10')).toBeUndefined()
    expect(localDateTimeOf('', '10')).toBeUndefined()
    expect([isUid('1.2.840'), isUid('1'), isUid('../etc'), isUid('1.2.x'), isUid('1'.repeat(40) + '.' + '2'.repeat(40))]).toEqual([true, false, false, false, false])
  })
})

/** A sequence of undefined length that holds items of undefined length, `depth` deep. */
const nest = (depth: number): Uint8Array => {
  const open = bytesOf(0x08, 0, 0x40, 0x11, 0x53, 0x51, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xfe, 0xff, 0x00, 0xe0, 0xff, 0xff, 0xff, 0xff)
  const close = bytesOf(0xfe, 0xff, 0x0d, 0xe0, 0, 0, 0, 0, 0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0)
  return joinBytes([...Array<Uint8Array>(depth).fill(open), ...Array<Uint8Array>(depth).fill(close)])
}

describe('elements', () => {
  it('are found behind sequences of every length', () => {
    const data = joinBytes([nest(3), element(tags.PatientID, 'LO', 'A-1')])
    const { byTag, end } = readElements(data, 0, little)
    expect(end).toBe('whole')
    const id = byTag.get(tags.PatientID)
    expect(id && data.subarray(id.offset, id.offset + id.length)).toEqual(ascii('A-1 '))
    expect(byTag.get('00081140')?.length).toBe(nest(3).length - 12)
  })

  it('ask for more when a window ends inside one, and stop where they are told', () => {
    const data = joinBytes([element(tags.PatientID, 'LO', 'A-1'), element(tags.Rows, 'US', 8), element(tags.PixelData, 'OW', new Uint8Array(64))])
    for (let length = 1; length < data.length; length++) expect(['cut', 'whole']).toContain(readElements(data.subarray(0, length), 0, little).end)
    const { byTag, end } = readElements(data.subarray(0, 40), 0, little, tags.PixelData)
    expect(end).toBe('stopped')
    expect(byTag.get(tags.PixelData)).toMatchObject({ length: 64 })
  })

  it('nested a thousand deep are refused, a megabyte of openings takes no time', () => {
    expect(readElements(nest(1000), 0, little).end).toBe('damaged')
    const started = Date.now()
    expect(readElements(nest(30_000), 0, little).end).toBe('damaged')
    expect(Date.now() - started).toBeLessThan(500)
  })

  it('of any bytes at all come to an end', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), fc.boolean(), (bytes, explicit, bigEndian) => {
        const { byTag } = readElements(bytes, 0, { explicit, bigEndian })
        for (const { offset, length } of byTag.values()) expect(offset + length).toBeLessThanOrEqual(bytes.length)
        readInstance(bytes, byTag, bigEndian)
      }),
      { seed, numRuns: 500 },
    )
  })

  it('of a real file with any byte changed come to an end, and no value lies outside', () => {
    const file = joinBytes([
      fileMetaInformation({ sopClassUid: '1.2.3', sopInstanceUid: '2.25.4' }),
      nest(2),
      element(tags.PatientName, 'PN', 'Okonkwo^Ada'),
      element(tags.Rows, 'US', 4),
      element(tags.PixelData, 'OW', new Uint8Array(32)),
    ])
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.nat(255), (at, value) => {
        const changed = file.slice()
        changed[at] = value
        const opening = openFile(changed)
        if (!opening) return
        const { byTag } = readElements(changed, opening.dataSetAt, formOf(opening.transferSyntaxUid), tags.PixelData)
        const header = readInstance(changed, byTag, false)
        judgePixels(changed, byTag, header, transferSyntaxOf(opening.transferSyntaxUid))
      }),
      { seed, numRuns: 2000 },
    )
  })

  it('of a directory give their items', () => {
    const item = (text: string): Uint8Array => {
      const body = element(tags.ReferencedFileID, 'CS', text)
      const head = new Uint8Array(8)
      new DataView(head.buffer).setUint16(0, 0xfffe, true)
      new DataView(head.buffer).setUint16(2, 0xe000, true)
      new DataView(head.buffer).setUint32(4, body.length, true)
      return joinBytes([head, body])
    }
    const value = joinBytes([item('CT\\IM1'), item('CT\\IM2')])
    const sequence = element(tags.DirectoryRecordSequence, 'OB', value)
    sequence.set(ascii('SQ'), 4)
    const { byTag } = readElements(sequence, 0, little)
    const found = byTag.get(tags.DirectoryRecordSequence)
    if (!found) throw new Error('no sequence')
    expect(readItems(sequence, found, little, 10)).toHaveLength(2)
    expect(readItems(sequence, found, little, 1)).toHaveLength(1)
  })
})

/** Encapsulated pixel data: an offset table and fragments. */
const encapsulate = (table: number[], fragments: Uint8Array[], end = true): Uint8Array => {
  const item = (value: Uint8Array, tag = 0xe000): Uint8Array => {
    const head = new Uint8Array(8)
    const view = new DataView(head.buffer)
    view.setUint16(0, 0xfffe, true)
    view.setUint16(2, tag, true)
    view.setUint32(4, value.length, true)
    return joinBytes([head, value])
  }
  const offsets = new Uint8Array(table.length * 4)
  table.forEach((offset, index) => new DataView(offsets.buffer).setUint32(index * 4, offset, true))
  return joinBytes([item(offsets), ...fragments.map((fragment) => item(fragment)), ...(end ? [item(new Uint8Array(0), 0xe0dd)] : [])])
}
const soi = (fill: number): Uint8Array => bytesOf(0xff, 0xd8, fill, fill)
const more = (fill: number): Uint8Array => bytesOf(fill, fill)

describe('frames in fragments', () => {
  const frames = (bytes: Uint8Array, count: number): number[] | undefined => framesOf(bytes, readFragments(bytes, 0), count)?.map((spans) => spans.length)

  it('are found by the offset table, by one fragment each, or by where a codestream begins', () => {
    expect(frames(encapsulate([0, 22], [soi(1), more(1), soi(2)]), 2)).toEqual([2, 1])
    expect(frames(encapsulate([], [soi(1), soi(2)]), 2)).toEqual([1, 1])
    expect(frames(encapsulate([], [soi(1), more(1), more(1), soi(2), more(2)]), 2)).toEqual([3, 2])
    expect(frames(encapsulate([], [soi(1), more(1)]), 1)).toEqual([2])
    // An offset table that points nowhere is not believed.
    expect(frames(encapsulate([0, 9999], [soi(1), more(1), soi(2)]), 2)).toEqual([2, 1])
  })

  it('that cannot be told apart are not guessed', () => {
    expect(frames(encapsulate([], [more(1), more(1), more(2)]), 2)).toBeUndefined()
    expect(frames(encapsulate([], [soi(1), soi(2)]), 3)).toBeUndefined()
    expect(frames(encapsulate([], []), 1)).toBeUndefined()
  })

  it('are packed again, one fragment a frame, with every byte', () => {
    const bytes = encapsulate([], [soi(1), more(1), bytesOf(7), soi(2)])
    const grouped = framesOf(bytes, readFragments(bytes, 0), 2)
    const packed = packFrames(bytes, grouped ?? [])
    const { basicOffsets, fragments, end } = readFragments(packed, 0)
    expect(end).toBe('delimited')
    expect(basicOffsets).toEqual([0, 16])
    expect(fragments.map(({ offset, length }) => [...packed.subarray(offset, offset + length)])).toEqual([[0xff, 0xd8, 1, 1, 1, 1, 7, 0], [0xff, 0xd8, 2, 2]])
  })

  it('end where the file ends', () => {
    const whole = encapsulate([], [soi(1), soi(2)])
    expect(readFragments(whole.subarray(0, whole.length - 10), 0).end).toBe('truncated')
    expect(readFragments(encapsulate([], [soi(1)], false), 0).end).toBe('truncated')
    expect(readFragments(bytesOf(1, 2, 3, 4, 5, 6, 7, 8, 9), 0).end).toBe('damaged')
    expect(readFragments(bytesOf(0xfe, 0xff, 0, 0xe0, 0xff, 0xff, 0xff, 0xff), 0).end).toBe('truncated')
  })
})

describe('a codestream', () => {
  const stream = (...bytes: number[]) => readCodestream(Uint8Array.from(bytes), { offset: 0, length: bytes.length })

  it('is known by its markers, whatever the transfer syntax says', () => {
    expect(stream(0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 1, 0xff, 0xc0, 0, 11, 8, 0, 1, 0, 1, 1)).toEqual({ coding: 'jpeg-dct', precision: 8 })
    expect(stream(0xff, 0xd8, 0xff, 0xff, 0xc3, 0, 11, 16, 0, 1, 0, 1, 1)).toEqual({ coding: 'jpeg-lossless', precision: 16 })
    expect(stream(0xff, 0xd8, 0xff, 0xf7, 0, 11, 12, 0, 1)).toEqual({ coding: 'jpeg-ls', precision: 12 })
    expect(stream(0xff, 0x4f, 0xff, 0x51)).toEqual({ coding: 'jpeg-2000' })
    const sized = [0xff, 0x4f, 0xff, 0x51, ...Array<number>(38).fill(0), 0x8f, 1, 1]
    expect(stream(...sized)).toEqual({ coding: 'jpeg-2000', precision: 16, signed: true })
    expect(stream(0, 1, 2, 3, 4, 5)).toBeUndefined()
    expect(stream(0xff, 0xd8)).toBeUndefined()
    expect(stream(0xff, 0xd8, 0xff, 0xe0, 0xff, 0xff, 0, 0)).toBeUndefined()
  })

  it('of marker lengths that stand still comes to an end', () => {
    expect(readCodestream(new Uint8Array(100_000).fill(0xff, 0), { offset: 0, length: 100_000 })).toBeUndefined()
    const zeros = new Uint8Array(1000)
    zeros.set([0xff, 0xd8, 0xff, 0xe0])
    expect(readCodestream(zeros, { offset: 0, length: 1000 })).toBeUndefined()
  })

  it('is decoded under the name of what it is', () => {
    expect(decodedAs('1.2.840.10008.1.2.4.57', { coding: 'jpeg-dct', precision: 8 })).toBe('1.2.840.10008.1.2.4.50')
    expect(decodedAs('1.2.840.10008.1.2.4.70', { coding: 'jpeg-lossless' })).toBe('1.2.840.10008.1.2.4.70')
    expect(decodedAs('1.2.840.10008.1.2.4.51', { coding: 'jpeg-dct', precision: 8 })).toBe('1.2.840.10008.1.2.4.50')
    expect(decodedAs('1.2.840.10008.1.2.4.50', { coding: 'jpeg-dct', precision: 12 })).toBe('1.2.840.10008.1.2.4.51')
    expect(decodedAs('1.2.840.10008.1.2.4.203', { coding: 'jpeg-2000' })).toBe('1.2.840.10008.1.2.4.203')
  })
})

describe('pixels', () => {
  const header = { ...readInstance(new Uint8Array(0), new Map(), false), rows: 4, columns: 4, bitsAllocated: 16 }
  const judge = (changes: Partial<typeof header>, syntax: string, pixels: Uint8Array | undefined) => {
    const byTag = new Map(pixels ? [[tags.PixelData, { tag: tags.PixelData, start: 0, offset: 0, length: transferSyntaxOf(syntax).encapsulated ? undefinedLength : pixels.length }]] : [])
    return judgePixels(pixels ?? new Uint8Array(0), byTag, { ...header, ...changes }, transferSyntaxOf(syntax))
  }
  const native = '1.2.840.10008.1.2.1'

  it('that would be shown wrong are not shown', () => {
    expect(judge({}, native, new Uint8Array(32))).toBeUndefined()
    expect(judge({}, native, new Uint8Array(31))).toBe('truncated-pixels')
    expect(judge({ frames: 2 }, native, new Uint8Array(32))).toBe('truncated-pixels')
    expect(judge({}, native, undefined)).toBe('no-pixel-data')
    expect(judge({ rows: 0 }, native, undefined)).toBe('not-an-image')
    expect(judge({ bitsAllocated: 32 }, native, new Uint8Array(64))).toBe('unsupported-pixels')
    expect(judge({ bitsStored: 12, highBit: 15 }, native, new Uint8Array(32))).toBe('unsupported-pixels')
    // Run-length coding keeps the cells as they are; other codings have only the stored bits.
    expect(judge({ bitsStored: 12, highBit: 15 }, rleLossless, encapsulate([], [soi(1)]))).toBe('unsupported-pixels')
    expect(judge({ bitsStored: 12, highBit: 11 }, rleLossless, encapsulate([], [soi(1)]))).toBeUndefined()
    expect(judge({ bitsAllocated: 1 }, native, new Uint8Array(2))).toBe('unsupported-pixels')
    expect(judge({ samplesPerPixel: 3 }, native, new Uint8Array(96))).toBe('unsupported-pixels')
    expect(judge({}, '1.2.840.10008.1.2.4.102', encapsulate([], [soi(1)]))).toBe('unsupported-transfer-syntax')
    expect(judge({}, '1.2.3.4', encapsulate([], [soi(1)]))).toBe('unsupported-transfer-syntax')
    expect(judge({}, '1.2.840.10008.1.2.4.70', encapsulate([], [bytesOf(1, 2, 3, 4)]))).toBe('damaged-pixels')
    // One pass of 12 bits is right, several are not.
    expect(judge({}, '1.2.840.10008.1.2.4.51', encapsulate([], [bytesOf(0xff, 0xd8, 0xff, 0xc1, 0, 11, 12, 0, 4)]))).toBeUndefined()
    expect(judge({}, '1.2.840.10008.1.2.4.55', encapsulate([], [bytesOf(0xff, 0xd8, 0xff, 0xc2, 0, 11, 12, 0, 4)]))).toBe('unsupported-transfer-syntax')
    expect(judge({}, '1.2.840.10008.1.2.4.50', encapsulate([], [bytesOf(0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, 0, 4)]))).toBeUndefined()
  })

  it('in YBR_FULL_422 become RGB', () => {
    expect([...rgbOfYbr422(bytesOf(0, 255, 128, 128, 76, 76, 85, 255), 4)]).toEqual([0, 0, 0, 255, 255, 255, 254, 0, 0, 254, 0, 0])
  })
})

describe('viewing order', () => {
  const axial = [1, 0, 0, 0, 1, 0]
  const at = (sop: string, z: number, number: number, orientation = axial) => ({ sopInstanceUid: sop, number, position: [0, 0, z], orientation })

  it('goes from the feet to the head whatever the numbers say', () => {
    expect(inViewingOrder([at('a', 10, 1), at('b', -5, 2), at('c', 2.5, 3)]).map(({ sopInstanceUid }) => sopInstanceUid)).toEqual(['b', 'c', 'a'])
  })

  it('goes by number where positions are missing, of another plane, or all the same', () => {
    const names = (instances: readonly { sopInstanceUid: string }[]) => instances.map(({ sopInstanceUid }) => sopInstanceUid).join('')
    expect(names(inViewingOrder([at('a', 0, 3), { sopInstanceUid: 'b', number: 1 }, at('c', 5, 2)]))).toBe('bca')
    expect(names(inViewingOrder([at('a', 9, 2), at('b', 1, 3, [0, 1, 0, 0, 0, -1]), at('c', 5, 1)]))).toBe('cab')
    expect(names(inViewingOrder([at('a', 0, 3), at('b', 0, 1), at('c', 0, 2)]))).toBe('bca')
    expect(names(inViewingOrder([{ sopInstanceUid: 'b' }, { sopInstanceUid: 'a' }]))).toBe('ab')
  })

  it('is the same from whichever order it starts', () => {
    const stack = Array.from({ length: 12 }, (_, index) => at(`i${index}`, (index * 7) % 12, index))
    const sorted = inViewingOrder(stack)
    fc.assert(
      fc.property(fc.shuffledSubarray(stack, { minLength: 12 }), (shuffled) => {
        expect(inViewingOrder(shuffled)).toEqual(sorted)
      }),
      { seed, numRuns: 30 },
    )
  })
})
