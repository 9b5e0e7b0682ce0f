import { describe, expect, it } from 'vitest'
import { AstmRecord, curveOf, delimitersOf, parseMessages, queryOf, usualDelimiters, writeWorklist } from '.'

const record = (raw: string, delimiters = usualDelimiters) => new AstmRecord(raw, delimiters)

describe('an analyser that asks for orders (clause 11)', () => {
  it.each([
    ['Q|1|^SAMPLE1||ALL||||||||O', { ranges: [['', 'SAMPLE1']], tests: [], isCancelled: false }],
    ['Q|1|2^1^    A26000123^B||||20261121', { ranges: [['2', '1', '    A26000123', 'B']], tests: [], isCancelled: false }],
    ['Q|1|^A1\\^A2||^^^GLU\\^^^K||||||||A', { ranges: [['', 'A1'], ['', 'A2']], tests: ['GLU', 'K'], isCancelled: true }],
    ['Q|1|^A&F&1', { ranges: [['', 'A|1']], tests: [], isCancelled: false }],
  ])('%s', (raw, expected) => expect(queryOf(record(raw))).toEqual(expected))

  it('gets its worklist in its own delimiters, and reads back what was ordered', () => {
    const delimiters = delimitersOf('H|@^\\|')!
    const text = writeWorklist([{ specimen: ['A|1'], tests: ['CT', 'N@G'] }], { at: '20261121091500', sender: 'Outpost', receiver: 'GeneXpert', delimiters, isAnswer: true })
    const [message] = parseMessages(text)
    expect(message!.faults).toEqual([])
    expect([message!.header!.text({ field: 5 }), message!.header!.text({ field: 10 }), message!.header!.text({ field: 14 })]).toEqual(['Outpost', 'GeneXpert', '20261121091500'])
    const order = message!.patients[0]!.orders[0]!.record!
    expect([order.text({ field: 3 }), order.repeats(5), order.rawField(26), message!.terminator!.rawField(3)]).toEqual(['A|1', [['', '', '', 'CT'], ['', '', '', 'N@G']], 'Q', 'F'])
  })

  it('is told that there is nothing', () => {
    expect(writeWorklist([], { at: '20261121091500', sender: 'Outpost', isAnswer: true })).toBe('H|\\^&|||Outpost|||||||P|LIS2-A2|20261121091500\rL|1|I\r')
  })
})

describe('curves in maker’s records (clause 14)', () => {
  it.each([
    ['M|1|HISTOGRAM|RBC/PLT|RbcAlongRes|FLOATLE-stream/deflate:base64^AAA=|FLOATLE-stream/deflate:base64^zdV/', { name: 'RBC/PLT RbcAlongRes', encoding: 'FLOATLE-stream/deflate:base64', content: 'zdV/' }],
    ['M|1|RR^BM^c111^1|-21|-21\\1\\-1\\141|0.018514', { name: 'RR', encoding: 'numbers', content: '-21 1 -1 141' }],
    ['M|4|REAGENT|CLEANER\\DILUENT\\LYSE|221114I1*^20230317', undefined],
    ['M|1|HISTOGRAM|RBC', undefined],
    ['C|1|I|1\\2\\3\\4', undefined],
  ])('%s', (raw, expected) => expect(curveOf(record(raw))).toEqual(expected))
})
