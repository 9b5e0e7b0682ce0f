import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { StorageState } from '../../../shared/contract'
import { openReplica, type Replica } from '../index'
import { openGrowth } from './growth'
import { openPurged } from './purged'
import { diskRoom, fileOf, folderSizes } from './room'

let folder: string
const open: { close(): Promise<unknown> }[] = []
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close()
  rmSync(folder, { recursive: true, force: true })
})
const opened = async (): Promise<Replica> => {
  folder = mkdtempSync(join(tmpdir(), 'outpost-room-'))
  const replica = await openReplica({ folder, key: new Uint8Array(32).fill(3), practice: 'clinic', station: 'A' })
  open.push(replica)
  return replica
}
const large = { resourceType: 'Patient' as const, text: { status: 'generated' as const, div: 'x'.repeat(20_000) } }

describe('A full disk', () => {
  it('refuses what cannot be saved by its name, keeps what was saved, and takes writes again when there is room', async () => {
    const replica = await opened()
    const kept = await replica.records.add('Patient', large, 'nurse')
    const file = fileOf(replica)
    // SQLite answers as it does when the system has no room: the same error from the same place.
    file.all(`PRAGMA max_page_count = ${Number(file.all('PRAGMA page_count')[0]?.[0])}`)
    const refused = await Promise.all([1, 2, 3, 4].map(() => replica.records.add('Patient', { ...large, text: { ...large.text, div: 'y'.repeat(60_000) } }, 'nurse').catch((problem: unknown) => problem)))
    expect(refused.every((each) => (each as { kind?: string }).kind === 'disk-full')).toBe(true)
    expect(await replica.records.find('Patient')).toMatchObject([{ id: kept.id }])
    file.all('PRAGMA max_page_count = 1000000')
    await replica.records.add('Patient', large, 'nurse')
    expect(await replica.records.count('Patient')).toBe(2)
  })
})

describe('Room on the disk', () => {
  it('is told, and a warning begins under one gigabyte', async () => {
    const replica = await opened()
    const ledger = await openPurged(replica)
    let free = 1_200_000_000
    const told: StorageState[] = []
    const server = { forget: () => Promise.reject(new Error('no')), bringBack: () => Promise.reject(new Error('no')) }
    const parts = { replica, ledger, server, folder, announce: (_name: string, state: StorageState) => void told.push(state), chartsChanged: () => undefined, room: () => Promise.resolve({ free, total: 5e11 }), lookEveryMs: 5 }
    const growth = await openGrowth(parts)
    open.push(ledger, growth)
    expect(growth.state().disk).toEqual({ free, total: 5e11, isLow: false })
    free = 950_000_000
    for (const end = Date.now() + 5_000; told.length === 0 && Date.now() < end; ) await new Promise((next) => setTimeout(next, 5))
    expect(told.at(-1)?.disk).toEqual({ free, total: 5e11, isLow: true })
  })

  it('is what the system says, and each part of the folder has its size', async () => {
    await opened()
    const { free, total } = await diskRoom(folder)
    expect(free).toBeGreaterThan(0)
    expect(total).toBeGreaterThanOrEqual(free)
    const sizes = await folderSizes(folder)
    expect(Object.keys(sizes)).toEqual(['replica'])
    expect(sizes.replica).toBeGreaterThan(4096)
  })
})
