import { expect, test } from 'vitest'
import type { DigestSource, LocalStore } from '../../replica'
import type { Link } from '../link'
import { openAgreement, type Compared } from './agreement'

/** A disk of one shelf. */
const shelf = () => {
  const kept = new Map<string, unknown>()
  const local = {
    get: async (kind: string, id: string) => (kept.has(`${kind} ${id}`) ? { value: kept.get(`${kind} ${id}`) } : undefined),
    list: async () => [],
    put: async (kind: string, id: string, value: unknown) => void kept.set(`${kind} ${id}`, value),
    remove: async (kind: string, id: string) => void kept.delete(`${kind} ${id}`),
  } as unknown as LocalStore
  return { kept, local }
}
const open = (local: LocalStore, connected: () => Compared) =>
  openAgreement({ local, digests: {} as DigestSource, connected, passOver: () => false, changed: () => undefined, log: () => undefined, now: Date.now })
const compared = (ask: () => Promise<unknown>, other: object = {}): Compared => ({ link: { try: ask, state: {} } as unknown as Link, keeps: {}, seq: '7', waitingIn: 0, sendAgain: async () => undefined, ...other }) as unknown as Compared

test('what a comparison with the server before came to is not said of the next', async () => {
  const { kept, local } = shelf()
  let answer: (found: unknown) => void = () => undefined
  const using = compared(() => new Promise((resolve) => (answer = resolve)))
  const agreement = await open(local, () => using)
  const running = agreement.check()
  await agreement.forget()
  answer({ records: 5, found: new Map(), days: [], isMore: false })
  expect(await running).toMatchObject({ ok: false, problem: { kind: 'cancelled' } })
  expect(agreement.state).toBeUndefined()
  expect(kept.size).toBe(0)
})

test('nothing is compared while something is still to come', async () => {
  let asked = 0
  const using = compared(() => Promise.reject(new Error(`asked ${++asked} times`)), { waitingIn: 3 })
  const agreement = await open(shelf().local, () => using)
  expect(await agreement.check()).toMatchObject({ ok: true, value: { outcome: 'unfinished' } })
  expect(asked).toBe(0)
})

test('a round that explains nothing new is the last: what waits is found again and again', async () => {
  let rounds = 0
  const found = () => ({ records: 5, found: new Map([['one', 'a|b']]), days: [], isMore: true })
  let turn = 0
  const keeps = { outbox: { has: () => true }, refused: { has: () => false }, collection: { storageInstance: { findDocumentsById: async () => [] } } }
  const using: Compared = compared(async () => (turn++ % 2 === 0 ? (rounds++, found()) : []), {})
  const agreement = await open(shelf().local, () => ({ ...using, link: using.link, keeps: { ...keeps, link: using.link } as never }))
  expect(await agreement.check()).toMatchObject({ ok: true, value: { outcome: 'unfinished', differing: 0 } })
  expect(rounds).toBe(1)
})
