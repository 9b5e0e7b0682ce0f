import type { Replica } from '../../../replica'
import { openAnalyserClocks } from './clock'
import { openJudge } from './judge'
import { openLabSettings } from './settings'

export { criticalAlerts } from './critical'
export type { Judge } from './judge'
export { mappedSample } from './mapped'
export { type ExpectedOf, preparedResults } from './prepare'
export type { LabReview } from './review'
export { isOpenToReplacement, reportWithTests, type StandingReport, testsOf } from './standing'
export type { LabSettings } from './settings'

/** What the laboratory needs of the practice. */
export interface LabDeps {
  readonly replica: Replica
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Whether the practice has a laboratory technician, who looks at results before they count. */
  readonly hasTechnician: () => Promise<boolean>
}

/** What the practice has said about its laboratory, and its analysers' clocks. */
export const openLab = ({ replica, now, hasTechnician }: LabDeps) => {
  const settings = openLabSettings(replica, now, hasTechnician)
  return {
    settings,
    clocks: openAnalyserClocks(replica.local),
    judge: () => openJudge(settings),
    close: () => settings.close(),
  }
}

/** See {@link openLab}. */
export type Lab = ReturnType<typeof openLab>
