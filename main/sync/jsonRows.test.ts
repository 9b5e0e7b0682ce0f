import { describe, expect, test } from 'vitest'
import { readRows } from './jsonRows'

const answer = {
  results: [
    { seq: '1-x', id: 'a', doc: { text: 'brackets ]}{[ and "quotes" and \\ at the end \\', empty: {}, list: [[], [{}]] } },
    { seq: '2-x', id: 'ü𝄞', doc: null },
    { seq: '3-x', id: 'c', doc: { name: 'Nguyễn', note: '"},{"' } },
  ],
  last_seq: '3-x',
  pending: 0,
}
const couch = `{"results":[\n${answer.results.map((row) => JSON.stringify(row)).join(',\n')}\n],\n"last_seq":"3-x","pending":0}\n`

const readIn = (text: string, size: number): { rows: unknown[]; rest: unknown } => {
  const bytes = Buffer.from(text)
  const reader = readRows()
  const rows: unknown[] = []
  for (let from = 0; from < bytes.length; from += size) rows.push(...reader.take(bytes.subarray(from, from + size)))
  return { rows, rest: reader.rest() }
}

describe('an answer that is read while it comes', () => {
  test('says the same however the line cuts it up, byte by byte or at once, one line or many', () => {
    for (const text of [couch, JSON.stringify(answer), JSON.stringify(answer, null, 2)])
      for (const size of [1, 2, 3, 7, 16, 50, 1_000_000]) expect(readIn(text, size)).toEqual({ rows: answer.results, rest: { results: [], last_seq: '3-x', pending: 0 } })
  })

  test('gives each row as soon as it is whole, and keeps those that came before a cut', () => {
    const reader = readRows()
    const half = couch.indexOf('"Nguy')
    expect(reader.take(Buffer.from(couch.slice(0, half)))).toEqual(answer.results.slice(0, 2))
    expect(() => reader.rest()).toThrow(SyntaxError)
  })

  test('an error, an empty list and nothing at all are read as they are', () => {
    expect(readIn('{"error":"not_found","reason":"missing [x]"}', 5)).toEqual({ rows: [], rest: { error: 'not_found', reason: 'missing [x]' } })
    expect(readIn('\n\n{"results":[],"last_seq":"0","pending":0}', 4)).toEqual({ rows: [], rest: { results: [], last_seq: '0', pending: 0 } })
    expect(readIn('\n', 1)).toEqual({ rows: [], rest: null })
    expect(() => readIn('<html>Welcome to the hotel</html>', 6)).toThrow(SyntaxError)
  })
})
