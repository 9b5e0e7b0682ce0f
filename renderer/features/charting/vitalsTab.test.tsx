import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, describe, expect, it } from 'vitest'
import { done, type PatientSummary, type VitalEntry } from '../../../shared/contract'
import { ClientProvider, Seat } from '../../client'
import { installBridge } from '../../client/bridge.test-parts'
import { hands } from '../../components/hands.test-parts'
import { press } from '../../components/press.test-parts'
import { showUnits } from '../language'
import { CellDetail } from './Flowsheet'
import { VitalsTab } from './VitalsTab'

const patientOf = (id: string): PatientSummary => ({ id: id.padStart(26, '0'), family: 'Bello', given: 'Ada', gender: 'female', deceased: false, number: 'A-000001', at: 'x' })
const now = Date.now()
/** Breaths, one every so many minutes, the newest first. */
const breathsEvery = (minutes: number, count: number): VitalEntry[] =>
  Array.from({ length: count }, (_, place) => ({
    id: `breath-${place}`, code: 'respiratory-rate', value: 14 + (place % 5), effective: new Date(now - (place * minutes + 1) * 60_000).toISOString(), written: '', origin: { kind: 'typed' }, by: 'Amina',
  }))

const show = (patient: PatientSummary, charted: readonly VitalEntry[]) => {
  const end = installBridge({ listVitals: ({ limit = 1_000 }) => done(charted.slice(0, limit)), readScoredAs: () => done({ scale: 1, pregnancy: 'not-asked' }) })
  render(
    <ClientProvider>
      <Seat value={{ actions: ['chart.read'] } as never}>
        <VitalsTab patient={patient} />
      </Seat>
    </ClientProvider>,
  )
  return { limits: () => end.asksOf('listVitals').map(({ limit }) => limit) }
}
const columns = () => document.querySelectorAll('td [data-cell]').length

afterEach(cleanup)

describe('the flowsheet of a long stay', () => {
  it('A18: opens on the last 24 hours by reading what belongs to them, and the rest when it is asked for', async () => {
    const { limits } = show(patientOf('1'), breathsEvery(60, 430))
    await waitFor(() => expect(columns()).toBe(24))
    expect(limits()).toEqual([400])
    fireEvent.click(screen.getByRole('radio', { name: '7 days' }))
    await waitFor(() => expect(columns()).toBe(168))
    expect(limits()).toEqual([400])
    fireEvent.click(screen.getByRole('radio', { name: 'All' }))
    await waitFor(() => expect(columns()).toBe(430))
    expect(limits()).toEqual([400, 3_000])
  })

  it('A18: misses nothing of the last 24 hours where a monitor charts every few minutes', async () => {
    const { limits } = show(patientOf('2'), breathsEvery(3.5, 420))
    await waitFor(() => expect(columns()).toBeGreaterThan(405))
    expect(limits()).toEqual([400, 3_000])
  })
})

describe('a correction that is typed', () => {
  const kilograms = { temperature: 'Cel', weight: 'kg', glucose: 'mmol/L' } as const
  afterEach(() => showUnits(kilograms))

  it('A18: a value is found in the flowsheet and corrected by keyboard alone', async () => {
    const end = installBridge({ listVitals: () => done(breathsEvery(60, 3)), readScoredAs: () => done({ scale: 1, pregnancy: 'not-asked' }), correctVital: () => done(null) })
    render(
      <ClientProvider>
        <Seat value={{ actions: ['chart.read', 'vitals.write'] } as never}>
          <VitalsTab patient={patientOf('4')} />
        </Seat>
      </ClientProvider>,
    )
    const { walkTo, push, type } = hands()
    await waitFor(() => expect(columns()).toBe(3))
    await walkTo(document.querySelector('[data-cell][tabindex="0"]')!)
    await push('Correct this value')
    await type('18{Enter}')
    await waitFor(() => expect(end.asksOf('correctVital')).toMatchObject([{ observation: 'breath-0', value: 18 }]))
  })

  it('in kilograms is never read as pounds when the practice changes its units meanwhile', async () => {
    installBridge({})
    const entry: VitalEntry = { id: 'weight-1', code: 'weight', value: 7, effective: new Date(now).toISOString(), written: '', origin: { kind: 'typed' }, by: 'Amina' }
    const detail = (
      <ClientProvider>
        <Seat value={{ actions: ['chart.read', 'vitals.write'] } as never}>
          <CellDetail patient={patientOf('3').id} cell={{ entry, others: [] } as never} entries={[entry]} />
        </Seat>
      </ClientProvider>
    )
    const { rerender } = render(detail)
    await press('Correct this value')
    fireEvent.change(screen.getByRole('textbox'), { target: { value: '70' } })
    showUnits({ ...kilograms, weight: '[lb_av]' })
    rerender(<div>{detail}</div>)
    await press('Correct this value')
    expect(screen.getByRole<HTMLInputElement>('textbox').value).toBe('')
  })
})
