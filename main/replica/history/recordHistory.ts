import type { DiagnosticReport, Observation } from 'fhir/r4'
import type { Envelope, RecordType } from '../../../shared/records/envelope'
import { instantOf } from '../../../shared/records/clock'
import { resultIdsOf } from '../../../shared/records/diagnostic-report/report'
import { clinicalFields, type ClinicalFields, type FieldChange, fieldChanges, type FieldValue } from '../../../shared/records/history/clinicalFields'
import { resultLineOf } from '../../../shared/records/observation/result'
import type { Replica } from '../types'
import { type RecordVersion, versionsOf } from './versions'

/** Who wrote a version. */
export type Writer =
  | { readonly kind: 'person'; readonly name: string }
  | { readonly kind: 'device'; readonly name: string }
  /** The application itself: a merge, the first run. */
  | { readonly kind: 'system' }

/** One version of a record as a person reads it. */
export interface VersionRead {
  /** The record that holds the version. */
  readonly record: string
  readonly by: Writer
  /** Prefix of the workstation; absent for a merge, which every workstation makes alike. */
  readonly station?: string
  /** ISO instant. */
  readonly at: string
  /** `first`: the record was made. `corrected`: a new record that points at the old. `merged`: two changes were put together. */
  readonly act: 'first' | 'revised' | 'corrected' | 'merged'
  /** What it says otherwise than the version that it was made from; of the first one, everything; of a merge, what it added to the later of the two. */
  readonly changes: readonly FieldChange[]
}

const writerOf = async ({ records }: Replica, author: string): Promise<Writer> => {
  if (author.startsWith('device:')) {
    const device = await records.get('Device', author.slice('device:'.length))
    return { kind: 'device', name: device?.resource.deviceName?.[0]?.name ?? '' }
  }
  const person = await records.get('Practitioner', author)
  return person === undefined && author === 'system' ? { kind: 'system' } : { kind: 'person', name: person?.resource.name?.[0]?.text ?? '' }
}

const measuredValue = (resource: Observation): FieldValue => {
  const line = resultLineOf(resource)
  return { kind: 'number', text: [line.text, line.unit, line.flag].filter(Boolean).join(' ') }
}

/** A report says what its results say: a corrected report differs from the first in them. */
const fieldsOf = async ({ records }: Replica, type: RecordType, { resource }: RecordVersion): Promise<ClinicalFields> => {
  const fields = clinicalFields(type, resource)
  if (type !== 'DiagnosticReport') return fields
  const all = new Map(fields)
  for (const id of resultIdsOf(resource as DiagnosticReport)) {
    const result: Envelope<'Observation'> | undefined = await records.get('Observation', id)
    if (result !== undefined) all.set(`result:${resultLineOf(result.resource).name}`, measuredValue(result.resource))
  }
  return all
}

const actOf = ({ id, station }: RecordVersion, before: RecordVersion | undefined): VersionRead['act'] =>
  before === undefined ? 'first' : station === 'merge' ? 'merged' : before.id === id ? 'revised' : 'corrected'

interface Known {
  readonly version: RecordVersion
  readonly fields: ClinicalFields
}

/**
 * The history of a record, newest version first: who, when, where and what changed, field by field. Undefined when there is no
 * such record.
 */
export const readHistory = async (replica: Replica, type: RecordType, id: string): Promise<VersionRead[] | undefined> => {
  const versions = await versionsOf(replica, type, id)
  if (versions === undefined) return undefined
  const read: VersionRead[] = []
  const known = new Map<string, Known>()
  let newest: Known | undefined
  for (const version of versions) {
    const fields = await fieldsOf(replica, type, version)
    // Two that were written apart stand one after the other here, and neither changed what the other did.
    const before = version.after?.flatMap((stamp) => known.get(stamp) ?? []).at(-1) ?? newest
    const act = actOf(version, before?.version)
    read.push({
      record: version.id,
      by: await writerOf(replica, version.author),
      ...(act === 'merged' ? {} : { station: version.station }),
      at: instantOf(version.at),
      act,
      changes: fieldChanges(before?.fields, fields),
    })
    newest = { version, fields }
    known.set(version.at, newest)
  }
  return read.reverse()
}
