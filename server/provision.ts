import { randomBytes } from 'node:crypto'
import { blobDatabaseName } from '../shared/records/blobDatabase'
import { digestDesign } from '../shared/records/digestView'
import { practiceDatabaseName, practiceDocumentId, practiceMarkIn } from '../shared/records/practiceDatabase'
import { isAlike, type PracticeRules, rulesDocumentId } from '../shared/records/serverRules/rules'
import { CentreProblem, pathOf, type Couch } from './couch'
import { validateBlobs, validateRecords } from './validateDocUpdate'

/** What a practice is to have on the centre. */
export interface WantedPractice {
  readonly id: string
  readonly name: string
  readonly training: boolean
  /** Prefixes of workstations that are known, besides those that were; `any`: from now on, whoever has an account brings whatever it has. */
  readonly stations?: readonly string[] | 'any'
  /** Records of an older form are refused from now on. */
  readonly oldestSchema?: number
  /** Another name for the database; as a rule it follows from the practice's id. */
  readonly database?: string
}

/** One thing that provisioning looked after. */
export interface Step {
  /** E.g. `database outpost-01…`. */
  readonly what: string
  readonly outcome: 'made' | 'changed' | 'same'
}

/** The role that lets a user into a practice's databases. */
export const roleOf = (database: string): string => database

/** The role of every workstation's account, whichever practice it is of: may read its own account, and change its own password. */
export const stationRole = 'outpost-station'

/** A cluster may answer before all of its nodes know; provisioning looks again until it finds everything, so often. */
const passes = 6
const pauseMs = 300

/** Few and small documents a practice: one shard keeps the feed in one order and costs the least. */
const shards = 1

/**
 * Gives a practice everything that it needs on the centre: database, who may use it, mark, rules. Leaves alone what is as it should be: a
 * second run changes nothing. What is there of a practice (records, workstations, users) is never taken away.
 *
 * @throws {CentreProblem} `conflict` when the database is another practice's
 */
export const provision = async (couch: Couch, wanted: WantedPractice): Promise<Step[]> => {
  const first = await pass(couch, wanted)
  // A cluster's answer 202 is a promise: what was written is looked for, and written again where it got lost.
  for (let round = 1, last = first; last.some(({ outcome }) => outcome !== 'same'); round += 1) {
    if (round === passes) throw new CentreProblem('answered', `the server does not keep what is written: ${last.find(({ outcome }) => outcome !== 'same')?.what}`)
    if (round > 1) await new Promise((next) => setTimeout(next, pauseMs))
    last = await pass(couch, wanted)
  }
  return first
}

const pass = async (couch: Couch, wanted: WantedPractice): Promise<Step[]> => {
  await checkServer(couch)
  const steps: Step[] = []
  const step = async (what: string, work: () => Promise<Step['outcome']>) => void steps.push({ what, outcome: await work() })
  const database = wanted.database ?? practiceDatabaseName(wanted.id)
  for (const name of ['_users', '_replicator']) await step(`database ${name}`, () => ensureDatabase(couch, name, ''))
  await step('members of _users', () => ensureOwnAccounts(couch))
  const files = blobDatabaseName(database)
  for (const name of [database, files]) await step(`database ${name}`, () => ensureDatabase(couch, name, `?q=${shards}`))
  for (const name of [database, files]) await step(`mark of ${name}`, () => ensureMark(couch, name, wanted))
  // Rules before members: nobody writes into a database that does not check.
  await step('rules for records', () => ensureRules(couch, database, validateRecords, wanted))
  await step('rules for files', () => ensureRules(couch, files, validateBlobs, wanted))
  await step('digests', () => ensureDesign(couch, database, digestDesign))
  for (const name of [database, files]) await step(`members of ${name}`, () => ensureSecurity(couch, name, roleOf(database)))
  return steps
}

const checkServer = async (couch: Couch): Promise<void> => {
  const { couchdb, version } = await couch.must('GET', '/')
  const major = Number(/^\d+/.exec(String(version))?.[0])
  if (couchdb !== 'Welcome' || !(major >= 3)) throw new CentreProblem('unreachable', `${couch.url} is no CouchDB 3 or later`)
}

const ensureDatabase = async (couch: Couch, name: string, query: string): Promise<Step['outcome']> => {
  const { status } = await couch.ask('GET', pathOf(name))
  if (status === 200) return 'same'
  const made = await couch.ask('PUT', `${pathOf(name)}${query}`)
  if (made.status === 412) return 'same'
  if (made.status >= 300) throw new CentreProblem('answered', `database ${name}: ${made.status} ${String(made.body['reason'])}`, made.status)
  return 'made'
}

