import { expect, test } from 'vitest'
import { joinKeyOf } from '../main/lan'
import { readJoinCode } from '../shared/records/joinCode'
import type { Account, Accounts } from './accounts'
import { openJoining } from './joining'

const offer = { practice: { id: '01JOININGPRACTICE000000000', name: 'Hill Clinic', training: false }, own: 'A', stations: ['A'] }
const nonce = 'c'.repeat(32)
const wish = JSON.stringify({ station: 'B' })

/** Accounts whose hash takes as long as the test says. */
const slowAccounts = () => {
  const written: Account[] = []
  let hashed: () => void = () => undefined
  const accounts: Pick<Accounts, 'add' | 'hasSeen'> = {
    hasSeen: () => false,
    add: async (account, isWanted) => {
      await new Promise<void>((done) => (hashed = done))
      isWanted?.()
      written.push(account)
    },
  }
  return { accounts: accounts as Accounts, written, hash: () => hashed() }
}

test('a code that is hidden, or followed by another, while somebody is being let in lets nobody in', async () => {
  for (const over of ['hidden', 'followed'] as const) {
    const { accounts, written, hash } = slowAccounts()
    const joining = openJoining({ hub: 'h', fingerprint: 'f'.repeat(64), accounts, joined: () => undefined })
    const { code } = await joining.make(offer)
    const key = await joinKeyOf(readJoinCode(code) ?? '', 'f'.repeat(64))
    const asking = joining.redeem({ nonce, wish, proof: key.asked(nonce, wish) }, '192.168.1.9')
    if (over === 'hidden') joining.end()
    else await joining.make(offer)
    hash()
    await expect(asking, over).rejects.toMatchObject({ status: 410, error: 'join_code_over' })
    expect(written, over).toEqual([])
  }
})

test('what a stranger types wrongly closes the code for nobody else', async () => {
  const { accounts, hash } = slowAccounts()
  const joining = openJoining({ hub: 'h', fingerprint: 'f'.repeat(64), accounts, joined: () => undefined })
  const { code } = await joining.make(offer)
  const key = await joinKeyOf(readJoinCode(code) ?? '', 'f'.repeat(64))
  const wrong = () => joining.redeem({ nonce, wish, proof: 'x' }, '192.168.1.66').then(() => 200, ({ status }: { status: number }) => status)
  for (let n = 0; n < 50; n++) expect(await wrong()).toBe(403)
  expect(await wrong()).toBe(410)
  const asking = joining.redeem({ nonce, wish, proof: key.asked(nonce, wish) }, '192.168.1.9')
  hash()
  expect((await asking).grant).toContain('workstation-b')
})
