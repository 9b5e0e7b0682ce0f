import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { randomFrom } from '../../shared/standards/astm/testing/session'
import { profileOf, readCapture, type AnalyserProfile, type VitalsProfile } from './profiles'
import { replayVitals } from './station/replay'
import expectations from './testing/fixtures.json'
import { cutUp, overLine, replayed } from './testing/replayed'

const corpus = join(__dirname, '../../../shared/fixtures/devices')
const seed = 20261124
const profile = (name: string) => profileOf(name.startsWith('astm/') ? 'astm-generic' : 'hl7-generic') as AnalyserProfile
/** Files of an analyser that the product knows: with its own profile nothing is unmapped. `results`: how many, by the number on the tube. */
const known: readonly (readonly [file: string, profile: string, results: Readonly<Record<string, number>>])[] = [
  ['astm/senaite_sysmex_xn550.txt', 'sysmex-xn', { 27: 37 }],
  ['astm/labbook_sysmex_xn350_records.astm', 'sysmex-xn', { 1234567890: 5 }],
  ['astm/senaite_yumizen_h500.txt', 'horiba-yumizen', { 'PX440N (control)': 21 }],
  ['astm/openelis_horiba-micros60-cbc.astm', 'horiba-micros', { 'SAMPLE-2026-0002': 16 }],
  ['astm/senaite_cobas_c111.txt', 'cobas-c111', { 'T20 10134GA D28': 1 }],
  ['astm/senaite_genexpert.txt', 'genexpert', { PR25A137: 1 }],
  ['astm/senaite_abbott_afinion2.txt', 'afinion-2', { 3643: 1 }],
  ['astm/senaite_dca_vantage.txt', 'dca-vantage', { BU24R554: 3 }],
  ['hl7/openelis_genexpert_ORU_R30.txt', 'genexpert-hl7', { sidOBM: 2 }],
  ['hl7/senaite_hemoscreen_with_flags.hl7', 'hemoscreen', { 35: 20 }],
  ['other/senaite_arkray_spotchem_el_raw.txt', 'spotchem-el', { '1DC042FP': 3 }],
  ['other/openelis_cobas_c111_export.csv', 'cobas-c111-export', { '03': 1, 252: 1, 'CP (control)': 2 }],
]
/** Recordings of vitals devices: samples, usable ones, refused packets, medians; finished measurements. */
const vitals = {
  'vitals/contec_cms50e_live_9byte_frames.hex.txt': ['contec-cms50', { samples: 102, usable: 102, refused: 0, medians: { spo2: 99, pulse: 60 }, measurements: 0 }],
  'vitals/philips_intellivue_mib_rs232_part1.bin': ['intellivue-mib', { samples: 58, usable: 58, refused: 0, medians: { pulse: 60 }, measurements: 0 }],
  'vitals/mindray_egateway_oru_r01_template.hl7': ['mindray-egateway', { samples: 0, usable: 0, refused: 0, medians: {}, measurements: 1 }],
} as const
const names = Object.keys(expectations) as (keyof typeof expectations)[]

describe.skipIf(!existsSync(corpus))('recorded messages of real analysers (../shared/fixtures/devices; skipped where the folder is absent)', () => {
  it.each(names)('%s gives the results, or the named problems, that were recorded', (name) => {
    const file = new Uint8Array(readFileSync(join(corpus, name)))
    const whole = replayed(file, profile(name), () => file.length * 2 + 1_000)
    expect(JSON.parse(JSON.stringify(whole))).toEqual(expectations[name])
  })

  it.each(names)(`%s gives the same byte by byte and in random pieces (seed ${seed})`, (name) => {
    const file = new Uint8Array(readFileSync(join(corpus, name)))
    const random = randomFrom(seed)
    expect(JSON.parse(JSON.stringify(replayed(file, profile(name), () => 1)))).toEqual(expectations[name])
    expect(JSON.parse(JSON.stringify(replayed(file, profile(name), () => 1 + Math.floor(random() * 60))))).toEqual(expectations[name])
  })

  it.each(known)('%s is understood by %s to the last code and unit', (name, id, results) => {
    const file = new Uint8Array(readFileSync(join(corpus, name)))
    const own = profileOf(id) as AnalyserProfile
    const samples = overLine(file, own, () => file.length * 2 + 1_000).messages.flatMap((text) => readCapture(text, own)).flatMap((message) => message.samples)
    expect(Object.fromEntries(samples.map(({ accession, isQualityControl, results: found }) => [`${accession}${isQualityControl ? ' (control)' : ''}`, found.length]))).toEqual(results)
    expect(samples.flatMap(({ results: found }) => found.filter(({ trouble }) => trouble).map(({ line, trouble }) => [line.code, line.unit, trouble]))).toEqual([])
  })

  it.each(Object.entries(vitals))(`%s gives the numbers that were recorded, whole, byte by byte and in random pieces (seed ${seed})`, (name, [id, expected]) => {
    const file = new Uint8Array(readFileSync(join(corpus, name)))
    const random = randomFrom(seed)
    const read = (cut: () => number) => {
      const { measurements, ...told } = replayVitals(file, profileOf(id) as VitalsProfile, (bytes) => cutUp(bytes, cut))
      return { ...told, measurements: measurements.length }
    }
    expect(read(() => 1e7)).toEqual(expected)
    expect(read(() => 1)).toEqual(expected)
    expect(read(() => 1 + Math.floor(random() * 60))).toEqual(expected)
  })

  it('has no file that is not looked at', () => {
    const there = ['astm', 'hl7', 'other', 'vitals'].flatMap((folder) => readdirSync(join(corpus, folder)).map((name) => `${folder}/${name}`))
    const looked = new Set<string>([...names, ...known.map(([name]) => name), ...Object.keys(vitals)])
    expect(there.filter((name) => !name.endsWith('PROVENANCE.md') && !looked.has(name))).toEqual([])
  })
})
