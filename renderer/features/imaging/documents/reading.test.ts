import { describe, expect, it } from 'vitest'
import { element, fileMetaInformation, joinBytes, undefinedLength } from '../../../../shared/standards/dicom'
import { contentItem, dicomFile, dicomObject, measuredItem, reportFile, waveformFile } from '../../../../shared/testing/dicomObjects'
import { lookUp } from './dictionary'
import { documentIn, readElementsOf, type Reading } from './reading'
import { filterRows, tagRows } from './tags/rows'

const meta = fileMetaInformation({ sopClassUid: '1.2.840.10008.5.1.4.1.1.7', sopInstanceUid: '2.25.1' })
const item = (content: Uint8Array): Uint8Array => joinBytes([Uint8Array.of(0xfe, 0xff, 0x00, 0xe0, content.length & 0xff, content.length >> 8, 0, 0), content])
const openItem = (content: Uint8Array): Uint8Array =>
  joinBytes([Uint8Array.of(0xfe, 0xff, 0x00, 0xe0, 0xff, 0xff, 0xff, 0xff), content, Uint8Array.of(0xfe, 0xff, 0x0d, 0xe0, 0, 0, 0, 0)])
const endOfSequence = Uint8Array.of(0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0)
const openSequence = (tag: string, ...items: Uint8Array[]): Uint8Array => {
  const opening = element(tag, 'SQ', new Uint8Array(0))
  new DataView(opening.buffer).setUint32(8, undefinedLength, true)
  return joinBytes([opening, ...items, endOfSequence])
}
const file = (...parts: Uint8Array[]): Uint8Array => joinBytes([meta, ...parts])
const read = async (bytes: Uint8Array, limit?: number): Promise<Reading> => {
  const reading = await readElementsOf({ bytes, leftAway: 'nothing' }, limit)
  if (!reading) throw new Error('not DICOM')
  return reading
}
const code = (value: string, meaning: string): Uint8Array => joinBytes([element('00080100', 'SH', value), element('00080104', 'LO', meaning)])

const whole = file(
  element('00080005', 'CS', 'ISO_IR 100'),
  element('00080016', 'UI', '1.2.840.10008.5.1.4.1.1.7'),
  element('00081140', 'SQ', item(joinBytes([element('00080005', 'CS', 'ISO_IR 192'), element('00081155', 'UI', '2.25.7'), element('00104000', 'LT', 'größer')]))),
  element('00090010', 'LO', 'ACME 1.1'),
  element('00091001', 'LO', 'own'),
  element('00091002', 'OB', Uint8Array.from({ length: 40 }, (_, index) => index)),
  element('00100010', 'PN', 'Müller^Anna'),
  element('00280010', 'US', 512),
  element('00287fe0', 'UR', 'http://example.invalid/a\\b'),
)

