import { createHash } from 'node:crypto'
import { type Answer, done, refuse } from '../../shared/contract'
import { exchangeKeyCode, exchangeKeyRecord, exchangeSecretOf } from '../../shared/records/exchange-key/exchangeKey'
import type { Replica } from '../replica'
import { deriveKey } from '../sealed'
import { newRecoveryCode, readRecoveryCode } from './recoveryCode'

/** A secret that the workstations of a practice share. */
export interface ExchangeKey {
  /** Names it without telling it: 26 hexadecimal digits. */
  readonly id: string
  /** As people type it: seven groups of five characters. */
  readonly code: string
}

/** The shared secrets of a practice: what seals files and sticks. */
export interface ExchangeKeys {
  /** Every one that is known here; what was sealed under any of them can be opened. */
  all(): Promise<readonly ExchangeKey[]>
  /** The one to seal under: the oldest, so that all workstations come to the same. Undefined: none is known yet. */
  current(): Promise<ExchangeKey | undefined>
  /** As {@link current}; makes one where there is none. Only when the server has been asked whether there is one. */
  ensure(author: string): Promise<ExchangeKey>
  /** Keeps one that a person typed and that has opened something, for a workstation that has never met the others over a network. */
  learn(key: ExchangeKey): Promise<void>
}

const localKind = 'exchange-key'

const keyOf = (code: string): ExchangeKey => ({ id: createHash('sha256').update(`outpost/exchange-key/${code}`).digest('hex').slice(0, 26), code })

/** The secret that a person typed; `stick-code-wrong`, with `facts.group` where the slip is, when it is no such code. */
export const readExchangeCode = (typed: string): Answer<ExchangeKey> => {
  const read = readRecoveryCode(typed)
  if (read.kind !== 'code') return refuse('stick-code-wrong', read.kind === 'slip' ? { group: read.group } : {})
  return done(keyOf(read.code))
}

/** A key for one purpose out of a shared secret, 32 bytes. */
export const exchangeSubkey = ({ code }: ExchangeKey, label: string): Uint8Array =>
  deriveKey(new Uint8Array(createHash('sha256').update(`outpost/exchange/${code}`).digest()), label)

/** Reads and makes the shared secrets of a practice; they are `Basic` records, and travel as records do. */
export const openExchangeKeys = (replica: Replica, now: () => number = Date.now): ExchangeKeys => {
  const recorded = async (): Promise<ExchangeKey[]> => {
    const records = await replica.records.find('Basic', { where: { code: exchangeKeyCode }, limit: 100 })
    return [...records]
      .sort((one, other) => (one.id < other.id ? -1 : 1))
      .flatMap(({ resource }) => {
        const code = exchangeSecretOf(resource)
        return code === undefined ? [] : [keyOf(code)]
      })
  }
  const typed = async (): Promise<ExchangeKey[]> => (await replica.local.list<string>(localKind)).map(({ value }) => keyOf(value)).sort((one, other) => (one.id < other.id ? -1 : 1))
  const all = async (): Promise<ExchangeKey[]> => {
    const keys = [...(await recorded()), ...(await typed())]
    return keys.filter(({ id }, at) => keys.findIndex((each) => each.id === id) === at)
  }
  const current = async (): Promise<ExchangeKey | undefined> => (await all())[0]
  let making: Promise<ExchangeKey> | undefined
  const make = async (author: string): Promise<ExchangeKey> => {
    const known = await current()
    if (known) return known
    const code = newRecoveryCode()
    await replica.records.add('Basic', exchangeKeyRecord(code, new Date(now()).toISOString()), author)
    return keyOf(code)
  }
  return {
    all,
    current,
    ensure: (author) => (making ??= make(author).finally(() => (making = undefined))),
    learn: async ({ id, code }) => void (await replica.local.put(localKind, id, code)),
  }
}
