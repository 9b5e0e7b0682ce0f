import type { Answer, CheckedAsk, ClinicEvents, RequestName, ValueOf } from '../../shared/contract'
import type { Session } from '../access'

export type { Session } from '../access'

/** One window (or the command line) as the gate sees it. */
export interface Connection {
  readonly id: string
  /** Who is signed in and not locked; the gate has checked the right before a handler runs. */
  readonly session: Session | null
}

/** As {@link Connection}, where the contract asked for a signed-in person. */
export interface SignedIn extends Connection {
  readonly session: Session
}

/** Answers one request; the ask is checked, the caller's right too. */
export type Handler<Name extends RequestName> = (ask: CheckedAsk<Name>, caller: SignedIn) => Promise<Answer<ValueOf<Name>>>

/** The handlers of one contract area. */
export type Handlers<Area> = { readonly [Name in keyof Area & RequestName]: Handler<Name> }

/** Tells windows something; see `ClinicEvents` for who receives what. */
export type Announce = <Name extends keyof ClinicEvents>(name: Name, value: ClinicEvents[Name]) => void
