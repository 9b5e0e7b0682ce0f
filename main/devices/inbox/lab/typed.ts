import { done, refuse, type Answer } from '../../../../shared/contract'
import type { Envelope } from '../../../../shared/records/envelope'
import { lineOfTyped, observationOfTyped, type TypedResult } from '../../../../shared/records/observation/typedResult'
import { idIn } from '../../../../shared/records/systems'
import { recordIdOfKey, type Replica } from '../../../replica'
import { fileReport, verified } from '../file'
import { completeAnswered } from '../tube'
import type { Decider } from '../inbox'
import { earlierResults, type Judge } from './judge'
import { isOpenToReplacement, isSameTest, reportWithTests, testOf } from './standing'

/** Results that a person typed for one order, to be judged and filed like an analyser's. */
export interface TypedReport {
  /** Of the act; the same key is the same report. */
  readonly key: string
  readonly order: Envelope<'ServiceRequest'>
  /** Of the tube. */
  readonly accession: string
  readonly title: string
  readonly results: readonly TypedResult[]
  /** When the sample was taken, ISO instant. */
  readonly effective: string
}

/**
 * Puts typed results on the chart of their order by the rules that hold for an analyser's: what speaks against one, it waits for, and what is critical is told. A result
 * that still waits is replaced; one that was decided about is not: that is a correction, `already-filed`.
 * @returns the report as it stands
 */
export const fileTyped = async (replica: Replica, judge: Judge, { key, order, accession, title, results, effective }: TypedReport, by: Decider, at: string): Promise<Answer<Envelope<'DiagnosticReport'>>> => {
  const reportKey = `typed/${order.id}/${key}`
  const subject = idIn(order.resource.subject, 'Patient') ?? ''
  const complete = () => completeAnswered(replica, { subject, accession, author: by.practitioner })
  const known = await replica.records.get('DiagnosticReport', recordIdOfKey(replica.practice, 'DiagnosticReport', reportKey))
  if (known) {
    // The power may have gone between the report and its order.
    await complete()
    return done(known)
  }
  const tests = new Set(results.flatMap(({ code, loinc }) => (loinc === undefined ? [code] : [code, loinc])))
  const standing = await reportWithTests(replica, { subject, accession, tests })
  const oldOf = ({ code, loinc }: TypedResult) => standing?.results.find(({ resource }) => isSameTest(testOf(resource), { code, loinc }))
  if (results.some((result) => {
    const old = oldOf(result)
    return old !== undefined && !isOpenToReplacement(old)
  })) return refuse('already-filed')
  const earlier = await earlierResults(replica, { subject, codes: [...tests], before: effective, order: order.id })
  const ids = results.map((_each, index) => recordIdOfKey(replica.practice, 'Observation', `${reportKey}/${index}`))
  const observations = results.map((result, index) => {
    const { comment: _remark, ...line } = lineOfTyped(result)
    const replaces = oldOf(result)?.id
    const { holds } = judge.judge({ line, ...(result.loinc !== undefined && { loinc: result.loinc }) }, { at: effective, earlier: earlier.get(result.loinc ?? result.code), replaces: false })
    const resource = observationOfTyped(result, { subject, order: order.id, effective, by: by.practitioner, ids })
    return { key: `${reportKey}/${index}`, resource: verified(resource, { holds, replaces, isCorrected: false }), replaces }
  })
  const report = await fileReport(replica, {
    key: reportKey, accession, author: by.practitioner, observations, order, standing, title: standing?.report.resource.code.text ?? title, issued: at, origin: { kind: 'typed' }, filedBy: by.practitioner, judge, at,
  })
  await complete()
  return done(report)
}
