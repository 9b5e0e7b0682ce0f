import { describe, expect, it } from 'vitest'
import { conversionOf, substanceOf } from '../../../standards/ucum'
import { sideOfRange } from '../verdict'
import { type QualifiedRange, qualifiedIntervalOf, rangeFault, rangeFor, rangeInUnit, rangeOfInterval, rangeOfReference, type RangePerson, rangeText, referenceRangeOf, usualRanges, usualRangesOf } from '.'

const day = '2026-11-21'
const somebody = (person: Partial<RangePerson> = {}): RangePerson => ({ pregnancy: 'not-asked', on: day, ...person })
const haemoglobin = usualRangesOf('718-7')!.ranges
const hold = (value: number, person: RangePerson, ranges = haemoglobin) => {
  const found = rangeFor(ranges, person)
  return 'none' in found ? found.none : (sideOfRange({ value, range: rangeText(found.range) }) ?? 'within')
}

describe('E6: which reference range holds', () => {
  it('E6: a haemoglobin of 10.5 is low for a man and normal for a 1-year-old; 10.4 is low for both', () => {
    const [man, child] = [somebody({ gender: 'male', birthDate: '1980-05-04' }), somebody({ gender: 'female', birthDate: '2025-11-21' })]
    expect([hold(10.5, man), hold(10.5, child)]).toEqual(['low', 'within'])
    expect([hold(10.4, man), hold(10.4, child)]).toEqual(['low', 'low'])
    expect([hold(13.5, man), hold(13.4, man), hold(17.5, man), hold(17.6, man)]).toEqual(['within', 'low', 'within', 'high'])
  })

  it('E6: no range gives no flag, and says why there is none', () => {
    expect(rangeFor([], somebody({ gender: 'male', birthDate: '1980-05-04' }))).toEqual({ none: 'none' })
    const adults: QualifiedRange[] = [{ sex: 'male', from: { value: 18, unit: 'a' }, low: 1, high: 2 }, { sex: 'female', from: { value: 18, unit: 'a' }, low: 3, high: 4 }]
    expect(hold(9, somebody({ gender: 'male', birthDate: '2020-01-01' }), adults)).toBe('nobody-like')
    expect(hold(9, somebody({ gender: 'unknown', birthDate: '1980-01-01' }), adults)).toBe('sex-unknown')
    expect(hold(9, somebody({ gender: 'male' }), adults)).toBe('age-unknown')
    expect(hold(9, somebody({ gender: 'male', birthDate: '1980-01-01' }), [...adults, { sex: 'male', from: { value: 40, unit: 'a' }, low: 1, high: 3 }])).toBe('several')
    expect(hold(9, somebody({ gender: 'male', birthDate: '2027-01-01' }), adults)).toBe('age-unknown')
    expect(usualRangesOf('14749-6')).toBeUndefined()
    expect(usualRangesOf('toString')).toBeUndefined()
  })

  it('E6: each band of age begins and ends on its day: days, months and years', () => {
    const lowOn = (birthDate: string) => {
      const found = rangeFor(haemoglobin, somebody({ gender: 'female', birthDate }))
      return 'none' in found ? found.none : found.range.low
    }
    const cases: readonly (readonly [birthDate: string, low: number])[] = [
      ['2026-11-21', 13.5], ['2026-11-20', 14.5], ['2026-11-15', 14.5], ['2026-11-14', 13.5], ['2026-11-08', 13.5], ['2026-11-07', 12.5], ['2026-10-25', 12.5], ['2026-10-24', 10],
      ['2026-09-22', 10], ['2026-09-21', 9], ['2026-08-22', 9], ['2026-08-21', 9.5], ['2026-05-22', 9.5], ['2026-05-21', 10.5],
      ['2024-11-22', 10.5], ['2024-11-21', 11.5], ['2014-11-22', 11.5], ['2014-11-21', 12], ['2008-11-22', 12], ['2008-11-21', 12], ['1900-01-01', 12],
    ]
    for (const [birthDate, low] of cases) expect([birthDate, lowOn(birthDate)]).toEqual([birthDate, low])
    const boy = (birthDate: string) => rangeFor(haemoglobin, somebody({ gender: 'male', birthDate }))
    expect(boy('2014-11-21')).toMatchObject({ range: { low: 13, high: 16 } })
    expect(boy('2008-11-22')).toMatchObject({ range: { low: 13 } })
    expect(boy('2008-11-21')).toMatchObject({ range: { low: 13.5, high: 17.5 } })
  })

  it('E6: a birth date without a day is no guess: a range holds where both ages have it', () => {
    expect(rangeFor(haemoglobin, somebody({ gender: 'male', birthDate: '1980' }))).toMatchObject({ range: { low: 13.5 } })
    expect(rangeFor(haemoglobin, somebody({ gender: 'male', birthDate: '2008' }))).toEqual({ none: 'age-unknown' })
    expect(rangeFor(haemoglobin, somebody({ gender: 'male', birthDate: '2025-03' }))).toMatchObject({ range: { low: 10.5 } })
    expect(rangeFor(haemoglobin, somebody({ gender: 'male', birthDate: '2024-11' }))).toEqual({ none: 'age-unknown' })
    expect(rangeFor(haemoglobin, somebody({ birthDate: '2021-01-01' }))).toMatchObject({ range: { low: 11.5, high: 13.5 } })
  })

  it('E6: in pregnancy the range of pregnancy holds, and while nobody has asked the other one says so', () => {
    const woman = { gender: 'female', birthDate: '1995-01-01' }
    expect(rangeFor(haemoglobin, somebody({ ...woman, pregnancy: 'pregnant' }))).toMatchObject({ range: { low: 11, pregnancy: 'pregnant' } })
    expect(rangeFor(haemoglobin, somebody({ ...woman, pregnancy: 'not-pregnant' }))).toEqual({ range: expect.objectContaining({ low: 12 }) as unknown })
    expect(rangeFor(haemoglobin, somebody(woman))).toEqual({ range: expect.objectContaining({ low: 12 }) as unknown, isPregnancyOpen: true })
    expect(rangeFor(haemoglobin, somebody({ ...woman, pregnancy: 'lapsed' }))).toEqual({ range: expect.objectContaining({ low: 12 }) as unknown, isPregnancyOpen: true, isPregnancyLapsed: true })
    expect(rangeFor(haemoglobin, somebody({ gender: 'male', birthDate: '1995-01-01', pregnancy: 'pregnant' }))).toMatchObject({ range: { low: 13.5 } })
    expect([11, 10.9, 12, 11.9].map((value, index) => hold(value, somebody({ ...woman, pregnancy: index < 2 ? 'pregnant' : 'not-pregnant' })))).toEqual(['within', 'low', 'within', 'low'])
  })

  it('E6: every limit of every usual range belongs to it, and what lies beyond does not', () => {
    for (const [code, { unit, ranges }] of Object.entries(usualRanges)) {
      expect([code, rangeFault(ranges)]).toEqual([code, undefined])
      expect(conversionOf(unit, unit).ok).toBe(true)
      for (const range of ranges) {
        expect(range.source).toBeTruthy()
        const text = rangeText(range)
        for (const limit of [range.low, range.high]) if (limit !== undefined) expect([code, sideOfRange({ value: limit, range: text })]).toEqual([code, undefined])
        if (range.low !== undefined) expect([code, sideOfRange({ value: range.low - 0.001, range: text })]).toEqual([code, 'low'])
        if (range.high !== undefined) expect([code, sideOfRange({ value: range.high + 0.001, range: text })]).toEqual([code, 'high'])
      }
    }
  })
})

