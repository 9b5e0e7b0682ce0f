import type { Patient } from 'fhir/r4'
import type { FoundStudy } from '../../../shared/contract'
import { belongsTo, type DicomPatient } from '../../../shared/records/imaging-study/study'
import { systems } from '../../../shared/records/systems'
import type { Replica } from '../../replica'

const chartOf = ({ identifier = [], birthDate }: Patient): Parameters<typeof belongsTo>[1] => ({
  numbers: identifier.flatMap(({ system, value }) => (system === systems.patientNumber && value !== undefined ? [value] : [])),
  ...(birthDate !== undefined && { birthDate }),
})

/** Whose number the files carry: the open patient's, another's, or nobody's. */
export const ownerOf = async ({ records }: Pick<Replica, 'records'>, dicom: DicomPatient, patient: string | undefined): Promise<FoundStudy['owner']> => {
  const number = dicom.id.trim()
  if (number === '') return 'nobody'
  const open = patient === undefined ? undefined : await records.get('Patient', patient)
  if (open && belongsTo(dicom, chartOf(open.resource))) return 'this'
  const found = await records.find('Patient', { where: { identifier: number }, limit: 10 })
  return found.some(({ id, resource }) => id !== patient && belongsTo(dicom, chartOf(resource))) ? 'another' : 'nobody'
}
