import type { ImagingStudy, Patient } from 'fhir/r4'
import type { TrayStudyReason } from '../../../shared/contract'
import type { Envelope } from '../../../shared/records/envelope'
import { imagingOrderFacts, isImagingOrder, orderOfStudyUid } from '../../../shared/records/imaging-order/imagingOrder'
import { movedBackOf } from '../../../shared/records/imaging-study/orderLink'
import { accessionOf, belongsTo, dicomPatientOf, studyUidOf } from '../../../shared/records/imaging-study/study'
import { idIn, systems } from '../../../shared/records/systems'
import type { Replica } from '../../replica'

/** Whose chart a study may go onto by itself. */
export interface Charts {
  /** Ids of patients whose charts were open when it came. */
  readonly patients?: readonly string[]
  /** It came from a device of ours: onto the chart of whoever's number it carries. */
  readonly byNumber?: boolean
}

/** Whose a study is, by what its files say. */
export type StudyMatch =
  /** `order`: the one that it answers. */
  | { readonly patient: string; readonly order?: string }
  /** It waits. `suggested`: whose it may be, for a person to look at; `order`: the one that it names. */
  | { readonly reason: TrayStudyReason; readonly suggested?: string; readonly order?: string }

/** The imaging order that the study names: by the Study Instance UID that the order gave out, else by its accession number. */
const orderOf = async ({ records }: Pick<Replica, 'records'>, study: ImagingStudy): Promise<Envelope<'ServiceRequest'> | undefined> => {
  const named = orderOfStudyUid(studyUidOf(study))
  const byUid = named === undefined ? undefined : await records.get('ServiceRequest', named)
  if (byUid && isImagingOrder(byUid.resource)) return byUid
  const accession = accessionOf(study)?.trim()
  if (accession === undefined || accession === '') return undefined
  const found = (await records.find('ServiceRequest', { where: { identifier: accession }, limit: 10 })).filter(({ resource }) => isImagingOrder(resource))
  // Two orders under one number tell nothing.
  return found.length === 1 ? found[0] : undefined
}

const numbersOf = (patient: Patient): string[] => (patient.identifier ?? []).flatMap(({ system, value }) => (system === systems.patientNumber && value !== undefined ? [value] : []))

const ownerOf = async ({ records }: Pick<Replica, 'records'>, study: ImagingStudy): Promise<{ readonly patient: string } | 'no-number' | 'unknown-number' | { readonly born: string }> => {
  const dicom = dicomPatientOf(study)
  const number = dicom.id.trim()
  if (number === '') return 'no-number'
  const found = (await records.find('Patient', { where: { identifier: number }, limit: 10 })).filter(({ resource }) => numbersOf(resource).includes(number))
  const [one] = found
  if (!one || found.length > 1) return 'unknown-number'
  const { birthDate } = one.resource
  return belongsTo(dicom, { numbers: numbersOf(one.resource), ...(birthDate !== undefined && { birthDate }) }) ? { patient: one.id } : { born: one.id }
}

/**
 * Whose a study is. Its Patient ID must be a patient's number, the birth dates must not contradict, and where it names an order, that
 * order must be for the same patient; whatever does not fit together waits for a person, with the reason. Names are never compared.
 */
export const matchStudy = async (replica: Pick<Replica, 'records'>, study: ImagingStudy, charts: Charts): Promise<StudyMatch> => {
  const [owner, order] = await Promise.all([ownerOf(replica, study), orderOf(replica, study)])
  const named = order && { order: order.id }
  const orderedFor = order && idIn(order.resource.subject, 'Patient')
  const ofOrder = orderedFor === undefined ? {} : { suggested: orderedFor }
  if (owner === 'no-number' || owner === 'unknown-number') return { reason: movedBackOf(study) ? 'moved-back' : owner, ...ofOrder, ...named }
  const number = 'patient' in owner ? owner.patient : owner.born
  if (movedBackOf(study)) return { reason: 'moved-back', suggested: orderedFor ?? number, ...named }
  if ('born' in owner) return { reason: 'birth-date', suggested: owner.born, ...named }
  if (orderedFor !== undefined && orderedFor !== owner.patient) return { reason: 'other-order', suggested: orderedFor, ...named }
  if (charts.byNumber !== true && !charts.patients?.includes(owner.patient)) return { reason: 'not-open', suggested: owner.patient, ...named }
  return { patient: owner.patient, ...(order && imagingOrderFacts(order.resource).status !== 'revoked' && named) }
}

/** The order that a study on this patient's chart answers by its numbers; undefined where it names none, or one for somebody else. */
export const orderFor = async (replica: Pick<Replica, 'records'>, study: ImagingStudy, patient: string): Promise<string | undefined> => {
  const order = await orderOf(replica, study)
  return order && idIn(order.resource.subject, 'Patient') === patient && order.resource.status !== 'revoked' ? order.id : undefined
}
