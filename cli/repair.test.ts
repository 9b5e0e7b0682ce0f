import { readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createPracticeFile, replicaKeyOf } from '../main/access'
import { openReplica } from '../main/replica'
import { hashQuickly } from '../shared/testing/quickScrypt'
import { readCall } from './command'
import { repair } from './repair'

hashQuickly()

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outpost-cli-repair-'))
  vi.stubEnv('OUTPOST_PASSPHRASE', 'a passphrase of ours')
  const created = await createPracticeFile({ folder, name: 'Hill Clinic', training: false, station: 'A', keystore: null, passphrase: 'a passphrase of ours' })
  if (!created.ok) throw new Error(created.problem.kind)
  const replica = await openReplica({ folder, key: replicaKeyOf(created.value.key), practice: created.value.practice.id, station: 'A' })
  await replica.records.addAll(Array.from({ length: 80 }, (_, place) => ({ type: 'Patient' as const, resource: { resourceType: 'Patient' as const, name: [{ family: `F${place}`, text: 'x'.repeat(900) }] } })), 'nurse')
  await replica.close()
})
afterEach(async () => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  await rm(folder, { recursive: true, force: true })
})

const run = async (...words: string[]): Promise<{ readonly status: number; readonly said: Record<string, unknown> }> => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined)
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
  const call = readCall(words)
  const status = await repair.run({ ...call, words: call.words.slice(1) })
  return { status, said: JSON.parse(String(log.mock.calls[0]?.[0] ?? '{}')) as Record<string, unknown> }
}

describe('outpost repair', () => {
  it('says that nothing is to be repaired, and repairs what a worn disk left', async () => {
    expect(await run('repair', '--data', folder, '--json')).toEqual({ status: 0, said: { ok: true, damaged: false } })
    const path = join(folder, 'replica.db')
    const bytes = readFileSync(path)
    const place = Math.floor(bytes.length / 8192) * 4096 + 600
    bytes[place] = (bytes[place] as number) ^ 2
    writeFileSync(path, bytes)
    vi.restoreAllMocks()
    const { status, said } = await run('repair', '--data', folder, '--json')
    expect(status).toBe(0)
    expect(said).toMatchObject({ ok: true, damaged: true, server: 'none' })
    expect(said['kept']).toBeGreaterThan(70)
    vi.restoreAllMocks()
    expect((await run('repair', '--data', folder, '--json')).said).toEqual({ ok: true, damaged: false })
  })
})
