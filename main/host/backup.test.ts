import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createHub, type Hub } from '../../hub'
import type { Answer, AuditLine, BackupState, EventMessage, FoundBackup, PatientSummary, PracticeState, RestoreReport } from '../../shared/contract'
import { hashQuickly } from '../../shared/testing/quickScrypt'
import { findPlaces, setNames } from '../backup'
import { openPracticeHost, type PracticeHost } from './practiceHost'

hashQuickly()

const password = 'a password for tests'
const passphrase = 'a passphrase of ours'
let folder: string
let disk: string
let hub: Hub
const hosts: PracticeHost[] = []
const heard: EventMessage[] = []

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'outpost-host-backup-'))
  disk = join(folder, 'disk')
  mkdirSync(disk)
  hub = await createHub({ folder: join(folder, 'hub'), key: new Uint8Array(32).fill(3) })
  await hub.addUser({ name: 'centre', password, admin: true })
})
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.stop()
  heard.length = 0
  await hub.close()
  rmSync(folder, { recursive: true, force: true })
})

/** A workstation whose administrator is at work, and what a window asks of it. */
const workstation = async (name: string) => {
  const host = openPracticeHost({ folder: join(folder, name), keystore: null, need: () => undefined, noNeed: () => undefined, log: () => undefined })
  hosts.push(host)
  await host.start()
  const window = host.connect('window', (event) => heard.push(event))
  const ask = async <Value>(request: string, what?: unknown): Promise<Value> => {
    const state = host.state()
    const practice = state.state === 'open' || state.state === 'locked' ? state.practice.id : null
    const answer = (await window.handle({ call: 1, request, practice, ask: what, byPerson: true }))?.answer as Answer<Value>
    if (!answer.ok) throw new Error(`${request}: ${answer.problem.kind} ${JSON.stringify(answer.problem.facts)}`)
    return answer.value
  }
  const signIn = () => ask('signIn', { user: 'ada', password })
  const parts = async () => {
    const open = await host.practice()?.parts()
    if (!open) throw new Error('no practice is open')
    return open
  }
  return {
    host, ask, signIn, parts,
    register: (family: string) => ask<PatientSummary>('registerPatient', { key: `register ${family}`, family, given: 'Ada', gender: 'female' }),
    rename: async ({ id }: PatientSummary, given: string) => {
      const found = (await ask<{ patients: PatientSummary[] }>('listPatients', {})).patients.find((each) => each.id === id)
      return ask<PatientSummary>('updatePatient', { patient: id, at: found?.at, given })
    },
    patients: async () => Object.fromEntries((await ask<{ patients: PatientSummary[] }>('listPatients', {})).patients.map(({ family, given, number }) => [family, `${given} ${number}`])),
    sync: async () => {
      await ask('configureSync', { url: hub.url, user: 'centre', password })
      await (await parts()).sync.pass()
    },
    backUp: async (): Promise<BackupState> => {
      await ask('chooseBackupFolder', { folder: disk })
      await (await parts()).backup.settled()
      return ask<BackupState>('backupState')
    },
  }
}

const created = async (name: string) => {
  const station = await workstation(name)
  const { recoveryCode } = await station.ask<{ recoveryCode: string }>('createPractice', {
    name: 'Hill Clinic', address: '', phone: '', email: '', stationPrefix: 'A', passphrase, administrator: { name: 'Ada Eze', user: 'ada', password },
  })
  await station.signIn()
  return { ...station, recoveryCode }
}

