import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createClock, instantOf, parseStamp } from './clock'

const noon = Date.UTC(2026, 10, 21, 12)

describe('hybrid clock', () => {
  it('writes stamps as the envelope names them', () => {
    const clock = createClock({ station: 'A', now: () => noon })
    expect(clock.next()).toBe('2026-11-21T12:00:00.000Z-0000-A')
    expect(clock.next()).toBe('2026-11-21T12:00:00.000Z-0001-A')
    expect(instantOf('2026-11-21T12:00:00.000Z-0001-A')).toBe('2026-11-21T12:00:00.000Z')
  })

  it('goes on when somebody sets the clock of the workstation back', () => {
    let now = noon
    const clock = createClock({ station: 'A', now: () => now })
    const before = clock.next()
    now -= 3 * 60 * 60 * 1000
    expect(clock.next() > before).toBe(true)
    expect(clock.aheadMs).toBe(3 * 60 * 60 * 1000)
  })

  it('answers a version that came from a station three hours ahead with a later one', () => {
    const fast = createClock({ station: 'B', now: () => noon + 3 * 60 * 60 * 1000 })
    const right = createClock({ station: 'A', now: () => noon })
    const theirs = fast.next()
    right.observe(theirs)
    expect(right.next() > theirs).toBe(true)
  })

  it('is not carried away by a stamp of the year 9999 nor by something that is no stamp', () => {
    const clock = createClock({ station: 'A', now: () => noon })
    for (const odd of ['9999-12-31T23:59:59.999Z-ffff-B', '', 'yesterday', '2026-13-45T99:99:99.999Z-0000-B', '2026-11-21T12:00:00.000Z-0000-']) clock.observe(odd)
    expect(clock.next()).toBe('2026-11-21T12:00:00.000Z-0000-A')
    expect(parseStamp('2026-11-21T12:00:00.000Z-000g-A')).toBeUndefined()
  })

  it('lets a record from a computer that stands in the year 2036 be corrected, and the correction is the later version; other records keep the right time', () => {
    const clock = createClock({ station: 'A', now: () => noon })
    let version = createClock({ station: 'B', now: () => Date.UTC(2036, 0, 1) }).next()
    for (let correction = 0; correction < 3; correction += 1) {
      const later = clock.nextAfter(version)
      expect(later > version).toBe(true)
      version = later
    }
    expect(version).toBe('2036-01-01T00:00:00.000Z-0003-A')
    expect(clock.nextAfter('2036-01-01T00:00:00.000Z-ffff-B')).toBe('2036-01-01T00:00:00.001Z-0000-A')
    expect(instantOf(clock.next())).toBe('2026-11-21T12:00:00.000Z')
  })

  it('never gives out one stamp twice, however many in a millisecond, and always sorts as text', () => {
    const clock = createClock({ station: 'A', now: () => noon })
    let last = ''
    for (let made = 0; made < 70_000; made += 1) {
      const stamp = clock.next()
      if (!(stamp > last)) throw new Error(`${stamp} after ${last}`)
      last = stamp
    }
  })

  it('stays ahead of everything seen, whatever the wall clock does (seed 20261121)', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: -10_000, max: 10_000 }), fc.boolean(), fc.integer({ min: -10_000, max: 10_000 }))), (steps) => {
        let now = noon
        const mine = createClock({ station: 'A', now: () => now })
        let latest = ''
        for (const [jump, observes, offset] of steps) {
          now += jump
          if (observes) {
            const theirs = createClock({ station: 'B', now: () => noon + offset }).next()
            mine.observe(theirs)
            if (theirs > latest) latest = theirs
          } else {
            const stamp = mine.next()
            expect(stamp > latest).toBe(true)
            latest = stamp
          }
        }
      }),
      { seed: 20261121, numRuns: 300 },
    )
  })
})
