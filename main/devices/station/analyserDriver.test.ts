import { describe, expect, it } from 'vitest'
import { control, encodeFrame, framesOf } from '../../../shared/standards/astm'
import type { Journal, JournalEntry } from '../journal'
import type { Capture } from '../messages'
import { profileOf, type AstmProfile } from '../profiles'
import { bloodCount } from '../simulators'
import { analyserDriver } from './analyserDriver'

const profile = profileOf('sysmex-xn') as AstmProfile
const frames = framesOf(bloodCount('A26000123', new Date(), () => 0.5), 'message-in-frames', 20_000).map(encodeFrame)
const settled = () => new Promise((later) => setTimeout(later, 5))

const bench = (keep: (entry: JournalEntry) => Promise<Capture | undefined>) => {
  const written: number[] = []
  const captured: Capture[] = []
  let journalFailures = 0
  const journal = { keep } as Journal
  const driver = analyserDriver({ device: 'counter', profile, journal, now: Date.now, captured: (capture) => captured.push(capture), journalFailed: () => journalFailures++ })
  driver.opened((bytes) => {
    written.push(...bytes)
    return Promise.resolve()
  })
  return { driver, written, captured, failures: () => journalFailures }
}
const captureOf = (entry: JournalEntry): Capture | undefined => entry.message && { id: 'X', device: entry.device, profile: entry.profile, at: entry.at, ...entry.message }

describe('an analyser’s driver', () => {
  it('acknowledges nothing while the disk is full, and everything once there is room: the message arrives once', async () => {
    let isFull = true
    const { driver, written, captured, failures } = bench((entry) => (isFull ? Promise.reject(new Error('ENOSPC')) : Promise.resolve(captureOf(entry))))
    driver.bytes(Uint8Array.of(control.ENQ))
    driver.bytes(frames[0]!)
    await settled()
    expect(written).toEqual([control.ACK, control.NAK])
    expect(captured).toEqual([])
    expect(failures()).toBe(1)
    isFull = false
    driver.bytes(frames[0]!)
    await settled()
    expect(written).toEqual([control.ACK, control.NAK, control.ACK])
    expect(captured).toHaveLength(1)
  })

  it('says nothing to the device before the bytes are on disk', async () => {
    let onDisk: () => void = () => undefined
    const { driver, written } = bench((entry) => new Promise((resolve) => (onDisk = () => resolve(captureOf(entry)))))
    driver.bytes(Uint8Array.of(control.ENQ))
    driver.bytes(frames[0]!)
    await settled()
    expect(written).toEqual([control.ACK])
    onDisk()
    await settled()
    expect(written).toEqual([control.ACK, control.ACK])
  })

  it('does not answer a transfer that began after the cable was pulled with the ACK of the one before', async () => {
    let onDisk: () => void = () => undefined
    const { driver, written } = bench((entry) => new Promise((resolve) => (onDisk = () => resolve(captureOf(entry)))))
    driver.bytes(Uint8Array.of(control.ENQ))
    driver.bytes(frames[0]!)
    driver.closed()
    const after: number[] = []
    driver.opened((bytes) => {
      after.push(...bytes)
      return Promise.resolve()
    })
    driver.bytes(Uint8Array.of(control.ENQ))
    onDisk()
    await settled()
    expect(written).toEqual([control.ACK])
    expect(after).toEqual([control.ACK])
  })

  it('journals the bytes of a frame as they came, the spoilt ones before it too', async () => {
    const entries: JournalEntry[] = []
    const { driver } = bench((entry) => {
      entries.push(entry)
      return Promise.resolve(captureOf(entry))
    })
    const spoilt = frames[0]!.slice()
    spoilt[9]! ^= 1
    for (const piece of [Uint8Array.of(control.ENQ), spoilt, frames[0]!]) driver.bytes(piece)
    await settled()
    expect(entries).toHaveLength(1)
    expect(entries[0]!.raw).toEqual(Uint8Array.from([control.ENQ, ...spoilt, ...frames[0]!]))
  })
})
