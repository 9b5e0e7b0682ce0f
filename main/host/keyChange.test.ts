import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { createPracticeFile, demoPassphrase, replicaKeyOf } from '../access'
import { openImaging, writePhantom } from '../imaging'
import { openReplica } from '../replica'
import { deriveKey, makeFolder, openSealedLog } from '../sealed'
import { keyBySecret, openAndRead, testKeystore } from './testing/keyChanger'

const root = resolve(__dirname, '../..')
const bundleFolder = join(root, '.cache', `key-changer-${randomBytes(4).toString('hex')}`)
const bundle = join(bundleFolder, 'changer.cjs')
const seed = 20261121
const kills = 30

let folder: string
const children: ChildProcess[] = []

beforeAll(async () => {
  await build({ entryPoints: [join(__dirname, 'testing/keyChanger.ts')], outfile: bundle, bundle: true, platform: 'node', target: 'node18', format: 'cjs', external: ['libsql', 'serialport', '@serialport/*'], mainFields: ['module', 'main'], logLevel: 'error' })
})
afterAll(() => rm(bundleFolder, { recursive: true, force: true }))
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'key-change-'))
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

/** mulberry32: the same kills each time. */
const random = (from: number) => () => {
  from = (from + 0x6d2b79f5) | 0
  let mixed = Math.imul(from ^ (from >>> 15), 1 | from)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
}

const makePractice = async (data: string): Promise<string> => {
  // Of a training practice, because its passphrase is quick to try.
  const made = await createPracticeFile({ folder: data, name: 'Hill Clinic', training: true, station: 'A', keystore: testKeystore, passphrase: demoPassphrase })
  if (!made.ok) throw new Error(made.problem.kind)
  const { key, practice, recoveryCode } = made.value
  const replica = await openReplica({ folder: data, key: replicaKeyOf(key), practice: practice.id, station: 'A' })
  const patients = Array.from({ length: 150 }, (_, place) => ({ type: 'Patient' as const, resource: { resourceType: 'Patient' as const, name: [{ family: `Mokoena${place}`, given: ['Thandiwe'] }] } }))
  await replica.records.addAll(patients, 'system')
  const imaging = await openImaging({ replica, folder: join(data, 'archive'), key })
  const disc = `${data} disc`
  await writePhantom(disc, { patient: { number: 'A-000001', family: 'Mokoena', given: 'Thandiwe' }, slices: 6, size: 32 })
  await imaging.ended(imaging.importFolder({ folder: disc, author: 'system' }).id)
  await imaging.close()
  await replica.close()
  await makeFolder(join(data, 'journal'))
  const log = await openSealedLog(join(data, 'journal', 'journal-000001.sealed'), deriveKey(key, 'outpost/journal'))
  await Promise.all(Array.from({ length: 40 }, (_, place) => log.append(new TextEncoder().encode(`H|\\^&|||counter ${place}`))))
  await log.close()
  return recoveryCode
}

interface Run {
  readonly lines: readonly string[]
}

/** A process that changes the key until `dieAtCall`, or until `until` says so. */
const changer = (data: string, dieAtCall: number, until: (lines: readonly string[], kill: () => void) => void): Promise<Run> =>
  new Promise((ended) => {
    const child = spawn(process.execPath, [bundle, data, 'change'], { env: { ...process.env, NODE_PATH: join(root, 'node_modules'), DIE_AT_CALL: String(dieAtCall) }, stdio: ['ignore', 'pipe', 'inherit'] })
    children.push(child)
    let heard = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      heard += text
      until(heard.split('\n').slice(0, -1), () => child.kill('SIGKILL'))
    })
    child.on('close', () => ended({ lines: heard.split('\n').slice(0, -1) }))
  })

const killAgainAndAgain = async (from: number, times: number): Promise<void> => {
  const data = join(folder, `data ${from}`)
  const recoveryCode = await makePractice(data)
  const wholes: string[] = []
  const take = ({ lines }: Run): void => {
    for (const line of lines) {
      expect(line).not.toMatch(/^problem/)
      const [what, digest = ''] = line.split(' ')
      if (what === 'whole' || what === 'followed') wholes.push(digest)
    }
  }
  // Once undisturbed, to know how many calls a change takes.
  const calm = await changer(data, 0, (lines, kill) => lines.filter((line) => line.startsWith('calls')).length > 1 && kill())
  take(calm)
  const calls = calm.lines.filter((line) => line.startsWith('calls')).map((line) => Number(line.split(' ')[1]))
  expect(calls[1]).toBeGreaterThan(40)

  const next = random(from)
  let changes = 0
  for (let kill = 0; kill < times; kill += 1) {
    // Two of three at a certain call on the disk, the third at any moment after the start.
    const atCall = kill % 3 === 2 ? 0 : 1 + Math.floor(next() * (calls[1] ?? 0))
    const afterMs = next() * 300
    const run = await changer(data, atCall, (lines, end) => {
      if (atCall === 0 && lines.some((line) => line.startsWith('whole'))) setTimeout(end, afterMs)
    })
    take(run)
    changes += run.lines.filter((line) => line === 'changed').length
    const [byCode, byPassphrase] = [await keyBySecret(data, recoveryCode), await keyBySecret(data, demoPassphrase)]
    expect(byCode, `kill ${kill}`).toBeDefined()
    expect(byPassphrase).toBe(byCode)
  }
  const last: string[] = []
  await openAndRead(data, (line) => last.push(line))
  wholes.push(...last.map((line) => line.split(' ')[1] ?? ''))
  expect(new Set(wholes).size).toBe(1)
  expect(wholes.length).toBeGreaterThan(times / 2)
  expect(changes).toBeGreaterThan(1)
  expect((await readdir(data)).filter((name) => name.startsWith('generation'))).toEqual([])
}

it(`a computer that is switched off ${kills} times while its key is changed loses nothing, and opens as it always did (seed ${seed})`, async () => {
  // Two computers at once, each with its half of the kills.
  await Promise.all([seed, seed + 1].map((from) => killAgainAndAgain(from, kills / 2)))
}, 90_000)
