import { done, type labResultRequests } from '../../shared/contract'
import type { LabResults } from '../charting'
import type { Handlers } from './handler'

/** The requests of `labResultRequests`. */
export const labResultHandlers = ({ labResults: { entry, ranges, reports } }: { readonly labResults: LabResults }): Handlers<typeof labResultRequests> => ({
  readEntrySheet: (ask) => entry.read(ask),
  saveTypedResults: (ask, { session }) => entry.save(ask, session),
  listTestRanges: async () => done(await ranges.list()),
  saveTestRanges: (ask, { session }) => ranges.save(ask, session),
  readLabReport: (ask) => reports.read(ask),
})
