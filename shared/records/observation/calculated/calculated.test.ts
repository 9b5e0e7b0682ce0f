import { describe, expect, it } from 'vitest'
import { calculatedOf, calculationOf, type FormulaPerson, formulas, type Measured, withCalculation } from '.'

const typed = (loinc: string, value: number, unit: string): Measured => ({ loinc, value, unit, text: String(value) })
const woman = (years: number): FormulaPerson => ({ sex: 'female', years: { atLeast: years, atMost: years } })
const man = (years: number): FormulaPerson => ({ sex: 'male', years: { atLeast: years, atMost: years } })
const valueOf = (code: string, measured: readonly Measured[], person: FormulaPerson = {}) => {
  const { values, refused } = calculatedOf(measured, person)
  return values.find((each) => each.code === code)?.text ?? refused.find(({ formula }) => formula.code === code)?.refused
}

describe('E5: LDL by Friedewald', () => {
  const lipids = (total: number, hdl: number, fats: number, unit = 'mg/dL') =>
    unit === 'mg/dL' ? [typed('2093-3', total, unit), typed('2085-9', hdl, unit), typed('2571-8', fats, unit)] : [typed('14647-2', total, unit), typed('14646-4', hdl, unit), typed('14927-8', fats, unit)]

  it('E5: LDL is worked out of what was typed, in mg/dL and in mmol/L', () => {
    expect(valueOf('LDL-CALC', lipids(200, 50, 150))).toBe('120')
    expect(valueOf('NON-HDL', lipids(200, 50, 150))).toBe('150')
    // 5.17 − 1.29 − 1.69 ÷ 2.29, given in the catalogue's unit.
    const inAmount = calculatedOf(lipids(5.17, 1.29, 1.69, 'mmol/L'), {}, [{ code: 'LDL', name: 'LDL', loinc: '22748-8', unit: 'mmol/L', decimals: 2 }])
    expect(inAmount.values.find(({ code }) => code === 'LDL')).toMatchObject({ text: '3.11', value: 3.11, unit: 'mmol/L', loinc: '22748-8' })
  })

  it('E5: what nobody set a unit for is given in that of what it rests on', () => {
    const { values } = calculatedOf(lipids(5.17, 1.29, 1.69, 'mmol/L'), {})
    expect(values.map(({ code, text, unit, loinc }) => [code, text, unit, loinc])).toEqual([['LDL-CALC', '3.11', 'mmol/L', '39469-2'], ['NON-HDL', '3.88', 'mmol/L', '70204-3']])
    expect(valueOf('BIL-IND', [typed('1975-2', 1.2, 'mg/dL'), typed('1968-7', 0.3, 'mg/dL')])).toBe('0.9')
  })

  it('E5: above 400 mg/dL of triglycerides it is refused, at 400 it is not; in mmol/L the same', () => {
    expect([valueOf('LDL-CALC', lipids(300, 40, 400)), valueOf('LDL-CALC', lipids(300, 40, 401)), valueOf('LDL-CALC', lipids(300, 40, 400.01))]).toEqual(['180', 'triglycerides-high', 'triglycerides-high'])
    expect([valueOf('LDL-CALC', lipids(7.8, 1, 4.51, 'mmol/L')), valueOf('LDL-CALC', lipids(7.8, 1, 4.52, 'mmol/L'))]).toEqual(['4.73', 'triglycerides-high'])
    expect(valueOf('LDL-CALC', lipids(100, 90, 200))).toBe('impossible')
  })

  it('E5: a measured LDL is never replaced by a calculated one, and one that lacks an input is not guessed', () => {
    expect(valueOf('LDL-CALC', [...lipids(200, 50, 150), typed('2089-1', 118, 'mg/dL')])).toBeUndefined()
    expect(valueOf('LDL-CALC', lipids(200, 50, 150).slice(0, 2))).toBeUndefined()
  })
})

describe('E5: eGFR by CKD-EPI 2021', () => {
  const creatinine = (value: number, unit = 'mg/dL') => [typed(unit === 'mg/dL' ? '2160-0' : '14682-9', value, unit)]

  it.each<readonly [number, FormulaPerson, string]>([
    // Both sides of each κ, by the published equation.
    [0.7, woman(50), '105'], [0.69, woman(50), '106'], [0.71, woman(50), '104'], [0.9, man(50), '104'], [0.89, man(50), '104'], [0.91, man(50), '103'],
    [1, man(50), '92'], [1, woman(50), '69'], [0.8, woman(60), '84'], [2, man(70), '35'], [0.4, woman(18), '147'],
  ])('E5: eGFR of creatinine %s mg/dL', (value, person, text) => expect(valueOf('EGFR', creatinine(value), person)).toBe(text))

  it('E5: creatinine in µmol/L gives the same', () => {
    expect(valueOf('EGFR', creatinine(88.4, 'umol/L'), man(50))).toBe(valueOf('EGFR', creatinine(1), man(50)))
  })

  it('E5: of a 17-year-old there is none, of an 18-year-old there is; who is not known well enough has none', () => {
    expect([valueOf('EGFR', creatinine(1), man(17)), valueOf('EGFR', creatinine(1), man(18))]).toEqual(['adults-only', '112'])
    expect(valueOf('EGFR', creatinine(1), { sex: 'male', years: { atLeast: 17, atMost: 18 } })).toBe('age-unknown')
    expect(valueOf('EGFR', creatinine(1), { sex: 'male' })).toBe('age-unknown')
    expect(valueOf('EGFR', creatinine(1), { years: { atLeast: 40, atMost: 40 } })).toBe('sex-unknown')
    expect(valueOf('EGFR', creatinine(0), man(40))).toBe('impossible')
  })
})

