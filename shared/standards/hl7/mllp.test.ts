import { describe, expect, it } from 'vitest'
import { block, BlockReader, writeBlock, type BlockEvent, type BlockReaderOptions } from '.'
import { randomFrom } from '../astm/testing/session'

const ascii = (text: string) => new TextEncoder().encode(text)
const message = 'MSH|^~\\&|LAB||||||ORU^R01|1|P|2.3.1\rOBX|1|NM|K||6.8\r'
const read = (pieces: readonly Uint8Array[], options: BlockReaderOptions = {}): (string | BlockEvent)[] => {
  const reader = new BlockReader(options)
  return pieces.flatMap((piece) => reader.feed(piece, 0)).map((event) => (event.kind === 'message' && !event.isUnframed ? new TextDecoder().decode(event.bytes) : event))
}
const bytesOf = (...parts: (string | number | Uint8Array)[]) => Uint8Array.from(parts.flatMap((part) => (typeof part === 'number' ? [part] : [...(typeof part === 'string' ? ascii(part) : part)])))

describe('an analyser at the end of a network cable', () => {
  it('sends two results in one packet, and each comes out', () => {
    expect(read([bytesOf(writeBlock(ascii(message)), writeBlock(ascii(message)))])).toEqual([message, message])
  })

  it('shows that it is alive between two results (0x02 every three seconds, NUL, line ends): nobody takes that for one', () => {
    expect(read([bytesOf(2, 2, 0, '\r\n', writeBlock(ascii(message)), 2, 2, 'MAMS noise', writeBlock(ascii(message)), 0)])).toEqual([message, message])
  })

  it('leaves out the CR after its block', () => {
    expect(read([bytesOf(block.start, message, block.end, block.start, message, block.end)])).toEqual([message, message])
  })

  it('loses the first character of a block: the message is still heard, and said to be so', () => {
    const [event] = read([bytesOf('\x02M', message, block.end, block.CR)])
    expect(event).toMatchObject({ kind: 'message', isUnframed: true })
  })

  it('is switched off in the middle of a result and sends it again: the piece is dropped, the whole comes out', () => {
    expect(read([bytesOf(block.start, message.slice(0, 40), writeBlock(ascii(message)))])).toEqual([{ kind: 'cut-off', why: 'restarted', length: 40 }, message])
    const reader = new BlockReader()
    reader.feed(bytesOf(block.start, 'MSH|'), 1_000)
    expect(reader.deadline).toBe(31_000)
    expect(reader.tick(30_999)).toEqual([])
    expect(reader.tick(31_000)).toEqual([{ kind: 'cut-off', why: 'silence', length: 4 }])
    expect(reader.deadline).toBeUndefined()
    expect(reader.feed(writeBlock(ascii(message)), 40_000)).toHaveLength(1)
  })

  it('sends 64 MB without an end: cut off, memory bounded, and the next result is heard', () => {
    const reader = new BlockReader({ maxLength: 1024 * 1024 })
    const events = reader.feed(bytesOf(block.start, 'MSH|'), 0)
    const piece = new Uint8Array(1024 * 1024).fill(0x41)
    const before = process.memoryUsage().arrayBuffers
    for (let sent = 0; sent < 64; sent++) events.push(...reader.feed(piece, 0))
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 1024 * 1024)
    expect(events).toEqual([{ kind: 'cut-off', why: 'overlong', length: 1024 * 1024 }])
    expect(reader.feed(writeBlock(ascii(message)), 0)).toHaveLength(1)
  })

  it('speaks over a serial line without blocks: a result ends when the line is silent, or at the next header', () => {
    const reader = new BlockReader({ framing: 'none' })
    expect(reader.feed(ascii(`\x00${message}${message}`), 0)).toEqual([])
    expect(reader.tick(499)).toEqual([])
    expect(reader.tick(500).map((event) => event.kind === 'message' && new TextDecoder().decode(event.bytes))).toEqual([message, message])
  })

  it('gives the same for every way of cutting any bytes into pieces (seed 20261122)', () => {
    const random = randomFrom(20261122)
    const pick = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)]!
    const parts = [message, message, 'MSH|', 'M', 'MS', 'noise', '\r', '\n', '\x0b', '\x1c', '\x1c\r', '\x02', '\x00', 'A'.repeat(70), 'MSHMSH|^~\\&|x']
    for (let times = 0; times < 400; times++) {
      const bytes = ascii(Array.from({ length: Math.floor(random() * 14) }, () => pick(parts)).join(''))
      const options: BlockReaderOptions = { maxLength: pick([64, 100, 1_000_000]), framing: pick(['mllp', 'mllp', 'none'] as const) }
      const whole = read([bytes], options)
      expect(read([...bytes].map((byte) => Uint8Array.of(byte)), options)).toEqual(whole)
      const cuts = [0, ...Array.from({ length: 4 }, () => Math.floor(random() * (bytes.length + 1))).sort((one, other) => one - other), bytes.length]
      expect(read(cuts.slice(1).map((cut, index) => bytes.slice(cuts[index], cut)), options)).toEqual(whole)
    }
  })
})
