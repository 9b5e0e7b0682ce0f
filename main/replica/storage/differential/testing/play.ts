import { isDeepStrictEqual } from 'node:util'
import { getQueryMatcher, getSortComparator, type PreparedQuery, type RxStorageBulkWriteResponse } from 'rxdb'
import { type AskableField, type Asked, mangoOf } from './queries'
import { paths, type RowChoice, type Scenario, type Step, type StorageChoice } from './scenario'
import { type Bench, type Entry, type Instance, memoryTable, optionsOf, preparedFor, preparedForOracle, type Schema, schemasOf, type Stored } from './tables'
import { type FieldKind, valueOf } from './values'

/** What was compared, added up over cases. */
export interface Compared {
  /** Questions and writes whose answers were compared. */
  answers: number
  queries: number
  /** Queries that found at least one document. */
  found: number
  /** Queries whose order RxDB itself leaves open (a list or an object among the values sorted by): compared as sets. */
  orderLeftOpen: number
  /** Queries that both refused. */
  refused: number
  /** Events of the change stream. */
  events: number
}

export const nothingCompared = (): Compared => ({ answers: 0, queries: 0, found: 0, orderLeftOpen: 0, refused: 0, events: 0 })

/** An answer of the storage that RxDB's memory storage does not give. */
export class Difference extends Error {
  constructor(what: string, ours: unknown, theirs: unknown) {
    super(`${what}\n  ours:   ${brief(ours)}\n  oracle: ${brief(theirs)}`)
    this.name = 'Difference'
  }
}

const brief = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 1500 ? `${text.slice(0, 1500)} … (${text.length})` : text
}

/** Identifiers; none has white space at its ends, which RxDB forbids. */
export const identifiers: readonly string[] = [
  'a', 'b', 'ab', 'A', '1', '10', 'é', '王', '😀', '\ud83d', 'a\0b', '\u0001', '\uffff', '\ue000', "o'b", 'x'.repeat(60), 'never', 'nobody',
]
const writable = identifiers.length - 2

interface WriteRow {
  readonly previous?: Stored
  readonly document: Stored
}

const far = 900_000_000_000_000

const asJson = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value

const setAt = (target: Record<string, unknown>, path: string, value: unknown): void => {
  const names = path.split('.')
  const last = names.pop() as string
  let inner = target
  for (const name of names) inner = (inner[name] ??= {}) as Record<string, unknown>
  inner[last] = value
}

const same = (what: string, ours: unknown, theirs: unknown): void => {
  if (!isDeepStrictEqual(ours, theirs)) throw new Difference(what, ours, theirs)
}

/** The answer, or that there was none. */
const attempt = async <Value>(work: () => Promise<Value>): Promise<{ readonly answer: Value } | { readonly refused: string }> => {
  try {
    return { answer: await work() }
  } catch (reason) {
    return { refused: reason instanceof Error ? reason.message : String(reason) }
  }
}

class Played {
  private readonly fields: readonly AskableField[]
  private readonly ours: Schema
  private readonly oracle: Schema
  private readonly name: string
  private instance!: Instance
  private memory!: Instance
  private options: StorageChoice
  private writes = 0
  private readonly events: { readonly ours: unknown[]; readonly oracle: unknown[] } = { ours: [], oracle: [] }
  /** Written since they were last pulled. */
  private readonly toPull = new Set<string>()
  private checkpoint: unknown

  constructor(private readonly bench: Bench, private readonly scenario: Scenario, private readonly compared: Compared) {
    const { ours, oracle } = schemasOf(scenario)
    this.ours = ours
    this.oracle = oracle
    this.name = bench.nextName(scenario.isReplications)
    this.options = scenario.storage
    const extra: readonly (readonly [string, FieldKind])[] = [
      ['key', 'text'], ['_deleted', 'boolean'], ['_meta.lwt', 'number'], ['_rev', 'text'], ['free', 'free'], ['list', 'free'], ['free.k', 'text'], ['list.k', 'number'], ['s', 'free'], ['s.t', 'free'], ['s.x.y', 'text'], ['nothing', 'text'],
    ]
    this.fields = [...paths.map((path, place) => ({ path, kind: scenario.kinds[place] ?? ('free' as const) })), ...extra.map(([path, kind]) => ({ path, kind }))]
  }