describe('E5: the other calculated values', () => {
  it.each<readonly [string, string, readonly Measured[]]>([
    ['AGAP', '12', [typed('2951-2', 140, 'mmol/L'), typed('2075-0', 104, 'mmol/L'), typed('1963-8', 24, 'mmol/L')]],
    ['AGAP', '12', [typed('2951-2', 140, 'meq/L'), typed('2075-0', 104, 'meq/L'), typed('2028-9', 24, 'meq/L')]],
    ['AGAP', '-1', [typed('2951-2', 130, 'mmol/L'), typed('2075-0', 107, 'mmol/L'), typed('1963-8', 24, 'mmol/L')]],
    ['CA-CORR', '2.40', [typed('2000-8', 2, 'mmol/L'), typed('1751-7', 20, 'g/L')]],
    ['CA-CORR', '2.00', [typed('2000-8', 2, 'mmol/L'), typed('1751-7', 4, 'g/dL')]],
    ['CA-CORR', '2.40', [typed('17861-6', 8, 'mg/dL'), typed('1751-7', 2, 'g/dL')]],
    ['MCV', '90.0', [typed('4544-3', 45, '%'), typed('789-8', 5, '10*6/uL')]],
    ['MCH', '30.0', [typed('718-7', 150, 'g/L'), typed('789-8', 5, '10*12/L')]],
    ['MCHC', '33.3', [typed('718-7', 15, 'g/dL'), typed('4544-3', 45, '%')]],
    ['MCHC', '33.3', [typed('718-7', 15, 'g/dL'), typed('4544-3', 0.45, 'L/L')]],
    ['NEUT#', '0.90', [typed('6690-2', 3, '10*3/uL'), typed('770-8', 30, '%')]],
    ['LYMPH#', '1.20', [typed('6690-2', 3, '10*9/L'), typed('736-9', 40, '%')]],
    ['BIL-IND', '15', [typed('14631-6', 20, 'umol/L'), typed('14629-0', 5, 'umol/L')]],
    ['ACR', '3.0', [typed('14957-5', 30, 'mg/L'), typed('14683-7', 10, 'mmol/L')]],
    ['GLOB', '30', [typed('2885-2', 70, 'g/L'), typed('1751-7', 40, 'g/L')]],
  ])('E5: %s is %s', (code, text, measured) => expect(valueOf(code, measured)).toBe(text))

  it('E5: what cannot be of one sample is no value', () => {
    expect(valueOf('BIL-IND', [typed('14631-6', 5, 'umol/L'), typed('14629-0', 6, 'umol/L')])).toBe('impossible')
    expect(valueOf('BIL-IND', [typed('14631-6', 5, 'umol/L'), typed('14629-0', 5, 'umol/L')])).toBe('0')
    expect(valueOf('MCV', [typed('4544-3', 45, '%'), typed('789-8', 0, '10*6/uL')])).toBe('impossible')
    expect(valueOf('NEUT#', [typed('6690-2', 3, '10*3/uL'), typed('770-8', 100.1, '%')])).toBe('impossible')
    expect(valueOf('NEUT#', [typed('6690-2', 3, '10*3/uL'), typed('770-8', 100, '%')])).toBe('3.00')
    expect(valueOf('CA-CORR', [typed('2000-8', -2, 'mmol/L'), typed('1751-7', 20, 'g/L')])).toBe('impossible')
  })

  it('E5: words, less than and another unit are no numbers to work with', () => {
    const albumin = typed('1751-7', 20, 'g/L')
    expect(valueOf('CA-CORR', [{ loinc: '2000-8', text: 'haemolysed' }, albumin])).toBe('no-number')
    expect(valueOf('CA-CORR', [{ loinc: '2000-8', text: '< 1', value: 1, comparator: '<', unit: 'mmol/L' }, albumin])).toBe('no-number')
    expect(valueOf('CA-CORR', [typed('2000-8', 2, 'kPa'), albumin])).toBe('unit')
    expect(valueOf('CA-CORR', [{ loinc: '2000-8', text: '2', value: 2 }, albumin])).toBe('unit')
  })

  it('E5: each says its formula, its source and what went in', () => {
    for (const { text, source, inputs, loinc } of formulas) expect([text, source, inputs.length, loinc.length].every(Boolean)).toBe(true)
    const [gap] = calculatedOf([typed('2951-2', 140, 'mmol/L'), typed('2075-0', 104, 'mmol/L'), typed('1963-8', 24, 'mmol/L')], {}).values
    expect(gap).toMatchObject({ loinc: '10466-1', from: [0, 1, 2], inputs: 'sodium 140 mmol/L, chloride 104 mmol/L, bicarbonate 24 mmol/L' })
    const told = { source: gap!.formula.source, formula: gap!.formula.text, inputs: gap!.inputs }
    const kept = withCalculation({ resourceType: 'Observation', status: 'final', code: {} }, told, ['01A', '01B', '01C'])
    expect(calculationOf(kept)).toEqual(told)
    expect(kept.derivedFrom).toHaveLength(3)
    expect(calculationOf({ resourceType: 'Observation', status: 'final', code: {} })).toBeUndefined()
  })
})
