import { type Answer, type Catalogue, type CatalogueTest, done, type EntryRange, refuse, type TestRanges } from '../../../shared/contract'
import { type QualifiedRange, qualifiedIntervalOf, rangeFault, rangeFor, rangeInUnit, rangeOfInterval, type RangePerson, unitOfInterval, usualRangesOf } from '../../../shared/records/observation/referenceRange'
import { substanceOf } from '../../../shared/standards/ucum'
import type { Actor } from '../parts'

/** What is needed of the catalogue. */
export interface RangeCatalogue {
  read(): Promise<Catalogue>
  saveTest(test: CatalogueTest, actor: Actor): Promise<Answer<Catalogue>>
}

/** Stands in the place of ranges where the practice wants none: R4 has no empty list. */
const none = { category: 'reference', condition: 'none' } as const

/** UCUM unit of a test; `1`: without dimension. */
export const unitOfTest = ({ unit }: Pick<CatalogueTest, 'unit'>): string => unit ?? '1'

/** The ranges that hold of a test, in its unit. `isOtherUnit`: there are some, in a unit that does not become it. */
const rangesOfTest = (test: Pick<CatalogueTest, 'loinc' | 'unit' | 'intervals'>): { readonly whose: TestRanges['whose']; readonly ranges: readonly QualifiedRange[]; readonly isOtherUnit?: true } => {
  const inUnit = (range: QualifiedRange, unit: string) => unit === unitOfTest(test) ? range : rangeInUnit(range, unit, unitOfTest(test), substanceOf(test.loinc)?.gramsPerMole) ?? []
  const whole = (whose: TestRanges['whose'], ranges: readonly QualifiedRange[], count: number) => (ranges.length === count ? { whose, ranges } : { whose, ranges: [], isOtherUnit: true as const })
  if (test.intervals) {
    // The unit of a test may change, here or on another workstation, after its ranges were set.
    const own = test.intervals.flatMap((interval) => {
      const range = rangeOfInterval(interval)
      return range ? [{ range, unit: unitOfInterval(interval) }] : []
    })
    return whole('own', own.flatMap(({ range, unit }) => inUnit(range, unit)), own.length)
  }
  const usual = usualRangesOf(test.loinc)
  return usual ? whole('usual', usual.ranges.flatMap((range) => inUnit(range, usual.unit)), usual.ranges.length) : { whose: 'usual', ranges: [] }
}

/** What is expected of a test for one person. */
export const expectedOf = (test: Pick<CatalogueTest, 'loinc' | 'unit' | 'intervals' | 'result'>, person: RangePerson): EntryRange => {
  if (test.result !== 'numeric') return { none: 'none' }
  const { ranges, isOtherUnit } = rangesOfTest(test)
  return isOtherUnit ? { none: 'unit' } : rangeFor(ranges, person)
}

/** The ranges of the catalogue's tests, and how they are set. */
export const openTestRanges = (catalogue: RangeCatalogue) => {
  const entryOf = (test: CatalogueTest): TestRanges => {
    const { whose, ranges } = rangesOfTest(test)
    return { code: test.code, name: test.name, unit: test.unit ?? '', ranges, whose }
  }
  return {
    list: async (): Promise<TestRanges[]> =>
      (await catalogue.read()).tests.filter(({ result, isRetired }) => result === 'numeric' && !isRetired).map(entryOf).sort((one, other) => one.name.localeCompare(other.name)),

    save: async ({ code, ranges }: { readonly code: string; readonly ranges: readonly QualifiedRange[] }, actor: Actor): Promise<Answer<TestRanges>> => {
      const test = (await catalogue.read()).tests.find((each) => each.code === code)
      if (!test || test.result !== 'numeric') return refuse('not-found')
      const fault = rangeFault(ranges)
      if (fault) return refuse('implausible-value', { field: fault.at + 1, limit: fault.fault })
      const saved = await catalogue.saveTest({ ...test, intervals: ranges.length === 0 ? [none] : ranges.map((range) => qualifiedIntervalOf(range, unitOfTest(test))) }, actor)
      if (!saved.ok) return saved
      const now = saved.value.tests.find((each) => each.code === code)
      return now ? done(entryOf(now)) : refuse('not-found')
    },
  }
}
