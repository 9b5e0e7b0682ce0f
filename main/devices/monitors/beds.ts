import type { ServedPatient } from '../../../shared/contract'
import { displayName } from '../../../shared/records/patient/name'
import { patientFacts } from '../../../shared/records/patient/patient'
import type { Replica } from '../../replica'
import type { Decider } from '../inbox'

/** A bed of this workstation's ward, as it lies on its disk. Kind `bed` of the local store. */
export interface Bed {
  readonly name: string
  readonly patient?: string
  /** When the patient was put into it, ISO instant, and by whom. */
  readonly since?: string
  readonly by?: Decider
}

/** Kind in the local store. */
export const bedKind = 'bed'

/** A patient as beds and monitors name them; undefined when this workstation has no such patient. */
export const servedPatient = async ({ records }: Replica, id: string): Promise<ServedPatient | undefined> => {
  const found = await records.get('Patient', id)
  if (!found) return undefined
  const { number, birthDate, ...name } = patientFacts(found.resource)
  return { id, name: displayName(name), number, ...(birthDate === undefined ? {} : { birthDate }) }
}
