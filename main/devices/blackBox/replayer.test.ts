import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { block, parseFile, writeBlock } from '../../../shared/standards/hl7'
import { allProfiles, type Profile } from '../profiles'
import { transfersOf } from '../station/replay'
import type { Entry } from './entry'
import { play, shownOf } from './player'
import { blankPatients, canBlank } from './privacy'
import { readRecordingFile, writeRecordingFile } from './recordingFile'
import { replayerOf } from './replayer'

const begins = Date.parse('2026-11-21T09:00:00.000Z')
const salt = new Uint8Array(32).fill(5)
const text = (bytes: Uint8Array) => new TextDecoder('latin1').decode(bytes)
const bytes = (from: string) => Uint8Array.from(from, (character) => character.charCodeAt(0))

/** What a device of this profile would put on its line for a capture. */
const lineOf = (profile: Profile, capture: Uint8Array): Uint8Array[] => {
  if (profile.protocol === 'astm') return transfersOf(capture)
  const isHl7 = profile.protocol === 'hl7' || profile.protocol === 'vital-hl7'
  return isHl7 && !capture.includes(block.start) ? parseFile(capture).messages.map((message) => writeBlock(message.toBytes())) : [capture]
}
/** A recording of it, cut into pieces as a cable does, seconds between transfers. */
const recordingOf = (parts: readonly Uint8Array[], stepMs = 4): Entry[] => {
  const entries: Entry[] = [{ kind: 'opened', opening: { path: 'x' }, number: 1, at: begins }]
  let at = begins
  for (const part of parts) {
    for (let from = 0; from < part.length; from += 37) entries.push({ kind: 'bytes', from: 'device', bytes: part.slice(from, from + 37), number: entries.length + 1, at: (at += stepMs) })
    at += 5_000
  }
  return entries
}
/** Everything that it comes to at once. */
const resultsOf = (entries: readonly Entry[], profile: Profile) => {
  const replayer = replayerOf(profile)
  const all = entries.flatMap((entry) =>
    entry.kind === 'opened' ? replayer.opened(entry.at) : entry.kind === 'closed' ? replayer.closed(entry.at) : entry.kind === 'bytes' && entry.from === 'device' ? replayer.bytes(entry.bytes, entry.at) : [],
  )
  return [...all, ...replayer.silence(entries.at(-1)!.at + 120_000)].flatMap((each) => shownOf(each, profile))
}
const captures = allProfiles().flatMap((profile) => {
  const folder = join(__dirname, '../profiles', profile.id, 'captures')
  try {
    return readdirSync(folder).filter((name) => name !== 'README.md' && name !== 'expected.json').map((name) => [`${profile.id}/${name}`, profile, new Uint8Array(readFileSync(join(folder, name)))] as const)
  } catch {
    return []
  }
})

