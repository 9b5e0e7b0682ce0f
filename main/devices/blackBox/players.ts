import { randomBytes } from 'node:crypto'
import type { Profile } from '../profiles'
import type { Entry } from './entry'
import { play, type Play, type PlayOptions } from './player'

/** At once at most; another one ends the oldest. */
const mostPlays = 4

/** Replays under way, and those that are over and still looked at. */
export interface Players {
  start(options: Pick<PlayOptions, 'speed' | 'message'> & { readonly entries: readonly Entry[]; readonly profile: Profile; readonly isCut: boolean }): string
  find(id: string): { readonly play: Play; readonly isCut: boolean } | undefined
  stop(id: string): void
  close(): void
}

/** Starts with none. */
export const openPlayers = (): Players => {
  const plays = new Map<string, { readonly play: Play; readonly isCut: boolean }>()
  const stop = (id: string) => {
    plays.get(id)?.play.stop()
    plays.delete(id)
  }
  return {
    start: ({ isCut, ...options }) => {
      for (const oldest of [...plays.keys()].slice(0, Math.max(0, plays.size + 1 - mostPlays))) stop(oldest)
      const id = randomBytes(12).toString('hex')
      plays.set(id, { play: play(options), isCut })
      return id
    },
    find: (id) => plays.get(id),
    stop,
    close: () => {
      for (const id of plays.keys()) stop(id)
    },
  }
}
