import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { BlockReader, decodeMessage, encodeAs, parseFile, parseMessage, writeBlock } from '.'
import { randomFrom } from '../astm/testing/session'
import expectations from './testing/corpus.json'
import { summaryOfFile } from './testing/summary'

const corpus = join(__dirname, '../../../../shared/fixtures/devices')
const seed = 20261123

/** Recorded and made messages of other projects (../shared/fixtures/devices; skipped where the folder is absent). */
describe.skipIf(!existsSync(corpus))('messages of other systems (../shared/fixtures/devices; skipped where the folder is absent)', () => {
  const read = (name: string) => new Uint8Array(readFileSync(join(corpus, name)))

  it.each(Object.keys(expectations))('%s says what was recorded, and comes back byte for byte', (name) => {
    const bytes = read(name)
    expect(JSON.parse(JSON.stringify(summaryOfFile(bytes)))).toEqual(expectations[name as keyof typeof expectations])
    const { text, charset } = decodeMessage(bytes)
    expect(encodeAs(text, charset)).toEqual(bytes)
    for (const message of parseFile(bytes).messages) {
      const again = parseMessage(message.toBytes())
      expect(again.toText()).toBe(message.toText())
      expect(again.segments.map((segment) => segment.raw)).toEqual(message.segments.map((segment) => segment.raw))
    }
  })

  it.each(Object.keys(expectations))(`%s over a cable, one byte at a time and in random pieces, is what it is whole (seed ${seed})`, (name) => {
    const random = randomFrom(seed)
    const transfer = Uint8Array.from(parseFile(read(name)).messages.flatMap((message) => [2, ...writeBlock(message.toBytes().filter((byte) => byte !== 0x0b && byte !== 0x1c))]))
    const readAll = (cut: () => number) => {
      const reader = new BlockReader()
      const events = []
      for (let at = 0; at < transfer.length; ) {
        const next = Math.min(transfer.length, at + cut())
        events.push(...reader.feed(transfer.slice(at, next), 0))
        at = next
      }
      return events.map((event) => (event.kind === 'message' ? summaryOfFile(event.bytes) : event))
    }
    const whole = readAll(() => transfer.length)
    expect(whole.length).toBe(expectations[name as keyof typeof expectations].messages.length)
    expect(readAll(() => 1)).toEqual(whole)
    expect(readAll(() => 1 + Math.floor(random() * 40))).toEqual(whole)
  })
})
