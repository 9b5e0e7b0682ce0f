import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Answer, EventMessage, PracticeState } from '../../shared/contract'
import { hashQuickly } from '../../shared/testing/quickScrypt'
import { demoUsers } from '../demo'
import { openPracticeHost, type PracticeHost } from './practiceHost'

hashQuickly()

let folder: string
let hosts: PracticeHost[] = []
const heard: EventMessage[] = []
const passphrase = 'a passphrase of ours'
const administrator = { name: 'Ada Admin', user: 'ada', password: 'four unrelated words' }
const clinic = { name: 'Hill Clinic', address: '', phone: '', email: '', stationPrefix: 'A', administrator, passphrase }

const open = (): PracticeHost => {
  const host = openPracticeHost({ folder, keystore: null, need: () => undefined, noNeed: () => undefined, log: () => undefined })
  hosts.push(host)
  return host
}
const ask = async <Value>(host: PracticeHost, request: string, what?: unknown): Promise<Answer<Value>> => {
  const state = host.state()
  const practice = state.state === 'open' || state.state === 'locked' ? state.practice.id : null
  const answered = await host.connect('window', (event) => heard.push(event)).handle({ call: 1, request, practice, ask: what, byPerson: true })
  return answered?.answer as Answer<Value>
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outpost-host-'))
})
afterEach(async () => {
  for (const host of hosts) await host.stop()
  hosts = []
  heard.length = 0
  await rm(folder, { recursive: true, force: true })
})

describe('A practice host', () => {
  it('says that there is nothing yet, creates a practice, and opens it again only with the passphrase or the recovery code', async () => {
    const host = open()
    await host.start()
    expect(await ask(host, 'practiceState')).toMatchObject({ ok: true, value: { state: 'none', keystore: 'none' } })
    const created = await ask<{ recoveryCode: string }>(host, 'createPractice', clinic)
    if (!created.ok) throw new Error(created.problem.kind)
    expect(await ask(host, 'signIn', { user: 'ada', password: administrator.password })).toMatchObject({ ok: true })
    await host.stop()

    const again = open()
    await again.start()
    expect((await ask<PracticeState>(again, 'practiceState')).ok && again.state().state).toBe('locked')
    expect(await ask(again, 'signInChoices')).toMatchObject({ ok: false, problem: { kind: 'no-practice' } })
    expect(await ask(again, 'unlockPractice', { secret: 'not the passphrase' })).toMatchObject({ ok: false, problem: { kind: 'wrong-passphrase' } })
    expect(await ask(again, 'unlockPractice', { secret: created.value.recoveryCode })).toMatchObject({ ok: true })
    expect(await ask(again, 'signIn', { user: 'ada', password: administrator.password })).toMatchObject({ ok: true })
    await again.stop()
    const third = open()
    await third.start()
    expect(await ask(third, 'unlockPractice', { secret: passphrase })).toMatchObject({ ok: true })
  })

  it('refuses a second practice in the same folder, and a second process on the same practice', async () => {
    const host = open()
    await host.start()
    await ask(host, 'createPractice', clinic)
    expect(await ask(host, 'createPractice', clinic)).toMatchObject({ ok: false, problem: { kind: 'practice-exists' } })
    expect(await ask(host, 'openDemo')).toMatchObject({ ok: false, problem: { kind: 'practice-exists' } })
    const second = open()
    await second.start()
    expect(await ask(second, 'unlockPractice', { secret: passphrase })).toMatchObject({ ok: false, problem: { kind: 'practice-in-use' } })
  })

  it('says so when the practice file cannot be read, and touches nothing', async () => {
    await writeFile(join(folder, 'practice.json'), '{ "format": 1, "practice"')
    const host = open()
    await host.start({ demo: true })
    expect(host.state()).toEqual({ state: 'failed', problem: 'replica-damaged', keystore: 'none' })
    expect(await readFile(join(folder, 'practice.json'), 'utf8')).toBe('{ "format": 1, "practice"')
  })

  it('never deletes records that lie in the folder without their practice file', async () => {
    await mkdir(join(folder, 'archive'))
    await writeFile(join(folder, 'replica.db'), 'all that is left of a practice')
    const host = open()
    await host.start({ demo: true })
    expect(host.state()).toMatchObject({ state: 'open', practice: { training: true } })
    const aside = (await readdir(folder)).find((name) => name.startsWith('put-aside-')) ?? ''
    expect(await readFile(join(folder, aside, 'replica.db'), 'utf8')).toBe('all that is left of a practice')
    expect(existsSync(join(folder, aside, 'archive'))).toBe(true)
  })

  it('tells how far the demo is, and exchanges no images with another computer from it', async () => {
    const host = open()
    host.connect('window', (event) => heard.push(event))
    await host.start({ demo: true })
    const states = heard.filter(({ event }) => event === 'practiceChanged').map(({ value }) => value as PracticeState)
    expect(states.filter(({ state }) => state === 'preparing').length).toBeGreaterThan(5)
    expect(states.at(-1)).toMatchObject({ state: 'open' })
    expect(await ask(host, 'signIn', { user: demoUsers.administrator.user, password: demoUsers.administrator.password })).toMatchObject({ ok: true })
    const peer = { name: 'Town hospital', protocol: 'dimse', aeTitle: 'PACS', host: '192.0.2.7', port: 104, tls: false, pin: '', url: '', uses: ['receives-from-us'] }
    expect(await ask(host, 'saveImagingPeer', { peer })).toMatchObject({ ok: false, problem: { kind: 'training-stays-here' } })
    expect(await ask(host, 'dicomNetworkState')).toMatchObject({ ok: true, value: { addresses: ['127.0.0.1'] } })
  })

  it('joins nothing when the server cannot be reached, and can try again', async () => {
    const host = open()
    await host.start()
    const joining = { url: 'http://127.0.0.1:9', user: 'x', password: 'y', stationPrefix: 'B', passphrase }
    expect(await ask(host, 'joinPractice', joining)).toMatchObject({ ok: false, problem: { kind: 'server-unreachable' } })
    expect(host.state()).toMatchObject({ state: 'none' })
    expect(await ask(host, 'createPractice', clinic)).toMatchObject({ ok: true })
  })
})
