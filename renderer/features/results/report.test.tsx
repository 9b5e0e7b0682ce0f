import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ReportEntry } from '../../../shared/contract'
import { ClientProvider } from '../../client'
import { installBridge } from '../../client/bridge.test-parts'
import { Report } from '.'

const report: ReportEntry = {
  id: '01HV000000000000000000000R', accession: 'A26000123', issued: '2026-11-21T09:00:00.000Z', origin: { kind: 'device', device: 'Blood counter', profile: 'sysmex-xn' }, filedBy: '', state: 'verified', isCorrection: false,
  results: [{ code: 'GLU', name: 'Glucose', text: '5.27', value: 5.27, unit: 'mmol/L', status: 'final', sent: '95 mg/dL' }],
}
beforeEach(() => {
  installBridge({})
})
afterEach(cleanup)
const show = (more: Partial<ReportEntry>) =>
  render(
    <ClientProvider>
      <Report report={{ ...report, ...more }} />
    </ClientProvider>,
  )

describe('a report on the chart', () => {
  it('says that nobody has verified it, for as long as that is so', () => {
    const { container } = show({ state: 'unverified' })
    screen.getByText(/From the device, not verified/)
    screen.getByTitle('Device, not verified')
    expect(container.querySelector('.report')!.hasAttribute('data-unverified')).toBe(true)
    cleanup()
    show({ decision: { by: 'Lena Lab', at: '2026-11-21T09:10:00.000Z', why: '' } })
    expect(screen.queryByText(/not verified/)).toBeNull()
    screen.getByText(/matched by accession number, accepted by Lena Lab/)
  })

  it('says who rejected it and why, and that its values are no results', () => {
    const { container } = show({ state: 'rejected', decision: { by: 'Lena Lab', at: '2026-11-21T09:10:00.000Z', why: 'clotted' }, results: [{ ...report.results[0]!, status: 'cancelled' }] })
    screen.getByText(/Rejected by Lena Lab/)
    screen.getByText('clotted')
    expect(container.querySelector('.report')!.hasAttribute('data-rejected')).toBe(true)
  })

  it('shows what was sent in another unit, that it was corrected, and the time by a wrong clock', () => {
    show({ isCorrection: true, clock: { told: '2026-11-21T08:15:00.000Z', aheadMinutes: -40 } })
    screen.getByText('sent as 95 mg/dL')
    screen.getByText('Corrected: an earlier version stands in the history')
    screen.getByText(/40 min behind; it said/)
    cleanup()
    show({ clock: { told: '2027-11-21T08:15:00.000Z' } })
    screen.getByText(/cannot be: the time of arrival/)
  })
})
