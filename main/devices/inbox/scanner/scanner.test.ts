import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Replica } from '../../../replica'
import type { DeviceDesk } from '../desk'
import { openSerialScanner, type SerialScannerDesk } from '.'
import { ScannedCodes } from './codes'

const bytes = (text: string) => new TextEncoder().encode(text)

describe('A40: what a serial scanner sends', () => {
  it('A40: is cut into codes, whatever the pieces that the cable delivers', () => {
    const text = '\u0002OPW1-X\r\nA26000123\r\u0003\tA26000124\t'
    const whole = new ScannedCodes().add(bytes(text))
    const byOne = new ScannedCodes()
    expect([...bytes(text)].flatMap((byte) => byOne.add(Uint8Array.of(byte)))).toEqual(whole)
    expect(whole).toEqual(['OPW1-X', 'A26000123', 'A26000124'])
  })

  it('A40: a code without an end is not told, and an endless one takes no memory', () => {
    const codes = new ScannedCodes()
    expect(codes.add(bytes('A26000'))).toEqual([])
    for (let piece = 0; piece < 1_000; piece++) expect(codes.add(bytes('x'.repeat(1_000)))).toEqual([])
    expect(codes.add(bytes('\rA26000123\r'))).toEqual(['A26000123'])
  })
})

describe('A40: a scanner at a serial port', () => {
  let scanner: SerialScannerDesk | undefined
  afterEach(async () => {
    await scanner?.close()
    vi.useRealTimers()
  })

  it('A40: tells each code once within a second, over a pulled cable, and remembers its port', async () => {
    vi.useFakeTimers()
    const kept = new Map<string, unknown>()
    const local = { get: async (_kind: string, id: string) => (kept.has(id) ? { value: kept.get(id) } : undefined), put: async (_kind: string, id: string, value: unknown) => void kept.set(id, value) } as unknown as Replica['local']
    const sent: { number: number; from: string; bytes: Uint8Array }[] = []
    let isPulled = false
    const asked: string[] = []
    const line = (async (ask: { do: string; after?: number; path?: string }) => {
      asked.push(ask.do)
      if (ask.do === 'open') return isPulled ? { ok: false, problem: { kind: 'port-missing', facts: {} } } : { ok: true, value: { line: 'one' } }
      return { ok: true, value: { state: isPulled ? 'closed' : 'open', pieces: isPulled ? [] : sent.filter(({ number }) => number > (ask.after ?? 0)) } }
    }) as unknown as DeviceDesk['line']
    const told: string[] = []
    scanner = await openSerialScanner({ local, line, scanned: (code) => told.push(code) })
    await vi.advanceTimersByTimeAsync(20_000)
    expect(asked).toEqual([])
    await scanner.set({ path: '/dev/ttyUSB1', baudRate: 9600 })
    await vi.advanceTimersByTimeAsync(300)
    sent.push({ number: 1, from: 'device', bytes: bytes('OPW1-AB') }, { number: 2, from: 'device', bytes: bytes('C\r') })
    await vi.advanceTimersByTimeAsync(500)
    expect(told).toEqual(['OPW1-ABC'])
    await vi.advanceTimersByTimeAsync(2_000)
    expect(told).toHaveLength(1)
    isPulled = true
    await vi.advanceTimersByTimeAsync(6_000)
    expect(await scanner.read()).toMatchObject({ ok: true, value: { state: 'closed' } })
    isPulled = false
    sent.length = 0
    await vi.advanceTimersByTimeAsync(6_000)
    sent.push({ number: 1, from: 'device', bytes: bytes('A26000123\r') })
    await vi.advanceTimersByTimeAsync(500)
    expect(told).toEqual(['OPW1-ABC', 'A26000123'])
    await scanner.close()
    scanner = await openSerialScanner({ local, line, scanned: (code) => told.push(code) })
    expect(await scanner.read()).toMatchObject({ ok: true, value: { path: '/dev/ttyUSB1', baudRate: 9600 } })
    expect(await scanner.set(null)).toEqual({ ok: true, value: null })
  })
})
