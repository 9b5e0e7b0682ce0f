/** What stands of reports, for everyone who reads them: charts, the laboratory's lists and what devices send. */
import { resultIdsOf } from '../../shared/records/diagnostic-report/report'
import { standingReports } from '../../shared/records/diagnostic-report/verification'
import type { Envelope } from '../../shared/records/envelope'
import { shaped } from '../../shared/records/shaped'
import type { Replica } from '../replica'

type Report = Envelope<'DiagnosticReport'>
type Result = Envelope<'Observation'>

/** More reports of one order than this are not looked at. */
const mostReports = 200

/** More results of one report than this no laboratory gives out. */
const mostResults = 2_000

/** A record as everything that reads it may count on, whichever program made it. */
export const readable = <Record extends Report | Result | Envelope<'ServiceRequest'>>(record: Record): Record => {
  const resource = shaped(record.resource)
  return resource === record.resource ? record : { ...record, resource }
}

/** The results of each report in its order, all of them read in one question: a page of reports has hundreds. What has not come yet is left out. */
export const resultsOfEach = async ({ records }: Pick<Replica, 'records'>, reports: readonly Report[]): Promise<readonly Result[][]> => {
  const ids = reports.map(({ resource }) => resultIdsOf(shaped(resource)).slice(0, mostResults))
  const found = new Map((await records.getAll('Observation', ids.flat())).map((each) => [each.id, readable(each)]))
  return ids.map((of) => of.flatMap((id) => found.get(id) ?? []))
}

/** The results of a report, in its order. */
export const resultsOf = async (replica: Pick<Replica, 'records'>, report: Report): Promise<Result[]> => (await resultsOfEach(replica, [report])).flat()

/** The reports of a patient under an accession number in whose place no other stands, the newest first. */
export const standingOf = async ({ records }: Pick<Replica, 'records'>, subject: string, accession: string): Promise<Report[]> => {
  const found = await records.find('DiagnosticReport', { where: { identifier: accession }, limit: mostReports })
  return standingReports(found.filter(({ search }) => search.subject === subject)).map(readable)
}
