import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, expect, it } from 'vitest'
import { OriginMark, originWords } from './marks'

afterEach(cleanup)
const device = { kind: 'device', device: 'Monitor 3', profile: 'intellivue-mib' } as const

it('a value that a monitor charted by itself looks and reads unlike one that a person confirmed', () => {
  render(
    <>
      <OriginMark origin={device} isUnverified />
      <OriginMark origin={device} />
    </>,
  )
  expect([...document.querySelectorAll('.origin > [aria-hidden]')].map(({ textContent }) => textContent)).toEqual(['◇', '◆'])
  expect(screen.getByText('Device, not verified')).toBeDefined()
  expect(originWords(device, '')).toBe('Monitor 3 (intellivue-mib) by itself; nobody has verified it')
  expect(originWords(device, 'Nadia Nurse')).toContain('confirmed by Nadia Nurse')
})

it('marks each value that came after the calibration of its device was due, and says since when', () => {
  const overdue = { ...device, calibrationWasDue: '2026-11-01' }
  const { container } = render(<OriginMark origin={overdue} />)
  expect(container.textContent).toBe('◆!Device, its calibration was due 01-Nov-2026')
  expect(originWords(overdue, 'Nadia Nurse')).toContain('its calibration was due 01-Nov-2026')
})
