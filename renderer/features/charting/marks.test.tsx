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
