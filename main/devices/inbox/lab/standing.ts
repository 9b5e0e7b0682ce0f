import type { Observation } from 'fhir/r4'
import type { Envelope } from '../../../../shared/records/envelope'
import { resultIdsOf } from '../../../../shared/records/diagnostic-report/report'
import { standingReports, verificationOf } from '../../../../shared/records/diagnostic-report/verification'
import { resultLineOf } from '../../../../shared/records/observation/result'
import { systems } from '../../../../shared/records/systems'
import type { Replica } from '../../../replica'

/** A report that stands on the chart, with its results in order. */
export interface StandingReport {
  readonly report: Envelope<'DiagnosticReport'>
  readonly results: readonly Envelope<'Observation'>[]
}

/** More reports of one order than this are not looked at. */
const mostReports = 200

/** The results of a report, in its order. */
export const resultsOf = async ({ records }: Pick<Replica, 'records'>, report: Envelope<'DiagnosticReport'>): Promise<Envelope<'Observation'>[]> =>
  (await Promise.all(resultIdsOf(report.resource).map((id) => records.get('Observation', id)))).filter((each) => each !== undefined)

/** The reports of a patient under an accession number in whose place no other stands, the newest first. */
export const standingOf = async (replica: Pick<Replica, 'records'>, subject: string, accession: string): Promise<Envelope<'DiagnosticReport'>[]> => {
  const found = await replica.records.find('DiagnosticReport', { where: { identifier: accession }, limit: mostReports })
  return standingReports(found.filter(({ search }) => search.subject === subject))
}

/** By what two results are of one test: the code of the analyser, and LOINC where there is one. */
export const testsOf = (observation: Observation): string[] => {
  const loinc = observation.code.coding?.find(({ system }) => system === systems.loinc)?.code
  return [resultLineOf(observation).code, ...(loinc === undefined ? [] : [loinc])]
}

/** The standing reports of an order that have a result of one of these tests, the newest first; the one with this id is left out. */
export const reportsWithTests = async (replica: Pick<Replica, 'records'>, ask: { readonly subject: string; readonly accession: string; readonly tests: ReadonlySet<string>; readonly not?: string }): Promise<StandingReport[]> => {
  const found: StandingReport[] = []
  for (const report of await standingOf(replica, ask.subject, ask.accession)) {
    if (report.id === ask.not) continue
    const results = await resultsOf(replica, report)
    if (results.some(({ resource }) => testsOf(resource).some((test) => ask.tests.has(test)))) found.push({ report, results })
  }
  return found
}

/** Whether a result still waits, or is to be measured again: another one of its test may take its place without asking. */
export const isOpenToReplacement = ({ resource }: Envelope<'Observation'>): boolean => resource.status === 'preliminary' || resource.status === 'cancelled'

/** Whether the next result of this test is what everybody waits for: it is to be measured again, or the analyser itself called it preliminary. */
export const isAwaited = ({ resource }: Envelope<'Observation'>): boolean => {
  const verification = verificationOf(resource)
  if (resource.status === 'cancelled') return true
  return resource.status === 'preliminary' && verification?.state === 'waiting' && verification.holds.length > 0 && verification.holds.every((reason) => reason === 'analyser-doubts')
}
