import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Answer, EventMessage, SecurityState } from '../../shared/contract'
import { hashQuickly } from '../../shared/testing/quickScrypt'
import type { Keystore } from '../access'
import { runDeviceHost } from '../devices'
import { writePhantom } from '../imaging'
import { openPracticeHost, type PracticeHost } from './practiceHost'

hashQuickly()

const passphrase = 'a passphrase of ours'
const administrator = { name: 'Ada Admin', user: 'ada', password: 'four unrelated words' }
const clinic = { name: 'Hill Clinic', address: '', phone: '', email: '', stationPrefix: 'A', administrator }

/** The operating system's keystore of one account: it opens only what it wrapped itself. */
const keystoreOf = (account: number): Keystore => ({
  wrap: async (bytes) => Uint8Array.from([account, ...bytes.map((byte) => byte ^ account)]),
  unwrap: async (bytes) => {
    if (bytes[0] !== account) throw new Error('not mine')
    return bytes.slice(1).map((byte) => byte ^ account)
  },
})

let top: string
let folder: string
let heard: EventMessage[] = []
const opened: { readonly host: PracticeHost; readonly ends: (() => Promise<void>)[] }[] = []

const open = async (at = folder, keystore: Keystore | null = null): Promise<PracticeHost> => {
  const ends: (() => Promise<void>)[] = []
  let devices: ReturnType<typeof runDeviceHost> | undefined
  const host = openPracticeHost({
    folder: at,
    keystore,
    need: (process) => {
      if (process !== 'device') return
      const running = (devices = runDeviceHost())
      ends.push(() => running.close())
      setImmediate(() => host.link('device', running.link))
    },
    noNeed: async (process) => (process === 'device' ? devices?.close() : undefined),
    log: (line) => heard.push({ event: 'hostChanged', value: line }),
  })
  opened.push({ host, ends })
  await host.start()
  return host
}
const stop = async (host: PracticeHost) => {
  await host.stop()
  for (const end of opened.find((each) => each.host === host)?.ends ?? []) await end()
}

const ask = async <Value>(host: PracticeHost, request: string, what?: unknown): Promise<Answer<Value>> => {
  const state = host.state()
  const practice = state.state === 'open' || state.state === 'locked' ? state.practice.id : null
  const answered = await host.connect('window', (event) => heard.push(event)).handle({ call: 1, request, practice, ask: what, byPerson: true })
  return answered?.answer as Answer<Value>
}
const value = async <Value>(host: PracticeHost, request: string, what?: unknown): Promise<Value> => {
  const answer = await ask<Value>(host, request, what)
  if (!answer.ok) throw new Error(`${request}: ${answer.problem.kind}`)
  return answer.value
}
const signIn = (host: PracticeHost) => value(host, 'signIn', { user: administrator.user, password: administrator.password })
const { password } = administrator

const until = async <Value>(look: () => Promise<Value | undefined>): Promise<Value> => {
  for (let tries = 0; tries < 300; tries += 1) {
    const found = await look()
    if (found !== undefined) return found
    await new Promise((next) => setTimeout(next, 50))
  }
  throw new Error('it did not come')
}
const followed = (host: PracticeHost) => until(async () => {
  const state = await value<SecurityState>(host, 'securityState')
  return state.following ? undefined : state
})

beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), 'outpost-keys-'))
  folder = join(top, 'data')
  heard = []
})
afterEach(async () => {
  for (const { host } of opened.splice(0)) await stop(host)
  await rm(top, { recursive: true, force: true })
})

const everyFile = async (at: string): Promise<string[]> => {
  const entries = await readdir(at, { withFileTypes: true })
  return (await Promise.all(entries.map((entry) => (entry.isDirectory() ? everyFile(join(at, entry.name)) : [join(at, entry.name)])))).flat()
}

