import { act, cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import axe from 'axe-core'
import type { ReactNode } from 'react'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { done, refuse, type InboxItem, type PatientSummary, type ReportEntry, type Who } from '../../../shared/contract'
import { ClientProvider, Seat } from '../../client'
import { type Answers, installBridge, type OtherEnd } from '../../client/bridge.test-parts'
import { forgetDrafts, KeysProvider, Said } from '../../components'
import { hands } from '../../components/hands.test-parts'
import { press } from '../../components/press.test-parts'
import { InboxBar, InboxScreen } from '.'

const practice = { state: 'open', practice: { id: 'x', name: 'Clinic', training: false }, station: 'A', keystore: 'none' } as const
const who: Who = { practitioner: '01HV000000000000000000000D', user: 'ben', name: 'Dr Ben', role: 'doctor', actions: ['chart.read', 'result.read', 'result.sign-off'], locked: false }
const ada: PatientSummary = { id: '01HV000000000000000000000P', family: 'Okonkwo', given: 'Ada', gender: 'female', birthDate: '1980-05-04', deceased: false, number: 'A-000123', at: 'x' }
const eve: PatientSummary = { ...ada, id: '01HV000000000000000000000E', family: 'Mensah', given: 'Eve', number: 'A-000124' }
const item = (told: Partial<InboxItem>): InboxItem => ({
  report: '01HV000000000000000000000R', kind: 'laboratory', patient: ada, title: 'Potassium', accession: 'A26000123', at: '2026-11-21T09:00:00.000Z', severity: 'normal',
  isCorrected: false, isWithdrawn: false, signedBefore: [], striking: [], results: 1, impression: '', orderer: 'Dr Ben', ...told,
})
const critical = item({ severity: 'critical', striking: [{ code: 'K', name: 'Potassium', text: '6.8', value: 6.8, unit: 'mmol/L', flag: 'HH', status: 'final' }] })
const corrected = item({ report: '01HV000000000000000000000S', patient: eve, title: 'Full blood count', severity: 'abnormal', isCorrected: true, signedBefore: ['Dr Ben'] })
const images = item({ report: '01HV000000000000000000000T', kind: 'imaging', title: 'CT Head', severity: 'unjudged', impression: 'No bleeding', order: '01HV000000000000000000000Q' })

let items: InboxItem[]
let answers: Answers
let end: OtherEnd
beforeEach(() => {
  forgetDrafts()
  items = [critical, corrected, images]
  answers = {
    listInbox: () => done({ items, total: items.length }),
    listInboxes: () => done([]),
    countInbox: () => done({ waiting: items.length, critical: items.filter(({ severity }) => severity === 'critical').length, corrected: items.filter(({ isCorrected }) => isCorrected).length, toCover: 0 }),
    listReports: () => done([]),
    noticesShown: () => done(null),
  }
  end = installBridge(answers)
})
afterEach(cleanup)

const around = (part: ReactNode) => <ClientProvider><KeysProvider><Seat value={who}>{part}<Said /></Seat></KeysProvider></ClientProvider>
/** The practice is open before the screen is. */
const show = (part = <InboxScreen />) => {
  const shown = render(around(null))
  act(() => end.tell('practiceChanged', practice))
  shown.rerender(around(part))
  return shown
}
const changed = () => act(async () => end.tell('recordsChanged', { types: ['Communication'], patients: [ada.id] }))
const signed = { report: critical.report, by: 'Dr Ben', at: '2026-11-21T10:00:00.000Z', action: 'treat' as const, comment: '' }

describe('the inbox on the screen', () => {
  it('E12: shows whose each result is, what is outside and how urgent, the critical one first and open; axe finds nothing', async () => {
    const { container } = show()
    const rows = await screen.findAllByRole('listitem')
    expect(rows.map((row) => row.querySelector('strong')?.textContent)).toEqual(['Potassium', 'Full blood count', 'CT Head'])
    expect(rows[0]!.textContent).toContain('OKONKWO, Ada\u00a0· A-000123\u00a0· born 04-May-1980')
    expect(rows[0]!.textContent).toContain('Potassium 6.8 mmol/L ↑')
    expect(rows[0]!.textContent).toContain('critical')
    expect(rows[1]!.textContent).toContain('corrected')
    expect(rows[2]!.textContent).toContain('No bleeding')
    expect(screen.getByRole('region', { name: /^Potassium, OKONKWO, Ada/ })).toBeTruthy()
    await waitFor(() => expect(end.asksOf('noticesShown')).toEqual([{ orders: [images.order] }]))
    expect((await axe.run(container, { rules: { 'color-contrast': { enabled: false } } })).violations).toEqual([])
  })

  it('E12: opens the first that waits when somebody comes back, not the one that was first before', async () => {
    const shown = show()
    await screen.findByRole('region', { name: /^Potassium, OKONKWO, Ada/ })
    shown.rerender(around(null))
    items = [corrected, images]
    await changed()
    shown.rerender(around(<InboxScreen />))
    expect(await screen.findByRole('region', { name: /^Full blood count, MENSAH, Eve/ })).toBeTruthy()
    expect(screen.queryByText('This result does not wait any more')).toBeNull()
  })

  it('E12: a report that another program made without a name and with a date that is none is listed in words', async () => {
    items = [item({ report: '01HV000000000000000000000U', patient: eve, title: '', at: 'soon', severity: 'unjudged', results: 0 })]
    show()
    expect(await screen.findByRole('heading', { name: 'Report without a name' })).toBeTruthy()
    expect(screen.getAllByText(/when is not known/).length).toBeGreaterThan(0)
  })

  it('E12: is worked through by keyboard alone: down to the next, what follows, a comment, Ctrl+Enter', async () => {
    answers.signOffResult = () => {
      items = items.filter(({ report }) => report !== images.report)
      return done({ ...signed, report: images.report })
    }
    show()
    const first = await screen.findByRole('button', { name: /^Potassium/ })
    first.focus()
    fireEvent.keyDown(first, { key: 'ArrowDown' })
    const second = screen.getByRole('button', { name: /^Full blood count/ })
    expect(document.activeElement).toBe(second)
    fireEvent.keyDown(second, { key: 'ArrowDown' })
    const view = await screen.findByRole('region', { name: /^CT Head/ })
    fireEvent.keyDown(within(view).getByRole('radio', { name: 'refer' }), { key: 'r' })
    fireEvent.click(within(view).getByRole('radio', { name: 'refer' }))
    const comment = within(view).getByLabelText(/^Comment/)
    fireEvent.change(comment, { target: { value: 'To the hospital' } })
    fireEvent.keyDown(comment, { key: 'Enter', ctrlKey: true })
    await waitFor(() => expect(end.asksOf('signOffResult')).toMatchObject([{ patient: ada.id, report: images.report, action: 'refer', comment: 'To the hospital' }]))
    await screen.findByText(/^Signed off: CT Head of OKONKWO/)
  })

  it('E12: signs off nothing that is not normal before somebody says what follows', async () => {
    answers.signOffResult = () => refuse('disk-full')
    show()
    await press(/^Sign off Potassium/)
    expect(await screen.findByText('Say what follows from it, or that nothing does.')).toBeTruthy()
    fireEvent.click(screen.getByRole('radio', { name: 'nothing' }))
    await press(/^Sign off Potassium/)
    expect(screen.getByText('A critical result is signed off with what follows from it, or with a comment.')).toBeTruthy()
    expect(end.asksOf('signOffResult')).toEqual([])
    fireEvent.change(screen.getByLabelText(/^Comment/), { target: { value: 'Haemolysed, repeated' } })
    await press(/^Sign off Potassium/)
    await waitFor(() => expect(end.asksOf('signOffResult')).toHaveLength(1))
    // Refused: what was typed is still there, and trying again is the same act.
    expect(screen.getByLabelText<HTMLTextAreaElement>(/^Comment/).value).toBe('Haemolysed, repeated')
    await press(/^Sign off Potassium/)
    await waitFor(() => expect(end.asksOf('signOffResult')).toHaveLength(2))
    const [one, other] = end.asksOf('signOffResult')
    expect(other).toEqual(one)
  })

  it('E12: never puts another patient under the hand of somebody who types, whatever comes or goes meanwhile', async () => {
    show()
    fireEvent.change(await screen.findByLabelText(/^Comment/), { target: { value: 'Call her' } })
    items = [item({ report: '01HV000000000000000000000V', patient: eve, title: 'Sodium', severity: 'critical' }), ...items]
    await changed()
    await screen.findByRole('button', { name: /^Sodium/ })
    expect(screen.getByRole('region', { name: /^Potassium, OKONKWO, Ada/ })).toBeTruthy()
    expect(screen.getByLabelText<HTMLTextAreaElement>(/^Comment/).value).toBe('Call her')
    items = items.filter(({ report }) => report !== critical.report)
    await changed()
    await screen.findByText('This result does not wait any more')
    expect(screen.queryByRole('button', { name: /^Sign off/ })).toBeNull()
  })

  it('E12: another person’s results are taken over by name before they are signed off', async () => {
    answers.listInboxes = () => done([{ practitioner: '01HV000000000000000000000Z', name: 'Dr Zoe', waiting: 1, critical: 1, isOnDuty: false }])
    answers.listInbox = (({ of }: { of?: string }) => done(of === undefined ? { items: [], total: 0 } : { items: [{ ...critical, orderer: 'Dr Zoe' }], total: 1 })) as never
    answers.takeOverResult = () => done(critical)
    show()
    await screen.findByText('Nothing waits')
    await press(/^Dr Zoe: 1, 1 critical/)
    expect(await screen.findByText('This result waits for Dr Zoe. Take it over to sign it off: you answer for it then.')).toBeTruthy()
    expect(screen.queryByRole('button', { name: /^Sign off/ })).toBeNull()
    await press(/^Take over Potassium of OKONKWO/)
    await waitFor(() => expect(end.asksOf('takeOverResult')).toMatchObject([{ patient: ada.id, report: critical.report }]))
  })

  it('E12: a result of somebody off duty is taken over by keyboard alone', async () => {
    answers.listInboxes = () => done([{ practitioner: '01HV000000000000000000000Z', name: 'Dr Zoe', waiting: 1, critical: 1, isOnDuty: false }])
    answers.listInbox = (({ of }: { of?: string }) => done(of === undefined ? { items: [], total: 0 } : { items: [{ ...critical, orderer: 'Dr Zoe' }], total: 1 })) as never
    answers.takeOverResult = () => done(critical)
    show()
    const { push } = hands()
    await push(/^Dr Zoe: 1, 1 critical/)
    await push(/^Take over Potassium of OKONKWO/)
    await waitFor(() => expect(end.asksOf('takeOverResult')).toMatchObject([{ patient: ada.id, report: critical.report }]))
  })

  it('E24: a corrected result says who had signed off the earlier version, and is told on whatever screen is open', async () => {
    items = [critical]
    show(<InboxBar />)
    await screen.findByRole('link', { name: 'Results: 1, 1 critical' })
    items = [corrected]
    await changed()
    expect((await screen.findByRole('link', { name: 'Results: 1, 1 corrected' })).getAttribute('href')).toBe('#/inbox')
    expect(screen.getByText('A result that you may have read was corrected.')).toBeTruthy()
    cleanup()
    show()
    expect(await screen.findByText('An earlier version was signed off by Dr Ben. Read it again: it says something else now.')).toBeTruthy()
  })

  it('E12: shows what is in a report after which hundreds came', async () => {
    const old: ReportEntry = { id: critical.report, accession: 'A26000123', issued: critical.at, origin: { kind: 'typed' }, filedBy: '', state: 'verified', isCorrection: false, results: critical.striking }
    answers.listReports = (({ limit }: { limit?: number }) => done(limit === 1_000 ? [old] : [])) as never
    show()
    const region = await waitFor(() => {
      fireEvent.click(screen.getAllByRole('button', { name: /^Potassium/ })[0]!)
      return screen.getByRole('region', { name: /^Potassium, OKONKWO/ })
    })
    expect(await within(region).findByRole('table')).toBeTruthy()
  })

  it('says what it could not read', async () => {
    answers.listInbox = () => refuse('disk-full')
    show()
    expect(await screen.findByText(/disk/i)).toBeTruthy()
  })
})
