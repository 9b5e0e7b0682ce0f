import { describe, expect, it } from 'vitest'
import { encodeAs, escapeText, isTrustworthy, parseFile, parseMessage, unescape, usualDelimiters, writeMessage, type Hl7Message } from '.'
import { awkwardMessages, longResult, wideMessages } from './testing/awkward'
import { randomFrom } from '../astm/testing/session'

const lines = (...segments: string[]) => `${segments.join('\r')}\r`
const header = 'MSH|^~\\&|LAB|MAIN|OUTPOST||20261121101500||ORU^R01|M1|P|2.3.1'

/** Puts a message together again from its smallest parts. */
const rebuilt = (message: Hl7Message): string[] =>
  message.segments.map((segment) => {
    const { field, repetition, component, subComponent } = segment.delimiters
    const fields = Array.from({ length: segment.length }, (_, index) => {
      const number = index + 1
      if (segment.isHeader && number <= 2) return segment.rawField(number)
      const repetitions = Array.from({ length: Math.max(1, segment.count(number)) }, (_, at) => {
        const whole = segment.rawAt({ field: number, repetition: at + 1 })
        const components = whole.split(component).map((text, place) => {
          const part = segment.rawAt({ field: number, repetition: at + 1, component: place + 1 })
          expect(part).toBe(text)
          return part.split(subComponent).map((_, sub) => segment.rawAt({ field: number, repetition: at + 1, component: place + 1, subComponent: sub + 1 })).join(subComponent)
        })
        return components.join(component)
      })
      return repetitions.join(repetition)
    })
    return segment.isHeader ? segment.name + fields[0] + fields.slice(1).join(field) : [segment.name, ...fields].join(field)
  })

describe('a message that many parsers misread', () => {
  it.each([...awkwardMessages, ...wideMessages])('$name', ({ bytes, says, segments }) => {
    const message = parseMessage(bytes)
    expect(message.length).toBe(segments)
    expect(Object.fromEntries(Object.keys(says).map((path) => [path, message.value(path)]))).toEqual(says)
    expect(encodeAs(message.toText(), message.charset)).toEqual(bytes)
    expect(rebuilt(message)).toEqual(message.segments.map((segment) => segment.raw))
    expect(isTrustworthy(message.problems)).toBe(true)
  })

  it('knows where the text of a v2.7 sender was cut short', () => {
    const message = parseMessage(awkwardMessages[4]!.bytes)
    expect(message.segment('OBX')!.isTruncated({ field: 5 })).toBe(true)
    expect(message.segment('OBX')!.isTruncated({ field: 3 })).toBe(false)
    expect(parseMessage(lines(header, 'OBX|1|ST|A||5#')).segment('OBX')!.isTruncated({ field: 5 })).toBe(false)
  })

  it('is read the same from a string, and looks up any segment by its number', () => {
    const message = parseMessage(longResult())
    expect(message.length).toBe(60)
    expect(message.value('OBX[57]-5')).toBe((57 * 1.37).toFixed(2))
    expect(message.value('OBX[7]-8[2]')).toBe('A')
    expect(message.value('OBX[58]-5')).toBeUndefined()
    expect(message.at(4)?.name).toBe('OBX')
    expect(() => message.value('OBX5')).toThrow(RangeError)
  })

  it('keeps a text that ends in a line of three capitals apart from a segment', () => {
    const message = parseMessage(lines(header, 'OBX|1|TX|A||one\nEND\nPID', 'NTE', 'OBX|2|ST|B||x'))
    expect(message.segments.map(({ name }) => name)).toEqual(['MSH', 'OBX', 'NTE', 'OBX'])
    expect(message.text('OBX-5')).toBe('one\nEND\nPID')
  })
})

