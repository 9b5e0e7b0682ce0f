import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { byteByByte, randomFrom } from '../../../shared/standards/astm/testing/session'
import {
  answerOfTaiDoc, driRequest, encodeAAndD, encodeDriValues, encodeIntelliVue, encodeNoninPacket, encodeNoninSlow, encodeNoninSpot, encodeOldContec, type VitalNumbers, type VitalsEffect, type VitalsFramer,
} from '../framers'
import { allProfiles, profileOf, type VitalsProfile } from '../profiles'
import { replayVitals } from './replay'
import { vitalsFramer } from './vitalsFramer'

const profile = (id: string) => profileOf(id) as VitalsProfile
const encode = (text: string) => new TextEncoder().encode(text)
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const joined = (...parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]))
const opened = (id: string): VitalsFramer => {
  const framer = vitalsFramer(profile(id))
  framer.opened(0)
  return framer
}
const heard = (id: string, ...pieces: readonly Uint8Array[]): VitalsEffect[] => {
  const framer = opened(id)
  return pieces.flatMap((piece) => framer.feed(piece, 0))
}
const usable = (effects: readonly VitalsEffect[]): VitalNumbers[] => effects.flatMap((effect) => (effect.do === 'live' && effect.isUsable ? [effect.numbers] : []))
const measured = (effects: readonly VitalsEffect[]) => effects.flatMap((effect) => (effect.do === 'measured' ? [effect.measurement] : []))
const written = (effects: readonly VitalsEffect[]) => effects.flatMap((effect) => (effect.do === 'write' ? [hex(effect.bytes)] : []))
const taken = { year: 2026, month: 11, day: 21, hour: 9, minute: 15, second: 30 }

describe('Nonin', () => {
  it.each([2, 7] as const)('data format %i: one reading for each packet of 25 frames, and its wave', (format) => {
    const packet = encodeNoninPacket(format, { spo2: 97, pulse: 140 }, (frame) => frame / 25)
    const effects = heard(`nonin-${format}`, packet)
    expect(usable(effects)).toEqual([{ pulse: 140, spo2: 97 }])
    const [wave] = effects.flatMap((effect) => (effect.do === 'wave' ? [effect.wave] : []))
    expect(wave).toMatchObject({ code: 'pleth', perSecond: 75 })
    expect(wave!.samples).toHaveLength(25)
    expect(wave!.samples[24]).toBeCloseTo(1)
  })

  it.each([2, 7] as const)('data format %i: sensor off, and a packet with one broken frame, are no reading', (format) => {
    const good = encodeNoninPacket(format, { spo2: 97, pulse: 72 }, () => 0.5)
    const broken = Uint8Array.from(good, (byte, at) => (at === 62 ? byte ^ 0x10 : byte))
    expect(usable(heard(`nonin-${format}`, encodeNoninPacket(format, undefined, () => 0)))).toEqual([])
    expect(usable(heard(`nonin-${format}`, broken))).toEqual([])
    expect(usable(heard(`nonin-${format}`, joined(broken, good.subarray(7), good)))).toEqual([{ pulse: 72, spo2: 97 }])
  })

  it('data format 8: four bytes a second, three of older meters; no checksum, so only the first byte tells where one begins', () => {
    expect(usable(heard('nonin-8', joined(encodeNoninSlow({ spo2: 95, pulse: 199 }).subarray(1), encodeNoninSlow({ spo2: 95, pulse: 199 }), encodeNoninSlow(undefined))))).toEqual([{ pulse: 199, spo2: 95 }])
    expect(usable(heard('nonin-8', Uint8Array.of(0x80, 72, 97, 0x80, 73, 97, 0x80)))).toEqual([{ pulse: 72, spo2: 97 }, { pulse: 73, spo2: 97 }])
    expect(written(vitalsFramer(profile('nonin-8')).opened(0))).toEqual(['027002020803'])
  })

  it('data format 13: a spot check with its time; one that was kept in the meter says so', () => {
    const spot = encodeNoninSpot({ spo2: 98, pulse: 64 }, taken)
    expect(hex(spot)).toBe('0002000d000e20261121091530000000004000626803')
    expect(measured(heard('nonin-13', spot))).toEqual([{ numbers: { spo2: 98, pulse: 64 }, takenAt: taken }])
    expect(measured(heard('nonin-13', joined(Uint8Array.of(0, 2, 0, 0), encodeNoninSpot({ spo2: 98, pulse: 64 }, taken, true))))[0]).toMatchObject({ isFromMemory: true })
    expect(measured(heard('nonin-13', Uint8Array.from(spot, (byte, at) => (at === 17 ? byte + 1 : byte))))).toEqual([])
  })

  it('printer output: stars and dashes are no numbers', () => {
    expect(usable(heard('nonin-printer', encode('SPO2=098 HR=072\r\nSPO2=--- HR=---\r\nSPO2=089 HR=130*\r\nSPO2=097 HR=073\r\n')))).toEqual([{ spo2: 98, pulse: 72 }, { spo2: 97, pulse: 73 }])
  })
})

