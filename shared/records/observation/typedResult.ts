import type { Observation } from 'fhir/r4'
import { catalogueSystem } from '../lab-catalogue/definitions'
import { systems } from '../systems'
import { type Calculation, withCalculation } from './calculated'
import { type QualifiedRange, rangeText, referenceRangeOf } from './referenceRange'
import { observationOfResult, type ResultLine } from './result'

/** A result that a person typed, or that was worked out of those. */
export interface TypedResult {
  /** Of the catalogue. */
  readonly code: string
  readonly name: string
  readonly loinc?: string
  /** As it was typed, or chosen. */
  readonly text: string
  readonly value?: number
  readonly comparator?: NonNullable<ResultLine['comparator']>
  /** UCUM; absent for words and numbers without dimension. */
  readonly unit?: string
  /** One of the answers of the catalogue, not words of one's own. */
  readonly isCoded?: boolean
  readonly method?: string
  readonly comment?: string
  /** The range that held for this person on that day. */
  readonly range?: QualifiedRange
  readonly calculation?: Calculation & {
    /** The results that it rests on, by their place among those that are filed together. */
    readonly from: readonly number[]
  }
}

/** The line of a report that a typed result is, for the rules of the laboratory. */
export const lineOfTyped = ({ code, name, text, value, comparator, unit, range, comment }: TypedResult): ResultLine => {
  const expected = range && rangeText(range)
  return {
    code, name, text, status: 'final',
    ...(value !== undefined && { value }), ...(comparator !== undefined && { comparator }), ...(unit !== undefined && { unit }), ...(expected ? { range: expected } : {}), ...(comment !== undefined && { comment }),
  }
}

/** What the Observation of a typed result knows besides. */
interface TypedContext {
  readonly subject: string
  readonly order: string
  /** When the sample was taken, ISO instant. */
  readonly effective: string
  /** Practitioner id of the person who typed it. */
  readonly by: string
  /** Ids of all that are filed together, in order. */
  readonly ids: readonly string[]
}

/** The Observation of a typed result: the code of the catalogue beside LOINC, the range that held, and how it was worked out. */
export const observationOfTyped = (result: TypedResult, { subject, order, effective, by, ids }: TypedContext): Observation => {
  const plain = observationOfResult(lineOfTyped(result), { subject, order, effective, origin: { kind: 'typed' }, loinc: result.loinc, filedBy: by })
  const observation: Observation = {
    ...plain,
    code: { ...plain.code, coding: (plain.code.coding ?? []).map((each) => (each.system === systems.analyserTest ? { ...each, system: catalogueSystem } : each)) },
    ...(plain.valueQuantity && result.unit !== undefined && { valueQuantity: { ...plain.valueQuantity, system: systems.ucum, code: result.unit } }),
    ...(result.range && { referenceRange: [referenceRangeOf(result.range, result.unit ?? '1')] }),
    ...(result.method !== undefined && { method: { text: result.method } }),
  }
  if (result.isCoded) {
    delete observation.valueString
    observation.valueCodeableConcept = { text: result.text }
  }
  return result.calculation ? withCalculation(observation, result.calculation, result.calculation.from.flatMap((place) => ids[place] ?? [])) : observation
}
