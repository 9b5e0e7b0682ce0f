import * as fields from './fields'
import type { Hl7Message } from './message'
import type { Hl7Value } from './segment'

/** What an ADT message (A01, A04, A08, A40, …) says of a patient. `null`: the sender says to delete it; undefined: it says nothing. */
export interface Admission {
  readonly event: string
  /** PID-3, every repetition: identifier and who assigned it. */
  readonly ids: readonly { readonly id: string; readonly authority: string; readonly type: string }[]
  readonly family: Hl7Value
  readonly given: Hl7Value
  readonly birthDate: Hl7Value
  readonly sex: Hl7Value
  readonly patientClass: Hl7Value
  readonly location: Hl7Value
  readonly visitNumber: Hl7Value
  /** MRG-1: the number that becomes this patient's (A40). */
  readonly mergedFrom: Hl7Value
}

/** Reads an ADT message; undefined when it is none. */
export const admissionOf = (message: Hl7Message): Admission | undefined => {
  if (message.type.code !== 'ADT') return undefined
  const [pid, visit, merge] = [message.segment('PID'), message.segment('PV1'), message.segment('MRG')]
  return {
    event: message.type.event || message.text('EVN-1'),
    ids: (pid?.repetitions(3) ?? []).map(([id = '', , , authority = '', type = '']) => ({ id: id.trim(), authority: authority.trim(), type: type.trim() })).filter(({ id }) => id !== ''),
    family: pid?.value({ field: 5, component: 1, subComponent: 1 }),
    given: pid?.value({ field: 5, component: 2 }),
    birthDate: pid?.value(fields.patient.birthDate),
    sex: pid?.value(fields.patient.sex),
    patientClass: visit?.value(fields.visit.patientClass),
    location: visit?.value(fields.visit.location),
    visitNumber: visit?.value(fields.visit.number),
    mergedFrom: merge?.value(fields.merge.priorId),
  }
}
