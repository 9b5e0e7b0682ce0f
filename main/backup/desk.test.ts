import { renameSync } from 'node:fs'
import { afterEach, expect, it } from 'vitest'
import type { BackupState } from '../../shared/contract'
import { hashQuickly } from '../../shared/testing/quickScrypt'
import { workstation, type Workstation } from './backup.test-parts'
import { openBackupDesk, type BackupDesk } from './desk'

hashQuickly()

let at: Workstation
let desk: BackupDesk | undefined
const told: BackupState[] = []
const audited: string[] = []
let clock = Date.UTC(2026, 10, 21, 12)
let touchedAt = 0

const open = async (): Promise<BackupDesk> => {
  desk = await openBackupDesk({
    replica: at.replica, data: at.data, key: at.key, practice: at.practice,
    announce: (_name, state) => told.push(state),
    audit: async (action, outcome) => void audited.push(`${action} ${outcome}`),
    touchedAt: () => touchedAt, log: () => undefined, now: () => clock, lookEveryMs: 20,
  })
  return desk
}
const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  for (const end = Date.now() + 30_000; !(await holds()); ) {
    if (Date.now() > end) throw new Error('waited in vain')
    await new Promise((next) => setTimeout(next, 20))
  }
}

afterEach(async () => {
  await desk?.close()
  await at.close()
  told.length = 0
  audited.length = 0
})

it('backs up shortly after the disk is plugged in, rehearses when nobody is there, and warns when the disk stays away', async () => {
  at = await workstation()
  await at.addPatients(50)
  touchedAt = clock
  await open()
  expect(await desk?.state()).toEqual({ reachable: false, sameDisk: false, standing: 'none' })
  expect(await desk?.choose(at.disk)).toMatchObject({ ok: true })
  await desk?.settled()
  expect(await desk?.state()).toMatchObject({ standing: 'good', reachable: true, last: { documents: expect.any(Number) } })

  const away = `${at.disk} away`
  renameSync(at.disk, away)
  clock += 73 * 60 * 60 * 1000
  touchedAt = clock
  await until(() => told.at(-1)?.reachable === false && told.at(-1)?.standing === 'old')
  const before = audited.length
  await at.addPatients(5)
  renameSync(away, at.disk)
  await until(async () => (await desk?.state())?.standing === 'good')
  expect(audited.slice(before)).toEqual(['backup done'])

  // Ten minutes later nobody has touched the keyboard.
  clock += 10 * 60 * 1000
  await until(async () => (await desk?.state())?.rehearsal !== undefined)
  await desk?.settled()
  expect(await desk?.state()).toMatchObject({ rehearsal: { good: true } })
  expect(audited.at(-1)).toBe('backupRehearsed done')
})

it('stops when asked, says so, and goes on next time; a second one is refused meanwhile', async () => {
  at = await workstation()
  await at.addPatients(3_000)
  touchedAt = clock
  await open()
  await desk?.choose(at.disk)
  expect(await desk?.start()).toMatchObject({ ok: false, problem: { kind: 'backup-running' } })
  expect(await desk?.cancel()).toMatchObject({ standing: 'none', failed: { problem: 'cancelled' } })
  clock += 2 * 60 * 60 * 1000
  touchedAt = 0
  await until(async () => (await desk?.state())?.standing === 'good')
  expect(audited).toEqual(['backup refused', 'backup done'])
})