describe('Contec before firmware 4.6', () => {
  it('reads its five bytes, the top bit of the pulse with them', () => {
    const packet = encodeOldContec({ pleth: 60, pulse: 151, spo2: 96, isProbeOff: false, isSearching: false })
    expect(usable(heard('contec-cms50-old', joined(packet.subarray(2), packet)))).toEqual([{ spo2: 96, pulse: 151 }])
    expect(usable(heard('contec-cms50-old', encodeOldContec({ pleth: 0, isProbeOff: true, isSearching: false })))).toEqual([])
  })
})

describe('A&D', () => {
  const sent = { ...taken, minute: 16 }

  it('cuff: pressures and pulse, how old they are by its own clock, answered PWA1 once they are on disk', () => {
    const packet = encodeAAndD({ 'bp-systolic': 120, 'bp-diastolic': 73, pulse: 72 }, taken, sent, 'AD12345')
    expect(Buffer.from(packet.subarray(60)).toString()).toBe('802F494859')
    const [effect] = heard('a-and-d-cuff', packet)
    expect(effect).toMatchObject({ do: 'measured', measurement: { numbers: { 'bp-systolic': 120, 'bp-diastolic': 73, pulse: 72 }, takenAt: taken, ageMs: 60_000, serial: 'AD12345' }, answer: { stored: encode('PWA1'), failed: encode('PWA0') } })
  })

  it('cuff: an error is answered too, and is no number; noise before the header is skipped', () => {
    expect(measured(heard('a-and-d-cuff', joined(encode('RING'), encodeAAndD({}, taken, sent, 'AD12345'))))).toMatchObject([{ numbers: {} }])
  })

  it('scale: kilograms', () => {
    expect(measured(heard('a-and-d-scale', encodeAAndD({ weight: 72.5 }, taken, sent, 'SC1')))).toMatchObject([{ numbers: { weight: 72.5 }, serial: 'SC1' }])
  })
})

describe('TaiDoc glucometer', () => {
  /** Asks a virtual meter `rounds` times. */
  const talk = (record: Parameters<typeof answerOfTaiDoc>[1], rounds: number) => {
    const framer = vitalsFramer(profile('taidoc-glucometer'))
    const effects: VitalsEffect[] = []
    for (let round = 0; round < rounds; round++) {
      const todo = round === 0 ? framer.opened(0) : framer.tick(round * 3_000)
      for (let effect = todo.shift(); effect; effect = todo.shift()) {
        effects.push(effect)
        const answer = effect.do === 'write' ? answerOfTaiDoc(effect.bytes, record, { ...taken, minute: 20 }) : undefined
        if (answer) todo.push(...framer.feed(answer, round * 3_000))
      }
    }
    return effects
  }

  it('gives the newest glucose in mmol/L, once, with its age by the meter’s own clock', () => {
    expect(measured(talk({ numbers: { glucose: 5.6 }, takenAt: taken }, 3))).toEqual([{ numbers: { glucose: 5.61 }, takenAt: { ...taken, second: 0 }, ageMs: 300_000 }])
  })

  it('tells a check with control solution', () => {
    expect(measured(talk({ numbers: { glucose: 7 }, takenAt: taken, isControl: true }, 1))).toMatchObject([{ isControl: true }])
  })

  it('says of a record from after its own clock how far it is off', () => {
    expect(measured(talk({ numbers: { glucose: 7 }, takenAt: { ...taken, hour: 10 } }, 1))).toMatchObject([{ ageMs: -55 * 60_000 }])
  })
})

