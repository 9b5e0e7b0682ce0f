import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ageInWords, ageOn, birthDateFault, completedYears, isCalendarDate } from './age'
import { displayName, foldName, initialsOf } from './name'
import { accessionNumber, patientNumber } from './number'
import { patientFacts, patientOf, withDemographics } from './patient'

const words = (born: string, today: string): string | undefined => {
  const age = ageOn(born, today)
  return age && ageInWords(age)
}

describe('an age', () => {
  it.each([
    ['2026-11-21', '2026-11-21', '0d'],
    ['2026-11-20', '2026-11-21', '1d'],
    ['2026-10-25', '2026-11-21', '27d'],
    ['2026-10-24', '2026-11-21', '4w'],
    ['2026-05-15', '2026-11-21', '27w 1d'],
    ['2025-11-22', '2026-11-21', '52w'],
    ['2025-11-21', '2026-11-21', '12m'],
    ['2025-08-10', '2026-11-21', '15m 11d'],
    ['2024-11-22', '2026-11-21', '23m 30d'],
    ['2024-11-21', '2026-11-21', '2y'],
    ['2018-08-01', '2026-11-21', '8y 3m'],
    ['2008-11-22', '2026-11-21', '17y 11m'],
    ['2008-11-21', '2026-11-21', '18y'],
    ['1931-01-02', '2026-11-21', '95y'],
  ])('of somebody born %s is, on %s, %s', (born, today, expected) => {
    expect(words(born, today)).toBe(expected)
  })

  it('turns over on 1 March for somebody born on 29 February, except in leap years', () => {
    expect(words('2000-02-29', '2026-02-28')).toBe('25y')
    expect(words('2000-02-29', '2026-03-01')).toBe('26y')
    expect(words('2000-02-29', '2028-02-29')).toBe('28y')
  })

  it('is approximate when only the year or month of birth is known', () => {
    expect(words('1980', '2026-11-21')).toBe('~46y')
    expect(words('2026', '2026-11-21')).toBe('~0y')
    expect(words('2026-03', '2026-11-21')).toBe('~8m')
    expect(words('1980-03', '2026-11-21')).toBe('~46y')
    expect(completedYears('2010', '2026-11-21')).toEqual({ atLeast: 15, atMost: 16 })
    expect(completedYears('2010-11', '2026-11-21')).toEqual({ atLeast: 15, atMost: 16 })
  })

  it.each(['2026-11-22', '2027', '2026-12', '', 'yesterday', '2026-02-30', '2026-13-01', '1980-5-1', '1980-05-01T00:00:00Z', '0x7D0', '٢٠٠٠'])('is not told of somebody born %j', (born) => {
    expect(ageOn(born, '2026-11-21')).toBeUndefined()
  })

  it('is the same in every time zone: a date of birth never shifts', () => {
    const before = process.env.TZ
    try {
      const told = ['Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Asia/Kathmandu', 'America/Sao_Paulo', 'UTC'].map((zone) => {
        process.env.TZ = zone
        return [words('2018-10-21', '2026-11-21'), patientFacts(patientOf({ family: 'X', birthDate: '2018-10-21' }, 'A-1')).birthDate, birthDateFault('2026-11-21', '2026-11-21')].join()
      })
      expect(new Set(told)).toEqual(new Set(['8y 1m,2018-10-21,']))
    } finally {
      if (before === undefined) delete process.env.TZ
      else process.env.TZ = before
    }
  })

  it('never grows shorter from one day to the next, and always agrees with the calendar', () => {
    const day = (value: number) => new Date(value * 86_400_000).toISOString().slice(0, 10)
    fc.assert(
      fc.property(fc.integer({ min: -25_000, max: 20_000 }), fc.integer({ min: 0, max: 20_000 }), (born, later) => {
        const years = completedYears(day(born), day(born + later))
        const next = completedYears(day(born), day(born + later + 1))
        expect(years?.atLeast).toBe(years?.atMost)
        expect((next?.atLeast ?? -1) - (years?.atLeast ?? 0)).toBeGreaterThanOrEqual(0)
        expect(Math.abs((years?.atLeast ?? 0) - later / 365.2425)).toBeLessThan(1.01)
        expect(isCalendarDate(day(born))).toBe(true)
      }),
      { seed: 20_261 },
    )
  })

  it('tells why a birth date cannot be', () => {
    expect(birthDateFault('2026-11-22', '2026-11-21')).toBe('future')
    expect(birthDateFault('2023-02-29', '2026-11-21')).toBe('not-a-date')
    expect(birthDateFault('1880', '2026-11-21')).toBe('too-old')
    expect(birthDateFault('1900-01-01', '2026-11-21')).toBeUndefined()
    expect(birthDateFault('2026', '2026-11-21')).toBeUndefined()
  })
})

