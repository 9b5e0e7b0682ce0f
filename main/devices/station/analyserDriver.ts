import { AstmFramer, type AstmEffect } from '../framers'
import type { Journal } from '../journal'
import type { Capture } from '../messages'
import type { AstmProfile } from '../profiles'
import type { Driver } from './keepOpen'

/** Surroundings of a driver. */
export interface AnalyserDriverOptions {
  readonly device: string
  readonly profile: AstmProfile
  readonly journal: Journal
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly captured: (capture: Capture) => void
  readonly journalFailed: () => void
  /** See `ReceiverOptions.replyMs`. */
  readonly replyMs?: number
}

/** Runs an analyser's line: bytes to the journal, then the answer, then the message to the practice host. */
export const analyserDriver = ({ device, profile, journal, now, captured, journalFailed, replyMs }: AnalyserDriverOptions): Driver => {
  const framer = new AstmFramer({ ...profile.framing, ...(replyMs === undefined ? {} : { replyMs }) })
  let write: (bytes: Uint8Array) => Promise<void> = () => Promise.resolve()
  let timer: NodeJS.Timeout | undefined
  /** Counts openings of the line: an answer that is late must not go to another transfer. */
  let opening = 0

  const keep = (raw: Uint8Array, message?: { readonly text: Uint8Array; readonly complete: boolean }) =>
    journal.keep({ device, profile: profile.id, at: new Date(now()).toISOString(), raw, message })

  const act = (effects: readonly AstmEffect[]): void => {
    for (const effect of effects) {
      switch (effect.do) {
        case 'write':
          void write(effect.bytes)
          break
        case 'commit':
          void commit(effect.raw, effect.message)
          break
        case 'keep':
          keep(effect.raw, { text: effect.message, complete: false }).then((capture) => capture && captured(capture), journalFailed)
          break
        case 'interrupted':
          break
      }
    }
    clearTimeout(timer)
    if (framer.deadline !== undefined) timer = setTimeout(() => act(framer.tick(now())), Math.max(0, framer.deadline - now()) + 1)
  }
  const commit = async (raw: Uint8Array, message: Uint8Array | undefined): Promise<void> => {
    const during = opening
    let isDurable = true
    try {
      const capture = await keep(raw, message && { text: message, complete: true })
      if (capture) captured(capture)
    } catch {
      isDurable = false
      journalFailed()
    }
    if (during === opening) act(framer.committed(isDurable, now()))
  }

  return {
    opened: (to) => {
      opening++
      framer.reset()
      write = to
    },
    bytes: (bytes) => act(framer.feed(bytes, now())),
    closed: () => {
      opening++
      clearTimeout(timer)
      framer.reset()
    },
  }
}
