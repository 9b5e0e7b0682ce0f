import type { ChartingParts } from '../parts'
import { type LabFiling, openEntry } from './entry'
import { type RangeCatalogue, openTestRanges } from './ranges'
import { openLabReports } from './report'

export type { LabFiling } from './entry'
export { openExpected } from './expected'

/** Results that people type, the ranges that they are held against, and reports on paper. */
export const openLabResults = (parts: ChartingParts, catalogue: RangeCatalogue, filing: LabFiling) => ({
  entry: openEntry(parts, catalogue, filing),
  ranges: openTestRanges(catalogue),
  reports: openLabReports(parts),
})

/** See {@link openLabResults}. */
export type LabResults = ReturnType<typeof openLabResults>
