import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { randomFrom } from '../../../shared/standards/astm/testing/session'
import type { Journal, JournalEntry } from '../journal'
import type { Capture } from '../messages'
import { allProfiles, profileOf, readCapture, type AnalyserProfile, type TextProfile, type VitalsProfile } from '../profiles'
import { isMessageFault, simulatedMessage, virtualAnalyser, virtualDevice, type MessageFault } from '../simulators'
import { overLine } from '../testing/replayed'
import { simulatedLine } from '../transports'
import { analyserDriver } from './analyserDriver'
import { hl7Driver } from './hl7Driver'
import type { Driver } from './keepOpen'
import { failedTest, type Expectations } from './ownTests'
import { pageDriver } from './pageDriver'
import { vitalsDriver, type VitalsReading } from './vitalsDriver'

const analysers = allProfiles().filter((profile): profile is AnalyserProfile => profile.category === 'analyser')
const vitals = allProfiles().filter((profile): profile is VitalsProfile => profile.category === 'vitals')
const at = new Date(2026, 10, 21, 9, 15, 30)

/** A journal in memory. */
const memoryJournal = () => {
  const kept: JournalEntry[] = []
  const journal = {
    keep: async (entry: JournalEntry): Promise<Capture | undefined> => {
      kept.push(entry)
      return entry.message && { id: String(kept.length), device: entry.device, profile: entry.profile, at: entry.at, ...entry.message }
    },
  } as Journal
  return { journal, kept }
}

/** The samples of what a virtual analyser sends, after it came over a line. */
const samplesOf = (profile: AnalyserProfile, fault?: MessageFault) => {
  const message = simulatedMessage(profile, { accession: 'A26000123', at, random: randomFrom(3), ...(fault ? { fault } : {}) })
  return overLine(message, profile, () => 1e7).messages.flatMap((text) => readCapture(text, profile)).flatMap(({ samples }) => samples)
}

describe('every profile', () => {
  const folders = join(__dirname, '../profiles')

  it.each(allProfiles().map((profile) => [profile.id, profile] as const))('%s passes its own tests: what its recordings are to give', (id, profile) => {
    const captures = join(folders, id, 'captures')
    // What it says of an unknown one is told by the tests of the standard.
    if (id === 'hl7-generic') return
    const expected = JSON.parse(readFileSync(join(captures, 'expected.json'), 'utf8')) as Expectations
    const names = readdirSync(captures).filter((name) => name !== 'README.md' && name !== 'expected.json')
    expect(Object.keys(expected).sort()).toEqual(names.sort())
    expect(failedTest(profile, new Map(names.map((name) => [name, new Uint8Array(readFileSync(join(captures, name)))])), expected)).toBeUndefined()
    expect(Object.values(expected).flat().length).toBeGreaterThan(0)
  })
})

describe('the virtual analyser of every profile', () => {
  it.each(analysers.map((profile) => [profile.id, profile] as const))('%s sends what its profile understands: number on the tube, codes, values, units', (_, profile) => {
    const samples = samplesOf(profile)
    expect(samples.map(({ accession, isQualityControl }) => [accession, isQualityControl])).toEqual([['A26000123', false]])
    const results = samples.flatMap((sample) => sample.results)
    expect(results.length).toBeGreaterThan(1 - Number(profile.id === 'mini-vidas'))
    // Profiles that map nothing send everything to the tray.
    const isMapped = Object.keys(profile.tests).length > 0
    expect(results.filter(({ trouble }) => trouble !== undefined && isMapped).map(({ line }) => [line.code, line.unit])).toEqual([])
  })

  it.each(analysers.map((profile) => [profile.id, profile] as const))('%s: a control is known as one, and no number on the tube is no number', (_, profile) => {
    expect(samplesOf(profile, 'control').every(({ isQualityControl }) => isQualityControl)).toBe(true)
    expect(new Set(samplesOf(profile, 'no-number').map(({ accession }) => accession))).toEqual(new Set(['']))
  })

  it('sends a test and a unit that nobody mapped when it is told to', () => {
    const troubles = (fault: MessageFault) => samplesOf(profileOf('sysmex-xp') as AnalyserProfile, fault).flatMap(({ results }) => results.flatMap(({ trouble }) => trouble ?? []))
    expect(troubles('unknown-test')).toEqual(['unknown-test'])
    expect(troubles('other-unit')).toEqual(['other-unit'])
    expect(samplesOf(profileOf('spotchem-el') as AnalyserProfile, 'other-unit')[0]!.results[0]?.trouble).toBe('other-unit')
    expect(isMessageFault('split')).toBe(false)
  })
})

