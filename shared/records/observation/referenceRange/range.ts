import { type CompletedAge, completedAges } from '../../patient/age'
import type { Pregnancy } from '../../early-warning/scoredAs'

/** An age in completed days, weeks, months or years, by UCUM's codes. */
export interface AgeBound {
  readonly value: number
  readonly unit: 'd' | 'wk' | 'mo' | 'a'
}

/**
 * Values that are expected of a test, and of whom: R4 `ObservationDefinition.qualifiedInterval`. Absent: of everybody. Both limits are
 * expected values themselves; both ages are completed ones and belong to it (`to` 23 mo ends the day before the second birthday).
 */
export interface QualifiedRange {
  readonly sex?: 'male' | 'female'
  readonly from?: AgeBound
  readonly to?: AgeBound
  /** `pregnant`: only of women who are. Absent: pregnancy plays no part, or this is the one of those who are not. */
  readonly pregnancy?: 'pregnant'
  /** In the unit of the test. */
  readonly low?: number
  readonly high?: number
  /** Where it was published. */
  readonly source?: string
}

/** Of whom a result is, as far as it decides which range holds. */
export interface RangePerson {
  /** R4 administrative gender. */
  readonly gender?: string | undefined
  /** FHIR date. */
  readonly birthDate?: string | undefined
  readonly pregnancy: Pregnancy
  /** The day of the sample, YYYY-MM-DD. */
  readonly on: string
}

/**
 * Why no range holds. `none`: nobody set one for this test. `nobody-like`: none for a person like this. `age-unknown`, `sex-unknown`: it would depend on that.
 * `several`: two that differ claim this person.
 */
export type NoRange = 'none' | 'nobody-like' | 'age-unknown' | 'sex-unknown' | 'several'

/** The range that holds, or why there is none: then nothing is flagged, and nothing is normal. */
export type RangeFound =
  | {
      readonly range: QualifiedRange
      /** Another range holds in pregnancy, and nobody has asked. */
      readonly isPregnancyOpen?: true
      /** With it: a pregnancy was said so long ago that it must be over. */
      readonly isPregnancyLapsed?: true
    }
  | { readonly none: NoRange }

type Fits = 'yes' | 'no' | 'age-unknown' | 'sex-unknown'

const inUnit = (age: CompletedAge, unit: AgeBound['unit']): number =>
  unit === 'd' ? age.days : unit === 'wk' ? Math.floor(age.days / 7) : unit === 'mo' ? age.months : age.years

const isOfAge = ({ from, to }: QualifiedRange, age: CompletedAge): boolean =>
  (from === undefined || inUnit(age, from.unit) >= from.value) && (to === undefined || inUnit(age, to.unit) <= to.value)

/** Whether somebody between these two ages may be within. */
const maybeOfAge = ({ from, to }: QualifiedRange, youngest: CompletedAge, oldest: CompletedAge): boolean =>
  (from === undefined || inUnit(oldest, from.unit) >= from.value) && (to === undefined || inUnit(youngest, to.unit) <= to.value)

const fits = (range: QualifiedRange, { gender, birthDate, pregnancy, on }: RangePerson): Fits => {
  if (range.pregnancy === 'pregnant' && (pregnancy !== 'pregnant' || gender === 'male')) return 'no'
  const sex = gender === 'male' || gender === 'female' ? gender : undefined
  if (range.sex !== undefined && sex !== undefined && range.sex !== sex) return 'no'
  const ages = birthDate === undefined ? undefined : completedAges(birthDate, on)
  const asksAge = range.from !== undefined || range.to !== undefined
  if (asksAge && ages && !maybeOfAge(range, ages.youngest, ages.oldest)) return 'no'
  if (asksAge && !(ages && isOfAge(range, ages.youngest) && isOfAge(range, ages.oldest))) return 'age-unknown'
  // Whoever is pregnant is a woman, whatever the registration says.
  return range.sex === undefined || sex !== undefined || range.pregnancy === 'pregnant' ? 'yes' : 'sex-unknown'
}

/** What says more of whom it is for goes before what says less. */
const closeness = ({ pregnancy, sex, from, to }: QualifiedRange): number =>
  (pregnancy === undefined ? 0 : 4) + (sex === undefined ? 0 : 2) + (from === undefined && to === undefined ? 0 : 1)

const isAlike = (one: QualifiedRange, other: QualifiedRange): boolean => one.low === other.low && one.high === other.high

/**
 * The range that holds for a person on the day of the sample. One that would differ by what is not known of them (a birth date without a day, a sex that
 * was not asked) is not guessed. While nobody has asked about pregnancy the range of those who are not pregnant holds, and says so.
 */
export const rangeFor = (ranges: readonly QualifiedRange[], person: RangePerson): RangeFound => {
  if (ranges.length === 0) return { none: 'none' }
  const found = ranges.map((range) => ({ range, fits: fits(range, person) })).filter((each) => each.fits !== 'no')
  if (found.length === 0) return { none: 'nobody-like' }
  const sure = found.filter((each) => each.fits === 'yes')
  const closest = Math.max(0, ...sure.map(({ range }) => closeness(range)))
  const rivals = found.filter((each) => (each.fits === 'yes' ? closeness(each.range) === closest : closeness(each.range) >= closest))
  const [first] = sure.filter((each) => rivals.includes(each))
  // All that it may be say the same, and one of them surely holds: then it is no matter which.
  if (first && rivals.every(({ range }) => isAlike(range, first.range))) return withPregnancy(ranges, person, first.range)
  const open = rivals.find((each) => each.fits !== 'yes')
  if (open) return { none: open.fits === 'age-unknown' ? 'age-unknown' : 'sex-unknown' }
  return { none: 'several' }
}

const withPregnancy = (ranges: readonly QualifiedRange[], person: RangePerson, range: QualifiedRange): RangeFound => {
  const isLapsed = person.pregnancy === 'lapsed'
  if ((person.pregnancy !== 'not-asked' && !isLapsed) || person.gender === 'male') return { range }
  const other = ranges.find((each) => each.pregnancy === 'pregnant' && fits(each, { ...person, pregnancy: 'pregnant' }) !== 'no' && !isAlike(each, range))
  return other ? { range, isPregnancyOpen: true, ...(isLapsed && { isPregnancyLapsed: true as const }) } : { range }
}

/** As lines of results have it: `12 - 16`, `>= 11`, `<= 21`; empty: it says no number. */
export const rangeText = ({ low, high }: Pick<QualifiedRange, 'low' | 'high'>): string =>
  low === undefined ? (high === undefined ? '' : `<= ${high}`) : high === undefined ? `>= ${low}` : `${low} - ${high}`
