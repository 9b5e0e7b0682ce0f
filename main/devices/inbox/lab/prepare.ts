import type { Envelope } from '../../../../shared/records/envelope'
import { takenAt } from '../../../../shared/records/observation/analyserClock'
import { idIn } from '../../../../shared/records/systems'
import type { Replica } from '../../../replica'
import type { Sample } from '../..'
import type { FilingResult } from '../file'
import { earlierResults, type Judge } from './judge'
import { isAwaited, type StandingReport, testsOf } from './standing'

/** What is known of a sample that is to be filed. */
export interface Prepared {
  readonly sample: Sample
  readonly order: Envelope<'ServiceRequest'>
  readonly standing?: StandingReport | undefined
  readonly receivedAt: string
  /** How far the analyser's clock is off, milliseconds. */
  readonly offsetMs?: number | undefined
}

/** The results of a sample as they go onto the chart: when they were measured, whose place they take, what speaks against them. */
export const preparedResults = async (replica: Replica, judge: Judge, { sample, order, standing, receivedAt, offsetMs }: Prepared): Promise<FilingResult[]> => {
  const subject = idIn(order.resource.subject, 'Patient') ?? ''
  const taken = sample.results.map(({ measured }) => takenAt(measured, receivedAt, offsetMs))
  const before = taken.map(({ effective }) => effective).sort().at(-1) ?? receivedAt
  const earlier = await earlierResults(replica, { subject, codes: [...new Set(sample.results.map(({ loinc, line }) => loinc ?? line.code))], before, order: order.id })
  const replaceable = new Map((standing?.results ?? []).flatMap((each) => testsOf(each.resource).map((test) => [test, each] as const)))
  /** The one with the same code of the analyser, unless LOINC says that they are two tests. */
  const ofCode = (code: string, loinc: string | undefined) => {
    const found = replaceable.get(code)
    const isOther = loinc !== undefined && found && testsOf(found.resource).some((test) => test !== code && test !== loinc)
    return isOther ? undefined : found
  }
  const used = new Set<string>()
  return sample.results.map((result, index) => {
    const { loinc, line } = result
    const candidate = (loinc === undefined ? undefined : replaceable.get(loinc)) ?? ofCode(line.code, loinc)
    const old = candidate && !used.has(candidate.id) ? candidate : undefined
    if (old) used.add(old.id)
    const replaces = old !== undefined && line.status !== 'corrected' && !isAwaited(old)
    const { holds } = judge.judge(result, { at: taken[index]!.effective, earlier: earlier.get(loinc ?? line.code), replaces })
    return { ...result, taken: taken[index]!, holds, ...(old ? { replaces: old.id } : {}) }
  })
}
