import { describe, expect, it } from 'vitest'
import { pregnancyObservation, scoredAsOf } from './scoredAs'

const said = (effective: string, isPregnant = true) => pregnancyObservation({ subject: 'p', performer: 'n', effective, isPregnant })
const day = 24 * 3_600_000
const then = '2026-01-01T10:00:00.000Z'
const on = (afterMs: number) => Date.parse(then) + afterMs

describe('a pregnancy that was said', () => {
  it.each([
    ['on the day itself', 0, 'pregnant'],
    ['45 weeks later, to the minute', 45 * 7 * day, 'pregnant'],
    ['a millisecond more', 45 * 7 * day + 1, 'lapsed'],
    ['years later', 3 * 365 * day, 'lapsed'],
    ['asked for a moment before it was said: the clock of another workstation', -60_000, 'pregnant'],
  ] as const)('E21: %s', (_, after, expected) => {
    expect(scoredAsOf([said(then)], on(after))).toMatchObject({ pregnancy: expected, pregnancySaid: { by: 'n', at: then } })
  })

  it('E21: said again begins anew; that somebody is not pregnant does not lapse; a day that nobody can read is asked again', () => {
    expect(scoredAsOf([said('2026-11-01T10:00:00.000Z'), said(then)], on(330 * day)).pregnancy).toBe('pregnant')
    expect(scoredAsOf([said(then, false)], on(3 * 365 * day)).pregnancy).toBe('not-pregnant')
    expect(scoredAsOf([said('some day')], on(0)).pregnancy).toBe('lapsed')
    expect(scoredAsOf([said('2026-03-01T10:00:00.000Z'), said('2026-02-01T10:00:00.000Z'), said(then, false), said('2025-01-01T10:00:00.000Z')], on(60 * day)).pregnancySince).toBe('2026-02-01T10:00:00.000Z')
    expect(scoredAsOf([said(then)], on(0)).pregnancySince).toBe(then)
    expect(scoredAsOf([], on(0))).toEqual({ scale: 1, pregnancy: 'not-asked' })
  })
})