describe('D24: the tags of a file', () => {
  it('are listed by number, name and value, nested ones behind their sequence, private ones under who made them', async () => {
    const rows = tagRows(await read(whole))
    const line = (tag: string) => rows.find((row) => row.tag === tag)
    expect(line('(0002,0010)')).toMatchObject({ name: 'Transfer Syntax UID', value: '1.2.840.10008.1.2.1 · Explicit VR Little Endian' })
    expect(line('(0028,0010)')).toMatchObject({ name: 'Rows', representation: 'US', value: '512', depth: 0 })
    expect(line('(0008,1140)')).toMatchObject({ representation: 'SQ', items: 1, value: '' })
    expect(line('(0008,1155)')).toMatchObject({ depth: 1, value: '2.25.7' })
    expect(line('(0009,1001)')).toMatchObject({ name: 'ACME 1.1', isPrivate: true, value: 'own' })
    expect(line('(0009,0010)')?.name).toBe('Private Creator')
    // 40 bytes: the first 32 are written.
    expect(line('(0009,1002)')).toMatchObject({ value: Array.from({ length: 32 }, (_, index) => index.toString(16).padStart(2, '0')).join(' '), isCut: true, bytes: 40 })
    expect(rows.map(({ tag }) => tag).indexOf('(0008,1155)')).toBeGreaterThan(rows.map(({ tag }) => tag).indexOf('(0008,1140)'))
  })

  it('are read in the repertoire of the item that they lie in', async () => {
    const bytes = file(
      element('00080005', 'CS', 'ISO_IR 100'),
      element('00081140', 'SQ', item(joinBytes([element('00080005', 'CS', 'ISO_IR 192'), element('00104000', 'LT', new TextEncoder().encode('größer'))]))),
      element('00100010', 'PN', Uint8Array.of(0x4d, 0xfc, 0x6c, 0x6c, 0x65, 0x72)),
    )
    const rows = tagRows(await read(bytes))
    expect(rows.find(({ tag }) => tag === '(0010,4000)')?.value).toBe('größer')
    expect(rows.find(({ tag }) => tag === '(0010,0010)')?.value).toBe('Müller')
  })

  it('are found by number, name, keyword and value, together with what they lie in', async () => {
    const rows = tagRows(await read(whole))
    const found = (words: string) => filterRows(rows, words).map(({ tag, item: at }) => (at ? `item ${at}` : tag))
    expect(found('0028,0010')).toEqual(['(0028,0010)'])
    expect(found('(0009')).toEqual(['(0009,0010)', '(0009,1001)', '(0009,1002)'])
    expect(found('patient’s name')).toEqual(['(0010,0010)'])
    expect(found('patient\'s NAME')).toEqual(['(0010,0010)'])
    expect(found('PatientName')).toEqual(['(0010,0010)'])
    expect(found('2.25.7')).toEqual(['(0008,1140)', 'item 1', '(0008,1155)'])
    expect(found('no such thing')).toEqual([])
    expect(found('  ')).toHaveLength(rows.length)
  })

  it('are shown for every value representation as what they mean', async () => {
    const numbers = (bytes: number, write: (view: DataView) => void): Uint8Array => {
      const value = new Uint8Array(bytes)
      write(new DataView(value.buffer))
      return value
    }
    const bytes = file(
      element('00080001', 'UL', 4_000_000_000),
      element('00089007', 'SS', -5),
      joinBytes([Uint8Array.of(0x08, 0, 0x08, 0x90, 0x46, 0x4c, 8, 0), numbers(8, (view) => [view.setFloat32(0, 0.1, true), view.setFloat32(4, -1.5, true)])]),
      joinBytes([Uint8Array.of(0x08, 0, 0x09, 0x90, 0x46, 0x44, 8, 0), numbers(8, (view) => view.setFloat64(0, 0.1, true))]),
      joinBytes([Uint8Array.of(0x08, 0, 0x10, 0x90, 0x41, 0x54, 4, 0), Uint8Array.of(0x10, 0, 0x10, 0)]),
      joinBytes([Uint8Array.of(0x08, 0, 0x11, 0x90, 0x55, 0x56, 0, 0, 8, 0, 0, 0), numbers(8, (view) => view.setBigUint64(0, 2n ** 60n, true))]),
      element('00089012', 'UN', new TextEncoder().encode('some words')),
      element('00089013', 'UN', Uint8Array.of(1, 2, 3, 4)),
      element('00089014', 'LO', ''),
      element('00089015', 'DS', '1.50\\2'),
      element('00089016', 'UT', 'x'.repeat(1000)),
    )
    const values = Object.fromEntries(tagRows(await read(bytes)).map(({ tag, value, isCut }) => [tag, isCut ? `${value}…` : value]))
    expect(values).toMatchObject({
      '(0008,0001)': '4000000000',
      '(0008,9007)': '-5',
      '(0008,9008)': '0.1\\-1.5',
      '(0008,9009)': '0.1',
      '(0008,9010)': '(0010,0010)',
      '(0008,9011)': '1152921504606846976',
      '(0008,9012)': 'some words',
      '(0008,9013)': '01 02 03 04',
      '(0008,9014)': '',
      '(0008,9015)': '1.50\\2',
      '(0008,9016)': `${'x'.repeat(400)}…`,
    })
  })

  it('have names from the dictionary, overlays and private creators too', () => {
    expect(lookUp('00100010')).toEqual({ name: 'Patient’s Name', keyword: 'PatientName', representation: 'PN' })
    expect(lookUp('60023000')?.name).toBe('Overlay Data')
    expect(lookUp('0028106a')).toBeUndefined()
    expect(lookUp('00280106')?.representation).toBe('US')
    expect(lookUp('00200000')?.representation).toBe('UL')
  })
})