describe('a message with something wrong', () => {
  const problemsOf = (text: string | Uint8Array) => parseMessage(text).problems.map(({ kind, segment, at, field }) => [kind, segment, at, field])

  it.each([
    ['no header', 'PID|1||A12\rPV1|1\r', [['no-header', 'PID', 1, undefined]]],
    ['nothing at all', '', [['no-header', undefined, undefined, undefined]]],
    ['noise', '\x00\x7f no message', [['no-header', undefined, undefined, undefined]]],
    ['a header that is cut off', 'MSH|^~', [['incomplete-delimiters', 'MSH', 1, 2], ['field-missing', 'MSH', 1, 9], ['no-control-id', 'MSH', 1, 10]]],
    ['one delimiter for two uses', 'MSH|^^\\&|||||||ORU^R01|1\r', [['bad-delimiters', 'MSH', 1, 2]]],
    ['a segment whose name is spoilt', lines(header, 'OB|1|NM|A||5', 'OBX|2|NM|B||6'), [['bad-segment', 'OB|', 2, undefined]]],
    ['a line that is no segment', `${header}\nOBX|1|TX|A||one\ntwo words||||||F\n`, [['stray-line', 'OBX', 2, 5]]],
    ['a line break in a field', lines(header, 'OBX|1|TX|A||one\ntwo||||||F'), [['line-break-in-field', 'OBX', 2, 5]]],
    ['two headers', lines(header, header), [['second-header', 'MSH', 2, undefined]]],
    ['a character set that nobody knows', lines(`${header}||||||ISO IR 999`, 'PID|1'), [['charset-unknown', 'MSH', 1, 18]]],
    ['bytes that are not its character set', wideMessages[3]!.bytes, [['charset-mismatch', 'MSH', 1, 18]]],
    ['no type', 'MSH|^~\\&|LAB||||||||P|2.4\r', [['field-missing', 'MSH', 1, 9], ['no-control-id', 'MSH', 1, 10]]],
  ])('%s is named with its segment and field', (_, text, problems) => {
    // Text is read without a character set.
    expect(problemsOf(typeof text === 'string' ? new TextEncoder().encode(text) : text)).toEqual(problems)
  })

  it('is filed by nobody unseen when a segment may be missing, and is when it is only untidy', () => {
    expect(isTrustworthy(parseMessage(lines(header, 'OB|1|NM|A||5')).problems)).toBe(false)
    expect(isTrustworthy(parseMessage('PID|1\r').problems)).toBe(false)
    expect(isTrustworthy(parseMessage(lines(header, 'OBX|1|TX|A||one\ntwo||||||F')).problems)).toBe(true)
  })

  it('understands an interface that doubled the backslash, and a type written as ORU_R01', () => {
    const message = parseMessage('MSH|^~\\\\&|LAB||||||ORU_R01|1\rOBX|1|ST|A||x\\T\\y\r')
    expect(message.delimiters).toEqual(usualDelimiters)
    expect(message.type).toEqual({ code: 'ORU', event: 'R01' })
    expect(message.text('OBX-5')).toBe('x&y')
  })

  it('takes no more segments than memory bears', () => {
    const message = parseMessage(lines(header, ...Array.from({ length: 100_005 }, () => 'A')) + 'ZZZ|1\r'.repeat(100_010))
    expect(message.length).toBeLessThanOrEqual(100_000)
    expect(message.problems.some(({ kind }) => kind === 'too-many-segments')).toBe(true)
  })
})

describe('a file of messages', () => {
  it('is cut at each header; a batch that says another number is named', () => {
    const one = lines(header, 'PID|1||A')
    const file = parseFile(`BHS|^~\\&|LAB\r${one}${one}BTS|2\rBHS|^~\\&|LAB\r${one}BTS|2\r`)
    expect(file.messages.map((message) => message.toText())).toEqual([one, one, one])
    expect(file.envelope.map(({ name }) => name)).toEqual(['BHS', 'BTS', 'BHS', 'BTS'])
    expect(file.problems).toEqual([{ kind: 'batch-count', segment: 'BTS', at: 10, field: 1 }])
  })
})

describe('text in a message', () => {
  it('reads back whatever it escapes (seed 5)', () => {
    const random = randomFrom(5)
    const characters = [...'|^~\\&#%@!*+\r\n\x0b\x1cAEFRSTPXZé张🩸 .0"']
    const delimiters = [usualDelimiters, { field: '#', component: '!', repetition: '@', escape: '%', subComponent: '*', truncation: '+' }]
    for (let times = 0; times < 3_000; times++) {
      const text = Array.from({ length: Math.floor(random() * 12) }, () => characters[Math.floor(random() * characters.length)]).join('')
      const given = delimiters[times % 2]!
      expect(unescape(escapeText(text, given), given)).toBe(text)
      const { field, component, repetition, subComponent } = given
      expect([field, component, repetition, subComponent].some((delimiter) => escapeText(text, given).includes(delimiter))).toBe(false)
    }
  })

  it('comes back out of a message that we wrote: text, null, components, repetitions, sub-components', () => {
    const text = writeMessage([
      ['MSH', 'A|B', undefined, 'C', undefined, undefined, undefined, ['ORU', 'R01'], 7, 'P', '2.5.1'],
      ['PID', 1, undefined, { repeat: [['x^y', undefined, undefined, ['LAB', '1.2&3']], 'z~'] }, null],
    ])
    const message = parseMessage(text)
    expect(['MSH-3', 'MSH-9.2', 'MSH-10', 'PID-3.1', 'PID-3.4.2', 'PID-3[2]', 'PID-4', 'PID-5'].map((path) => message.value(path))).toEqual(['A|B', 'R01', '7', 'x^y', '1.2&3', 'z~', null, undefined])
    expect(message.problems).toEqual([])
  })
})
