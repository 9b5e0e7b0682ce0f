import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, expect, it } from 'vitest'
import { done, type LabOrderEntry, type PatientSummary } from '../../../shared/contract'
import { ClientProvider } from '../../client'
import { installBridge } from '../../client/bridge.test-parts'
import { KeysProvider } from '../../components'
import { SamplesTab } from '.'

const ada: PatientSummary = { id: '01JD0000000000000000000ADA', family: 'Okonkwo', given: 'Ada', number: 'A-000042', gender: 'female', deceased: false, at: '' }
const [ordered, taken] = ['2026-11-21T09:00:00.000Z', '2026-11-21T09:05:00.000Z']
const inTube = (test: string): LabOrderEntry => ({
  id: test, patient: ada.id, accession: 'A26000130', test, code: test, specimen: 'blood-serum', priority: 'routine', reason: '', status: 'active', by: 'Dr Ben', at: ordered, stage: 'collected', missing: [], resulted: 0, tests: [],
  steps: [{ step: 'ordered', at: ordered }, { step: 'collected', at: taken }, { step: 'in-lab' }],
})

afterEach(cleanup)

it('E3: the second look before a tube is rejected names every order that waits for it', async () => {
  installBridge({
    whoAmI: () => done({ practitioner: 'x', user: 't', name: 'Tom', role: 'lab-technician', actions: ['chart.read', 'specimen.receive'], locked: false }),
    labWorklist: () => done({ entries: ['Potassium', 'Liver profile'].map((test) => ({ order: inTube(test), stage: 'collected' as const, patient: ada })), total: 2, counts: { 'to-collect': 0, collected: 2, 'in-lab': 0, resulted: 0 }, isCut: false }),
  })
  render(<ClientProvider><KeysProvider><SamplesTab /></KeysProvider></ClientProvider>)
  const [first] = await screen.findAllByRole('button', { name: 'Reject tube A26000130…' })
  first!.click()
  expect((await screen.findByRole('dialog')).textContent).toContain('OKONKWO, Ada: Potassium, Liver profile')
})
