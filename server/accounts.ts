import { randomInt } from 'node:crypto'
import { practiceDatabaseName } from '../shared/records/practiceDatabase'
import { rulesDocumentId } from '../shared/records/serverRules/rules'
import { CentreProblem, pathOf, type Couch } from './couch'
import { roleOf, stationRole } from './provision'

/** A workstation's account on the centre. */
export interface StationAccount {
  /** Prefix of the workstation, e.g. `B`. */
  readonly station: string
  /** Name that it signs in by. */
  readonly user: string
  /** Where it stands or whose it is, for the administrator. */
  readonly label?: string
  /** ISO instant. */
  readonly since: string
  /**
   * `invited`: its code has not been used yet. `expired`: and is no longer good. `joined`: the workstation has a password that
   * nobody else knows.
   */
  readonly state: 'invited' | 'expired' | 'joined'
  /** Until when the code can be used; absent once it was. */
  readonly codeUntil?: string
}

/** What a workstation needs to join; the password is good once, and not for long. */
export interface Invitation {
  readonly url: string
  readonly user: string
  readonly password: string
  /** ISO instant. */
  readonly until: string
}

interface StoredUser {
  readonly _id: string
  readonly _rev?: string
  readonly name: string
  readonly type: 'user'
  readonly roles: readonly string[]
  readonly outpost?: { readonly practice: string; readonly station: string; readonly label?: string; readonly since: string; readonly codeUntil?: string }
}

const stationShape = /^[A-Z]{1,3}$/
const userName = (practice: string, station: string): string => `${practiceDatabaseName(practice)}.${station.toLowerCase()}`
const pathOfUser = (name: string): string => pathOf('_users', `org.couchdb.user:${name}`)
/** Without letters that are read for one another. */
const letters = 'abcdefghjkmnpqrstuvwxyz23456789'
const oncePassword = (): string => Array.from({ length: 24 }, () => letters.charAt(randomInt(letters.length))).join('')

const accountOf = ({ name, outpost }: StoredUser, now: number): StationAccount[] =>
  outpost
    ? [{
        station: outpost.station,
        user: name,
        since: outpost.since,
        state: outpost.codeUntil === undefined ? 'joined' : Date.parse(outpost.codeUntil) > now ? 'invited' : 'expired',
        ...(outpost.label === undefined ? {} : { label: outpost.label }),
        ...(outpost.codeUntil === undefined ? {} : { codeUntil: outpost.codeUntil }),
      }]
    : []

const storedUsers = async (couch: Couch, practice: string): Promise<StoredUser[]> => {
  const prefix = `org.couchdb.user:${practiceDatabaseName(practice)}.`
  const range = `startkey=${encodeURIComponent(JSON.stringify(prefix))}&endkey=${encodeURIComponent(JSON.stringify(`${prefix}\ufff0`))}`
  const { rows } = await couch.must('GET', `/_users/_all_docs?include_docs=true&${range}`)
  return (rows as readonly { readonly doc: StoredUser | null }[]).flatMap(({ doc }) => (doc ? [doc] : []))
}

/** The workstations that may sign in for a practice. */
export const listStations = async (couch: Couch, practice: string, now: number): Promise<StationAccount[]> =>
  (await storedUsers(couch, practice)).flatMap((user) => accountOf(user, now))

/**
 * Lets a workstation in: makes its account, or, where it has one, gives that a new password and so shuts out whoever had the old one. The practice
 * has to be provisioned; its rules learn the prefix.
 *
 * @throws {CentreProblem} `conflict` when the prefix has an account and `again` is not said
 */
export const inviteStation = async (
  couch: Couch,
  { practice, station, label, minutes = 10, again = false, url = couch.url, now }:
  { readonly practice: string; readonly station: string; readonly label?: string; readonly minutes?: number; readonly again?: boolean; readonly url?: string; readonly now: number },
): Promise<Invitation> => {
  if (!stationShape.test(station)) throw new CentreProblem('conflict', 'the prefix of a workstation is one to three capital letters')
  const database = practiceDatabaseName(practice)
  await removeExpired(couch, practice, now)
  await admitPrefix(couch, database, station)
  const name = userName(practice, station)
  const { status, body } = await couch.ask('GET', pathOfUser(name))
  if (status === 200 && !again) throw new CentreProblem('conflict', `workstation ${station} has an account already`)
  const password = oncePassword()
  const until = new Date(now + minutes * 60_000).toISOString()
  const user: StoredUser & { readonly password: string } = {
    _id: `org.couchdb.user:${name}`,
    ...(status === 200 ? { _rev: String(body['_rev']) } : {}),
    name,
    type: 'user',
    roles: [roleOf(database), stationRole],
    password,
    outpost: { practice, station, since: new Date(now).toISOString(), codeUntil: until, ...(label === undefined ? {} : { label }) },
  }
  await couch.must('PUT', pathOfUser(name), user)
  return { url: `${url}/${database}`, user: name, password, until }
}

/** Adds a prefix to those that the practice's rules know. */
const admitPrefix = async (couch: Couch, database: string, station: string): Promise<void> => {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const path = `${pathOf(database)}/${rulesDocumentId}`
    const { status, body } = await couch.ask('GET', path)
    if (status !== 200) throw new CentreProblem('not-found', 'the practice is not provisioned on this server')
    const rules = body['outpost'] as { readonly stations?: readonly string[] }
    if (!rules.stations || rules.stations.includes(station)) return
    const written = await couch.ask('PUT', path, { ...body, outpost: { ...rules, stations: [...rules.stations, station].sort() } })
    if (written.status < 300) return
    if (written.status !== 409) throw new CentreProblem('answered', `rules: ${written.status} ${String(written.body['reason'])}`, written.status)
  }
  throw new CentreProblem('answered', 'the rules of the practice are being changed by others')
}

/**
 * Shuts a workstation out: its password and its open sessions are worth nothing from now on. What it wrote stays, and its prefix stays known,
 * since others still bring its records. @throws {CentreProblem} `not-found`
 */
export const revokeStation = async (couch: Couch, practice: string, station: string): Promise<void> => {
  const path = pathOfUser(userName(practice, station))
  const { status, body } = await couch.ask('GET', path)
  if (status === 404) throw new CentreProblem('not-found', `workstation ${station} has no account`)
  await couch.must('DELETE', `${path}?rev=${String(body['_rev'])}`)
}

/** Removes accounts whose code nobody used in time; answers their prefixes. */
export const removeExpired = async (couch: Couch, practice: string, now: number): Promise<string[]> => {
  const gone: string[] = []
  for (const user of await storedUsers(couch, practice)) {
    const [account] = accountOf(user, now)
    if (account?.state !== 'expired') continue
    const { status } = await couch.ask('DELETE', `${pathOfUser(user.name)}?rev=${String(user._rev)}`)
    if (status < 300) gone.push(account.station)
  }
  return gone
}