/** A practice with a patient, images and something in the journal; answers the recovery code. */
const makePractice = async (host: PracticeHost, more: object = { passphrase }) => {
  const { recoveryCode } = await value<{ recoveryCode: string }>(host, 'createPractice', { ...clinic, ...more })
  await signIn(host)
  const patient = await value<{ id: string; number: string }>(host, 'registerPatient', { key: 'a key of ours', family: 'Qwandelane', given: 'Thandiwe', gender: 'female' })
  const disc = join(top, 'disc')
  await writePhantom(disc, { patient: { number: patient.number, family: 'Qwandelane', given: 'Thandiwe' }, slices: 4, size: 32 })
  const started = await value<{ id: string }>(host, 'importFolder', { folder: disc, patient: patient.id })
  await until(async () => ((await value<{ state: string }>(host, 'readImport', { import: started.id })).state === 'done' ? true : undefined))
  const capture = await readFile(join(__dirname, '../devices/profiles/sysmex-xn/captures/blood-count.astm'))
  await value(host, 'replayCapture', { profile: 'sysmex-xn', capture: new Uint8Array(capture) })
  return { recoveryCode, patient: patient.id }
}
const isWhole = async (host: PracticeHost, patient: string) => {
  const banner = await value<{ patient: { family: string } }>(host, 'readBanner', { patient })
  expect(banner.patient.family).toBe('Qwandelane')
  const [study] = await value<{ id: string }[]>(host, 'listStudies', { patient })
  const { series } = await value<{ series: { instances: { sopInstanceUid: string; url: string }[] }[] }>(host, 'openStudy', { patient, study: study?.id })
  const instances = series.flatMap((each) => each.instances)
  expect(instances).toHaveLength(4)
  for (const { sopInstanceUid, url } of instances) expect((await host.pixels(url.split('/')[4] ?? '', sopInstanceUid))?.length).toBeGreaterThan(1000)
  expect((await value<unknown[]>(host, 'listTray', { state: 'waiting' })).length).toBe(1)
  expect((await value<{ intact: boolean }>(host, 'readAudit', {})).intact).toBe(true)
}

describe('a data folder that was copied to another computer', () => {
  it('holds nothing readable and asks for the recovery code, once', async () => {
    const host = await open(folder, keystoreOf(3))
    const { recoveryCode, patient } = await makePractice(host, {})
    await stop(host)
    const stolen = join(top, 'stolen')
    await cp(folder, stolen, { recursive: true })
    for (const file of await everyFile(stolen)) {
      const text = (await readFile(file)).toString('latin1').toLowerCase()
      for (const word of ['qwandelane', 'thandiwe', 'dicm', 'sysmex']) expect(text.includes(word), `${file} shows ${word}`).toBe(false)
    }
    const elsewhere = await open(stolen, keystoreOf(4))
    expect(elsewhere.state()).toMatchObject({ state: 'locked', keystore: 'os' })
    expect(await ask(elsewhere, 'listPatients', {})).toMatchObject({ ok: false })
    expect(await ask(elsewhere, 'unlockPractice', { secret: 'a guess that is wrong' })).toMatchObject({ ok: false, problem: { kind: 'wrong-passphrase' } })
    await value(elsewhere, 'unlockPractice', { secret: recoveryCode })
    await signIn(elsewhere)
    await isWhole(elsewhere, patient)
    await stop(elsewhere)
    expect((await open(stolen, keystoreOf(4))).state()).toMatchObject({ state: 'open' })
  })
})

describe('a passphrase that was forgotten', () => {
  it('is replaced with the recovery code in one step, and opens nothing afterwards', async () => {
    const host = await open()
    const { recoveryCode } = await value<{ recoveryCode: string }>(host, 'createPractice', { ...clinic, passphrase })
    await stop(host)
    const again = await open()
    expect(await ask(again, 'unlockPractice', { secret: 'not the passphrase', newPassphrase: 'stolen by a guess' })).toMatchObject({ ok: false })
    await value(again, 'unlockPractice', { secret: recoveryCode, newPassphrase: 'remembered this time' })
    await stop(again)
    const third = await open()
    expect(await ask(third, 'unlockPractice', { secret: passphrase })).toMatchObject({ ok: false, problem: { kind: 'wrong-passphrase' } })
    expect(await ask(third, 'unlockPractice', { secret: 'stolen by a guess' })).toMatchObject({ ok: false })
    await value(third, 'unlockPractice', { secret: 'remembered this time' })
  })
})

