import { cleanup, fireEvent, render, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import axe from 'axe-core'
import { done, type ReportEntry, type ReportLine } from '../../../shared/contract'
import { ClientProvider } from '../../client'
import { installBridge } from '../../client/bridge.test-parts'
import { Report } from '.'
import { plottable } from './ResultTrend'

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

describe('E13: how a result stands to those before', () => {
  const at = '2026-11-14T08:00:00.000Z'
  const creatinine: ReportLine = {
    code: 'CREA', name: 'Creatinine', text: '168', value: 168, unit: 'umol/L', status: 'final', history: '14682-9',
    delta: { earlier: { value: 80, unit: 'umol/L', at }, change: 88, percent: 110, days: 6, isExceeded: true },
  }
  const { delta: _none, ...urea }: ReportLine = { ...creatinine, name: 'Urea' }
  const points = ['168', '80', '> 75', '0.9'].map((text, index) => ({
    at: `2026-11-${20 - index}T08:00:00.000Z`,
    line: { code: 'CREA', name: 'Creatinine', text, value: Number(text.replace('> ', '')), unit: index === 3 ? 'mg/dL' : 'umol/L', status: 'final' as const, ...(index === 2 ? { comparator: '>' as const } : {}), ...(index === 0 ? { flag: 'H', range: '60 - 110' } : {}) },
  }))
  const shown = (results: readonly ReportLine[]) =>
    render(
      <ClientProvider>
        <Report patient="01HV000000000000000000000P" report={{ ...report, results }} />
      </ClientProvider>,
    )

  it('a creatinine that doubled says so, with both values and the day of the last', () => {
    shown([creatinine])
    expect(screen.getByRole('row', { name: /Creatinine/ }).textContent).toMatch(/rose by 110 %.*last 80 umol\/L, 14-Nov-2026.*168/)
  })

  it('a small change gives the last value and raises no voice; without an earlier one nothing is said', () => {
    shown([{ ...creatinine, delta: { ...creatinine.delta!, percent: 5, isExceeded: false } }, urea])
    expect(screen.getByRole('row', { name: /Creatinine/ }).textContent).not.toContain('rose')
    expect(screen.getByRole('row', { name: /Urea/ }).textContent).not.toContain('last')
  })

  it('opens all results of a test as a line over time and as a table', async () => {
    installBridge({ resultHistory: () => done(points) })
    shown([creatinine])
    fireEvent.click(screen.getByRole('button', { name: 'All results of Creatinine' }))
    const dialog = await screen.findByRole('dialog')
    await within(dialog).findByRole('img', { name: 'Creatinine over time: 2 values from 80 to 168 umol/L' })
    expect(within(dialog).getAllByRole('row').slice(1).map((row) => row.textContent)).toEqual([expect.stringContaining('168'), expect.stringContaining('80'), expect.stringContaining('> 75'), expect.stringContaining('0.9')])
    // Among Arabic words “> 75” stays so, and does not turn round into “75 <”; a range neither.
    expect(within(dialog).getByText('> 75').closest('bdi')?.textContent).toBe('> 75 umol/L')
    expect(within(dialog).getByText('60 - 110').tagName).toBe('BDI')
    expect((await axe.run(dialog, { rules: { 'color-contrast': { enabled: false } } })).violations).toEqual([])
  })

  it('draws only exact numbers in one unit, oldest first', () => {
    expect(plottable(points).map(({ line }) => line.text)).toEqual(['80', '168'])
    expect(plottable([])).toEqual([])
  })
})
