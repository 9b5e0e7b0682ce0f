import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodeText, parseMessages } from '../../../../shared/standards/astm'
import { asTransfer, receive } from '../../../../shared/standards/astm/testing/session'
import { interpretMessage, profileOf, type Sample } from '..'
import type { AstmProfile } from '../schema'

const profile = profileOf('sysmex-xn') as AstmProfile
const samplesOf = (bytes: Uint8Array): Sample[] => {
  const text = bytes[0] === 0x02 || bytes[0] === 0x05 ? receive([asTransfer(bytes)], profile.framing).messages.join('') : decodeText(bytes)
  return parseMessages(text).flatMap((message) => interpretMessage(message, profile))
}
const own = (name: string) => samplesOf(new Uint8Array(readFileSync(join(__dirname, 'captures', name))))
const line = (sample: Sample | undefined, code: string) => sample?.results.find((result) => result.line.code === code)

describe('Sysmex XN', () => {
  it('reads a blood count: number on the tube, values, units, flags, times', () => {
    const [sample] = own('blood-count.astm')
    expect(sample).toMatchObject({ accession: 'A26000123', isQualityControl: false })
    expect(line(sample, 'WBC')).toEqual({
      line: { code: 'WBC', name: 'White cells', text: '12.41', value: 12.41, unit: '10*3/uL', flag: 'H', status: 'final' },
      loinc: '6690-2',
      ucum: '10*3/uL',
      measured: { year: 2026, month: 11, day: 21, hour: 9, minute: 15, second: 30 },
    })
    expect(sample!.results.some((result) => result.trouble)).toBe(false)
  })

  it('keeps a value that the analyser could not count as text, never as 0', () => {
    const [sample] = own('blood-count.astm')
    expect(line(sample, 'MONO#')?.line).toEqual({ code: 'MONO#', name: 'Monocytes', text: '----', unit: '10*3/uL', status: 'cancelled' })
  })

  it('takes remarks and suspicions as text, and leaves picture files out', () => {
    const [sample] = own('blood-count.astm')
    expect(line(sample, 'Leukocytosis')?.line).toEqual({ code: 'Leukocytosis', name: 'Leukocytosis', text: 'A', flag: 'A', status: 'final' })
    expect(line(sample, 'Left_Shift?')?.line).toEqual({ code: 'Left_Shift?', name: 'Left Shift?', text: '120', status: 'final' })
    expect(sample!.results.some((result) => result.line.code.startsWith('SCAT_'))).toBe(false)
  })

  it('knows a control sample by its number', () => {
    expect(own('control-sample.astm').map((sample) => [sample.accession, sample.isQualityControl])).toEqual([['QC-26110801', true]])
  })

  it('tells tests and units that it does not know', () => {
    const [sample] = own('other-settings.astm')
    expect(line(sample, 'HGB')).toMatchObject({ line: { value: 128, unit: 'g/L' }, trouble: 'other-unit' })
    expect(line(sample, 'HGB')?.ucum).toBeUndefined()
    expect(line(sample, 'NEWTEST')).toMatchObject({ trouble: 'unknown-test' })
    expect(line(sample, 'WBC')?.trouble).toBeUndefined()
  })

  it('reads several tubes of one message, each with its own number', () => {
    expect(own('two-tubes.astm').map((sample) => sample.accession)).toEqual(['A26000201', 'A26000202'])
  })

  it('writes down what the analyser says of the patient, for people', () => {
    expect(own('two-tubes.astm')[0]?.analyserSays).toBe('Ada Okonkwo · 1980-05-04 · F')
  })
})

const corpus = join(__dirname, '../../../../../shared/fixtures/devices/astm')

describe.skipIf(!existsSync(corpus))('a real XN-550 (../shared/fixtures/devices/astm; skipped where the folder is absent)', () => {
  it('files all of its codes: 23 measurements, 14 remarks, 4 picture files left out', () => {
    const [sample, ...more] = samplesOf(new Uint8Array(readFileSync(join(corpus, 'senaite_sysmex_xn550.txt'))))
    expect(more).toEqual([])
    expect(sample!.accession).toBe('27')
    expect(sample!.results.filter((result) => result.trouble)).toEqual([])
    expect(sample!.results.filter((result) => result.loinc)).toHaveLength(23)
    expect(sample!.results).toHaveLength(37)
    expect(line(sample, 'HCT')?.line).toMatchObject({ value: 22.7, unit: '%', flag: 'L' })
  })

  it('reads the units of an XN-350 that spells them with a caret', () => {
    const [sample] = samplesOf(new Uint8Array(readFileSync(join(corpus, 'labbook_sysmex_xn350_records.astm'))))
    expect(sample!.accession).toBe('1234567890')
    expect(line(sample, 'WBC')).toMatchObject({ line: { value: 7.4, unit: '10*3/uL' }, loinc: '6690-2' })
    expect(sample!.results.some((result) => result.trouble)).toBe(false)
  })
})
