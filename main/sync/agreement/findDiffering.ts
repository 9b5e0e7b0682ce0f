import { digestDepth, digestPathOf, wordsOf, type DigestPath } from '../../../shared/records/digestView'
import type { DigestSource } from '../../replica'
import type { ServerDays, Sum } from './serverDays'

/** What a comparison of the sums found. */
export interface Suspects {
  /** Records here that were compared. */
  readonly records: number
  /** Ids of documents that the two do not have alike; a moment later they may. */
  readonly ids: readonly string[]
  /** There are more than was asked for. */
  readonly isMore: boolean
}

/** So few documents are fetched by their hashes at once, not divided further. */
const fewDocuments = 300

interface Leaf {
  readonly id: string
  readonly path: DigestPath
  readonly words: readonly number[]
}

const together = (leaves: Iterable<{ readonly path: DigestPath; readonly count: number; readonly words: readonly number[] }>, depth: number): Map<string, Sum> => {
  const sums = new Map<string, { count: number; words: number[] }>()
  for (const { path, count, words } of leaves) {
    const step = path[depth] ?? ''
    const sum = sums.get(step) ?? { count: 0, words: [0, 0, 0, 0] }
    sum.count += count
    sum.words = sum.words.map((word, place) => (word ^ (words[place] ?? 0)) >>> 0)
    sums.set(step, sum)
  }
  return sums
}

const isSame = (one: Sum | undefined, other: Sum | undefined): boolean => (one?.count ?? 0) === (other?.count ?? 0) && (one?.words ?? []).join() === (other?.words ?? []).join()

/** Compares the sums, from the years down to the documents; asks only for what differs. */
export const findDiffering = async (here: DigestSource, there: ServerDays, most: number): Promise<Suspects> => {
  const days = (await here.days()).map(({ day, count, digest }) => ({ day, path: day.split('-'), count, words: wordsOf(digest) }))
  const isBelow = (path: DigestPath) => (each: { readonly path: DigestPath }) => path.every((step, place) => each.path[place] === step)
  const read = new Map<string, Promise<Leaf[]>>()
  const leavesOf = (day: string): Promise<Leaf[]> => {
    const known = read.get(day) ?? here.documents(day).then((all) => all.map(({ id, digest }) => ({ id, path: digestPathOf(day, id), words: wordsOf(digest) })))
    read.set(day, known)
    return known
  }
  const leavesBelow = async (path: DigestPath): Promise<Leaf[]> => {
    const found: Leaf[] = []
    for (const { day } of days.filter((each) => isBelow(path.slice(0, 3))(each))) {
      if (found.length > most) break
      found.push(...(await leavesOf(day)).filter(isBelow(path)))
    }
    return found
  }

  const ids = new Set<string>()
  const compareDocuments = async (path: DigestPath): Promise<void> => {
    const [ours, theirs] = [new Map((await leavesBelow(path)).map(({ id, words }) => [id, words])), await there.documents(path, most)]
    for (const id of new Set([...ours.keys(), ...theirs.keys()])) if (ours.get(id)?.join() !== theirs.get(id)?.join()) ids.add(id)
  }
  const compareBelow = async (path: DigestPath): Promise<void> => {
    const depth = path.length
    const ours = together(depth < 3 ? days.filter(isBelow(path)) : (await leavesBelow(path)).map((leaf) => ({ ...leaf, count: 1 })), depth)
    const theirs = await there.sums(path)
    for (const step of [...new Set([...ours.keys(), ...theirs.keys()])].sort().reverse()) {
      const [one, other] = [ours.get(step), theirs.get(step)]
      if (isSame(one, other) || ids.size >= most) continue
      const below = [...path, step]
      if (other === undefined) for (const { id } of await leavesBelow(below)) ids.add(id)
      else if (one === undefined) for (const id of (await there.documents(below, most)).keys()) ids.add(id)
      else if (below.length >= 3 && (below.length === digestDepth || one.count + other.count <= fewDocuments)) await compareDocuments(below)
      else await compareBelow(below)
    }
  }
  await compareBelow([])
  const found = [...ids]
  return { records: days.reduce((sum, { count }) => sum + count, 0), ids: found.slice(0, most), isMore: found.length >= most }
}
