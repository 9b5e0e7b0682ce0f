import type { ResultLine } from '../../shared/records/observation/result'
import type { Chance } from './random'

/** The analyser that the demo's earlier results came from: the same profile as the simulated one. */
export const demoAnalyser = { kind: 'device', device: 'Sysmex XN-350 (simulated)', profile: 'sysmex-xn' } as const

interface Count {
  readonly code: string
  readonly name: string
  readonly unit: string
  readonly low: number
  readonly high: number
  readonly decimals: number
}

const counts: readonly Count[] = [
  { code: 'WBC', name: 'White cells', unit: '10*9/L', low: 4, high: 11, decimals: 2 },
  { code: 'RBC', name: 'Red cells', unit: '10*12/L', low: 3.8, high: 5.8, decimals: 2 },
  { code: 'HGB', name: 'Haemoglobin', unit: 'g/L', low: 120, high: 165, decimals: 0 },
  { code: 'HCT', name: 'Haematocrit', unit: '%', low: 36, high: 50, decimals: 1 },
  { code: 'MCV', name: 'Mean cell volume', unit: 'fL', low: 80, high: 100, decimals: 1 },
  { code: 'PLT', name: 'Platelets', unit: '10*9/L', low: 150, high: 400, decimals: 0 },
]

/** A full blood count, one in four lines outside of its range. */
export const bloodCountOf = (chance: Chance): ResultLine[] =>
  counts.map(({ code, name, unit, low, high, decimals }) => {
    const middle = (low + high) / 2
    const width = high - low
    const value = Number(Math.max(low * 0.3, chance.around(middle, width * (chance.happens(0.2) ? 0.8 : 0.25))).toFixed(decimals))
    const flag = value < low ? 'L' : value > high ? 'H' : undefined
    return { code, name, text: value.toFixed(decimals), value, unit, range: `${low}–${high}`, status: 'final', ...(flag === undefined ? {} : { flag }) }
  })
