import { createHmac, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { CouchProblem, unauthorized } from './couchProblem'
import type { OrderedStore } from './orderedStore'

/** Somebody who may use the hub. */
export interface Account {
  readonly name: string
  /** May create databases and use all of them. */
  readonly admin: boolean
  /** Names of the databases that the user may use. */
  readonly databases: readonly string[]
  /** The workstation that joined by a code; its prefix. */
  readonly station?: string
  /** When it did, ISO instant. */
  readonly joinedAt?: string
}

interface StoredAccount extends Account {
  /** scrypt N=2^14, r=8, p=1, 32 bytes; base64. */
  readonly salt: string
  readonly hash: string
}

/** How a caller has proved who it is. */
export interface Caller extends Account {
  readonly by: 'cookie' | 'default'
  /** A fresh cookie, when the one that came is getting old. */
  readonly renewed?: string
}

/** Users of the hub, their passwords and sessions. */
export interface Accounts {
  /** @param isWanted asked right before the account is written; throws when it is not to be any more */
  add(account: Account & { readonly password: string }, isWanted?: () => void): Promise<void>
  /** Lets a user in to a further database. */
  admit(name: string, database: string): void
  find(name: string): Account | undefined
  /** Everybody, by name. */
  list(): readonly Account[]
  /** Shuts a user out: password and cookies are worth nothing from now on. @throws when the register cannot be written */
  remove(name: string): void
  /** Whether a workstation with this prefix was ever let in. */
  hasSeen(station: string): boolean
  isEmpty(): boolean
  /** @throws {CouchProblem} 401, or 403 while locked out */
  check(name: string, password: string, from: string): Promise<Account>
  /** The value of an `AuthSession` cookie. */
  cookieOf(name: string): string
  /** Who this cookie belongs to; undefined when it has expired or is forged. */
  readCookie(value: string): Caller | undefined
}

/** Callers that wait for their hash; more are asked to come again. */
const mostWaiting = 16

/** CouchDB's default `[chttpd_auth] timeout`. */
export const sessionSeconds = 600
const mostAccounts = 10_000
/** As cookies have it; nobody has a longer one. */
const longestName = 200
const failureLimit = 5
const failureWindowMs = 300_000

const hashOf = (password: string, salt: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) =>
    scrypt(password.normalize('NFKC'), salt, 32, { N: 2 ** 14, r: 8, p: 1 }, (error, hash) => (error ? reject(error) : resolve(hash))),
  )

/** Somebody who tries one password after the other must not keep the others from signing in, nor the hub from its work. */
const openTurnstile = () => {
  let waiting = 0
  let turn: Promise<unknown> = Promise.resolve()
  return <Value>(work: () => Promise<Value>): Promise<Value> => {
    if (waiting >= mostWaiting) throw new CouchProblem(503, 'service_unavailable', 'too many sign-ins at the same time', { 'Retry-After': '5' })
    waiting++
    const mine = turn.then(work).finally(() => waiting--)
    turn = mine.catch(() => undefined)
    return mine
  }
}

/** Where callers prove who they are, and who has failed there, the latest last. */
const openDoor = () => ({ turnstile: openTurnstile(), failures: new Map<string, number[]>() })

const toAccount = ({ salt: _salt, hash: _hash, ...account }: StoredAccount): Account => account

/** What {@link openAccounts} may be told. */
export interface AccountsOptions {
  /** Nobody may go on as this user: it was shut out, or its password was replaced. */
  readonly ended?: (name: string) => void
  readonly now?: () => number
  /** How many callers are remembered who typed a wrong password. */
  readonly mostFailures?: number
}