describe('E6: a range in the unit of the result', () => {
  it('E6: creatinine and haemoglobin are held against their ranges in either unit', () => {
    const men = usualRangesOf('2160-0')!
    expect(men).toBe(usualRangesOf('14682-9'))
    expect(rangeInUnit(men.ranges[0]!, men.unit, 'mg/dL', substanceOf('2160-0')?.gramsPerMole)).toMatchObject({ sex: 'male', low: 0.679, high: 1.24 })
    expect(rangeInUnit(haemoglobin.at(-2)!, 'g/dL', 'g/L')).toMatchObject({ low: 135, high: 175 })
  })

  it('E6: what does not become the unit of the result holds nothing', () => {
    expect(rangeInUnit({ low: 1 }, 'mmol/L', 'mg/dL')).toBeUndefined()
    expect(rangeInUnit({ low: 1 }, 'mmol/L', 'nonsense')).toBeUndefined()
    expect(rangeInUnit({ low: 20, high: 42 }, 'mmol/mol', '%')).toBeUndefined()
  })
})

describe('E6: what the editor refuses', () => {
  const a = (value: number) => ({ value, unit: 'a' as const })
  it.each<readonly [string, QualifiedRange[], string | undefined]>([
    ['no limit', [{}], 'no-limit'],
    ['limits the wrong way round', [{ low: 5, high: 4 }], 'turned'],
    ['one value', [{ low: 5, high: 5 }], undefined],
    ['an age that ends before it begins', [{ low: 1, from: a(5), to: a(4) }], 'ages-turned'],
    ['one year of age', [{ low: 1, from: a(5), to: a(5) }], undefined],
    ['a pregnant man', [{ low: 1, sex: 'male', pregnancy: 'pregnant' }], 'pregnant-man'],
    ['two for the same age', [{ low: 1, to: a(5) }, { low: 2, from: a(5) }], 'overlaps'],
    ['ages that meet', [{ low: 1, to: a(4) }, { low: 2, from: a(5) }], undefined],
    ['months that meet years', [{ low: 1, to: { value: 23, unit: 'mo' } }, { low: 2, from: a(2) }], undefined],
    ['months within years', [{ low: 1, to: { value: 24, unit: 'mo' } }, { low: 2, from: a(2) }], 'overlaps'],
    ['one of everybody beside one of women', [{ low: 1 }, { low: 2, sex: 'female' }], undefined],
  ])('%s', (_name, ranges, fault) => expect(rangeFault(ranges)?.fault).toBe(fault))
})

describe('E6: the range that held stays with the result', () => {
  it('E6: limits, whom it is for and its text are R4, and read back the same', () => {
    for (const { unit, ranges } of Object.values(usualRanges)) {
      for (const range of ranges) {
        const { source: _source, ...kept } = range
        expect(rangeOfReference(referenceRangeOf(range, unit))).toEqual(kept)
        expect(rangeOfInterval(qualifiedIntervalOf(range, unit))).toEqual(range)
      }
    }
    expect(referenceRangeOf({ sex: 'female', low: 12, high: 16 }, 'g/dL')).toMatchObject({ text: '12 - 16', low: { value: 12, unit: 'g/dL', code: 'g/dL' }, appliesTo: [{ text: 'Female' }] })
    expect(referenceRangeOf({ high: 1.2 }, '1')).toEqual({ high: { value: 1.2 }, text: '<= 1.2' })
    expect(rangeOfReference({ text: '4 - 6' })).toBeUndefined()
    expect(rangeOfInterval({ category: 'critical', range: { low: { value: 1 } } })).toBeUndefined()
  })
})