describe('A workstation that broke and was restored', () => {
  it('keeps its unsent work, undoes nobody else’s, and gives no number twice', async () => {
    const a = await created('a')
    const [one, two] = [await a.register('One'), await a.register('Two')]
    expect([one.number, two.number]).toEqual(['A-000001', 'A-000002'])
    await a.sync()
    // The line goes; work goes on, and is backed up before it is sent.
    await a.ask('disconnectSync')
    await a.rename(two, 'Unsent')
    expect(await a.backUp()).toMatchObject({ standing: 'good', reachable: true, last: { damagedFiles: 0 } })
    expect((await a.register('Lost')).number).toBe('A-000003')
    await a.host.stop()

    // Meanwhile another workstation changes what the backup has in an older version.
    const b = await workstation('b')
    await b.ask('joinPractice', { url: hub.url, user: 'centre', password, stationPrefix: 'B', passphrase })
    await b.signIn()
    await b.rename(one, 'Newer')
    await b.register('Three')
    await b.sync()

    const c = await workstation('c')
    expect(await c.ask<FoundBackup[]>('findBackups', { folder: disk })).toMatchObject([{ practice: { name: 'Hill Clinic' }, station: 'A' }])
    const report = await c.ask<RestoreReport>('restoreBackup', { folder: disk, code: a.recoveryCode.toLowerCase(), passphrase: 'another passphrase' })
    expect(report).toMatchObject({ practice: { name: 'Hill Clinic' }, stationBefore: 'A' })
    expect(c.host.state()).toMatchObject({ state: 'open', station: report.station })
    await c.signIn()
    expect(await c.patients()).toEqual({ One: 'Ada A-000001', Two: 'Unsent A-000002' })
    await c.sync()
    await b.sync()
    const all = { One: 'Newer A-000001', Two: 'Unsent A-000002', Three: 'Ada B-000001' }
    expect(await c.patients()).toEqual(all)
    expect(await b.patients()).toEqual(all)
    expect((await c.register('Four')).number).toBe(`${report.station}-000003`)

    const trail = await c.ask<{ lines: AuditLine[]; intact: boolean }>('readAudit', {})
    expect(trail.intact).toBe(true)
    expect(trail.lines.map(({ action }) => action)).toEqual(expect.arrayContaining(['restoreBackup', 'chooseBackupFolder']))
    // It begins backups of its own; those of before stay.
    expect(await c.ask<BackupState>('backupState')).toMatchObject({ standing: 'none' })
    expect(await c.backUp()).toMatchObject({ standing: 'good' })
    expect((await c.ask<{ lines: AuditLine[] }>('readAudit', {})).lines).toContainEqual(expect.objectContaining({ action: 'backup', outcome: 'done', who: '', station: report.station }))
    expect((await findPlaces(disk)).map(({ station }) => station).sort()).toEqual(['A', report.station].sort())
    await c.host.stop()
    const again = await workstation('c')
    await again.ask('unlockPractice', { secret: 'another passphrase' })
    await again.signIn()
    expect(Object.keys(await again.patients())).toHaveLength(4)
  })

  it('comes back under a changed key with the same code: the change begins a new base', async () => {
    const a = await created('a')
    await a.register('One')
    await a.backUp()
    await a.ask('changeKey', { password })
    await a.signIn()
    await a.register('Two')
    await a.ask('backUpNow', {})
    expect(await (await a.parts()).backup.settled()).toMatchObject({ isNewBase: true })
    await a.host.stop()
    const c = await workstation('c')
    await c.ask('restoreBackup', { folder: disk, code: a.recoveryCode })
    await c.signIn()
    expect(Object.keys(await c.patients()).sort()).toEqual(['One', 'Two'])
  })

  it('begins from nothing again when the power went in the middle of restoring', async () => {
    const a = await created('a')
    await a.register('One')
    await a.backUp()
    mkdirSync(join(folder, 'c'))
    writeFileSync(join(folder, 'c', 'restoring'), '')
    writeFileSync(join(folder, 'c', 'replica.db'), 'half of it')
    const c = await workstation('c')
    expect(await c.ask('restoreBackup', { folder: disk, code: a.recoveryCode })).toMatchObject({ documents: expect.any(Number) })
    mkdirSync(join(folder, 'd'))
    writeFileSync(join(folder, 'd', 'restoring'), '')
    writeFileSync(join(folder, 'd', 'replica.db'), 'half of it')
    await created('d')
  })

  it('is refused a wrong code and a folder with a practice, and leaves the first-run screen as it was', async () => {
    const a = await created('a')
    await a.register('One')
    await a.backUp()
    await expect(a.ask('restoreBackup', { folder: disk, code: a.recoveryCode })).rejects.toThrow('practice-exists')
    const c = await workstation('c')
    await expect(c.ask('restoreBackup', { folder: disk, code: 'not the code' })).rejects.toThrow('wrong-passphrase')
    await expect(c.ask('restoreBackup', { folder: join(folder, 'nowhere'), code: a.recoveryCode })).rejects.toThrow('backup-folder-missing')
    expect(await c.ask<PracticeState>('practiceState')).toMatchObject({ state: 'none' })
    expect(await c.ask('restoreBackup', { folder: disk, code: a.recoveryCode })).toMatchObject({ practice: { name: 'Hill Clinic' } })
    expect(heard.some(({ event, value }) => event === 'practiceChanged' && (value as PracticeState).state === 'preparing')).toBe(true)
  })
})

describe('The backups of a workstation', () => {
  it('are rehearsed: restored, counted, compared; a bad one is told of and gone round', async () => {
    const a = await created('a')
    await a.register('One')
    const { backup } = await a.parts()
    await a.backUp()
    await a.ask('rehearseBackup')
    await backup.settled()
    const good = await a.ask<BackupState>('backupState')
    expect(good).toMatchObject({ standing: 'good', rehearsal: { good: true } })
    expect(good.rehearsal?.compared).toBeGreaterThan(3)
    const { lines } = await a.ask<{ lines: AuditLine[] }>('readAudit', {})
    expect(lines.find(({ action }) => action === 'backupRehearsed')).toMatchObject({ outcome: 'done' })
    // Nothing can be read in place of the base any more.
    const [found] = await findPlaces(disk)
    const place = join(disk, `outpost-backup-${found?.practice.id}-A`)
    const [set = ''] = await setNames(place)
    writeFileSync(join(place, set, '000001.segment'), 'rubbish')
    await a.ask('rehearseBackup')
    await backup.settled()
    expect(await a.ask<BackupState>('backupState')).toMatchObject({ standing: 'bad', rehearsal: { good: false, problem: 'backup-damaged' }, failed: { problem: 'backup-damaged' } })
    await a.ask('backUpNow', {})
    expect(await backup.settled()).toMatchObject({ isNewBase: true })
    expect(await a.ask<BackupState>('backupState')).toMatchObject({ standing: 'good' })
  })

  it('say when the disk is not there, and never make the folder where it was', async () => {
    const a = await created('a')
    await a.backUp()
    renameSync(disk, `${disk} in a drawer`)
    expect(await a.ask<BackupState>('backupState')).toMatchObject({ reachable: false, folder: disk })
    await expect(a.ask('backUpNow', {})).rejects.toThrow('backup-folder-missing')
    expect(existsSync(disk)).toBe(false)
    await expect(a.ask('chooseBackupFolder', { folder: join(folder, 'a', 'inside') })).rejects.toThrow('backup-folder-unwritable')
    expect(await a.ask<BackupState>('chooseBackupFolder', { folder: null })).toMatchObject({ standing: 'none', reachable: false })
  })
})
