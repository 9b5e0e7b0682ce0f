import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createHub, type Hub } from '../../hub'
import type { Answer, BackupState, EventMessage, PracticeState, RepairReport } from '../../shared/contract'
import { hashQuickly } from '../../shared/testing/quickScrypt'
import { openPracticeHost, type PracticeHost } from './practiceHost'

hashQuickly()

let top: string
let folder: string
let hub: Hub | undefined
let host: PracticeHost
let states: PracticeState[]
const passphrase = 'a passphrase of ours'
const password = 'four unrelated words'
const clinic = { name: 'Hill Clinic', address: '', phone: '', email: '', stationPrefix: 'A', administrator: { name: 'Ada Admin', user: 'ada', password }, passphrase }

const ask = async <Value>(request: string, what?: unknown): Promise<Value> => {
  const state = host.state()
  const practice = state.state === 'open' || state.state === 'locked' ? state.practice.id : null
  const connection = host.connect('window', (event: EventMessage) => event.event === 'practiceChanged' && states.push(event.value as PracticeState))
  const answered = await connection.handle({ call: 1, request, practice, ask: what, byPerson: true })
  const answer = answered?.answer as Answer<Value>
  if (!answer.ok) throw new Error(`${request}: ${answer.problem.kind}`)
  return answer.value
}
const until = async (holds: () => Promise<boolean> | boolean): Promise<void> => {
  for (let tries = 0; tries < 600; tries += 1) {
    if (await holds()) return
    await new Promise((resume) => setTimeout(resume, 50))
  }
  throw new Error('waited in vain')
}

const start = async (): Promise<void> => {
  states = []
  host = openPracticeHost({ folder, keystore: null, need: () => undefined, noNeed: () => undefined, log: () => undefined })
  await host.start()
}
const stateNow = (): string => host.state().state
const signIn = () => ask('signIn', { user: 'ada', password })

const register = async (from: number, count: number): Promise<string[]> => {
  const ids: string[] = []
  for (let place = from; place < from + count; place += 1) ids.push((await ask<{ id: string }>('registerPatient', { key: `registration ${place}`, family: `Mokoena ${place}`, given: 'x'.repeat(90), gender: 'female' })).id)
  return ids
}
const idsOf = async (): Promise<string[]> => ((await host.practice()?.replica.records.find('Patient')) ?? []).map(({ id }) => id).sort()
const database = (): string => join(folder, 'replica.db')
const flip = (place: number): void => {
  const bytes = readFileSync(database())
  bytes[place] = (bytes[place] as number) ^ 4
  writeFileSync(database(), bytes)
}

beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), 'outpost-repair-'))
  folder = join(top, 'data')
  states = []
  await start()
  await ask('createPractice', clinic)
  await signIn()
})
afterEach(async () => {
  await host.stop()
  await hub?.close()
  hub = undefined
  await rm(top, { recursive: true, force: true })
})

const backUp = async (): Promise<string> => {
  const disk = join(top, 'disk')
  mkdirSync(disk)
  await ask('chooseBackupFolder', { folder: disk })
  await until(async () => {
    const { last, running } = await ask<BackupState>('backupState')
    return last !== undefined && running === undefined
  })
  return disk
}

