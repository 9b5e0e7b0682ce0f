import { done, refuse, type imagingOrderRequests } from '../../shared/contract'
import { imagingOrderFacts } from '../../shared/records/imaging-order/imagingOrder'
import type { Charting } from '../charting'
import type { Imaging } from '../imaging'
import type { Replica } from '../replica'
import type { Handlers } from './handler'

/** What the requests about imaging orders and reports need of the practice. */
export interface ImagingOrderParts {
  readonly charting: Charting
  readonly imaging: Imaging
  readonly replica: Replica
}

/** Imaging orders, what becomes of them, and reports. */
export const imagingOrderHandlers = ({ charting: { imaging: chart }, imaging, replica }: ImagingOrderParts): Handlers<typeof imagingOrderRequests> => ({
  placeImagingOrder: (ask, { session }) => chart.orders.place(ask, session),
  listImagingOrders: ({ patient }) => chart.orders.list(patient),
  markImagingPerformed: (ask, { session }) => chart.orders.noteStep({ ...ask, step: 'performed' }, session),
  cancelImagingOrder: (ask, { session }) => chart.orders.cancel(ask, session),
  async linkStudyToOrder({ patient, study, order }, { session }) {
    const found = await chart.orders.orderOf(patient, order)
    if (!found || imagingOrderFacts(found.resource).status === 'revoked') return refuse('not-found')
    const put = await imaging.orders.putToOrder({ patient, study, order, by: { practitioner: session.practitioner, name: session.name } })
    return put === 'not-found' ? refuse('not-found') : chart.orders.read(patient, order)
  },
  async moveStudyBack({ patient, study, why }, { session }) {
    // What was signed about these images was signed about this person.
    if (await chart.reports.restsOn(patient, study)) return refuse('conflict', { reason: 'reported' })
    const moved = await imaging.orders.moveBack({ patient, study, why, by: { practitioner: session.practitioner, name: session.name } })
    return moved === 'not-found' ? refuse('not-found') : done(moved)
  },
  async explainImagingTray() {
    return done(await imaging.orders.explainTray())
  },
  signImagingReport: (ask, { session }) => chart.reports.sign(ask, session),
  addToImagingReport: (ask, { session }) => chart.reports.add(ask, session),
  withdrawImagingReport: (ask, { session }) => chart.reports.withdraw(ask, session),
  listImagingReports: ({ patient }) => chart.reports.list(patient),
  async noticesShown({ orders }, { session }) {
    for (const order of orders) {
      const found = await replica.records.get('ServiceRequest', order)
      const facts = found && imagingOrderFacts(found.resource)
      if (facts?.requester === session.practitioner) await chart.orders.noteStep({ patient: facts.subject, order, step: 'notified' }, session)
    }
    return done(null)
  },
  async listReportTemplates() {
    return done(await chart.templates.list())
  },
  async saveReportTemplate(template, { session }) {
    return done(await chart.templates.save(template, session))
  },
  async removeReportTemplate({ name }, { session }) {
    return done(await chart.templates.remove(name, session))
  },
  async readLetterhead() {
    return done(await chart.templates.letterhead())
  },
})
