import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodeText, delimitersOf, encodeText, escapeText, fields, parseDateTime, parseMessages, parseValue, unescape, usualDelimiters, type ReceiverOptions } from '.'
import { asTransfer, byteByByte, randomFrom, receive } from './testing/session'

describe('values as analysers write them', () => {
  it.each([
    ['8.13', { text: '8.13', value: 8.13 }],
    ['  5.5', { text: '5.5', value: 5.5 }],
    ['-1.2', { text: '-1.2', value: -1.2 }],
    ['> 300', { text: '> 300', value: 300, comparator: '>' }],
    ['< 1.20', { text: '< 1.20', value: 1.2, comparator: '<' }],
    ['<=0.5', { text: '<=0.5', value: 0.5, comparator: '<=' }],
    ['0', { text: '0', value: 0 }],
  ])('reads %j as a number', (sent, expected) => expect(parseValue(sent)).toEqual(expected))

  it.each(['', '-----', '....', 'LL', '----', 'Positive', '1:40', '+2', '>RR', '1e999', '1,234', '0x10', 'NaN', 'Infinity', '5.5*'])(
    'keeps %j as text and makes no number of it, least of all 0',
    (sent) => expect(parseValue(sent)).toEqual({ text: sent }),
  )

  it('refuses a date that is none', () => {
    expect(parseDateTime('20240627135407')).toEqual({ year: 2024, month: 6, day: 27, hour: 13, minute: 54, second: 7 })
    for (const bad of ['', '20240231', '2024', '20241301', '20240101250000', 'today']) expect(parseDateTime(bad)).toBeUndefined()
  })
})

describe('delimiters and escapes', () => {
  it('takes the delimiters from the header of this message', () => {
    expect(delimitersOf('H|\\^&|||')).toEqual(usualDelimiters)
    expect(delimitersOf('H|@^\\|x')).toEqual({ field: '|', repeat: '@', component: '^', escape: '\\' })
    expect(delimitersOf('H|\\\\^&|')).toEqual(usualDelimiters)
    expect(delimitersOf('H|||||')).toBeUndefined()
    expect(delimitersOf('H')).toBeUndefined()
  })

  it.each([
    ['PNG&R&20240628&R&x', 'PNG\\20240628\\x'],
    ['a&F&b&S&c&E&d', 'a|b^c&d'],
    ['&X41420D&', 'AB\r'],
    ['Tom & Jerry', 'Tom & Jerry'],
    ['x &Zmaker& y', 'x &Zmaker& y'],
    ['&H&bold&N&', 'bold'],
    ['&X4&', '&X4&'],
    ['&', '&'],
    ['A&B&F&', 'A&B|'],
  ])('reads %j as %j', (sent, expected) => expect(unescape(sent, usualDelimiters)).toBe(expected))

  it('reads back whatever it escapes (seed 3)', () => {
    const random = randomFrom(3)
    for (let round = 0; round < 500; round++) {
      const text = Array.from({ length: 12 }, () => '|\\^&FSRX a'[Math.floor(random() * 10)]).join('')
      expect(unescape(escapeText(text, usualDelimiters), usualDelimiters)).toBe(text)
    }
  })

  it('reads UTF-8 and the Windows code page', () => {
    expect(decodeText(encodeText('µmol'))).toBe('µmol')
    expect(decodeText(Uint8Array.of(0xb5, 0x6d))).toBe('µm')
  })
})

