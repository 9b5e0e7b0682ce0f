import type { KeepRule } from '../../../shared/contract'

/** A study of which files lie on this workstation. */
export interface KeptStudy {
  /** Study Instance UID. */
  readonly study: string
  readonly bytes: number
  readonly files: number
  readonly place: 'chart' | 'tray'
  /** When it was stored or last opened, ms since 1970. */
  readonly usedAt: number
}

/** Everything stays until somebody sets another rule. */
export const usualRule: KeepRule = { gigabytes: 0, days: 90 }

const dayMs = 24 * 60 * 60 * 1000
const bytesPerGigabyte = 1_000_000_000

/** By how much the archive is larger than it may be, bytes; 0 where it may grow. */
export const excessOf = (total: number, { gigabytes }: KeepRule): number => (gigabytes === 0 ? 0 : Math.max(0, total - gigabytes * bytesPerGigabyte))

/**
 * The studies that may go from this workstation until it is no larger than it may be: on a chart, not used for so many
 * days, the longest unused first. What waits in the tray for a person, and what is `needed`, stays. Whether the server
 * has them is asked before each of them goes.
 */
export const planRoom = (studies: readonly KeptStudy[], rule: KeepRule, now: number, needed: ReadonlySet<string> = new Set()): readonly KeptStudy[] => {
  let excess = excessOf(studies.reduce((sum, { bytes }) => sum + bytes, 0), rule)
  const candidates = studies
    .filter(({ place, usedAt, study }) => place === 'chart' && !needed.has(study) && usedAt < now - rule.days * dayMs)
    .sort((one, other) => one.usedAt - other.usedAt || (one.study < other.study ? -1 : 1))
  return candidates.filter(({ bytes }) => {
    const goes = excess > 0
    excess -= bytes
    return goes
  })
}
