import type { RxDocumentData } from 'rxdb'
import type { Patient } from 'fhir/r4'
import type { Envelope } from '../../shared/records/envelope'
import { displayName } from '../../shared/records/patient/name'
import type { Replica } from '../replica'

/** Names that a list of records needs, for a person who knows people and not identifiers. */
export interface EntryNames {
  /** The one who wrote it; the identifier where nobody here has it. */
  readonly author: string
  readonly patient?: { readonly id: string; readonly name: string }
}

const nameOf = (person: Pick<Patient, 'name'> | undefined): string | undefined => {
  const { family = '', text = '', given, prefix } = person?.name?.[0] ?? {}
  return displayName({ family: family || text, given: given?.join(' '), prefix: prefix?.join(' ') }) || undefined
}

/** The patient whom a record is about; also of one that nobody could read otherwise, because it is deleted. */
const patientIn = (record: Envelope | undefined): string | undefined => (record?.type === 'Patient' ? record.id : record?.search?.subject)

/**
 * Puts names to records.
 * @param mayKnowPatients whether the one who asks may see whom they are about
 */
export const namesForEntries = async <Entry extends { readonly id: string; readonly author?: string }>({ collection }: Replica, entries: readonly Entry[], mayKnowPatients: boolean): Promise<(Entry & EntryNames)[]> => {
  const read = async (ids: readonly string[]) => new Map(((await collection.storageInstance.findDocumentsById([...ids], true)) as RxDocumentData<Envelope>[]).map((record) => [record.id, record as Envelope]))
  const found = await read(entries.map(({ id }) => id))
  const subjects = mayKnowPatients ? entries.flatMap(({ id }) => patientIn(found.get(id)) ?? []) : []
  const patients = await read([...new Set(subjects)])
  const authors = await read([...new Set(entries.map(({ author }) => author ?? ''))].filter((id) => id !== ''))
  return entries.map((entry) => {
    const author = entry.author ?? found.get(entry.id)?.author ?? ''
    const writer = authors.get(author)
    const subject = mayKnowPatients ? patientIn(found.get(entry.id)) : undefined
    const patient = subject === undefined ? undefined : patients.get(subject)
    return {
      ...entry,
      author: (writer?.type === 'Practitioner' ? nameOf(writer.resource as Patient) : undefined) ?? author,
      ...(subject === undefined ? {} : { patient: { id: subject, name: nameOf(patient?.resource as Patient | undefined) ?? '' } }),
    }
  })
}
