import type { VitalCode } from '../observation/vitals'
import { type Bands, pointsIn } from './bands'
import type { SignSet } from './news2'

/*
 * National PEWS: NHS England's "National Paediatric Early Warning System Observation and Escalation Chart" for inpatients, edition of
 * September 2023 (CS56015), one chart for each of four ages. The points were read off the four printed charts and held against the
 * scoring table of the Royal College of Paediatrics and Child Health (digital PEWS, made of NHS England's "Configuration Document for
 * SPOT NPEWS"). The charts are for children in a bed; they were not made for a waiting room.
 */

/** The four charts, by completed years. */
const pewsAges = ['0-11m', '1-4y', '5-12y', '13y'] as const

/** See {@link pewsAges}. */
export type PewsAge = (typeof pewsAges)[number]

/** The chart of an age in completed years. */
export const pewsAgeOf = (years: number): PewsAge => (years < 1 ? '0-11m' : years < 5 ? '1-4y' : years < 13 ? '5-12y' : '13y')

/** What PEWS is made of. Consciousness gives no points; it raises the level by itself. */
export const pewsSigns = ['respiratory-rate', 'respiratory-distress', 'spo2', 'inspired-oxygen', 'pulse', 'bp-systolic', 'capillary-refill', 'avpu'] as const satisfies readonly VitalCode[]

/** See {@link pewsSigns}. */
export type PewsSign = (typeof pewsSigns)[number]

/** Points of one sign: white, yellow, orange, pink. */
export type PewsPoints = 0 | 1 | 2 | 4

/** How the response goes up: by the total, or by consciousness alone. `none`: no points. */
export type PewsLevel = 'none' | 'low' | 'medium' | 'high' | 'emergency'

type ByAge = Readonly<Record<PewsAge, Bands<PewsPoints>>>

const respiratoryRate: ByAge = {
  '0-11m': [[0, 4], [10, 2], [20, 1], [30, 0], [50, 1], [60, 2], [70, 4]],
  '1-4y': [[0, 4], [10, 2], [20, 0], [40, 1], [50, 2], [60, 4]],
  '5-12y': [[0, 4], [10, 2], [15, 1], [20, 0], [25, 1], [40, 2], [50, 4]],
  '13y': [[0, 4], [10, 1], [15, 0], [25, 1], [30, 2], [40, 4]],
}
const pulse: ByAge = {
  '0-11m': [[0, 4], [80, 2], [90, 1], [110, 0], [150, 1], [170, 2], [180, 4]],
  '1-4y': [[0, 4], [60, 2], [70, 1], [90, 0], [140, 1], [150, 2], [170, 4]],
  '5-12y': [[0, 4], [60, 2], [70, 1], [80, 0], [120, 1], [140, 2], [160, 4]],
  '13y': [[0, 4], [50, 2], [60, 1], [70, 0], [100, 1], [120, 2], [130, 4]],
}
const systolic: ByAge = {
  '0-11m': [[0, 4], [50, 2], [60, 1], [70, 0], [90, 1], [100, 2], [110, 4]],
  '1-4y': [[0, 4], [50, 2], [60, 1], [80, 0], [100, 1], [120, 2], [130, 4]],
  '5-12y': [[0, 4], [70, 2], [80, 1], [90, 0], [110, 1], [120, 2], [130, 4]],
  '13y': [[0, 4], [80, 2], [90, 1], [100, 0], [120, 1], [130, 2], [140, 4]],
}
/** The same at every age. */
const spo2: Bands<PewsPoints> = [[0, 4], [92, 1], [95, 0]]
/** By flow in L/min; the chart's scale for high flow and ventilation (always 4) cannot be told from a flow alone. */
const oxygen: Bands<PewsPoints> = [[0, 0], [0.01, 1], [2, 2], [6, 4]]
/** In seconds. */
const capillaryRefill: Bands<PewsPoints> = [[0, 0], [3, 2]]
const distress: Readonly<Record<string, PewsPoints>> = { none: 0, mild: 1, moderate: 2, severe: 4 }

const bandsOf = (sign: PewsSign, age: PewsAge): Bands<PewsPoints> => {
  switch (sign) {
    case 'respiratory-rate':
      return respiratoryRate[age]
    case 'pulse':
      return pulse[age]
    case 'bp-systolic':
      return systolic[age]
    case 'spo2':
      return spo2
    case 'inspired-oxygen':
      return oxygen
    case 'capillary-refill':
      return capillaryRefill
    default:
      return []
  }
}

const pointsOf = (sign: PewsSign, value: number | string | undefined, age: PewsAge): PewsPoints | undefined => {
  if (value === undefined) return undefined
  if (sign === 'avpu') return typeof value === 'string' ? 0 : undefined
  if (sign === 'respiratory-distress') return typeof value === 'string' && Object.hasOwn(distress, value) ? distress[value] : undefined
  return typeof value === 'number' ? pointsIn(bandsOf(sign, age), value) : undefined
}

const levelOfTotal: Bands<number> = [[0, 0], [1, 1], [5, 2], [9, 3], [13, 4]]
const pewsLevels: readonly PewsLevel[] = ['none', 'low', 'medium', 'high', 'emergency']

/**
 * Escalation level: the higher of what the total asks for and of what consciousness does ("Specific concern": voice high; pain and
 * unresponsive emergency). The chart has no letter for new confusion; it counts as voice does.
 */
const levelOf = (total: number, avpu: number | string | undefined): PewsLevel => {
  const concern = avpu === 'P' || avpu === 'U' ? 4 : avpu === 'V' || avpu === 'C' ? 3 : 0
  return pewsLevels[Math.max(pointsIn(levelOfTotal, total), concern)] ?? 'none'
}

/** The chart's sepsis box: from 38.0 °C on, and below 36.0 °C. */
const sepsisTemperature = (value: number | string | undefined): number | undefined => (typeof value === 'number' && (value >= 38 || value < 36) ? value : undefined)

/** What PEWS says of signs that were taken together: the points that are known, and the level that is certain by them. */
export const pews = (signs: SignSet, age: PewsAge) => {
  const given = pewsSigns.map((sign) => [sign, pointsOf(sign, signs[sign], age)] as const)
  const known = given.filter((each): each is readonly [PewsSign, PewsPoints] => each[1] !== undefined)
  const total = known.reduce((sum, [, points]) => sum + points, 0)
  return {
    missing: given.flatMap(([sign, points]) => (points === undefined ? [sign] : [])),
    total,
    level: levelOf(total, signs.avpu),
    points: Object.fromEntries(known) as Partial<Record<PewsSign, PewsPoints>>,
    thinkSepsis: sepsisTemperature(signs.temperature),
  }
}