describe('analysers that ask by barcode', () => {
  it.each([
    ['sysmex-xn', '^^             A26000123^B', 'WBC'],
    ['cobas-c111', '^A26000123', '413'],
    ['cobas-c311', '^^             A26000123^50001^0^^S1^SC', '991'],
    ['genexpert', '^A26000123', 'MTB-RIF'],
  ])('%s: the number is found in its query, and its codes stand where it looks for them', async (id, range, code) => {
    const profile = profileOf(id) as AnalyserProfile
    if (profile.protocol !== 'astm') throw new Error('no ASTM')
    const asked: string[] = []
    const { journal } = memoryJournal()
    const driver = analyserDriver({ device: 'D', profile, journal, now: Date.now, captured: () => undefined, journalFailed: () => undefined, worklist: async (specimen) => (asked.push(specimen), [code]) })
    const line = simulatedLine()
    const near = await line.near.open({ bytes: driver.bytes, closed: driver.closed })
    driver.opened((bytes) => near.write(bytes))
    const analyser = await virtualAnalyser(line.far)
    await analyser.send(new TextEncoder().encode(`H|\\^&|||Analyser\rQ|1|${range}||ALL||||||||O\rL|1|N\r`))
    for (let tries = 0; analyser.heard.length === 0 && tries < 200; tries++) await new Promise((later) => setTimeout(later, 10))
    expect(asked).toEqual(['A26000123'])
    const order = analyser.heard[0]!.split('\r').find((record) => record.startsWith('O'))!
    expect(order).toContain('A26000123')
    expect(order.split('|')[4]).toBe('^'.repeat((profile.hostQuery?.codeComponent ?? 4) - 1) + code)
    await analyser.close()
    await near.close()
  })
})

describe('virtual analysers on a line with a fault', () => {
  const run = async (id: string, fault?: 'bad-checksum' | 'lost-ack' | 'split' | 'noise') => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] })
    const profile = profileOf(id) as AnalyserProfile
    const { journal } = memoryJournal()
    const captures: Capture[] = []
    const around = { device: 'D', journal, now: Date.now, captured: (capture: Capture) => void captures.push(capture), journalFailed: () => undefined }
    const driver: Driver = profile.protocol === 'astm' ? analyserDriver({ ...around, profile }) : profile.protocol === 'hl7' ? hl7Driver({ ...around, profile }) : pageDriver({ ...around, profile })
    const line = simulatedLine()
    const near = await line.near.open({ bytes: driver.bytes, closed: driver.closed })
    driver.opened((bytes) => near.write(bytes))
    const device = await virtualDevice(line.far, profile, { random: randomFrom(4), ...(fault ? { fault } : {}) })
    let isSent = false
    const sending = device.send('A26000123').then(() => (isSent = true))
    // A minute of the analyser's patience at most.
    for (let passed = 0; !isSent && passed < 60_000; passed += 20) {
      await vi.advanceTimersByTimeAsync(20)
      await new Promise((later) => setImmediate(later))
    }
    await sending
    await device.close()
    await near.close()
    return captures.flatMap((capture) => readCapture(capture.text, profile)).flatMap(({ samples }) => samples.map(({ accession, results }) => `${accession} ${results.length > 0}`))
  }

  it.each(['bad-checksum', 'lost-ack', 'split', 'noise'] as const)('an ASTM analyser gets its results through once: %s', async (fault) => {
    expect(await run('sysmex-xp', fault)).toEqual(['A26000123 true'])
  })

  it('a mini VIDAS sends its page again after a wrong sum, and it is kept once', async () => {
    expect(await run('mini-vidas', 'bad-checksum')).toEqual(['A26000123 true'])
    expect(await run('hemoscreen', 'split')).toEqual(['A26000123 true'])
    // The answer was lost: the same message comes twice, and the inbox knows it.
    expect(new Set(await run('hemoscreen', 'lost-ack'))).toEqual(new Set(['A26000123 true']))
  })

  it('a printer that nobody answers: a page that was cut off is kept as a piece, because it will not come again', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] })
    const profile = profileOf('spotchem-el') as TextProfile
    const { journal } = memoryJournal()
    const captures: Capture[] = []
    const driver = pageDriver({ device: 'D', profile, journal, now: Date.now, captured: (capture) => void captures.push(capture), journalFailed: () => undefined })
    driver.opened(() => Promise.resolve())
    const page = simulatedMessage(profile, { accession: 'A1', at, random: Math.random })
    driver.bytes(page.subarray(0, page.length - 10))
    await vi.advanceTimersByTimeAsync(2_000)
    expect(captures.map(({ complete }) => complete)).toEqual([false])
    driver.closed()
  })

  it.each([
    ['the cable is pulled between two lines', ' ID: A1\r\n LEU   neg\r\n', 'closed', [false]],
    ['the cable is pulled in the middle of a line', ' ID: A1\r\n pH    6.', 'closed', [false]],
    ['the printer stalls in the middle of a line', ' ID: A1\r\n pH    6.', 'silent', [false]],
    ['the printer is done', ' ID: A1\r\n pH    6.0\r\n', 'silent', [true]],
    ['nothing was printed', '\r\n', 'closed', []],
  ] as const)('a printer whose pages end in silence, when %s', async (_, page, then, expected) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] })
    const { journal, kept } = memoryJournal()
    const captures: Capture[] = []
    const driver = pageDriver({ device: 'D', profile: profileOf('urine-strip-printer') as TextProfile, journal, now: Date.now, captured: (capture) => void captures.push(capture), journalFailed: () => undefined })
    driver.opened(() => Promise.resolve())
    driver.bytes(new TextEncoder().encode(page))
    if (then === 'closed') driver.closed()
    await vi.advanceTimersByTimeAsync(2_000)
    expect(captures.map(({ complete }) => complete)).toEqual(expected)
    expect(kept).toHaveLength(expected.length)
    driver.closed()
    expect(kept).toHaveLength(expected.length)
  })
  afterEach(() => void vi.useRealTimers())
})