describe('a recording that is played again', () => {
  it('gives the same bytes and the same results at its own pace and at a hundred times of it', async () => {
    const [, profile, capture] = captures.find(([name]) => name === 'sysmex-xn/two-tubes.astm')!
    const entries = recordingOf(lineOf(profile, capture), 130)
    const paced = async (speed: number) => {
      let slept = 0
      const playing = play({ entries, profile, speed, sleep: (ms) => ((slept += ms), Promise.resolve()) })
      await playing.over
      const { bytes: length, digest, isOver } = playing.state()
      return { slept, seen: { length, digest, isOver, results: playing.results(0) } }
    }
    const [slow, fast] = [await paced(1), await paced(100)]
    expect(slow.seen).toEqual(fast.seen)
    expect(slow.seen.length).toBe(entries.reduce((sum, entry) => sum + (entry.kind === 'bytes' ? entry.bytes.length : 0), 0))
    expect(slow.seen.results.filter(({ kind }) => kind === 'sample').length).toBe(2)
    const lasted = entries.at(-1)!.at - begins
    expect(slow.slept).toBeGreaterThan(lasted * 0.9)
    expect(slow.slept).toBeLessThanOrEqual(lasted)
    expect(fast.slept).toBeLessThanOrEqual(lasted / 100)
  })

  it('gives the same of ten minutes of an oximeter, byte for byte', async () => {
    const [, profile, capture] = captures.find(([name]) => name === 'contec-cms50/finger-on-and-off.bin')!
    const entries: Entry[] = [{ kind: 'opened', opening: { path: 'x' }, number: 1, at: begins }]
    // 60 packets of 9 bytes a second, as the cable hands them over: five times a second.
    for (let tick = 0; tick < 3_000; tick++) {
      const from = (tick * 108) % (capture.length - 108)
      entries.push({ kind: 'bytes', from: 'device', bytes: capture.slice(from - (from % 9), from - (from % 9) + 108), number: tick + 2, at: begins + (tick + 1) * 200 })
    }
    const seen = async (speed: number) => {
      const playing = play({ entries, profile, speed, sleep: () => Promise.resolve() })
      await playing.over
      return { ...playing.state(), results: playing.results(0) }
    }
    const [slow, fast] = [await seen(1), await seen(100)]
    expect(slow).toEqual(fast)
    expect(slow.bytes).toBe(3_000 * 108)
    expect(slow.digest).toBe(createHash('sha256').update(Buffer.concat(entries.map((entry) => (entry.kind === 'bytes' ? entry.bytes : new Uint8Array())))).digest('hex'))
    expect(slow.results.filter((result) => result.kind === 'stream').length).toBeGreaterThan(500)
  })

  it('does not let anybody wait through a night in which nothing came, and stops when it is told to', async () => {
    const [, profile, capture] = captures.find(([name]) => name === 'sysmex-xn/two-tubes.astm')!
    const first = recordingOf(lineOf(profile, capture))
    const second = first.map((entry): Entry => ({ ...entry, at: entry.at + 8 * 3_600_000, number: entry.number + 1000 }))
    let slept = 0
    await play({ entries: [...first, ...second], profile, speed: 1, sleep: (ms) => ((slept += ms), Promise.resolve()) }).over
    expect(slept).toBeLessThan(30_000)
    const stopped = play({ entries: first, profile, speed: 1, sleep: () => new Promise(() => undefined) })
    stopped.stop()
    expect(stopped.state().isOver).toBe(false)
  })

  it.each(captures)('%s: a device that goes silent in the middle leaves no parser hanging', (_, profile, capture) => {
    const [first = new Uint8Array()] = lineOf(profile, capture)
    const entries = recordingOf([first.slice(0, Math.ceil(first.length / 2)), first])
    expect(() => resultsOf(entries, profile)).not.toThrow()
  })
})

