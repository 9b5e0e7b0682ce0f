/** Who is connected: a workstation holds one request open all the time, and between two of them comes back within seconds. */
export interface Presence {
  /** A request of this user has begun; answers what to call when it has ended. */
  enter(user: string): () => void
  isOnline(user: string): boolean
  /** When a request of this user last began or ended, milliseconds since 1970; undefined: not since the hub started. */
  seenAt(user: string): number | undefined
  close(): void
}

/** Longer than the pause between two long polls. */
const graceMs = 15_000
const lookEveryMs = 5_000

/** See {@link Presence}; `changed` is called when somebody has come or gone. */
export const openPresence = (changed: () => void, now: () => number = Date.now): Presence => {
  const users = new Map<string, { open: number; seenAt: number; wasOnline: boolean }>()
  const isOnline = (user: string): boolean => {
    const known = users.get(user)
    return known !== undefined && (known.open > 0 || now() - known.seenAt < graceMs)
  }
  const look = () => {
    let anything = false
    for (const [user, known] of users) {
      const is = isOnline(user)
      if (is === known.wasOnline) continue
      known.wasOnline = is
      anything = true
    }
    if (anything) changed()
  }
  const timer = setInterval(look, lookEveryMs)
  timer.unref()
  return {
    enter: (user) => {
      const known = users.get(user) ?? { open: 0, seenAt: 0, wasOnline: false }
      users.set(user, known)
      known.open++
      known.seenAt = now()
      if (!known.wasOnline) look()
      let ended = false
      return () => {
        if (ended) return
        ended = true
        known.open--
        known.seenAt = now()
      }
    },
    isOnline,
    seenAt: (user) => users.get(user)?.seenAt,
    close: () => clearInterval(timer),
  }
}
