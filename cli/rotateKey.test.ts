import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openPracticeHost } from '../main/host/practiceHost'
import type { Answer, PracticeName, RestoreReport } from '../shared/contract'
import { hashQuickly } from '../shared/testing/quickScrypt'
import { backup } from './backup'
import { readCall, type Command } from './command'
import { openContext } from './open'
import { patients } from './patients'
import { rotateKey } from './rotate-key'

hashQuickly()

const secrets = { OUTPOST_PASSPHRASE: 'a passphrase for tests', OUTPOST_USER: 'ada', OUTPOST_PASSWORD: 'a password for tests' }
const around = { keystore: null, need: () => undefined, noNeed: () => undefined, log: () => undefined }
let folder: string
let recoveryCode = ''

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'outpost-cli-rotate-'))
  const host = openPracticeHost({ ...around, folder: join(folder, 'data') })
  await host.start()
  const ask = {
    name: 'Hill Clinic', address: '', phone: '', email: '', stationPrefix: 'A', passphrase: secrets.OUTPOST_PASSPHRASE,
    administrator: { name: 'Ada Eze', user: secrets.OUTPOST_USER, password: secrets.OUTPOST_PASSWORD },
  }
  const window = host.connect('test', () => undefined)
  const said = (await window.handle({ call: 1, request: 'createPractice', practice: null, ask }))?.answer as Answer<{ practice: PracticeName; recoveryCode: string }>
  if (!said.ok) throw new Error(said.problem.kind)
  const practice = said.value.practice.id
  recoveryCode = said.value.recoveryCode
  Object.assign(process.env, secrets)
  await window.handle({ call: 2, request: 'signIn', practice, ask: { user: 'ada', password: secrets.OUTPOST_PASSWORD } })
  for (const family of ['Okafor', 'Eze', 'Adu']) {
    await window.handle({ call: 3, request: 'registerPatient', practice, ask: { key: `register ${family}`, family, given: 'Ada', gender: 'female' } })
  }
  await host.stop()
})
afterAll(() => {
  for (const name of Object.keys(secrets)) delete process.env[name]
  rmSync(folder, { recursive: true, force: true })
})

const run = async (command: Command, data: string, ...words: string[]) => {
  const opened = await openContext(data, () => undefined)
  if (!opened.ok) throw new Error(opened.problem.kind)
  try {
    return await command.run(readCall(words), opened.value.context)
  } finally {
    await opened.value.close()
  }
}
const restored = async (disk: string, to: string, code: string): Promise<Answer<RestoreReport>> => {
  const host = openPracticeHost({ ...around, folder: join(folder, to) })
  await host.start()
  try {
    const said = await host.connect('restore', () => undefined).handle({ call: 1, request: 'restoreBackup', practice: null, ask: { folder: disk, code } })
    return said?.answer as Answer<RestoreReport>
  } finally {
    await host.stop()
  }
}

it('backups from before and after a change of the key restore with the recovery code; from before a new code, with the code of their time', async () => {
  const data = join(folder, 'data')
  const [before, after] = [join(folder, 'before'), join(folder, 'after')]
  for (const disk of [before, after]) mkdirSync(disk)
  expect(await run(backup, data, '--to', before)).toMatchObject({ ok: true })
  expect(await run(rotateKey, data)).toMatchObject({ ok: true, json: { keyChanges: 1 } })
  expect(await run(patients, data)).toMatchObject({ json: { total: 3 } })
  // The same disk goes on in a base of its own, under the new key.
  expect(await run(backup, data, '--to', before)).toMatchObject({ ok: true, json: { isNewBase: true } })
  expect(await run(backup, data, '--to', after)).toMatchObject({ ok: true })

  const newCode: Command = {
    usage: '',
    about: '',
    run: async (_call, { ask, person }) => {
      const made = await ask('newRecoveryCode', { password: person.password })
      if (!made.ok) throw new Error(made.problem.kind)
      const taken = await ask('confirmRecoveryCode', { ending: made.value.code.slice(-4) })
      return { ok: taken.ok, lines: [], json: made.value.code }
    },
  }
  const code = String((await run(newCode, data)).json)
  expect(code).not.toBe(recoveryCode)
  expect(await restored(before, 'one', recoveryCode)).toMatchObject({ ok: true })
  expect(await restored(after, 'two', code)).toMatchObject({ ok: false })
  expect(await restored(after, 'three', recoveryCode)).toMatchObject({ ok: true })
  expect(await run(backup, data, '--to', after)).toMatchObject({ ok: true })
  expect(await restored(after, 'four', code)).toMatchObject({ ok: true })
})