describe('the tree of records', () => {
  it('closes lower records when a higher one comes', () => {
    const [message] = parseMessages('H|\\^&\rC|1|I|top\rP|1||7\rC|1|I|patient\rO|1|s1\rR|1|^^^a|1\rC|1|I|about a\rM|1|raw\rR|2|^^^b|2\rO|2|s2\rR|1|^^^c|3\rP|2\rO|1|s3\rL|1|N\r')
    expect(message!.comments).toHaveLength(1)
    expect(message!.patients).toHaveLength(2)
    const [first] = message!.patients
    expect(first!.comments).toHaveLength(1)
    expect(first!.orders.map((order) => order.results.map((result) => result.record.rawField(4)))).toEqual([['1', '2'], ['3']])
    expect(first!.orders[0]!.results[0]!.comments[0]!.text(fields.comment.text)).toBe('about a')
    expect(first!.orders[0]!.results[0]!.others).toHaveLength(1)
    expect(message!.faults).toEqual([])
  })

  it('keeps what does not fit and names the fault', () => {
    expect(parseMessages('P|1\rO|1|x\rL|1\r')[0]!.faults).toEqual(['no-header'])
    expect(parseMessages('H|\\^&\rP|1\rX|1|strange\rL|1\r')[0]).toMatchObject({ faults: ['unknown-record'] })
    expect(parseMessages('H|\\^&\rR|1|^^^WBC|5.2|10^3/')[0]!.faults).toEqual(['no-terminator'])
    expect(parseMessages('H|||\rL|1\r')[0]!.faults).toEqual(['bad-delimiters'])
  })

  it('reads LF and CR LF line ends, and several messages in a row', () => {
    expect(parseMessages('H|\\^&\nL|1\n\nH|\\^&\r\nL|1\r\n')).toHaveLength(2)
  })

  it('never throws, whatever the bytes (seed 11)', () => {
    const random = randomFrom(11)
    for (let round = 0; round < 2000; round++) {
      const noise = Uint8Array.from({ length: Math.floor(random() * 120) }, () => (random() < 0.6 ? 'HPORCQLMS|\\^&\r\n1'.charCodeAt(Math.floor(random() * 16)) : Math.floor(random() * 256)))
      for (const message of parseMessages(decodeText(noise))) {
        for (const patient of message.patients) for (const order of patient.orders) for (const result of order.results) {
          result.record.text(fields.result.value)
          result.record.repeats(3)
        }
      }
    }
  })
})

const corpus = join(__dirname, '../../../../shared/fixtures/devices/astm')

describe.skipIf(!existsSync(corpus))('captures of real analysers (../shared/fixtures/devices/astm; skipped where the folder is absent)', () => {
  const framed = ['senaite_abbott_afinion2.txt', 'senaite_cobas_c111.txt', 'senaite_dca_vantage.txt', 'senaite_genexpert.txt', 'senaite_spotchem_el_mock.txt', 'senaite_sysmex_xn550.txt', 'senaite_yumizen_h500.txt']
  const read = (name: string) => new Uint8Array(readFileSync(join(corpus, name)))
  // The Yumizen capture does not count its M frames.
  const optionsOf = (name: string): ReceiverOptions => (name.includes('yumizen') ? { frameNumbers: 'any' } : {})
  const messageOf = (name: string) => parseMessages(receive([asTransfer(read(name))], optionsOf(name)).messages.join(''))[0]!
  const lines = (name: string) =>
    messageOf(name).patients.flatMap((patient) => patient.orders.flatMap((order) => order.results.map(({ record }) => [record.rawField(3), record.text(fields.result.value), record.text(fields.result.unit), record.text(fields.result.flags)])))

  it.each(framed)('%s: every frame is acknowledged, one message, byte by byte as in one chunk', (name) => {
    const transfer = asTransfer(read(name))
    const outcome = receive([transfer], optionsOf(name))
    expect(outcome.replies.every((reply) => reply === 'ACK')).toBe(true)
    expect(outcome.messages).toHaveLength(1)
    expect(receive(byteByByte(transfer), optionsOf(name))).toEqual(outcome)
    expect(parseMessages(outcome.messages[0]!)[0]!.faults).toEqual([])
  })

  it.each([
    ['senaite_sysmex_xn550.txt', 41, 0, ['^^^^WBC^1', '8.13', '10*3/uL', 'N']],
    ['senaite_sysmex_xn550.txt', 41, 3, ['^^^^HCT^1', '22.7', '%', 'L']],
    ['senaite_cobas_c111.txt', 1, 0, ['^^^413', '40.13', 'g/L', 'N']],
    ['senaite_dca_vantage.txt', 3, 0, ['^^^Alb', '63.7', 'mg/L', '']],
    ['senaite_spotchem_el_mock.txt', 3, 1, ['K', '9.7', 'mmol/L', '']],
    ['senaite_genexpert.txt', 84, 0, ['^MTB-RIF^^Xpert^Xpert MTB-RIF Ultra^4^MTB^', 'NOT DETECTED^', '', '']],
    ['senaite_yumizen_h500.txt', 21, 12, ['^^^LYM%^736-9', '39.7', '%', 'N']],
  ])('%s: %i results, number %i as the laboratory reads it', (name, count, index, expected) => {
    expect(lines(name)).toHaveLength(count)
    expect(lines(name)[index]).toEqual(expected)
  })

  it('undoes the escapes in the name of a scattergram', () => {
    expect(lines('senaite_sysmex_xn550.txt')[37]).toEqual(['^^^^SCAT_WDF', 'PNG\\20240628\\2024_06_27_13_54_27_WDF.PNG', '', 'N'])
  })

  it('reads the deliberately malformed file without throwing', () => {
    expect(parseMessages(decodeText(read('openelis_malformed.astm'))).length).toBeGreaterThan(3)
  })
})
