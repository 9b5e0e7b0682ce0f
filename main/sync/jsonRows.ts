/** What the long list of an answer is read with. */
export interface RowReader {
  /** Takes the next bytes; answers the rows that are complete now. Throws a `SyntaxError` on what is no JSON. */
  take(bytes: Uint8Array): unknown[]
  /** The answer without its rows (`last_seq`, `pending`; or the whole of an error). Throws when it has not come to its end. */
  rest(): unknown
}

const quote = 0x22
const backslash = 0x5c
const listStart = 0x5b
/** `{` and `[` differ in this bit alone, and so do `}` and `]`. */
const bracketBit = 0x20
const opening = 0x7b
const closing = 0x7d
/** A row of more than this is no record of anybody's, bytes. */
const longestRow = 64 * 1024 * 1024

/**
 * Reads an object with one long list (`results` of `_changes`, `rows` of `_all_docs`) while it comes, so that a cut line costs
 * the row it falls into and nothing else, and so that rows are written while others are under way. The first list directly in
 * the object is the one.
 */
export const readRows = (): RowReader => {
  /** Bytes of a row, or of what is around the rows, that are not yet complete; `at` and `rowStart` are places in it. */
  let left: Uint8Array = new Uint8Array(0)
  let at = 0
  let rowStart = -1
  let depth = 0
  let inText = false
  let inList = false
  let hasList = false
  let around = ''

  const take = (bytes: Uint8Array): unknown[] => {
    const buffer = left.length === 0 ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length) : Buffer.concat([left, bytes])
    let from = 0
    let rowsFrom = -1
    let rowsTo = -1
    for (; at < buffer.length; at++) {
      const byte = buffer[at] as number
      if (inText) {
        if (byte === backslash) at++
        else if (byte === quote) inText = false
      } else if (byte === quote) inText = true
      else if ((byte | bracketBit) === opening) {
        depth++
        if (depth === 2 && byte === listStart && !hasList) {
          hasList = inList = true
          around = buffer.toString('utf8', from, at + 1)
          from = at + 1
        } else if (inList && depth === 3) rowStart = at
      } else if ((byte | bracketBit) === closing) {
        depth--
        if (inList && depth === 2) {
          if (rowsFrom < 0) rowsFrom = rowStart
          rowsTo = from = at + 1
          rowStart = -1
        } else if (inList && depth === 1) {
          inList = false
          from = at
        }
      }
    }
    left = buffer.subarray(from)
    at -= from
    if (rowStart >= 0) rowStart -= from
    if (left.length > longestRow) throw new SyntaxError('a row without end')
    return rowsTo < 0 ? [] : (JSON.parse(`[${buffer.toString('utf8', rowsFrom, rowsTo)}]`) as unknown[])
  }

  return {
    take,
    rest: () => {
      const text = around + Buffer.from(left).toString('utf8')
      return text.trim() === '' ? null : (JSON.parse(text) as unknown)
    },
  }
}
