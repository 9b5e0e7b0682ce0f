import { describe, expect, it } from 'vitest'
import { conversionOf, convertedNumber, convertedRange, likelyUnit, readUnit, substanceById, substanceOf, substances } from '.'

const factor = (from: string, to: string, gramsPerMole?: number) => {
  const conversion = conversionOf(from, to, gramsPerMole)
  return conversion.ok ? Number(conversion.factor.toPrecision(9)) : conversion.fault
}

describe('units', () => {
  it.each([
    ['g/L', 'g/dL', 0.1],
    ['mg/dL', 'mg/L', 10],
    ['mg/dl', 'mg/dL', 1],
    ['10*9/L', '10*3/uL', 1],
    ['10*12/L', '10*6/uL', 1],
    ['/uL', '10*9/L', 1e-3],
    ['10*3/uL', '10*9/L', 1],
    ['L/L', '%', 100],
    ['%', '1', 0.01],
    ['U/L', 'ukat/L', 0.0166666667],
    ['u[IU]/mL', 'm[IU]/L', 1],
    ['[iU]/mL', '[IU]/L', 1000],
    ['mm[Hg]', 'kPa', 0.133322],
    ['umol/L', 'mmol/L', 0.001],
    ['ng/mL', 'ug/L', 1],
    ['mL/min', 'L/h', 0.06],
    ['fL', 'um3', 1],
    ['mg/g', 'g/kg', 1],
  ] as const)('%s in %s', (from, to, expected) => expect(factor(from, to)).toBe(expected))

  it.each([
    ['U/L and [IU]/L: an international unit is nobody else’s', 'U/L', '[IU]/L', 'other-quantity'],
    ['HbA1c: 48 mmol/mol are not 4.8 %', 'mmol/mol', '%', 'other-quantity'],
    ['parts by mass and parts by volume', 'g/g', 'L/L', 'other-quantity'],
    ['cells and copies', '{cells}/uL', '{copies}/uL', 'other-quantity'],
    ['milliequivalents: the charge is not known', 'meq/L', 'mmol/L', 'other-quantity'],
    ['temperatures', 'Cel', '[degF]', 'unknown-unit'],
    ['what is no unit', 'flags', '%', 'unknown-unit'],
    ['nothing', '', '%', 'unknown-unit'],
    ['enzyme activity and mass', 'U/L', 'mg/L', 'other-quantity'],
    ['pressure and concentration', 'mm[Hg]', 'mmol/L', 'other-quantity'],
  ])('refuses %s', (_why, from, to, expected) => {
    expect(factor(from, to)).toBe(expected)
    expect(factor(from, to, 180)).toBe(expected)
  })

  it('never throws and never hangs on what a device may send', () => {
    for (const sent of ['__proto__', 'constructor/L', '10*', '10*99999', 'm'.repeat(5000), '///', '..', 'g/', '{', '{}{}', '((g))', '-5', 'mg%', '\0', 'toString', '10*-400/uL']) expect(readUnit(sent), sent).toBeUndefined()
    expect(readUnit('{cells}/uL')).toMatchObject({ counted: '{cells}' })
  })
})

describe('mass and amount', () => {
  it('become each other with a molar mass, and are refused without one', () => {
    expect(factor('mg/dL', 'mmol/L')).toBe('molar-mass')
    expect(factor('mg/dL', 'mmol/L', 180.156)).toBe(0.0555074491)
    expect(factor('mmol/L', 'mg/dL', 180.156)).toBe(18.0156)
    expect(factor('mg/g', 'mg/mmol', 113.118)).toBe(0.113118)
    expect(factor('mmol/L', 'mg/dL', 0)).toBe('molar-mass')
  })

  // Conversion factors as textbooks print them (AMA Manual of Style, SI conversion).
  it.each([
    ['glucose', 'mg/dL', 'mmol/L', 0.0555], ['creatinine', 'mg/dL', 'umol/L', 88.4], ['urea-nitrogen', 'mg/dL', 'mmol/L', 0.357], ['urate', 'mg/dL', 'umol/L', 59.48],
    ['cholesterol', 'mg/dL', 'mmol/L', 0.0259], ['triglycerides', 'mg/dL', 'mmol/L', 0.0113], ['bilirubin', 'mg/dL', 'umol/L', 17.1], ['calcium', 'mg/dL', 'mmol/L', 0.25],
    ['magnesium', 'mg/dL', 'mmol/L', 0.411], ['phosphorus', 'mg/dL', 'mmol/L', 0.323], ['iron', 'ug/dL', 'umol/L', 0.179], ['lactate', 'mg/dL', 'mmol/L', 0.111],
    ['cortisol', 'ug/dL', 'nmol/L', 27.59], ['thyroxine', 'ug/dL', 'nmol/L', 12.87], ['vitamin-d', 'ng/mL', 'nmol/L', 2.496], ['vitamin-b12', 'pg/mL', 'pmol/L', 0.738],
    ['haemoglobin', 'g/dL', 'mmol/L', 0.6206], ['paracetamol', 'ug/mL', 'umol/L', 6.62], ['digoxin', 'ng/mL', 'nmol/L', 1.281], ['ethanol', 'mg/dL', 'mmol/L', 0.217],
  ])('%s: %s in %s is times %d', (id, from, to, printed) => {
    const found = factor(from, to, substanceById(id)?.gramsPerMole)
    expect(Math.abs(Number(found) / printed - 1)).toBeLessThan(0.004)
  })

  it('knows what a test measures by its LOINC code, and no code measures two things', () => {
    expect(substanceOf('2345-7')?.id).toBe('glucose')
    expect(substanceOf('3094-0')?.id).toBe('urea-nitrogen')
    expect(substanceOf('1742-6')).toBeUndefined()
    expect(substanceOf(undefined)).toBeUndefined()
    const codes = substances.flatMap(({ loinc }) => loinc)
    expect(new Set(codes).size).toBe(codes.length)
  })
})

describe('a converted number', () => {
  it('keeps the digits that it was sent with, three at least', () => {
    expect(convertedNumber('95', 0.0555074).text).toBe('5.27')
    expect(convertedNumber('128', 0.1).text).toBe('12.8')
    expect(convertedNumber('128.0', 0.1).text).toBe('12.80')
    expect(convertedNumber('0.006', 1000).text).toBe('6.00')
    expect(convertedNumber('1', 88.4).text).toBe('88.4')
    expect(convertedNumber('12345', 1000)).toEqual({ text: '12345000', value: 12_345_000 })
    expect(convertedNumber('0', 5)).toEqual({ text: '0', value: 0 })
    expect(convertedNumber('-2.5', 0.1)).toEqual({ text: '-0.250', value: -0.25 })
  })

  it('takes its range along, or leaves it behind', () => {
    expect(convertedRange('120 - 160', 0.1)).toBe('12.0 - 16.0')
    expect(convertedRange('< 200', 0.02586)).toBe('< 5.17')
    expect(convertedRange('m 13-17 f 12-15', 0.1)).toBeUndefined()
  })
})

describe('what a maker most likely means', () => {
  it.each([
    ['mg/dl', 'mg/dL'], ['g/l', 'g/L'], ['µmol/l', 'umol/L'], ['x10^9/L', '10*9/L'], ['10E3/uL', '10*3/uL'], ['K/uL', '10*3/uL'], ['IU/L', '[IU]/L'], ['gm/dL', 'g/dL'], ['%', '%'], ['fl', 'fL'],
    ['', undefined], ['furlong', undefined], ['constructor', undefined], ['toString', undefined],
  ])('%s: %s', (sent, unit) => expect(likelyUnit(sent)).toBe(unit))
})
