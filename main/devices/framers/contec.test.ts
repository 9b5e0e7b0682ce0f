import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { byteByByte, randomFrom } from '../../../shared/standards/astm/testing/session'
import { ContecFramer, contecCommands, encodeContec, VitalsWindow, type ContecPacket, type VitalNumbers } from '.'

const fromHex = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16))
const read = (pieces: readonly Uint8Array[]): ContecPacket[] => {
  const framer = new ContecFramer()
  return pieces.flatMap((piece) => framer.feed(piece))
}

describe('Contec packets', () => {
  it('reads a packet of a real meter: pulse 60, SpO₂ 99', () => {
    expect(read([fromHex('01e0849392bce3ffff')])).toEqual([{ pleth: 19, pulse: 60, spo2: 99, isProbeOff: false, isSearching: false }])
  })

  it('sends the commands of the V7 protocol', () => {
    expect([...contecCommands.startLive].map((byte) => byte.toString(16)).join(' ')).toBe('7d 81 a1 80 80 80 80 80 80')
  })

  it('reads back what it writes, whatever the numbers (seed 5)', () => {
    const random = randomFrom(5)
    for (let round = 0; round < 2000; round++) {
      const packet: ContecPacket = {
        pleth: Math.floor(random() * 128),
        isProbeOff: random() < 0.2,
        isSearching: random() < 0.2,
        ...(random() < 0.8 ? { pulse: 1 + Math.floor(random() * 254) } : {}),
        ...(random() < 0.8 ? { spo2: 1 + Math.floor(random() * 100) } : {}),
      }
      expect(read([encodeContec(packet)])).toEqual([packet])
    }
  })

  it('finds its way after lost, doubled and broken bytes, and never makes a number up from nothing', () => {
    const good = encodeContec({ pleth: 50, pulse: 72, spo2: 97, isProbeOff: false, isSearching: false })
    const stream = Uint8Array.from([...good.slice(3), ...good, ...good.slice(0, 5), ...good, 0x00, 0xff, 0xff, ...good])
    expect(read([stream]).filter((packet) => packet.pulse === 72)).toHaveLength(3)
    expect(read(byteByByte(stream))).toEqual(read([stream]))
    expect(read([new Uint8Array(1000).fill(0xff)])).toEqual([])
  })

  it('says nothing where the meter has no number', () => {
    expect(read([encodeContec({ pleth: 0, isProbeOff: true, isSearching: false })])).toEqual([{ pleth: 0, isProbeOff: true, isSearching: false }])
  })

  const capture = join(__dirname, '../../../../shared/fixtures/devices/vitals/contec_cms50e_live_9byte_frames.hex.txt')
  it.skipIf(!existsSync(capture))('reads a real recording (../shared/fixtures/devices/vitals; skipped where the folder is absent)', () => {
    const bytes = fromHex(readFileSync(capture, 'latin1').replace(/[^0-9a-f]/gi, ''))
    const packets = read([bytes])
    expect(packets.length).toBeGreaterThan(bytes.length / 9 - 3)
    expect(packets.every((packet) => packet.spo2 === undefined || (packet.spo2 > 90 && packet.spo2 <= 100))).toBe(true)
    expect(read(byteByByte(bytes))).toEqual(packets)
  })
})

describe('the numbers of an oximeter', () => {
  const usable = (pulse: number, spo2: number): VitalNumbers => ({ pulse, spo2 })
  const span = { ms: 5_000, fewest: 60 }

  it('are medians of the last five seconds: one wild packet changes nothing', () => {
    const window = new VitalsWindow(span)
    for (let packet = 0; packet < 300; packet++) window.add(packet % 60 === 0 ? usable(180, 70) : usable(72, 97), true, packet * 16)
    expect(window.numbers()?.numbers).toEqual({ pulse: 72, spo2: 97 })
  })

  it('need a second of good packets', () => {
    const window = new VitalsWindow(span)
    for (let packet = 0; packet < 59; packet++) window.add(usable(72, 97), true, packet * 16)
    expect(window.numbers()).toBeUndefined()
  })

  it('never bridge two fingers: after the probe was off, counting begins again', () => {
    const window = new VitalsWindow(span)
    for (let packet = 0; packet < 120; packet++) window.add(usable(72, 97), true, packet * 16)
    window.add({}, false, 2000)
    expect(window.numbers()).toBeUndefined()
    for (let packet = 0; packet < 60; packet++) window.add(usable(110, 91), true, 2016 + packet * 16)
    expect(window.numbers()?.numbers).toEqual({ pulse: 110, spo2: 91 })
  })
})
