import type { Envelope } from '../../../../shared/records/envelope'
import { takenAt } from '../../../../shared/records/observation/analyserClock'
import { type QualifiedRange, rangeText } from '../../../../shared/records/observation/referenceRange'
import { idIn } from '../../../../shared/records/systems'
import type { Replica } from '../../../replica'
import type { Sample, SampleResult } from '../..'
import type { FilingResult } from '../file'
import { earlierResults, type Judge } from './judge'
import { isAwaited, isSameTest, type StandingReport, testOf } from './standing'

/** What the practice itself expects of the results of an order, in the unit of each; undefined: nothing, or nobody can tell. @param measuredAt ISO instant */
export type ExpectedOf = (order: Envelope<'ServiceRequest'>, measuredAt: string) => Promise<(result: Pick<SampleResult, 'loinc' | 'ucum'>) => QualifiedRange | undefined>

/** What is known of a sample that is to be filed. */
export interface Prepared {
  readonly sample: Sample
  readonly order: Envelope<'ServiceRequest'>
  readonly standing?: StandingReport | undefined
  readonly receivedAt: string
  /** How far the analyser's clock is off, milliseconds. */
  readonly offsetMs?: number | undefined
  /** Somebody played a recording. */
  readonly isReplayed?: boolean
  readonly expectedOf?: ExpectedOf | undefined
}

const hasNoRange = ({ line }: SampleResult): boolean => line.value !== undefined && !line.range?.trim()

/** What the practice expects of each; nothing where that cannot be looked up: a record that another program made badly holds up no result, and no alert of one. */
const lookedUp = async (expectedOf: ExpectedOf, order: Prepared['order'], results: readonly SampleResult[], at: string): Promise<readonly (QualifiedRange | undefined)[]> => {
  try {
    const expected = await expectedOf(order, at)
    return results.map((result) => (hasNoRange(result) ? expected(result) : undefined))
  } catch {
    return []
  }
}

/** The results, those without a range with what the practice expects; what the analyser sent is never touched. */
const withExpected = async (order: Prepared['order'], results: readonly SampleResult[], at: string, expectedOf: ExpectedOf | undefined): Promise<(SampleResult & Pick<FilingResult, 'expected'>)[]> => {
  if (!expectedOf || !results.some(hasNoRange)) return [...results]
  const ranges = await lookedUp(expectedOf, order, results, at)
  return results.map((result, place) => {
    const range = ranges[place]
    return range ? { ...result, line: { ...result.line, range: rangeText(range) }, expected: range } : result
  })
}

/** The results of a sample as they go onto the chart: when they were measured, what is expected of them, whose place they take, what speaks against them. */
export const preparedResults = async (replica: Replica, judge: Judge, { sample, order, standing, receivedAt, offsetMs, isReplayed = false, expectedOf }: Prepared): Promise<FilingResult[]> => {
  const subject = idIn(order.resource.subject, 'Patient') ?? ''
  const taken = sample.results.map(({ measured }) => takenAt(measured, receivedAt, offsetMs))
  const before = taken.map(({ effective }) => effective).sort().at(-1) ?? receivedAt
  const earlier = await earlierResults(replica, { subject, codes: [...new Set(sample.results.map(({ loinc, line }) => loinc ?? line.code))], before, order: order.id })
  const used = new Set<string>()
  const results = await withExpected(order, sample.results, before, expectedOf)
  return results.map((result, index) => {
    const { loinc, line } = result
    const old = standing?.results.find((each) => !used.has(each.id) && isSameTest(testOf(each.resource), { code: line.code, loinc }))
    if (old) used.add(old.id)
    const replaces = old !== undefined && line.status !== 'corrected' && !isAwaited(old)
    const { holds } = judge.judge(result, { at: taken[index]!.effective, earlier: earlier.get(loinc ?? line.code), replaces, isReplayed })
    return { ...result, taken: taken[index]!, holds, ...(old ? { replaces: old.id } : {}) }
  })
}