  async play(): Promise<void> {
    this.memory = await memoryTable(this.name, this.oracle)
    this.memory.changeStream().subscribe((bulk) => this.events.oracle.push(...bulk.events))
    try {
      await this.open()
      for (const [place, step] of this.scenario.steps.entries()) {
        try {
          await this.step(step)
          for (const asked of this.scenario.watched) await this.count(asked)
        } catch (reason) {
          if (reason instanceof Error) reason.message = `step ${place} (${step.do}): ${reason.message}`
          throw reason
        }
      }
      await this.reopen()
      await this.compareEverything()
      await this.instance.remove()
    } finally {
      await this.memory.remove()
    }
  }

  private async step(step: Scenario['steps'][number]): Promise<void> {
    switch (step.do) {
      case 'write': return this.write([step.rows])
      case 'burst': return this.write(step.writes)
      case 'flood': return this.flood(step)
      case 'query': return this.query(step.asked)
      case 'count': return this.count(step.asked)
      case 'byId': return this.byId(step.ids.map((id) => identifiers[id] as string), step.withDeleted)
      case 'pull': return this.pull(step.limit)
      case 'cleanup': return this.cleanup(step.minimumDeletedMs)
      case 'reopen': return this.reopen()
      case 'index anew': {
        this.options = step.storage
        return this.reopen()
      }
    }
  }

  private async open(): Promise<void> {
    this.instance = await this.bench.table(this.name, this.ours, optionsOf(this.options, this.scenario))
    this.instance.changeStream().subscribe((bulk) => this.events.ours.push(...bulk.events))
  }

  private async reopen(): Promise<void> {
    this.compareEvents()
    await this.instance.close()
    this.bench.closeFile()
    await this.open()
  }

  private documentFor({ deleted, late, cells, inPlaceOfObject }: RowChoice, key: string, height: number): Stored {
    this.writes += 1
    const entry: Record<string, unknown> = { key }
    for (const { path, kind } of this.fields) {
      const cell = (cells as Readonly<Record<string, RowChoice['cells']['a']>>)[path]
      if (cell !== undefined) setAt(entry, path, valueOf(cell, kind, this.scenario.vocabulary))
    }
    if (inPlaceOfObject !== undefined) entry.s = inPlaceOfObject
    return asJson({ ...entry, _rev: `${height}-${this.writes}`, _deleted: deleted, _attachments: {}, _meta: { lwt: (late ? far : 1000) + this.writes } }) as unknown as Stored
  }

  private async rowsFor(choices: readonly RowChoice[], idOf: (choice: RowChoice, place: number) => string): Promise<WriteRow[]> {
    const rows = new Map<string, WriteRow>()
    for (const [place, choice] of choices.entries()) {
      const id = idOf(choice, place)
      const [there] = await this.memory.findDocumentsById([id], true)
      const document = this.documentFor(choice, id, there === undefined ? 1 : Number(there._rev.split('-')[0]) + 1)
      const previous = there === undefined || choice.previous === 'none' ? undefined : choice.previous === 'stale' ? { ...there, _rev: '1-stale' } : there
      rows.set(id, { ...(previous === undefined ? {} : { previous: structuredClone(previous) as Stored }), document })
    }
    return [...rows.values()]
  }

  /** Bulk writes, begun in this order without waiting for one another. */
  private async write(batches: readonly (readonly RowChoice[])[]): Promise<void> {
    const lists: WriteRow[][] = []
    for (const choices of batches) lists.push(await this.rowsFor(choices, ({ id }) => identifiers[id % writable] as string))
    const given = structuredClone(lists)
    const ours = await Promise.all(lists.map((rows) => this.instance.bulkWrite(rows as never, 'test')))
    same('the caller’s documents were changed', lists, given)
    const theirs = await Promise.all(structuredClone(lists).map((rows) => this.memory.bulkWrite(rows as never, 'test')))
    this.compareWrites(lists, ours, theirs)
  }

