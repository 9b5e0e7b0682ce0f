import { utilityProcess, type UtilityProcess } from 'electron'

/** A child process that is started again when it dies, less and less eagerly. */
export interface Kept {
  /** The process that runs now. */
  readonly process: UtilityProcess
  /** Resolves when it is gone. */
  stop(): Promise<void>
}

/** Gives up after this many deaths within {@link deathWindowMs}. */
const deathLimit = 8
const deathWindowMs = 60_000

/** A process that hangs in a driver is not asked again after this. */
const stopWithinMs = 3_000

/**
 * Keeps a utility process running. `started` is called for each new one (to hand it its ports);
 * `died` tells whether it will be tried again.
 */
export const keepRunning = (
  options: { readonly name: string; readonly entry: string; readonly started: (process: UtilityProcess) => void; readonly died: (again: boolean) => void },
): Kept => {
  let stopped = false
  let isDead = false
  let deaths: number[] = []
  const start = (): UtilityProcess => {
    const child = utilityProcess.fork(options.entry, [], { serviceName: options.name, stdio: 'inherit' })
    isDead = false
    child.on('exit', () => {
      isDead = true
      if (stopped) return
      const now = Date.now()
      deaths = [...deaths.filter((at) => now - at < deathWindowMs), now]
      const again = deaths.length < deathLimit
      options.died(again)
      if (again) setTimeout(() => !stopped && restart(), Math.min(5_000, 100 * 2 ** (deaths.length - 1)))
    })
    options.started(child)
    return child
  }
  const restart = () => {
    running = start()
  }
  let running = start()
  return {
    get process() {
      return running
    },
    stop: () => {
      const isGone = stopped || isDead
      stopped = true
      if (isGone) return Promise.resolve()
      return new Promise((gone) => {
        const late = setTimeout(() => running.pid !== undefined && process.kill(running.pid, 'SIGKILL'), stopWithinMs)
        running.once('exit', () => {
          clearTimeout(late)
          gone()
        })
        running.kill()
      })
    },
  }
}
