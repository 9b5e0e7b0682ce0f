import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { closeSync, copyFileSync, openSync, readdirSync, readFileSync, readSync, statSync, truncateSync, writeSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openReplica, type Replica } from './index'

const key = new Uint8Array(32).fill(3)
const practice = 'clinic'
const root = resolve(__dirname, '../..')
const bundleFolder = join(root, '.cache', `workstation-${randomBytes(4).toString('hex')}`)
const bundle = join(bundleFolder, 'workstation.cjs')

let folder: string
const replicas: Replica[] = []
const children: ChildProcess[] = []

beforeAll(async () => {
  await build({ entryPoints: [join(__dirname, 'testing/workstation.ts')], outfile: bundle, bundle: true, platform: 'node', target: 'node18', format: 'cjs', external: ['libsql'], logLevel: 'error' })
})
afterAll(() => rm(bundleFolder, { recursive: true, force: true }))
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'durability-'))
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  for (const replica of replicas.splice(0)) await replica.close()
  await rm(folder, { recursive: true, force: true })
})

const open = async (from = folder, with_ = key): Promise<Replica> => {
  const replica = await openReplica({ folder: from, key: with_, practice, station: 'A' })
  replicas.push(replica)
  return replica
}

/** Another process on the same folder; `until` decides from its lines when it is killed. */
const workstation = (first: number, until: (lines: readonly string[]) => boolean): Promise<string[]> =>
  new Promise((done) => {
    const child = spawn(process.execPath, [bundle, folder, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] })
    children.push(child)
    let heard = ''
    let killed = false
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      heard += text
      if (!killed && until(heard.split('\n').slice(0, -1))) killed = child.kill('SIGKILL')
    })
    // The last line counts only when it is whole: a half one was not said.
    child.on('close', () => done(heard.split('\n').slice(0, -1)))
  })

const patient = (family: string, given: string) => ({ resourceType: 'Patient' as const, name: [{ family, given: [given] }] })

/** Changes one byte of a file in place. */
const flip = (path: string, place: number): void => {
  const handle = openSync(path, 'r+')
  const byte = Buffer.alloc(1)
  readSync(handle, byte, 0, 1, place)
  writeSync(handle, Buffer.from([byte[0]! ^ 0xff]), 0, 1, place)
  closeSync(handle)
}

describe('a workstation that is switched off while somebody saves', () => {
  it('keeps every patient and every number that was acknowledged, five times over', async () => {
    const numbers: number[] = []
    const patients: string[] = []
    const revised = new Map<string, string>()
    for (let round = 0; round < 5; round += 1) {
      const lines = await workstation(round * 10_000, (heard) => heard.length > 15 + round * 7)
      expect(lines[0]).toBe('open')
      for (const line of lines.slice(1)) {
        const [what, ...rest] = line.split(' ')
        if (what === 'number') numbers.push(Number(rest[0]))
        if (what === 'patients') patients.push(...rest)
        if (what === 'revised') revised.set(rest[0] ?? '', rest[1] ?? '')
      }
    }
    expect(patients.length).toBeGreaterThan(40)
    expect(new Set(numbers).size).toBe(numbers.length)
    const replica = await open()
    for (const id of patients) expect(await replica.records.get('Patient', id), id).toBeDefined()
    for (const [id, at] of revised) expect((await replica.records.get('Patient', id))?.at).toBe(at)
    // A family was saved whole or not at all.
    const families = new Map<string, number>()
    for (const { search } of await replica.records.find('Patient')) families.set(search.family ?? '', (families.get(search.family ?? '') ?? 0) + 1)
    expect([...families.values()].every((count) => count === 3)).toBe(true)
    expect(await replica.local.nextNumber('patient')).toBeGreaterThan(Math.max(...numbers))
  })
})

