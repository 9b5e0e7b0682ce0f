import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { profileOf, readCapture } from '..'
import type { Hl7Profile } from '../schema'

const profile = profileOf('hemoscreen') as Hl7Profile
const recorded = join(__dirname, '../../../../../shared/fixtures/devices/hl7/senaite_hemoscreen_with_flags.hl7')
const read = (path: string) => readCapture(new Uint8Array(readFileSync(path)), profile)

describe('HemoScreen', () => {
  it('reads lines that end in LF, takes a mark for no number, and finds the number of the sample beside the patient', () => {
    const [message] = read(join(__dirname, 'captures/lf-lines.hl7'))
    expect(message!.isReadable).toBe(true)
    const [sample] = message!.samples
    expect(sample).toMatchObject({ accession: 'A26000123', isQualityControl: false })
    expect(sample!.results.map(({ line: { code, text, value, unit, flag }, trouble }) => [code, text, value, unit, flag, trouble])).toEqual([
      ['WBC', '11.7', 11.7, '10*3/uL', undefined, undefined],
      ['HGB', 'LL', undefined, 'g/dL', undefined, undefined],
      ['MPV', '---', undefined, 'fL', undefined, undefined],
      ['NEU#', '8.02', 8.02, '10*3/uL', '*', undefined],
      ['BAS%', '0.00', 0, '%', '*', undefined],
    ])
  })

  it.skipIf(!existsSync(recorded))('knows every code and unit of a real one (../shared/fixtures/devices/hl7; skipped where the folder is absent)', () => {
    const [{ samples }] = read(recorded) as [ReturnType<typeof read>[number]]
    expect(samples[0]!.results).toHaveLength(20)
    expect(samples[0]!.results.filter(({ trouble }) => trouble)).toEqual([])
    expect(samples[0]!.accession).toBe('35')
  })
})
