/** What is known when the question is whether to back up now. */
export interface Standing {
  readonly now: number
  /** Instant of the last good backup onto this folder, milliseconds; undefined when there is none. */
  readonly last: number | undefined
  /** Instant of the last attempt that failed. */
  readonly failed: number | undefined
  /** The folder is there. */
  readonly reachable: boolean
  /** It was not there when it was last looked at. */
  readonly justAppeared: boolean
  /** How long nobody has touched this workstation, milliseconds. */
  readonly idleMs: number
  /** Hour of the day where the workstation is, 0 to 23. */
  readonly hour: number
}

const hourMs = 60 * 60 * 1000

/** Nothing goes on a disk again that soon, whoever plugs it in. */
const restMs = hourMs
const retryMs = hourMs
/** A night's backup is for those who have none since so long. */
const nightlyMs = 12 * hourMs
/** After so long, the first quiet minutes will do; after twice that, any time. */
const overdueMs = 26 * hourMs
const quietMs = 5 * 60 * 1000

/** Whether to back up now: in the night, shortly after the disk appears, or when a night was missed. */
export const isDue = ({ now, last, failed, reachable, justAppeared, idleMs, hour }: Standing): boolean => {
  if (!reachable) return false
  // A clock that was set back must not silence backups.
  const age = last === undefined || last > now ? Infinity : now - last
  if (age < restMs) return false
  if (justAppeared) return true
  if (failed !== undefined && failed <= now && now - failed < retryMs) return false
  if (hour >= 1 && hour < 5 && age > nightlyMs) return idleMs > quietMs || age > overdueMs
  return age > 2 * overdueMs || (age > overdueMs && idleMs > quietMs)
}

const rehearsalMs = 7 * 24 * hourMs

/** Whether to rehearse now: once a week, while nobody is at work; after two weeks at any time. */
export const isRehearsalDue = ({ now, last, idleMs }: { readonly now: number; readonly last: number | undefined; readonly idleMs: number }): boolean => {
  const age = last === undefined || last > now ? Infinity : now - last
  return (age > 2 * rehearsalMs && age < Infinity) || (age > rehearsalMs && idleMs > quietMs)
}
