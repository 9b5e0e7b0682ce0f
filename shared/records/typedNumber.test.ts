import { describe, expect, it } from 'vitest'
import { isReadBack } from './communication/criticalAlert'
import { numberTyped, readBehindSign } from './observation/numberTyped'
import { readTypedNumber } from './typedNumber'

const said = (text: string) => {
  const read = readTypedNumber(text)
  return read.kind === 'number' ? read.text : read.kind === 'unclear' ? `? ${read.readings.join(' or ')}` : read.kind
}

describe('a number that is typed', () => {
  it.each([
    // With a point, and with a comma as in French.
    ['38.4', '38.4'], ['38,4', '38.4'], ['12,50', '12.50'], [' .5 ', '0.5'], [',5', '0.5'], ['5.', '5'], ['5,', '5'], ['-2', '-2'], ['\u22122,5', '-2.5'], ['1200', '1200'], ['1.200', '1.200'],
    // Three digits behind a comma that cannot be thousands.
    ['0,125', '0.125'], ['-0,125', '-0.125'], ['1200,500', '1200.500'], ['1,2000', '1.2000'], ['1,20', '1.20'],
    // Three digits behind a comma that can.
    ['1,200', '? 1200 or 1.2'], ['12,345', '? 12345 or 12.345'], ['123,456', '? 123456 or 123.456'], ['-1,200', '? -1200 or -1.2'], ['1,000', '? 1000 or 1'],
    // Groups, as they are written in English, French, Swiss, German and Arabic.
    ['1,200,000', '? 1200000'], ['1,200.5', '? 1200.5'], ['1.200,5', '? 1200.5'], ['1.200.000', '? 1200000'], ['1 200', '? 1200'], ['1\u202f200,5', '? 1200.5'], ['1\u00a0200', '? 1200'], ['1’200', '? 1200'], ["1'200", '? 1200'],
    // Arabic-Indic and Persian digits, the Arabic decimal sign, thousands sign and comma; Devanagari.
    ['٣٨٫٤', '38.4'], ['۳۸٫۴', '38.4'], ['٣٨,٤', '38.4'], ['٣٨،٤', '38.4'], ['١٬٢٠٠', '? 1200'], ['١،٢٠٠', '? 1200 or 1.2'], ['١٫٢٠٠', '1.200'], ['\u200f١٢٠٠', '1200'], ['१२०', '120'],
    // No number.
    ['', 'none'], ['12a', 'none'], ['1e9', 'none'], ['--3', 'none'], ['1.2.3', 'none'], ['1,2,3', 'none'], ['6 8', 'none'], ['.', 'none'], [',', 'none'], ['Infinity', 'none'], ['0x10', 'none'], ['9'.repeat(400), 'none'], ['1,20,000', 'none'],
    // Figures that are no digits: the ² stands beside the 1 on a French keyboard.
    ['6²', 'none'], ['²1', 'none'], ['10³', 'none'], ['5½', 'none'], ['H₂', 'none'], ['5₂', 'none'], ['①', 'none'],
  ])('E5: “%s” is %s, and what can be two numbers is neither', (typed, expected) => expect(said(typed)).toBe(expected))

  it('E5: a result that can be two numbers is not taken behind a sign either', () => {
    expect(['> 1,200', '<1,200', '≥ 1 200', '> 1,20'].map((text) => numberTyped(text)?.text)).toEqual([undefined, undefined, undefined, '> 1.20'])
    // Who writes it as they are told must not lose the sign.
    expect(['> 1,200', '≤1 200', '1,200'].map(readBehindSign)).toEqual([{ kind: 'unclear', readings: ['> 1200', '> 1.2'] }, { kind: 'unclear', readings: ['<= 1200'] }, { kind: 'unclear', readings: ['1200', '1.2'] }])
  })

  it('E9: a critical value read back as “1,200” is not 1.200', () => {
    expect(isReadBack({ value: '1.200', unit: 'ng/mL' }, '1,200')).toBe(false)
    expect(isReadBack({ value: '1.200', unit: 'ng/mL' }, '1,200 ng/mL')).toBe(false)
    expect(isReadBack({ value: '1.200', unit: 'ng/mL' }, '1.200')).toBe(true)
    expect(isReadBack({ value: '6.8', unit: 'mmol/L' }, '٦٫٨ mmol/L')).toBe(true)
    expect(isReadBack({ value: '6.8', unit: 'mmol/L' }, '6,8')).toBe(true)
  })
})