const ensureMark = async (couch: Couch, database: string, { id, name, training }: WantedPractice): Promise<Step['outcome']> => {
  const path = pathOf(database, practiceDocumentId)
  const { status, body } = await couch.ask('GET', path)
  if (status === 404) {
    const { doc_count: count } = await couch.must('GET', pathOf(database))
    const epoch = Number(count) === 0 ? { epoch: randomBytes(12).toString('hex') } : {}
    return wrote(await couch.ask('PUT', path, { practice: id, name, training, ...epoch }), 'made')
  }
  const mark = practiceMarkIn(body)
  if (status !== 200 || !mark) throw new CentreProblem('conflict', `the practice document of ${database} does not say whose it is`)
  if (mark.practice !== id) throw new CentreProblem('conflict', `${database} is the database of another practice`)
  if (mark.training !== training) throw new CentreProblem('conflict', `${database} is ${mark.training ? 'a training practice’s' : 'a real practice’s'} database`)
  if (mark.name === name) return 'same'
  return wrote(await couch.ask('PUT', path, { ...body, name }), 'changed')
}

/** A conflict was somebody else's provisioning; the next pass looks what became of it. */
const wrote = ({ status, body }: { readonly status: number; readonly body: Readonly<Record<string, unknown>> }, outcome: Step['outcome']): Step['outcome'] => {
  if (status < 300 || status === 409) return outcome
  throw new CentreProblem('answered', `${status} ${String(body['reason'] ?? body['error'])}`, status)
}

const ensureSecurity = async (couch: Couch, database: string, role: string): Promise<Step['outcome']> => {
  const path = `${pathOf(database)}/_security`
  const found = await couch.must('GET', path)
  const wanted = { admins: { names: [], roles: ['_admin'] }, members: { names: [], roles: [role] } }
  if (isAlike(found, wanted)) return 'same'
  await couch.must('PUT', path, wanted)
  return 'changed'
}

const editable = 'couchdb/users_db_security_editable'

/**
 * Lets workstations at their own accounts. CouchDB shows nobody but an administrator more than that of `_users`; since version 3 it
 * shows other users not even that, unless the database's members say so, and those can be changed only while a setting allows it.
 */
const ensureOwnAccounts = async (couch: Couch): Promise<Step['outcome']> => {
  const path = '/_users/_security'
  const found = (await couch.must('GET', path)) as { readonly members?: { readonly roles?: readonly string[] } }
  const roles = found.members?.roles ?? []
  if (roles.includes(stationRole)) return 'same'
  const wanted = { ...found, members: { ...found.members, roles: [...roles, stationRole] } }
  const { status } = await couch.ask('PUT', path, wanted)
  if (status < 300) return 'changed'
  const { cluster_nodes: nodes } = (await couch.must('GET', '/_membership')) as { readonly cluster_nodes?: readonly string[] }
  const settings = (nodes ?? []).map((node) => `${pathOf('_node', node)}/_config/${editable}`)
  const before: { readonly setting: string; readonly value?: unknown }[] = []
  try {
    for (const setting of settings) {
      const { status: known, body } = await couch.ask('GET', setting)
      before.push({ setting, ...(known === 200 ? { value: body } : {}) })
      await couch.must('PUT', setting, 'true')
    }
    await couch.must('PUT', path, wanted)
  } finally {
    for (const { setting, value } of before) await (value === undefined ? couch.ask('DELETE', setting) : couch.ask('PUT', setting, value))
  }
  return 'changed'
}

const ensureRules = async (couch: Couch, database: string, validate: string, { id, stations = [], oldestSchema }: WantedPractice): Promise<Step['outcome']> => {
  const { outpost: before } = (await readDesign(couch, database, rulesDocumentId)) as { readonly outpost?: PracticeRules }
  const oldest = oldestSchema ?? before?.oldestSchema
  // `any` once said stays said, until prefixes are named again.
  const known = stations === 'any' || (before !== undefined && before.stations === undefined && stations.length === 0) ? undefined : [...new Set([...(before?.stations ?? []), ...stations])].sort()
  const rules: PracticeRules = { practice: id, ...(known ? { stations: known } : {}), ...(oldest === undefined ? {} : { oldestSchema: oldest }) }
  return ensureDesign(couch, database, { _id: rulesDocumentId, language: 'javascript', outpost: rules, validate_doc_update: validate })
}

const readDesign = async (couch: Couch, database: string, id: string): Promise<Readonly<Record<string, unknown>>> => {
  const { status, body } = await couch.ask('GET', `${pathOf(database)}/${id}`)
  if (status !== 200 && status !== 404) throw new CentreProblem('answered', `${id}: ${status} ${String(body['reason'])}`, status)
  return status === 200 ? body : {}
}

/** Writes a design document unless it says so already; members that somebody else gave it stay. */
const ensureDesign = async (couch: Couch, database: string, design: { readonly _id: string; readonly [member: string]: unknown }): Promise<Step['outcome']> => {
  const found = await readDesign(couch, database, design._id)
  const wanted = { ...found, ...design }
  if (isAlike(found, wanted)) return 'same'
  return wrote(await couch.ask('PUT', `${pathOf(database)}/${design._id}`, wanted), found['_rev'] === undefined ? 'made' : 'changed')
}
