import hl7parser from 'hl7parser'
import { describe, expect, it } from 'vitest'
import {
  acknowledgementsOf, ackOf, admissionOf, observationValue, parseDateTime, parseMessage, queryOf, readOrders, requestedTests, writeAck, writeDateTime, writeDisplayResponse, writeQueryResponse, writeSpecimenOrder,
  type Outcome,
} from '.'
import { longResult } from './testing/awkward'

const message = (...segments: string[]) => parseMessage(`${segments.join('\r')}\r`)
const header = (type: string, more = '') => `MSH|^~\\&|LAB|MAIN|OUT|POST|20261121101500||${type}|M1|P|2.5.1${more}`
const at = { year: 2026, month: 11, day: 21, hour: 10, minute: 5, second: 9 }

describe('an acknowledgement', () => {
  it.each([
    ['', '', 'stored', ['AA']],
    ['', '', 'error', ['AE']],
    ['', '', 'rejected', ['AR']],
    ['AL', 'NE', 'stored', ['CA']],
    ['AL', 'NE', 'error', ['CE']],
    ['AL', 'AL', 'stored', ['CA', 'AA']],
    ['NE', 'AL', 'rejected', ['AR']],
    ['NE', 'NE', 'stored', []],
    ['ER', 'ER', 'stored', []],
    ['ER', 'SU', 'error', ['CE']],
    ['SU', 'ER', 'stored', ['CA']],
    ['', 'AL', 'stored', ['AA']],
  ] as const)('for MSH-15 %j, MSH-16 %j of a message that is %s: %j', (accept, application, outcome, codes) => {
    expect(acknowledgementsOf(message(header('ORU^R01', `|||${accept}|${application}`)), outcome satisfies Outcome)).toEqual(codes)
  })

  it('goes back to the sender, names its message and its character set, in its own delimiters', () => {
    const asked = parseMessage('MSH#!@%*#LAB#MAIN!1#OUT#POST###ORU!R01#M%F%1#P#2.3.1######8859/1\r')
    const text = writeAck(asked, { code: 'AA', controlId: 'A1', at, text: 'a#b' })
    expect(text).toBe('MSH#!@%*#OUT#POST#LAB#MAIN!1#20261121100509##ACK!R01#A1#P#2.3.1######8859/1\rMSA#AA#M%F%1#a%F%b\r')
    expect(ackOf(parseMessage(text))).toEqual({ code: 'AA', controlId: 'M#1', text: 'a#b' })
    expect(parseMessage(text).problems).toEqual([])
  })

  it('says what was wrong and where, as its version writes it', () => {
    const problem = { kind: 'field-missing', segment: 'OBX', at: 4, field: 3 } as const
    const errorOf = (version: string) => parseMessage(writeAck(parseMessage(header('ORU^R01').replace('2.5.1', version)), { code: 'AE', controlId: 'A1', at, problem })).segment('ERR')?.raw
    expect(errorOf('2.3.1')).toBe('ERR|OBX^4^3^101&Required field missing&HL70357')
    expect(errorOf('2.6')).toBe('ERR||OBX^4^3|101^Required field missing^HL70357|E')
  })

  it('is written for what is no message at all, too', () => {
    expect(ackOf(parseMessage(writeAck(parseMessage('PID|1'), { code: 'AR', controlId: 'A1', at })))).toEqual({ code: 'AR', controlId: '', text: '' })
    expect(ackOf(message(header('ACK'), 'MSA|ZZ|1'))).toBeUndefined()
  })
})

describe('a value', () => {
  const value = (type: string, text: string) => {
    const { text: words, value: number, comparator, encapsulated, isUnreadable } = observationValue(message(header('ORU^R01'), `OBX|1|${type}|A||${text}`).segment('OBX')!)
    return [words, number, comparator, ...(encapsulated ? [encapsulated] : []), ...(isUnreadable ? ['unreadable'] : [])]
  }
  it.each([
    ['NM', '6.7', ['6.7', 6.7, undefined]],
    ['NM', '***.**', ['***.**', undefined, undefined, 'unreadable']],
    ['NM', '', ['', undefined, undefined]],
    ['ST', 'LL', ['LL', undefined, undefined]],
    ['ST', '---', ['---', undefined, undefined]],
    ['ST', '> 300', ['> 300', 300, '>']],
    ['ST', 'NOT DETECTED^', ['NOT DETECTED', undefined, undefined]],
    ['ST', '^31.3', ['31.3', 31.3, undefined]],
    ['SN', '>^300', ['>300', 300, '>']],
    ['SN', '^182', ['182', 182, undefined]],
    ['SN', '=^5', ['5', 5, undefined]],
    ['SN', '^1^:^40', ['1:40', undefined, undefined]],
    ['SN', '<^1^-^2', ['<1-2', undefined, undefined]],
    ['CE', 'POS^Positive^L', ['Positive', undefined, undefined]],
    ['CWE', 'A^^L~B^Two^L', ['A; Two', undefined, undefined]],
    ['TX', 'one~two \\T\\ three', ['one\ntwo & three', undefined, undefined]],
    ['ED', '^Application^Octer-stream^Base64^AAEC', ['', undefined, undefined, { type: 'Application/Octer-stream', encoding: 'Base64', data: 'AAEC' }]],
    ['', '""', ['', undefined, undefined]],
  ])('%s %j', (type, text, expected) => expect(value(type, text)).toEqual(expected))
})

