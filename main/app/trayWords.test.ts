import { describe, expect, it } from 'vitest'
import { trayWords } from './trayWords'

describe('the sign beside the clock', () => {
  it('A45: speaks the language of the computer, and English where Outpost does not speak it', () => {
    expect(trayWords(['fr-SN', 'en-US']).open).toBe('Ouvrir Outpost')
    expect(trayWords(['ar'])).toMatchObject({ open: 'فتح Outpost', tip: expect.stringContaining('هذا الحاسوب') as unknown })
    expect(trayWords(['fil-PH', 'de', 'fr']).open).toBe('Ouvrir Outpost')
    expect(trayWords(['en-GB', 'fr']).open).toBe('Open Outpost')
    expect([trayWords(['de']).open, trayWords([]).open]).toEqual(['Open Outpost', 'Open Outpost'])
  })
})
