import { describe, expect, it } from 'vitest'
import { bandCode, isAccession, mayBecomeCode, readBand } from './code'

const practice = '01HV000000000000000000PRAC'
const patient = '01HV000000000000000000ADAA'
const facts = { family: 'Okonkwo', given: 'Ada', gender: 'female', birthDate: '1980-05-04', number: 'A-000001' }
const code = bandCode(practice, patient, facts)

describe('A40: the code of a wristband', () => {
  it('A40: says whose it is and of which practice, in characters that every scanner and QR code has', () => {
    expect(code).toMatch(/^[0-9A-Z*-]{40,50}$/)
    const read = readBand(code.toLowerCase())
    if (read.kind !== 'band') throw new Error(read.kind)
    expect(read.patient).toBe(patient)
    expect([read.isOfPractice(practice), read.isOfPractice('01HV000000000000000000ELSE')]).toEqual([true, false])
  })

  it('A40: notices every wrong character and every two that changed places', () => {
    let tried = 0
    for (let at = 5; at < code.length; at++) {
      for (const wrong of '0A5Z*') {
        if (code[at] === wrong || code[at] === '-') continue
        tried += 1
        expect(readBand(code.slice(0, at) + wrong + code.slice(at + 1)).kind, `${wrong} at ${at}`).toBe('misread')
      }
      const [one, two] = [code[at], code[at + 1]]
      if (two === undefined || one === two || one === '-' || two === '-') continue
      expect(readBand(code.slice(0, at) + two + one + code.slice(at + 2)).kind).toBe('misread')
    }
    expect(tried).toBeGreaterThan(100)
    expect(readBand(code.slice(0, -1)).kind).toBe('misread')
    expect(readBand(`${code}0`).kind).toBe('misread')
  })

  it('A40: is old once what is printed on the band was corrected', () => {
    const read = readBand(code)
    if (read.kind !== 'band') throw new Error(read.kind)
    expect(read.isStillPrinted(facts)).toBe(true)
    const { birthDate: _birthDate, ...unknown } = facts
    for (const other of [{ ...facts, family: 'Okonkwu' }, { ...facts, birthDate: '1980-04-05' }, { ...facts, number: 'A-000002' }, { ...facts, gender: 'male' }, unknown]) expect(read.isStillPrinted(other)).toBe(false)
  })

  it('A40: takes nothing else for a wristband, however long or strange it is', () => {
    for (const text of ['', 'A26000123', 'OPW2-X', 'https://example.org', 'x'.repeat(100_000), '\u0000', 'OPW1']) expect(readBand(text).kind).toBe('not-a-band')
    expect(readBand(`OPW1-${'x'.repeat(100_000)}`).kind).toBe('misread')
  })

  it('A40: knows the number of a sample, and what may still become a code', () => {
    expect(['A26000123', 'ab26000123', 'A-000001', '26000123', 'OKONKWO'].map(isAccession)).toEqual([true, true, false, false, false])
    expect(['O', 'OPW1-', 'OPW1-01HV', 'A26', 'ABCD', 'A26000123'].map(mayBecomeCode)).toEqual([true, true, true, true, true, true])
    expect(['OKONK', '120', 'OPW2-', 'A26x', ' '].map(mayBecomeCode)).toEqual([false, false, false, false, false])
  })
})
