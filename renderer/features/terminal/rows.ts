import type { TraceNote, TracePiece } from '../../../shared/contract'

/** A line of the log: bytes of one direction that came in one breath, or a note. */
export type Row =
  | { readonly number: number; readonly at: string; readonly from: 'device' | 'host'; readonly bytes: Uint8Array; readonly last: number }
  | TraceNote

/** Bytes that follow each other this closely were one saying, milliseconds. */
const breathMs = 12
/** Longer rows are hard to read. */
const rowBytes = 160

const isLineEnd = (byte: number | undefined) => byte === 0x0a || byte === 0x0d

const joined = (one: Uint8Array, other: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(one.length + other.length)
  bytes.set(one)
  bytes.set(other, one.length)
  return bytes
}

/**
 * Puts pieces behind the rows that stand already. A row ends with a line's end, with the other direction, with silence, or
 * when it is long; a CR LF is never parted. The time of a row is that of its first byte.
 */
export const addPieces = (rows: readonly Row[], pieces: readonly TracePiece[]): Row[] => {
  const all = [...rows]
  const add = (row: Extract<Row, { bytes: Uint8Array }>) => {
    const before = all.at(-1)
    const at = Date.parse(row.at)
    const isClose = before && 'bytes' in before && before.from === row.from && at - before.last <= breathMs && before.bytes.length + row.bytes.length <= rowBytes
    const isOpen = isClose && (!isLineEnd(before.bytes.at(-1)) || (before.bytes.at(-1) === 0x0d && row.bytes[0] === 0x0a && before.bytes.length < rowBytes))
    if (before && isOpen) all[all.length - 1] = { ...before, bytes: joined(before.bytes, row.bytes), last: at }
    else all.push(row)
  }
  for (const piece of pieces) {
    if ('note' in piece) {
      all.push(piece)
      continue
    }
    let begin = 0
    for (let at = 0; at < piece.bytes.length; at++) {
      const isEnd = isLineEnd(piece.bytes[at]) && !(piece.bytes[at] === 0x0d && piece.bytes[at + 1] === 0x0a)
      if (!isEnd && at + 1 < piece.bytes.length && at + 1 - begin < rowBytes) continue
      add({ number: piece.number, at: piece.at, from: piece.from, bytes: piece.bytes.slice(begin, at + 1), last: Date.parse(piece.at) })
      begin = at + 1
    }
  }
  return all
}

const two = (value: number) => String(value).padStart(2, '0')

/** Time of a row on this computer's clock, to the millisecond. */
export const clockOf = (at: string): string => {
  const time = new Date(at)
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${String(time.getMilliseconds()).padStart(3, '0')}`
}
