import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { done, type TrayItem, type Who } from '../../../shared/contract'
import { ClientProvider } from '../../client'
import { type Answers, installBridge, type OtherEnd } from '../../client/bridge.test-parts'
import { press } from '../../components/press.test-parts'
import { ResultTray } from '.'

const who: Who = { practitioner: 'p', user: 'u', name: 'Lena', role: 'lab-technician', actions: ['tray.read', 'tray.file', 'lab.configure'], locked: false }
const practice = { state: 'open', practice: { id: 'x', name: 'Clinic', training: false }, station: 'A', keystore: 'none' } as const
const item: TrayItem = {
  id: 'T1', reason: 'accession-unknown', device: 'd', deviceName: 'Blood counter', receivedAt: '2026-11-21T09:00:00.000Z', accession: 'A26000999', analyserSays: 'Ada Okonkwo',
  results: [{ code: 'WBC', name: 'White cells', text: '5.1', value: 5.1, unit: '10*3/uL', status: 'final' }], state: 'waiting',
}
let answers: Answers
let host: OtherEnd
beforeEach(() => {
  answers = { whoAmI: () => done(who), practiceState: () => done(practice) }
  host = installBridge(answers)
})
afterEach(cleanup)

const show = (items: TrayItem[]) => {
  answers.listTray = () => done(items)
  render(
    <ClientProvider>
      <ResultTray />
    </ClientProvider>,
  )
  // Answers of the test before are forgotten as a window forgets them: when another practice opens.
  act(() => host.tell('practiceChanged', practice))
}

describe('the tray of results', () => {
  it('files only after the person has seen whose order the number is', async () => {
    answers.findOrder = () => done({ accession: 'A26000123', test: 'Full blood count', status: 'active', patient: '01HV000000000000000000000P', patientName: 'OKONKWO, Ada', patientNumber: 'A-000001' })
    answers.fileTrayItem = () => done({ ...item, state: 'filed' })
    show([item])
    await press('File on an order')
    fireEvent.change(screen.getByLabelText('Accession number of the order'), { target: { value: 'A26000123' } })
    fireEvent.click(screen.getByRole('button', { name: 'Whose is it?' }))
    const file = await screen.findByRole('button', { name: 'File on OKONKWO, Ada' })
    expect(host.asksOf('fileTrayItem')).toEqual([])
    fireEvent.change(screen.getByLabelText('Accession number of the order'), { target: { value: 'A26000124' } })
    expect(screen.queryByRole('button', { name: 'File on OKONKWO, Ada' })).toBeNull()
    fireEvent.change(screen.getByLabelText('Accession number of the order'), { target: { value: 'A26000123' } })
    expect(file.textContent).toContain('OKONKWO')
    fireEvent.click(screen.getByRole('button', { name: 'File on OKONKWO, Ada' }))
    await waitFor(() => expect(host.asksOf('fileTrayItem')).toEqual([{ item: 'T1', accession: 'A26000123' }]))
  })

  it('says what becomes of the result that is there already, before a second one is filed', async () => {
    answers.findOrder = () => done({ accession: 'A26000999', test: 'Full blood count', status: 'completed', patient: '01HV000000000000000000000P', patientName: 'OKONKWO, Ada', patientNumber: 'A-000001' })
    show([{ ...item, reason: 'duplicate' }])
    await screen.findByText('Has a result already')
    await press('File on an order')
    fireEvent.click(screen.getByRole('button', { name: 'Whose is it?' }))
    await screen.findByText(/takes its place; the earlier one stays/)
  })

  it('offers no filing for a control sample, and rejects only with a reason', async () => {
    answers.rejectTrayItem = () => done({ ...item, state: 'rejected' })
    show([{ ...item, reason: 'quality-control' }])
    await screen.findByText('Control sample')
    expect(screen.queryByRole('button', { name: 'File on an order' })).toBeNull()
    fireEvent.click(screen.getByRole('button', { name: 'Reject' }))
    const dialog = screen.getByRole('dialog')
    const reject = [...dialog.querySelectorAll('button')].find((button) => button.type === 'submit')!
    fireEvent.click(reject)
    await screen.findByText('Say why.')
    expect(host.asksOf('rejectTrayItem')).toEqual([])
    fireEvent.change(screen.getByLabelText('Why'), { target: { value: 'daily control' } })
    fireEvent.click(reject)
    await waitFor(() => expect(host.asksOf('rejectTrayItem')).toEqual([{ item: 'T1', reason: 'daily control' }]))
  })

  it('shows one reason at a time, with how many wait for it', async () => {
    show([item, { ...item, id: 'T2', accession: 'A26000998' }, { ...item, id: 'T3', accession: '', reason: 'unmapped-code' }])
    fireEvent.click(await screen.findByRole('radio', { name: 'A test that the profile does not know (1)' }))
    expect(screen.getAllByRole('article')).toHaveLength(1)
    expect(screen.getByRole('link', { name: 'Explain the code' }).getAttribute('href')).toBe('#/lab/codes')
    fireEvent.click(screen.getByRole('radio', { name: 'All (3)' }))
    expect(screen.getAllByRole('article')).toHaveLength(3)
  })
})
