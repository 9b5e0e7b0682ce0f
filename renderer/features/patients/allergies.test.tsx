import { cleanup, render, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { done, type AllergyStatus, type PatientSummary, type Who } from '../../../shared/contract'
import { ClientProvider, Seat } from '../../client'
import { installBridge } from '../../client/bridge.test-parts'
import { forgetDrafts } from '../../components'
import { hands } from '../../components/hands.test-parts'
import { AllergiesDialog } from './AllergiesDialog'

const patient: PatientSummary = { id: '01HZZZZZZZZZZZZZZZZZZZZZZ1', family: 'Bello', given: 'Ada', gender: 'female', deceased: false, number: 'A-000123', at: 'x' }
const nurse: Who = { practitioner: '01HV000000000000000000000N', user: 'nadia', name: 'Nadia', role: 'nurse', actions: ['chart.read', 'allergy.write'], locked: false }
const asked: AllergyStatus = { status: 'not-asked' }
const show = () => {
  const end = installBridge({ recordAllergy: () => done(asked), recordNoKnownAllergies: () => done(asked) })
  const onClose = vi.fn()
  render(<ClientProvider><Seat value={nurse}><AllergiesDialog patient={patient} status={asked} onClose={onClose} /></Seat></ClientProvider>)
  return { ...end, onClose }
}

beforeEach(forgetDrafts)
afterEach(cleanup)

describe('allergies', () => {
  it('A9: a severe one is recorded with what happened by keyboard alone, and the next one can be typed at once', async () => {
    const { asksOf } = show()
    const { type, choose, fill, save } = hands()
    await type('Penicillin')
    await choose('Severe: could kill')
    await fill(/^What happened/, 'Shock')
    await save()
    await waitFor(() => expect(asksOf('recordAllergy')).toMatchObject([{ patient: patient.id, substance: 'Penicillin', criticality: 'high', reaction: 'Shock' }]))
    await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText('Substance')))
  })

  it('A9: that none is known is recorded by keyboard alone', async () => {
    const { asksOf, onClose } = show()
    await hands().push('Record “no known allergies”')
    await waitFor(() => expect(onClose).toHaveBeenCalled())
    expect(asksOf('recordNoKnownAllergies')).toMatchObject([{ patient: patient.id }])
  })
})
