import { type Answer, done, type ImagingOrderEntry, type ImagingStepEntry, type OrderPriority, type OrderedModality, type Laterality, refuse } from '../../../shared/contract'
import type { Envelope } from '../../../shared/records/envelope'
import { cancelledOrder, imagingOrderFacts, imagingOrderOf, isImagingOrder, studyUidOfOrder, withStep, type OrderStep } from '../../../shared/records/imaging-order/imagingOrder'
import { imagingReportFacts, isImagingReport } from '../../../shared/records/imaging-report/imagingReport'
import { orderLinkOf, orderOfStudy } from '../../../shared/records/imaging-study/orderLink'
import { standingReports } from '../../../shared/records/diagnostic-report/verification'
import { accessionCounter, accessionNumber } from '../../../shared/records/patient/number'
import { recordIdOfKey } from '../../replica'
import { type Actor, type ChartingParts, instantNow, localToday } from '../parts'
import { unusedNumber } from '../unusedNumber'

const most = 500

/** What a doctor asks for. */
export interface ImagingOrderAsk {
  readonly key: string
  readonly patient: string
  readonly modality: OrderedModality
  readonly bodyPart: string
  readonly laterality?: Laterality | undefined
  readonly reason: string
  readonly priority: OrderPriority
  readonly scheduled?: string | undefined
  readonly note?: string | undefined
}

/** What lies beside the orders of one patient: read once, for all of them. */
interface Beside {
  readonly studies: readonly Envelope<'ImagingStudy'>[]
  /** Every version, newest first. */
  readonly reports: readonly Envelope<'DiagnosticReport'>[]
}

