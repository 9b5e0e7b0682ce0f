import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join as joinPath } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { hashQuickly } from '../shared/testing/quickScrypt'
import { readCall, UsageProblem } from './command'
import { create, join } from './firstRun'
import { openContext } from './open'
import { serve } from './serve'

hashQuickly()

const secrets = { OUTPOST_PASSPHRASE: 'a passphrase for tests', OUTPOST_USER: 'ada', OUTPOST_PASSWORD: 'a password for tests' }
let folder: string
let lines: string[]

beforeEach(() => {
  folder = mkdtempSync(joinPath(tmpdir(), 'outpost-cli-serve-'))
  Object.assign(process.env, secrets)
  lines = []
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line))
})
afterEach(() => {
  vi.restoreAllMocks()
  for (const name of [...Object.keys(secrets), 'OUTPOST_JOIN_CODE']) delete process.env[name]
  rmSync(folder, { recursive: true, force: true })
})

const at = (name: string) => joinPath(folder, name)
const said = (what: RegExp): string => {
  const found = what.exec(lines.join('\n'))?.[1]
  if (found === undefined) throw new Error(`nobody said ${what}: ${lines.join('\n')}`)
  return found
}

it('makes a practice, is its hub until stopped, and lets another data folder in by the code, all without a window', async () => {
  expect(await create.run(readCall(['create', '--data', at('a'), '--name', 'Hill Clinic', '--station', 'A', '--user', 'ada']))).toBe(0)
  expect(said(/Recovery code\s+(\S+)/)).toMatch(/^([0-9A-Z]{5}-){6}[0-9A-Z]{5}$/)
  const opened = await openContext(at('a'), () => undefined)
  if (!opened.ok) throw new Error(opened.problem.kind)
  const running = serve.run(readCall(['--hub', 'on', '--join-code']), opened.value.context)
  await vi.waitFor(() => said(/Join code\s+(\S+)/), { timeout: 15_000 })
  process.env['OUTPOST_JOIN_CODE'] = said(/Join code\s+(\S+)/)
  const hub = await opened.value.context.ask('syncState')
  const address = hub.ok ? new URL(hub.value.server ?? '').host : ''
  expect(await join.run(readCall(['join', '--data', at('b'), '--hub', address, '--station', 'B']))).toBe(0)
  expect(lines.filter((line) => line.includes('Hill Clinic'))).toHaveLength(2)
  process.emit('SIGINT')
  expect(await running).toMatchObject({ ok: true })
  await opened.value.close()
})

it('asks for what is missing before it does anything', async () => {
  await expect(async () => create.run(readCall(['create', '--data', at('a')]))).rejects.toThrow(UsageProblem)
  await expect(async () => join.run(readCall(['join', '--data', at('a'), '--hub', '127.0.0.1:1', '--station', 'B']))).rejects.toThrow('OUTPOST_JOIN_CODE is not set')
})
