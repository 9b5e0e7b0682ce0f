import { describe, expect, it } from 'vitest'
import { Sweep } from './sweep'

const samples = (count: number, value = 0.5) => Array.from({ length: count }, () => value)

describe('the trace of a wave', () => {
  it('is drawn at the speed of the samples, whatever the pieces that they come in', () => {
    const sweep = new Sweep()
    let drawn = 0
    for (let frame = 0; frame < 120; frame++) {
      if (frame % 6 === 0) sweep.add(samples(6), 60)
      drawn += sweep.advance(frame * (1_000 / 60)).length
    }
    // Two seconds less what is held back.
    expect(drawn).toBeGreaterThan(85)
    expect(drawn).toBeLessThan(110)
  })

  it('stands still where no samples come, and begins a line of its own when they come again', () => {
    const sweep = new Sweep()
    sweep.add(samples(60), 60)
    sweep.advance(0)
    expect(sweep.advance(1_500).length).toBeGreaterThan(0)
    expect(sweep.advance(3_000)).toEqual([])
    const head = sweep.head
    sweep.advance(10_000)
    expect(sweep.head).toBe(head)
    sweep.add(samples(30, 0.9), 60)
    sweep.advance(10_100)
    const [first] = sweep.advance(10_200)
    expect(first?.from.y).toBeCloseTo(0.1)
  })

  it('goes on at the left edge without a line back across the screen', () => {
    const sweep = new Sweep()
    sweep.advance(0)
    for (let second = 1; second <= 20; second++) {
      sweep.add(samples(60), 60)
      for (const { from, to } of sweep.advance(second * 1_000)) expect(to.x - from.x).toBeGreaterThan(0)
    }
    expect(sweep.head).toBeGreaterThanOrEqual(0)
    expect(sweep.head).toBeLessThan(1)
  })

  it('skips what gathered while the window slept, and keeps nothing beyond it', () => {
    const sweep = new Sweep()
    sweep.advance(0)
    for (let piece = 0; piece < 1_000; piece++) sweep.add(samples(60), 60)
    expect(sweep.advance(60_000).length).toBeLessThanOrEqual(120)
  })

  it('stays in its box whatever a device sends', () => {
    const sweep = new Sweep()
    sweep.add(samples(30, 7).concat(samples(30, -3)), 60)
    sweep.advance(0)
    const drawn = [...sweep.advance(400), ...sweep.advance(800)]
    expect(drawn.length).toBeGreaterThan(0)
    for (const { to } of drawn) expect(to.y >= 0 && to.y <= 1).toBe(true)
  })
})
