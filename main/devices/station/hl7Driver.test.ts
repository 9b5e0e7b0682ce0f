import { describe, expect, it } from 'vitest'
import { BlockReader, parseMessage, writeBlock } from '../../../shared/standards/hl7'
import type { Journal, JournalEntry } from '../journal'
import type { Capture } from '../messages'
import { profileOf, type Hl7Profile } from '../profiles'
import { mindrayCount } from '../simulators'
import { hl7Driver } from './hl7Driver'
import type { MessageSurroundings } from './surroundings'

const profile = profileOf('mindray-bc') as Hl7Profile
const settled = () => new Promise((later) => setTimeout(later, 10))
const count = (controlId: string) => mindrayCount('A26000123', new Date(2026, 10, 21), () => 0.5, { controlId })

const bench = (keep: (entry: JournalEntry) => Promise<Capture | undefined>, more: Partial<MessageSurroundings<Hl7Profile>> = {}) => {
  const reader = new BlockReader()
  const answers: string[] = []
  const captured: Capture[] = []
  let failures = 0
  const driver = hl7Driver({ device: 'counter', profile, journal: { keep } as Journal, now: Date.now, captured: (capture) => captured.push(capture), journalFailed: () => failures++, ...more })
  const open = () =>
    driver.opened((bytes) => {
      for (const event of reader.feed(bytes, 0)) {
        if (event.kind !== 'message') continue
        const answer = parseMessage(event.bytes)
        answers.push(`${answer.text('MSA-1')} ${answer.text('MSA-2')}`)
      }
      return Promise.resolve()
    })
  open()
  return { driver, answers, captured, open, failures: () => failures }
}
const captureOf = (entry: JournalEntry): Capture | undefined => entry.message && { id: 'X', device: entry.device, profile: entry.profile, at: entry.at, ...entry.message }

describe('the driver of an analyser that speaks HL7', () => {
  it('says nothing to the device before its message is on disk', async () => {
    let onDisk: () => void = () => undefined
    const { driver, answers } = bench((entry) => new Promise((resolve) => (onDisk = () => resolve(captureOf(entry)))))
    driver.bytes(writeBlock(count('1')))
    await settled()
    expect(answers).toEqual([])
    onDisk()
    await settled()
    expect(answers).toEqual(['AA 1'])
  })

  it('asks for the message again while the disk is full, and takes it once there is room', async () => {
    let isFull = true
    const { driver, answers, captured, failures } = bench((entry) => (isFull ? Promise.reject(new Error('ENOSPC')) : Promise.resolve(captureOf(entry))))
    driver.bytes(writeBlock(count('1')))
    await settled()
    isFull = false
    driver.bytes(writeBlock(count('1')))
    await settled()
    expect([answers, captured.length, failures()]).toEqual([['AE 1', 'AA 1'], 1, 1])
  })

  it('journals each of two messages of one packet with its own bytes, and answers in order', async () => {
    const entries: JournalEntry[] = []
    const { driver, answers } = bench((entry) => {
      entries.push(entry)
      return Promise.resolve(captureOf(entry))
    })
    const [first, second] = [writeBlock(count('1')), writeBlock(count('2'))]
    driver.bytes(Uint8Array.from([2, ...first, ...second]))
    await settled()
    expect(answers).toEqual(['AA 1', 'AA 2'])
    // The CR after the end of a block comes with the next one.
    expect(Uint8Array.from(entries.flatMap(({ raw }) => [...raw]))).toEqual(Uint8Array.from([2, ...first, ...second.slice(0, -1)]))
    expect(entries.map(({ message }) => message?.text)).toEqual([count('1'), count('2')])
  })

  it('does not answer a new connection with the acknowledgement of the one before', async () => {
    let onDisk: () => void = () => undefined
    const { driver, answers, open } = bench((entry) => new Promise((resolve) => (onDisk = () => resolve(captureOf(entry)))))
    driver.bytes(writeBlock(count('1')))
    await settled()
    driver.closed()
    open()
    onDisk()
    await settled()
    expect(answers).toEqual([])
  })

  it('refuses an order or an admission from a device, answers no answer, and keeps neither as a result', async () => {
    const { driver, answers, captured } = bench((entry) => Promise.resolve(captureOf(entry)))
    const send = (type: string, more = '') => driver.bytes(writeBlock(new TextEncoder().encode(`MSH|^~\\&|X||||20261121||${type}|7|P|2.4\r${more}`)))
    send('ADT^A01', 'PID|1\r')
    send('ACK^R01', 'MSA|AA|1\r')
    await settled()
    expect([answers, captured]).toEqual([['AR 7'], []])
  })

  it('loses its line when it sends on and on without waiting for an answer', async () => {
    const { driver } = bench(() => new Promise(() => undefined))
    const large = writeBlock(new Uint8Array(15 * 1024 * 1024).fill(0x41))
    expect(() => {
      for (let sent = 0; sent < 8; sent++) driver.bytes(large)
    }).toThrow('does not wait')
    await settled()
  })

  it('loses its line for many short messages, too: each of them costs more than its bytes while it waits', () => {
    const { driver } = bench(() => new Promise(() => undefined))
    const some = Uint8Array.from(Array.from({ length: 1_000 }, () => [...writeBlock(new TextEncoder().encode('MSH|^~\\&|'))]).flat())
    expect(() => {
      for (let times = 0; times < 100; times++) driver.bytes(some)
    }).toThrow('does not wait')
  })
})
