import { randomBytes } from 'node:crypto'
import type { ClinicEvents, Role } from '../../shared/contract'
import type { Clock } from './clock'

/** A signed-in person on one window. */
export interface Session {
  readonly id: string
  readonly practitioner: string
  readonly name: string
  readonly role: Role
}

/** A screen nobody touches locks after this long. */
export const idleLockMs = 3 * 60_000

/** Tells one window that its session was locked or ended by the host. */
export type TellConnection = (connection: string, event: ClinicEvents['sessionChanged']) => void

/** Who is signed in on a window; the gate asks this for every request. */
export type SignInState = { readonly state: 'none' } | { readonly state: 'locked' } | { readonly state: 'open'; readonly session: Session }

interface Open {
  readonly session: Session
  readonly user: string
  locked: boolean
  touchedAt: number
  cancelTimer: () => void
}

/** Sessions per connection (window), each with its own idle clock. */
export const openSessions = (
  clock: Clock,
  tell: TellConnection,
  idleMs: number = idleLockMs,
  /** The session was locked or ended: what was lent to it is taken back. */
  closed: (session: string) => void = () => undefined,
  /** The host locked it because nobody touched it; for the audit trail. */
  idled: (session: Session) => void = () => undefined,
) => {
  const sessions = new Map<string, Open>()

  const lock = (open: Open): void => {
    open.locked = true
    open.cancelTimer()
    closed(open.session.id)
  }

  const lockIdle = (connection: string, open: Open): void => {
    lock(open)
    tell(connection, { state: 'locked' })
    idled(open.session)
  }

  const watch = (connection: string, open: Open, delayMs: number): void => {
    open.cancelTimer = clock.after(delayMs, () => {
      const idleFor = clock.now() - open.touchedAt
      if (idleFor < idleMs) return watch(connection, open, idleMs - idleFor)
      lockIdle(connection, open)
    })
  }

  const end = (connection: string): Session | undefined => {
    const open = sessions.get(connection)
    open?.cancelTimer()
    sessions.delete(connection)
    if (open) closed(open.session.id)
    return open?.session
  }

  return {
    /** Starts a session on a window; the one that was there ends. */
    start: (connection: string, person: Omit<Session, 'id'> & { readonly user: string }): Session => {
      end(connection)
      const { user, ...who } = person
      const session: Session = { id: randomBytes(16).toString('hex'), ...who }
      const open: Open = { session, user, locked: false, touchedAt: clock.now(), cancelTimer: () => undefined }
      sessions.set(connection, open)
      watch(connection, open, idleMs)
      return session
    },
    stateOf: (connection: string): SignInState => {
      const open = sessions.get(connection)
      if (!open) return { state: 'none' }
      // A timer can be late (the machine slept): what counts is the clock.
      if (!open.locked && clock.now() - open.touchedAt >= idleMs) {
        lockIdle(connection, open)
      }
      return open.locked ? { state: 'locked' } : { state: 'open', session: open.session }
    },
    /** Who is there, locked or not. */
    whoOf: (connection: string): { readonly session: Session; readonly user: string; readonly locked: boolean } | undefined => sessions.get(connection),
    /** Somebody is at work on this window. */
    touch: (connection: string): void => {
      const open = sessions.get(connection)
      if (open && !open.locked) open.touchedAt = clock.now()
    },
    lock: (connection: string): Session | undefined => {
      const open = sessions.get(connection)
      if (!open || open.locked) return undefined
      lock(open)
      return open.session
    },
    /** Ends a session: signed out, or the window is gone. */
    end,
    close: (): void => {
      sessions.forEach((_open, connection) => end(connection))
    },
  }
}
