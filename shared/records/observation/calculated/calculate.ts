import { conversionOf, substanceOf } from '../../../standards/ucum'
import { type Formula, type FormulaPerson, formulas, type Refusal } from './formulas'

/** A result that a formula may take. */
export interface Measured {
  readonly loinc?: string
  /** As it was typed or sent. */
  readonly text: string
  readonly value?: number
  readonly comparator?: string
  /** UCUM; absent for numbers without dimension. */
  readonly unit?: string
}

/** A test of the catalogue in which a calculated value may be given. */
export interface CalculatedTest {
  readonly code: string
  readonly name: string
  readonly loinc?: string
  /** UCUM. */
  readonly unit?: string
  readonly decimals?: number
}

/** A value that was worked out of others. */
export interface Calculated {
  readonly formula: Formula
  readonly code: string
  readonly name: string
  readonly loinc: string
  readonly value: number
  readonly text: string
  readonly unit: string
  /** The results that it rests on, by their place in what was given. */
  readonly from: readonly number[]
  /** In words and numbers: `total cholesterol 200 mg/dL, …`. */
  readonly inputs: string
}

/** A value that could have been worked out of what was measured, and was not. */
export interface NotCalculated {
  readonly formula: Formula
  readonly name: string
  readonly refused: Refusal
}

/** What {@link calculatedOf} finds. */
export interface CalculatedResults {
  readonly values: readonly Calculated[]
  readonly refused: readonly NotCalculated[]
}

/** Two units that count the same: a milliequivalent of an ion with one charge is a millimole. */
const withoutEquivalents = (unit: string): string => unit.replace(/^meq\b/, 'mmol')

const worked = (formula: Formula, measured: readonly Measured[], from: readonly number[], person: FormulaPerson): number | Refusal => {
  const inputs: number[] = []
  for (const [index, place] of from.entries()) {
    const { value, comparator, unit, loinc } = measured[place]!
    if (value === undefined || comparator !== undefined) return 'no-number'
    const conversion = conversionOf(withoutEquivalents(unit ?? '1'), formula.inputs[index]!.unit, substanceOf(loinc)?.gramsPerMole)
    if (!conversion.ok) return 'unit'
    // What is measured is never negative; a product of binary fractions is cut to what any unit can use.
    if (value < 0) return 'impossible'
    inputs.push(Number((value * conversion.factor).toPrecision(12)))
  }
  const result = formula.of(inputs, person)
  return typeof result === 'number' && !Number.isFinite(result) ? 'impossible' : result
}

/** The number in the unit of the catalogue, written as exactly as the formula's own unit allows. */
const written = (value: number, formula: Formula, test: CalculatedTest | undefined): { readonly text: string; readonly value: number; readonly unit: string } | undefined => {
  const unit = test?.unit ?? formula.unit
  if (unit === formula.unit) {
    const text = value.toFixed(test?.decimals ?? formula.decimals)
    return { text, value: Number(text), unit }
  }
  const conversion = conversionOf(formula.unit, unit, substanceOf(formula.loinc[0])?.gramsPerMole)
  if (!conversion.ok) return undefined
  const given = value * conversion.factor
  const decimals = test?.decimals ?? (formula.other?.unit === unit ? formula.other.decimals : undefined)
  const text = decimals === undefined ? String(Number(given.toPrecision(3))) : given.toFixed(decimals)
  return { text, value: Number(text), unit }
}

/**
 * Everything that follows from these results of one sample; what was measured itself is never worked out beside it.
 * @param tests of the catalogue: their unit and decimals are used for their values
 */
export const calculatedOf = (measured: readonly Measured[], person: FormulaPerson, tests: readonly CalculatedTest[] = []): CalculatedResults => {
  const values: Calculated[] = []
  const refused: NotCalculated[] = []
  for (const formula of formulas) {
    if (measured.some(({ loinc }) => loinc !== undefined && formula.loinc.includes(loinc))) continue
    const from = formula.inputs.map((input) => measured.findIndex(({ loinc }) => loinc !== undefined && input.loinc.includes(loinc)))
    if (from.includes(-1)) continue
    const [defined] = formula.loinc.flatMap((code) => tests.filter(({ loinc }) => loinc === code))
    // Nobody set a unit for it: it is given in that of what it rests on.
    const test = defined ?? (formula.other && measured[from[0]!]!.unit === formula.other.unit ? { code: formula.code, name: formula.name, ...formula.other } : undefined)
    const name = test?.name ?? formula.name
    const result = worked(formula, measured, from, person)
    const given = typeof result === 'number' ? written(result, formula, test) : undefined
    if (typeof result !== 'number' || !given) {
      refused.push({ formula, name, refused: typeof result === 'number' ? 'unit' : result })
      continue
    }
    const inputs = from.map((place, index) => [formula.inputs[index]!.symbol, measured[place]!.text, measured[place]!.unit ?? ''].filter(Boolean).join(' ')).join(', ')
    values.push({ formula, code: test?.code ?? formula.code, name, loinc: test?.loinc ?? formula.loinc[0]!, ...given, from, inputs })
  }
  return { values, refused }
}