/** Imaging orders, and how far each of them is. */
export const openImagingOrders = (parts: ChartingParts) => {
  const { records, local, station, practice } = parts.replica
  const { nameOf } = parts.names

  const besideOf = async (patient: string): Promise<Beside> => {
    const [studies, reports] = await Promise.all([
      records.find('ImagingStudy', { where: { subject: patient }, limit: most }),
      records.find('DiagnosticReport', { where: { subject: patient }, sort: { by: 'date', order: 'descending' }, limit: most }),
    ])
    return { studies, reports: reports.filter(({ resource }) => isImagingReport(resource)) }
  }

  const entryOf = async (order: Envelope<'ServiceRequest'>, { studies, reports }: Beside): Promise<ImagingOrderEntry> => {
    const { subject: _subject, requester, authoredOn, steps, cancelled, ...facts } = imagingOrderFacts(order.resource)
    const answering = studies.filter(({ resource }) => orderOfStudy(resource) === order.id)
    const answers = reports.filter(({ resource }) => imagingReportFacts(resource).order === order.id)
    const standing = standingReports(answers).find(({ resource }) => resource.status !== 'entered-in-error')
    // An addendum has its own time; signed is when the first version was.
    const signed = standing && answers.map(({ resource }) => imagingReportFacts(resource)).find(({ replaces }) => replaces.length === 0)
    const [started] = answering.flatMap(({ resource }) => resource.started ?? []).sort()
    const links = answering.map(({ resource }) => orderLinkOf(resource)).filter((link) => link !== undefined)
    const [linked] = links.sort((one, other) => (one.at < other.at ? -1 : 1))
    const noted = async (step: OrderStep): Promise<ImagingStepEntry> => {
      const found = steps[step]
      return found ? { step, at: found.at, by: await nameOf(found.by) } : { step }
    }
    const performed = await noted('performed')
    return {
      id: order.id,
      ...facts,
      by: await nameOf(requester),
      at: authoredOn,
      steps: [
        { step: 'ordered', at: authoredOn, by: await nameOf(requester) },
        performed.at === undefined && started !== undefined ? { step: 'performed', at: started } : performed,
        { step: 'linked', ...linked },
        { step: 'signed', ...(signed && { at: signed.issued, by: await nameOf(signed.signer) }) },
        await noted('notified'),
        await noted('seen'),
      ],
      studies: answering.map(({ id }) => id),
      ...(standing && { report: standing.id }),
      ...(cancelled && { cancelled: { why: cancelled.why, at: cancelled.at, by: await nameOf(cancelled.by) } }),
    }
  }

  /** The imaging order, where it is this patient's. */
  const orderOf = async (patient: string, id: string): Promise<Envelope<'ServiceRequest'> | undefined> => {
    const found = await records.get('ServiceRequest', id)
    return found && isImagingOrder(found.resource) && imagingOrderFacts(found.resource).subject === patient ? found : undefined
  }

  const revised = async (patient: string, id: string, change: (order: Envelope<'ServiceRequest'>['resource']) => Envelope<'ServiceRequest'>['resource'], actor: Actor): Promise<Envelope<'ServiceRequest'> | undefined> => {
    const found = await orderOf(patient, id)
    if (!found) return undefined
    return change(found.resource) === found.resource ? found : records.revise('ServiceRequest', id, change, actor.practitioner)
  }

  const answerWith = async (order: Envelope<'ServiceRequest'> | undefined, patient: string): Promise<Answer<ImagingOrderEntry>> =>
    order ? done(await entryOf(order, await besideOf(patient))) : refuse('not-found')

  return {
    orderOf,

    /** Orders images under this station's next accession number of the year. */
    place: (ask: ImagingOrderAsk, actor: Actor): Promise<Answer<ImagingOrderEntry>> =>
      parts.once(
        `imaging-order:${ask.patient}:${ask.key}`,
        async () => {
          if (!(await records.get('Patient', ask.patient))) return refuse('not-found')
          const key = `imaging-order:${ask.patient}:${ask.key}`
          const year = Number(localToday(parts).slice(0, 4))
          const accession = await unusedNumber({ records, local }, 'ServiceRequest', accessionCounter(year), (count) => accessionNumber(station, year, count))
          const resource = imagingOrderOf({
            subject: ask.patient, accession, studyInstanceUid: studyUidOfOrder(recordIdOfKey(practice, 'ServiceRequest', key)),
            modality: ask.modality, bodyPart: ask.bodyPart, reason: ask.reason, priority: ask.priority,
            ...(ask.laterality !== undefined && { laterality: ask.laterality }),
            ...(ask.scheduled !== undefined && { scheduled: ask.scheduled }),
            ...(ask.note !== undefined && { note: ask.note }),
            requester: actor.practitioner, authoredOn: instantNow(parts),
          })
          return answerWith(await records.add('ServiceRequest', resource, actor.practitioner, key), ask.patient)
        },
        (answer) => answer.ok,
      ),

    /** Newest first. */
    list: async (patient: string): Promise<Answer<ImagingOrderEntry[]>> => {
      if (!(await records.get('Patient', patient))) return refuse('not-found')
      const [orders, beside] = await Promise.all([records.find('ServiceRequest', { where: { subject: patient }, sort: { by: 'date', order: 'descending' }, limit: most }), besideOf(patient)])
      return done(await Promise.all(orders.filter(({ resource }) => isImagingOrder(resource)).map((order) => entryOf(order, beside))))
    },

    /** One order as it stands. */
    read: async (patient: string, order: string): Promise<Answer<ImagingOrderEntry>> => answerWith(await orderOf(patient, order), patient),

    /** A step was done; the first time that somebody said so stays. */
    noteStep: async (ask: { readonly patient: string; readonly order: string; readonly step: OrderStep; /** ISO instant; absent: now. */ readonly at?: string }, actor: Actor): Promise<Answer<ImagingOrderEntry>> =>
      answerWith(await revised(ask.patient, ask.order, (order) => withStep(order, ask.step, { at: ask.at ?? instantNow(parts), by: actor.practitioner }), actor), ask.patient),

    /** Withdraws an order for a reason; one that is answered stays as it is: `conflict`. */
    cancel: async (ask: { readonly patient: string; readonly order: string; readonly why: string }, actor: Actor): Promise<Answer<ImagingOrderEntry>> => {
      const found = await orderOf(ask.patient, ask.order)
      if (found && found.resource.status !== 'active') return refuse('conflict')
      return answerWith(await revised(ask.patient, ask.order, (order) => cancelledOrder(order, { at: instantNow(parts), by: actor.practitioner, why: ask.why }), actor), ask.patient)
    },
  }
}

export type ImagingOrders = ReturnType<typeof openImagingOrders>
