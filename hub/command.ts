import { createCipheriv, createDecipheriv, randomBytes, randomInt, scryptSync } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createHub, type Hub } from './hub'

/** How the hub is started from the command line. */
export interface HubCommand {
  readonly folder: string
  readonly host?: string
  readonly port?: number
  readonly training?: boolean
  /** `OUTPOST_HUB_PASSPHRASE`. Without it the key lies beside the data, readable by this account only. */
  readonly passphrase?: string
  /** Prints one line. */
  readonly say: (line: string) => void
}

/** Everything else would be refused: the passphrase does not open this hub. */
class WrongPassphrase extends Error {
  constructor() {
    super('the passphrase does not open this hub')
    this.name = 'WrongPassphrase'
  }
}

/**
 * Starts a hub for the clinic's network. The first start makes an administrator and prints name and
 * password once.
 *
 * @throws {WrongPassphrase} the passphrase is wrong, or missing where one was used
 */
export const runHub = async ({ folder, host, port, training, passphrase, say }: HubCommand): Promise<Hub> => {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const { key, notice } = openKey(folder, passphrase)
  const hub = await createHub({ folder, key, host, port: port ?? 5984, training })
  if (notice) say(notice)
  if (hub.isNew) {
    const password = newPassword()
    await hub.addUser({ name: 'outpost', password, admin: true })
    say(`User      outpost`)
    say(`Password  ${password}   (shown once; write it down)`)
  }
  say(`Hub       ${hub.url}`)
  if (host !== undefined && host !== '127.0.0.1' && host !== 'localhost') say('Other computers reach this hub without TLS: use it on a network that you trust.')
  return hub
}

const letters = 'abcdefghjkmnpqrstuvwxyz23456789'
const newPassword = () => Array.from({ length: 4 }, () => Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('')).join('-')

interface WrappedKey {
  readonly salt: string
  readonly iv: string
  readonly sealed: string
}

const wrappingKey = (passphrase: string, salt: Buffer) => scryptSync(passphrase.normalize('NFKC'), salt, 32, { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 })

const openKey = (folder: string, passphrase: string | undefined): { key: Uint8Array; notice?: string } => {
  const wrapped = join(folder, 'key.json')
  const open = join(folder, 'key')
  if (existsSync(wrapped)) return { key: unwrap(JSON.parse(readFileSync(wrapped, 'utf8')) as WrappedKey, passphrase) }
  const notice = `The key of this hub lies readable in ${open}: keep that file apart from copies of the data, or set OUTPOST_HUB_PASSPHRASE before the first start.`
  if (existsSync(open)) return { key: new Uint8Array(Buffer.from(readFileSync(open, 'utf8').trim(), 'hex')), notice }
  const key = randomBytes(32)
  if (passphrase === undefined) {
    writeOnce(open, `${key.toString('hex')}\n`)
    return { key: new Uint8Array(key), notice }
  }
  writeOnce(wrapped, JSON.stringify(wrap(key, passphrase)))
  return { key: new Uint8Array(key) }
}

/** The key is on disk before the first record is. */
const writeOnce = (path: string, text: string): void => {
  const file = openSync(path, 'wx', 0o600)
  try {
    writeFileSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

const wrap = (key: Buffer, passphrase: string): WrappedKey => {
  const salt = randomBytes(16)
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', wrappingKey(passphrase, salt), iv)
  const sealed = Buffer.concat([cipher.update(key), cipher.final(), cipher.getAuthTag()])
  return { salt: salt.toString('base64'), iv: iv.toString('base64'), sealed: sealed.toString('base64') }
}

const unwrap = ({ salt, iv, sealed }: WrappedKey, passphrase: string | undefined): Uint8Array => {
  if (passphrase === undefined) throw new WrongPassphrase()
  const bytes = Buffer.from(sealed, 'base64')
  const decipher = createDecipheriv('aes-256-gcm', wrappingKey(passphrase, Buffer.from(salt, 'base64')), Buffer.from(iv, 'base64'), { authTagLength: 16 })
  decipher.setAuthTag(bytes.subarray(-16))
  try {
    return new Uint8Array(Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]))
  } catch {
    throw new WrongPassphrase()
  }
}