describe('an administrator', () => {
  it('changes the passphrase and prints a new recovery code with the password asked again; the old ones open nothing; it is written down', async () => {
    const host = await open()
    const { recoveryCode } = await value<{ recoveryCode: string }>(host, 'createPractice', { ...clinic, passphrase })
    await signIn(host)
    expect(await ask(host, 'changePassphrase', { password: 'guessed', passphrase: 'somebody else was here' })).toMatchObject({ ok: false, problem: { kind: 'wrong-credentials' } })
    expect(await ask(host, 'newRecoveryCode', { password: 'guessed' })).toMatchObject({ ok: false, problem: { kind: 'wrong-credentials' } })
    await value(host, 'changePassphrase', { password, passphrase: 'a better passphrase' })
    const { code } = await value<{ code: string }>(host, 'newRecoveryCode', { password })
    expect(await ask(host, 'confirmRecoveryCode', { ending: '0000' })).toMatchObject({ ok: false, problem: { kind: 'bad-shape' } })
    await value(host, 'confirmRecoveryCode', { ending: code.slice(-4).toLowerCase() })
    expect(await ask(host, 'confirmRecoveryCode', { ending: code.slice(-4) })).toMatchObject({ ok: false, problem: { kind: 'not-found' } })
    const { lines } = await value<{ lines: { action: string; outcome: string }[] }>(host, 'readAudit', {})
    const written = lines.map(({ action, outcome }) => `${action} ${outcome}`)
    for (const line of ['changePassphrase refused', 'changePassphrase done', 'newRecoveryCode refused', 'newRecoveryCode done', 'confirmRecoveryCode refused', 'confirmRecoveryCode done']) expect(written).toContain(line)
    await stop(host)
    for (const [secret, opens] of [[passphrase, false], [recoveryCode, false], ['a better passphrase', true], [code, true]] as const) {
      const other = await open()
      expect((await ask(other, 'unlockPractice', { secret })).ok, secret).toBe(opens)
      await stop(other)
    }
  })

  it('changes the data key: everything is there, every way of opening holds, nothing of the old ciphertext is left', async () => {
    const host = await open(folder, keystoreOf(3))
    const { recoveryCode, patient } = await makePractice(host)
    expect(await ask(host, 'changeKey', { password: 'guessed' })).toMatchObject({ ok: false, problem: { kind: 'wrong-credentials' } })
    const old = new Set<string>()
    const notes = await Promise.all((await everyFile(folder)).filter((file) => !/-wal|-shm|replica\.(?:db|head|pages)/.test(file)).map(async (file) => (await readFile(file)).toString('latin1')))
    for (const note of notes) for (let at = 0; at + 32 <= note.length; at += 997) old.add(note.slice(at, at + 32))
    for (const name of ['damaged-20261101T100000Z-aaaa', 'damaged-29991101T100000Z-bbbb']) {
      await mkdir(join(folder, name))
      await writeFile(join(folder, name, 'replica.db'), 'put aside')
    }
    expect(await value(host, 'securityState')).toMatchObject({ putAside: 2 })
    await value(host, 'changeKey', { password })
    const states = heard.filter(({ event }) => event === 'practiceChanged').map(({ value: state }) => state as { state: string; done: number })
    expect(states.filter(({ state }) => state === 'rekeying').length).toBeGreaterThan(2)
    expect(host.state()).toMatchObject({ state: 'open' })
    expect(await ask(host, 'securityState')).toMatchObject({ ok: false, problem: { kind: 'not-signed-in' } })
    await signIn(host)
    await isWhole(host, patient)
    expect(await followed(host)).toMatchObject({ keyChanges: 1, putAside: 1, lastChange: { outcome: 'done', damaged: 0 } })
    const { lines } = await value<{ lines: { action: string }[] }>(host, 'readAudit', {})
    expect(lines.map(({ action }) => action)).toEqual(expect.arrayContaining(['keyChangeBegun', 'changeKey']))
    await stop(host)
    expect((await readdir(folder)).filter((name) => /generation|anew|part$/.test(name))).toEqual([])
    for (const file of await everyFile(folder)) {
      if (file.endsWith('practice.json')) continue
      const text = (await readFile(file)).toString('latin1')
      for (const piece of old) expect(text.includes(piece), `${file} holds old ciphertext`).toBe(false)
    }
    expect(JSON.parse(await readFile(join(folder, 'practice.json'), 'utf8'))).not.toHaveProperty('earlier')

    const withKeystore = await open(folder, keystoreOf(3))
    expect(withKeystore.state()).toMatchObject({ state: 'open' })
    await signIn(withKeystore)
    await isWhole(withKeystore, patient)
    await value(withKeystore, 'changeKey', { password })
    await signIn(withKeystore)
    expect(await followed(withKeystore)).toMatchObject({ keyChanges: 2 })
    await stop(withKeystore)
    for (const secret of [passphrase, recoveryCode]) {
      const other = await open()
      await value(other, 'unlockPractice', { secret })
      await signIn(other)
      await isWhole(other, patient)
      await stop(other)
    }
  })
})
