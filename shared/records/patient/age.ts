/**
 * Calendar arithmetic on FHIR dates as text. A date of birth is a date, never an instant: nothing here
 * reads a clock or knows a time zone; today's date is given by the caller.
 */

interface CalendarDay {
  readonly year: number
  readonly month: number
  readonly day: number
}

const daysInMonth = (year: number, month: number): number =>
  month === 2 ? (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31

const parse = (date: string): { year: number; month?: number; day?: number } | undefined => {
  const found = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(date)
  if (!found) return undefined
  const year = Number(found[1])
  if (found[2] === undefined) return { year }
  const month = Number(found[2])
  if (month < 1 || month > 12) return undefined
  if (found[3] === undefined) return { year, month }
  const day = Number(found[3])
  return day >= 1 && day <= daysInMonth(year, month) ? { year, month, day } : undefined
}

/** Whether a FHIR date (YYYY, YYYY-MM or YYYY-MM-DD) names a day, month or year that exists. */
export const isCalendarDate = (date: string): boolean => parse(date) !== undefined

/** Days since 1970-01-01 in the proleptic Gregorian calendar. */
const dayNumber = ({ year, month, day }: CalendarDay): number => {
  const shifted = month <= 2 ? year - 1 : year
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146097 + dayOfEra - 719468
}

const wholeMonths = (from: CalendarDay, to: CalendarDay): number =>
  (to.year - from.year) * 12 + to.month - from.month - (to.day < from.day ? 1 : 0)

/** An age in the units that the paediatric convention gives for it; `approximate` when the birth date is not a full one. */
export interface Age {
  readonly parts: readonly { readonly value: number; readonly unit: 'year' | 'month' | 'week' | 'day' }[]
  readonly approximate: boolean
}

const exactAge = (born: CalendarDay, today: CalendarDay): Age | undefined => {
  const days = dayNumber(today) - dayNumber(born)
  if (days < 0) return undefined
  const months = wholeMonths(born, today)
  if (days < 28) return { parts: [{ value: days, unit: 'day' }], approximate: false }
  if (months < 12) return { parts: [{ value: Math.floor(days / 7), unit: 'week' }, { value: days % 7, unit: 'day' }], approximate: false }
  if (months < 24) {
    const index = born.month - 1 + months
    const year = born.year + Math.floor(index / 12)
    const month = (index % 12) + 1
    const monthDay = { year, month, day: Math.min(born.day, daysInMonth(year, month)) }
    return { parts: [{ value: months, unit: 'month' }, { value: dayNumber(today) - dayNumber(monthDay), unit: 'day' }], approximate: false }
  }
  if (months < 18 * 12) return { parts: [{ value: Math.floor(months / 12), unit: 'year' }, { value: months % 12, unit: 'month' }], approximate: false }
  return { parts: [{ value: Math.floor(months / 12), unit: 'year' }], approximate: false }
}

/**
 * Age by the paediatric convention (NHS Common User Interface, time display): days under 4 weeks; weeks
 * and days under a year; months and days under 2 years; years and months under 18; years from then on.
 * @param birthDate FHIR date; a year or a month alone gives an approximate age in years (or months)
 * @param today YYYY-MM-DD where the patient is
 * @returns undefined when the date does not exist or lies in the future
 */
export const ageOn = (birthDate: string, today: string): Age | undefined => {
  const born = parse(birthDate)
  const now = parse(today)
  if (!born || now?.month === undefined || now.day === undefined) return undefined
  const day: CalendarDay = { year: now.year, month: now.month, day: now.day }
  if (born.month !== undefined && born.day !== undefined) return exactAge({ year: born.year, month: born.month, day: born.day }, day)
  const months = (day.year - born.year) * 12 + (born.month === undefined ? 0 : day.month - born.month)
  if (months < 0) return undefined
  if (born.month !== undefined && months < 24) return { parts: [{ value: months, unit: 'month' }], approximate: true }
  return { parts: [{ value: Math.floor(months / 12), unit: 'year' }], approximate: true }
}

const letters = { year: 'y', month: 'm', week: 'w', day: 'd' } as const

/** One part of an age in a language's short form. */
export type AgePartWords = (part: Age['parts'][number]) => string

/**
 * As screens and labels write it: `5d`, `27w 2d`, `15m 11d`, `8y 3m`, `39y`; `~45y` when approximate.
 * @param say how a part is written; in English where it is left out
 * @param between what stands between two parts
 */
export const ageInWords = (age: Age, say: AgePartWords = ({ value, unit }) => `${value}${letters[unit]}`, between = ' '): string => {
  const shown = age.parts.filter((each, index) => index === 0 || each.value !== 0)
  return `${age.approximate ? '~' : ''}${shown.map(say).join(between)}`
}

/**
 * Completed years on a day: at least `atLeast`, whatever the missing month and day are; at most `atMost`.
 * @returns undefined when the date does not exist or lies in the future
 */
export const completedYears = (birthDate: string, today: string): { readonly atLeast: number; readonly atMost: number } | undefined => {
  const ages = completedAges(birthDate, today)
  return ages && { atLeast: ages.youngest.years, atMost: ages.oldest.years }
}

/** How old somebody is on a day, completed, in each unit. */
export interface CompletedAge {
  readonly days: number
  readonly months: number
  readonly years: number
}

/**
 * Completed days, months and years on a day, between the youngest and the oldest that a birth date without month or day leaves open;
 * a full date makes both the same.
 * @param birthDate FHIR date
 * @param today YYYY-MM-DD
 * @returns undefined when the date does not exist or lies in the future
 */
export const completedAges = (birthDate: string, today: string): { readonly youngest: CompletedAge; readonly oldest: CompletedAge } | undefined => {
  const born = parse(birthDate)
  const now = parse(today)
  if (!born || now?.month === undefined || now.day === undefined) return undefined
  const day: CalendarDay = { year: now.year, month: now.month, day: now.day }
  const first = { year: born.year, month: born.month ?? 1, day: born.day ?? 1 }
  const lastMonth = born.month ?? 12
  const last = { year: born.year, month: lastMonth, day: born.day ?? daysInMonth(born.year, lastMonth) }
  if (dayNumber(first) > dayNumber(day)) return undefined
  const since = (from: CalendarDay): CompletedAge => {
    const months = Math.max(0, wholeMonths(from, day))
    return { days: Math.max(0, dayNumber(day) - dayNumber(from)), months, years: Math.floor(months / 12) }
  }
  return { youngest: since(last), oldest: since(first) }
}

/** The oldest age that a registration accepts, in years. */
const oldestAgeYears = 130

/**
 * Why a birth date cannot be right, or undefined when it can.
 * @param today YYYY-MM-DD where the patient is registered
 */
export const birthDateFault = (birthDate: string, today: string): 'not-a-date' | 'future' | 'too-old' | undefined => {
  if (!isCalendarDate(birthDate)) return 'not-a-date'
  const years = completedYears(birthDate, today)
  if (!years) return 'future'
  return years.atLeast > oldestAgeYears ? 'too-old' : undefined
}
