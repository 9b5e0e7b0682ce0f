import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, describe, expect, it } from 'vitest'
import { done, refuse, type ImagingOrderEntry, type StudyEntry } from '../../../../shared/contract'
import { installBridge, type Answers } from '../../../client/bridge.test-parts'
import { ClientProvider } from '../../../client'
import { KeysProvider } from '../../../components'
import { press } from '../../../components/press.test-parts'
import { MoveBack, OrdersPanel, TrayReason } from './index'

const ada = { id: '01JD0000000000000000000ADA', family: 'Okonkwo-Test', given: 'Ada', number: 'A-000042', birthDate: '1961-05-06', gender: 'female', deceased: false, at: '' } as const
const study: StudyEntry = {
  id: '01JD000000000000000000STDY', studyInstanceUid: '2.25.1', description: 'CT head', modalities: ['CT'], started: '2026-01-15T09:30:00', series: 1, instances: 64, place: 'chart',
  dicomPatient: { id: 'A-000042', name: 'OKONKWO-TEST, Ada', birthDate: '19610506' },
}
const order: ImagingOrderEntry = {
  id: '01JD00000000000000000RDER1', accession: 'A26000001', studyInstanceUid: '2.25.2', modality: 'CT', bodyPart: 'Head', what: 'CT Head', reason: 'Fell', priority: 'urgent', note: '', status: 'active',
  by: 'Dr Ben', at: '2026-01-15T08:00:00.000Z', studies: [],
  steps: [{ step: 'ordered', at: '2026-01-15T08:00:00.000Z', by: 'Dr Ben' }, { step: 'performed' }, { step: 'linked' }, { step: 'signed' }, { step: 'notified' }, { step: 'seen' }],
}

const host = (answers: Answers) =>
  installBridge({
    whoAmI: () => done({ practitioner: ada.id, user: 'd', name: 'Dr Ben', role: 'doctor', actions: ['chart.read', 'order.write', 'imaging.import', 'tray.file'], locked: false }),
    readBanner: () => done({ patient: ada, allergies: { status: 'not-asked' }, reviewItems: 0 }),
    ...answers,
  })
const show = (part: React.ReactElement) => render(<ClientProvider><KeysProvider>{part}</KeysProvider></ClientProvider>)
let charts = 0
/** A chart of its own: answers are kept between tests. */
const chart = () => `01JD000000000000000000CH${String(++charts).padStart(2, '0')}`
afterEach(cleanup)

describe('imaging orders on a chart', () => {
  it('D8: show every step: what came about with its time, and what has not', async () => {
    host({ listImagingOrders: () => done([order]) })
    show(<OrdersPanel patient={chart()} studies={[]} />)
    const steps = await screen.findAllByRole('listitem')
    const signed = steps.find((each) => each.dataset['step'] === 'signed')
    expect(signed?.textContent).toContain('not yet')
    expect(steps.find((each) => each.dataset['step'] === 'ordered')?.textContent).toContain('Dr Ben')
  })

  it('are placed with a part and a reason, and answer the number', async () => {
    const end = host({ listImagingOrders: () => done([]), placeImagingOrder: () => done(order) })
    show(<OrdersPanel patient={chart()} studies={[]} />)
    await press('Order images…')
    await screen.findByText(/OKONKWO-TEST, Ada/)
    await press(/^Order$/)
    expect(await screen.findByText('Say which part of the body.')).toBeDefined()
    expect(end.asksOf('placeImagingOrder')).toEqual([])
    fireEvent.change(screen.getByLabelText(/Part of the body/), { target: { value: 'Head' } })
    fireEvent.change(screen.getByLabelText(/^Reason/), { target: { value: 'Fell' } })
    await press(/^Order$/)
    expect(await screen.findByText('Ordered under A26000001')).toBeDefined()
    expect(end.asksOf('placeImagingOrder')[0]).toMatchObject({ modality: 'DX', bodyPart: 'Head', reason: 'Fell', priority: 'routine' })
    expect(end.asksOf('placeImagingOrder')[0]).not.toHaveProperty('laterality')
  })

  it('are withdrawn only with a reason', async () => {
    const end = host({ listImagingOrders: () => done([order]), cancelImagingOrder: () => done(order) })
    show(<OrdersPanel patient={chart()} studies={[]} />)
    await press('Withdraw CT Head…')
    await press('Withdraw the order')
    expect(await screen.findByText('Say why.')).toBeDefined()
    fireEvent.change(screen.getByLabelText('Reason'), { target: { value: 'Ordered twice' } })
    await press('Withdraw the order')
    await waitFor(() => expect(end.asksOf('cancelImagingOrder')).toMatchObject([{ order: order.id, why: 'Ordered twice' }]))
  })

  it('D7: are given their images by a person where the files carry no number', async () => {
    const end = host({ listImagingOrders: () => done([order]), linkStudyToOrder: () => done({ ...order, studies: [study.id] }) })
    show(<OrdersPanel patient={chart()} studies={[study]} />)
    await press('Images for CT Head are here…')
    fireEvent.click(await screen.findByText(/CT head · CT/))
    await waitFor(() => expect(end.asksOf('linkStudyToOrder')).toMatchObject([{ study: study.id, order: order.id }]))
  })
})

describe('a study on the wrong chart', () => {
  it('D7: goes back with what went wrong, and says when a report stands in the way', async () => {
    const end = host({ moveStudyBack: () => refuse('conflict', { reason: 'reported' }) })
    show(<MoveBack patient={ada.id} study={study.id} name="CT head" />)
    await press('Not this patient’s: CT head')
    fireEvent.change(await screen.findByLabelText('What went wrong'), { target: { value: 'Wrong name at the scanner' } })
    await press('Take it off this chart')
    expect(await screen.findByText('A signed report rests on these images.')).toBeDefined()
    expect(end.asksOf('moveStudyBack')).toEqual([{ patient: ada.id, study: study.id, why: 'Wrong name at the scanner' }])
  })

  it('D7: says in the tray why it waits and whose it may be', async () => {
    host({ explainImagingTray: () => done([{ study: study.id, reason: 'other-order', suggested: ada, order: 'CT Head' }]) })
    show(<TrayReason study={study.id} />)
    expect(await screen.findByText('They name an order for somebody else.')).toBeDefined()
    expect(screen.getByText(/May be OKONKWO-TEST, Ada · A-000042/)).toBeDefined()
  })
})
