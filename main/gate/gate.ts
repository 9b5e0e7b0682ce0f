import { clinicRequests, refuse, type Action, type ActivityMessage, type Answer, type AnswerMessage, type ClinicEvents, type EventMessage, type Problem, type RequestMessage, type RequestName } from '../../shared/contract'
import { problemKinds } from '../../shared/contract/problems'
import type { Session, SignInState } from '../access'
import type { Connection } from './handler'

/** Handles one checked request; {@link Handlers} is the typed form that the areas offer. */
export type AnyHandler = (ask: never, caller: never) => Promise<Answer<unknown>>

/** Whom and what a request is about, for the audit trail. */
interface About {
  readonly patient?: string
  /** Literal references, such as `Task/01…`. */
  readonly also?: readonly string[]
  /** Prefix of a workstation. */
  readonly workstation?: string
}

/** What the gate asks of the practice before it lets a request through. */
export interface GateParts {
  /** The practice that is open or locked here; null before there is one. */
  practice(): string | null
  /** The handlers of everything that can be asked now. */
  handlers(): Partial<Record<RequestName, AnyHandler>>
  signedIn(connection: string): SignInState
  /** The role × action table. */
  may(session: Session, action: Action): boolean
  /** A request came in on this window: its idle clock starts anew. */
  touch(connection: string): void
  audit(entry: About & { readonly session: Session; readonly action: RequestName; readonly outcome: 'done' | 'refused' }): Promise<void>
  /** A fault of ours, for the log: never with what was asked or answered. */
  fault(request: string, error: unknown): void
}

/** One window, or the command line, at the gate. */
export interface GateConnection {
  /** Never rejects: whatever comes in, an answer goes out (to a sign of activity: none). */
  handle(message: unknown): Promise<AnswerMessage | undefined>
  /** Passes an event on when this window may see it. */
  announce<Name extends keyof ClinicEvents>(name: Name, value: ClinicEvents[Name]): void
}

/** Events that a window receives with nobody signed in. */
const beforeSignIn: readonly (keyof ClinicEvents)[] = ['practiceChanged', 'sessionChanged', 'criticalsChanged', 'hostChanged']

/** A request larger than this is not looked at; the largest real one is a long note. */
const askLimit = 1_000_000

const isMessage = (message: unknown): message is RequestMessage => {
  if (typeof message !== 'object' || message === null) return false
  const { call, request, practice } = message as Record<string, unknown>
  return typeof call === 'number' && typeof request === 'string' && (practice === null || typeof practice === 'string')
}

const isActivity = (message: unknown): message is ActivityMessage =>
  typeof message === 'object' && message !== null && (message as { activity?: unknown }).activity === true

const isRequest = (name: string): name is RequestName => Object.hasOwn(clinicRequests, name)

/** Bytes are not counted: the shape of a request that takes some says how many, and as JSON they would be ten times as many. */
const withoutBytes = (_name: string, value: unknown): unknown => (value instanceof Uint8Array ? undefined : value)

const isTooLarge = (ask: unknown): boolean => {
  try {
    return (JSON.stringify(ask, withoutBytes) ?? '').length > askLimit
  } catch {
    return true
  }
}

/** The problem that a thrown error stands for: its own `kind` where it names one of ours; a full disk, wherever it was noticed. */
export const kindOf = (error: unknown): Problem['kind'] => {
  const { kind, code } = (typeof error === 'object' && error !== null ? error : {}) as { kind?: unknown; code?: unknown }
  if (kind === undefined && (code === 'ENOSPC' || code === 'EDQUOT')) return 'disk-full'
  return problemKinds.find((known) => known === kind) ?? 'internal'
}

const textIn = (value: unknown, member: string): string | undefined => {
  const text = typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[member] : undefined
  return typeof text === 'string' ? text : undefined
}