describe('who may open a practice', () => {
  it('refuses a second process while one has it open, and lets it in when that one was killed', async () => {
    const first = await open()
    expect(await workstation(0, () => false)).toEqual(['problem practice-in-use'])
    await expect(openReplica({ folder, key, practice, station: 'B' })).rejects.toMatchObject({ kind: 'practice-in-use' })
    await first.records.add('Patient', patient('Still', 'There'), 'system')
    await first.close()
    const killed = workstation(0, (lines) => lines.length > 10)
    await killed
    expect(await (await open()).records.count('Patient', { where: { family: 'still' } })).toBe(1)
  })

  it('refuses it also after a long day: many writes, the log carried into the file, everything read', async () => {
    const replica = await open()
    for (let batch = 0; batch < 12; batch += 1) {
      await replica.records.addAll(Array.from({ length: 200 }, (_, place) => ({ type: 'Patient' as const, resource: patient(`F${batch}x${place}`, 'x'.repeat(300)) })), 'system')
    }
    expect(await replica.records.count('Patient')).toBe(2400)
    expect(await workstation(0, () => false)).toEqual(['problem practice-in-use'])
    await replica.close()
    const again = await open()
    expect((await again.records.find('Patient')).length).toBe(2400)
    expect(await workstation(0, () => false)).toEqual(['problem practice-in-use'])
  })

  it('opens and closes again and again, and two practices at once', async () => {
    const other = await mkdtemp(join(tmpdir(), 'durability-'))
    for (let round = 0; round < 8; round += 1) {
      const one = await open()
      const two = await open(other)
      await one.records.add('Patient', patient('One', String(round)), 'system')
      await two.records.add('Patient', patient('Two', String(round)), 'system')
      expect(await one.records.count('Patient', { where: { family: 'two' } })).toBe(0)
      await one.close()
      await two.close()
    }
    const again = await open()
    expect(await again.records.count('Patient')).toBe(8)
    await rm(other, { recursive: true, force: true })
  })

  it('refuses another key, and another practice’s file', async () => {
    await (await open()).close()
    await expect(openReplica({ folder, key: new Uint8Array(32).fill(4), practice, station: 'A' })).rejects.toMatchObject({ kind: 'wrong-passphrase' })
    await rm(join(folder, 'replica.seal'))
    await expect(openReplica({ folder, key: new Uint8Array(32).fill(4), practice, station: 'A' })).rejects.toMatchObject({ kind: 'wrong-passphrase' })
    await expect(openReplica({ folder, key, practice: 'another', station: 'A' })).rejects.toMatchObject({ kind: 'replica-damaged' })
    await (await open()).close()
  })

  it('goes on in time after a restart although the wall clock was set back', async () => {
    const noon = Date.UTC(2026, 10, 21, 12)
    const before = await openReplica({ folder, key, practice, station: 'A', now: () => noon })
    const first = await before.records.add('Patient', patient('A', 'A'), 'system')
    await before.close()
    const after = await openReplica({ folder, key, practice, station: 'A', now: () => noon - 3_600_000 })
    replicas.push(after)
    expect((await after.records.add('Patient', patient('B', 'B'), 'system')).at > first.at).toBe(true)
  })
})

describe('a damaged file', () => {
  it('says so, and never opens as an empty practice', async () => {
    const replica = await open()
    await replica.records.addAll(Array.from({ length: 300 }, (_, place) => ({ type: 'Patient' as const, resource: patient(`F${place}`, 'x'.repeat(400)) })), 'system')
    await replica.close()
    const path = join(folder, 'replica.db')
    const kept = join(folder, 'kept')
    copyFileSync(path, kept)
    const { size } = statSync(path)

    flip(path, 100)
    await expect(open()).rejects.toMatchObject({ kind: 'replica-damaged' })
    copyFileSync(kept, path)
    truncateSync(path, 0)
    await expect(open()).rejects.toMatchObject({ kind: 'replica-damaged' })
    await rm(path)
    await expect(open()).rejects.toMatchObject({ kind: 'replica-damaged' })

    copyFileSync(kept, path)
    truncateSync(path, Math.floor(size / 2 / 4096) * 4096)
    const readAll = async (): Promise<number> => {
      const cut = await openReplica({ folder, key, practice, station: 'A' })
      try {
        return (await cut.records.find('Patient')).length
      } finally {
        await cut.close()
      }
    }
    await expect(readAll()).rejects.toMatchObject({ kind: 'replica-damaged' })
  })
})

describe('a byte that went wrong on the disk', () => {
  it('is never shown as a patient’s data: what is read is what was written, or the replica says that it is damaged', async () => {
    const replica = await open()
    const added = await replica.records.addAll(Array.from({ length: 40 }, (_, place) => ({ type: 'Patient' as const, resource: patient(`F${place}`, 'x'.repeat(400)) })), 'system')
    await replica.close()
    const path = join(folder, 'replica.db')
    const kept = join(folder, 'kept')
    copyFileSync(path, kept)
    const written = new Map(added.map((envelope) => [envelope.id, JSON.stringify(envelope)]))
    const { size } = statSync(path)
    let refused = 0
    for (let place = 50; place < size; place += Math.floor(size / 60)) {
      copyFileSync(kept, path)
      flip(path, place)
      try {
        const damaged = await openReplica({ folder, key, practice, station: 'A' })
        try {
          for (const envelope of await damaged.records.find('Patient')) expect(JSON.stringify(envelope)).toBe(written.get(envelope.id))
        } finally {
          await damaged.close()
        }
      } catch (reason) {
        expect(reason, `byte ${place}`).toMatchObject({ kind: 'replica-damaged' })
        refused += 1
      }
    }
    expect(refused).toBeGreaterThan(10)
  })
})

describe('the folder of a practice', () => {
  it('holds no name that could be read: not in the file, not in the log, not in what replication keeps', async () => {
    const replica = await open()
    const families = Array.from({ length: 50 }, (_, place) => `Qwandelane${place}`)
    await replica.records.addAll(families.map((family) => ({ type: 'Patient' as const, resource: patient(family, 'Thandiwe') })), 'system')
    await replica.local.put('draft', 'note', { text: 'Qwandelane coughs' })
    const copy = `${folder}-copy`
    // Copied by another process: reading the open file in this one would drop its lock on it.
    const look = (): string[] => {
      execFileSync('cp', ['-rT', folder, copy])
      for (const name of readdirSync(copy)) {
        const bytes = readFileSync(join(copy, name)).toString('latin1').toLowerCase()
        expect(bytes.includes('qwandelane') || bytes.includes('thandiwe') || bytes.includes('patient'), name).toBe(false)
      }
      return readdirSync(copy)
    }
    expect(look()).toContain('replica.db-wal')
    await replica.close()
    look()
    await rm(copy, { recursive: true, force: true })
  })
})
