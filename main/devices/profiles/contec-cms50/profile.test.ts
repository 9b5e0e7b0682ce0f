import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { VitalsWindow, type VitalNumbers } from '../../framers'
import { vitalsFramer } from '../../station/vitalsFramer'
import { profileOf, type VitalsProfile } from '..'

const capture = new Uint8Array(readFileSync(join(__dirname, 'captures/finger-on-and-off.bin')))

/** What the window says after each packet of the capture, played at 60 packets a second. */
const play = (): (VitalNumbers | undefined)[] => {
  const framer = vitalsFramer(profileOf('contec-cms50') as VitalsProfile)
  const window = new VitalsWindow(framer.window)
  return framer
    .feed(capture, 0)
    .filter((effect) => effect.do === 'live')
    .map(({ numbers, isUsable }, index) => {
      window.add(numbers, isUsable, Math.round((index * 1000) / 60))
      return window.numbers()?.numbers
    })
}

describe('Contec CMS50', () => {
  it('is spoken to at 115200 baud and kept alive every five seconds', () => {
    expect(profileOf('contec-cms50')).toMatchObject({ serial: { baudRate: 115_200, dataBits: 8, parity: 'none', stopBits: 1 }, keepAliveMs: 5_000 })
  })

  it('gives no number without a finger, nor while it searches, nor in the first second of good packets', () => {
    const said = play()
    expect(said).toHaveLength(720)
    expect(said.slice(0, 180 + 59).every((numbers) => numbers === undefined)).toBe(true)
    expect(said.slice(660).every((numbers) => numbers === undefined)).toBe(true)
  })

  it('gives the medians while the finger is on, whatever single packets say', () => {
    const said = play().slice(180 + 59, 660)
    expect(said.every((numbers) => numbers?.spo2 === 96 && (numbers.pulse === 84 || numbers.pulse === 85))).toBe(true)
  })
})