describe('results', () => {
  const shape = (...segments: string[]) => {
    const { orders, problems } = readOrders(message(...segments))
    return {
      orders: orders.map((order) => [order.request?.text({ field: 3 }) ?? '-', order.specimens.map((specimen) => specimen.text({ field: 2, component: 1 })).join(), order.results.map(({ observation, notes }) => observation.text({ field: 3 }) + '!'.repeat(notes.length)).join(' ')].join(' / ')),
      problems: problems.map(({ kind, at: place, field }) => [kind, place, field].join(' ')),
    }
  }
  it('stand under their order, with their remarks (ORU^R01, R30, R32)', () => {
    expect(shape(header('ORU^R01'), 'PID|1', 'ORC|RE', 'OBR|1||T1', 'NTE|1||of the order', 'OBX|1|NM|A||1', 'NTE|1||x', 'NTE|2||y', 'ZXX|1', 'OBX|2|NM|B||2', 'OBR|2||T2', 'OBX|1|NM|C||3', 'SPM|1|S2')).toEqual({
      orders: ['T1 /  / A!! B', 'T2 / S2 / C'],
      problems: [],
    })
  })
  it('stand on their specimen where that comes first (OUL^R22)', () => {
    expect(shape(header('OUL^R22'), 'PID|1', 'SPM|1|S1', 'OBX|1|ST|colour||red', 'SAC|||S1', 'OBR|1||T1', 'ORC|SC', 'OBX|1|NM|A||1', 'OBR|2||T2', 'OBX|1|NM|B||1', 'SPM|2|S2', 'OBR|1||T3', 'OBX|1|NM|C||1')).toEqual({
      orders: ['T1 / S1 / A', 'T2 / S1 / B', 'T3 / S2 / C'],
      problems: [],
    })
  })
  it('of two patients never mix', () => {
    const { orders } = readOrders(message(header('ORU^R01'), 'PID|1||P1', 'OBR|1||T1', 'OBX|1|NM|A||1', 'PID|2||P2', 'OBX|1|NM|B||1'))
    expect(orders.map((order) => [order.patient?.text({ field: 3 }), order.request?.text({ field: 3 })])).toEqual([['P1', 'T1'], ['P2', undefined]])
  })
  it('that stand nowhere, or say nothing, are kept and named', () => {
    expect(shape(header('ORU^R01'), 'PID|1', 'OBX|1|NM|A||abc', 'OBX|2|NM|||5')).toEqual({ orders: ['- /  / A '], problems: ['result-without-order 3 ', 'field-unreadable 3 5', 'field-missing 4 3'] })
  })
})

describe('orders', () => {
  it.each([
    ['ORM^O01', ['ORC|NW|P1', 'OBR|1|P1||GLU^Glucose|S', 'ORC|CA|P2', 'OBR|2|P2||K^Potassium'], ['NW P1 GLU ', 'CA P2 K ']],
    ['OML^O21', ['ORC|NW|P1', 'TQ1|1', 'OBR|1|P1||GLU^Glucose', 'SPM|1|S1&X^S9', 'ORC|NW|P2', 'OBR|2|P2||K', 'SPM|1|^S2'], ['NW P1 GLU S1', 'NW P2 K S2']],
    ['OML^O33', ['SPM|1|S1', 'SAC|||S1', 'ORC|NW|P1', 'OBR|1|P1||GLU', 'ORC|NW|P2', 'OBR|2|P2||K', 'SPM|2|S2', 'ORC|NW|P3', 'OBR|1|P3||NA'], ['NW P1 GLU S1', 'NW P2 K S1', 'NW P3 NA S2']],
  ])('of %s name their tube', (type, segments, expected) => {
    expect(requestedTests(message(header(type), 'PID|1||A12', ...segments)).map(({ control, placer, code, specimen, patientId }) => `${control} ${placer} ${code} ${specimen}${patientId === 'A12' ? '' : '?'}`)).toEqual(expected)
  })
  it('that we write are read back (OML^O33)', () => {
    const text = writeSpecimenOrder({ sender: 'OUTPOST', receiver: 'XN', version: '2.5.1' }, { controlId: '9', at, entry: { specimen: 'A|1', tests: ['WBC', 'PLT'] } })
    expect(requestedTests(parseMessage(text)).map(({ code, specimen }) => [code, specimen])).toEqual([['WBC', 'A|1'], ['PLT', 'A|1']])
  })
})

