import { type Action, type Answer, done, refuse, type Role, type SignInChoice, type Who } from '../../shared/contract'
import type { Replica } from '../replica'
import { openAudit } from './audit'
import { type Clock, systemClock } from './clock'
import { openLockOut } from './lockOut'
import { actionsOf, may } from './rights'
import { openSessions, type Session, type SignInState, type TellConnection } from './sessions'
import { matches } from './slowHash'
import { choiceOf, type NewStaff, openStaff, type StaffMember } from './staff'

export type { AuditEntry } from './audit'
export type { Clock } from './clock'
export { changeKey, type LeftOver, replicaKeyOf, settleKeyChange } from './changeKey'
export { type ExchangeKey, type ExchangeKeys, exchangeSubkey, openExchangeKeys, readExchangeCode } from './exchangeKeys'
export { openPreferences, type PreferenceBook } from './preferences'
export { forgetEarlier, replaceSecret } from './keyChanges'
export {
  createPracticeFile,
  type CreatedPractice,
  demoPassphrase,
  type Keystore,
  type NewPractice,
  type OpenedKey,
  type PracticeFile,
  readPracticeFile,
  removeUnfinished,
  type UnlockOptions,
  unlockWithKeystore,
  unlockWithSecret,
  unwrapWithSecret,
  writePracticeFile,
} from './keyring'
export { type FirstAdministrator, foundPractice, type Letterhead } from './practice'
export { newRecoveryCode } from './recoveryCode'
export { may } from './rights'
export type { Session, SignInState, TellConnection } from './sessions'
export type { NewStaff } from './staff'

/** What signing in, people and the audit trail are built on. */
export interface AccessParts {
  readonly replica: Replica
  /** Training practices show their passwords on the sign-in screen. */
  readonly training: boolean
  readonly clock?: Clock
  /** Tells one window that the host locked or ended its session. */
  readonly announce: TellConnection
  /** A session was locked or ended: image addresses lent to it stop working. */
  readonly sessionClosed?: (session: string) => void
  /** Default {@link idleLockMs}. */
  readonly idleMs?: number
}

