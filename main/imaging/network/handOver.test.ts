import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openTestPractice, type TestPractice } from '../practice.test-parts'
import { openSpool, type SpoolEntry } from '../spool'
import { openHandOver } from './handOver'

const key = new Uint8Array(32).fill(5)
let practice: TestPractice
beforeEach(async () => {
  practice = await openTestPractice()
})
afterEach(() => practice.close())

it('takes an instance in once that is told of again while word of it is on its way back, and shows nobody a fault', async () => {
  const folder = join(practice.folder, 'spool')
  const spool = await openSpool({ folder, keys: [key] })
  const draft = await spool.begin()
  await draft.add(Buffer.from('an image'))
  const entry: SpoolEntry = await draft.finish({ sopClassUid: '1.2', sopInstanceUid: '1.2.3', transferSyntaxUid: '1.2.840.10008.1.2', callingAeTitle: 'US1', address: '10.0.0.7', receivedAt: '2026-11-22T08:00:00.000Z' })
  let took = 0
  const freed: unknown[] = []
  const desk = openHandOver({
    local: practice.replica.local, folder, keys: [key], changed: () => undefined, expected: async () => undefined,
    intake: { ...practice.imaging.intake, take: async () => ({ kind: 'duplicate', sopInstanceUid: '1.2.3', study: '1.2', taken: ++took }) as never },
    taken: (...place) => freed.push(place),
  })
  desk.received(entry)
  await desk.idle()
  await spool.taken(entry.slot)
  desk.received(entry)
  await desk.idle()
  expect(took).toBe(1)
  expect(await desk.putAside()).toEqual([])
  expect(freed).toEqual([[entry.slot, entry.note.receivedAt], [entry.slot, entry.note.receivedAt]])
  await desk.close()
  await spool.close()
})
