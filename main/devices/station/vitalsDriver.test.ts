import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { encodeAAndD, encodeNoninSlow, encodeNoninSpot, type Measurement, type VitalNumbers } from '../framers'
import type { Journal } from '../journal'
import { profileOf, type VitalsProfile } from '../profiles'
import { vitalsDriver, type VitalsReading } from './vitalsDriver'

const taken = { year: 2026, month: 11, day: 21, hour: 9, minute: 15, second: 30 }
const encode = (text: string) => new TextEncoder().encode(text)
const pressure: VitalNumbers = { 'bp-systolic': 120, 'bp-diastolic': 73, pulse: 72 }

describe('the driver of vitals devices', () => {
  let isDiskFull = false
  let written: string[]
  let told: { reading: VitalsReading; measurement: Measurement }[]
  let severalBeds = 0
  const kept: number[] = []
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] })
    isDiskFull = false
    written = []
    told = []
    kept.length = 0
    severalBeds = 0
  })
  afterEach(() => void vi.useRealTimers())

  const open = (id: string) => {
    const journal = { keep: async ({ raw }: { raw: Uint8Array }) => (isDiskFull ? Promise.reject(new Error('full')) : void kept.push(raw.length)) } as unknown as Journal
    const driver = vitalsDriver({
      device: 'D', profile: profileOf(id) as VitalsProfile, journal, now: Date.now, live: () => undefined,
      measured: (reading, measurement) => void told.push({ reading, measurement }), journalFailed: () => undefined, severalBeds: () => void severalBeds++,
    })
    driver.opened(async (bytes) => void written.push(Buffer.from(bytes).toString()))
    const send = async (bytes: Uint8Array) => {
      driver.bytes(bytes)
      await vi.advanceTimersByTimeAsync(10)
    }
    return { driver, send }
  }

  it('confirms a blood pressure once it is on disk, and tells it once however often the cuff sends it', async () => {
    const { driver, send } = open('a-and-d-cuff')
    const packet = encodeAAndD(pressure, taken, { ...taken, minute: 17 }, 'AD1')
    await send(packet)
    await send(packet)
    expect(written).toEqual(['PWA1', 'PWA1'])
    expect(kept).toHaveLength(2)
    expect(told).toHaveLength(1)
    expect(driver.newest()).toMatchObject({ numbers: pressure })
    // Two minutes old by the cuff's own clock, whatever that says of the year.
    expect(Math.round((Date.now() - driver.newest()!.at) / 1000)).toBe(120)
    driver.closed()
  })

  it('asks for it again when the disk is full, and offers nothing', async () => {
    const { driver, send } = open('a-and-d-cuff')
    isDiskFull = true
    await send(encodeAAndD(pressure, taken, taken, 'AD1'))
    expect(written).toEqual(['PWA0'])
    expect(driver.newest()).toBeUndefined()
    isDiskFull = false
    await send(encodeAAndD(pressure, taken, taken, 'AD1'))
    expect(driver.newest()).toMatchObject({ numbers: pressure })
    driver.closed()
  })

  it('offers nothing that was kept in the device, is old by its clock, failed, or that nobody can have', async () => {
    const spot = open('nonin-13')
    await spot.send(encodeNoninSpot({ spo2: 94, pulse: 88 }, taken, true))
    expect(spot.driver.newest()).toBeUndefined()
    const cuff = open('a-and-d-cuff')
    await cuff.send(encodeAAndD(pressure, taken, { ...taken, hour: 10 }, 'AD1'))
    await cuff.send(encodeAAndD({}, taken, taken, 'AD1'))
    await cuff.send(encodeAAndD({ ...pressure, 'bp-diastolic': 5 }, taken, taken, 'AD1'))
    expect(cuff.driver.newest()).toBeUndefined()
    expect(told).toHaveLength(4)
    spot.driver.closed()
    cuff.driver.closed()
  })

  it('takes a scale that writes its weight five times a second for one measurement, and an empty one for none', async () => {
    const { driver, send } = open('scale-lines')
    await send(encode('ST,GS,+0000.00kg\r\n'))
    expect(driver.newest()).toBeUndefined()
    for (let line = 0; line < 10; line++) await send(encode('ST,GS,+0072.50kg\r\n'))
    expect(told.map(({ reading }) => reading.numbers)).toEqual([{ weight: 0 }, { weight: 72.5 }])
    await vi.advanceTimersByTimeAsync(30_000)
    await send(encode('ST,GS,+0072.50kg\r\n'))
    expect(told).toHaveLength(3)
    driver.closed()
  })

  it('offers nothing whose age is below zero or unknown: with a clock that was set meanwhile, an old one looks new', async () => {
    const before = open('a-and-d-cuff')
    await before.send(encodeAAndD(pressure, { ...taken, minute: 45 }, taken, 'AD1'))
    expect(before.driver.newest()).toBeUndefined()
    await before.send(encodeAAndD(pressure, taken, { ...taken, month: 0 }, 'AD1'))
    expect(before.driver.newest()).toBeUndefined()
    // A minute is what clocks that only tell minutes differ by.
    await before.send(encodeAAndD(pressure, { ...taken, second: 59 }, taken, 'AD1'))
    expect(before.driver.newest()).toMatchObject({ numbers: pressure, at: Date.now() - 10 })
    before.driver.closed()
  })

  describe('a gateway that speaks HL7', () => {
    const message = (bed: string, spo2: number, { sent = '20261121091530', observed = sent, cuff = '', processing = 'P', patient = '' }: { sent?: string; observed?: string; cuff?: string; processing?: string; patient?: string } = {}) =>
      encode(
        ['\x0bMSH|^~\\&|GATEWAY||||' + sent + '||ORU^R01^ORU_R01|' + bed + spo2 + `|${processing}|2.6|||AL|NE`, `PID|||${patient}`, `PV1||I|ICU^^${bed}`, `OBR|1|||182777000|||${observed}`,
          ...(cuff === '' ? [] : [`OBX|1|NM|150021||180|266016|||||R|||${cuff}`, `OBX|2|NM|150022||110|266016|||||R|||${cuff}`]), `OBX|3|NM|150456||${spo2}|262688|||||R`, '\x1c\r'].join('\r'),
      )

    it('of one bed is offered with its bed; once another reports, nothing is, and the device says so', async () => {
      const { driver, send } = open('mindray-egateway')
      await send(message('5', 97))
      expect(driver.newest()).toMatchObject({ numbers: { spo2: 97 }, bed: 'ICU/5' })
      expect(severalBeds).toBe(0)
      await send(message('6', 81))
      expect(driver.newest()).toBeUndefined()
      expect(driver.hasSeveralBeds()).toBe(true)
      await send(message('5', 96))
      expect(driver.newest()).toBeUndefined()
      expect(severalBeds).toBe(1)
      // Both are on disk all the same.
      expect(kept).toHaveLength(3)
      driver.closed()
    })

    it('in training, debugging or demonstration is answered and put on disk, and offered to nobody', async () => {
      const { driver, send } = open('mindray-egateway')
      for (const more of [{ processing: 'T' }, { processing: 'D' }, { patient: 'DEMO' }, { patient: 'Demo 1' }]) await send(message('5', 97, more))
      await send(message('DEMO', 97))
      expect(written).toHaveLength(5)
      expect(kept).toHaveLength(5)
      expect(driver.newest()).toBeUndefined()
      driver.closed()
      const other = open('mindray-egateway')
      await other.send(message('5', 96, { patient: 'DEMOCRITUS' }))
      expect(other.driver.newest()).toMatchObject({ numbers: { spo2: 96 } })
      other.driver.closed()
    })

    it('gives a cuff value the time it was taken, however often it is repeated', async () => {
      const { driver, send } = open('mindray-egateway')
      await send(message('5', 97, { cuff: '20261121084500' }))
      await send(message('5', 96, { sent: '20261121091630', cuff: '20261121084500' }))
      expect(driver.newest()?.numbers).toEqual({ spo2: 96 })
      expect(told.map(({ reading }) => reading.numbers)).toEqual([{ 'bp-systolic': 180, 'bp-diastolic': 110 }, { spo2: 97 }, { spo2: 96 }])
      expect(told[0]!.measurement.ageMs).toBe(30 * 60_000 + 30_000)
      await send(message('5', 95, { sent: '20261121091730', observed: '20261121091530' }))
      expect(Math.round((Date.now() - driver.newest()!.at) / 1000)).toBe(120)
      driver.closed()
    })

    it('offers nothing whose time cannot be read, or held against the time it was sent', async () => {
      const { driver, send } = open('mindray-egateway')
      await send(message('5', 97, { observed: 'yesterday' }))
      await send(message('5', 96, { observed: '20261121091530+0200' }))
      await send(message('5', 95, { sent: '', observed: '20261121091530' }))
      expect(driver.newest()).toBeUndefined()
      await send(message('5', 94, { sent: '20261121091530+0000', observed: '20261121111530+0200' }))
      expect(driver.newest()).toMatchObject({ numbers: { spo2: 94 } })
      driver.closed()
    })
  })

  it('forgets the numbers of a stream when its line opens anew: it may be another finger', async () => {
    const { driver, send } = open('nonin-8')
    for (let second = 0; second < 4; second++) await send(encodeNoninSlow({ spo2: 97, pulse: 72 }))
    expect(driver.newest()).toMatchObject({ numbers: { spo2: 97, pulse: 72 } })
    driver.closed()
    driver.opened(() => Promise.resolve())
    expect(driver.newest()).toBeUndefined()
    driver.closed()
  })
})
