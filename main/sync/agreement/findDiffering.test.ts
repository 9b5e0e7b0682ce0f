import { createHash } from 'node:crypto'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { digestDesign, digestPathOf, wordsOf, type DigestPath } from '../../../shared/records/digestView'
import type { DigestSource } from '../../replica'
import { findDiffering } from './findDiffering'
import type { ServerDays } from './serverDays'

const seed = 20261121

interface Kept {
  readonly day: string
  readonly digest: string
}
const digestOf = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 32)
const reduce = runInNewContext(`(${digestDesign.views.days.reduce})`) as (keys: null, values: readonly (readonly number[])[]) => number[]
const total = (all: readonly Kept[]) => [...reduce(null, all.map(({ digest }) => [1, ...wordsOf(digest)]))]
const hex = (words: readonly number[]) => words.map((word) => word.toString(16).padStart(8, '0')).join('')

/** A workstation that has these. */
const here = (kept: ReadonlyMap<string, Kept>): DigestSource => ({
  days: () =>
    Promise.resolve(
      [...new Set([...kept.values()].map(({ day }) => day))].sort().map((day) => {
        const [count = 0, ...words] = total([...kept.values()].filter((each) => each.day === day))
        return { day, count, digest: hex(words) }
      }),
    ),
  documents: (day) => Promise.resolve([...kept].filter(([, each]) => each.day === day).map(([id, { digest }]) => ({ id, digest }))),
})
/** A server that has these, and counts what it is asked and what it answers. */
const there = (kept: ReadonlyMap<string, Kept>) => {
  const traffic = { questions: 0, rows: 0 }
  const below = (path: DigestPath) => [...kept].map(([id, each]) => ({ id, ...each, path: digestPathOf(each.day, id) })).filter((each) => path.every((step, place) => each.path[place] === step))
  const answered = <Value>(rows: Map<string, Value>) => {
    traffic.questions += 1
    traffic.rows += rows.size
    return Promise.resolve(rows)
  }
  const days: ServerDays = {
    sums: (path) => {
      const steps = new Map<string, Kept[]>()
      for (const each of below(path)) steps.set(each.path[path.length] ?? '', [...(steps.get(each.path[path.length] ?? '') ?? []), each])
      return answered(
        new Map(
          [...steps].map(([step, all]) => {
            const [count = 0, ...words] = total(all)
            return [step, { count, words }]
          }),
        ),
      )
    },
    documents: (path, limit) => answered(new Map(below(path).slice(0, limit).map(({ id, digest }) => [id, wordsOf(digest)]))),
  }
  return { days, traffic }
}

const random = (from: number) => {
  let state = from
  return (below: number) => {
    state = (state * 48_271) % 2_147_483_647
    return state % below
  }
}
const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const practice = (count: number, dayOf: (n: number) => string, next: (below: number) => number) =>
  new Map(Array.from({ length: count }, (_, n) => [`01${String(n).padStart(10, '0')}${Array.from({ length: 14 }, () => letters[next(32)]).join('')}`, { day: dayOf(n), digest: digestOf(`record ${n}`) }]))

const unknown = (most: number) => ({ most, isSettled: () => false, isExplained: () => false })
const idsIn = ({ found }: { readonly found: ReadonlyMap<string, string> }) => [...found.keys()]

it('asks one question when both have the same', async () => {
  const kept = practice(500, (n) => `20${20 + (n % 7)}-0${1 + (n % 9)}-1${n % 10}`, random(seed))
  const server = there(kept)
  expect(await findDiffering(here(kept), server.days, unknown(100))).toMatchObject({ records: 500, days: [], isMore: false })
  expect(server.traffic.questions).toBe(1)
})

it('finds one record among many of one day with a handful of questions', async () => {
  const kept = practice(6_000, () => '2026-11-21', random(seed))
  const [id] = [...kept.keys()].slice(4_321)
  const other = new Map(kept).set(id ?? '', { day: '2026-11-21', digest: digestOf('something else') })
  const server = there(other)
  const found = await findDiffering(here(kept), server.days, unknown(100))
  expect(found).toMatchObject({ records: 6_000, isMore: false, days: [{ day: '2026-11-21', ids: [id] }] })
  expect(idsIn(found)).toEqual([id])
  expect(server.traffic.questions).toBeLessThanOrEqual(6)
  expect(server.traffic.rows).toBeLessThan(400)
})

it(`names exactly what differs, whatever it is (seed ${seed})`, async () => {
  const next = random(seed)
  const someDay = () => `20${24 + next(3)}-${String(1 + next(12)).padStart(2, '0')}-0${1 + next(9)}`
  for (let round = 0; round < 40; round += 1) {
    const kept = practice(next(400), next(2) ? someDay : () => '2026-11-21', next)
    const other = new Map(kept)
    const changed = new Set<string>()
    const touch = (id: string, make: Kept | undefined) => {
      changed.add(id)
      if (make) other.set(id, make)
      else other.delete(id)
    }
    for (const id of kept.keys()) {
      if (next(25) > 0) continue
      const how = next(3)
      touch(id, how === 0 ? undefined : { day: how === 1 ? '2023-05-05' : (kept.get(id)?.day ?? ''), digest: digestOf(`changed ${id}`) })
    }
    for (const [id, each] of practice(next(8), someDay, next)) touch(`${id.slice(0, 12)}Z${id.slice(13)}`, { ...each, digest: digestOf(`only there ${id}`) })
    const found = await findDiffering(here(kept), there(other).days, unknown(10_000))
    expect(idsIn(found).sort(), `round ${round}`).toEqual([...changed].sort())
  }
})

it('stops where there is too much to name, and says so', async () => {
  const kept = practice(2_000, (n) => `2026-0${1 + (n % 9)}-01`, random(seed))
  const found = await findDiffering(here(kept), there(new Map()).days, unknown(150))
  expect(found).toMatchObject({ records: 2_000, isMore: true })
  expect(idsIn(found).length).toBeGreaterThanOrEqual(150)
})

it('asks nothing more about a day, or a document, that is known to mean the same', async () => {
  const kept = practice(1_000, (n) => `2026-11-1${n % 2}`, random(seed))
  const other = new Map([...kept].map(([id, each], n) => [id, n % 3 ? each : { ...each, digest: digestOf(`an older form of ${id}`) }]))
  const first = await findDiffering(here(kept), there(other).days, unknown(10_000))
  expect(first.days).toHaveLength(2)
  const explained = await findDiffering(here(kept), there(other).days, { ...unknown(10_000), isExplained: (id, key) => first.found.get(id) === key })
  expect([explained.found.size, explained.days.length]).toEqual([0, 2])
  const server = there(other)
  const settled = await findDiffering(here(kept), server.days, { ...unknown(10_000), isSettled: (day, key) => first.days.some((each) => each.day === day && each.key === key) })
  expect([settled.found.size, server.traffic.questions]).toEqual([0, 3])
})
