import { describe, expect, it } from 'vitest'
import { birthLikeness, type KnownPerson, likenessOf, suspicionOf } from './likeness'
import { isSamePhone } from './phone'

const person = (family: string, given: string, more: Partial<KnownPerson> = {}): KnownPerson => ({ family, given, ...more })

describe('what two registrations have in common', () => {
  it.each([
    [person('Mohamed', 'Ali', { birthDate: '1980-05-01' }), person('Muhammad', 'Aly', { birthDate: '1980-05-01' }), ['name-alike', 'birth-same']],
    [person('Nkosi', 'Thandiwe'), person('Thandiwe', 'Nkosi'), ['name-same']],
    [person('van der Merwe', 'Pieter'), person('Vandermerwe', 'Peter'), ['name-alike']],
    [person('Mokoena', 'Thandi'), person('Mokoena-Xaba', 'Thandi Grace'), ['name-same']],
    [person('عبد الرحمن', 'محمد'), person('عبدالرحمن', 'محمد'), ['name-same']],
    [person('Abdulrahman', 'Mohamed'), person('عبد الرحمن', 'محمد'), ['name-alike']],
    [person('Sousa', 'Luís', { birthDate: '1980-05-01' }), person('Souza', 'Luiz', { birthDate: '1980-01-05' }), ['name-alike', 'birth-swapped']],
    [person('Mokoena', 'Sipho', { birthDate: '2020-05-01' }), person('Mokoena', 'Lerato', { birthDate: '2020-05-01' }), ['name-partly', 'birth-same']],
    [person('Smith', 'Joan', { phone: '021 555 0199' }), person('Adams', 'Pieter', { phone: '+27 21 555 0199' }), ['phone-same']],
    [person('Smith', 'Joan', { document: 'AB 123-456' }), person('王', '小明', { document: 'ab123456' }), ['document-same']],
    [person('Suharto', ''), person('Soeharto', ''), ['name-alike']],
    [person('', ''), person('', ''), []],
  ])('%j and %j: %j', (left, right, expected) => {
    expect(likenessOf(left, right)).toEqual(expected)
    expect(likenessOf(right, left)).toEqual(expected)
  })

  it.each([
    ['1980-05-01', '1980-05-01', 'birth-same'],
    ['1980-05-01', '1980-01-05', 'birth-swapped'],
    ['1980-05-01', '1981-05-01', 'birth-digit'],
    ['1980-05-01', '1980-05-11', 'birth-digit'],
    ['1948-05-01', '1984-05-01', 'birth-digit'],
    ['1980', '1980-05-01', 'birth-year'],
    ['1981', '1980-05-01', 'birth-near'],
    ['1980-05', '1980-05-01', 'birth-year'],
    ['1982', '1980-05-01', undefined],
    ['1980-05-01', '1993-11-30', undefined],
    [undefined, '1980', undefined],
  ])('born %s and %s: %s', (left, right, expected) => {
    expect(birthLikeness(left, right)).toBe(expected)
    expect(birthLikeness(right, left)).toBe(expected)
  })

  it('are one telephone with and without the country code, and two when only their ends are alike', () => {
    for (const other of ['+27215550199', '0027 21 555 0199', '(021) 555-0199', '021.555.0199', '٠٢١٥٥٥٠١٩٩']) expect(isSamePhone('021 555 0199', other), other).toBe(true)
    for (const other of ['021 555 0198', '0199', '5550199', '', 'none']) expect(isSamePhone('021 555 0199', other), other).toBe(false)
  })
})

describe('who is shown before somebody is registered', () => {
  const asked = person('Mohamed', 'Ali', { birthDate: '1980-05-01', phone: '0821234567', gender: 'male' })
  const suspicion = (other: KnownPerson) => suspicionOf(asked, other)

  it('is the same phonetic name and birth date, and the same name while no birth date is known', () => {
    expect(suspicion(person('Muhammad', 'Aly', { birthDate: '1980-05-01' }))).toBeGreaterThan(0)
    expect(suspicion(person('Mohamed', 'Ali'))).toBeGreaterThan(0)
  })

  it('is not everybody of a common name, nor everybody born that day', () => {
    expect(suspicion(person('Mohamed', 'Ali', { birthDate: '1993-11-30' }))).toBe(0)
    expect(suspicion(person('Mohamed', 'Yusuf', { birthDate: '1980-05-11' }))).toBe(0)
    expect(suspicion(person('Mohamed', 'Yusuf'))).toBe(0)
    expect(suspicion(person('Smith', 'Joan', { birthDate: '1980-05-01' }))).toBe(0)
  })

  it('is in the order of what is alike', () => {
    const others = [
      person('Mohamed', 'Ali', { birthDate: '1980-05-01', phone: '+27821234567' }),
      person('Mohamed', 'Ali', { birthDate: '1980-05-01' }),
      person('Muhammed', 'Ali', { birthDate: '1980-05-01' }),
      person('Muhammed', 'Ali', { birthDate: '1980-05-01', gender: 'female' }),
      person('Muhammed', 'Ali', { birthDate: '1980-01-05' }),
      person('Smith', 'Joan', { birthDate: '1993-11-30', phone: '0821234567' }),
    ].map(suspicion)
    expect(others).toEqual([...others].sort((left, right) => right - left))
    expect(new Set(others).size).toBe(others.length)
    expect(others.at(-1)).toBeGreaterThan(0)
  })
})
