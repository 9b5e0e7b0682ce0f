import type { timelineRequests } from '../../shared/contract'
import type { Charting } from '../charting'
import type { Handlers } from './handler'

/** The timeline of a chart. */
export const timelineHandlers = ({ charting: { timeline } }: { readonly charting: Charting }): Handlers<typeof timelineRequests> => ({
  readTimeline: (ask) => timeline.read(ask),
})
