import { mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openPracticeHost } from '../main/host/practiceHost'
import type { Answer, PracticeName } from '../shared/contract'
import { hashQuickly } from '../shared/testing/quickScrypt'
import { backup } from './backup'
import { readCall, UsageProblem } from './command'
import { openContext } from './open'
import { patients } from './patients'
import { restore } from './restore'
import { verify } from './verify'

hashQuickly()

const secrets = { OUTPOST_PASSPHRASE: 'a passphrase for tests', OUTPOST_USER: 'ada', OUTPOST_PASSWORD: 'a password for tests', OUTPOST_RECOVERY_CODE: '' }
let folder: string
let disk: string

const around = { keystore: null, need: () => undefined, noNeed: () => undefined, log: () => undefined }

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'outpost-cli-backup-'))
  disk = join(folder, 'disk')
  mkdirSync(disk)
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
  Object.assign(process.env, { ...secrets, OUTPOST_RECOVERY_CODE: said.value.recoveryCode })
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

const run = async (command: typeof backup, data: string, ...words: string[]) => {
  const opened = await openContext(data, () => undefined)
  if (!opened.ok) throw new Error(opened.problem.kind)
  try {
    return await command.run(readCall(words), opened.value.context)
  } finally {
    await opened.value.close()
  }
}
const plain = async (command: typeof verify, ...words: string[]) => {
  const [out, err] = [vi.spyOn(console, 'log').mockReturnValue(), vi.spyOn(console, 'error').mockReturnValue()]
  try {
    const status = await command.run(readCall([...words, '--json']))
    return { status, json: JSON.parse(String(out.mock.calls[0]?.[0] ?? 'null')) as Record<string, unknown>, error: String(err.mock.calls.at(-1)?.[0] ?? '') }
  } finally {
    out.mockRestore()
    err.mockRestore()
  }
}

describe('The command line and a backup disk', () => {
  it('backs up, verifies and restores with the recovery code; people sign in as before', async () => {
    const first = await run(backup, join(folder, 'data'), '--to', disk)
    expect(first).toMatchObject({ ok: true, json: { isNewBase: true, folder: disk } })
    expect(await run(backup, join(folder, 'data'), '--to', disk)).toMatchObject({ ok: true, json: { isNewBase: false } })
    const good = await plain(verify, disk)
    expect(good).toMatchObject({ status: 0, json: { ok: true, station: 'A', practice: { name: 'Hill Clinic' } } })
    const restored = await plain(restore, disk, '--data', join(folder, 'new'))
    expect(restored).toMatchObject({ status: 0, json: { ok: true, stationBefore: 'A' } })
    expect(restored.json['station']).not.toBe('A')
    const listed = await run(patients, join(folder, 'new')).catch((reason: Error) => reason.message)
    // The passphrase of the old computer is not in the backup.
    expect(listed).toBe('wrong-passphrase')
    process.env['OUTPOST_PASSPHRASE'] = process.env['OUTPOST_RECOVERY_CODE']
    try {
      expect(await run(patients, join(folder, 'new'))).toMatchObject({ json: { total: 3 } })
    } finally {
      process.env['OUTPOST_PASSPHRASE'] = secrets.OUTPOST_PASSPHRASE
    }
    expect(await plain(restore, disk, '--data', join(folder, 'new'))).toMatchObject({ status: 1, json: { problem: 'practice-exists' } })
  })

  it('says with status 1 why a backup is not good', async () => {
    const [place = ''] = readdirSync(disk)
    const [set = ''] = readdirSync(join(disk, place)).filter((name) => name.startsWith('set-'))
    truncateSync(join(disk, place, set, '000001.segment'), 200)
    expect(await plain(verify, disk)).toMatchObject({ status: 1, json: { ok: false, problem: 'backup-damaged', segment: 1 } })
    expect(await plain(restore, disk, '--data', join(folder, 'third'))).toMatchObject({ status: 1, json: { problem: 'backup-damaged' }, error: expect.stringContaining('segment 1') })
    expect(await plain(verify, folder)).toMatchObject({ status: 1, json: { problem: 'backup-none' } })
    expect(await plain(verify, join(folder, 'nowhere'))).toMatchObject({ status: 1, json: { problem: 'backup-folder-missing' } })
    expect(await run(backup, join(folder, 'data'), '--to', join(folder, 'nowhere'))).toMatchObject({ ok: false, lines: ['backup-folder-missing'] })
    expect(await run(backup, join(folder, 'data'), '--to', join(folder, 'data'))).toMatchObject({ ok: false, lines: ['backup-folder-unwritable'] })
    await expect(plain(restore, disk)).rejects.toThrow(UsageProblem)
  })
})
