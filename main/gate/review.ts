import { done, type reviewRequests } from '../../shared/contract'
import { may } from '../access'
import type { Replica } from '../replica'
import { listReviewItems, reopenReviewItem, resolveReviewItem } from '../sync'
import type { Handlers, Session } from './handler'

/** Of a patient's details everybody may know who finds patients; everything else stands on the chart. */
const mayRead = ({ role }: Session) => (type: string): boolean => may(role, 'chart.read') || (type === 'Patient' && may(role, 'patient.read'))

/** The requests of `reviewRequests`. */
export const reviewHandlers = ({ replica, now = Date.now }: { readonly replica: Replica; readonly now?: () => number }): Handlers<typeof reviewRequests> => ({
  listReviewItems: async (ask, { session }) => done(await listReviewItems(replica, { ...ask, mayRead: mayRead(session) })),
  resolveReviewItem: (ask, { session }) => resolveReviewItem(replica, { ...ask, practitioner: session.practitioner }, now),
  reopenReviewItem: (ask, { session }) => reopenReviewItem(replica, ask.item, session.practitioner),
})