describe('an export without patients', () => {
  it.each(captures.filter(([, profile]) => canBlank(profile)))('%s gives the same values as before', async (name, profile, capture) => {
    const entries = recordingOf(lineOf(profile, capture))
    const { entries: blanked } = await blankPatients(entries, profile, salt)
    expect(blanked.map(({ at, kind }) => [at, kind])).toEqual(entries.map(({ at, kind }) => [at, kind]))
    /** A code that the profile does not know may be a word of anything in a print-out. */
    const codeOf = (code: string) => (profile.protocol === 'text' && !(code in profile.tests) ? '' : code)
    const values = (of: readonly Entry[]) =>
      resultsOf(of, profile).map((result) =>
        result.kind === 'sample'
          ? [result.isQualityControl, result.isWhole, result.accession === '', result.results.map(({ code, value, unit, flag, status }) => [codeOf(code), value, unit, profile.protocol === 'text' ? '' : flag, status])]
          : [result.kind, 'values' in result ? result.values : ''],
      )
    expect(values(blanked)).toEqual(values(entries))
    if (name !== 'cobas-c111/query.astm') expect(values(entries).length).toBeGreaterThan(0)
  })

  const astm = allProfiles().find(({ id }) => id === 'sysmex-xn')!
  const hl7 = allProfiles().find(({ id }) => id === 'mindray-bc')!
  const lines = allProfiles().find(({ id }) => id === 'lines-generic')!
  const blankedText = async (parts: readonly Uint8Array[], profile: Profile | undefined) => {
    const result = await blankPatients(recordingOf(parts), profile, salt)
    return { said: result.entries.map((entry) => (entry.kind === 'bytes' ? text(entry.bytes) : '')).join(''), ...result }
  }

  it('leaves no name, number, doctor or remark of an ASTM message, and its frames stand', async () => {
    const message = [
      'H|\\^&|||XN-L^Sysmex|||||||P|1', 'P|1||PAT-4711|19800504|Okonkwo^Ada||19800504|F|||12 Market Road||0770900123', 'C|1||Mrs Okonkwo fasts',
      'O|1||^^     A26000123^B|||||||||||||Mbeki^Dr', 'R|1|^^^^WBC^1|6.15|10*3/uL||N||||oper-lena||20261121090000', 'M|1|Okonkwo Ada.png', 'Z|1|Okonkwo', 'L|1|N',
    ]
    const { said, blanked } = await blankedText(transfersOf(bytes(message.join('\r'))), astm)
    for (const left of ['Okonkwo', 'Ada', 'PAT', '4711', '1980', 'Market', '0770', 'Mbeki', 'fasts', 'lena', 'A26000123']) expect(said, left).not.toContain(left)
    expect(said).toContain('R|1|^^^^WBC^1|6.15|10*3/uL||N|')
    expect(said).toContain('20261121090000')
    expect(blanked).toMatchObject({ P: 7, C: 1, O: 1, R: 1, number: 1 })
  })

  it('leaves none where the recording begins in the middle of a frame, where a frame is damaged, or sent twice', async () => {
    const [transfer = new Uint8Array()] = transfersOf(bytes(['H|\\^&', 'P|1||||Okonkwo^Ada', 'O|1|A26000123', 'R|1|^^^^WBC^1|6.15', 'L|1|N'].join('\r')))
    const frames = text(transfer).split('\x02')
    const withFrame = (index: number, change: (frame: string) => string) => bytes(frames.map((frame, place) => (place === index ? change(frame) : frame)).join('\x02'))
    const middle = transfer.slice(text(transfer).indexOf('Okonkwo') - 2)
    const twice = withFrame(2, (frame) => `${frame}\x02${frame}`)
    const damaged = withFrame(2, (frame) => `${frame.replace('|1||||', '||')}\x02${frame}`)
    for (const part of [middle, twice, damaged]) expect((await blankedText([part], astm)).said).not.toMatch(/Okonkwo|Ada|A26000123/)
    const { entries } = await blankedText([twice], astm)
    expect(resultsOf(entries, astm)).toMatchObject([{ kind: 'sample', results: [{ code: 'WBC', value: 6.15 }] }])
    expect(resultsOf((await blankedText([damaged], astm)).entries, astm)).toMatchObject([{ kind: 'refused', why: 'frame' }, { kind: 'sample', results: [{ value: 6.15 }] }])
  })

  it('leaves none of an HL7 message, in known and in unknown segments, and prose in OBX neither', async () => {
    const message = [
      'MSH|^~\\&|BC|Mindray|||20261121090000||ORU^R01|1|P|2.3.1', 'PID|1||P-4711^^^^MR||Okonkwo^Ada||19800504|F', 'PV1|1|I|ICU^^5|||||Mbeki^Dr', 'OBR|1|A26000123|A26000123|00001^Count||20261121085000||||oper^Lena|||Okonkwo says||||Mbeki',
      'OBX|1|NM|6690-2^WBC^LN||6.15|10*9/L|4-10|N|||F|||||Lena', 'OBX|2|FT|X^Remark||Ada Okonkwo fasts||||||F', 'OBX|3|ST|01001^Remark^99MRC||son of Okonkwo||||||F', 'OBX|4|ST|5770-3^BIL^LN||Negative||||||F', 'NTE|1||Okonkwo', 'ZPI|1|Okonkwo^Ada', 'Okonkwo goes on',
    ]
    const { said, blanked } = await blankedText([writeBlock(bytes(`${message.join('\r')}\r`))], hl7)
    expect(said).not.toMatch(/Okonkwo|Ada|4711|1980|Mbeki|Lena|fasts|says|A26000123/)
    expect(said).toContain('OBX|1|NM|6690-2^WBC^LN||6.15|10*9/L|4-10|N|||F|')
    expect(said).toContain('OBX|4|ST|5770-3^BIL^LN||Negative|')
    expect(said).toContain('PV1|1|I|ICU^^5|')
    expect(blanked).toMatchObject({ ZPI: 2, NTE: 1, loose: 1 })
    const [, one, other] = /OBR\|1\|([^|]*)\|([^|]*)\|/.exec(said)!
    expect(one).toBe(other)
    expect(one).toMatch(/^[A-Z]\d{8}$/)
  })

  it('leaves of a print-out only the words that its profile knows, and of a line without a profile none', async () => {
    const page = bytes('Name: Okonkwo Ada\r\nBorn 04-05-1980\r\nID 4711000\r\nDate 21/11/2026\r\nGlu 5.43 mmol/L\r\n')
    const { said } = await blankedText([page], lines)
    expect(said).not.toMatch(/Okonkwo|Ada|1980|4711000/)
    expect(said).toContain('5.43')
    expect(said).toContain('21/11/2026')
    expect((await blankedText([page], undefined)).said).not.toMatch(/Okonkwo|Ada|1980|4711000/)
  })
})

