import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { openPretendCouch, type PretendCouch } from '../server/testing/pretendCouch'
import { readCall, UsageProblem } from './command'
import { server } from './server'

const practice = '01C0MMANDSERVER00000000000'
let couch: PretendCouch
let folder: string
let said: string[]
let complained: string[]
beforeEach(async () => {
  couch = await openPretendCouch()
  folder = mkdtempSync(join(tmpdir(), 'outpost-cli-server-'))
  said = []
  complained = []
  vi.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line))
  vi.spyOn(console, 'error').mockImplementation((line: string) => void complained.push(line))
  vi.stubEnv('OUTPOST_SERVER_PASSWORD', couch.admin.password)
  vi.stubEnv('OUTPOST_BACKUP_PASSPHRASE', 'a long enough passphrase')
})
afterEach(async () => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  await couch.close()
  rmSync(folder, { recursive: true, force: true })
})

const run = async (...words: string[]): Promise<unknown> => {
  said = []
  const status = await server.run(readCall([...words, '--url', couch.url, '--json']))
  if (status !== 0) throw new Error(complained.join('\n'))
  return JSON.parse(said.join('\n'))
}

describe('outpost server', () => {
  test('sets a practice up, twice; lets a workstation in, lists it, shuts it out', async () => {
    const first = await run('provision', '--practice', practice, '--name', 'Hill Clinic')
    expect(first).toMatchObject({ changed: true })
    expect(await run('provision', '--practice', practice, '--name', 'Hill Clinic')).toMatchObject({ changed: false })
    const invitation = await run('enrol', '--practice', practice, '--station', 'b', '--label', 'Ward', '--public-url', 'https://centre.example.org')
    expect(invitation).toMatchObject({ url: `https://centre.example.org/outpost-${practice.toLowerCase()}`, user: expect.stringMatching(/\.b$/), password: expect.stringMatching(/^[a-z2-9]{24}$/) })
    expect(await run('stations', '--practice', practice)).toMatchObject([{ station: 'B', state: 'invited', label: 'Ward' }])
    await run('revoke', '--practice', practice, '--station', 'B')
    expect(await run('stations', '--practice', practice)).toEqual([])
    await expect(run('revoke', '--practice', practice, '--station', 'B')).rejects.toThrow('workstation B has no account')
  })

  test('backs up and reads back, and refuses to put it where it is', async () => {
    await run('provision', '--practice', practice, '--name', 'Hill Clinic')
    const backup = join(folder, 'backup')
    expect(await run('backup', backup)).toMatchObject({ databases: expect.arrayContaining([{ name: `outpost-${practice.toLowerCase()}`, documents: expect.any(Number) }]) })
    expect(await run('verify-backup', backup)).toMatchObject({ databases: expect.arrayContaining([{ name: `outpost-${practice.toLowerCase()}`, documents: expect.any(Number) }]) })
    await expect(run('restore', backup)).rejects.toThrow('holds records')
  })

  test('up: one command from nothing to a practice, and once more changes nothing', async () => {
    const bin = join(folder, 'bin')
    mkdirSync(bin)
    writeFileSync(join(bin, 'docker'), `#!/bin/sh\necho "$@" >> ${join(folder, 'docker.log')}\n`)
    chmodSync(join(bin, 'docker'), 0o755)
    vi.stubEnv('PATH', `${bin}${delimiter}${process.env['PATH'] ?? ''}`)
    const centre = join(folder, 'centre')
    await run('prepare', centre, '--host', 'centre.example.org')
    const words = ['up', centre, '--host', 'centre.example.org', '--practice', practice, '--name', 'Hill Clinic']
    expect(await run(...words)).toMatchObject({ made: [], steps: expect.arrayContaining([{ what: `database outpost-${practice.toLowerCase()}`, outcome: 'made' }]) })
    const again = (await run(...words)) as { steps: { outcome: string }[] }
    expect(again.steps.every(({ outcome }) => outcome === 'same')).toBe(true)
    expect(readFileSync(join(folder, 'docker.log'), 'utf8')).toBe(`compose --project-directory ${centre} up --detach\n`.repeat(2))
  })

  test('says what it needs: usage for a slip, one line for a refusal', async () => {
    await expect(run('provision', '--practice', 'hill')).rejects.toBeInstanceOf(UsageProblem)
    await expect(run('dance')).rejects.toBeInstanceOf(UsageProblem)
    vi.stubEnv('OUTPOST_SERVER_PASSWORD', 'wrong')
    await expect(run('stations', '--practice', practice)).rejects.toThrow('does not accept this name and password')
    expect(complained).toHaveLength(1)
  })
})
