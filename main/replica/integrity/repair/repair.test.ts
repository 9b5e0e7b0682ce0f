import { spawn } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir, uptime } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openReplica, type Replica } from '../../index'
import type { CollectionName, StoredDocument } from '../../types'
import { noteMade, settleRepair, workFolder } from './exchange'
import { repairReplica, type Repaired, type RepairSource } from './repairReplica'

const key = new Uint8Array(32).fill(6)
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'repair-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const open = (from = folder): Promise<Replica> => openReplica({ folder: from, key, practice: 'clinic', station: 'A' })
const path = (name = 'replica.db'): string => join(folder, name)

const everything = async (replica: Replica): Promise<Map<string, string>> => {
  const found = new Map<string, string>()
  let places = { records: 0, local: 0 }
  for (;;) {
    const { records, local, places: next } = await replica.documents.changedSince(places, 500)
    if (records.length + local.length === 0) return found
    for (const each of records) found.set(`records ${each.id}`, JSON.stringify(each))
    for (const each of local) found.set(`local ${each.id}`, JSON.stringify(each))
    places = next
  }
}

/** Some patients, drafts and numbers; then what a backup took; then work that was not backed up. */
const clinic = async (): Promise<{ readonly truth: Map<string, string>; readonly backedUp: Map<string, string>; readonly later: string[] }> => {
  const replica = await open()
  const patients = await replica.records.addAll(
    Array.from({ length: 300 }, (_, place) => ({ type: 'Patient' as const, resource: { resourceType: 'Patient' as const, name: [{ family: `Mokoena${place}`, text: 'x'.repeat(place % 50 === 0 ? 6000 : 500) }] } })),
    'nurse',
  )
  for (let place = 0; place < 30; place += 1) await replica.local.put('draft', `d${place}`, { text: 'y'.repeat(300) })
  for (let place = 0; place < 7; place += 1) await replica.local.nextNumber('patient')
  await replica.local.remove('draft', 'd3')
  const backedUp = await everything(replica)
  const later: string[] = []
  for (const { id } of patients.slice(0, 20)) {
    await replica.records.revise('Patient', id, (patient) => ({ ...patient, gender: 'female' }) as never, 'nurse')
    later.push(`records ${id}`)
  }
  const truth = await everything(replica)
  await replica.close()
  return { truth, backedUp, later }
}

const backup = (documents: ReadonlyMap<string, string>, most = Infinity): RepairSource => ({
  at: '2026-11-20T22:00:00.000Z',
  async *documents() {
    let given = 0
    for (const [name, text] of documents) {
      if ((given += 1) > most) throw new Error('the disk was unplugged')
      yield { collection: name.split(' ')[0] as CollectionName, document: JSON.parse(text) as StoredDocument }
    }
  },
})

const repair = (sources: readonly RepairSource[] = []): Promise<Repaired> =>
  repairReplica({ folder, key, practice: 'clinic', station: 'A', sources: async () => sources, counters: ['patient', 'accession'], aside: 'damaged-1', progress: () => undefined })

const afterRepair = async (): Promise<{ readonly found: Map<string, string>; readonly next: number }> => {
  const replica = await open()
  const found = await everything(replica)
  const next = await replica.local.nextNumber('patient')
  await replica.lookedOver()
  await replica.close()
  // Numbers go on further up.
  for (const name of [...found.keys()].filter((each) => each.startsWith('local counter|'))) found.delete(name)
  return { found, next }
}
const withoutCounters = (all: ReadonlyMap<string, string>): Map<string, string> => new Map([...all].filter(([name]) => !name.startsWith('local counter|')))

const flip = (place: number): void => {
  const bytes = readFileSync(path())
  bytes[place] = (bytes[place] as number) ^ 0x10
  writeFileSync(path(), bytes)
}

describe('a replica of which a byte went wrong', () => {
  it('is whole again from what it still says and the backup, wherever the byte lies', async () => {
    const { truth, backedUp, later } = await clinic()
    copyFileSync(path(), path('kept'))
    for (const name of ['head', 'pages', 'seal']) copyFileSync(path(`replica.${name}`), path(`kept-${name}`))
    const pages = readFileSync(path()).length / 4096
    let fetched = 0
    for (let page = 2; page <= pages; page += Math.ceil(pages / 12)) {
      copyFileSync(path('kept'), path())
      for (const name of ['head', 'pages', 'seal']) copyFileSync(path(`kept-${name}`), path(`replica.${name}`))
      flip((page - 1) * 4096 + 2000)
      const damaged = readFileSync(path())
      const repaired = await repair([backup(backedUp)])
      expect(readFileSync(path('damaged-1/replica.db')).equals(damaged)).toBe(true)
      rmSync(path('damaged-1'), { recursive: true })
      const { found, next } = await afterRepair()
      expect(next).toBeGreaterThan(1000)
      fetched += repaired.fetched
      // All is there; of what was written after the backup, perhaps the older version where the page held the newer.
      expect([...found.keys()].sort()).toEqual([...withoutCounters(truth).keys()].sort())
      const older = [...found].filter(([name, text]) => truth.get(name) !== text).map(([name]) => name)
      expect(older.every((name) => later.includes(name))).toBe(true)
      expect(older.length).toBeLessThanOrEqual(12)
      expect(repaired.unread).toEqual([])
      expect(repaired.kept + repaired.fetched).toBe([...truth.values()].filter((text) => !text.includes('"deleted":true')).length)
    }
    expect(fetched).toBeGreaterThan(0)
  })

  it('keeps what can be read where there is no backup, and names what cannot', async () => {
    const { truth } = await clinic()
    flip(Math.floor(readFileSync(path()).length / 8192) * 4096 + 1000)
    const repaired = await repair()
    const { found } = await afterRepair()
    expect(repaired.fetched).toBe(0)
    expect(repaired.backupAt).toBeUndefined()
    for (const [name, text] of found) expect(truth.get(name)).toBe(text)
    const missing = [...withoutCounters(truth).keys()].filter((name) => !found.has(name))
    expect(repaired.unread.map(({ collection, id }) => `${collection} ${id}`).sort()).toEqual(missing.sort())
  })
})

