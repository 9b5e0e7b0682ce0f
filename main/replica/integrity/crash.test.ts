import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openReplica, type Replica } from '../index'
import { fileKeyOf } from '../replica'
import { EncryptedFile } from '../storage'

const names = ['replica.db', 'replica.db-wal', 'replica.head', 'replica.pages', 'replica.seal'] as const
type Files = Readonly<Record<string, Buffer | undefined>>

let folder: string
/** Saved work lies in the log, behind what an earlier day left in the database. */
let beforeClosing: Files
/** The same work, carried into the database. */
let afterClosing: Files
let ids: string[]

const open = (from: string): Promise<Replica> => openReplica({ folder: from, key: new Uint8Array(32).fill(3), practice: 'clinic', station: 'A' })
const filesOf = (from: string): Files => Object.fromEntries(names.map((name) => [name, existsSync(join(from, name)) ? readFileSync(join(from, name)) : undefined]))

const add = async (replica: Replica, count: number): Promise<string[]> =>
  (await replica.records.addAll(Array.from({ length: count }, (_, place) => ({ type: 'Patient' as const, resource: { resourceType: 'Patient' as const, name: [{ family: `F${place}`, text: 'x'.repeat(700) }] } })), 'nurse')).map(({ id }) => id)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crash-'))
  const working = join(folder, 'working')
  const first = await open(working)
  ids = await add(first, 200)
  await first.close()
  const second = await open(working)
  ids.push(...(await add(second, 60)), ...(await add(second, 1)))
  beforeClosing = filesOf(working)
  await second.close()
  afterClosing = filesOf(working)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const lay = (files: Files): string => {
  const to = join(folder, 'laid')
  rmSync(to, { recursive: true, force: true })
  mkdirSync(to)
  for (const [name, bytes] of Object.entries(files)) if (bytes !== undefined) writeFileSync(join(to, name), bytes)
  return to
}

/** A database that does not say yet that there are marks beside it: it does so when all of them are on disk. */
const takeVouchingBack = (laid: string): void => {
  const file = EncryptedFile.open(join(laid, 'replica.db'), fileKeyOf(new Uint8Array(32).fill(3)))
  file.exec('PRAGMA application_id = 0')
  file.close()
}

const page = (bytes: Buffer | undefined, number: number): Buffer => (bytes ?? Buffer.alloc(0)).subarray((number - 1) * 4096, number * 4096)

/** A database into which a checkpoint was writing: the first page as it was, others new, old, or half of each. */
const halfCarried = (): Buffer => {
  const count = (afterClosing['replica.db'] as Buffer).length / 4096
  return Buffer.concat(
    Array.from({ length: count }, (_, place) => {
      const [before, after] = [page(beforeClosing['replica.db'], place + 1), page(afterClosing['replica.db'], place + 1)]
      if (place === 0 || (place % 3 === 0 && before.length > 0)) return before
      if (place % 3 === 1 || before.length === 0) return after
      return Buffer.concat([after.subarray(0, 512), before.subarray(512)])
    }),
  )
}
/** The first page as it is in the log: closing writes another once the log is empty. */
const firstPage = (): Buffer => {
  const log = beforeClosing['replica.db-wal'] as Buffer
  let found = page(beforeClosing['replica.db'], 1)
  for (let at = 32; at + 4120 <= log.length; at += 4120) if (log.readUInt32BE(at) === 1) found = log.subarray(at + 24, at + 4120)
  return found
}
const allCarried = (): Buffer => Buffer.concat([firstPage(), (afterClosing['replica.db'] as Buffer).subarray(4096)])

const moments: Readonly<Record<string, () => Files>> = {
  'after a save': () => beforeClosing,
  'after the pages were noted, before they were carried over': () => ({ ...beforeClosing, 'replica.pages': afterClosing['replica.pages'] }),
  'while the note was being written': () => {
    const before = beforeClosing['replica.pages'] as Buffer
    const after = afterClosing['replica.pages'] as Buffer
    return { ...beforeClosing, 'replica.pages': Buffer.concat([before.subarray(0, before.length - 65_536), after.subarray(before.length - 65_536, before.length - 65_000)]) }
  },
  'while the pages were being carried over': () => ({ ...beforeClosing, 'replica.pages': afterClosing['replica.pages'], 'replica.db': halfCarried() }),
  'after the pages were carried over, before the log was emptied': () => ({ ...beforeClosing, 'replica.pages': afterClosing['replica.pages'], 'replica.db': allCarried() }),
  'after the log was emptied': () => ({ ...beforeClosing, 'replica.pages': afterClosing['replica.pages'], 'replica.db': allCarried(), 'replica.db-wal': Buffer.alloc(0) }),
  'after the file was closed': () => afterClosing,
  'while the end of the log was being marked': () => {
    const head = Buffer.from(beforeClosing['replica.head'] as Buffer)
    const [first, second] = [head.readBigUInt64LE(8), head.readBigUInt64LE(512 + 8)]
    head.fill(0xee, (first > second ? 0 : 512) + 20, (first > second ? 0 : 512) + 40)
    return { ...beforeClosing, 'replica.head': head }
  },
}

