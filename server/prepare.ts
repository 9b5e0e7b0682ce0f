import { pbkdf2Sync, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CentreProblem } from './couch'

/** How a centre is to be deployed. */
export interface Deployment {
  /** The name that workstations call, e.g. `centre.example.org`. */
  readonly host: string
  /** `internal`, or an e-mail address for a public authority. */
  readonly tls: string
  readonly nodes: 1 | 3
}

/** What came of {@link prepare}. */
export interface Prepared {
  readonly made: readonly string[]
  /** The administrator of the server; only when it was made now. */
  readonly admin?: { readonly user: string; readonly password: string }
}

const templates = ['Caddyfile', 'couchdb.ini', 'couchdb.cluster.ini']
const composeOf = { 1: 'compose.yaml', 3: 'compose.cluster.yaml' } as const

/** CouchDB's default: what it costs to try a password. */
const iterations = 600_000

/**
 * Makes a folder from which `docker compose up` starts a centre: the files of `from`, and secrets of its own. What is there already is left as it is, so
 * that it may be changed by hand and a second run changes nothing.
 *
 * All nodes get the same hash of the administrator's password and the same secret for cookies: a session is good on each of them.
 */
export const prepare = async (from: string, folder: string, { host, tls, nodes }: Deployment): Promise<Prepared> => {
  if (!existsSync(join(from, composeOf[nodes]))) throw new CentreProblem('not-found', 'the files for a deployment are not part of this installation')
  const made: string[] = []
  await mkdir(join(folder, 'secrets'), { recursive: true, mode: 0o700 })
  const once = async (name: string, make: (path: string) => Promise<void>) => {
    const path = join(folder, name)
    if (existsSync(path)) return
    await make(path)
    made.push(name)
  }
  await once('compose.yaml', (path) => copyFile(join(from, composeOf[nodes]), path))
  for (const name of templates) await once(name, (path) => copyFile(join(from, name), path))
  let admin: Prepared['admin']
  await once('secrets/couchdb.ini', async (path) => {
    const password = randomBytes(18).toString('base64url')
    admin = { user: 'admin', password }
    await writeFile(path, secretsOf(password), { mode: 0o600, flag: 'wx' })
  })
  await once('.env', async (path) => {
    await writeFile(path, [`OUTPOST_HOST=${host}`, `OUTPOST_TLS=${tls}`, `COUCHDB_ERLANG_COOKIE=${randomBytes(24).toString('hex')}`, ''].join('\n'), { flag: 'wx' })
    await chmod(path, 0o600)
  })
  return { made, ...(admin ? { admin } : {}) }
}

const secretsOf = (password: string): string => {
  const salt = randomBytes(16).toString('hex')
  const key = pbkdf2Sync(password, salt, iterations, 32, 'sha256').toString('hex')
  return [
    '; Made once. Whoever has this file can become any user of the centre.',
    '[couchdb]',
    `uuid = ${randomBytes(16).toString('hex')}`,
    '',
    '[chttpd_auth]',
    `secret = ${randomBytes(32).toString('hex')}`,
    '',
    '[admins]',
    `admin = -pbkdf2:sha256-${key},${salt},${iterations}`,
    '',
  ].join('\n')
}
