import { type Answer, done, type ImagingReportEntry, type KeyImage, refuse, type ReportText } from '../../../shared/contract'
import { standingReports } from '../../../shared/records/diagnostic-report/verification'
import type { Envelope } from '../../../shared/records/envelope'
import { imagingOrderFacts, toBeReadAgain } from '../../../shared/records/imaging-order/imagingOrder'
import { imagingReportFacts, imagingReportOf, isImagingReport, withAddendum, withdrawnReport } from '../../../shared/records/imaging-report/imagingReport'
import { orderOfStudy } from '../../../shared/records/imaging-study/orderLink'
import { accessionOf, patientOf, studyUidOf } from '../../../shared/records/imaging-study/study'
import { completedOrder, reopenedOrder } from '../../../shared/records/service-request/order'
import { type Actor, type ChartingParts, instantNow } from '../parts'
import type { ImagingOrders } from './orders'

const most = 500

/** What is signed. */
export interface ReportAsk {
  readonly key: string
  readonly patient: string
  readonly order?: string | undefined
  readonly studies: readonly string[]
  readonly text: ReportText
  readonly keyImages: readonly KeyImage[]
}

/** Those that count: no other one stands in their place, and nobody said that they are none. */
const standing = (versions: readonly Envelope<'DiagnosticReport'>[]): Envelope<'DiagnosticReport'>[] => standingReports(versions).filter(({ resource }) => resource.status !== 'entered-in-error')

/** Reports of images: signed once, then only added to; and whom they are for. */
export const openImagingReports = (parts: ChartingParts, orders: ImagingOrders) => {
  const { records } = parts.replica
  const { nameOf } = parts.names

  const versionsOf = async (patient: string): Promise<Envelope<'DiagnosticReport'>[]> =>
    (await records.find('DiagnosticReport', { where: { subject: patient }, sort: { by: 'date', order: 'descending' }, limit: most })).filter(({ resource }) => isImagingReport(resource))

  const entryOf = async (report: Envelope<'DiagnosticReport'>, versions: readonly Envelope<'DiagnosticReport'>[]): Promise<ImagingReportEntry> => {
    const { signer, issued, replaces, addenda, withdrawn, ...facts } = imagingReportFacts(report.resource)
    let first = { signer, issued, replaces }
    for (let back = first.replaces[0]; back !== undefined; back = first.replaces[0]) {
      const before = versions.find(({ id }) => id === back)
      if (!before) break
      first = imagingReportFacts(before.resource)
    }
    return {
      id: report.id,
      ...facts,
      addenda: await Promise.all(addenda.map(async (each) => ({ ...each, by: await nameOf(each.by) }))),
      by: await nameOf(first.signer),
      at: first.issued,
      ...(withdrawn && { withdrawn: { ...withdrawn, by: await nameOf(withdrawn.by) } }),
    }
  }

  const next = (
    ask: { readonly key: string; readonly patient: string; readonly report: string },
    text: string,
    change: typeof withAddendum,
    actor: Actor,
  ): Promise<Answer<ImagingReportEntry>> =>
    parts.once(
      `imaging-report-version:${ask.report}:${ask.key}`,
      async () => {
        const versions = await versionsOf(ask.patient)
        const found = versions.find(({ id }) => id === ask.report)
        if (!found) return refuse('not-found')
        if (!standing(versions).includes(found)) return refuse('conflict')
        const version = change(found.resource, found.id, { text, by: actor.practitioner, at: instantNow(parts) })
        const added = await records.add('DiagnosticReport', version, actor.practitioner, `imaging-report-version:${ask.report}:${ask.key}`)
        const { order } = imagingReportFacts(version)
        if (order !== undefined && (await orders.orderOf(ask.patient, order))) await records.revise('ServiceRequest', order, toBeReadAgain, actor.practitioner)
        return done(await entryOf(added, versions))
      },
      (answer) => answer.ok,
    )

  return {
    /** Signs a report of studies that are on this chart: `not-found` for others, and for key images of others. */
    sign: (ask: ReportAsk, actor: Actor): Promise<Answer<ImagingReportEntry>> =>
      parts.once(
        `imaging-report:${ask.patient}:${ask.key}`,
        async () => {
          const studies = await Promise.all(ask.studies.map((id) => records.get('ImagingStudy', id)))
          const here = studies.filter((study) => study !== undefined && patientOf(study.resource) === ask.patient)
          const [study] = here
          if (here.length !== ask.studies.length || !study) return refuse('not-found')
          const uids = here.map((each) => each && studyUidOf(each.resource))
          if (!ask.keyImages.every(({ studyInstanceUid }) => uids.includes(studyInstanceUid))) return refuse('not-found')
          const orderId = ask.order ?? orderOfStudy(study.resource)
          const order = orderId === undefined ? undefined : await orders.orderOf(ask.patient, orderId)
          if (orderId !== undefined && !order) return refuse('not-found')
          if (Object.values(ask.text).every((text) => text.trim() === '')) return refuse('bad-shape', { field: 'text' })
          const key = `imaging-report:${ask.patient}:${ask.key}`
          const versions = await versionsOf(ask.patient)
          const accession = order ? imagingOrderFacts(order.resource).accession : accessionOf(study.resource)
          const resource = imagingReportOf({
            subject: ask.patient, studies: ask.studies, text: ask.text, keyImages: ask.keyImages, signer: actor.practitioner, issued: instantNow(parts),
            title: order ? imagingOrderFacts(order.resource).what : (study.resource.description ?? study.resource.modality?.map(({ code }) => code).join(', ') ?? ''),
            ...(order && { order: order.id }),
            ...(accession !== undefined && { accession }),
          })
          const report = await records.add('DiagnosticReport', resource, actor.practitioner, key)
          if (order) await records.revise('ServiceRequest', order.id, (before) => toBeReadAgain(completedOrder(before)), actor.practitioner)
          return done(await entryOf(report, versions))
        },
        (answer) => answer.ok,
      ),

    /** Adds to a signed report; of a version that something was added to meanwhile, `conflict`. */
    add: (ask: { readonly key: string; readonly patient: string; readonly report: string; readonly text: string }, actor: Actor): Promise<Answer<ImagingReportEntry>> => next(ask, ask.text, withAddendum, actor),

    /** Says that a signed report is none. Its order waits again, where no other report answers it. */
    withdraw: async (ask: { readonly key: string; readonly patient: string; readonly report: string; readonly why: string }, actor: Actor): Promise<Answer<ImagingReportEntry>> => {
      const answer = await next(ask, ask.why, withdrawnReport, actor)
      const order = answer.ok ? answer.value.order : undefined
      if (order !== undefined && !standing(await versionsOf(ask.patient)).some(({ resource }) => imagingReportFacts(resource).order === order)) {
        await records.revise('ServiceRequest', order, reopenedOrder, actor.practitioner)
      }
      return answer
    },

    /** Newest first; only those in whose place no other one stands. */
    list: async (patient: string): Promise<Answer<ImagingReportEntry[]>> => {
      if (!(await records.get('Patient', patient))) return refuse('not-found')
      const versions = await versionsOf(patient)
      return done(await Promise.all(standingReports(versions).map((report) => entryOf(report, versions))))
    },

    /** Whether a signed report rests on that study. */
    restsOn: async (patient: string, study: string): Promise<boolean> => standing(await versionsOf(patient)).some(({ resource }) => imagingReportFacts(resource).studies.includes(study)),
  }
}
