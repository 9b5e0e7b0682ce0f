import type { Observation } from 'fhir/r4'
import type { Envelope } from '../envelope'
import { idIn } from '../systems'
import type { EarlierResult } from './deltaCheck'
import { correctsOf } from './vitalObservation'

/** Results that are looked through for the last one of each test. */
export const mostEarlier = 500

/** What a result is compared with. */
export interface EarlierAsk {
  /** Instant: nothing from then on counts. */
  readonly before: string
  /** Results of this order are no comparison: they are of the same tube. */
  readonly order?: string | undefined
}

const isOfOrder = (resource: Observation, order: string | undefined): boolean => order !== undefined && resource.basedOn?.some((each) => idIn(each, 'ServiceRequest') === order) === true

/**
 * Finds the last accepted number of a test, as it stands now; what was replaced, rejected, not accepted, or is `> 300` is none.
 * @param found Observations of one patient, the newest first
 * @returns by the search code of the test
 */
export const earlierResultsIn = (found: readonly Envelope<'Observation'>[]): ((code: string, ask: EarlierAsk) => EarlierResult | undefined) => {
  const replaced = new Set(found.map(({ resource }) => correctsOf(resource)))
  const byCode = new Map<string, { readonly resource: Observation; readonly result: EarlierResult }[]>()
  for (const { id, resource, search: { code, date } } of found) {
    const quantity = resource.valueQuantity
    if (code === undefined || date === undefined || replaced.has(id) || (resource.status !== 'final' && resource.status !== 'corrected')) continue
    if (quantity?.value === undefined || quantity.comparator !== undefined) continue
    const result = { value: quantity.value, ...(quantity.unit === undefined ? {} : { unit: quantity.unit }), at: date }
    const others = byCode.get(code)
    if (others) others.push({ resource, result })
    else byCode.set(code, [{ resource, result }])
  }
  return (code, { before, order }) => byCode.get(code)?.find(({ resource, result }) => result.at < before && !isOfOrder(resource, order))?.result
}