describe('the virtual device of every vitals profile', () => {
  afterEach(() => void vi.useRealTimers())

  const numbers = { spo2: 97, pulse: 72, 'bp-systolic': 120, 'bp-diastolic': 75, 'respiratory-rate': 15, temperature: 36.9, weight: 70.5, height: 171.5 } as const

  it.each(vitals.map((profile) => [profile.id, profile] as const))('%s gives its numbers in the units of the chart, on disk first', async (_, profile) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] })
    const { journal, kept } = memoryJournal()
    const finished: VitalsReading[] = []
    const driver = vitalsDriver({ device: 'D', profile, journal, now: Date.now, live: () => undefined, measured: (reading) => void finished.push(reading), journalFailed: () => undefined })
    const line = simulatedLine()
    const near = await line.near.open({ bytes: driver.bytes, closed: driver.closed })
    const device = await virtualDevice(line.far, profile, { random: () => 0.5, numbers })
    driver.opened((bytes) => near.write(bytes))
    const settle = async (ms: number) => {
      for (let passed = 0; passed < ms; passed += 50) {
        await vi.advanceTimersByTimeAsync(50)
        await new Promise((later) => setImmediate(later))
      }
    }
    device.vitals!.measure()
    await settle(profile.protocol === 'dri' ? 12_000 : 5_500)
    const reading = driver.newest()
    const expected = Object.fromEntries(profile.measures.filter((code) => code in numbers).map((code) => [code, numbers[code as keyof typeof numbers]]))
    expect(Object.keys(reading?.numbers ?? {}).sort()).toEqual([...profile.measures].sort())
    for (const [code, value] of Object.entries(expected)) expect(Math.abs(reading!.numbers[code as keyof typeof numbers]! - value)).toBeLessThan(code === 'pulse' ? 3 : code === 'spo2' ? 1 : 0.11)
    if (profile.gives === 'spot') {
      expect(finished).toHaveLength(1)
      expect(kept.length).toBeGreaterThan(0)
      expect(reading!.id).toBe(finished[0]!.id)
    } else {
      device.vitals!.setProbe(false)
      if (profile.protocol !== 'intellivue' && profile.protocol !== 'dri') {
        await settle(1_500)
        const after = Date.now()
        await settle(1_500)
        expect(driver.newest()!.at).toBeLessThan(after)
      }
    }
    await device.close()
    await near.close()
  })
})
