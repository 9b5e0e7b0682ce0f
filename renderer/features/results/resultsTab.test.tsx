import { cleanup, render, screen, waitFor } from '@testing-library/react'
import { afterEach, describe, expect, it } from 'vitest'
import { done, type LabOrderEntry, type PatientSummary, type ReportEntry } from '../../../shared/contract'
import { ClientProvider } from '../../client'
import { installBridge } from '../../client/bridge.test-parts'
import { press } from '../../components/press.test-parts'
import { ResultsTab } from '.'

const patient: PatientSummary = { id: '01HZZZZZZZZZZZZZZZZZZZZZZ9', family: 'Bello', given: 'Ada', gender: 'female', deceased: false, number: 'A-000001', at: 'x' }
const reportOf = (place: number): ReportEntry => ({
  id: `report-${place}`, accession: `A${1000 + place}`, issued: '2026-11-21T09:00:00.000Z', origin: { kind: 'typed' }, filedBy: '', state: 'verified', isCorrection: false,
  results: [{ code: 'GLU', name: 'Glucose', text: '5.2', value: 5.2, unit: 'mmol/L', status: 'final' }],
})

afterEach(cleanup)

describe('the results of a long chart', () => {
  it('A6: draws the newest twenty reports at once, the older ones when they are asked for', async () => {
    const { asksOf } = installBridge({ listReports: ({ limit = 200 }) => done(Array.from({ length: Math.min(limit, 45) }, (_, place) => reportOf(place))), listOrders: () => done([]) })
    render(
      <ClientProvider>
        <ResultsTab patient={patient} />
      </ClientProvider>,
    )
    await waitFor(() => expect(screen.getAllByRole('article')).toHaveLength(20))
    await press('Show older results')
    await waitFor(() => expect(screen.getAllByRole('article')).toHaveLength(45))
    expect(screen.queryByRole('button', { name: 'Show older results' })).toBeNull()
    expect(asksOf('listReports').map(({ limit }) => limit)).toEqual([20, 60])
  })

  it('E3: calls a report by the order that it answers, not by another one of the same tube', async () => {
    const ordered = (id: string, test: string) => ({ id, accession: 'A1000', test, status: 'completed' as const, by: 'Ben', at: '2026-11-21T08:00:00.000Z' })
    installBridge({ listReports: () => done([{ ...reportOf(0), order: 'second' }]), listOrders: () => done([ordered('first', 'Malaria, rapid test'), ordered('second', 'Full blood count')]) })
    render(
      <ClientProvider>
        <ResultsTab patient={{ ...patient, id: '01HZZZZZZZZZZZZZZZZZZZZZZ7' }} />
      </ClientProvider>,
    )
    await screen.findByRole('heading', { name: /Full blood count A1000/ })
    expect(screen.queryByText(/Malaria/)).toBeNull()
  })

  it('A6: draws the newest orders, and every one that still waits for its result, however old', async () => {
    const orders = Array.from({ length: 60 }, (_, place): LabOrderEntry => ({
      id: `order-${place}`, patient: patient.id, accession: `A${2000 + place}`, test: `Test ${place}`, code: '', tests: [], specimen: 'other', priority: 'routine', reason: '', status: place === 55 ? 'active' : 'completed',
      by: 'Ben', at: '2026-11-21T09:00:00.000Z', stage: 'ordered', steps: [], missing: [], resulted: 0,
    }))
    installBridge({ listReports: () => done([]), listOrders: () => done([]), listLabOrders: ({ limit = 50 }) => done(orders.filter(({ status }, place) => status === 'active' || place < limit)) })
    render(
      <ClientProvider>
        <ResultsTab patient={{ ...patient, id: '01HZZZZZZZZZZZZZZZZZZZZZZ8' }} />
      </ClientProvider>,
    )
    await waitFor(() => expect(screen.getAllByText(/^Test \d+$/)).toHaveLength(21))
    screen.getByText('Test 55')
    await press('Show older orders')
    await waitFor(() => expect(screen.getAllByText(/^Test \d+$/)).toHaveLength(60))
  })
})
