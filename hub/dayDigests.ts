import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { digestPathOf, saidIn, wordsOf, type DigestPath } from '../shared/records/digestView'
import { badRequest } from './couchProblem'
import type { PracticeDatabase } from './practiceDatabase'
import { flagIn, jsonIn, numberIn } from './query'

/** Documents that are read in a turn. */
const pieceSize = 100
/** So many are looked at without a breath. */
const breath = 10_000

interface Leaf {
  readonly path: DigestPath
  readonly words: readonly number[]
}

interface Row {
  readonly key: DigestPath
  readonly id?: string
  readonly value: readonly number[]
}

/** What a database has of each day, kept up to date as it is asked for: the view of `shared/records/digestView.ts`, without an engine for it. */
const openDayDigests = (database: Pick<PracticeDatabase, 'changes'>) => {
  const leaves = new Map<string, Leaf>()
  let since = 0
  let turn: Promise<unknown> = Promise.resolve()

  const take = (id: string, document: Readonly<Record<string, unknown>> | undefined): void => {
    const own = Object.fromEntries(Object.entries(document ?? {}).filter(([name]) => !name.startsWith('_')))
    const { at, practice, type, resource } = own
    if (!practice || !type || !resource || typeof at !== 'string') return void leaves.delete(id)
    const digest = createHash('sha256').update(saidIn(own)).digest('hex')
    leaves.set(id, { path: digestPathOf(at.slice(0, 10), id), words: wordsOf(digest) })
  }
  const catchUp = async (): Promise<void> => {
    for (;;) {
      const piece = await database.changes({ since, limit: pieceSize, descending: false, includeDocs: true, conflicts: false, allLeaves: false })
      for (const { id, deleted, doc } of piece.results) take(id, deleted ? undefined : doc)
      since = piece.lastSeq
      if (piece.results.length < pieceSize) return
      await setImmediate()
    }
  }

  const isBelow = (path: DigestPath, leaf: Leaf): boolean => path.every((step, place) => leaf.path[place] === step)
  /** Goes through everything, with a breath in between: a large database would hold up those who write. */
  const eachBelow = async (path: DigestPath, use: (id: string, leaf: Leaf) => boolean | void): Promise<void> => {
    let seen = 0
    for (const [id, leaf] of leaves) {
      if (isBelow(path, leaf) && use(id, leaf) === false) return
      if (++seen % breath === 0) await setImmediate()
    }
  }

  return async (path: DigestPath, depth: number | undefined, limit: number): Promise<Row[]> => {
    turn = turn.then(catchUp, catchUp)
    await turn
    if (depth === undefined) {
      const rows: Row[] = []
      await eachBelow(path, (id, leaf) => rows.push({ id, key: leaf.path, value: [1, ...leaf.words] }) < limit)
      return rows
    }
    const sums = new Map<string, { readonly key: DigestPath; readonly value: number[] }>()
    await eachBelow(path, (_id, leaf) => {
      const name = leaf.path.slice(0, depth).join('\n')
      const { value } = sums.get(name) ?? { value: [0, 0, 0, 0, 0] }
      if (value[0] === 0) sums.set(name, { key: leaf.path.slice(0, depth), value })
      value[0] = (value[0] ?? 0) + 1
      for (let word = 1; word <= 4; word += 1) value[word] = ((value[word] ?? 0) ^ (leaf.words[word - 1] ?? 0)) >>> 0
    })
    return [...sums].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row).slice(0, limit)
  }
}

const opened = new WeakMap<PracticeDatabase, ReturnType<typeof openDayDigests>>()

/** Answers the view of the days: everything below a key, summed up to `group_level`, or document by document with `reduce=false`. */
export const readDays = async (database: PracticeDatabase, query: URLSearchParams): Promise<{ readonly rows: readonly Row[] }> => {
  const [from, to] = [jsonIn(query, 'startkey', 'start_key') ?? [], jsonIn(query, 'endkey', 'end_key') ?? [{}]]
  const isPath = Array.isArray(from) && from.length <= 5 && from.every((step) => typeof step === 'string')
  if (!isPath || JSON.stringify(to) !== JSON.stringify([...from, {}])) throw badRequest('the days are offered below one key: startkey=[…]&endkey=[…,{}]')
  const isReduced = query.get('reduce') === null || flagIn(query, 'reduce')
  const days = opened.get(database) ?? openDayDigests(database)
  opened.set(database, days)
  const rows = await days(from as string[], isReduced ? numberIn(query, 'group_level', 0, 5) : undefined, numberIn(query, 'limit', Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER))
  return { rows }
}
