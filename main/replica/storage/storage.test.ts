import '../webcrypto'
import { statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fillWithDefaultSettings, normalizeMangoQuery, prepareQuery, type RxDocumentData, type RxJsonSchema, type RxStorageInstance } from 'rxdb'
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { drawsFrom } from '../../../shared/standards/mulberry32'
import { seedOfRun as seed } from '../../../shared/testing/seed'
import { allOrNone, EncryptedFile, encryptedStorage, type PartialIndex, readText } from './index'

interface Entry {
  id: string
  type: string
  at: string
  number?: number
  open?: boolean
  search: { family?: string; date?: string; code?: string }
  other?: unknown
}
type Stored = RxDocumentData<Entry>
type Instance = RxStorageInstance<Entry, unknown, object>

const text = { type: 'string', maxLength: 100 } as const
const schema = fillWithDefaultSettings<Entry>({
  version: 0,
  primaryKey: 'id',
  type: 'object',
  properties: {
    id: text,
    type: text,
    at: text,
    number: { type: 'number', minimum: -1000, maximum: 1000, multipleOf: 0.5 },
    open: { type: 'boolean' },
    search: { type: 'object', properties: { family: text, date: text, code: text } },
    other: {},
  },
} as unknown as RxJsonSchema<Entry>)

const indexes: readonly PartialIndex[] = [
  { fields: ['type', 'at', 'id'] },
  { fields: ['type', 'search.family', 'id'], present: 'search.family' },
  { fields: ['search.date', 'at'], only: { field: 'type', value: 'Task' } },
  { fields: ['number'] },
  { fields: ['open', 'number'], present: 'number' },
]

const key = new Uint8Array(32).fill(5)

let folder: string
let opened = 0
const files: EncryptedFile[] = []
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'storage-'))
})
afterEach(() => files.splice(0).forEach((file) => file.close()))
afterAll(() => rm(folder, { recursive: true, force: true }))

const paramsOf = (name: string, options: object) => ({
  databaseInstanceToken: 'token', databaseName: name, collectionName: 'entries', schema, options, multiInstance: false, devMode: false,
})

const openFile = (name: string): EncryptedFile => {
  const file = EncryptedFile.open(join(folder, name), key)
  files.push(file)
  return file
}

const openTable = async (file: EncryptedFile, partial: readonly PartialIndex[] = indexes): Promise<Instance> =>
  (await encryptedStorage(file).createStorageInstance<Entry>(paramsOf('file', { indexes: partial }))) as unknown as Instance

const openBoth = async (): Promise<{ readonly ours: Instance; readonly memory: Instance; readonly file: EncryptedFile }> => {
  opened += 1
  const file = openFile(`${opened}.db`)
  const memory = (await getRxStorageMemory().createStorageInstance<Entry>(paramsOf(`memory ${opened}`, {}))) as unknown as Instance
  return { ours: await openTable(file), memory, file }
}

const document = (fields: Partial<Entry> & { id: string }, rev = '1-a', lwt = 1000, deleted = false): Stored => ({
  type: 'Task', at: '', search: {}, ...fields, _rev: rev, _deleted: deleted, _attachments: {}, _meta: { lwt },
})

const prepared = (query: object) => prepareQuery<Entry>(schema as never, normalizeMangoQuery(schema as never, structuredClone(query) as never) as never)

/** The memory storage's shortcuts over an index answer some selectors wrongly (`id` equal to null: every document); so it looks at each. */
const everyDocument = {
  index: ['_deleted', 'id'], startKeys: [Number.MIN_SAFE_INTEGER, Number.MIN_SAFE_INTEGER], endKeys: ['\uffff', '\uffff'],
  inclusiveStart: true, inclusiveEnd: true, sortSatisfiedByIndex: false, selectorSatisfiedByIndex: false,
}
const forMemory = (query: object) => ({ ...prepared(query), queryPlan: everyDocument })

