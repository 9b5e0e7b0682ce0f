import type { Envelope, RecordType, ResourceOf } from '../../../shared/records/envelope'
import { correctsOf } from '../../../shared/records/observation/vitalObservation'
import { idIn, systems } from '../../../shared/records/systems'
import type { Replica } from '../types'

/** One version of a record, whichever way it came about. */
export interface RecordVersion<Type extends RecordType = RecordType> {
  /** The record that holds this version: the same for all where records are revised, one each where they are corrected. */
  readonly id: string
  readonly resource: ResourceOf[Type]
  /** Practitioner id, or `device:<id>`, or `system`. */
  readonly author: string
  /** Prefix of the workstation; `merge`: two workstations' changes were put together. */
  readonly station: string
  /** Hybrid logical clock stamp. */
  readonly at: string
  /** Stamps of the versions that it was made from; absent: it is not known, or it is the first. */
  readonly after?: readonly string[]
}

/** More versions than this of one record are not followed: only a damaged chain is longer. */
const mostVersions = 500

const versionOf = ({ id, resource, author, station, at, after }: Envelope): RecordVersion => ({ id, resource, author, station, at, ...(after && { after }) })

const inOrder = (versions: Iterable<RecordVersion>): RecordVersion[] => [...versions].sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0))

const revisions = (record: Envelope): RecordVersion[] => [...record.prior.map((version) => ({ id: record.id, ...version })), versionOf(record)]

/** An Observation with all that it corrects and all that corrects it. A correction has the instant of what it corrects. */
const corrections = async ({ records }: Replica, observation: Envelope<'Observation'>): Promise<RecordVersion[]> => {
  const chain = new Map<string, Envelope<'Observation'>>([[observation.id, observation]])
  for (let old = correctsOf(observation.resource); old !== undefined && !chain.has(old) && chain.size < mostVersions; ) {
    const found = await records.get('Observation', old)
    if (found === undefined) break
    chain.set(found.id, found)
    old = correctsOf(found.resource)
  }
  const { subject, date } = observation.search
  const beside = subject === undefined || date === undefined ? [] : await records.find('Observation', { where: { subject, date }, limit: mostVersions })
  for (let grown = true; grown; ) {
    grown = false
    for (const each of beside) {
      const old = correctsOf(each.resource)
      if (old === undefined || !chain.has(old) || chain.has(each.id)) continue
      chain.set(each.id, each)
      grown = true
    }
  }
  return [...chain.values()].flatMap(revisions)
}

/** Reports of one order: an analyser sends a corrected one under the accession number of the first. */
const reports = async ({ records }: Replica, report: Envelope<'DiagnosticReport'>): Promise<RecordVersion[]> => {
  const { subject } = report.search
  const accession = report.resource.identifier?.find(({ system }) => system === systems.accession)?.value
  if (subject === undefined || accession === undefined) return revisions(report)
  const same = await records.find('DiagnosticReport', { where: { subject }, limit: mostVersions })
  const ofOrder = same.filter(({ resource }) => resource.identifier?.some(({ system, value }) => system === systems.accession && value === accession))
  return ofOrder.some(({ id }) => id === report.id) ? ofOrder.flatMap(revisions) : revisions(report)
}

/**
 * Every version of a record in one list, oldest first, however its type keeps them: superseded versions beside the present
 * one, or corrections that are records of their own and point at what they correct. Undefined when there is no such record.
 */
export const versionsOf = async (replica: Replica, type: RecordType, id: string): Promise<RecordVersion[] | undefined> => {
  const record: Envelope | undefined = await replica.records.get(type, id)
  if (record === undefined) return undefined
  switch (type) {
    case 'Observation':
      return inOrder(await corrections(replica, record as Envelope<'Observation'>))
    case 'DiagnosticReport':
      return inOrder(await reports(replica, record as Envelope<'DiagnosticReport'>))
    default:
      return inOrder(revisions(record))
  }
}

/** The patient whom a record is about. */
export const patientOfRecord = async ({ records }: Replica, type: RecordType, id: string): Promise<string | undefined> => {
  const record: Envelope | undefined = await records.get(type, id)
  if (record === undefined) return undefined
  return type === 'Patient' ? record.id : (record.search.subject ?? idIn((record.resource as { subject?: { reference?: string } }).subject, 'Patient'))
}