  private compareWrites(lists: readonly (readonly WriteRow[])[], ours: readonly RxStorageBulkWriteResponse<Entry>[], theirs: readonly RxStorageBulkWriteResponse<Entry>[]): void {
    for (const [place, answer] of ours.entries()) {
      const said = (errors: readonly object[]): unknown => errors.map((error) => ({ ...error, writeRow: undefined }))
      same('refused rows', said(answer.error), said(theirs[place]?.error ?? []))
      const failed = new Set(answer.error.map(({ documentId }) => documentId))
      for (const { document } of lists[place] ?? []) if (!failed.has(document.key)) this.toPull.add(document.key)
      this.compared.answers += 1
    }
    this.compareEvents()
  }

  /** A question in the middle of a long write is answered from before it or from after it. */
  private async flood({ many, rows, asked }: Extract<Step, { readonly do: 'flood' }>): Promise<void> {
    const list = await this.rowsFor(Array.from({ length: many }, (_, place) => rows[place % rows.length] as RowChoice), (_, place) => `flood ${place}`)
    const prepared = preparedFor(this.ours, { ...mangoOf({ ...asked, sort: [] }, this.fields, this.scenario.vocabulary), sort: [{ key: 'asc' }] })
    const fromOracle = (): Promise<unknown> => attempt(() => this.memory.query(preparedForOracle(prepared, this.oracle)))
    const before = await fromOracle()
    const [mine, between] = await Promise.all([this.instance.bulkWrite(structuredClone(list) as never, 'test'), attempt(() => this.instance.query(prepared))])
    const theirs = await this.memory.bulkWrite(structuredClone(list) as never, 'test')
    this.compareWrites([list], [mine], [theirs])
    const after = await fromOracle()
    if (!isDeepStrictEqual(between, before) && !isDeepStrictEqual(between, after)) throw new Difference('an answer from the middle of a write', between, after)
    await this.byId(list.map(({ document }) => document.key), true)
  }

  private compareEvents(): void {
    const { ours, oracle } = this.events
    same('events of the change stream', asJson(ours), asJson(oracle))
    this.compared.events += ours.length
    ours.length = 0
    oracle.length = 0
  }

  private async query(asked: Asked): Promise<void> {
    const mango = mangoOf(asked, this.fields, this.scenario.vocabulary)
    const prepared = preparedFor(this.ours, mango)
    const [mine, theirs] = [await attempt(() => this.instance.query(prepared)), await attempt(() => this.memory.query(preparedForOracle(prepared, this.oracle)))]
    this.compared.answers += 1
    this.compared.queries += 1
    if ('refused' in mine || 'refused' in theirs) {
      if ('refused' in mine !== 'refused' in theirs) throw new Difference(`only one refused ${brief(mango)}`, mine, theirs)
      this.compared.refused += 1
      return
    }
    if (theirs.answer.documents.length > 0) this.compared.found += 1
    if (isDeepStrictEqual(mine.answer.documents, theirs.answer.documents)) return
    if (!(await this.isOrderLeftOpen(prepared))) throw new Difference(`query ${brief(mango)}`, mine.answer.documents, theirs.answer.documents)
    this.compared.orderLeftOpen += 1
    const unpaged = preparedFor(this.ours, { ...mango, skip: 0, limit: undefined })
    const all = await Promise.all([this.instance.query(unpaged), this.memory.query(preparedForOracle(unpaged, this.oracle))])
    const [oursById, theirsById] = all.map(({ documents }) => documents.map(({ key }) => key).sort())
    same(`documents of the query ${brief(mango)}`, oursById, theirsById)
    same(`documents on the page of the query ${brief(mango)}`, mine.answer.documents.length, theirs.answer.documents.length)
  }