describe('hostile and damaged files', () => {
  it('a file that ends anywhere is read as far as it goes, and said to be cut', async () => {
    const bytes = file(openSequence('00081140', openItem(joinBytes([element('00081155', 'UI', '2.25.7'), openSequence('00081199', item(code('1', 'x')))]))), element('00100010', 'PN', 'A^B'))
    const all = await read(bytes)
    expect(all.end).toBe('whole')
    for (let length = meta.length + 1; length < bytes.length; length++) {
      const cut = await read(bytes.subarray(0, length))
      expect(cut.count, String(length)).toBeLessThanOrEqual(all.count)
      if (cut.count < all.count) expect(['cut', 'whole'], String(length)).toContain(cut.end)
      tagRows(cut)
      documentIn(cut)
    }
  })

  it('sequences nested a thousand deep end it, without end', async () => {
    let nested = element('00081155', 'UI', '2.25.7')
    for (let depth = 0; depth < 1000; depth++) nested = joinBytes([element('00081140', 'SQ', new Uint8Array(0)).fill(0xff, 8), Uint8Array.of(0xfe, 0xff, 0x00, 0xe0, 0xff, 0xff, 0xff, 0xff), nested])
    const { end, count } = await read(file(nested))
    expect(end).toBe('damaged')
    expect(count).toBeLessThan(200)
  })

  it('an item longer than its sequence is damage, not a reason to read elsewhere', async () => {
    const lying = item(element('00081155', 'UI', '2.25.7'))
    lying[4] = 200
    const { end } = await read(file(element('00081140', 'SQ', lying), element('00100010', 'PN', 'A'.repeat(300))))
    expect(end).toBe('damaged')
  })

  it('a million elements are listed up to the limit, and said to be more', async () => {
    const many = joinBytes(Array.from({ length: 5000 }, () => element('00081155', 'UI', '2.25.7')))
    expect(await read(file(many), 1000)).toMatchObject({ end: 'limit' })
  })

  it('a report, a curve or a document with bytes changed is shown as far as it makes sense, and never throws', async () => {
    const objects = [
      reportFile('Report', [measuredItem('Area', '1.7', ['cm2', 'square centimeter']), contentItem('IMAGE', 'CONTAINS', 'Key', ['00081199', 'SQ', [dicomObject(['00081155', 'UI', '2.25.1'], ['00081160', 'IS', '1'])]])]),
      waveformFile({ channels: [{ name: 'I', unit: 'uV', sensitivity: '1' }, { name: 'II', unit: 'uV', sensitivity: '1' }], frequency: 500, samples: 50, sample: (_, index) => index }),
      dicomFile('1.2.840.10008.5.1.4.1.1.104.1', dicomObject(['00420011', 'OB', new TextEncoder().encode('%PDF-1.4')], ['00420012', 'LO', 'application/pdf'], ['00420015', 'UL', 8])),
    ]
    const kinds = new Set<string>()
    for (const bytes of objects) {
      for (let at = meta.length; at < bytes.length; at += 5) {
        for (const value of [0, 0xff, (bytes[at] ?? 0) ^ 0x20]) {
          const changed = bytes.slice()
          changed[at] = value
          const reading = await read(changed)
          tagRows(reading)
          kinds.add(documentIn(reading).kind)
        }
      }
    }
    expect([...kinds].sort()).toEqual(['encapsulated', 'none', 'report', 'waveform'])
  })

  it('noise behind the header never throws', async () => {
    let state = 20261122
    const random = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 24
    for (let round = 0; round < 300; round++) {
      const noise = Uint8Array.from({ length: 200 + round }, random)
      const flipped = whole.slice()
      for (let flips = 0; flips < 8; flips++) flipped[meta.length + ((random() * 256 + random()) % (whole.length - meta.length))] = random()
      for (const bytes of [file(noise), flipped]) {
        const reading = await read(bytes)
        tagRows(reading)
        documentIn(reading)
      }
    }
  })
})
