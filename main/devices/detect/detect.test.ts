import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { SerialSettings } from '../../../shared/contract'
import { mulberry32 } from '../../../shared/standards/mulberry32'
import { encodeText } from '../../../shared/standards/astm'
import { allProfiles, profileOf } from '../profiles'
import { fitOf, likenessOf, ranked, SettingsSearch, settingsFor } from '.'
import { stretchOf } from './bits'
import { heardAs, type FramingErrors } from './testing/uart'

const seed = 20261121
const eight = (baudRate: number): SerialSettings => ({ baudRate, dataBits: 8, parity: 'none', stopBits: 1 })

const recordingsOf = (profile: string) => {
  const folder = join('main/devices/profiles', profile, 'captures')
  return readdirSync(folder)
    .filter((name) => name !== 'README.md' && name !== 'expected.json')
    .map((name) => ({ name, bytes: new Uint8Array(readFileSync(join(folder, name))) }))
}
const fits = (bytes: Uint8Array) => ranked(allProfiles().flatMap((profile) => fitOf(bytes, profile) ?? []))
const reads = (bytes: Uint8Array) => fits(bytes).length > 0

/** A device that says something once in a while, heard by the search; answers what was found and after how many seconds. */
const search = (says: Uint8Array, sent: SerialSettings, { everyMs = 1_000, errors = 'delivered' as FramingErrors, seconds = 60 } = {}) => {
  const finding = new SettingsSearch(reads, 0)
  let since = 0
  for (let now = 0; now < seconds * 1_000; now += 100) {
    // Settings change while the device speaks or not; it is heard from its next message on.
    if (now >= since && now % everyMs === 0) finding.feed(heardAs(says, sent, finding.serial, () => 0, errors), now)
    const state = finding.look(now)
    if (state.state === 'next') since = now + 50
    if (state.state === 'found' || state.state === 'unreadable') return { ...state, serial: finding.serial, seconds: now / 1_000, trials: finding.tried.length + 1 }
  }
  return { state: 'waiting' as const, serial: finding.serial, seconds, trials: finding.tried.length + 1 }
}

describe('a receiver with other settings than the device', () => {
  it('hears what was sent when they are the same, whatever they are', () => {
    const text = encodeText('H|\\^&|||ABX\r')
    for (const serial of [eight(9600), eight(115200), { ...eight(19200), parity: 'odd' as const }, { ...eight(9600), dataBits: 7 as const, parity: 'even' as const }]) expect(heardAs(text, serial, serial)).toEqual(text)
  })
  it('shows by how much it is too fast', () => {
    const text = encodeText('No.000012   2026/11/21 LEU  neg\r\n')
    expect(stretchOf(heardAs(text, eight(9600), eight(19200)), [2, 4, 12])).toBe(2)
    expect(stretchOf(heardAs(text, eight(9600), eight(38400)), [2, 4, 12])).toBe(4)
    expect(stretchOf(heardAs(text, eight(9600), eight(115200)), [2, 4, 12])).toBe(12)
    expect(stretchOf(text, [2, 4, 12])).toBeUndefined()
  })
})

