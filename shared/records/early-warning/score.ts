import type { VitalCode } from '../observation/vitals'
import { completedYears } from '../patient/age'
import { meows, meowsSigns } from './meows'
import { news2, news2FromYears, news2Signs, riskOf, type Scored, type SignSet } from './news2'
import { type PewsAge, pews, pewsAgeOf, pewsSigns } from './pews'

/** The charts by which signs are scored. */
export const warningCharts = ['news2', 'pews', 'meows'] as const

/** See {@link warningCharts}. */
export type WarningChart = (typeof warningCharts)[number]

/**
 * How bad it is, the least first, across all charts: what the response hangs on. `none`: no points. `low-medium`: NEWS2 with 3 points in one sign.
 * `emergency`: PEWS alone has it.
 */
export const warningLevels = ['none', 'low', 'low-medium', 'medium', 'high', 'emergency'] as const

/** See {@link warningLevels}. */
export type WarningLevel = (typeof warningLevels)[number]

/** The levels that a chart has, the least first. */
export const levelsOfChart: Readonly<Record<WarningChart, readonly WarningLevel[]>> = {
  news2: ['none', 'low', 'low-medium', 'medium', 'high'],
  pews: ['none', 'low', 'medium', 'high', 'emergency'],
  meows: ['none', 'low', 'high'],
}

/** Whether one level is worse than another. */
export const isWorse = (one: WarningLevel, other: WarningLevel): boolean => warningLevels.indexOf(one) > warningLevels.indexOf(other)

/** Which chart holds for a person on a day; `age` only with PEWS. */
export type ChartUsed = { readonly chart: 'news2' | 'meows' } | { readonly chart: 'pews'; readonly age: PewsAge }

interface Found {
  readonly used: ChartUsed
  /** In MEOWS: 1 yellow, 2 red. */
  readonly points: Readonly<Partial<Record<VitalCode, number>>>
  /** PEWS: a temperature at which the chart says "think sepsis"; it gives no points. */
  readonly thinkSepsis?: number
}

/** What a chart says of one set. */
export type WarningScore =
  | (Found & { readonly kind: 'score'; readonly total: number; readonly level: WarningLevel })
  /** A sign was not measured: no score; `level` is what is certain already, and it may be worse. */
  | (Found & { readonly kind: 'incomplete'; readonly missing: readonly VitalCode[]; readonly atLeast: number; readonly level: WarningLevel })
  /** Nobody knows how old the person is, or only so roughly that two charts are possible. */
  | { readonly kind: 'not-used'; readonly why: 'age-unknown' }

/**
 * The chart that holds: MEOWS in pregnancy, NEWS2 from 16 years, PEWS below, by age. Undefined: the age is not known well enough.
 * @param on calendar date, YYYY-MM-DD
 */
export const chartFor = ({ birthDate, isPregnant }: Pick<Scored, 'birthDate' | 'isPregnant'>, on: string): ChartUsed | undefined => {
  if (isPregnant) return { chart: 'meows' }
  const years = birthDate === undefined ? undefined : completedYears(birthDate, on)
  if (!years) return undefined
  if (years.atLeast >= news2FromYears) return { chart: 'news2' }
  const age = pewsAgeOf(years.atLeast)
  return years.atMost < news2FromYears && age === pewsAgeOf(years.atMost) ? { chart: 'pews', age } : undefined
}

/** The signs that a chart asks for. */
export const signsOfChart: Readonly<Record<WarningChart, readonly VitalCode[]>> = { news2: news2Signs, pews: pewsSigns, meows: meowsSigns }

const newsLevel = (total: number, points: readonly number[]): WarningLevel => (total === 0 ? 'none' : riskOf(total, points.includes(3)))

const outcome = (found: Found, missing: readonly VitalCode[], total: number, level: WarningLevel): WarningScore =>
  missing.length === 0 ? { kind: 'score', ...found, total, level } : { kind: 'incomplete', ...found, missing, atLeast: total, level }

/**
 * The score of signs that were taken together, by the chart that holds for the person. Nothing is ever taken for normal: a missing
 * sign gives `incomplete`.
 * @param on the calendar date when they were taken, YYYY-MM-DD
 */
export const warningScore = (signs: SignSet, scored: Scored, on: string): WarningScore => {
  const used = chartFor(scored, on)
  if (!used) return { kind: 'not-used', why: 'age-unknown' }
  if (used.chart === 'news2') {
    const found = news2(signs, scored, on)
    if (found.kind === 'not-used') return { kind: 'not-used', why: 'age-unknown' }
    const { points } = found
    const total = found.kind === 'score' ? found.total : found.atLeast
    return outcome({ used, points }, found.kind === 'score' ? [] : found.missing, total, newsLevel(total, Object.values(points)))
  }
  if (used.chart === 'pews') {
    const { missing, total, level, points, thinkSepsis } = pews(signs, used.age)
    return outcome({ used, points, ...(thinkSepsis === undefined ? {} : { thinkSepsis }) }, missing, total, level)
  }
  const { missing, total, level, points } = meows(signs)
  return outcome({ used, points }, missing, total, level)
}
