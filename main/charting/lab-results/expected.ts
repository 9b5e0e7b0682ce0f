import type { Catalogue } from '../../../shared/contract'
import type { Envelope } from '../../../shared/records/envelope'
import { type QualifiedRange, rangeInUnit } from '../../../shared/records/observation/referenceRange'
import { idIn } from '../../../shared/records/systems'
import { substanceOf } from '../../../shared/standards/ucum'
import type { ChartingParts } from '../parts'
import { definitionsOf, tubeOf } from './ordered'
import { personOn } from './person'
import { expectedOf, type RangeCatalogue, unitOfTest } from './ranges'

/** A result as far as it decides which range holds. */
interface Measured {
  readonly loinc?: string | undefined
  /** UCUM; `1`: without dimension. Absent: not known, and no range holds. */
  readonly ucum?: string | undefined
}

const definitionFor = (loinc: string, order: ReturnType<typeof definitionsOf>, catalogue: Catalogue) =>
  order.find((test) => test.loinc === loinc) ?? catalogue.tests.find((test) => test.loinc === loinc && test.isRetired !== true)

/**
 * What the catalogue expects of a patient's results that came without a range, by LOINC code, in the unit of the result: the range that holds of the person on the day
 * when the sample was taken.
 */
export const openExpected = (parts: ChartingParts, catalogue: Pick<RangeCatalogue, 'read'>) => {
  const { records } = parts.replica
  /** @param measuredAt ISO instant; counts where nobody said when the sample was taken */
  return async (order: Envelope<'ServiceRequest'>, measuredAt: string): Promise<(result: Measured) => QualifiedRange | undefined> => {
    const patient = await records.get('Patient', idIn(order.resource.subject, 'Patient') ?? '')
    if (!patient) return () => undefined
    const [known, tube] = await Promise.all([catalogue.read(), tubeOf(records, order)])
    const [person, ordered] = [await personOn(parts.replica, patient, tube.collectedAt ?? measuredAt), definitionsOf(order.resource, known)]
    return ({ loinc, ucum }) => {
      const test = loinc === undefined ? undefined : definitionFor(loinc, ordered, known)
      if (!test || ucum === undefined) return undefined
      const { range } = expectedOf(test, person)
      const unit = unitOfTest(test)
      return range && (unit === ucum ? range : rangeInUnit(range, unit, ucum, substanceOf(loinc)?.gramsPerMole))
    }
  }
}