describe('a replica that was cut off', () => {
  it('keeps the half that is there; the backup gives the rest, as far as it can be read', async () => {
    const { truth, backedUp } = await clinic()
    truncateSync(path(), Math.floor(readFileSync(path()).length / 8192) * 4096)
    await expect(open()).rejects.toMatchObject({ kind: 'replica-damaged' })
    const repaired = await repair([backup(backedUp, 250), backup(backedUp)])
    expect(repaired.fetched).toBeGreaterThan(0)
    expect(repaired.kept).toBeGreaterThan(80)
    expect(repaired.backupAt).toBe('2026-11-20T22:00:00.000Z')
    expect([...(await afterRepair()).found.keys()].sort()).toEqual([...withoutCounters(truth).keys()].sort())
  })

  it('keeps all of it when only its first page cannot be read', async () => {
    const { truth } = await clinic()
    for (const place of [17, 18, 19, 20, 30, 40, 60, 100, 4000]) {
      flip(place)
      await expect(open(), `byte ${place}`).rejects.toMatchObject({ kind: 'replica-damaged' })
      const repaired = await repair()
      expect(repaired).toMatchObject({ unread: [], mayBeMore: false })
      expect((await afterRepair()).found).toEqual(withoutCounters(truth))
      rmSync(path('damaged-1'), { recursive: true })
    }
  })

  it('comes from the backup alone where nothing of it can be read', async () => {
    const { backedUp } = await clinic()
    for (const damage of [() => truncateSync(path(), 0), () => rmSync(path())]) {
      damage()
      const repaired = await repair([backup(backedUp)])
      expect(repaired).toMatchObject({ kept: 0, mayBeMore: true })
      expect((await afterRepair()).found).toEqual(withoutCounters(backedUp))
    }
  })
})

describe('a replica that was cut off, with the list of its pages gone', () => {
  it('still keeps what is there', async () => {
    await clinic()
    truncateSync(path(), Math.floor(readFileSync(path()).length / 8192) * 4096 + 7)
    rmSync(path('replica.pages'))
    expect((await repair()).kept).toBeGreaterThan(80)
  })
})

describe('a replica of which nothing can be read', () => {
  it('stays where it is when there is no backup either', async () => {
    await clinic()
    truncateSync(path(), 0)
    await expect(repair()).rejects.toMatchObject({ kind: 'nothing-readable' })
    expect(readdirSync(folder).filter((name) => !name.startsWith('replica.'))).toEqual([])
  })
})

describe('a repair that is under way', () => {
  it('is left alone by another Outpost, and cleared away once its process is gone', async () => {
    await clinic()
    const other = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)'], { stdio: 'ignore' })
    try {
      mkdirSync(workFolder(folder))
      writeFileSync(join(workFolder(folder), 'owner'), `${other.pid} ${Date.now() - uptime() * 1000}`)
      await expect(settleRepair(folder)).rejects.toMatchObject({ kind: 'practice-in-use' })
      await expect(repair()).rejects.toMatchObject({ kind: 'practice-in-use' })
      expect(existsSync(workFolder(folder))).toBe(true)
    } finally {
      const ended = new Promise((end) => other.once('exit', end))
      other.kill('SIGKILL')
      await ended
    }
    await settleRepair(folder)
    expect(existsSync(workFolder(folder))).toBe(false)
  })
})

describe('a repair that is cut off', () => {
  it('is brought to its end or undone at the next start, wherever the power went', async () => {
    const { truth } = await clinic()
    const files = readdirSync(folder)
    // Not finished: cleared away.
    mkdirSync(workFolder(folder))
    writeFileSync(join(workFolder(folder), 'replica.db'), 'half')
    await settleRepair(folder)
    expect(existsSync(workFolder(folder))).toBe(false)
    // Finished, and cut off after each of the renames.
    for (let moved = 0; moved <= files.length; moved += 1) {
      mkdirSync(workFolder(folder))
      for (const name of files) copyFileSync(path(name), join(workFolder(folder), name))
      await noteMade(folder, `aside-${moved}`)
      for (const name of files.slice(0, moved)) renameSync(path(name), join(folder, `aside-${moved}`, name))
      await settleRepair(folder)
      expect(readdirSync(join(folder, `aside-${moved}`)).sort()).toEqual([...files].sort())
      expect(readdirSync(folder).filter((name) => name.startsWith('replica')).sort()).toEqual([...files].sort())
    }
    for (let moved = 0; moved <= files.length; moved += 1) {
      mkdirSync(workFolder(folder))
      for (const name of files) renameSync(path(name), join(workFolder(folder), name))
      writeFileSync(join(workFolder(folder), 'aside'), 'aside-0')
      for (const name of files.slice(0, moved)) renameSync(join(workFolder(folder), name), path(name))
      await settleRepair(folder)
      expect(readdirSync(folder).filter((name) => name.startsWith('replica')).sort()).toEqual([...files].sort())
    }
    const replica = await open()
    expect(await everything(replica)).toEqual(truth)
    await replica.close()
  })
})
