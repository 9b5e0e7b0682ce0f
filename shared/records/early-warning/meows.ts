import type { VitalCode } from '../observation/vitals'
import { type Bands, pointsIn } from './bands'
import type { SignSet } from './news2'

/*
 * MEOWS, the modified early obstetric warning system that the Confidential Enquiry into Maternal and Child Health recommended ("Saving
 * Mothers' Lives 2003–2005", London 2007), by the triggers that were validated: Singh S, McGlennan A, England A, Simons R, Anaesthesia
 * 2012; 67: 12–18, table of red and yellow triggers. One red or two yellow trigger. Printed bounds belong to yellow on both sides
 * ("90–100" is 90 and 100). Left out: pain, which that chart asks for on a scale of 0 to 3 and ours of 0 to 10.
 */

/** What MEOWS is made of, in the order of our paper form. */
export const meowsSigns = ['respiratory-rate', 'spo2', 'bp-systolic', 'bp-diastolic', 'pulse', 'avpu', 'temperature'] as const satisfies readonly VitalCode[]

/** See {@link meowsSigns}. */
export type MeowsSign = (typeof meowsSigns)[number]

/** 1: yellow; 2: red. So two points are one red or two yellow: the trigger. */
export type MeowsPoints = 0 | 1 | 2

/** `none`: nothing yellow. `low`: one yellow. `high`: triggered. */
export type MeowsLevel = 'none' | 'low' | 'high'

/** Temperature in tenths, so that nothing lies between 36.0 and 36.1. */
const bands: Readonly<Record<Exclude<MeowsSign, 'avpu'>, Bands<MeowsPoints>>> = {
  'respiratory-rate': [[0, 2], [10, 0], [21, 1], [31, 2]],
  spo2: [[0, 2], [95, 0]],
  'bp-systolic': [[0, 2], [90, 1], [101, 0], [150, 1], [161, 2]],
  'bp-diastolic': [[0, 0], [90, 1], [101, 2]],
  pulse: [[0, 2], [40, 1], [51, 0], [100, 1], [121, 2]],
  temperature: [[0, 2], [350, 1], [361, 0], [381, 2]],
}

const pointsOf = (sign: MeowsSign, value: number | string | undefined): MeowsPoints | undefined => {
  if (value === undefined) return undefined
  // The chart has no letter for new confusion; it counts as voice does.
  if (sign === 'avpu') return typeof value === 'string' ? (value === 'A' ? 0 : value === 'P' || value === 'U' ? 2 : 1) : undefined
  if (typeof value !== 'number') return undefined
  return pointsIn(bands[sign], sign === 'temperature' ? Math.round(value * 10) : value)
}

/** What MEOWS says of signs that were taken together: the points that are known, and the level that is certain by them. */
export const meows = (signs: SignSet) => {
  const given = meowsSigns.map((sign) => [sign, pointsOf(sign, signs[sign])] as const)
  const known = given.filter((each): each is readonly [MeowsSign, MeowsPoints] => each[1] !== undefined)
  const total = known.reduce<number>((sum, [, points]) => sum + points, 0)
  const level: MeowsLevel = total >= 2 ? 'high' : total === 1 ? 'low' : 'none'
  return {
    missing: given.flatMap(([sign, points]) => (points === undefined ? [sign] : [])),
    total,
    level,
    points: Object.fromEntries(known) as Partial<Record<MeowsSign, MeowsPoints>>,
  }
}
