import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openReplica } from '../../replica'
import { openThumbnails } from './thumbnails'

it('D19: keeps a small picture of a study, and nothing that is none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'thumbnails-'))
  const replica = await openReplica({ folder, key: new Uint8Array(32).fill(7), practice: '01JD0000000000000000PRACT1', station: 'A' })
  const thumbnails = openThumbnails(replica.local)
  const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 0xff, 0xd9]).toString('base64')
  expect(await thumbnails.keep('1.2.3', jpeg)).toBe(true)
  expect(await thumbnails.of('1.2.3')).toBe(jpeg)
  for (const other of ['', 'data:image/jpeg;base64,', Buffer.from('<svg/>').toString('base64'), `${jpeg}"`, Buffer.concat([Buffer.from([0xff, 0xd8]), Buffer.alloc(40_000), Buffer.from([0xff, 0xd9])]).toString('base64')]) {
    expect(await thumbnails.keep('1.2.3', other)).toBe(false)
  }
  expect(await thumbnails.of('1.2.3')).toBe(jpeg)
  expect(await thumbnails.of('1.2.4')).toBeUndefined()
  await thumbnails.forget('1.2.3')
  expect(await thumbnails.of('1.2.3')).toBeUndefined()
  await replica.close()
  await rm(folder, { recursive: true, force: true })
})
