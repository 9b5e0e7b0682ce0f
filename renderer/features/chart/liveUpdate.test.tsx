import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { done, type EncounterEntry, type PatientSummary, type ReportEntry, type Who } from '../../../shared/contract'
import { ClientProvider, Seat } from '../../client'
import { installBridge, type OtherEnd } from '../../client/bridge.test-parts'
import { forgetDrafts, KeysProvider } from '../../components'
import { EncountersTab } from '../encounters'
import { ResultsTab } from '../results'

const patient: PatientSummary = { id: '01HV000000000000000000000P', family: 'Okonkwo', given: 'Ada', gender: 'female', deceased: false, number: 'A-000123', at: 'x' }
const who: Who = { practitioner: '01HV000000000000000000000D', user: 'ben', name: 'Dr Ben', role: 'doctor', actions: ['chart.read', 'encounter.write', 'result.read'], locked: false }
const visit: EncounterEntry = { id: '01HV000000000000000000000E', start: '2026-11-21T09:55:00.000Z', reason: 'Cough', status: 'in-progress', by: 'Dr Ben', notes: [] }
const report: ReportEntry = {
  id: '01HV000000000000000000000R', accession: 'A26000123', issued: '2026-11-21T10:00:00.000Z', origin: { kind: 'typed' }, filedBy: '', state: 'verified', isCorrection: false,
  results: [{ code: 'K', name: 'Potassium', text: '4.1', value: 4.1, unit: 'mmol/L', status: 'final' }],
}

let reports: ReportEntry[]
let end: OtherEnd
beforeEach(() => {
  forgetDrafts()
  reports = []
  end = installBridge({ listEncounters: () => done([visit]), listReports: () => done(reports), listOrders: () => done([]) })
})
afterEach(cleanup)

describe('a chart that somebody types in', () => {
  it('B22: shows a result that comes meanwhile, and keeps what is being typed, with the caret in it', async () => {
    render(
      <ClientProvider>
        <KeysProvider>
          <Seat value={who}>
            <EncountersTab patient={patient} />
            <ResultsTab patient={patient} />
          </Seat>
        </KeysProvider>
      </ClientProvider>,
    )
    act(() => end.tell('practiceChanged', { state: 'open', practice: { id: 'x', name: 'Clinic', training: false }, station: 'A', keystore: 'none' }))
    const note = await screen.findByLabelText<HTMLTextAreaElement>('New note')
    note.focus()
    fireEvent.change(note, { target: { value: 'Crackles at the left bas' } })
    note.setSelectionRange(8, 8)
    reports = [report]
    await act(async () => end.tell('recordsChanged', { types: ['DiagnosticReport', 'Observation'], patients: [patient.id] }))
    await screen.findByText('Potassium')
    expect(screen.getByLabelText('New note')).toBe(note)
    expect([note.value, document.activeElement, note.selectionStart]).toEqual(['Crackles at the left bas', note, 8])
  })
})
