import { hexOf, textOf } from '../../../shared/standards/readableBytes'
import type { Entry } from './entry'

const two = (value: number) => String(value).padStart(2, '0')

/** Local time to the millisecond, as people compare it with the device's own print-outs. */
const clockOf = (at: number): string => {
  const time = new Date(at)
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${String(time.getMilliseconds()).padStart(3, '0')}`
}

const lineOf = (entry: Entry): string => {
  const time = clockOf(entry.at)
  switch (entry.kind) {
    case 'bytes':
      return `${time}\t${entry.from === 'device' ? 'Rx' : 'Tx'}\t${textOf(entry.bytes)}\t${hexOf(entry.bytes)}`
    case 'opened':
      return `${time}\t--\topened`
    case 'closed':
      return `${time}\t--\tclosed: ${entry.why}`
    case 'made':
      return `${time}\t--\tmade result ${entry.id}`
    case 'gap':
      return `${time}\t--\t${entry.bytes} bytes are missing`
  }
}

/** A recording as text: a line for each piece with time, direction (Rx from the device, Tx to it), text and hex, parted by tabs. */
export function* writeTextLog(entries: readonly Entry[]): Generator<string> {
  for (const entry of entries) yield `${lineOf(entry)}\n`
}
