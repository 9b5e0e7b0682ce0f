import type { Observation } from 'fhir/r4'
import { extensions, referenceTo } from '../../systems'

/** How a value was worked out. */
export interface Calculation {
  /** Who published the formula, and when. */
  readonly source: string
  readonly formula: string
  /** In words and numbers. */
  readonly inputs: string
}

/** The Observation as one that was worked out: the formula as its method, and what it rests on. @param from ids of the Observations that went in */
export const withCalculation = (observation: Observation, { source, formula, inputs }: Calculation, from: readonly string[]): Observation => ({
  ...observation,
  method: { text: source },
  derivedFrom: from.map((id) => referenceTo('Observation', id)),
  extension: [...(observation.extension ?? []), { url: extensions.calculation, extension: [{ url: 'formula', valueString: formula }, { url: 'inputs', valueString: inputs }] }],
})

/** How a value was worked out; undefined: it was measured. */
export const calculationOf = (observation: Observation): Calculation | undefined => {
  const parts = observation.extension?.find(({ url }) => url === extensions.calculation)?.extension
  const part = (url: string) => parts?.find((each) => each.url === url)?.valueString ?? ''
  return parts && { source: observation.method?.text ?? '', formula: part('formula'), inputs: part('inputs') }
}
