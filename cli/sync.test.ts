import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createHub, type Hub } from '../hub'
import { openPracticeHost } from '../main/host/practiceHost'
import type { Answer, PracticeName } from '../shared/contract'
import { hashQuickly } from '../shared/testing/quickScrypt'
import { readCall } from './command'
import { openContext } from './open'
import { sync } from './sync'

hashQuickly()

const secrets = { OUTPOST_PASSPHRASE: 'a passphrase for tests', OUTPOST_USER: 'ada', OUTPOST_PASSWORD: 'a password for tests', OUTPOST_SYNC_PASSWORD: 'a hub password' }
let folder: string
let hub: Hub

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'outpost-cli-sync-'))
  Object.assign(process.env, secrets)
  hub = await createHub({ folder: join(folder, 'hub'), key: new Uint8Array(32).fill(3) })
  await hub.addUser({ name: 'centre', password: secrets.OUTPOST_SYNC_PASSWORD, admin: true })
})
afterEach(async () => {
  await hub.close()
  for (const name of Object.keys(secrets)) delete process.env[name]
  rmSync(folder, { recursive: true, force: true })
})

const createPractice = async (): Promise<void> => {
  const host = openPracticeHost({ folder: join(folder, 'data'), keystore: null, need: () => undefined, noNeed: () => undefined, log: () => undefined })
  await host.start()
  const ask = {
    name: 'Hill Clinic', address: '', phone: '', email: '', stationPrefix: 'A', passphrase: secrets.OUTPOST_PASSPHRASE,
    administrator: { name: 'Ada Eze', user: secrets.OUTPOST_USER, password: secrets.OUTPOST_PASSWORD },
  }
  const said = await host.connect('test', () => undefined).handle({ call: 1, request: 'createPractice', practice: null, ask })
  expect((said?.answer as Answer<{ practice: PracticeName }> | undefined)?.ok).toBe(true)
  await host.stop()
}

const run = async (...words: string[]) => {
  const opened = await openContext(join(folder, 'data'), () => undefined)
  if (!opened.ok) throw new Error(opened.problem.kind)
  try {
    return await sync.run(readCall(words), opened.value.context)
  } finally {
    await opened.value.close()
  }
}

it('sends and fetches everything once from a data folder without a window, and says what it did', async () => {
  await createPractice()
  expect(await run()).toMatchObject({ ok: false, lines: ['no server is set up'] })
  const first = await run('--url', hub.url, '--user', 'centre')
  expect(first).toMatchObject({ ok: true, json: { pulled: 0, refused: 0, reviewItems: 0 } })
  expect((first.json as { pushed: number }).pushed).toBeGreaterThan(0)
  expect(await run()).toMatchObject({ ok: true, json: { pulled: 0, refused: 0 } })
  const compared = await run('--compare')
  expect(compared).toMatchObject({ ok: true, lines: [expect.any(String), expect.stringMatching(/^the server has all \d+ records/)], json: { agreement: { outcome: 'agrees', differing: 0 }, differences: [], held: [] } })
  await hub.close()
  expect(await run()).toMatchObject({ ok: false, lines: ['server-unreachable'] })
})

it('says why when the server does not accept the user', async () => {
  await createPractice()
  process.env['OUTPOST_SYNC_PASSWORD'] = 'wrong'
  expect(await run('--url', hub.url, '--user', 'centre')).toMatchObject({ ok: false, lines: ['server-refused'] })
})