  /** Whether RxDB's comparator gives the documents that match no single order: two that are neither before nor after each other, or a circle. */
  private async isOrderLeftOpen({ query }: PreparedQuery<Entry>): Promise<boolean> {
    const everything = preparedForOracle(preparedFor(this.ours, { selector: {}, sort: [{ key: 'asc' }] }), this.oracle)
    const documents = (await this.memory.query(everything)).documents.filter(getQueryMatcher(this.oracle as never, query as never) as never)
    const compare = getSortComparator(this.oracle as never, query as never) as unknown as (a: Stored, b: Stored) => number | undefined
    const before = documents.map((one) => documents.map((other) => Math.sign(compare(one, other) ?? 0)))
    const isTied = before.some((row, one) => row.some((sign, other) => one !== other && (sign === 0 || sign !== -(before[other]?.[one] ?? 0))))
    // Looking for circles takes the third power of the number.
    const few = before.slice(0, 80).map((row) => row.slice(0, 80))
    return isTied || few.some((row, one) => row.some((sign, other) => sign === -1 && few.some((_, third) => third !== one && few[other]?.[third] === -1 && row[third] !== -1)))
  }

  private async count({ selector, living }: Asked): Promise<void> {
    const mango = mangoOf({ selector, living, sort: [] }, this.fields, this.scenario.vocabulary)
    const prepared = preparedFor(this.ours, mango)
    const mine = await attempt(async () => (await this.instance.count(prepared)).count)
    const theirs = await attempt(async () => (await this.memory.count(preparedForOracle(prepared, this.oracle))).count)
    this.compared.answers += 1
    if ('refused' in mine && 'refused' in theirs) this.compared.refused += 1
    else same(`count ${brief(mango)}`, mine, theirs)
  }

  private async byId(ids: readonly string[], withDeleted: boolean): Promise<void> {
    const [mine, theirs] = await Promise.all([this.instance.findDocumentsById([...ids], withDeleted), this.memory.findDocumentsById([...ids], withDeleted)])
    this.compared.answers += 1
    const sorted = (documents: readonly Stored[]): readonly Stored[] => [...documents].sort((a, b) => (a.key < b.key ? -1 : 1))
    same(`documents by id ${brief(ids)}`, sorted(mine), sorted(theirs))
  }

  /** One page of what has changed: as much as was asked for, each document once, as it is now. */
  private async pull(limit: number): Promise<void> {
    const page = await this.instance.getChangedDocumentsSince!(limit, this.checkpoint)
    this.compared.answers += 1
    const ids = page.documents.map(({ key }) => key)
    same('changed documents on the page', ids.length, Math.min(limit, this.toPull.size))
    same('changed documents, each once', new Set(ids).size, ids.length)
    for (const document of page.documents) {
      if (!this.toPull.delete(document.key)) throw new Difference('a document that has not changed', document, [...this.toPull])
      same('a changed document', [document], await this.memory.findDocumentsById([document.key], true))
    }
    this.checkpoint = asJson(page.checkpoint)
  }

  private async cleanup(minimumDeletedMs: number): Promise<void> {
    await Promise.all([this.instance.cleanup(minimumDeletedMs), this.memory.cleanup(minimumDeletedMs)])
    this.compared.answers += 1
    for (const id of this.toPull) if ((await this.memory.findDocumentsById([id], true)).length === 0) this.toPull.delete(id)
    await this.byId(identifiers, true)
  }

  private async compareEverything(): Promise<void> {
    await this.byId(identifiers, true)
    await this.byId(identifiers, false)
    const prepared = preparedFor(this.ours, { selector: {}, sort: [{ key: 'asc' }] })
    same('all documents', (await this.instance.query(prepared)).documents, (await this.memory.query(preparedForOracle(prepared, this.oracle))).documents)
    while (this.toPull.size > 0) await this.pull(this.toPull.size > 30 ? 100 : 3)
    await this.pull(3)
  }
}

/**
 * Does what the scenario says to the storage and to RxDB's memory storage, and compares every answer.
 *
 * @throws {Difference} when one is not the same
 */
export const play = (bench: Bench, scenario: Scenario, compared: Compared): Promise<void> => new Played(bench, scenario, compared).play()
