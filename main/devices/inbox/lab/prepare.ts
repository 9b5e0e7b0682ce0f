import type { Envelope } from '../../../../shared/records/envelope'
import { takenAt } from '../../../../shared/records/observation/analyserClock'
import { idIn } from '../../../../shared/records/systems'
import type { Replica } from '../../../replica'
import type { Sample } from '../..'
import type { FilingResult } from '../file'
import { earlierResults, type Judge } from './judge'
import { isAwaited, isSameTest, type StandingReport, testOf } from './standing'

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
}

/** The results of a sample as they go onto the chart: when they were measured, whose place they take, what speaks against them. */
export const preparedResults = async (replica: Replica, judge: Judge, { sample, order, standing, receivedAt, offsetMs, isReplayed = false }: Prepared): Promise<FilingResult[]> => {
  const subject = idIn(order.resource.subject, 'Patient') ?? ''
  const taken = sample.results.map(({ measured }) => takenAt(measured, receivedAt, offsetMs))
  const before = taken.map(({ effective }) => effective).sort().at(-1) ?? receivedAt
  const earlier = await earlierResults(replica, { subject, codes: [...new Set(sample.results.map(({ loinc, line }) => loinc ?? line.code))], before, order: order.id })
  const used = new Set<string>()
  return sample.results.map((result, index) => {
    const { loinc, line } = result
    const old = standing?.results.find((each) => !used.has(each.id) && isSameTest(testOf(each.resource), { code: line.code, loinc }))
    if (old) used.add(old.id)
    const replaces = old !== undefined && line.status !== 'corrected' && !isAwaited(old)
    const { holds } = judge.judge(result, { at: taken[index]!.effective, earlier: earlier.get(loinc ?? line.code), replaces, isReplayed })
    return { ...result, taken: taken[index]!, holds, ...(old ? { replaces: old.id } : {}) }
  })
}
