import type { ShownUnits } from '../basic/preferences'
import { vitals, type VitalCode, type VitalDefinition } from './vitals'

/** How a vital sign is shown and typed; it is stored in the unit of its definition whatever this says. */
export interface ShownVital {
  /** As people write the unit; empty where there is none. */
  readonly unitText: string
  /** Digits after the point. */
  readonly decimals: number
  /** From the stored unit to the shown one, unrounded. */
  readonly toShown: (stored: number) => number
  /** And back. */
  readonly toStored: (shown: number) => number
}

/** Kilograms in an avoirdupois pound, exactly (international yard and pound agreement of 1959). */
const kilogramsOfPound = 0.45359237
/** Milligrams in a decilitre for each mmol/L of glucose: its molar mass, 180.156 g/mol (IUPAC), over ten. */
const glucoseMassOfMole = 18.0156

const fahrenheit: ShownVital = { unitText: '°F', decimals: 1, toShown: (celsius) => celsius * 1.8 + 32, toStored: (degrees) => (degrees - 32) / 1.8 }
const pounds: ShownVital = { unitText: 'lb', decimals: 1, toShown: (kilograms) => kilograms / kilogramsOfPound, toStored: (weight) => weight * kilogramsOfPound }
const mass: ShownVital = { unitText: 'mg/dL', decimals: 0, toShown: (moles) => moles * glucoseMassOfMole, toStored: (milligrams) => milligrams / glucoseMassOfMole }

const asIs = (value: number): number => value

/** How a sign is shown where a practice reads these units. */
export const shownVitalOf = (code: VitalCode, units: ShownUnits): ShownVital => {
  if (code === 'temperature' && units.temperature === '[degF]') return fahrenheit
  if (code === 'weight' && units.weight === '[lb_av]') return pounds
  if (code === 'glucose' && units.glucose === 'mg/dL') return mass
  const { unitText = '', decimals }: VitalDefinition = vitals[code]
  return { unitText, decimals, toShown: asIs, toStored: asIs }
}

/** Whether a sign is shown in another unit than it is stored in. */
const isConverted = (code: VitalCode, units: ShownUnits): boolean => shownVitalOf(code, units).toShown !== asIs

/** A stored value as it is shown, rounded to the digits of its unit; what is no number is as it is. */
export const shownValue = (code: VitalCode, stored: number | string, units: ShownUnits): number | string => {
  if (typeof stored !== 'number' || !isConverted(code, units)) return stored
  const { toShown, decimals } = shownVitalOf(code, units)
  return Number(toShown(stored).toFixed(decimals))
}

/** What was typed in the shown unit, as it is stored: with as many digits as give the typed number again when it is shown. */
export const storedValue = (code: VitalCode, typed: number, units: ShownUnits): number => {
  const { decimals, typedDecimals = decimals }: VitalDefinition = vitals[code]
  return Number(shownVitalOf(code, units).toStored(typed).toFixed(isConverted(code, units) ? typedDecimals : decimals))
}
