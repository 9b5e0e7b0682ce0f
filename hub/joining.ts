import { randomBytes } from 'node:crypto'
import { isSameProof, joinKeyOf, type JoinAnswer, type JoinGrant, type JoinKey, type JoinRefusal, type JoinWish } from '../main/lan'
import { joinCodeBytes, joinCodeFrom } from '../shared/records/joinCode'
import { practiceDatabaseName } from '../shared/records/practiceDatabase'
import type { Accounts } from './accounts'
import { badRequest, CouchProblem } from './couchProblem'

/** Which practice a code lets workstations into. */
export interface JoinOffer {
  readonly practice: { readonly id: string; readonly name: string; readonly training: boolean }
  /** Prefix of the hub's own workstation: nobody else's, ever. */
  readonly own: string
  /** Prefixes that the practice's records bear, whether or not their workstations have joined this hub: not for one that is new to the practice. */
  readonly stations: readonly string[]
}

/** A code that lets one workstation in. */
export interface JoinCode {
  readonly code: string
  /** ISO instant. */
  readonly until: string
}

/** Lets workstations in by join code. One code at a time; it lets one workstation in and is over after {@link codeMinutes}. */
export interface Joining {
  make(offer: JoinOffer): Promise<JoinCode>
  end(): void
  /** What a workstation sent from this address, whoever it is. @throws {CouchProblem} with a {@link JoinRefusal} as its `error` */
  redeem(message: Record<string, unknown>, from: string): Promise<JoinAnswer>
}

/** How long a code lets somebody in. */
const codeMinutes = 15
/** From one address, of 2⁵⁵ codes; a slip of the finger is told before it is sent. A stranger's do not count against the others. */
const mostTries = 50
const mostAddresses = 1_000

const refusal = (status: number, error: JoinRefusal, reason: string) => new CouchProblem(status, error, reason)

const readWish = (text: string): JoinWish => {
  let wish: unknown
  try {
    wish = JSON.parse(text)
  } catch {
    throw badRequest('the wish is not JSON')
  }
  const { station, practice } = (typeof wish === 'object' && wish !== null ? wish : {}) as Record<string, unknown>
  if (typeof station !== 'string' || !/^[A-Z]{1,3}$/.test(station)) throw badRequest('a workstation has a prefix of one to three letters')
  if (practice !== undefined && typeof practice !== 'string') throw badRequest('a practice is named by its id')
  return { station, ...(practice !== undefined && { practice }) }
}

/** A code that was shown. */
interface Opened {
  readonly offer: JoinOffer
  readonly key: JoinKey
  readonly until: number
  /** Wrong ones, by the address that they came from. */
  readonly tries: Map<string, number>
  /** Set before anybody is let in, so that two at the same moment are not. */
  granted?: { readonly nonce: string; readonly answer: Promise<JoinAnswer> }
}

/** See {@link Joining}. */
export const openJoining = ({
  hub,
  fingerprint,
  accounts,
  joined,
  now = Date.now,
}: {
  /** Names this hub. */
  readonly hub: string
  /** SHA-256 of the certificate that this hub shows. */
  readonly fingerprint: string
  readonly accounts: Accounts
  /** A workstation was let in. */
  joined(): void
  readonly now?: () => number
}): Joining => {
  let open: Opened | undefined

  const letIn = async (asked: Opened, { station, practice: known }: JoinWish): Promise<JoinGrant> => {
    const { practice, own, stations } = asked.offer
    if (known !== undefined && known !== practice.id) throw refusal(409, 'other_practice', 'this hub serves another practice')
    // A workstation of this practice comes again when it was restored or had lost its password.
    if (station === own || (known === undefined && (stations.includes(station) || accounts.hasSeen(station)))) throw refusal(409, 'station_taken', 'another workstation has this prefix')
    const grant: JoinGrant = { user: `workstation-${station.toLowerCase()}`, password: randomBytes(24).toString('base64url'), practice, hub }
    const account = { name: grant.user, password: grant.password, admin: false, databases: [practiceDatabaseName(practice.id)], station, joinedAt: new Date(now()).toISOString() }
    await accounts.add(account, () => {
      if (open !== asked) throw refusal(410, 'join_code_over', 'the join code was ended')
    })
    joined()
    return grant
  }
  const grantTo = async (asked: Opened, nonce: string, wish: string): Promise<JoinAnswer> => {
    const grant = JSON.stringify(await letIn(asked, readWish(wish)))
    return { grant, proof: asked.key.answered(nonce, grant) }
  }
  const countWrong = ({ tries }: Opened, from: string) => {
    const [oldest] = tries.keys()
    if (oldest !== undefined && tries.size >= mostAddresses && !tries.has(from)) tries.delete(oldest)
    tries.set(from, (tries.get(from) ?? 0) + 1)
  }

  return {
    make: async (offer) => {
      const code = joinCodeFrom(randomBytes(joinCodeBytes))
      const key = await joinKeyOf(code, fingerprint)
      const until = now() + codeMinutes * 60_000
      open = { offer, key, until, tries: new Map() }
      return { code, until: new Date(until).toISOString() }
    },
    end: () => {
      open = undefined
    },
    redeem: async ({ nonce, wish: text, proof }, from) => {
      if (typeof nonce !== 'string' || !/^[0-9a-f]{32}$/.test(nonce) || typeof text !== 'string' || text.length > 500 || typeof proof !== 'string') throw badRequest('not a wish to join')
      const asked = open
      if (!asked || now() > asked.until || (asked.tries.get(from) ?? 0) >= mostTries) throw refusal(410, 'join_code_over', 'no join code is open')
      if (!isSameProof(proof, asked.key.asked(nonce, text))) {
        countWrong(asked, from)
        throw refusal(403, 'join_code_wrong', 'the join code is not right')
      }
      // The line was cut before the answer arrived: the same workstation asks again.
      if (asked.granted?.nonce === nonce) return asked.granted.answer
      if (asked.granted) throw refusal(410, 'join_code_over', 'the join code was used')
      const answer = grantTo(asked, nonce, text)
      asked.granted = { nonce, answer }
      try {
        return await answer
      } catch (error) {
        // Nobody was let in: the code is as good as before.
        delete asked.granted
        throw error
      }
    },
  }
}