describe('lines of text', () => {
  it('Masimo: one line a second; an exception is not charted', () => {
    const line = (spo2: string, exception = '000000') => encode(`11/21/26 09:15:30 SN=0000012345 SPO2=${spo2}% BPM=072 PI= 3.21% SPCO=--.-% ALARM=0000 EXC=${exception}\r\n`)
    expect(usable(heard('masimo-ascii', line('098'), line('---'), line('091', '000400'), line('097')))).toEqual([{ spo2: 98, pulse: 72 }, { spo2: 97, pulse: 72 }])
  })

  it('thermometer, height rod, scale: units are converted, or there is no number', () => {
    expect(measured(heard('thermometer-lines', encode('36.8 C\r\n98.6 F\r\nLO\r\n37.2\r\n')))).toEqual([{ numbers: { temperature: 36.8 } }, { numbers: { temperature: 37 } }])
    expect(measured(heard('height-rod-lines', encode('172.5 cm\r\n1.68 m\r\n66 in\r\n')))).toEqual([{ numbers: { height: 172.5 } }, { numbers: { height: 168 } }, { numbers: { height: 167.64 } }])
    expect(measured(heard('scale-lines', encode('US,GS,+0071.90kg\r\nST,GS,+0072.50kg\r\nST,GS,+0160.0lb\r\nOL,GS,+9999.99kg\r\n')))).toEqual([{ numbers: { weight: 72.5 } }, { numbers: { weight: 72.575 } }])
  })

  it('cut a line that never ends', () => {
    expect(heard('thermometer-lines', encode('9'.repeat(2_000)))).toEqual([{ do: 'refused', why: 'overlong' }])
  })
})

describe('GE DRI', () => {
  it('asks as the manual’s example does', () => {
    expect(written(vitalsFramer(profile('ge-dri')).opened(0))).toEqual([`7e31${'00'.repeat(20)}ff${'00'.repeat(18)}010a000e${'00'.repeat(5)}497e`])
    expect(hex(driRequest(10))).toContain('010a000e')
  })

  it('reads what is displayed; what is not measured is no number; escaped bytes and a wrong sum are seen', () => {
    const values = { pulse: 126, spo2: 97, 'bp-systolic': 120, 'bp-diastolic': 73, temperature: 37.1, 'respiratory-rate': 14 }
    expect(usable(heard('ge-dri', encodeDriValues(values, 0x7e7d)))).toEqual([values])
    expect(usable(heard('ge-dri', encodeDriValues({ spo2: 97 }, 5)))).toEqual([{ spo2: 97 }])
    const broken = Uint8Array.from(encodeDriValues(values, 5), (byte, at) => (at === 60 ? byte ^ 1 : byte))
    expect(usable(heard('ge-dri', joined(broken, encodeDriValues(values, 6))))).toEqual([values])
  })

  it('asks again after three times its interval of silence', () => {
    const framer = opened('ge-dri')
    expect(framer.tick(29_999)).toEqual([])
    expect(written(framer.tick(30_000))).toHaveLength(1)
  })
})

describe('Philips IntelliVue', () => {
  it('associates, confirms the description, polls each second, and associates anew after ten seconds of silence', () => {
    const framer = vitalsFramer(profile('intellivue-mib'))
    expect(written(framer.opened(0))[0]).toMatch(/^c0110100ee0dec.*c1$/)
    framer.feed(encodeIntelliVue.accept(), 100)
    expect(written(framer.feed(encodeIntelliVue.create(), 200))[0]).toMatch(/^c01101001ce10000020002001400010001000e.*0d060000/)
    expect(written(framer.tick(1_200))[0]).toMatch(/0c1600080001000100060000/)
    expect(usable(framer.feed(encodeIntelliVue.numerics({ pulse: 72, spo2: 97.5, temperature: 37.1 }, 1), 1_300))).toEqual([{ pulse: 72, spo2: 97.5, temperature: 37.1 }])
    expect(written(framer.tick(2_300))[0]).toMatch(/0c160008/)
    expect(written(framer.tick(12_000))[0]).toMatch(/^c0110100ee0dec/)
  })

  it('refuses a frame with a wrong check, and a list that says it is longer than its message', () => {
    const good = encodeIntelliVue.numerics({ pulse: 72 }, 1)
    expect(heard('intellivue-mib', Uint8Array.from(good, (byte, at) => (at === 30 ? byte ^ 1 : byte)))).toEqual([{ do: 'refused', why: 'sum' }])
  })
})

