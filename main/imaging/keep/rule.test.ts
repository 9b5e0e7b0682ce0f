import { describe, expect, it } from 'vitest'
import { excessOf, planRoom, type KeptStudy } from './rule'

const day = 24 * 60 * 60 * 1000
const now = Date.parse('2026-11-21T12:00:00Z')
const study = (name: string, gigabytes: number, daysAgo: number, place: KeptStudy['place'] = 'chart'): KeptStudy => ({ study: name, bytes: gigabytes * 1e9, files: 1, place, usedAt: now - daysAgo * day })

describe('the rule of what stays on a workstation', () => {
  it('D19: lets go the longest unused first, and no more than it has to', () => {
    const all = [study('new', 2, 1), study('old', 3, 400), study('older', 3, 500), study('oldest', 3, 900)]
    expect(planRoom(all, { gigabytes: 7, days: 30 }, now).map((each) => each.study)).toEqual(['oldest', 'older'])
    expect(planRoom(all, { gigabytes: 11, days: 30 }, now)).toEqual([])
    expect(planRoom(all, { gigabytes: 0, days: 0 }, now)).toEqual([])
  })

  it('keeps what was used lately, what waits for a person, and what is on its way, whatever the size', () => {
    const all = [study('lately', 9, 29), study('tray', 9, 900, 'tray'), study('sending', 9, 900), study('old', 1, 31)]
    expect(planRoom(all, { gigabytes: 1, days: 30 }, now, new Set(['sending'])).map((each) => each.study)).toEqual(['old'])
  })

  it('has no excess without a limit', () => {
    expect([excessOf(5e9, { gigabytes: 0, days: 0 }), excessOf(5e9, { gigabytes: 4, days: 0 }), excessOf(3e9, { gigabytes: 4, days: 0 })]).toEqual([0, 1e9, 0])
  })
})
