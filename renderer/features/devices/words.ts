import { devices } from '../../../resources/locales/en/devices'
import { fill, wording } from '../../components'

/** The wording of devices and tray. */
export const t = wording(devices)

const catalogue: Readonly<Record<string, string>> = devices

/** As {@link t}, for an id that is put together at run time; the id itself where there are no words. */
export const said = (id: string, facts?: Readonly<Record<string, string | number>>): string => fill(catalogue[id] ?? id, facts)

/** Figures after the decimal point: what a column must leave free so that its points stand below each other. */
export const decimalsOf = (text: string): number => /^\s*[<>=]*\s*-?\d+(?:\.(\d+))?\s*$/.exec(text)?.[1]?.length ?? 0

/** A UCUM unit as people write it. */
export const unitText = (unit: string): string =>
  unit.replace(/^10\*(\d+)\//, (_whole, power: string) => `10${[...power].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('')}/`).replace(/\/uL$/, '/µL')
