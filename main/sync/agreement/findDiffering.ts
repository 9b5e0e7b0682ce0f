import { setImmediate } from 'node:timers/promises'
import { digestDepth, digestPathOf, wordsOf, type DigestPath } from '../../../shared/records/digestView'
import type { DigestSource } from '../../replica'
import type { ServerDays, Sum } from './serverDays'

/** A day of which the two have different sums. */
export interface DifferingDay {
  readonly day: string
  /** Both sums: as long as they are these, nothing has changed on either side. */
  readonly key: string
  /** What differs in it, the explained ones too. */
  readonly ids: readonly string[]
}

/** What a comparison of the sums found. */
export interface Suspects {
  /** Records here that were compared. */
  readonly records: number
  /** Documents that the two do not have alike (a moment later they may), by their ids; with both hashes, as a key. */
  readonly found: ReadonlyMap<string, string>
  /** Days that were looked through to the end. */
  readonly days: readonly DifferingDay[]
  /** There are more than was asked for. */
  readonly isMore: boolean
}

/** What is known from earlier comparisons. */
export interface Known {
  /** Unexplained documents that are wanted at most. */
  readonly most: number
  /** With these sums the day was looked through, and it all means the same: an earlier form of a record here, a type that only a newer version knows. */
  isSettled(day: string, key: string): boolean
  /** With these hashes the document means the same on both sides. */
  isExplained(id: string, key: string): boolean
}

/** So few documents are fetched by their hashes at once, not divided further. */
const fewDocuments = 300
/** Hashes that are looked at in a turn of the loop. */
const sliceLength = 2_000
/** Steps of a path that make a day. */
const dayDepth = 3

interface Leaf {
  readonly id: string
  readonly path: DigestPath
  readonly words: readonly number[]
}

/** Documents of one day, or of a part of it, and their sum. */
interface Branch {
  readonly leaves: Leaf[]
  readonly sum: { count: number; readonly words: number[] }
}

const emptySum = () => ({ count: 0, words: [0, 0, 0, 0] })
const addTo = (sum: { count: number; readonly words: number[] }, { count, words }: Sum): void => {
  sum.count += count
  for (const [place, word] of words.entries()) sum.words[place] = ((sum.words[place] ?? 0) ^ word) >>> 0
}
const textOf = (sum: Sum | undefined): string => (sum ? `${sum.count}:${sum.words.join()}` : '')
const isSame = (one: Sum | undefined, other: Sum | undefined): boolean => textOf(one) === textOf(other)
const isBelow = (path: DigestPath, each: { readonly path: DigestPath }): boolean => path.every((step, place) => each.path[place] === step)

/** Parts of what is here by the next step of their paths. */
const divide = async (leaves: readonly Leaf[], depth: number): Promise<Map<string, Branch>> => {
  const branches = new Map<string, Branch>()
  for (const [place, leaf] of leaves.entries()) {
    const step = leaf.path[depth] ?? ''
    const branch = branches.get(step) ?? { leaves: [], sum: emptySum() }
    branches.set(step, branch)
    branch.leaves.push(leaf)
    addTo(branch.sum, { count: 1, words: leaf.words })
    if (place % sliceLength === sliceLength - 1) await setImmediate()
  }
  return branches
}

/** Compares the sums, from the years down to the documents; asks only for what differs. */
export const findDiffering = async (here: DigestSource, there: ServerDays, { most, isSettled, isExplained }: Known): Promise<Suspects> => {
  const days = (await here.days()).map(({ day, count, digest }) => ({ day, path: day.split('-'), count, words: wordsOf(digest) }))
  const leavesOfDay = async (day: string): Promise<Leaf[]> => {
    const leaves: Leaf[] = []
    for (const { id, digest } of await here.documents(day)) {
      leaves.push({ id, path: digestPathOf(day, id), words: wordsOf(digest) })
      if (leaves.length % sliceLength === 0) await setImmediate()
    }
    return leaves
  }

  const found = new Map<string, string>()
  const looked: DifferingDay[] = []
  let ofDay = new Set<string>()
  const compareDocuments = async (path: DigestPath, leaves: readonly Leaf[]): Promise<void> => {
    const [ours, theirs] = [new Map(leaves.map(({ id, words }) => [id, words])), await there.documents(path, most)]
    for (const id of new Set([...ours.keys(), ...theirs.keys()])) {
      const [one, other] = [ours.get(id)?.join(), theirs.get(id)?.join()]
      if (one === other) continue
      ofDay.add(id)
      const key = `${one ?? ''}|${other ?? ''}`
      if (!isExplained(id, key)) found.set(id, key)
    }
  }
  /** Calls `compare` for each part that differs, the newest first: that is where a difference most likely matters. */
  const compareParts = async (path: DigestPath, ours: ReadonlyMap<string, Sum>, compare: (below: DigestPath, one: Sum | undefined, other: Sum | undefined) => Promise<void>): Promise<void> => {
    const theirs = await there.sums(path)
    for (const step of [...new Set([...ours.keys(), ...theirs.keys()])].sort().reverse()) {
      const [one, other] = [ours.get(step), theirs.get(step)]
      if (!isSame(one, other) && found.size < most) await compare([...path, step], one, other)
    }
  }
  const compareLeaves = async (path: DigestPath, leaves: readonly Leaf[]): Promise<void> => {
    const branches = await divide(leaves, path.length)
    await compareParts(path, new Map([...branches].map(([step, { sum }]) => [step, sum])), async (below, one, other) => {
      const part = branches.get(below.at(-1) ?? '')?.leaves ?? []
      if (below.length === digestDepth || !one || !other || one.count + other.count <= fewDocuments) await compareDocuments(below, part)
      else await compareLeaves(below, part)
    })
  }
  const compareDays = async (path: DigestPath): Promise<void> => {
    const sums = new Map<string, ReturnType<typeof emptySum>>()
    for (const each of days.filter((day) => isBelow(path, day))) {
      const step = each.path[path.length] ?? ''
      const sum = sums.get(step) ?? emptySum()
      sums.set(step, sum)
      addTo(sum, each)
    }
    await compareParts(path, sums, async (below, one, other) => {
      if (below.length < dayDepth) return compareDays(below)
      const [day, key] = [below.join('-'), `${textOf(one)}|${textOf(other)}`]
      if (isSettled(day, key)) return
      ofDay = new Set()
      const leaves = one ? await leavesOfDay(day) : []
      if (!one || !other || one.count + other.count <= fewDocuments) await compareDocuments(below, leaves)
      else await compareLeaves(below, leaves)
      if (found.size < most) looked.push({ day, key, ids: [...ofDay] })
    })
  }
  await compareDays([])
  return { records: days.reduce((sum, { count }) => sum + count, 0), found, days: looked, isMore: found.size >= most }
}