describe('a name', () => {
  it.each([
    [{ family: 'Oyelaran-Smith', given: 'Adaeze', prefix: 'Dr' }, 'OYELARAN-SMITH, Adaeze (Dr)'],
    [{ family: 'Suharto', given: '' }, 'SUHARTO'],
    [{ family: 'Weiß', given: 'Jörg' }, 'WEISS, Jörg'],
    [{ family: 'ışık', given: 'İpek' }, 'IŞIK, İpek'],
    [{ family: 'عبد الرحمن', given: 'محمد' }, 'عبد الرحمن, محمد'],
    [{ family: '', given: 'Only' }, 'Only'],
  ])('is written as the ward knows it: %j', (name, expected) => {
    expect(displayName(name)).toBe(expected)
  })

  it('has initials of whole characters', () => {
    expect(initialsOf({ family: 'Nkosi', given: 'thandi' })).toBe('TN')
    expect(initialsOf({ family: '𐓏𐓘', given: '' })).toBe('𐓏'.toLocaleUpperCase('en'))
    expect(initialsOf({ family: '' })).toBe('')
  })

  it.each([
    ['O’Brien', 'obrien'],
    ["o'brien", 'obrien'],
    ['Müller', 'muller'],
    ['Łukaszewicz', 'lukaszewicz'],
    ['Oyelaran-Smith', 'oyelaran smith'],
    ['Oyelaran – Smith', 'oyelaran smith'],
    ['  van   der Merwe ', 'van der merwe'],
    ['Nguyễn', 'nguyen'],
    ['مُحَمَّد', 'محمد'],
    ['محـــمد', 'محمد'],
    ['Ｗｅｉ', 'wei'],
  ])('is found however it is typed: %s', (typed, folded) => {
    expect(foldName(typed)).toBe(folded)
  })

  it('keeps the vowel signs of Indic names: two names stay two', () => {
    expect(foldName('मीरा')).not.toBe(foldName('मरा'))
  })

  it('folds any text, and folding twice changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(foldName(foldName(text))).toBe(foldName(text))
      }),
      { seed: 20_261, numRuns: 1000 },
    )
  })
})

describe('numbers that people read', () => {
  it('keep their width, and grow rather than wrap round', () => {
    expect(patientNumber('A', 123)).toBe('A-000123')
    expect(patientNumber('BKX', 1_234_567)).toBe('BKX-1234567')
    expect(accessionNumber('A', 2026, 123)).toBe('A26000123')
    expect(accessionNumber('A', 2105, 1)).toBe('A05000001')
  })
})

describe('demographics', () => {
  const patient = patientOf({ family: 'Okonkwo', given: 'Adaeze', prefix: 'Dr', gender: 'female', phone: '1', address: '12 Hillside' }, 'A-000001')

  it('read back as they were written', () => {
    expect(patientFacts(patient)).toEqual({ family: 'Okonkwo', given: 'Adaeze', prefix: 'Dr', gender: 'female', deceased: false, number: 'A-000001', phone: '1' })
  })

  it('change one by one; an empty text takes a field away; what is not ours stays', () => {
    const foreign = { ...patient, name: [...(patient.name ?? []), { use: 'maiden' as const, family: 'Eze' }], maritalStatus: { text: 'M' } }
    const changed = withDemographics(foreign, { given: '', phone: '', address: '', prefix: '' })
    expect(patientFacts(changed)).toEqual({ family: 'Okonkwo', given: '', gender: 'female', deceased: false, number: 'A-000001' })
    expect(changed).toMatchObject({ maritalStatus: { text: 'M' }, name: [{ family: 'Okonkwo' }, { use: 'maiden', family: 'Eze' }] })
    expect(changed).not.toHaveProperty('address')
    expect(patientFacts(foreign)).toMatchObject({ given: 'Adaeze' })
  })

  it('change only what the form shows: a second phone, address or document stays, and each keeps its place', () => {
    const two = withDemographics(
      { ...patient, telecom: [{ system: 'email', value: 'a@b' }, { system: 'phone', value: '1' }, { system: 'phone', value: '2' }], address: [{ use: 'home', text: '12 Hillside' }, { use: 'home', text: '3 Market Road' }] },
      { document: 'P1' },
    )
    const kept = { ...two, identifier: [...(two.identifier ?? []), { ...two.identifier?.at(-1), value: 'P2' }] }
    const changed = withDemographics(kept, { phone: '9', address: '14 Hillside', document: 'P9' })
    expect([changed.telecom, changed.address, changed.identifier].map((list) => list?.map((each) => ('text' in each ? each.text : 'value' in each && each.value)))).toEqual([['a@b', '9', '2'], ['14 Hillside', '3 Market Road'], ['A-000001', 'P9', 'P2']])
    const without = withDemographics(kept, { phone: '', address: '', document: '' })
    expect(without).toMatchObject({ telecom: [{ value: 'a@b' }, { value: '2' }], address: [{ text: '3 Market Road' }] })
    expect(patientFacts(without).document).toBe('P2')
  })
})