const seed = 20261121

describe('whatever comes over a line', () => {
  const kinds = ['sysmex-xn', 'mindray-bc', 'lines-generic', 'mini-vidas', 'mindray-egateway'].map((id) => allProfiles().find((profile) => profile.id === id)!)
  const pieces = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.constantFrom('\x05', '\x021H|\\^&\r', '\x022P|1||||Okonkwo^Ada\r\x17', '\x0379\r\n', '\x04', '\x0b', 'MSH|^~\\&|', 'PID|1||X||Okonkwo^Ada\r', 'OBX|1|NM|', '\x1c\r', '\x1epnOkonkwo|', '\r\n').map(bytes),
  )

  it(`is blanked without an error, keeps its lengths and times, and leaves no name behind (seed ${seed})`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(undefined, ...kinds), fc.array(fc.tuple(pieces, fc.integer({ min: 0, max: 3_000 }), fc.boolean()), { maxLength: 20 }), async (profile, list) => {
        let at = begins
        const entries = list.map(([part, ms, isHost], index): Entry => ({ kind: 'bytes', from: isHost ? 'host' : 'device', bytes: part, number: index + 1, at: (at += ms) }))
        const { entries: blanked } = await blankPatients(entries, profile, salt)
        const lengths = (of: readonly Entry[]) => of.map((entry) => [entry.at, entry.kind === 'bytes' ? entry.bytes.length : 0])
        expect(lengths(blanked)).toEqual(lengths(entries))
        for (const way of ['device', 'host']) expect(blanked.map((entry) => (entry.kind === 'bytes' && entry.from === way ? text(entry.bytes) : '')).join('')).not.toContain('Okonkwo')
        if (profile) expect(() => resultsOf([{ kind: 'opened', opening: { path: '' }, number: 0, at: begins }, ...entries], profile)).not.toThrow()
      }),
      { seed, numRuns: 300 },
    )
  })

  it('without an end is blanked in no time that others would notice', async () => {
    for (const profile of [...kinds, undefined]) {
      for (const part of ['\x021P|1||Okonkwo', 'PID|1||Okonkwo', 'Okonkwo ', '\x021\x03']) {
        const long = bytes(part.repeat(Math.ceil(60_000 / part.length)))
        const before = performance.now()
        const { entries } = await blankPatients([{ kind: 'bytes', from: 'device', bytes: long, number: 1, at: begins }], profile, salt)
        expect(performance.now() - before, `${profile?.id} ${part}`).toBeLessThan(1_000)
        expect(entries[0]!.kind === 'bytes' && text(entries[0]!.bytes).includes('Okonkwo')).toBe(false)
      }
    }
  })
})

