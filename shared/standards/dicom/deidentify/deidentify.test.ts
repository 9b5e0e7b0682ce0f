import { describe, expect, it } from 'vitest'
import { readElements, readItems, type Form } from '../dataSet'
import { element, joinBytes, type Representation } from '../encode'
import { actionOf, deidentify, type Deidentification } from './deidentify'
import { basicProfile } from './table'

const explicit: Form = { explicit: true, bigEndian: false }
const how: Deidentification = { pseudonym: 'TEACHING 7', dates: { kind: 'remove' }, uidFor: (uid) => `2.25.${[...uid].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) % 1e9}` }
const item = (...elements: Uint8Array[]): Uint8Array => {
  const body = joinBytes(elements)
  const head = new Uint8Array([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0])
  new DataView(head.buffer).setUint32(4, body.length, true)
  return joinBytes([head, body])
}
const said = (bytes: Uint8Array, form: Form = explicit): Record<string, string> => {
  const { byTag, end } = readElements(bytes, 0, form)
  expect(end).toBe('whole')
  return Object.fromEntries([...byTag].map(([tag, { offset, length }]) => [tag, Buffer.from(bytes.subarray(offset, offset + length)).toString('latin1').replace(/[\0 ]+$/, '')]))
}
const run = (elements: readonly Uint8Array[], by: Deidentification = how, form: Form = explicit): Uint8Array => {
  const pieces = deidentify(joinBytes(elements), 0, form, by)
  if (!pieces) throw new Error('it was refused')
  return joinBytes(pieces)
}
const nested = (bytes: Uint8Array, tag: string): Uint8Array => {
  const found = readElements(bytes, 0, explicit).byTag.get(tag)
  return found ? bytes.subarray(found.offset, found.offset + found.length) : new Uint8Array(0)
}

