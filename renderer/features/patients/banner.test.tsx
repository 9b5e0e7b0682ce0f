import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { done, refuse } from '../../../shared/contract/answer'
import type { AllergyStatus, Banner, ProblemEntry, Who } from '../../../shared/contract'
import { ClientProvider, Seat } from '../../client'
import { installBridge } from '../../client/bridge.test-parts'
import { BannerView, hueOf, PatientBanner } from './PatientBanner'

const at = new Date(2026, 9, 1, 8, 0).toISOString()
const banner = (allergies: AllergyStatus, more: Partial<Banner['patient']> = {}, reviewItems = 0): Banner => ({
  patient: { id: '01HZZZZZZZZZZZZZZZZZZZZZZ1', family: 'Oyelaran-Smith', given: 'Adaeze', prefix: 'Dr', gender: 'female', birthDate: '1945-07-14', deceased: false, number: 'A-000123', at: 'x', ...more },
  allergies,
  reviewItems,
})
const nurse: Who = { practitioner: '01HV000000000000000000000N', user: 'nadia', name: 'Nadia', role: 'nurse', actions: ['patient.read', 'chart.read'], locked: false }
const practice = { state: 'open', practice: { id: 'x', name: 'Clinic', training: false }, station: 'A', keystore: 'none' } as const
const problem = (display: string, certainty: ProblemEntry['certainty']): ProblemEntry => ({ id: `01HV00000000000000000000${certainty === 'confirmed' ? 'P1' : 'P2'}`, concept: { system: 'urn:x', code: display, display }, status: 'active', certainty, by: 'Dr Ben', at })
const show = (given: Banner, unreadable = false) => {
  const onAllergies = vi.fn()
  render(
    <ClientProvider>
      <BannerView banner={given} unreadable={unreadable} onAllergies={onAllergies} />
    </ClientProvider>,
  )
  return onAllergies
}

beforeEach(() => void installBridge({ whoAmI: () => done(null) }))
afterEach(cleanup)

describe('the patient banner', () => {
  it('writes the name as NHS CUI does, the labels without colons, the age beside the birth date', () => {
    show(banner({ status: 'not-asked' }))
    const region = screen.getByRole('region', { name: 'Patient OYELARAN-SMITH, Adaeze (Dr)' })
    expect(region.textContent).toMatch(/Born14-Jul-1945 \(\d+y\)/)
    expect(region.textContent).toContain('NumberA-000123')
    expect(region.textContent).not.toContain(':')
  })

  it('says that a dead patient is dead, and gives no age', () => {
    show(banner({ status: 'not-asked' }, { deceased: true }))
    expect(screen.getByText(/Died/)).toBeTruthy()
    expect(screen.getByRole('region').textContent).not.toContain('y)')
  })

  it('says “not known” where there is no birth date', () => {
    show(banner({ status: 'not-asked' }, { birthDate: undefined }))
    expect(screen.getByText('not known')).toBeTruthy()
  })

  it('alerts to values that two workstations typed differently', () => {
    show(banner({ status: 'not-asked' }, {}, 2))
    expect(screen.getByRole('link', { name: /different values: 2 to review/ })).toBeTruthy()
  })

  it.each([
    ['01HZZZZZZZZZZZZZZZZZZZZZZ2', 'a problem that is only suspected is told as that', () => done([problem('Asthma', 'confirmed'), problem('Tuberculosis', 'provisional')]), 'ProblemsAsthma, Tuberculosis (suspected)'],
    ['01HZZZZZZZZZZZZZZZZZZZZZZ3', 'a list that cannot be read is not known, and not empty', () => refuse('internal'), 'Problemsnot known'],
  ])('of %s: %s', async (patient, _what, listProblems, words) => {
    const end = installBridge({ whoAmI: () => done(nurse), practiceState: () => done(practice), readBanner: () => done(banner({ status: 'not-asked' }, { id: patient })), listProblems })
    render(
      <ClientProvider>
        <Seat value={nurse}>
          <PatientBanner patient={patient} />
        </Seat>
      </ClientProvider>,
    )
    act(() => end.tell('practiceChanged', practice))
    await waitFor(() => expect(screen.getByRole('region').textContent).toContain(words))
  })

  it('gives a patient the same colour edge every time', () => {
    expect(hueOf('01HZZZZZZZZZZZZZZZZZZZZZZ1')).toBe(hueOf('01HZZZZZZZZZZZZZZZZZZZZZZ1'))
  })
})

describe('the allergy zone is never silently empty', () => {
  it('A9: “not asked” is not “none”', () => {
    show(banner({ status: 'not-asked' }))
    const zone = screen.getByRole('button')
    expect(zone.textContent).toContain('Allergies not asked')
    expect(zone.textContent).not.toContain('No known')
  })

  it('“no known allergies” names who asked, and when', () => {
    show(banner({ status: 'none-known', by: 'Amina Bello', at }))
    expect(screen.getByRole('button').textContent).toBe('No known allergiesAsked by Amina Bello, 01-Oct-2026')
  })

  it('allergies stand worst first, the severe one in words, not in colour alone', () => {
    show(
      banner({
        status: 'recorded',
        allergies: [
          { id: 'a', substance: 'Penicillin', criticality: 'high', reaction: 'anaphylaxis', by: 'Amina', at },
          { id: 'b', substance: 'Peanut', criticality: 'low', by: 'Amina', at },
        ],
      }),
    )
    const zone = screen.getByRole('button')
    expect(zone.textContent).toContain('Known allergies')
    expect(zone.textContent).toContain('Severe Penicillin (anaphylaxis), Peanut')
    expect(zone.dataset['severe']).toBe('true')
  })

  it('says so when allergies cannot be read, instead of showing old ones', () => {
    show(banner({ status: 'none-known', by: 'Amina Bello', at }), true)
    expect(screen.getByRole('button').textContent).toBe('Allergies cannot be read')
  })

  it('opens the list of allergies', () => {
    const onAllergies = show(banner({ status: 'not-asked' }))
    fireEvent.click(screen.getByRole('button'))
    expect(onAllergies).toHaveBeenCalledOnce()
  })
})
