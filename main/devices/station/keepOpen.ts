import { type Line, type Transport, TransportProblem } from '../transports'
import type { LineProblem } from '../messages'

/** What runs on an open line. */
export interface Driver {
  /** The line is open; `write` hands bytes to the device and never rejects. */
  opened(write: (bytes: Uint8Array) => Promise<void>): void
  bytes(bytes: Uint8Array): void
  closed(): void
}

/** A line that is opened again whenever it closes. */
export interface KeptLine {
  /** Closes for good. */
  stop(): Promise<void>
}

/** Times of a kept line, in milliseconds; for tests that cannot wait as long. */
export interface LinePace {
  /** How the waits between two attempts grow. */
  readonly backOff: readonly number[]
  /** A port that takes longer to open is said not to work; it is waited for all the same. */
  readonly openMs: number
  /** How often is looked whether the computer slept. */
  readonly lookMs: number
  /** A line that is silent for so long after a sleep is opened anew. */
  readonly wakeMs: number
  /** The clock on the wall. */
  readonly now: () => number
}

const usual: LinePace = { backOff: [250, 500, 1_000, 2_000, 4_000, 5_000], openMs: 45_000, lookMs: 5_000, wakeMs: 3_000, now: Date.now }

/** How long stopping waits for a port that is just being opened. */
const stopMs = 2_000

/** What {@link keepOpen} tells about the line. */
export interface LineState {
  readonly state: 'open' | 'waiting'
  readonly problem?: LineProblem
  /** Where the line leads, once it was open: an adapter is not always in the same socket. */
  readonly path?: string
}

/**
 * Opens a line and keeps it open: after an unplug, a power cut or too long a silence it tries again,
 * less and less eagerly, until it is stopped. A driver that throws loses its line, nothing else. After the computer slept, a
 * line that looks open and is silent is opened anew: a port that lost its power tells nobody.
 *
 * @param silenceMs a device that is never silent longer is closed and opened again; absent: silence is normal
 */
export const keepOpen = (transport: Transport, driver: Driver, tell: (state: LineState) => void, silenceMs?: number, pace = usual): KeptLine => {
  let line: Line | undefined
  /** Where it led when it was open last. */
  let path: string | undefined
  let stopped = false
  let attempts = 0
  let pause: NodeJS.Timeout | undefined
  let silence: NodeJS.Timeout | undefined
  let opening: Promise<void> = Promise.resolve()

  const again = (problem: LineProblem) => {
    clearTimeout(silence)
    line = undefined
    if (stopped) return
    tell({ state: 'waiting', problem })
    pause = setTimeout(() => void open(), pace.backOff[Math.min(attempts++, pace.backOff.length - 1)])
  }
  const drop = (problem: LineProblem) => {
    const dropped = line
    if (!dropped) return
    driver.closed()
    again(problem)
    void dropped.close()
  }
  let lookedAt = pace.now()
  let heardSinceSleep = true
  const looking = setInterval(() => {
    const slept = pace.now() - lookedAt > pace.lookMs * 4
    lookedAt = pace.now()
    if (!slept || !line || line.isListening) return
    const before = line
    heardSinceSleep = false
    setTimeout(() => line === before && !heardSinceSleep && drop('unplugged'), pace.wakeMs).unref()
  }, pace.lookMs)
  looking.unref()
  const listen = () => {
    heardSinceSleep = true
    if (silenceMs === undefined) return
    clearTimeout(silence)
    silence = setTimeout(() => drop('silent'), silenceMs)
  }
  /** Somebody connected to a line that listens: a new conversation, whatever was said before. */
  let isJoined = false
  const join = (to: Line) => {
    if (isJoined) driver.closed()
    isJoined = true
    tell({ state: 'open' })
    driver.opened((bytes) => to.write(bytes).catch(() => undefined))
    listen()
  }
  const leave = () => {
    clearTimeout(silence)
    if (isJoined) driver.closed()
    isJoined = false
    tell({ state: 'waiting', problem: 'not-connected' })
  }
  const open = () => {
    isJoined = false
    opening = (async () => {
      let own: Line | undefined
      let closedEarly = false
      const late = setTimeout(() => !stopped && tell({ state: 'waiting', problem: 'port-failed' }), pace.openMs)
      try {
        own = await transport.open({
          joined: () => own !== undefined && line === own && join(own),
          left: () => own !== undefined && line === own && leave(),
          bytes: (bytes) => {
            if (own === undefined || line !== own) return
            attempts = 0
            listen()
            try {
              driver.bytes(bytes)
            } catch {
              drop('port-failed')
            }
          },
          closed: (why) => {
            if (own === undefined) closedEarly = true
            if (own === undefined || line !== own) return
            line = undefined
            driver.closed()
            again(why === 'failed' ? 'port-failed' : 'unplugged')
          },
        })
      } catch (error) {
        return again(error instanceof TransportProblem ? error.kind : 'port-failed')
      } finally {
        clearTimeout(late)
      }
      if (stopped) return own.close()
      if (closedEarly) return again('unplugged')
      const opened = own
      line = opened
      if (opened.isListening) return leave()
      // A device that always talks counts as open once it does.
      if (silenceMs === undefined) tell({ state: 'open', path: opened.path })
      else if (opened.path !== path) tell({ state: 'waiting', path: opened.path })
      path = opened.path
      driver.opened((bytes) => opened.write(bytes).catch(() => undefined))
      listen()
    })()
    return opening
  }
  void open()

  return {
    stop: async () => {
      stopped = true
      clearInterval(looking)
      clearTimeout(pause)
      clearTimeout(silence)
      // A Bluetooth port can take half a minute to open, or for ever: it closes itself when it does.
      await Promise.race([opening, new Promise((later) => setTimeout(later, stopMs))])
      const last = line
      line = undefined
      if (last) {
        driver.closed()
        await last.close()
      }
    },
  }
}