/** Accounts kept in the hub's own encrypted store. */
export const openAccounts = (store: OrderedStore, { ended = () => undefined, now = Date.now, mostFailures = 10_000 }: AccountsOptions = {}): Accounts => {
  const keyOf = (name: string) => `user/${name}`
  const read = (name: string): StoredAccount | undefined => {
    const stored = store.get(keyOf(name))
    return stored === undefined ? undefined : (JSON.parse(stored) as StoredAccount)
  }
  const write = (account: StoredAccount) => store.apply([{ type: 'put', key: keyOf(account.name), value: JSON.stringify(account) }])
  const secret = secretOf(store)
  // A changed password makes a new salt, and with it every older cookie worthless.
  const signature = (account: StoredAccount, stamp: string) => createHmac('sha256', secret).update(`${account.name}:${stamp}:${account.salt}`).digest('hex')
  const cookie = (account: StoredAccount) => {
    const stamp = Math.floor(now() / 1000).toString(16)
    return Buffer.from(`${account.name}:${stamp}:${signature(account, stamp)}`).toString('base64url')
  }
  // Names that nobody has do not stand in the way of those that somebody has.
  const [members, strangers] = [openDoor(), openDoor()]
  // A password tried again and again within a session costs one hash, not one a request.
  const proven = new Map<string, string>()
  const underWay = new Map<string, Promise<Account>>()
  const proofOf = (account: StoredAccount, password: string) => createHmac('sha256', secret).update(`${account.name}\0${account.salt}\0${password}`).digest('hex')

  /** Each try counts from its beginning, so that many at once are no way around the lock-out. */
  const checkHash = async (account: StoredAccount | undefined, password: string, source: string): Promise<Account> => {
    const { turnstile, failures } = account ? members : strangers
    const before = (failures.get(source) ?? []).filter((at) => now() - at < failureWindowMs)
    if (before.length >= failureLimit) throw new CouchProblem(403, 'forbidden', 'Account is temporarily locked due to multiple authentication failures')
    const salt = Buffer.from(account?.salt ?? 'bm9ib2R5IGtub3dzIGl0', 'base64')
    const hashing = turnstile(() => hashOf(password, salt))
    failures.delete(source)
    failures.set(source, [...before, now()])
    for (const oldest of failures.keys()) {
      if (failures.size <= mostFailures) break
      failures.delete(oldest)
    }
    const hash = await hashing
    // Shut out, or given another password, while this one was looked at.
    if (!account || read(account.name)?.salt !== account.salt || !timingSafeEqual(hash, Buffer.from(account.hash, 'base64'))) throw unauthorized('Name or password is incorrect.')
    failures.delete(source)
    return toAccount(account)
  }

  const list = () => store.scan({ gte: 'user/', lt: 'user0' }, false, mostAccounts).map(([, stored]) => toAccount(JSON.parse(stored) as StoredAccount))

  return {
    add: async ({ name, password, admin, databases, station, joinedAt }, isWanted) => {
      const salt = randomBytes(16)
      const hash = await hashOf(password, salt)
      isWanted?.()
      write({ name, admin, databases, ...(station !== undefined && { station }), ...(joinedAt !== undefined && { joinedAt }), salt: salt.toString('base64'), hash: hash.toString('base64') })
      proven.delete(name)
      ended(name)
    },
    admit: (name, database) => {
      const account = read(name)
      if (account && !account.databases.includes(database)) write({ ...account, databases: [...account.databases, database] })
    },
    find: (name) => {
      const account = read(name)
      return account && toAccount(account)
    },
    list,
    remove: (name) => {
      const station = read(name)?.station
      store.apply([{ type: 'del', key: keyOf(name) }, ...(station === undefined ? [] : [{ type: 'put' as const, key: `station/${station}`, value: '' }])])
      proven.delete(name)
      ended(name)
    },
    hasSeen: (station) => store.get(`station/${station}`) !== undefined || list().some((account) => account.station === station),
    isEmpty: () => store.scan({ gte: 'user/', lt: 'user0' }, false, 1).length === 0,
    check: async (name, password, from) => {
      if (name.length > longestName) throw unauthorized('Name or password is incorrect.')
      const account = name.includes('\0') ? undefined : read(name)
      if (!account) return checkHash(undefined, password, `${from} ${name}`)
      const proof = proofOf(account, password)
      if (proven.get(name) === proof) return account
      // A workstation begins with several requests at once: that is one sign-in.
      const place = `${from} ${proof}`
      const known = underWay.get(place)
      if (known) return known
      const checking = checkHash(account, password, `${from} ${name}`).then((found) => (proven.set(name, proof), found)).finally(() => underWay.delete(place))
      underWay.set(place, checking)
      return checking
    },
    cookieOf: (name) => {
      const account = read(name)
      if (!account) throw unauthorized('Name or password is incorrect.')
      return cookie(account)
    },
    readCookie: (value) => {
      const match = /^(.{1,200}):([0-9a-f]{1,12}):([0-9a-f]{64})$/.exec(Buffer.from(value, 'base64url').toString())
      if (!match) return undefined
      const [, name = '', stamp = '', given = ''] = match
      const account = name.includes('\0') ? undefined : read(name)
      if (!account || !timingSafeEqual(Buffer.from(signature(account, stamp)), Buffer.from(given))) return undefined
      const age = now() / 1000 - parseInt(stamp, 16)
      if (age > sessionSeconds || age < -60) return undefined
      const { admin, databases } = account
      return { name, admin, databases, by: 'cookie', ...(age > sessionSeconds / 10 ? { renewed: cookie(account) } : {}) }
    },
  }
}

const secretOf = (store: OrderedStore): Buffer => {
  const stored = store.get('cookie-secret')
  if (stored !== undefined) return Buffer.from(stored, 'base64')
  const made = randomBytes(32)
  store.apply([{ type: 'put', key: 'cookie-secret', value: made.toString('base64') }])
  return made
}
