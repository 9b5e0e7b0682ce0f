import type { LocalStore } from '../replica'

/** Wrong passwords or PINs in a row before an account is locked out. */
export const mostFailures = 5

/** How long an account is locked out. */
const lockOutMs = 15 * 60_000

interface Attempts {
  readonly failures: number
  /** Milliseconds since 1970; 0 while it is not locked out. */
  readonly until: number
}

const none: Attempts = { failures: 0, until: 0 }

/** Names that nobody has are counted in memory only, so that guessing names fills no disk. */
const mostUnknown = 500

/**
 * Counts wrong secrets per account, on disk: a restart forgives nothing. Attempts on one account run one
 * after the other, so that many at once are still counted.
 */
export const openLockOut = (local: LocalStore, now: () => number) => {
  const unknown = new Map<string, Attempts>()
  const queues = new Map<string, Promise<unknown>>()

  const read = async (account: Account): Promise<Attempts> =>
    account.known ? ((await local.get<Attempts>('sign-in-attempts', account.id))?.value ?? none) : (unknown.get(account.id) ?? none)

  const write = async (account: Account, attempts: Attempts): Promise<void> => {
    if (account.known) {
      await local.put('sign-in-attempts', account.id, attempts)
      return
    }
    unknown.delete(account.id)
    unknown.set(account.id, attempts)
    const oldest = unknown.keys().next()
    if (unknown.size > mostUnknown && !oldest.done) unknown.delete(oldest.value)
  }

  const attempt = async (account: Account, isRight: () => Promise<boolean>): Promise<Attempt> => {
    const before = await read(account)
    if (before.until > now()) return { outcome: 'locked-out', until: new Date(before.until).toISOString() }
    const failures = before.until > 0 ? 1 : before.failures + 1
    const after: Attempts = { failures, until: failures >= mostFailures ? now() + lockOutMs : 0 }
    // Counted before it is tried: pulling the plug during an attempt does not make it free.
    await write(account, after)
    if (await isRight()) {
      await write(account, none)
      return { outcome: 'right' }
    }
    return after.until > 0 ? { outcome: 'locked-out', until: new Date(after.until).toISOString() } : { outcome: 'wrong' }
  }

  return {
    /** Tries a secret unless the account is locked out. */
    attempt: (account: Account, isRight: () => Promise<boolean>): Promise<Attempt> => {
      const key = `${account.known ? 'known' : 'unknown'}:${account.id}`
      const run = (queues.get(key) ?? Promise.resolve()).then(() => attempt(account, isRight))
      const settled = run.catch(() => undefined).finally(() => {
        if (queues.get(key) === settled) queues.delete(key)
      })
      queues.set(key, settled)
      return run
    },
  }
}

/** Whose attempts are counted: a practitioner id, or a user name that nobody has. */
export interface Account {
  readonly known: boolean
  readonly id: string
}

/** How an attempt went; `until` is an ISO instant. */
export type Attempt = { readonly outcome: 'right' | 'wrong' } | { readonly outcome: 'locked-out'; readonly until: string }