describe('a power cut', () => {
  for (const [moment, files] of Object.entries(moments)) {
    it(`${moment} leaves every saved patient and raises no alarm, twice over`, async () => {
      const laid = lay(files())
      for (let round = 0; round < 2; round += 1) {
        const replica = await open(laid)
        const problems: unknown[] = []
        replica.onDamage((problem) => problems.push(problem))
        expect((await replica.records.find('Patient')).map(({ id }) => id).sort()).toEqual([...ids].sort())
        await replica.lookedOver()
        expect(problems).toEqual([])
        await replica.close()
      }
    })
  }

  it('while the marks beside a new file, or beside one of an earlier version, were being made, is no damage', async () => {
    for (const made of [[], ['replica.pages'], ['replica.pages', 'replica.head']]) {
      const files = Object.fromEntries(Object.entries(afterClosing).filter(([name]) => name === 'replica.db' || made.includes(name)))
      const laid = lay(files)
      if (made.length < 2) takeVouchingBack(laid)
      const replica = await open(laid)
      expect(await replica.records.count('Patient')).toBe(ids.length)
      await replica.close()
      await (await open(join(folder, 'laid'))).close()
    }
  })

  it('in a new log, before the end of the first save was marked, keeps what was saved before', async () => {
    const laid = lay(afterClosing)
    const replica = await open(laid)
    const [more] = await add(replica, 1)
    // The save lies in the log; the mark is still that of the log before it.
    const cut = { ...filesOf(laid), 'replica.head': afterClosing['replica.head'] }
    await replica.close()
    const again = await open(lay(cut))
    expect(await again.records.count('Patient')).toBe(ids.length + 1)
    expect(await again.records.get('Patient', more ?? '')).toBeDefined()
    await again.close()
  })
})

describe('saved work that is missing', () => {
  const refused = async (files: Files): Promise<void> => {
    await expect(open(lay(files))).rejects.toMatchObject({ kind: 'replica-damaged' })
    // And it is not forgotten by having been said once.
    await expect(open(join(folder, 'laid'))).rejects.toMatchObject({ kind: 'replica-damaged' })
  }

  it('is noticed when the log is gone, empty, or lacks its last save', async () => {
    const log = beforeClosing['replica.db-wal'] as Buffer
    await refused({ ...beforeClosing, 'replica.db-wal': undefined })
    await refused({ ...beforeClosing, 'replica.db-wal': Buffer.alloc(0) })
    await refused({ ...beforeClosing, 'replica.db-wal': log.subarray(0, log.length - 4120) })
    await refused({ ...beforeClosing, 'replica.db-wal': log.subarray(0, log.length - 1) })
  })

  it('is noticed when an older database, log or list of pages is put in the place of the present ones', async () => {
    await refused({ ...afterClosing, 'replica.db': beforeClosing['replica.db'] })
    await refused({ ...afterClosing, 'replica.pages': beforeClosing['replica.pages'] })
    const laid = lay(afterClosing)
    const replica = await open(laid)
    await add(replica, 3)
    const later = filesOf(laid)
    await replica.close()
    await refused({ ...later, 'replica.db-wal': beforeClosing['replica.db-wal'] })
  })

  it('is noticed when the marks beside the database are gone', async () => {
    await refused({ ...afterClosing, 'replica.head': undefined })
    await refused({ ...afterClosing, 'replica.pages': undefined })
    await refused({ ...afterClosing, 'replica.head': undefined, 'replica.pages': undefined })
    await refused({ ...afterClosing, 'replica.head': Buffer.alloc(1024) })
  })

  it('is noticed when the marks and the seal are gone, with the log or without', async () => {
    const bare = { 'replica.seal': undefined, 'replica.head': undefined, 'replica.pages': undefined }
    await refused({ ...afterClosing, ...bare })
    await refused({ ...beforeClosing, ...bare })
    await refused({ ...beforeClosing, ...bare, 'replica.db-wal': undefined })
  })

  it('is noticed when all beside the database is gone after a first day that was never closed', async () => {
    const working = join(folder, 'first-day')
    const replica = await open(working)
    await add(replica, 3)
    const files = filesOf(working)
    await replica.close()
    await refused({ 'replica.db': files['replica.db'] })
  })

  it('is not suspected when only the seal is gone or damaged', async () => {
    for (const seal of [undefined, Buffer.alloc(0), Buffer.alloc(60, 7)]) {
      const replica = await open(lay({ ...afterClosing, 'replica.seal': seal }))
      expect(await replica.records.count('Patient')).toBe(ids.length)
      await replica.close()
    }
  })
})

describe('a page that went wrong', () => {
  it('is noticed at start when it is the first, whichever byte of its head it is', async () => {
    const unnoticed: number[] = []
    for (let place = 0; place < 100; place += 1) {
      const bytes = Buffer.from(afterClosing['replica.db'] as Buffer)
      bytes[place] = (bytes[place] as number) ^ 4
      const replica = await open(lay({ ...afterClosing, 'replica.db': bytes })).catch((reason: unknown) => {
        expect(reason, `byte ${place}`).toMatchObject({ kind: 'replica-damaged' })
      })
      if (replica) unnoticed.push(place)
      await replica?.close()
    }
    // The cipher does not look at the first eight: they are always the same, and opening writes them anew.
    expect(unnoticed).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  })

  it('never gets a tag of its own: work goes on beside it, and it is found again', async () => {
    const bytes = Buffer.from(afterClosing['replica.db'] as Buffer)
    const place = bytes.length - 4096 * 5 + 1000
    bytes[place] = (bytes[place] as number) ^ 1
    const laid = lay({ ...afterClosing, 'replica.db': bytes })
    for (let round = 0; round < 3; round += 1) {
      let found = 0
      try {
        const replica = await open(laid)
        replica.onDamage(() => (found += 1))
        await replica.local.put('note', 'a', { text: String(round) }).catch(() => undefined)
        await replica.lookedOver()
        await replica.close()
      } catch (reason) {
        expect(reason).toMatchObject({ kind: 'replica-damaged' })
        found += 1
      }
      expect(found).toBeGreaterThan(0)
    }
  })
})
