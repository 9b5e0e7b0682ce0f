import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSkewMeter, noticeableSkewMs } from './skew'

const noon = Date.UTC(2026, 10, 21, 12)
const hour = 3_600_000
const header = (ms: number): string => new Date(ms).toUTCString()

describe('The skew of a wall clock', () => {
  it('is not known before a server has answered, nor from an answer without a date', () => {
    const meter = createSkewMeter()
    for (const date of ['', 'yesterday', '2026-11-21', 'Sat, 21 Nov 2026 12:00:00']) meter.read({ receivedAt: noon, roundTripMs: 10, date })
    expect(meter.skewMs).toBeUndefined()
  })

  it('of a workstation three hours ahead is three hours, of one that is right nothing that anybody would see', () => {
    const [ahead, right] = [createSkewMeter(), createSkewMeter()]
    ahead.read({ receivedAt: noon + 3 * hour, roundTripMs: 40, date: header(noon) })
    right.read({ receivedAt: noon, roundTripMs: 600, date: header(noon - 300) })
    expect(ahead.skewMs).toBeGreaterThan(3 * hour - 1_000)
    expect(ahead.skewMs).toBeLessThan(3 * hour + 1_000)
    expect(Math.abs(right.skewMs ?? Infinity)).toBeLessThan(noticeableSkewMs)
  })

  it('is gone as soon as somebody sets the clock right', () => {
    const meter = createSkewMeter()
    for (let second = 0; second < 60; second += 1) meter.read({ receivedAt: noon - 3 * hour + second * 1_000, roundTripMs: 40, date: header(noon + second * 1_000) })
    expect(meter.skewMs).toBeLessThan(-3 * hour + 1_000)
    meter.read({ receivedAt: noon + 61_000, roundTripMs: 40, date: header(noon + 61_000) })
    expect(Math.abs(meter.skewMs ?? Infinity)).toBeLessThan(1_000)
  })

  it('is known the better the more answers come, on a slow line, too (seed 20261121)', () => {
    const answer = fc.tuple(fc.nat(5_000), fc.nat(5_000), fc.nat(999))
    fc.assert(
      fc.property(fc.integer({ min: -5 * hour, max: 5 * hour }), fc.array(answer, { minLength: 1, maxLength: 40 }), (skew, answers) => {
        const meter = createSkewMeter()
        let server = noon
        let quickest = Infinity
        for (const [there, back, part] of answers) {
          server += 10_000 + part
          quickest = Math.min(quickest, there + back)
          meter.read({ receivedAt: server + back + skew, roundTripMs: there + back, date: header(server) })
          expect(Math.abs((meter.skewMs ?? Infinity) - skew)).toBeLessThanOrEqual((quickest + 1_000) / 2 + 1)
        }
      }),
      { seed: 20261121, numRuns: 200 },
    )
  })
})
