import { isSameMeasurement } from '../../standards/ucum'
import type { LabOrderFacts, OrderedTest } from './order'

/** What a result is of: the code of analyser or catalogue, and LOINC's, where it is known. */
export interface ResultCodes {
  readonly code: string
  readonly loinc?: string | undefined
}

/**
 * Whether a result of the same tube is what a test asks for: the same LOINC code, the catalogue's own code, or the same measurement by mass
 * where the amount was ordered.
 */
export const answersTest = (test: OrderedTest, { code, loinc }: ResultCodes): boolean => {
  if (test.loinc === undefined || loinc === undefined) return code === test.code
  return test.loinc === loinc || isSameMeasurement(test.loinc, loinc)
}

/** The tests of an order that no result answers yet. Of one in words, or when it was closed without the rest, none; what is worked out is never waited for. */
export const testsMissing = ({ tests, closed }: Pick<LabOrderFacts, 'tests' | 'closed'>, results: readonly ResultCodes[]): OrderedTest[] =>
  closed ? [] : tests.filter((test) => !test.isCalculated && !results.some((result) => answersTest(test, result)))

/** The results that answer an order; all of them, where it was ordered in words. */
export const resultsFor = <Result extends ResultCodes>({ tests }: Pick<LabOrderFacts, 'tests'>, results: readonly Result[]): Result[] =>
  tests.length === 0 ? [...results] : results.filter((result) => tests.some((test) => answersTest(test, result)))

/** Whether an order has all that it waits for. */
export const isAnswered = (order: Pick<LabOrderFacts, 'tests' | 'closed'>, results: readonly ResultCodes[]): boolean => resultsFor(order, results).length > 0 && testsMissing(order, results).length === 0
