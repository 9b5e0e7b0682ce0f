import { describe, expect, it } from 'vitest'
import { isDue, isRehearsalDue, type Standing } from './due'

const hour = 60 * 60 * 1000
const now = Date.UTC(2026, 10, 21, 12)
const standing = (facts: Partial<Standing>): Standing => ({ now, last: now - 13 * hour, failed: undefined, reachable: true, justAppeared: false, idleMs: 0, hour: 14, ...facts })

describe('A backup is due', () => {
  it.each<[string, Partial<Standing>, boolean]>([
    ['in the night, when nobody is there', { hour: 2, idleMs: hour }, true],
    ['not in the night while somebody is at the keyboard', { hour: 2, idleMs: 1000 }, false],
    ['in the night even so, when a night was missed', { hour: 2, idleMs: 0, last: now - 27 * hour }, true],
    ['not by day when last night’s was made', {}, false],
    ['by day in a quiet minute, when the night was missed', { last: now - 27 * hour, idleMs: 6 * 60_000 }, true],
    ['not by day at the keyboard, when one night was missed', { last: now - 27 * hour }, false],
    ['by day at the keyboard, when two nights were missed', { last: now - 53 * hour }, true],
    ['shortly after the disk was plugged in', { justAppeared: true, last: now - 2 * hour }, true],
    ['not when it is plugged in again within the hour', { justAppeared: true, last: now - hour / 2 }, false],
    ['never without the disk', { reachable: false, last: undefined, hour: 2, idleMs: hour }, false],
    ['when there is none yet', { last: undefined }, true],
    ['not again at once after one that failed', { last: undefined, failed: now - hour / 2, idleMs: hour }, false],
    ['when the clock was set back behind the last one', { last: now + 100 * hour }, true],
  ])('%s', (_when, facts, due) => expect(isDue(standing(facts))).toBe(due))
})

describe('A rehearsal is due', () => {
  const day = 24 * hour
  it.each<[string, Partial<Parameters<typeof isRehearsalDue>[0]>, boolean]>([
    ['once a week, in a quiet minute', { last: now - 8 * day, idleMs: 6 * 60_000 }, true],
    ['not while somebody is at work', { last: now - 8 * day }, false],
    ['at any time after two weeks', { last: now - 15 * day }, true],
    ['the first time in the first quiet minute', { last: undefined, idleMs: 6 * 60_000 }, true],
    ['not twice a week', { last: now - 3 * day, idleMs: hour }, false],
  ])('%s', (_when, facts, due) => expect(isRehearsalDue({ now, last: undefined, idleMs: 0, ...facts })).toBe(due))
})