describe('the basic profile', () => {
  it('has the whole table, each element once', () => {
    expect(new Set(basicProfile.map(([tag]) => tag)).size).toBe(basicProfile.length)
    expect(basicProfile.length).toBeGreaterThanOrEqual(617)
    expect(actionOf('00291010')?.action).toBe('X')
    expect(actionOf('50060010')?.action).toBe('X')
    expect(actionOf('60024000')?.action).toBe('X')
    expect(actionOf('60020010')).toBeUndefined()
    expect(actionOf('7fe00010')).toBeUndefined()
  })

  it('D17: empties, replaces or takes away what the table names, and says that it did', () => {
    const bytes = run([
      element('00080018', 'UI', '1.2.3.4'), element('00080020', 'DA', '20260115'), element('00080050', 'SH', 'A26000001'), element('00080080', 'LO', 'Clinic of Ours'),
      element('00080090', 'PN', 'Referrer^Rita'), element('00081030', 'LO', 'CT of Ada'), element('00100010', 'PN', 'Okonkwo^Ada'), element('00100020', 'LO', 'A-000042'),
      element('00100030', 'DA', '19610506'), element('00104000', 'LT', 'is a teacher'), element('0020000d', 'UI', '1.2.3'), element('00280010', 'US', 16), element('00291010', 'LO', 'private Ada'),
      element('7fe00010', 'OW', new Uint8Array(4).fill(7)), element('fffcfffc', 'OB', new Uint8Array(8).fill(65)),
    ])
    expect(said(bytes)).toMatchObject({
      '00080018': how.uidFor('1.2.3.4'), '00080020': '', '00080050': '', '00080090': '', '00100010': 'TEACHING 7', '00100020': 'TEACHING 7', '0020000d': how.uidFor('1.2.3'),
      '00120062': 'YES', '00280303': 'REMOVED', '7fe00010': '\u0007\u0007\u0007\u0007',
    })
    for (const gone of ['00104000', '00291010', 'fffcfffc']) expect(said(bytes)).not.toHaveProperty(gone)
    const text = Buffer.from(bytes).toString('latin1')
    for (const word of ['Ada', 'Okonkwo', 'A-000042', '1961', '2026', 'A26000001', 'Clinic of Ours', 'Rita']) expect(text).not.toContain(word)
  })

  it('D17: reaches what is nested, also where a VR is unknown or lengths are not said', () => {
    const inside = [element('00081155', 'UI', '1.2.3.4.5'), element('00100010', 'PN', 'Okonkwo^Ada'), element('00191001', 'LO', 'Ada too')]
    const undefinedItem = joinBytes([new Uint8Array([0xfe, 0xff, 0, 0xe0, 0xff, 0xff, 0xff, 0xff]), ...inside, new Uint8Array([0xfe, 0xff, 0x0d, 0xe0, 0, 0, 0, 0])])
    const undefinedLengths = joinBytes([new Uint8Array([0x08, 0, 0x12, 0x11, 0x53, 0x51, 0, 0, 0xff, 0xff, 0xff, 0xff]), undefinedItem, new Uint8Array([0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0])])
    const bytes = run([undefinedLengths, element('00082112', 'SQ', item(...inside)), element('00400260', 'SQ', item(element('00080104', 'LO', 'Head')))])
    expect(Buffer.from(bytes).toString('latin1')).not.toContain('Ada')
    const [first] = readItems(nestedRoot(bytes, '00081112'), { tag: '00081112', start: 0, offset: 0, length: nestedRoot(bytes, '00081112').length }, explicit, 9)
    expect(first?.byTag.has('00081155')).toBe(true)
    // Codes stay readable.
    expect(Buffer.from(nested(bytes, '00400260')).toString('latin1')).toContain('Head')
  })

  it('D17: reads nested elements where the form has no VRs', () => {
    const implicit: Form = { explicit: false, bigEndian: false }
    const plain = (tag: string, body: Uint8Array): Uint8Array => {
      const head = new Uint8Array(8)
      const view = new DataView(head.buffer)
      view.setUint16(0, parseInt(tag.slice(0, 4), 16), true)
      view.setUint16(2, parseInt(tag.slice(4), 16), true)
      view.setUint32(4, body.length, true)
      return joinBytes([head, body])
    }
    const ada = Buffer.from('Okonkwo^Ada ')
    const bytes = run([plain('00081112', item(plain('00100010', ada))), plain('00100010', ada), plain('00280010', new Uint8Array([16, 0]))], how, implicit)
    expect(Buffer.from(bytes).toString('latin1')).not.toContain('Ada')
    expect(said(bytes, implicit)).toMatchObject({ '00100010': 'TEACHING 7', '00280010': '\u0010' })
  })

  it('D17: moves all dates by the same days, or keeps them, as was chosen', () => {
    const dates = [element('00080020', 'DA', '20260301'), element('00080021', 'DA', '20260303'), element('0008002a', 'DT' as Representation, '20260301093000.00'), element('00080030', 'TM', '093000'), element('00100030', 'DA', '19610506')]
    const moved = said(run(dates, { ...how, dates: { kind: 'shift', days: -100 } }))
    expect(moved).toMatchObject({ '00080020': '20251121', '00080021': '20251123', '0008002a': '20251121093000.00', '00080030': '093000', '00100030': '', '00280303': 'MODIFIED' })
    expect(said(run(dates, { ...how, dates: { kind: 'keep' } }))).toMatchObject({ '00080020': '20260301', '00080030': '093000', '00100030': '', '00280303': 'UNMODIFIED' })
    // What is no date is not kept because it stands where one should.
    expect(said(run([element('00080020', 'DA', 'ADA 1961')], { ...how, dates: { kind: 'shift', days: 1 } }))['00080020']).toBe('')
  })

  it('refuses what does not read to its end, and leaves out an item that does not', () => {
    const whole = joinBytes([element('00100010', 'PN', 'Okonkwo^Ada')])
    expect(deidentify(whole.subarray(0, whole.length - 2), 0, explicit, how)).toBeUndefined()
    const broken = item(new Uint8Array([0x10, 0, 0x10, 0, 0x50, 0x4e, 0xff, 0x7f, 0x41, 0x64, 0x61, 0x20]))
    expect(Buffer.from(run([element('00081112', 'SQ', broken)])).toString('latin1')).not.toContain('Ada')
  })
})

const nestedRoot = (bytes: Uint8Array, tag: string): Uint8Array => nested(bytes, tag).slice()
