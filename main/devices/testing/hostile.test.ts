import { describe, expect, it } from 'vitest'
import { randomFrom } from '../../../shared/standards/astm/testing/session'
import { everyFramer, tellEndlessly } from './endless'
import { checkDrafts } from './hostileDrafts'
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

  it('that never ends is cut off with a problem by the framer of every profile, and piles nothing up (64 MB of it in `npm run soak -- devices`)', () => {
    for (const framer of everyFramer()) expect(tellEndlessly(framer, framer.hasFrames ? 300 : 8, { untilCutOff: true }), framer.name).toBeLessThan(120 * 2 ** 20)
  })

  it('and wild marks on it never break the workbench (seeds 1 to 60)', () => {
    for (let seed = 1; seed <= 60; seed++) checkDrafts(randomFrom(seed))
  })
})