const fileOf = (...of: Parameters<typeof writeRecordingFile>) => new TextEncoder().encode([...writeRecordingFile(...of)].join(''))

/** How often others have their turn during some work. */
const turnsDuring = async (work: Promise<unknown>): Promise<number> => {
  let turns = 0
  let ticking = setImmediate(function tick() {
    turns++
    ticking = setImmediate(tick)
  })
  await work
  clearImmediate(ticking)
  return turns
}

describe('a recording of a device that never is silent', () => {
  const streamOf = (pieces: number, said: string): Entry[] => Array.from({ length: pieces }, (_, at): Entry => ({ kind: 'bytes', from: 'device', bytes: bytes(said), number: at + 1, at: begins + at * 16 }))

  it('is blanked in parts, each behind a whole message', async () => {
    for (const [profile, said] of [['mindray-egateway', '\x0bPID|1||P-4711||Okonkwo^Ada\r\x1c\r'], [undefined, 'Okonkwo 72\r\n']] as const) {
      let left: readonly Entry[] = []
      const turns = await turnsDuring(blankPatients(streamOf(20_000, said), allProfiles().find(({ id }) => id === profile), salt).then(({ entries }) => (left = entries)))
      expect(turns).toBeGreaterThanOrEqual(5)
      expect(left).toHaveLength(20_000)
      for (const entry of left) if (entry.kind === 'bytes') expect(text(entry.bytes)).not.toContain('Okonkwo')
    }
  })

  it('is blanked however many pieces it has that end nothing', async () => {
    const { entries } = await blankPatients(streamOf(150_000, 'x'), undefined, salt)
    expect(entries).toHaveLength(150_000)
  })

  it('is read from its file in parts', async () => {
    expect(await turnsDuring(readRecordingFile(fileOf(streamOf(5_000, '72'), {})))).toBeGreaterThanOrEqual(8)
  })
})

describe('a recording as a file', () => {
  it('reads back with every byte and time', async () => {
    const entries: Entry[] = [
      ...recordingOf([bytes('\x05\xff'), bytes('x'.repeat(100))]),
      { kind: 'bytes', from: 'host', bytes: Uint8Array.of(6), number: 90, at: begins + 9 },
      { kind: 'made', id: 'A1', number: 91, at: begins + 9 },
      { kind: 'gap', bytes: 7, number: 92, at: begins + 10 },
      { kind: 'closed', why: 'unplugged', number: 93, at: begins + 11 },
    ]
    const read = await readRecordingFile(fileOf(entries, { profile: 'sysmex-xn' }))
    expect(read?.profile).toBe('sysmex-xn')
    const told = (of: readonly Entry[]) => of.filter(({ kind }) => kind !== 'made').map((entry) => [entry.at, entry.kind, 'bytes' in entry ? entry.bytes : '', 'why' in entry ? entry.why : ''])
    expect(told(read!.entries)).toEqual(told(entries))
  })

  it('is refused when it is something else, damaged or cut off', async () => {
    const whole = text(fileOf(recordingOf([bytes('x')]), {}))
    for (const other of ['', '{}', 'H|\\^&', whole.slice(0, -5), whole.replace('"version":1', '"version":2'), whole.replace('"78"', '"7"'), '[1,2,3]', '\xff\xfe']) {
      expect(await readRecordingFile(bytes(other)), other).toBeUndefined()
    }
  })
})