/** Opens sign-in, sessions, people, rights and the audit trail of an open practice. */
export const openAccess = async (parts: AccessParts) => {
  const { replica, training } = parts
  const clock = parts.clock ?? systemClock
  const staff = openStaff(replica, clock.now)
  const lockOut = openLockOut(replica.local, clock.now)
  const sessions = openSessions(clock, parts.announce, parts.idleMs, parts.sessionClosed, (session) => {
    // The screen is locked whether or not it could be written down; a full disk shows with the next request.
    audit.write({ session, action: 'lock', outcome: 'done' }).catch(() => undefined)
  })

  const names = new Map<string, string>()
  const nameOf = async (practitioner: string): Promise<string> => {
    const known = names.get(practitioner)
    if (known !== undefined) return known
    const name = (await replica.records.get('Practitioner', practitioner))?.resource.name?.[0]?.text
    if (name !== undefined) names.set(practitioner, name)
    return name ?? ''
  }

  const audit = await openAudit(replica, clock.now, nameOf)

  const whoOf = (session: Session, user: string, locked: boolean): Who => ({
    practitioner: session.practitioner,
    user,
    name: session.name,
    role: session.role,
    actions: actionsOf(session.role),
    locked,
  })

  const admit = async (connection: string, person: StaffMember, action: 'signIn' | 'signInByPin'): Promise<Answer<Who>> => {
    const session = sessions.start(connection, { practitioner: person.practitioner, name: person.name, role: person.role, user: person.user })
    await audit.write({ session, action, outcome: 'done' })
    return done(whoOf(session, person.user, false))
  }

  /** The same work and the same answer whether the person, the password or both are wrong. */
  const tryPerson = async (
    connection: string,
    person: StaffMember | undefined,
    unknownAs: string,
    action: 'signIn' | 'signInByPin',
    isRight: () => Promise<boolean>,
  ): Promise<Answer<Who>> => {
    const account = person ? { known: true, id: person.practitioner } : { known: false, id: unknownAs }
    const attempt = await lockOut.attempt(account, isRight)
    if (attempt.outcome === 'right' && person) return admit(connection, person, action)
    await audit.write({ session: person ? { practitioner: person.practitioner } : null, action, outcome: 'refused' })
    return attempt.outcome === 'locked-out' ? refuse('locked-out', { until: attempt.until }) : refuse('wrong-credentials')
  }

  return {
    /** The people who may sign in here. */
    signInChoices: async (): Promise<SignInChoice[]> => (await staff.all()).map((each) => choiceOf(each, training)),

    /** Signs a person in by password; `wrong-credentials` or `locked-out` (facts.until). */
    signIn: async (connection: string, user: string, password: string): Promise<Answer<Who>> => {
      const wanted = user.trim().toLowerCase()
      const people = (await staff.all()).filter((each) => each.user === wanted)
      if (people.length < 2) {
        return tryPerson(connection, people[0], wanted, 'signIn', () => matches(password, people[0]?.password))
      }
      // Two workstations gave two people one user name while offline: the password says who it is.
      const right = await firstThat(people, (each) => matches(password, each.password))
      return tryPerson(connection, right ?? people[0], wanted, 'signIn', async () => right !== undefined)
    },

    /** Signs a person in by PIN; the same count of wrong attempts as the password. */
    signInByPin: async (connection: string, practitioner: string, pin: string): Promise<Answer<Who>> => {
      const person = (await staff.all()).find((each) => each.practitioner === practitioner)
      return tryPerson(connection, person, practitioner, 'signInByPin', () => matches(pin, person?.pin))
    },

    /** Whether the person at work really is who they say: their password again; wrong ones count as at sign-in. */
    confirm: async (session: Pick<Session, 'practitioner'>, password: string): Promise<Answer<null>> => {
      const person = (await staff.all()).find((each) => each.practitioner === session.practitioner)
      const attempt = await lockOut.attempt({ known: true, id: session.practitioner }, () => matches(password, person?.password))
      if (attempt.outcome === 'right') return done(null)
      return attempt.outcome === 'locked-out' ? refuse('locked-out', { until: attempt.until }) : refuse('wrong-credentials')
    },

    /** Hides everything on a window until somebody signs in again. */
    lock: async (connection: string): Promise<void> => {
      const session = sessions.lock(connection)
      if (session) await audit.write({ session, action: 'lock', outcome: 'done' })
    },

    signOut: async (connection: string): Promise<void> => {
      const session = sessions.end(connection)
      if (session) await audit.write({ session, action: 'signOut', outcome: 'done' })
    },

    whoAmI: (connection: string): Who | null => {
      const state = sessions.stateOf(connection)
      const who = sessions.whoOf(connection)
      return who && state.state !== 'none' ? whoOf(who.session, who.user, who.locked) : null
    },

    /** Who is signed in on a window; the gate asks before every request. */
    signedIn: (connection: string): SignInState => sessions.stateOf(connection),

    /** A request came in on this window: its idle clock starts anew. */
    touch: (connection: string): void => sessions.touch(connection),

    /** The window is gone. */
    closeConnection: async (connection: string): Promise<void> => {
      const session = sessions.end(connection)
      if (session) await audit.write({ session, action: 'signOut', outcome: 'done' })
    },

    /** The role × action table. */
    may: (session: { readonly role: Role }, action: Action): boolean => may(session.role, action),

    listStaff: async (): Promise<SignInChoice[]> => (await staff.all()).map((each) => choiceOf(each, training)),

    /**
     * Gives a person an account; `name-taken`.
     * @param author practitioner id of the administrator, or `system`
     * @param show training practices: the password stands on the sign-in screen
     */
    addStaff: async (person: NewStaff, author: string, show = false): Promise<Answer<SignInChoice>> => {
      const added = await staff.add(person, author, show && training)
      return added.ok ? done(choiceOf(added.value, training)) : added
    },

    audit,

    close: async (): Promise<void> => {
      sessions.close()
      await audit.close()
    },
  }
}

export type Access = Awaited<ReturnType<typeof openAccess>>

const firstThat = async <Item>(items: readonly Item[], test: (item: Item) => Promise<boolean>): Promise<Item | undefined> => {
  for (const item of items) if (await test(item)) return item
  return undefined
}