describe('a workstation whose records were cut off on the disk', () => {
  it('says so at start, is repaired from file and backup, reports it, and work goes on', async () => {
    const before = await register(0, 40)
    await backUp()
    const later = await register(40, 3)
    await host.stop()
    truncateSync(database(), Math.floor(readFileSync(database()).length / 8192) * 4096)

    await start()
    await expect(ask('unlockPractice', { secret: passphrase })).rejects.toThrow('replica-damaged')
    expect(host.state()).toMatchObject({ state: 'damaged', practice: { name: 'Hill Clinic' } })
    await expect(ask('signIn', { user: 'ada', password })).rejects.toThrow('no-practice')
    await expect(ask('leaveRepair')).rejects.toThrow('conflict')
    const report = await ask<RepairReport>('repairPractice', {})
    expect(stateNow()).toBe('repaired')
    expect(report.backupAt).toMatch(/^2\d{3}-/)
    expect(report.fetched).toBeGreaterThan(0)
    expect(report).toMatchObject({ server: 'none', fromServer: 0 })
    expect(new Set(states.map(({ state }) => state))).toEqual(new Set(['damaged', 'repairing', 'repaired']))
    expect(readdirSync(join(folder, report.aside))).toContain('replica.db')

    await ask('leaveRepair')
    expect(stateNow()).toBe('open')
    await signIn()
    const now = await idsOf()
    for (const id of before) expect(now).toContain(id)
    expect(report.unread).toBeGreaterThanOrEqual(later.filter((id) => !now.includes(id)).length)
    // A number is never given twice.
    const numbers = (await host.practice()?.replica.records.find('Patient'))?.map(({ search }) => search.identifier) ?? []
    const next = await register(100, 1)
    expect(numbers).not.toContain((await host.practice()?.replica.records.get('Patient', next[0] ?? ''))?.search.identifier)
    const { lines } = await ask<{ lines: { action: string }[] }>('readAudit', { limit: 100 })
    expect(lines.map(({ action }) => action)).toContain('repairPractice')

    await host.stop()
    await start()
    await ask('unlockPractice', { secret: passphrase })
    expect((await idsOf()).length).toBe(now.length + 1)
  })

  it('stays as it is when nothing can be read, and is repaired when the folder with the backups is named', async () => {
    const before = await register(0, 5)
    const disk = await backUp()
    await host.stop()
    truncateSync(database(), 0)
    await start()
    await expect(ask('unlockPractice', { secret: passphrase })).rejects.toThrow('replica-damaged')
    await expect(ask('repairPractice', {})).rejects.toThrow('nothing-readable')
    expect(stateNow()).toBe('damaged')
    expect(await ask<RepairReport>('repairPractice', { backupFolder: disk })).toMatchObject({ kept: 0, mayBeMore: true })
    await ask('leaveRepair')
    expect(await idsOf()).toEqual(before.sort())
  })
})

describe('damage that is found while people are at work', () => {
  it('ends their work with the same screen', async () => {
    await register(0, 60)
    await host.stop()
    // In a page of the table that no question at start rests on.
    flip(Math.floor(readFileSync(database()).length / 8192) * 4096 + 500)
    await start()
    await ask('unlockPractice', { secret: passphrase }).catch(() => undefined)
    await until(() => stateNow() === 'damaged')
    expect((await ask<RepairReport>('repairPractice', {})).kept).toBeGreaterThan(60)
  })
})

describe('a workstation that has a server', () => {
  it('fetches from it what the file and no backup had, and sends what it had not sent', async () => {
    const practice = host.practice()?.name
    hub = await createHub({ folder: join(top, 'hub'), key: new Uint8Array(32).fill(5), port: 0 })
    await hub.addUser({ name: 'clinic', password: 'a good password', databases: [await hub.createPracticeDatabase(practice as never)] })
    await ask('configureSync', { url: hub.url, user: 'clinic', password: 'a good password' })
    const sent = await register(0, 60)
    await ask('syncNow')
    await ask('syncNow')
    await host.stop()

    // The server is away: what is registered now stays here.
    const port = Number(new URL(hub.url).port)
    await hub.close()
    hub = undefined
    await start()
    await ask('unlockPractice', { secret: passphrase })
    await signIn()
    const unsent = await register(60, 2)
    await host.stop()
    hub = await createHub({ folder: join(top, 'hub'), key: new Uint8Array(32).fill(5), port })

    for (let page = 20, size = readFileSync(database()).length; page * 4096 < size; page += 9) flip(page * 4096 + 700)
    await start()
    await ask('unlockPractice', { secret: passphrase }).catch(() => undefined)
    await until(() => stateNow() === 'damaged')
    const report = await ask<RepairReport>('repairPractice', {})
    expect(report.server).toBe('done')
    expect(report.fetched).toBe(0)
    expect(report.fromServer).toBeGreaterThan(0)
    await ask('leaveRepair')
    const now = await idsOf()
    for (const id of sent) expect(now).toContain(id)
    const kept = unsent.filter((id) => now.includes(id))
    await signIn()
    await ask('syncNow')
    expect(await ask<unknown[]>('listOutbox', { skip: 0, limit: 100 })).toEqual([])
    expect(kept.length).toBeGreaterThan(0)
    // What nobody else had and the file does not give is counted as such.
    expect(report.unread).toBeGreaterThanOrEqual(unsent.length - kept.length)
  })
})
