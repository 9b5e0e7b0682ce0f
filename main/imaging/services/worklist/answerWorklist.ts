import { imagingOrderFacts, isImagingOrder, orderedModalities } from '../../../../shared/records/imaging-order/imagingOrder'
import { localDay } from '../../../../shared/records/localDay'
import { formOf, readIdentifier, valuesOf, writeIdentifier } from '../../../../shared/standards/dicom'
import type { Replica } from '../../../replica'
import { matchWorklist } from './matchWorklist'
import type { ScheduledOrder } from './worklistItem'

/** A worklist query as it came over an association. */
export interface WorklistAsk {
  /** AE title of the modality. */
  readonly callingAeTitle: string
  /** Of its presentation context; little endian, not deflated. */
  readonly transferSyntaxUid: string
  /** The identifier, as bytes. */
  readonly identifier: Uint8Array
}

/** More active orders than a clinic has at once. */
const mostOrders = 2000
/** More answers than any modality shows. */
const mostAnswers = 500

/** Imaging orders that wait to be performed. */
const waitingOrders = async ({ records }: Pick<Replica, 'records'>): Promise<readonly ScheduledOrder[]> => {
  const orders = await records.find('ServiceRequest', { where: { status: 'active', code: { in: orderedModalities } }, limit: mostOrders })
  const scheduled: ScheduledOrder[] = []
  for (const { resource } of orders) {
    if (!isImagingOrder(resource)) continue
    const facts = imagingOrderFacts(resource)
    if (facts.steps.performed) continue
    const patient = await records.get('Patient', facts.subject)
    if (!patient) continue
    const requester = (await records.get('Practitioner', facts.requester))?.resource.name?.[0]
    scheduled.push({ facts, patient: patient.resource, ...(requester && { requester }) })
  }
  return scheduled
}

/**
 * Answers a modality's worklist query from the practice's imaging orders: one identifier a step, in the transfer syntax in
 * which it asked. Undefined: what it asked cannot be read.
 */
export const answerWorklist = async (replica: Pick<Replica, 'records'>, { callingAeTitle, transferSyntaxUid, identifier }: WorklistAsk, now: number): Promise<readonly Uint8Array[] | undefined> => {
  const form = formOf(transferSyntaxUid)
  const query = readIdentifier(identifier, form)
  if (!query) return undefined
  const items = matchWorklist(query, await waitingOrders(replica), { calling: callingAeTitle, day: localDay(now) })
  const asked = valuesOf(query, '00080005')
  return items.slice(0, mostAnswers).map((item) => writeIdentifier(item, form, asked))
}
