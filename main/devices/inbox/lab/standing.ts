import type { Observation } from 'fhir/r4'
import type { Envelope } from '../../../../shared/records/envelope'
import { verificationOf } from '../../../../shared/records/diagnostic-report/verification'
import { resultLineOf } from '../../../../shared/records/observation/result'
import { systems } from '../../../../shared/records/systems'
import type { Replica } from '../../../replica'
import { resultsOf, standingOf } from '../../../reports'

/** What stands on the chart of an order: results of its reports, those of the newest first. */
export interface StandingReport {
  /** The newest of the reports. */
  readonly report: Envelope<'DiagnosticReport'>
  /** Ids of all of them. */
  readonly ids: readonly string[]
  readonly results: readonly Envelope<'Observation'>[]
}

/** A test, as the analyser calls it and as LOINC does, where that is known. */
interface Test {
  readonly code: string
  readonly loinc?: string | undefined
}

/** What an Observation is a result of. */
export const testOf = (observation: Observation): Test => ({ code: resultLineOf(observation).code, loinc: observation.code.coding?.find(({ system }) => system === systems.loinc)?.code })

/** Whether one may take the place of the other: what LOINC tells apart are two tests, though an analyser has one code for both. */
export const isSameTest = (one: Test, other: Test): boolean => (one.loinc !== undefined && other.loinc !== undefined ? one.loinc === other.loinc : one.code === other.code)

/** By what two results may be of one test: the code of the analyser, and LOINC where there is one. */
export const testsOf = (observation: Observation): string[] => {
  const { code, loinc } = testOf(observation)
  return [code, ...(loinc === undefined ? [] : [loinc])]
}

/** What stands of an order in the reports that have a result of one of these tests; the report with this id is left out. */
export const reportWithTests = async (replica: Pick<Replica, 'records'>, ask: { readonly subject: string; readonly accession: string; readonly tests: ReadonlySet<string>; readonly not?: string }): Promise<StandingReport | undefined> => {
  const found: Pick<StandingReport, 'report' | 'results'>[] = []
  for (const report of await standingOf(replica, ask.subject, ask.accession)) {
    if (report.id === ask.not) continue
    const results = await resultsOf(replica, report)
    if (results.some(({ resource }) => testsOf(resource).some((test) => ask.tests.has(test)))) found.push({ report, results })
  }
  const [newest, ...older] = found
  if (!newest) return undefined
  // Of a test that two reports have, the newer result stands.
  const results = older.reduce((all, each) => [...all, ...each.results.filter(({ resource }) => !all.some((newer) => isSameTest(testOf(newer.resource), testOf(resource))))], newest.results)
  return { report: newest.report, ids: found.map(({ report }) => report.id), results }
}

/** Whether a result still waits, or is to be measured again: another one of its test may take its place without asking. */
export const isOpenToReplacement = ({ resource }: Envelope<'Observation'>): boolean => resource.status === 'preliminary' || resource.status === 'cancelled'

/** Whether the next result of this test is what everybody waits for: it is to be measured again, or the analyser itself called it preliminary. */
export const isAwaited = ({ resource }: Envelope<'Observation'>): boolean => {
  const verification = verificationOf(resource)
  if (resource.status === 'cancelled') return true
  return resource.status === 'preliminary' && verification?.state === 'waiting' && verification.holds.length > 0 && verification.holds.every((reason) => reason === 'analyser-doubts')
}
