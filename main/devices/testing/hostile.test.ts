import { describe, expect, it } from 'vitest'
import { randomFrom } from '../../../shared/standards/astm/testing/session'
import { allProfiles } from '../profiles'
import { vitalsFramer } from '../station/vitalsFramer'
import { PageFramer } from '../framers'
import { checkPages, checkVitals } from './hostile'
import { vitalsRecordings } from './recordings'

const recordings = vitalsRecordings()

describe('hostile input (more of it in `npm run soak -- devices`)', () => {
  it('never breaks the reading of pages and tables (seeds 1 to 400)', () => {
    for (let seed = 1; seed <= 400; seed++) checkPages(randomFrom(seed))
  })

  it('never breaks the reading of vitals devices (seeds 1 to 400)', () => {
    for (let seed = 1; seed <= 400; seed++) checkVitals(randomFrom(seed), recordings)
  })

  it('that never ends is cut off with a problem, and piles nothing up', () => {
    const piece = new Uint8Array(64 * 1024).fill(0x41)
    const framer = new PageFramer({ start: 2, end: 3, idleMs: 1_000, answer: 'none', checksum: 'none', limit: 100_000 })
    const effects = [...framer.feed(Uint8Array.of(2), 0)]
    for (let sent = 0; sent < 64; sent++) effects.push(...framer.feed(piece, 0))
    expect(effects).toEqual([{ do: 'interrupted', why: 'overlong' }])
    for (const profile of allProfiles()) {
      if (profile.category !== 'vitals') continue
      const vitals = vitalsFramer(profile)
      vitals.opened(0)
      let said = 0
      for (let sent = 0; sent < 8; sent++) said += vitals.feed(piece, 0).length
      expect(said).toBeLessThan(64 * 1024 * 8)
    }
  })
})
