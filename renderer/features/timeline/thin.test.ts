import { describe, expect, it } from 'vitest'
import { drawLanes, laneHeight, type Pen } from './draw'
import { clustersOf, columnsOf } from './thin'
import { around, day, farthest, hour, moved, nearest, placeBefore, whole, zoomed } from './view'

const seed = 20261121
/** A small seeded generator (mulberry32). */
const random = (from: number) => {
  let state = from
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
const view = { from: 0, to: 1_000 * day }

describe('thinning of what is drawn', () => {
  it(`loses no peak, counts every value and draws no more than two columns of the glass can show (seed ${seed})`, () => {
    const next = random(seed)
    const at = Array.from({ length: 5_000 }, () => next() * view.to).sort((one, other) => one - other)
    const value = at.map(() => Math.round(60 + next() * 60))
    value[2_345] = 299
    value[4_001] = 12
    const columns = columnsOf({ at, value }, view, 900)
    expect(columns.length).toBeLessThanOrEqual(451)
    expect(columns.reduce((sum, { count }) => sum + count, 0)).toBe(5_000)
    expect([Math.max(...columns.map(({ most }) => most)), Math.min(...columns.map(({ least }) => least))]).toEqual([299, 12])
    const of = columns.find(({ x }) => x === Math.floor(((at[2_345]! / view.to) * 900) / 2) * 2)
    expect(of?.most).toBe(299)
  })

  it('5,000 values cost strokes by the width of the glass, not by their number', () => {
    const strokes = { count: 0 }
    const stroke = () => void (strokes.count += 1)
    const pen: Pen = { beginPath: stroke, moveTo: stroke, lineTo: stroke, stroke, fillRect: stroke, clearRect: stroke, strokeStyle: '', fillStyle: '', lineWidth: 1 }
    const at = Array.from({ length: 5_000 }, (_each, place) => (place / 5_000) * view.to)
    drawLanes(pen, [{ curves: [{ code: 'pulse', at, value: at.map((_each, place) => 60 + (place % 70)) }] }], view, 900, [], { line: 'x', grid: 'x' })
    expect(strokes.count).toBeGreaterThan(450)
    expect(strokes.count).toBeLessThan(450 * 5)
  })

  it('leads the line on to the nearest value outside on either side', () => {
    const columns = columnsOf({ at: [0, 10, 20, 30], value: [1, 2, 3, 4] }, { from: 15, to: 25 }, 100)
    expect(columns.map(({ last }) => last)).toEqual([2, 3, 4])
    expect(columnsOf({ at: [], value: [] }, view, 100)).toEqual([])
  })

  it('puts things that a finger could not tell apart into one, and says how many', () => {
    const things = [0, 1, 2, 500, 990].map((each) => ({ at: each * day }))
    expect(clustersOf(things, view, 900, 44).map(({ things: each }) => each.length)).toEqual([3, 1, 1])
    expect(clustersOf(things, { from: 400 * day, to: 600 * day }, 900, 44).map(({ things: each }) => each.length)).toEqual([1])
  })
})

describe('the part of the axis in view', () => {
  it('comes nearer around what is under the hand, from an hour to years and no farther', () => {
    const near = zoomed({ from: 0, to: 100 * day }, 0.5, 25 * day)
    expect(near).toEqual({ from: 12.5 * day, to: 62.5 * day })
    const closest = zoomed(near, 1e-9, 25 * day)
    expect(closest.to - closest.from).toBe(nearest)
    const widest = zoomed(near, 1e9, 25 * day)
    expect(widest.to - widest.from).toBeCloseTo(farthest, -3)
    expect(moved({ from: 0, to: 10 }, -0.5)).toEqual({ from: -5, to: 5 })
    expect(around(5 * hour, hour)).toEqual({ from: 4.5 * hour, to: 5.5 * hour })
  })

  it('holds all of it, and yesterday where there is nothing', () => {
    const all = whole([5 * day, 1 * day], 9 * day)
    expect([all.from < 1 * day, all.to > 5 * day]).toEqual([true, true])
    expect(whole([], 9 * day)).toEqual({ from: 8 * day, to: 9 * day })
    const once = whole([day], 9 * day)
    expect(once.to - once.from).toBeGreaterThanOrEqual(nearest)
  })

  it('finds the last moment at or before another one', () => {
    expect([-1, 0, 1, 5, 9, 10, 99].map((at) => placeBefore([0, 5, 10], at))).toEqual([-1, 0, 0, 1, 1, 2, 2])
    expect(laneHeight).toBeGreaterThanOrEqual(44)
  })
})
