import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatAgo, formatDate, formatDayTime, readDate } from './format'

const today = new Date(2026, 10, 21, 14, 5)

describe('dates as people read them', () => {
  it('writes whole and partial birth dates without ever shifting a day', () => {
    expect(formatDate('1945-07-14')).toBe('14-Jul-1945')
    expect(formatDate('1945-07')).toBe('Jul-1945')
    expect(formatDate('1945')).toBe('1945')
    expect(formatDate('2026-01-01')).toBe('01-Jan-2026')
  })

  it('writes an instant on this computer’s clock', () => {
    expect(formatDayTime(today)).toBe('21-Nov-2026 14:05')
  })

  it('says how long ago only of the past', () => {
    expect(formatAgo(new Date(2026, 10, 21, 13, 53), today)).toBe('12 min ago')
    expect(formatAgo(new Date(2026, 10, 20, 14, 0), today)).toBe('24 h ago')
    expect(formatAgo(new Date(2026, 10, 21, 15, 0), today)).toBe('')
  })
})

describe('dates as people type them', () => {
  it.each([
    ['14-Jul-1945', '1945-07-14'],
    ['14/7/1945', '1945-07-14'],
    ['14.07.1945', '1945-07-14'],
    ['14071945', '1945-07-14'],
    ['14 july 1945', '1945-07-14'],
    ['1945-07-14', '1945-07-14'],
    ['7/1945', '1945-07'],
    ['Jul 1945', '1945-07'],
    ['1945', '1945'],
    ['61y', '1965'],
    ['5 months', '2026-06'],
    ['61 ans', '1965'],
    ['5 mois', '2026-06'],
    ['3 سنوات', '2023'],
    ['5 أشهر', '2026-06'],
  ])('reads %s as %s', (typed, date) => {
    expect(readDate(typed, today)).toBe(date)
  })

  it.each(['31/2/1990', '14/13/1990', '45', 'yesterday', '22-Nov-2026', '1890', '2027', '', '1/2/3/1990', '200y'])('refuses %s instead of guessing', (typed) => {
    expect(readDate(typed, today)).toBeNull()
  })

  it('reads back every date that it writes', () => {
    const day = fc.date({ min: new Date(1900, 0, 1), max: new Date(2026, 10, 20), noInvalidDate: true })
    fc.assert(
      fc.property(day, (date) => {
        const iso = `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}-${String(date.getDate()).padStart(2, '0')}`
        return readDate(formatDate(iso), today) === iso
      }),
      { seed: 20261121 },
    )
  })
})
