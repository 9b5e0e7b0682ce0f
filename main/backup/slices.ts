import { BackupProblem } from './problem'

/** How work that nobody waits for gives way. */
export interface Slices {
  /** Between two slices: lets others have their turn, longer while somebody is at work. Throws `cancelled`. */
  rest(): Promise<void>
}

/** A turn of the event loop between slices, and no more. */
export const briskly = (signal?: AbortSignal): Slices => ({
  rest: async () => {
    if (signal?.aborted) throw new BackupProblem('cancelled')
    await new Promise<void>((next) => setImmediate(next))
    if (signal?.aborted) throw new BackupProblem('cancelled')
  },
})

/** As {@link briskly}; while somebody is at work, three quarters of the time are left to them. */
export const givingWay = (isAtWork: () => boolean, signal: AbortSignal): Slices => {
  const brisk = briskly(signal)
  let began = performance.now()
  return {
    rest: async () => {
      await brisk.rest()
      if (isAtWork()) await new Promise<void>((next) => setTimeout(next, Math.min(200, Math.max(5, 3 * (performance.now() - began)))))
      await brisk.rest()
      began = performance.now()
    },
  }
}