const words = ['', ' ', 'a', 'A', 'ab', 'é', 'z', 'محمد', 'मोहन', '王', '\ufffd', '\uffff', '😀', '\ud83d', 'a\0b', 'a\u0001', '\ue000', "o'b", 'a"b']

describe('storage against RxDB’s memory storage', () => {
  it(`gives the same answers to random operations, more than a thousand, (seed ${seed})`, async () => {
    const random = drawsFrom(seed)
    const pick = <Value>(values: readonly Value[]): Value => values[random(values.length)] as Value
    const maybe = <Value>(value: Value): Value | undefined => (random(3) === 0 ? undefined : value)
    const { ours, memory, file } = await openBoth()
    const events: { ours: unknown[]; memory: unknown[] } = { ours: [], memory: [] }
    const noted = (list: unknown[]) => (bulk: { events: readonly { operation: string; documentId: string; documentData: Stored }[] }) =>
      bulk.events.forEach(({ operation, documentId, documentData }) => list.push([operation, documentId, documentData._rev]))
    ours.changeStream().subscribe(noted(events.ours) as never)
    memory.changeStream().subscribe(noted(events.memory) as never)
    const current = new Map<string, Stored>()
    let lwt = 1000

    const randomEntry = (id: string, rev: string): Stored => {
      const entry = document({ id, type: pick(['Task', 'Patient', 'Observation']), at: pick(words) }, rev, (lwt += 1), random(8) === 0)
      entry.search = JSON.parse(JSON.stringify({ family: maybe(pick(words)), date: maybe(pick(['2026-11-20', '2026-11-21', '2026']) + pick(words)), code: maybe(pick(words)) })) as Entry['search']
      const number = maybe((random(9) - 4) / 2)
      if (number !== undefined) entry.number = number
      const open = maybe(random(2) === 0)
      if (open !== undefined) entry.open = open
      // Late in the run some values are of another type than the schema says: columns cannot hold them.
      if (random(40) > 0 || lwt < 2250) return entry
      return { ...entry, search: { ...entry.search, family: pick<unknown>([null, 7, ['a', 'z'], { x: 1 }]) as string } }
    }
    const write = async (): Promise<void> => {
      const rows = new Map<string, { previous?: Stored; document: Stored }>()
      for (let many = 1 + random(6); many > 0; many -= 1) {
        const id = `${pick(words.slice(1))}${random(25)}`
        const there = current.get(id)
        const stale = random(6) === 0
        const rev = `${(there === undefined ? 0 : Number(there._rev.split('-')[0])) + 1}-${lwt}`
        const previous = there === undefined ? undefined : stale ? (random(2) === 0 ? undefined : { ...there, _rev: '1-stale' }) : there
        rows.set(id, { ...(previous === undefined ? {} : { previous }), document: randomEntry(id, rev) })
      }
      const list = [...rows.values()]
      const [mine, theirs] = await Promise.all([ours.bulkWrite(structuredClone(list) as never, 'test'), memory.bulkWrite(structuredClone(list) as never, 'test')])
      const summary = (answer: typeof mine): unknown => answer.error.map((error) => [error.status, error.documentId, (error as { documentInDb?: Stored }).documentInDb])
      expect(summary(mine)).toEqual(summary(theirs))
      const failed = new Set(mine.error.map(({ documentId }) => documentId))
      for (const { document: written } of list) if (!failed.has(written.id)) current.set(written.id, written)
    }

    const value = (field: string): unknown => (field === 'number' ? (random(9) - 4) / 2 : field === 'open' || field === '_deleted' ? random(2) === 0 : field === 'type' ? pick(['Task', 'Patient', 'x']) : pick(words))
    const fields = ['type', 'at', 'number', 'open', 'search.family', 'search.date', 'search.code', 'id', '_deleted']
    const condition = (field: string): unknown => {
      switch (random(9)) {
        case 0: return { $eq: random(8) === 0 ? null : value(field) }
        case 1: return { $ne: random(8) === 0 ? null : value(field) }
        case 2: return { $in: Array.from({ length: random(4) }, () => value(field)) }
        case 3: return { $nin: Array.from({ length: random(4) }, () => value(field)) }
        case 4: return { $gt: value(field) }
        case 5: return { $gte: value(field), $lt: value(field) }
        case 6: return { $lte: value(field) }
        case 7: return { $exists: random(2) === 0 }
        default: return field === 'number' || field === 'open' || field === '_deleted' ? { $not: { $eq: value(field) } } : { $regex: '^[a-z]' }
      }
    }
    const selector = (depth = 0): Record<string, unknown> => {
      const made: Record<string, unknown> = {}
      for (let many = random(3) + (depth > 0 ? 1 : 0); many > 0; many -= 1) {
        const field = pick(fields)
        made[field] = condition(field)
      }
      if (depth < 2 && random(5) === 0) made[pick(['$or', '$and', '$nor'])] = [selector(depth + 1), selector(depth + 1)]
      return made
    }

    const ask = async (): Promise<void> => {
      const query: Record<string, unknown> = { selector: selector() }
      query.sort = random(4) === 0 ? [{ id: 'asc' }] : [{ [pick(fields.slice(0, 7))]: pick(['asc', 'desc']) }, { [pick(fields.slice(0, 7))]: pick(['asc', 'desc']) }, { id: pick(['asc', 'desc']) }]
      if (random(2) === 0) query.skip = random(10)
      if (random(2) === 0) query.limit = random(20)
      const sort = query.sort as Record<string, string>[]
      // RxDB has no consistent order of lists among words.
      if (lwt >= 2250 && sort.some((part) => 'search.family' in part)) return
      if (new Set(sort.map((part) => Object.keys(part)[0])).size < sort.length) return
      const [mine, theirs] = await Promise.all([ours.query(prepared(query)), memory.query(forMemory(query))])
      expect(mine.documents, JSON.stringify(query)).toEqual(theirs.documents)
      const all = { selector: query.selector, sort: [{ id: 'asc' }] }
      expect((await ours.count(prepared(all))).count, JSON.stringify(all)).toBe((await memory.count(forMemory(all))).count)
    }

    for (let step = 0; step < 1500; step += 1) await (random(3) === 0 ? write() : ask())
    const ids = [...current.keys(), 'nobody']
    for (const withDeleted of [true, false]) expect(await ours.findDocumentsById(ids, withDeleted)).toEqual(await memory.findDocumentsById(ids, withDeleted))
    expect(events.ours).toEqual(events.memory)
    expect(events.ours.length).toBeGreaterThan(500)

    // Opened again it is the same, and its changes in pages are every document once.
    file.close()
    const again = await openTable(openFile(`${opened}.db`))
    const seen: string[] = []
    let checkpoint: unknown
    for (;;) {
      const page = await again.getChangedDocumentsSince!(7, checkpoint)
      seen.push(...page.documents.map(({ id }) => id))
      checkpoint = page.checkpoint
      if (page.documents.length < 7) break
    }
    expect(new Set(seen)).toEqual(new Set(current.keys()))
    expect(seen.length).toBe(current.size)
    expect(await again.findDocumentsById(ids, true)).toEqual(await memory.findDocumentsById(ids, true))
  })
})