describe('Mindray eGateway', () => {
  const message = (id: string) =>
    ['MSH|^~\\&|MINDRAY_EGATEWAY^00A0^EUI-64|MINDRAY|||20261121091530||ORU^R01^ORU_R01|' + id + '|P|2.6|||AL|NE||UNICODE UTF-8', 'PID|||MRN1', 'PV1||I|ICU^^5', 'OBR|1|23|23|182777000^monitoring of patient^SCT|||20261121091530',
      'OBX|1|NM|150456^MDC_PULS_OXIM_SAT_O2^MDC|1.3.1.150456|97|262688^MDC_DIM_PERCENT^MDC|||||R', 'OBX|2|NM|150344^MDC_TEMP^MDC|1.2.1.150344|98.6|266560^MDC_DIM_FAHR^MDC|||||R', 'OBX|3|NM|150037^MDC_PRESS_BLD_ART_ABP_SYS^MDC|1.1.1.150037|120|266016^MDC_DIM_MMHG^MDC|||||X', ''].join('\r')

  it('reads numbers with their units (its temperatures are °F), says the bed, and answers once it is on disk', () => {
    const effects = heard('mindray-egateway', encode(`\x0b${message('77')}\x1c\r`))
    expect(measured(effects)).toEqual([{ numbers: { spo2: 97, temperature: 37 }, bed: 'ICU/5', takenAt: taken, ageMs: 0 }])
    const [effect] = effects
    expect(effect?.do === 'measured' && Buffer.from(effect.answer!.stored).toString()).toMatch(/MSA\|(?:AA|CA)\|77/)
  })
})

describe('every vitals profile', () => {
  const streams: Record<string, Uint8Array> = {
    'contec-cms50-old': joined(...[60, 61, 62].map((pulse) => encodeOldContec({ pleth: pulse, pulse, spo2: 97, isProbeOff: false, isSearching: false }))),
    'nonin-2': encodeNoninPacket(2, { spo2: 97, pulse: 72 }, (frame) => frame / 30),
    'nonin-7': encodeNoninPacket(7, { spo2: 97, pulse: 72 }, (frame) => frame / 30),
    'nonin-8': joined(encodeNoninSlow({ spo2: 97, pulse: 72 }), encodeNoninSlow({ spo2: 96, pulse: 73 })),
    'nonin-13': encodeNoninSpot({ spo2: 98, pulse: 64 }, taken),
    'a-and-d-cuff': encodeAAndD({ 'bp-systolic': 120, 'bp-diastolic': 73, pulse: 72 }, taken, taken, 'AD1'),
    'a-and-d-scale': encodeAAndD({ weight: 72.5 }, taken, taken, 'SC1'),
    'ge-dri': joined(encodeDriValues({ spo2: 97, pulse: 126 }, 5), encodeDriValues({ spo2: 96, pulse: 125 }, 15)),
    'intellivue-mib': joined(encodeIntelliVue.numerics({ pulse: 72 }, 1), encodeIntelliVue.numerics({ pulse: 73, spo2: 96 }, 2)),
    'thermometer-lines': encode('36.8 C\r\n'),
  }

  it.each(Object.entries(streams))('%s: byte by byte gives the same as whole, and noise before it costs at most its first packet', (id, bytes) => {
    const numbers = (effects: readonly VitalsEffect[]) => effects.flatMap((effect) => (effect.do === 'live' && effect.isUsable ? [effect.numbers] : effect.do === 'measured' ? [effect.measurement.numbers] : []))
    const whole = numbers(heard(id, bytes))
    expect(whole.length).toBeGreaterThan(0)
    expect(numbers(heard(id, ...byteByByte(bytes)))).toEqual(whole)
    expect(numbers(heard(id, joined(Uint8Array.of(0x00, 0x55, 0x7d), bytes, bytes))).length).toBeGreaterThanOrEqual(whole.length)
  })

  it('survives a hundred thousand random bytes without a hang, an error or a pile of memory (seed 21)', () => {
    const random = randomFrom(21)
    const noise = Uint8Array.from({ length: 100_000 }, () => Math.floor(random() * 256))
    for (const each of allProfiles()) {
      if (each.category !== 'vitals') continue
      const framer = vitalsFramer(each)
      framer.opened(0)
      for (let at = 0; at < noise.length; at += 997) framer.feed(noise.subarray(at, at + 997), at)
    }
  })

  const corpus = join(__dirname, '../../../../shared/fixtures/devices/vitals')
  it.skipIf(!existsSync(corpus))('reads the recordings of real monitors (../shared/fixtures/devices/vitals; skipped where the folder is absent)', () => {
    const read = (name: string, id: string) => replayVitals(new Uint8Array(readFileSync(join(corpus, name))), profile(id))
    expect(read('philips_intellivue_mib_rs232_part1.bin', 'intellivue-mib')).toMatchObject({ refused: 0, medians: { pulse: 60 } })
    expect(read('contec_cms50e_live_9byte_frames.hex.txt', 'contec-cms50')).toMatchObject({ refused: 0, medians: { spo2: 99, pulse: 60 } })
    expect(read('mindray_egateway_oru_r01_template.hl7', 'mindray-egateway').measurements.length).toBeGreaterThan(0)
  })
})
