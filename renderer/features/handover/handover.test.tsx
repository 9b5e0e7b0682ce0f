import { act, cleanup, render, screen, within } from '@testing-library/react'
import axe from 'axe-core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { done, type HandoverEntry, type HandoverPatient } from '../../../shared/contract'
import { ClientProvider } from '../../client'
import { installBridge, type OtherEnd } from '../../client/bridge.test-parts'
import { forgetDrafts } from '../../components'
import { hands } from '../../components/hands.test-parts'
import { press } from '../../components/press.test-parts'
import { HandoverScreen } from '.'

const ada: HandoverPatient = {
  bed: 'Bed 2',
  patient: { id: '01HV000000000000000000ADAA', number: 'A-000001', family: 'Okonkwo', given: 'Ada', gender: 'female', birthDate: '1980-05-04', at: '' } as never,
  allergies: { status: 'not-asked' },
  situation: { reason: 'Pneumonia', problems: [{ name: 'Asthma', isSuspected: false }, { name: 'Tuberculosis', isSuspected: true }], note: { text: 'Getting better', by: 'Dr Ben', at: '2026-11-21T08:00:00.000Z' } },
  scores: [{ minute: 1, at: '2026-11-21T09:30:00.000Z', score: { kind: 'score', used: { chart: 'news2' }, total: 5, level: 'medium', points: {} } } as never, { minute: 0, at: '2026-11-21T05:30:00.000Z', score: { kind: 'score', used: { chart: 'news2' }, total: 2, level: 'low', points: {} } } as never],
  due: { patient: 'x', due: { kind: 'at', at: '2026-11-21T09:00:00.000Z', everyMinutes: 60, isContinuous: false, by: 'score', overdueMinutes: 30 } },
  pending: [{ what: 'Malaria film', at: '2026-11-21T08:00:00.000Z' }],
  changes: { notes: 1, vitals: 16, reports: 0, orders: 1 },
}
let handovers: HandoverEntry[] = []
let other: OtherEnd
const entry: HandoverEntry = { id: '01HV0000000000000000HAND01', givenBy: 'Nadia', givenAt: '2026-11-21T10:00:00.000Z', patients: 1, note: 'Watch bed 2' }
const show = (patients: HandoverPatient[], print = async () => undefined) => {
  other = installBridge(
    {
      whoAmI: () => done({ practitioner: 'p', user: 'u', name: 'Nadia', role: 'nurse', actions: ['chart.read', 'patient.read', 'encounter.write'], locked: false } as never),
      readLetterhead: () => done({ name: 'Hill Clinic', address: '1 Hill Road', phone: '0800 1', email: 'hill@clinic.example' }),
      readHandover: () => done({ patients, since: '2026-11-20T22:00:00.000Z', handovers }),
      giveHandover: () => {
        handovers = [entry]
        setTimeout(() => other.tell('recordsChanged', { types: ['Communication'], patients: [] }))
        return done(entry)
      },
      takeHandover: () => {
        handovers = [{ ...entry, takenBy: 'Sam', takenAt: '2026-11-21T10:05:00.000Z' }]
        setTimeout(() => other.tell('recordsChanged', { types: ['Communication'], patients: [] }))
        return done(handovers[0]!)
      },
    },
    { print },
  )
  const shown = render(<ClientProvider><HandoverScreen /></ClientProvider>)
  act(() => other.tell('practiceChanged', { state: 'open', practice: { id: 'x', name: 'Clinic', training: false }, station: 'A', keystore: 'none' } as never))
  return shown
}
afterEach(() => {
  cleanup()
  forgetDrafts()
  handovers = []
})

describe('A37: the handover on the screen', () => {
  it('A37: one button prints what is shown: situation, score trend, pending results, what is due, changes', async () => {
    let paper = ''
    const { container } = show([ada], async () => void (paper = document.querySelector('.handover-paper')?.textContent ?? ''))
    const sheet = await screen.findByRole('article', { name: 'OKONKWO, Ada' })
    for (const words of ['Bed 2', 'Pneumonia', 'Getting better', 'Asthma · Tuberculosis (suspected)', 'Allergies: not asked', 'Malaria film']) expect(sheet.textContent).toContain(words)
    expect(sheet.textContent).toMatch(/Before that: 2 \(/)
    expect(sheet.textContent).toMatch(/Observations overdue since/)
    expect(sheet.textContent).toContain('16 vital signs · 1 note · 1 order')
    expect((await axe.run(container, { rules: { 'color-contrast': { enabled: false } } })).violations).toEqual([])
    await press('Print')
    await vi.waitFor(() => expect(paper).toContain('Malaria film'))
    expect(paper).toContain('OKONKWO, Ada')
    // Under the letterhead of the laboratory's report.
    expect(paper.startsWith('Hill Clinic1 Hill Road0800 1 · hill@clinic.exampleHandover')).toBe(true)
  })

  it('A37: is handed over with a word, and taken by who comes', async () => {
    show([ada])
    await press('Hand over')
    const dialog = await screen.findByRole('dialog', { name: 'Hand over 1 patient' })
    expect(within(dialog).getByText(/You hand over as Nadia/)).toBeDefined()
    await press('Hand over now')
    await screen.findByText('Nobody has taken it yet')
    await press('I take over')
    await screen.findByText(/^Taken by Sam/)
    expect(other.asksOf('giveHandover')).toHaveLength(1)
  })

  it('A37: is printed, given with a word and taken by keyboard alone', async () => {
    const print = vi.fn(async () => undefined)
    show([ada], print)
    const { push, type, save } = hands()
    await push('Print')
    await vi.waitFor(() => expect(print).toHaveBeenCalled())
    await push('Hand over')
    await screen.findByRole('dialog', { name: 'Hand over 1 patient' })
    await type('Watch bed 2')
    await save()
    await vi.waitFor(() => expect(other.asksOf('giveHandover')).toMatchObject([{ note: 'Watch bed 2' }]))
    await push('I take over')
    await screen.findByText(/^Taken by Sam/)
  })

  it('says what to do when nobody lies in a bed', async () => {
    show([])
    expect(await screen.findByText('Nobody lies in a bed')).toBeDefined()
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Print' }).disabled).toBe(true)
  })
})