describe('an admission', () => {
  it('tells what is deleted from what is not said', () => {
    expect(admissionOf(message(header('ADT^A40'), 'EVN|A40', 'PID|1||A12^^^LAB^PI~B7^^^MAIN&1.2&ISO^MR||Ok&von^Ada||""|F', 'MRG|OLD1^^^LAB', 'PV1|1|I|W2^3^A'))).toEqual({
      event: 'A40',
      ids: [{ id: 'A12', authority: 'LAB', type: 'PI' }, { id: 'B7', authority: 'MAIN&1.2&ISO', type: 'MR' }],
      family: 'Ok', given: 'Ada', birthDate: null, sex: 'F', patientClass: 'I', location: 'W2^3^A', visitNumber: undefined, mergedFrom: 'OLD1',
    })
    expect(admissionOf(message(header('ORU^R01')))).toBeUndefined()
  })
})

describe('a question', () => {
  it('in the new form is answered with what it asked, or that nothing was found', () => {
    const asked = message(header('QBP^Q11'), 'QPD|WOS^Work order^L|T7|A26000123', 'RCP|I')
    expect(queryOf(asked)).toEqual({ form: 'parameters', name: 'WOS', tag: 'T7', parameters: ['A26000123'] })
    const found = parseMessage(writeQueryResponse(asked, 'K11', { controlId: '1', at, entry: { specimen: 'A26000123', tests: ['WBC'] } }))
    expect([found.type, found.text('MSA-2'), found.text('QAK-1'), found.text('QAK-2'), found.segment('QPD')?.raw, found.text('SPM-2.1')]).toEqual([{ code: 'RSP', event: 'K11' }, 'M1', 'T7', 'OK', 'QPD|WOS^Work order^L|T7|A26000123', 'A26000123'])
    const none = parseMessage(writeQueryResponse(asked, 'K11', { controlId: '1', at, entry: undefined }))
    expect([none.text('QAK-2'), none.segment('SPM')]).toEqual(['NF', undefined])
  })
  it('in the old form is taken first, then answered (Mindray: QCK, DSR)', () => {
    const asked = message(header('QRY^Q02').replace('2.5.1', '2.3.1'), 'QRD|20261121|R|D|4|||RD|A26000123|OTH|||T', 'QRF|BC||||')
    expect(queryOf(asked)).toEqual({ form: 'definition', name: 'OTH', tag: '4', parameters: ['A26000123'] })
    const answers = writeDisplayResponse(asked, { controlId: '1', at, entry: { specimen: 'A26000123', tests: ['1', '2'] } }, '2').map((text) => parseMessage(text))
    expect(answers.map((answer) => [answer.type.code, answer.controlId, answer.text('MSA-2')])).toEqual([['QCK', '1', 'M1'], ['DSR', '2', 'M1']])
    expect(answers[1]!.all('DSP').map((line) => line.text({ field: 3, component: 1 }))).toEqual(['', '', '', '', 'A26000123', 'A26000123', '1', '2'])
    expect(queryOf(message(header('ORU^R01')))).toBeUndefined()
  })
})

describe('a time', () => {
  it.each([
    ['20261121101500', { ...at, minute: 15, second: 0 }],
    ['20261121101500.1234+0530', { ...at, minute: 15, second: 0, offsetMinutes: 330 }],
    ['20261121101500-0800', { ...at, minute: 15, second: 0, offsetMinutes: -480 }],
    ['202611', { year: 2026, month: 11, day: 1, hour: 0, minute: 0, second: 0 }],
    ['2026', { year: 2026, month: 1, day: 1, hour: 0, minute: 0, second: 0 }],
    ['2026112110', { year: 2026, month: 11, day: 21, hour: 10, minute: 0, second: 0 }],
  ])('%s', (text, expected) => expect(parseDateTime(text)).toEqual(expected))
  it.each(['', '20261321', '20260230', 'Aug 15, 1942', '20261121101500+9900', '12'])('%j is none', (text) => expect(parseDateTime(text)).toBeUndefined())
  it('is written to the second', () => expect(writeDateTime(at)).toBe('20261121100509'))
})

describe('beside another parser (hl7parser)', () => {
  it('reads the same out of a regular message', () => {
    const text = longResult(60)
    const [ours, theirs] = [parseMessage(text), hl7parser.create(text.slice(0, -1))]
    for (const path of ['MSH.3', 'MSH.9.1', 'MSH.10', 'PID.3.1', 'PID.5.2', 'PID.11.3', 'OBR.4.2', 'OBX.3.1', 'OBX.3.2', 'OBX.5', 'OBX.16.1']) {
      expect([path, ours.value(path.replace('.', '-'))]).toEqual([path, String(theirs.get(path))])
    }
  })
})
