import type { Gender } from '../../shared/records/patient/patient'
import { awkwardNames, cultures } from './names'
import type { Chance } from './random'

/** What a patient of the demo lives with; decides visits, vital signs and notes. */
export const conditions = ['hypertension', 'diabetes', 'asthma', 'epilepsy', 'hiv', 'copd', 'heart-failure', 'none'] as const

export type Condition = (typeof conditions)[number]

/** A made-up person. */
export interface Person {
  readonly family: string
  readonly given: string
  readonly prefix?: string
  readonly gender: Gender
  /** FHIR date; a year alone for some; absent for one in a hundred. */
  readonly birthDate?: string
  readonly ageDays: number
  readonly ageYears: number
  readonly phone?: string
  readonly address?: string
  readonly isDead: boolean
  readonly condition: Condition
  readonly allergies: 'not-asked' | 'none-known' | 'recorded'
}

const dayMs = 86_400_000

const villages = ['Hillside', 'Riverbend', 'Mango Grove', 'Old Mission', 'Station Road', 'Lower Valley', 'Salt Pan', 'Market Street']

/** Ages in days that the first people have, so that every way of writing an age occurs. */
const firstAgesDays = [0, 3, 19, 40, 250, 400, 600, 1000, 2500, 5600, 6500, 34_800, 33_000, 12_000]

const ageDaysOf = (chance: Chance, index: number): number => {
  const first = firstAgesDays[index]
  if (first !== undefined) return first
  const band = chance.next()
  if (band < 0.12) return chance.between(0, 5 * 365)
  if (band < 0.25) return chance.between(5 * 365, 16 * 365)
  if (band < 0.7) return chance.between(16 * 365, 50 * 365)
  if (band < 0.93) return chance.between(50 * 365, 75 * 365)
  return chance.between(75 * 365, 95 * 365)
}

const conditionOf = (chance: Chance, ageYears: number): Condition => {
  if (ageYears < 5) return 'none'
  if (ageYears < 18) return chance.happens(0.12) ? 'asthma' : chance.happens(0.04) ? 'epilepsy' : 'none'
  if (ageYears < 45) return chance.happens(0.3) ? chance.pick(['hiv', 'asthma', 'diabetes', 'epilepsy', 'hypertension'] as const) : 'none'
  return chance.happens(0.65) ? chance.pick(['hypertension', 'hypertension', 'diabetes', 'copd', 'heart-failure'] as const) : 'none'
}

/**
 * The made-up person of this place in the practice. Telephone numbers are from the range that the
 * British regulator keeps for drama (07700 900000–900999).
 * @param nowMs milliseconds since 1970
 */
export const personOf = (chance: Chance, index: number, nowMs: number): Person => {
  const ageDays = ageDaysOf(chance, index)
  const ageYears = Math.floor(ageDays / 365.25)
  const culture = chance.pick(cultures)
  const born = new Date(nowMs - ageDays * dayMs).toISOString().slice(0, 10)
  const awkward = awkwardNames[index]
  const gender: Gender = awkward?.gender ?? (chance.happens(0.01) ? 'unknown' : chance.happens(0.55) ? 'female' : 'male')
  const family = chance.pick(culture.families)
  const given = chance.pick(gender === 'male' ? culture.male : culture.female)
  const isHyphenated = awkward === undefined && chance.happens(0.06)
  const roll = chance.next()
  const hasPhone = chance.happens(0.8)
  const phone = `07700 900${String(chance.between(0, 999)).padStart(3, '0')}`
  const hasAddress = chance.happens(0.7)
  const address = `${chance.between(1, 240)} ${chance.pick(villages)}`
  return {
    family: awkward?.family ?? (isHyphenated ? `${family}-${chance.pick(culture.families)}` : family),
    given: awkward?.given ?? given,
    ...(chance.happens(0.04) && ageYears > 25 ? { prefix: chance.pick(['Dr', 'Rev.', 'Prof.']) } : {}),
    gender,
    ...(roll < 0.01 && index >= firstAgesDays.length ? {} : { birthDate: roll > 0.95 && ageYears > 40 ? born.slice(0, 4) : born }),
    ageDays,
    ageYears,
    ...(hasPhone ? { phone } : {}),
    ...(hasAddress ? { address } : {}),
    isDead: ageYears > 60 && chance.happens(0.05),
    condition: conditionOf(chance, ageYears),
    allergies: chance.pick(['not-asked', 'none-known', 'none-known', 'recorded'] as const),
  }
}

/** The patient at the top of the list: a chart with something in every corner. */
export const showcaseOf = (nowMs: number): Person => {
  const ageDays = 57 * 365 + 200
  return {
    family: 'Okafor-Lindqvist',
    given: 'Amara Ingrid',
    prefix: 'Dr',
    gender: 'female',
    birthDate: new Date(nowMs - ageDays * dayMs).toISOString().slice(0, 10),
    ageDays,
    ageYears: 57,
    phone: '07700 900142',
    address: '12 Hillside',
    isDead: false,
    condition: 'diabetes',
    allergies: 'recorded',
  }
}
