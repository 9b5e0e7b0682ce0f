import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openPracticeHost } from '../main/host/practiceHost'
import { hashQuickly } from '../shared/testing/quickScrypt'
import { readCall, UsageProblem } from './command'
import { openContext } from './open'
import { stick } from './stick'

hashQuickly()

let folder: string
const password = 'correct horse battery'

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'outpost-cli-stick-'))
  const host = openPracticeHost({ folder: join(folder, 'a'), keystore: null, need: () => undefined, noNeed: () => undefined, log: () => undefined })
  await host.start()
  const created = await host.connect('first run', () => undefined).handle({
    call: 1, request: 'createPractice', practice: null, byPerson: true,
    ask: { name: 'Stick Clinic', address: '', phone: '', email: '', stationPrefix: 'A', administrator: { name: 'Ada Admin', user: 'ada', password }, passphrase: 'a passphrase of ours' },
  })
  if (!created?.answer.ok) throw new Error('no practice')
  await host.stop()
  Object.assign(process.env, { OUTPOST_PASSPHRASE: 'a passphrase of ours', OUTPOST_USER: 'ada', OUTPOST_PASSWORD: password })
})
afterAll(() => {
  for (const name of ['OUTPOST_PASSPHRASE', 'OUTPOST_USER', 'OUTPOST_PASSWORD']) delete process.env[name]
  rmSync(folder, { recursive: true, force: true })
})

it('writes a stick, then only what is new; reads none of its own, tells the code', async () => {
  const opened = await openContext(join(folder, 'a'), () => undefined)
  if (!opened.ok) throw new Error(opened.problem.kind)
  const { context, close } = opened.value
  const run = (...words: string[]) => stick.run(readCall(words), context)
  const to = mkdtempSync(join(folder, 'stick-'))
  const first = await run('write', to)
  expect(first).toMatchObject({ ok: true, json: { outcome: 'done', sticks: [{ station: 'A', number: 1 }] } })
  const second = await run('write', to)
  const records = (outcome: typeof first) => (outcome.json as { records: number }).records
  expect(records(second)).toBeLessThan(records(first))
  const all = await run('write', to, '--all', '--images')
  expect(records(all)).toBeGreaterThan(records(first))
  expect(await run('read', to)).toMatchObject({ ok: false, lines: ['stick-none'] })
  expect(await run('write', join(folder, 'nowhere'))).toMatchObject({ ok: false, lines: ['stick-missing'] })
  expect(await run('read', to, '--code', '7K2MX')).toMatchObject({ ok: false, lines: ['stick-code-wrong'] })
  // As another workstation's: one that is right, and one that is damaged.
  const others = mkdtempSync(join(folder, 'stick-'))
  const [own = ''] = readdirSync(to).sort()
  const [right, damaged] = [own.replace('-A-', '-B-'), own.replace('-A-000001', '-B-000002')]
  copyFileSync(join(to, own), join(others, right))
  writeFileSync(join(others, damaged), 'no stick')
  const read = await run('read', others)
  expect(read).toMatchObject({ ok: false, json: { outcome: 'done', sticks: [{ name: right }], unread: [{ name: damaged, problem: 'stick-damaged' }] } })
  expect(read.lines).toContain(`${damaged} could not be read: stick-damaged`)
  expect((await run('read', others)).lines).toEqual(['stick-damaged', `${damaged} could not be read: stick-damaged`])
  expect((await run('code')).lines[0]).toMatch(/^([0-9A-Z]{5}-){6}[0-9A-Z]{5}$/)
  await expect(run('eject', to)).rejects.toThrow(UsageProblem)
  await close()
})
