import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodeText, parseMessages } from '../../../../shared/standards/astm'
import { asTransfer, receive } from '../../../../shared/standards/astm/testing/session'
import { interpretMessage, profileOf } from '..'
import type { AstmProfile } from '../schema'

const profile = profileOf('astm-generic') as AstmProfile
const samplesOf = (bytes: Uint8Array) =>
  parseMessages(bytes.includes(2) ? receive([asTransfer(bytes)], profile.framing).messages.join('') : decodeText(bytes)).flatMap((message) => interpretMessage(message, profile))
const corpus = join(__dirname, '../../../../../shared/fixtures/devices/astm')

describe('any analyser by ASTM', () => {
  it('maps no test, so nothing is filed by itself', () => {
    const [sample] = samplesOf(new Uint8Array(readFileSync(join(__dirname, 'captures/chemistry.astm'))))
    expect(sample).toMatchObject({ accession: 'A26000301', isQualityControl: false })
    expect(sample!.results.map(({ line, trouble }) => [line.code, line.text, line.value, line.unit, line.flag, trouble])).toEqual([
      ['GLU', '5.4', 5.4, 'mmol/L', undefined, 'unknown-test'],
      ['K', '> 8.0', 8, 'mmol/L', 'HH', 'unknown-test'],
      ['HBSAG', 'Negative', undefined, undefined, undefined, 'unknown-test'],
      ['ANA', '1:40', undefined, undefined, 'A', 'unknown-test'],
    ])
  })

  it.skipIf(!existsSync(corpus)).each([
    ['senaite_cobas_c111.txt', '6', 1, ['413', '40.13', 'g/L', undefined]],
    ['senaite_dca_vantage.txt', '660', 3, ['Alb', '63.7', 'mg/L', undefined]],
    ['senaite_abbott_afinion2.txt', '5', 1, ['HbA1c', '5.9', '%', undefined]],
    ['senaite_spotchem_el_mock.txt', '1DC042FP', 3, ['Na', '131.0', 'mmol/L', undefined]],
    ['senaite_genexpert.txt', 'PR25A137', 84, ['Xpert', 'NOT DETECTED', undefined, undefined]],
    ['senaite_yumizen_h500.txt', 'PX440N', 21, ['MCV', '90.6', 'um3', undefined]],
    ['senaite_sysmex_xn550.txt', '27', 41, ['WBC', '8.13', '10*3/uL', undefined]],
  ])('reads %s of the real captures (../shared/fixtures/devices/astm; skipped where the folder is absent)', (name, accession, count, first) => {
    const [sample, ...more] = samplesOf(new Uint8Array(readFileSync(join(corpus, name))))
    expect(more).toEqual([])
    expect(sample!.accession).toBe(accession)
    expect(sample!.results).toHaveLength(count)
    const { code, text, unit, flag } = sample!.results[0]!.line
    expect([code, text, unit, flag]).toEqual(first)
  })
})