/** Whom a request is about: what was asked names the patient, or what was answered is one, or is about some. */
const aboutOf = (name: RequestName, ask: unknown, answer?: Answer<unknown>): About => {
  const value = answer?.ok ? answer.value : undefined
  const isReview = name === 'listReviewItems' || name === 'resolveReviewItem' || name === 'reopenReviewItem'
  const answered = name === 'registerPatient' ? [textIn(value, 'id')] : isReview ? (Array.isArray(value) ? value : [value]).map((item) => textIn(item, 'patient')) : []
  const [patient, ...others] = new Set([textIn(ask, 'patient'), ...answered].filter((each) => each !== undefined))
  const item = isReview ? textIn(ask, 'item') : undefined
  const also = [...others.map((each) => `Patient/${each}`), ...(item === undefined ? [] : [`Task/${item}`])]
  const workstation = name === 'removeHubMember' ? /^workstation-([a-z]{1,3})$/.exec(textIn(ask, 'user') ?? '')?.[1]?.toUpperCase() : undefined
  return { ...(patient === undefined ? {} : { patient }), ...(also.length === 0 ? {} : { also }), ...(workstation === undefined ? {} : { workstation }) }
}

/** The conflict desk is read again with every change that comes: whom the same window shows again within this time is written down once, ms. */
const shownAgainMs = 60_000

/**
 * The one way in. In this order: is it a message; is it in the contract; is it about the practice that
 * is open here; has it the right shape; is somebody signed in; may that role do it. Then the
 * area's handler, and the audit trail. An audited read is written down before it is shown.
 */
export const openGate = (parts: GateParts, id: string, send: (message: EventMessage) => void): GateConnection => {
  const shown = new Map<string, number>()
  const isShownAgain = (name: RequestName, entry: unknown): boolean => {
    if (name !== 'listReviewItems') return false
    for (const [key, since] of shown) if (performance.now() - since > shownAgainMs) shown.delete(key)
    const key = JSON.stringify(entry)
    if (shown.has(key)) return true
    shown.set(key, performance.now())
    return false
  }

  const admit = async (message: RequestMessage): Promise<Answer<unknown>> => {
    const { request: name, practice, ask } = message
    if (!isRequest(name)) return refuse('unknown-request')
    const definition = clinicRequests[name]
    if (practice !== null && practice !== parts.practice()) return refuse('not-found')
    if (isTooLarge(ask)) return refuse('bad-shape')
    const checked = definition.ask.safeParse(ask)
    if (!checked.success) return refuse('bad-shape', { field: checked.error.issues[0]?.path.join('.') ?? '' })

    const signedIn = parts.signedIn(id)
    const session = signedIn.state === 'open' ? signedIn.session : null
    if (definition.caller !== 'anyone') {
      if (practice === null) return refuse('no-practice')
      if (signedIn.state === 'locked') return refuse('session-locked')
      if (!session) return refuse('not-signed-in')
      if (message.byPerson === true) parts.touch(id)
      if (definition.caller !== 'signed-in' && !parts.may(session, definition.caller)) {
        if (definition.audit !== 'none') await parts.audit({ session, action: name, ...aboutOf(name, checked.data), outcome: 'refused' })
        return refuse('not-allowed')
      }
    }
    const handler = parts.handlers()[name]
    if (!handler) return refuse('no-practice')
    const caller: Connection = { id, session }
    const answer = await handler(checked.data as never, caller as never)
    if (session && definition.audit !== 'none') {
      const entry = { session, action: name, ...aboutOf(name, checked.data, answer), outcome: answer.ok ? 'done' : 'refused' } as const
      if (!isShownAgain(name, entry)) await parts.audit(entry)
    }
    return answer
  }

  return {
    handle: async (message) => {
      if (isActivity(message)) return void parts.touch(id)
      if (!isMessage(message)) return { call: -1, answer: refuse('bad-shape') }
      try {
        return { call: message.call, answer: await admit(message) }
      } catch (error) {
        const kind = kindOf(error)
        if (kind === 'internal') parts.fault(message.request, error)
        return { call: message.call, answer: refuse(kind) }
      }
    },
    announce: (name, value) => {
      if (beforeSignIn.includes(name) || parts.signedIn(id).state === 'open') send({ event: name, value })
    },
  }
}