describe('finding the line settings from live bytes', () => {
  const speeds = [9600, 19200, 38400, 115200]
  const settings = speeds.flatMap((baudRate): SerialSettings[] => [eight(baudRate), { baudRate, dataBits: 7, parity: 'even', stopBits: 1 }])
  const talkers = [
    ['an analyser that sends a count again and again', recordingsOf('sysmex-xp')[0]!.bytes],
    ['a strip reader that prints', recordingsOf('urine-strip-printer')[0]!.bytes],
    ['a scale', recordingsOf('scale-lines')[0]!.bytes],
  ] as const

  it.each(talkers)('finds each of 8 settings in under 20 s for %s', (_who, says) => {
    for (const sent of settings) {
      for (const errors of ['delivered', 'dropped'] as const) {
        const found = search(says.map((byte) => byte & 0x7f), sent, { errors })
        expect({ state: found.state, serial: found.serial }, JSON.stringify(sent)).toEqual({ state: 'found', serial: sent })
        expect(found.seconds).toBeLessThan(20)
        expect(found.trials).toBeLessThanOrEqual(5)
      }
    }
  })

  it('finds the speed of every profile that talks by itself, and its parity where it sends one', () => {
    const missed: string[] = []
    const talking = ['contec-cms50', 'contec-cms50-old', 'nonin-2', 'nonin-7', 'masimo-ascii', 'nonin-printer', 'ge-dri', 'mini-vidas', 'spotchem-el', 'hemoscreen', 'sysmex-xn']
    for (const id of talking) {
      const profile = profileOf(id)!
      for (const errors of ['delivered', 'dropped'] as const) {
        const found = search(recordingsOf(id)[0]!.bytes.slice(0, 1_500), profile.serial, { errors })
        if (found.state !== 'found' || found.seconds > 20 || JSON.stringify(settingsFor(found.serial, profile)) !== JSON.stringify(profile.serial)) missed.push(`${id}: ${errors} ${JSON.stringify(found)}`)
      }
    }
    expect(missed).toEqual([])
  })

  it('knows an enquiry, though the device says nothing else until it is answered', () => {
    expect(search(Uint8Array.of(5), eight(19200), { everyMs: 1_000 })).toMatchObject({ state: 'found', by: 'enquiry' })
  })

  it('waits as long as it takes for an analyser that speaks only when its button is pressed', () => {
    expect(search(recordingsOf('sysmex-xp')[0]!.bytes, eight(38400), { everyMs: 45_000, seconds: 200 })).toMatchObject({ state: 'found', serial: eight(38400) })
  })

  it(`says that nothing makes sense of it, rather than a wrong setting, where a device speaks what nobody knows (seed ${seed})`, () => {
    const random = mulberry32(seed)
    for (let times = 0; times < 5; times++) {
      const noise = Uint8Array.from({ length: 400 }, () => Math.floor(random() * 256))
      const found = search(noise, eight(9600), { seconds: 120 })
      expect(found.state).toBe('unreadable')
    }
  })

  it(`never takes noise for a text or a device (seed ${seed})`, () => {
    const random = mulberry32(seed)
    for (let times = 0; times < 100; times++) {
      const noise = Uint8Array.from({ length: 200 + Math.floor(random() * 600) }, () => Math.floor(random() * 256))
      expect(likenessOf(noise)).toBe('garbled')
      expect(fits(noise).map(({ profile }) => profile.id)).toEqual([])
    }
  })
})

describe('finding the profile from what was heard', () => {
  const twins: Readonly<Record<string, readonly string[]>> = { 'a-and-d-scale': ['a-and-d-cuff'], 'horiba-yumizen': ['horiba-micros'], 'nonin-printer': ['masimo-ascii'], 'masimo-ascii': ['nonin-printer'] }
  it.each(allProfiles().map(({ id }) => id).filter((id) => !id.endsWith('-generic')))('puts %s first for its own recordings', (id) => {
    for (const { name, bytes } of recordingsOf(id)) {
      const found = fits(bytes.slice(0, 4_000)).map(({ profile }) => profile.id)
      // Two profiles of one protocol that read the same stand beside each other.
      const twin = twins[id] ?? []
      expect(found.filter((each) => !twin.includes(each))[0], `${name}: ${found.join(' ')}`).toBe(id)
    }
  })

  it('offers the generic profile first for an analyser that nobody has described', () => {
    expect(fits(recordingsOf('astm-generic')[0]!.bytes)[0]!.profile.id).toBe('astm-generic')
  })
})

describe('bytes of a hostile or broken sender', () => {
  const huge = 64 * 1024
  it.each([
    ['an STX and no end', (at: number) => (at === 0 ? 2 : 0x41)],
    ['a message header and no end', (at: number) => 'MSH|^~\\&|'.charCodeAt(at) || 0x7c],
    ['nothing but enquiries', () => 5],
    ['nothing but zeros', () => 0],
    ['nothing but separators', (at: number) => '|^\r'.charCodeAt(at % 3)],
    ['digits without an end', () => 0x39],
  ])('that says %s are looked at in bounded time, and name no device', (_what, byte) => {
    const bytes = Uint8Array.from({ length: huge }, (_, at) => byte(at))
    const since = performance.now()
    const named = fits(bytes).filter(({ grade }) => grade === 'whole')
    expect(named.map(({ profile }) => profile.id)).toEqual([])
    // Seconds would hold up the other ports of this process; a slow machine takes a tenth of this.
    expect(performance.now() - since).toBeLessThan(5_000)
  })
})
