import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openAccounts, type Accounts } from './accounts'
import { openOrderedStore, type OrderedStore } from './orderedStore'

let folder: string
let store: OrderedStore
let accounts: Accounts
let ended: string[]
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'outpost-accounts-'))
  store = openOrderedStore(join(folder, 'hub.db'), new Uint8Array(32).fill(3))
  ended = []
  accounts = openAccounts(store, { ended: (name) => ended.push(name), mostFailures: 8 })
  await accounts.add({ name: 'workstation-b', password: 'right', admin: false, databases: [], station: 'B' })
})
afterEach(() => {
  store.close()
  rmSync(folder, { recursive: true, force: true })
})
const statusOf = (name: string, password: string, from = '192.168.1.9') => accounts.check(name, password, from).then(() => 200, ({ status }: { status: number }) => status)

test('somebody who tries made-up names does not undo the lock-out of the one whose password is guessed', async () => {
  for (let n = 0; n < 5; n++) expect(await statusOf('workstation-b', `guess-${n}`)).toBe(401)
  for (let n = 0; n < 9; n++) expect(await statusOf(`made-up-${n}`, 'x')).toBe(401)
  expect(await statusOf('workstation-b', 'right')).toBe(403)
})

test('a name that nobody can have costs neither a hash nor memory', async () => {
  const tries = Array.from({ length: 40 }, (_none, n) => statusOf(String(n).padEnd(100_000, 'x'), 'x'))
  expect(new Set(await Promise.all(tries))).toEqual(new Set([401]))
})

test('who was asked to come again because too many sign in at once has not failed', async () => {
  const crowd = Array.from({ length: 16 }, (_none, n) => statusOf('workstation-b', `guess-${n}`, `192.168.1.${100 + n}`))
  const turnedAway = Array.from({ length: 6 }, (_none, n) => statusOf('workstation-b', `slip-${n}`))
  expect(new Set(await Promise.all(turnedAway))).toEqual(new Set([503]))
  expect(new Set(await Promise.all(crowd))).toEqual(new Set([401]))
  expect(await statusOf('workstation-b', 'right')).toBe(200)
})

test('what is open of an account ends when it is removed, and when its password is replaced', async () => {
  ended.length = 0
  await accounts.add({ name: 'workstation-b', password: 'another', admin: false, databases: [], station: 'B' })
  accounts.remove('workstation-b')
  expect(ended).toEqual(['workstation-b', 'workstation-b'])
})

test('a sign-in that was under way when the account was removed is refused; its letters stay known', async () => {
  const signingIn = statusOf('workstation-b', 'right')
  accounts.remove('workstation-b')
  expect(await signingIn).toBe(401)
  expect(accounts.hasSeen('B')).toBe(true)
  expect(accounts.hasSeen('C')).toBe(false)
})

test('a register that cannot be written says so, and nobody is taken for shut out', async () => {
  const full = openAccounts({ ...store, apply: () => { throw new Error('the disk is full') } }, { ended: (name) => ended.push(name) })
  ended.length = 0
  expect(() => full.remove('workstation-b')).toThrow('full')
  expect(ended).toEqual([])
  expect(accounts.find('workstation-b')).toBeDefined()
})
