import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Hl7Framer } from '../../framers'
import { profileOf, readCapture, type Sample } from '..'
import { codesWanted } from '../worklist'
import type { Hl7Profile } from '../schema'

const profile = profileOf('mindray-bc') as Hl7Profile
const read = (bytes: Uint8Array, size = bytes.length): Sample[] => {
  const framer = new Hl7Framer({ framing: profile.framing.block })
  const samples: Sample[] = []
  for (let at = 0; at < bytes.length; at += size) {
    for (const effect of framer.feed(bytes.slice(at, at + size), 0)) {
      if (effect.do === 'commit') for (const message of readCapture(effect.message, profile)) samples.push(...message.samples)
    }
  }
  return samples
}
const capture = (name: string) => new Uint8Array(readFileSync(join(__dirname, 'captures', name)))
const line = (sample: Sample | undefined, code: string) => sample?.results.find((result) => result.line.code === code)
const text = (...observations: string[]) =>
  new TextEncoder().encode(['MSH|^~\\&|BC-5380|Mindray|||20261121091530||ORU^R01|1|P|2.3.1||||||UNICODE', 'PID|1||B7^^^^MR||Okonkwo^Ada||19800504|F', 'OBR|1|77|A26000123|00001^Automated Count^99MRC|||20261121091530', ...observations, ''].join('\r'))

describe('Mindray BC', () => {
  it('reads two blood counts over one connection: numbers on the tubes, values, units, ranges, times', () => {
    const samples = read(capture('two-counts.hl7'))
    expect(samples.map(({ accession, isQualityControl }) => [accession, isQualityControl])).toEqual([['A26000123', false], ['A26000124', false]])
    expect(line(samples[0], '6690-2')).toEqual({
      line: { code: '6690-2', name: 'White cells', text: '6.97', value: 6.97, unit: '10*9/L', range: '4-10', status: 'final' },
      loinc: '6690-2',
      ucum: '10*9/L',
      measured: { year: 2026, month: 11, day: 21, hour: 9, minute: 15, second: 30 },
    })
    expect(samples[0]!.results.filter((result) => result.trouble)).toEqual([])
    expect(line(samples[0], '10002')?.loinc).toBeUndefined()
  })

  it('keeps the histogram as it was sent, the suspicion as text, and leaves the settings out', () => {
    const [sample] = read(capture('two-counts.hl7'))
    expect(sample!.curves).toEqual([{ name: 'WBC Histogram. Binary', encoding: 'Application/Octer-stream Base64', content: 'AAECAwQFBgcICQ==' }])
    expect(line(sample, '12011')?.line).toEqual({ code: '12011', name: 'Anemia', text: 'T', status: 'final' })
    expect(line(sample, '08001')).toBeUndefined()
  })

  it('knows a control run', () => {
    expect(read(capture('control.hl7')).map(({ accession, isQualityControl }) => [accession, isQualityControl])).toEqual([['LOT7', true]])
  })

  it('reads the same byte by byte', () => {
    expect(read(capture('two-counts.hl7'), 1)).toEqual(read(capture('two-counts.hl7')))
  })

  it('takes no number where the analyser could not count, another unit or an unknown code as they come, and who it says it was for reading only', () => {
    const sample = readCapture(text('OBX|1|NM|6690-2^WBC^LN||***.**|10*9/L|||||F', 'OBX|2|NM|718-7^HGB^LN||13.3|g/dL||H~A|||F', 'OBX|3|NM|9999-1^NEW^LN||5|x|||||P', 'OBX|4|NM|789-8^RBC^LN||4.8|10*12/L|||||W'), profile)[0]!.samples[0]
    expect(sample!.analyserSays).toBe('Okonkwo Ada · 1980-05-04 · F · B7')
    expect(sample!.results.map(({ line: { code, text: words, value, flag, status }, trouble }) => [code, words, value, flag, status, trouble])).toEqual([
      ['6690-2', '***.**', undefined, undefined, 'final', undefined],
      ['718-7', '13.3', 13.3, 'H A', 'final', 'other-unit'],
      ['9999-1', '5', 5, undefined, 'preliminary', 'unknown-test'],
      ['789-8', '4.8', undefined, undefined, 'cancelled', 'withdrawn'],
    ])
  })

  it('makes no report of settings and pictures alone', () => {
    const [message] = readCapture(text('OBX|1|IS|08001^Take Mode^99MRC||O||||||F', 'OBX|2|ED|15000^WBC Histogram^99MRC||^Application^Octer-stream^Base64^AAEC||||||F'), profile)
    expect(message).toEqual({ samples: [], isReadable: true })
  })

  it('measures what an order names: everything for a blood count, single tests by name or code, nothing of another analyser’s', () => {
    expect(codesWanted('full blood COUNT', profile)).toHaveLength(Object.keys(profile.tests).length)
    expect(codesWanted('Haemoglobin, 777-3', profile)).toEqual(['718-7', '777-3'])
    expect(codesWanted('Haemoglobin; Glucose', profile)).toEqual(['718-7'])
    expect(codesWanted('Urea', profile)).toEqual([])
  })
})
