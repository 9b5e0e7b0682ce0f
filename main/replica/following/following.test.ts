import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { openReplica } from '../replica'
import type { RecordChange, Replica } from '../types'
import { daysBack, followRecords } from './index'

const key = new Uint8Array(32).fill(7)
let folder: string
let replica: Replica
const open = async (to = folder) => openReplica({ folder: to, key, practice: '01HV000000000000000000TEST', station: 'A' })
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'following-'))
  replica = await open()
})
afterEach(async () => {
  vi.useRealTimers()
  await replica.close()
  await rm(folder, { recursive: true, force: true })
})

const register = async (family: string) => (await replica.records.add('Patient', { resourceType: 'Patient', name: [{ family }] }, 'system')).id

/** A follower that deals with what it took when it is told to. */
const follow = async (name = 'counter') => {
  const taken: string[] = []
  const open = { count: 0, first: 0 }
  const following = followRecords(replica, {
    name,
    take: ({ id, deleted }: RecordChange) => {
      taken.push(deleted ? `${id} taken away` : id)
      open.count += 1
    },
    isDone: () => open.count === 0,
    first: async () => {
      open.first += 1
    },
  })
  await following.catchUp()
  return { taken, open, following, deal: () => (open.count = 0) }
}
const restart = async () => {
  await replica.close()
  replica = await open()
}

it('tells a follower of everything that was written while it was away, and asks it only once to look at what was there before', async () => {
  await register('Before')
  const one = await follow()
  expect([one.taken, one.open.first]).toEqual([[], 1])
  const seen = await register('Seen')
  expect(one.taken).toEqual([seen])
  one.deal()
  await one.following.close()
  const missed = [await register('Missed'), await register('Missed too')]
  await restart()
  const again = await follow()
  expect([again.taken, again.open.first]).toEqual([missed, 0])
  await again.following.close()
})

it('tells again, after a crash, of what it was told of and had not dealt with', async () => {
  const one = await follow()
  const id = await register('Half done')
  expect(one.taken).toEqual([id])
  // Nothing is closed: the computer went off.
  await restart()
  const again = await follow()
  expect(again.taken).toEqual([id])
  await again.following.close()
})

it('keeps how far it has come while it goes on, so that a crash costs no long reading', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const one = await follow()
  await register('Early')
  one.deal()
  await vi.advanceTimersByTimeAsync(30_000)
  vi.useRealTimers()
  await vi.waitFor(async () => expect((await replica.local.get<{ place: number }>('followed', 'counter'))?.value.place).toBe((await replica.documents.places()).records))
  const late = await register('Late')
  await restart()
  const again = await follow()
  expect(again.taken).toEqual([late])
  await again.following.close()
})

it('does not count as done what comes while a follower is at work', async () => {
  const one = await follow()
  const id = await register('Open')
  await one.following.close()
  await restart()
  expect((await follow()).taken).toEqual([id])
})

it('looks at everything anew in a file that is another one, as after a restore, and each name for itself', async () => {
  await (await follow()).following.close()
  const other = await follow('another')
  expect(other.open.first).toBe(1)
  await other.following.close()
  await replica.local.put('followed', 'counter', { file: 'the file of before', place: 9_999 })
  const one = await follow()
  expect(one.open.first).toBe(1)
  await one.following.close()
})

it('hears of nothing before it caught up and after it was closed', async () => {
  const taken: string[] = []
  const following = followRecords(replica, { name: 'late', take: ({ id }) => void taken.push(id), isDone: () => true, first: async () => undefined })
  await register('Unheard')
  await following.catchUp()
  const heard = await register('Heard')
  await following.close()
  await register('Later')
  expect(taken).toEqual([heard])
})

it('misses nothing of what is written while it is closed', async () => {
  await (await follow()).following.close()
  let late: string | undefined
  let isClosing = false
  const places = async () => {
    if (isClosing) late ??= await register('Late')
    return replica.documents.places()
  }
  let isOpen = false
  const following = followRecords({ ...replica, documents: { ...replica.documents, places } }, { name: 'counter', take: () => (isOpen = true), isDone: () => !isOpen, first: async () => undefined })
  await following.catchUp()
  isClosing = true
  await following.close()
  expect(late).toBeDefined()
  await restart()
  const again = await follow()
  expect(again.taken).toEqual([late])
  await again.following.close()
})

it('counts nothing as done that it did not come to take because it was closed while it caught up', async () => {
  await (await follow()).following.close()
  const missed: string[] = []
  for (let count = 0; count < 3; count += 1) missed.push(await register(`Missed ${count}`))
  const early = followRecords(replica, { name: 'counter', take: () => undefined, isDone: () => true, first: async () => undefined })
  const catching = early.catchUp()
  await early.close()
  await catching
  await restart()
  const again = await follow()
  expect(again.taken).toEqual(missed)
  await again.following.close()
})

it('looks at what was there before again where it was closed before it had', async () => {
  let firsts = 0
  let on = () => undefined as void
  const first = async () => {
    firsts += 1
    if (firsts === 1) await new Promise<void>((resolve) => (on = resolve))
  }
  const follower = { name: 'first', take: () => undefined, isDone: () => true, first }
  const one = followRecords(replica, follower)
  const catching = one.catchUp()
  await vi.waitFor(() => expect(firsts).toBe(1))
  const closing = one.close()
  on()
  await Promise.all([catching, closing])
  const again = followRecords(replica, follower)
  await again.catchUp()
  expect(firsts).toBe(2)
  await again.close()
})

it('reads back day by day, the newest day first, with everything of the last one', async () => {
  const now = Date.parse('2026-11-21T10:00:00Z')
  const dates = ['2026-11-22T01:00:00.000Z', '2026-11-21T09:00:00.000Z', '2026-11-21', '2026-11-20T23:59:59.999Z', '2026-11-20T00:00:00.000Z', '2026-11-18', '2026-11-17T12:00:00.000Z', '2026-11-16T23:59:59.999Z']
  for (const date of dates) await replica.records.add('DiagnosticReport', { resourceType: 'DiagnosticReport', status: 'final', code: {}, subject: { reference: 'Patient/p' }, effectiveDateTime: date, issued: date.length > 10 ? date : `${date}T00:00:00.000Z` }, 'system')
  const pages: number[] = []
  const found: string[] = []
  for await (const page of daysBack(replica.records, 'DiagnosticReport', {}, { from: Date.parse('2026-11-17T18:00:00Z'), now })) {
    pages.push(page.length)
    found.push(...page.map(({ search }) => search.date ?? ''))
  }
  expect(pages).toEqual([3, 2, 0, 1, 1])
  expect(found).toEqual([...found].sort().reverse())
})
