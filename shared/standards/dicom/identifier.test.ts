import { describe, expect, it } from 'vitest'
import { mulberry32 } from '../mulberry32'
import { element, joinBytes } from './encode'
import { attributesOf, itemsOf, readIdentifier, valueOf, valuesOf, writeIdentifier, type Identifier } from './identifier'
import { answerTo, matches } from './matching'

const explicit = { explicit: true, bigEndian: false }
const implicit = { explicit: false, bigEndian: false }
const step = (given: Readonly<Record<string, string>>): Identifier => attributesOf({ '00400100': [attributesOf(given)] })

describe('an identifier', () => {
  const asked = attributesOf({ '00100010': 'Müller^Jürgen', '00100020': 'A-1', '00100030': '', '00081120': [], '00400100': [attributesOf({ '00080060': 'US', '00400002': '20261121' })] })

  it.each([['explicit', explicit], ['implicit', implicit]])('reads back as it was written, %s', (_name, form) => {
    const read = readIdentifier(writeIdentifier(asked, form), form)
    expect(read && valueOf(read, '00100010')).toBe('Müller^Jürgen')
    expect(read && valuesOf(read, '00100030')).toEqual([])
    expect(read && itemsOf(read, '00400100').map((item) => valueOf(item, '00080060'))).toEqual(['US'])
    expect(read && valueOf(read, '00080005')).toBe('ISO_IR 100')
  })

  it('is written in the character set that the modality uses, as long as the names fit it', () => {
    const named = (name: string, sets: readonly string[]): string => {
      const read = readIdentifier(writeIdentifier(attributesOf({ '00100010': name }), explicit, sets), explicit)
      expect(read && valueOf(read, '00100010')).toBe(name)
      return read ? valueOf(read, '00080005') : ''
    }
    expect(named('Smith^Ada', ['ISO_IR 144'])).toBe('')
    expect(named('Иванова^Анна', ['ISO_IR 144'])).toBe('ISO_IR 144')
    expect(named('Νικολάου^Άννα', ['ISO 2022 IR 126'])).toBe('ISO_IR 126')
    expect(named('Иванова^Анна', ['ISO_IR 100'])).toBe('ISO_IR 192')
    expect(named('आदा', [])).toBe('ISO_IR 192')
  })

  it('of a vendor leaves out what is not text and what is private, and keeps the rest', () => {
    const bytes = joinBytes([element('00090010', 'LO', 'VENDOR'), element('00091001', 'UN', Uint8Array.of(1, 2)), element('00100020', 'LO', 'A-1'), element('00280010', 'US', 3)])
    const read = readIdentifier(bytes, explicit)
    expect([...(read?.keys() ?? [])]).toEqual(['00100020'])
  })

  it('that is cut off, nested without end or noise is no identifier, and takes no time', () => {
    const whole = writeIdentifier(asked, explicit)
    for (let length = 1; length < whole.length; length++) {
      const read = readIdentifier(whole.slice(0, length), explicit)
      expect(read === undefined || read.size <= asked.size + 1).toBe(true)
    }
    const seed = 20261121
    const random = mulberry32(seed)
    for (let times = 0; times < 300; times++) {
      const noise = Uint8Array.from({ length: 200 }, () => Math.floor(random() * 256))
      expect(() => readIdentifier(noise, times % 2 === 0 ? explicit : implicit), `seed ${seed}`).not.toThrow()
    }
    const nested = joinBytes(Array.from({ length: 5000 }, () => Uint8Array.of(0x40, 0, 0, 1, 0x53, 0x51, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xfe, 0xff, 0, 0xe0, 0xff, 0xff, 0xff, 0xff)))
    expect(readIdentifier(nested, explicit)).toBeUndefined()
  })
})

describe('D11: a key matches', () => {
  const there = attributesOf({ '00100010': 'Müller^Jürgen', '00100020': 'A-1', '0020000d': '1.2.3', '00080020': '20261121', '00080030': '143000' })
  it.each([
    ['00100010', 'MULLER^JURGEN', true], ['00100010', 'mü*', true], ['00100010', 'M?ller^*', true], ['00100010', 'Mueller*', false],
    ['00100010', 'Müller^Jürgen^^^', true], ['00100020', 'a-1', false], ['00100020', 'A-*', true], ['00100020', '*', true], ['00100020', '', true],
    ['0020000d', '1.2.3', true], ['0020000d', '1.2.*', false],
    ['00080020', '20261121', true], ['00080020', '20261101-20261130', true], ['00080020', '-20261120', false], ['00080020', '20261121-', true],
    ['00080030', '1400-1430', true], ['00080030', '1431-', false], ['00080030', '-14', true],
    ['00104000', 'not known of anybody', true],
  ])('(%s) %s: %s', (tag, key, expected) => {
    expect(matches(attributesOf({ [tag]: key }), there)).toBe(expected)
  })

  it('any UID of a list, and an item of a sequence only as a whole', () => {
    expect(matches(attributesOf({ '0020000d': ['1.2.4', '1.2.3'] }), there)).toBe(true)
    const steps = attributesOf({ '00400100': [attributesOf({ '00080060': 'US', '00400001': 'ROOM1' }), attributesOf({ '00080060': 'CT', '00400001': 'ROOM2' })] })
    expect(matches(step({ '00080060': 'US', '00400001': 'ROOM1' }), steps)).toBe(true)
    expect(matches(step({ '00080060': 'US', '00400001': 'ROOM2' }), steps)).toBe(false)
  })

  it('in the time that its letters take, also where it is all stars', () => {
    const value = attributesOf({ '00100010': 'A'.repeat(60) })
    expect(matches(attributesOf({ '00100010': `${'A*'.repeat(30)}B` }), value)).toBe(false)
  })

  it('and the answer has what was asked for, and nothing else', () => {
    expect([...answerTo(attributesOf({ '00100020': '', '00104000': '' }), there).keys()]).toEqual(['00100020'])
  })
})