describe('storage', () => {
  it('finds what has changed since although the wall clock stepped back', async () => {
    const { ours } = await openBoth()
    await ours.bulkWrite([{ document: document({ id: 'a' }, '1-a', 5000) }], 'test')
    const { checkpoint } = await ours.getChangedDocumentsSince!(10, undefined)
    await ours.bulkWrite([{ document: document({ id: 'b' }, '1-a', 10) }], 'test')
    const { documents } = await ours.getChangedDocumentsSince!(10, checkpoint)
    expect(documents.map(({ id }) => id)).toEqual(['b'])
  })

  it('announces the checkpoint that a later question goes on from', async () => {
    const { ours } = await openBoth()
    const announced: unknown[] = []
    ours.changeStream().subscribe(({ checkpoint }) => announced.push(checkpoint))
    await ours.bulkWrite([{ document: document({ id: 'a' }) }, { document: document({ id: 'b' }) }], 'test')
    expect((await ours.getChangedDocumentsSince!(10, announced[0])).documents).toEqual([])
  })

  it('writes nothing of an all-or-none batch when one document is in the way', async () => {
    const { ours } = await openBoth()
    await ours.bulkWrite([{ document: document({ id: 'b' }) }], 'test')
    const { error } = await ours.bulkWrite([{ document: document({ id: 'a' }) }, { document: document({ id: 'b' }) }], allOrNone('test'))
    expect(error.map(({ documentId }) => documentId)).toEqual(['b'])
    expect(await ours.findDocumentsById(['a'], true)).toEqual([])
  })

  it('forgets tombstones only when told, and never gives their place in the sequence again', async () => {
    const { ours, file } = await openBoth()
    const alive = document({ id: 'a' })
    await ours.bulkWrite([{ document: alive }], 'test')
    await ours.bulkWrite([{ previous: alive, document: document({ id: 'a' }, '2-a', 2000, true) }], 'test')
    const { checkpoint } = await ours.getChangedDocumentsSince!(10, undefined)
    await ours.cleanup(0)
    expect(await ours.findDocumentsById(['a'], true)).toEqual([])
    file.close()
    // Another index: the table is made anew.
    const again = await openTable(openFile(`${opened}.db`), [{ fields: ['search.code', 'id'] }])
    await again.bulkWrite([{ document: document({ id: 'b' }) }], 'test')
    expect((await again.getChangedDocumentsSince!(10, checkpoint)).documents.map(({ id }) => id)).toEqual(['b'])
  })

  it('fills a new index from the documents that are there', async () => {
    const { ours, file } = await openBoth()
    await ours.bulkWrite([{ document: document({ id: 'a', search: { code: 'x' } }) }, { document: document({ id: 'b', search: { code: 'y' } }) }], 'test')
    file.close()
    const again = await openTable(openFile(`${opened}.db`), [{ fields: ['search.code', 'id'], present: 'search.code' }])
    const { documents } = await again.query(prepared({ selector: { 'search.code': { $eq: 'y' }, _deleted: { $eq: false } }, sort: [{ id: 'asc' }] }))
    expect(documents.map(({ id }) => id)).toEqual(['b'])
  })

  const many = (count: number) =>
    Array.from({ length: count }, (_, place) => ({ document: document({ id: `n${place}`, at: String(place), search: { family: `f${place % 50}` }, other: 'x'.repeat(800) }) }))

  it('takes 5,000 documents, lets others work meanwhile, and announces each once and in order', async () => {
    const { ours } = await openBoth()
    const announced: string[] = []
    ours.changeStream().subscribe(({ events }) => announced.push(...events.map(({ documentId }) => documentId)))
    const rows = many(5000)
    let turns = 0
    const tick = setInterval(() => (turns += 1), 0)
    // One that is asked for meanwhile comes after it.
    const [{ error }, late] = await Promise.all([ours.bulkWrite(rows, 'test'), ours.bulkWrite([{ document: document({ id: 'n4999' }) }], 'test')])
    clearInterval(tick)
    expect(error).toEqual([])
    expect(late.error.map(({ status }) => status)).toEqual([409])
    expect(announced).toEqual(rows.map((row) => row.document.id))
    expect(turns).toBeGreaterThan(10)
    expect((await ours.count(prepared({ selector: { 'search.family': { $eq: 'f7' } } }))).count).toBe(100)
  })

  it('shows nothing of an all-or-none batch until all of it is on disk', async () => {
    const { ours, file } = await openBoth()
    const all = () => ours.count(prepared({ selector: {} }))
    const counts: number[] = []
    const writing = ours.bulkWrite(many(1500), allOrNone('test'))
    await new Promise((resume) => setImmediate(resume))
    expect(file.isWritingInSlices).toBe(true)
    counts.push((await all()).count)
    await writing
    expect(counts).toEqual([1500])
    // The last row is in the way of all others.
    const again = many(3000).map(({ document: each }) => ({ document: { ...each, id: `m${each.id}` } }))
    const { error } = await ours.bulkWrite([...again, { document: document({ id: 'n0' }) }], allOrNone('test'))
    expect(error.map(({ documentId }) => documentId)).toEqual(['n0'])
    expect((await all()).count).toBe(1500)
  })

  it('keeps remembered counts right through random writes, tombstones, cleanups and writes that fail', async () => {
    const random = drawsFrom(seed)
    const { ours, file } = await openBoth()
    const questions = [{}, { type: { $eq: 'Task' } }, { 'search.family': { $gte: 'f3' } }, { number: { $lt: 2 }, type: { $in: ['Task', 'Patient'] } }, { _deleted: { $eq: true } }]
    const current = new Map<string, Stored>()
    for (let step = 0; step < 150; step += 1) {
      const rows = Array.from({ length: 1 + random(random(10) === 0 ? 700 : 5) }, () => {
        const id = `n${random(900)}`
        const previous = current.get(id)
        const written = document(
          { id, type: random(2) === 0 ? 'Task' : 'Patient', number: random(4), search: { family: `f${random(6)}` } }, `${step + 1}-a`, 1000 + step, random(4) === 0,
        )
        return { previous, document: written }
      })
      const unique = [...new Map(rows.map((row) => [row.document.id, row])).values()]
      const isRefused = random(8) === 0
      if (isRefused) unique.push({ previous: undefined, document: document({ id: [...current.keys()][0] ?? 'n0' }) })
      const { error } = await ours.bulkWrite(unique, isRefused ? allOrNone('test') : 'test')
      if (error.length === 0) unique.forEach(({ document: written }) => current.set(written.id, written))
      if (random(20) === 0) {
        await ours.cleanup(0)
        for (const [id, each] of current) if (each._deleted) current.delete(id)
      }
      for (const selector of questions) {
        const question = prepared({ selector: '_deleted' in selector ? selector : { ...selector, _deleted: { $eq: false } } })
        const { documents } = await ours.query(question)
        expect((await ours.count(question)).count, JSON.stringify(selector)).toBe(documents.length)
      }
    }
    expect(file.all('SELECT count(*) FROM "entries 0"')[0]?.[0]).toBe(current.size)
  })

  it('reads and looks through many documents page by page, and answers as of one moment', async () => {
    const { ours } = await openBoth()
    await ours.bulkWrite(many(6000), 'test')
    let turns = 0
    const tick = setInterval(() => (turns += 1), 0)
    const ids = many(6000).map((row) => row.document.id)
    const byText = prepared({ selector: { other: { $regex: '^x+$' }, _deleted: { $eq: false } } })
    expect((await ours.query(byText)).documents).toHaveLength(6000)
    expect(await ours.findDocumentsById(ids, true)).toHaveLength(6000)
    const inOrder = await ours.query(prepared({ selector: { _deleted: { $eq: false } }, sort: [{ type: 'asc' }, { at: 'asc' }], skip: 100, limit: 5500 }))
    expect(inOrder.documents.map(({ id }) => id)).toEqual([...ids].sort((a, b) => (a.slice(1) < b.slice(1) ? -1 : 1)).slice(100, 5600))
    expect(turns).toBeGreaterThan(10)
    // Writes that come in between never show a document twice, nor half of a change.
    let known = many(6000).map((row) => row.document)
    let isReading = true
    const writing = (async () => {
      for (let round = 2; isReading; round += 1) {
        const next = known.map((each) => ({ ...each, number: round, _rev: `${round}-a` }))
        await ours.bulkWrite(known.slice(0, 150).map((previous, place) => ({ previous, document: next[place] as Stored })), allOrNone('test'))
        known = [...next.slice(0, 150), ...known.slice(150)]
        await new Promise((resume) => setTimeout(resume, 1))
      }
    })()
    for (let round = 0; round < 3; round += 1) {
      const { documents } = await ours.query(byText)
      expect(new Set(documents.map(({ id }) => id)).size).toBe(6000)
      expect(documents).toHaveLength(6000)
      expect(new Set(documents.filter(({ id }) => Number(id.slice(1)) < 150).map(({ number }) => number)).size).toBe(1)
    }
    isReading = false
    await writing
    clearInterval(tick)
  })

  it('says that the disk is full, keeps what was acknowledged, and goes on when there is room', async () => {
    const { ours, file } = await openBoth()
    await ours.bulkWrite([{ document: document({ id: 'kept' }) }], 'test')
    const [pages] = file.all('PRAGMA page_count')
    file.exec(`PRAGMA max_page_count = ${Number(pages?.[0]) + 20}`)
    const rows = Array.from({ length: 500 }, (_, place) => ({ document: document({ id: `n${place}`, other: 'x'.repeat(1000) }) }))
    await expect(ours.bulkWrite(rows, 'test')).rejects.toMatchObject({ kind: 'disk-full' })
    expect((await ours.count(prepared({ selector: {} }))).count).toBe(1)
    file.exec('PRAGMA max_page_count = 1000000')
    await ours.bulkWrite(rows, 'test')
    expect((await ours.count(prepared({ selector: {} }))).count).toBe(501)
  })

  it('syncs every transaction, sorts in memory, and keeps its write-ahead log short', async () => {
    const { ours, file } = await openBoth()
    const setting = (name: string): unknown => {
      const value = file.all(`PRAGMA ${name}`)[0]?.[0]
      return value instanceof Uint8Array ? readText(value) : value
    }
    expect([setting('synchronous'), setting('journal_mode'), setting('locking_mode'), setting('temp_store')]).toEqual([2, 'wal', 'exclusive', 2])
    for (let place = 0; place < 300; place += 1) {
      await ours.bulkWrite([{ document: document({ id: `n${place}`, other: 'x'.repeat(20_000) }) }], 'test')
      // Reads in between must not hold the log up.
      await ours.query(prepared({ selector: { type: { $eq: 'Task' } }, limit: 1 }))
    }
    expect(statSync(join(folder, `${opened}.db-wal`)).size).toBeLessThan(6_000_000)
  })

  it.each(['NULL', "''", '7', "replace(doc, 'Task', 'Tusk')", "doc || ','", "x'ff00'"])('refuses to list patients when the text of one has become %s', async (became) => {
    const { ours, file } = await openBoth()
    await ours.bulkWrite(['a', 'b', 'c'].map((id) => ({ document: document({ id }) })), 'test')
    const table = '(SELECT name FROM sqlite_schema WHERE sql LIKE \'%doc TEXT%\')'
    const declare = (from: string, to: string) =>
      file.exec(`PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, '${from}', '${to}') WHERE name = ${table}; PRAGMA writable_schema = RESET`)
    const name = readText(file.all(`SELECT CAST(name AS BLOB) FROM sqlite_schema WHERE name = ${table}`)[0]?.[0])
    // A damaged page keeps to no constraint.
    declare('doc TEXT NOT NULL', 'doc TEXT')
    file.exec(`UPDATE "${name}" SET doc = ${became} WHERE id = 'b'`)
    declare('doc TEXT', 'doc TEXT NOT NULL')
    await expect(ours.query(prepared({ selector: { type: 'Task' }, sort: [{ id: 'asc' }] }))).rejects.toMatchObject({ kind: 'replica-damaged' })
    await expect(ours.findDocumentsById(['b'], true)).rejects.toMatchObject({ kind: 'replica-damaged' })
    expect(await ours.findDocumentsById(['a', 'c'], true)).toHaveLength(2)
  })

  it('refuses attachments', async () => {
    const file = openFile('attachments.db')
    const withAttachments = { ...schema, attachments: {} }
    await expect(encryptedStorage(file).createStorageInstance({ ...paramsOf('file', {}), schema: withAttachments } as never)).rejects.toThrow('attachments')
  })
})
