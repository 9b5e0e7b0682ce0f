import { completedYears } from '../patient/age'
import type { VitalCode } from '../observation/vitals'

/*
 * NEWS2, the National Early Warning Score (Royal College of Physicians, "National Early Warning Score (NEWS) 2", London 2017):
 * chart 1 (points), chart 2 (thresholds and triggers), chart 4 (clinical response).
 */

/** The signs that NEWS2 is made of, in the order of its chart. `inspired-oxygen` is the flow in L/min; 0 is air. */
export const news2Signs = ['respiratory-rate', 'spo2', 'inspired-oxygen', 'bp-systolic', 'pulse', 'avpu', 'temperature'] as const satisfies readonly VitalCode[]

/** See {@link news2Signs}. */
export type News2Sign = (typeof news2Signs)[number]

/** Points of one sign. */
export type Points = 0 | 1 | 2 | 3

/** Which SpO₂ chart holds: 2 only for confirmed hypercapnic respiratory failure with a target of 88–92 %, set by a prescriber. */
export type Spo2Scale = 1 | 2

/** Signs of one set, in the units of `vitals`. */
export type SignSet = Readonly<Partial<Record<VitalCode, number | string>>>

/** Clinical risk (chart 2). */
export type Risk = 'low' | 'low-medium' | 'medium' | 'high'

/** Who is scored: what decides whether NEWS2 may be used at all. */
export interface Scored {
  /** FHIR date; absent: not known. */
  readonly birthDate?: string
  readonly isPregnant: boolean
  readonly scale: Spo2Scale
}

/** What NEWS2 says of one set. */
export type News2 =
  | { readonly kind: 'score'; readonly total: number; readonly risk: Risk; readonly points: Readonly<Record<News2Sign, Points>> }
  /** A sign was not measured: no score, and what the others come to is only where it begins. */
  | { readonly kind: 'incomplete'; readonly missing: readonly News2Sign[]; readonly atLeast: number; readonly points: Readonly<Partial<Record<News2Sign, Points>>> }
  /** NEWS2 is not made for this person (under 16, pregnant), or nobody knows how old they are. */
  | { readonly kind: 'not-used'; readonly why: 'under-16' | 'pregnant' | 'age-unknown' }

/** From this age on NEWS2 is used, in years. */
export const news2FromYears = 16

/** Steps from below: the points of the first step whose `to` the value does not exceed; those of `above` beyond the last. */
interface Steps {
  readonly upTo: readonly { readonly to: number; readonly points: Points }[]
  readonly above: Points
}

const steps = (...upTo: readonly (readonly [to: number, points: Points])[]) => ({
  above: (points: Points): Steps => ({ upTo: upTo.map(([to, worth]) => ({ to, points: worth })), above: points }),
})

/** Chart 1, row by row. */
const chart = {
  'respiratory-rate': steps([8, 3], [11, 1], [20, 0], [24, 2]).above(3),
  'bp-systolic': steps([90, 3], [100, 2], [110, 1], [219, 0]).above(3),
  pulse: steps([40, 3], [50, 1], [90, 0], [110, 1], [130, 2]).above(3),
  temperature: steps([35, 3], [36, 1], [38, 0], [39, 1]).above(2),
} as const
const spo2 = {
  scale1: steps([91, 3], [93, 2], [95, 1]).above(0),
  scale2OnAir: steps([83, 3], [85, 2], [87, 1]).above(0),
  scale2OnOxygen: steps([83, 3], [85, 2], [87, 1], [92, 0], [94, 1], [96, 2]).above(3),
} as const

const pointsOn = ({ upTo, above }: Steps, value: number): Points => upTo.find(({ to }) => value <= to)?.points ?? above

/** Points of one sign; undefined where it was not measured, or where the points hang on another sign that was not. */
const pointsOf = (sign: News2Sign, signs: SignSet, scale: Spo2Scale): Points | undefined => {
  const value = signs[sign]
  if (sign === 'avpu') return typeof value === 'string' ? (value === 'A' ? 0 : 3) : undefined
  if (typeof value !== 'number') return undefined
  if (sign === 'inspired-oxygen') return value > 0 ? 2 : 0
  if (sign !== 'spo2') return pointsOn(chart[sign], value)
  if (scale === 1) return pointsOn(spo2.scale1, value)
  const oxygen = signs['inspired-oxygen']
  // From 93 % on, scale 2 counts only under oxygen.
  if (typeof oxygen !== 'number') return value <= 92 ? pointsOn(spo2.scale2OnAir, value) : undefined
  return pointsOn(oxygen > 0 ? spo2.scale2OnOxygen : spo2.scale2OnAir, value)
}

const whyNotUsed = ({ birthDate, isPregnant }: Scored, on: string): Extract<News2, { kind: 'not-used' }>['why'] | undefined => {
  if (isPregnant) return 'pregnant'
  const years = birthDate === undefined ? undefined : completedYears(birthDate, on)
  if (!years) return 'age-unknown'
  if (years.atMost < news2FromYears) return 'under-16'
  return years.atLeast < news2FromYears ? 'age-unknown' : undefined
}

/** Chart 2: by the total, and whether one sign alone gives 3. */
export const riskOf = (total: number, isThreeInOne: boolean): Risk => {
  if (total >= 7) return 'high'
  if (total >= 5) return 'medium'
  return isThreeInOne ? 'low-medium' : 'low'
}

/**
 * NEWS2 of a set of signs that were taken together. Nothing is ever taken for normal: a missing sign gives `incomplete`.
 * @param on the calendar date when they were taken, YYYY-MM-DD
 */
export const news2 = (signs: SignSet, scored: Scored, on: string): News2 => {
  const why = whyNotUsed(scored, on)
  if (why) return { kind: 'not-used', why }
  const given = news2Signs.map((sign) => [sign, pointsOf(sign, signs, scored.scale)] as const)
  const known = given.filter((each): each is readonly [News2Sign, Points] => each[1] !== undefined)
  const total = known.reduce((sum, [, points]) => sum + points, 0)
  const points = Object.fromEntries(known)
  const missing = news2Signs.filter((sign) => signs[sign] === undefined)
  if (known.length < news2Signs.length) return { kind: 'incomplete', missing, atLeast: total, points }
  return { kind: 'score', total, risk: riskOf(total, known.some(([, worth]) => worth === 3)), points: points as Record<News2Sign, Points> }
}
