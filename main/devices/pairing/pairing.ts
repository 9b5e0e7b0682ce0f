import { done, refuse, type Answer } from '../../../shared/contract'
import type { BareLines } from '../lines'
import { profileOf } from '../profiles'
import type { PairingAnswer, PairingAsk } from './messages'
import { Trial } from './trial'

/** Finds out over bare lines what devices are: settings, protocol, profile, and what they say. */
export interface Pairing {
  answer(ask: PairingAsk): Answer<PairingAnswer>
  close(): void
}

/** What pairing needs of the station. */
export interface PairingOptions {
  readonly lines: BareLines
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** Starts with no trial. */
export const openPairing = ({ lines, now }: PairingOptions): Pairing => {
  const trials = new Map<string, Trial>()
  const forget = () => {
    for (const [id, trial] of trials) {
      if (lines.find(id) === trial.line) continue
      trial.stop()
      trials.delete(id)
    }
  }
  return {
    answer: (ask) => {
      forget()
      const line = lines.find(ask.line)
      if (!line) return refuse('not-found')
      line.askedAt = now()
      const trial = trials.get(ask.line) ?? new Trial(line, now)
      trials.set(ask.line, trial)
      if (ask.do === 'find') trial.find(ask.search)
      if (ask.do === 'try') {
        const profile = profileOf(ask.profile)
        if (!profile) return refuse('profile-unknown', { profile: ask.profile })
        trial.try(profile)
      }
      return done(trial.state(ask.do === 'find' ? undefined : ask.profile))
    },
    close: () => {
      for (const trial of trials.values()) trial.stop()
      trials.clear()
    },
  }
}
