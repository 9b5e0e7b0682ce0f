import type { StudyEntry, TrayStudyExplained } from '../../../shared/contract'
import { imagingOrderFacts } from '../../../shared/records/imaging-order/imagingOrder'
import { movedBackOf } from '../../../shared/records/imaging-study/orderLink'
import { patientOf } from '../../../shared/records/imaging-study/study'
import { patientFacts } from '../../../shared/records/patient/patient'
import type { Replica } from '../../replica'
import type { Person, Studies } from '../archive/studies'
import { matchStudy } from './matchStudy'

/** A study of this patient. */
interface OfPatient {
  readonly patient: string
  readonly study: string
  readonly by: Person
}

/** Studies, orders and charts that a person puts together or apart. */
export interface OrderDesk {
  /** Takes a study off its chart; it waits in the tray. */
  moveBack(ask: OfPatient & { readonly why: string }): Promise<StudyEntry | 'not-found'>
  /** The study answers this order. The caller has looked that the order is this patient's. */
  putToOrder(ask: OfPatient & { readonly order: string }): Promise<StudyEntry | 'not-found'>
  /** Of every study that waits, why. */
  explainTray(): Promise<TrayStudyExplained[]>
}

/** Opens the desk over a practice's studies. */
export const openOrderDesk = (replica: Replica, studies: Studies): OrderDesk => {
  const ofPatient = async ({ patient, study }: OfPatient) => {
    const record = await studies.get(study)
    return record && patientOf(record.resource) === patient ? record : undefined
  }

  const explain = async ({ id }: StudyEntry): Promise<TrayStudyExplained | undefined> => {
    const record = await studies.get(id)
    if (!record) return undefined
    // Nobody's chart is open: what fits together is said to be waiting for somebody to open it.
    const match = await matchStudy(replica, record.resource, {})
    if (!('reason' in match)) return undefined
    const [suggested, order] = await Promise.all([
      match.suggested === undefined ? undefined : replica.records.get('Patient', match.suggested),
      match.order === undefined ? undefined : replica.records.get('ServiceRequest', match.order),
    ])
    const moved = movedBackOf(record.resource)
    return {
      study: id,
      reason: match.reason,
      ...(suggested && { suggested: { id: suggested.id, ...patientFacts(suggested.resource), at: suggested.at } }),
      ...(order && { order: imagingOrderFacts(order.resource).what }),
      ...(moved && { movedBack: { by: moved.name, at: moved.at, why: moved.why } }),
    }
  }

  return {
    async moveBack(ask) {
      const record = await ofPatient(ask)
      return (record && (await studies.moveBack(record, ask.by, ask.why))) ?? 'not-found'
    },
    async putToOrder(ask) {
      const record = await ofPatient(ask)
      return record ? studies.putToOrder(record, ask.order, ask.by) : 'not-found'
    },
    explainTray: async () => (await Promise.all((await studies.inTray()).map(explain))).filter((each) => each !== undefined),
  }
}
