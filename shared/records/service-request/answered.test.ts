import { describe, expect, it } from 'vitest'
import { substances } from '../../standards/ucum'
import { answersTest, testsMissing } from './answered'

const result = (code: string, loinc?: string) => ({ code, loinc })
const lipids = [{ code: 'CHOL', name: 'Cholesterol', loinc: '14647-2' }, { code: 'HDL', name: 'HDL cholesterol', loinc: '14646-4' }]

describe('what answers an ordered test', () => {
  it('is the same measurement, by mass or by amount, of a fasting patient or not', () => {
    expect(answersTest({ code: 'CREA', name: 'Creatinine', loinc: '14682-9' }, result('CREA2', '2160-0'))).toBe(true)
    expect(answersTest({ code: 'GLU-F', name: 'Glucose, fasting', loinc: '14771-0' }, result('GLU', '2345-7'))).toBe(true)
    expect(answersTest({ code: 'NA', name: 'Sodium', loinc: '2951-2' }, result('Na', '2951-2'))).toBe(true)
  })

  it.each([
    ['total for HDL cholesterol', '14646-4', '2093-3'], ['total for direct bilirubin', '14629-0', '1975-2'], ['creatinine of the urine for that of the blood', '14682-9', '2161-8'],
    ['glucose of the urine for that of the blood', '14749-6', '2350-7'], ['total for free T4', '14920-3', '3026-2'], ['another substance', '2951-2', '2823-3'], ['a test without a substance', '1988-5', '2951-2'],
  ])('E4: is never %s', (_what, ordered, came) => {
    expect(answersTest({ code: 'X', name: 'X', loinc: ordered }, result('Y', came))).toBe(false)
  })

  it('is told by the catalogue’s code where one of both has no code of LOINC', () => {
    expect([answersTest({ code: 'WIDAL', name: 'Widal' }, result('WIDAL', '1-8')), answersTest({ code: 'HGB', name: 'Hb', loinc: '718-7' }, result('K'))]).toEqual([true, false])
  })

  it('E4: a lipid profile of which only the total came goes on waiting for HDL', () => {
    expect(testsMissing({ tests: lipids }, [result('CHO', '2093-3')]).map(({ code }) => code)).toEqual(['HDL'])
  })

  it('puts every code of a substance that measures several things into one group', () => {
    for (const { apart, loinc } of substances) if (apart) expect(apart.flat().sort()).toEqual([...loinc].sort())
  })
})
