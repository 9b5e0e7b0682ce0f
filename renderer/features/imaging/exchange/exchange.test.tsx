import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import axe from 'axe-core'
import type { ReactNode } from 'react'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { ExchangePeer, ListedSend, OutboxState, PullEntry, RemoteStudy, StudyEntry } from '../../../../shared/contract'
import { done } from '../../../../shared/contract/answer'
import { installBridge, type OtherEnd, type PartAnswers } from '../../../client/bridge.test-parts'
import { press } from '../../../components/press.test-parts'
import type * as Parts from './index'

const patient = '01ARZ3NDEKTSV4RRFFQ69G5FA1'
const reading: ExchangePeer = { id: '01ARZ3NDEKTSV4RRFFQ69G5FA2', name: 'Reading room', aeTitle: 'READER', canReceive: true, canBeQueried: false, hasWorklist: false }
const hospital: ExchangePeer = { id: '01ARZ3NDEKTSV4RRFFQ69G5FA3', name: 'Town hospital', aeTitle: 'PACS', canReceive: false, canBeQueried: true, hasWorklist: true }
const study: StudyEntry = {
  id: '01ARZ3NDEKTSV4RRFFQ69G5FA4', studyInstanceUid: '1.2.3', description: 'CT head', modalities: ['CT'], started: '2026-01-15T09:30:00', series: 1, instances: 3, here: 3, place: 'chart',
  dicomPatient: { id: 'A-1', name: 'TEST, Ada', birthDate: '19610203' },
}
const send: ListedSend = {
  patientName: 'TEST, Ada', patientNumber: 'A-1',
  id: 'a-send-of-ours', patient, study: study.id, studyInstanceUid: '1.2.3', description: '2026-01-15 · CT', peer: { id: reading.id, name: reading.name }, when: 'now', state: 'failed', total: 3, sent: 2,
  refused: 1, attempts: 2, by: 'Dr. Okoro', askedAt: '2026-11-21T10:00:00.000Z', problem: 'refused', detail: 'A900',
}
const outbox = (...sends: ListedSend[]): OutboxState => ({ sends, night: { from: '20:00', to: '06:00' } })
const who = { name: 'Dr. Okoro', user: 'okoro', role: 'doctor', actions: ['imaging.read', 'imaging.exchange'] }

let bridge: OtherEnd
const show = async (answers: PartAnswers, part: (parts: typeof Parts) => ReactNode) => {
  bridge = installBridge({ whoAmI: () => done(who), listExchangePeers: () => done([reading, hospital]), readOutbox: () => done(outbox()), listFetchedPriors: () => done([]), ...answers } as PartAnswers)
  const { ClientProvider } = await import('../../../client')
  const parts = await import('./index')
  return render(<ClientProvider>{part(parts)}</ClientProvider>)
}
beforeEach(() => {
  vi.resetModules()
})
afterEach(cleanup)

const isAccessible = async (where: Element): Promise<void> => {
  const { violations } = await axe.run(where, { rules: { 'color-contrast': { enabled: false }, region: { enabled: false } } })
  expect(violations.map(({ id }) => id)).toEqual([])
}

describe('D14: sending a study', () => {
  test('asks where to and when, and puts it into the outbox', async () => {
    let sends: ListedSend[] = []
    await show(
      {
        readOutbox: () => done(outbox(...sends)),
        sendStudy: () => {
          sends = [{ ...send, state: 'waiting', sent: 0, refused: 0, attempts: 0, when: 'night' }]
          return done(sends[0])
        },
      },
      ({ SendState, SendStudy }) => (
        <>
          <SendState study={study} />
          <SendStudy patient={patient} study={study} name="CT head 15-Jan-2026" />
        </>
      ),
    )
    await press('Send CT head 15-Jan-2026 to another place…')
    const dialog = await screen.findByRole('dialog', { name: 'Send a study' })
    await isAccessible(dialog)
    // Places that take nothing are not offered.
    await within(dialog).findByRole('option', { name: 'Reading room' })
    expect(within(dialog).queryByRole('option', { name: 'Town hospital' })).toBeNull()
    fireEvent.click(within(dialog).getByRole('radio', { name: 'At night' }))
    expect(within(dialog).getByText('Leaves between 20:00 and 06:00, while this computer is on.')).toBeTruthy()
    await press(/^Send/, dialog)
    await waitFor(() => expect(bridge.asksOf('sendStudy')).toMatchObject([{ patient, study: study.id, peer: reading.id, when: 'night' }]))
    await screen.findByText(/Waits for Reading room/)
    expect(screen.queryByRole('dialog')).toBeNull()
  })

  test('is not offered while some of its images are elsewhere, nor where nobody takes any', async () => {
    await show({}, ({ SendStudy }) => <SendStudy patient={patient} study={{ ...study, here: 2 }} name="CT head" />)
    await waitFor(() => expect(bridge.asksOf('listExchangePeers')).toHaveLength(1))
    expect(screen.queryByRole('button')).toBeNull()
  })

  test('shows where an image is from', async () => {
    await show({}, ({ StudyOrigin }) => <StudyOrigin source={{ kind: 'pacs', from: 'Town hospital' }} />)
    expect(screen.getByText('From Town hospital')).toBeTruthy()
  })
})

describe('D14: the outbox', () => {
  test('says what failed and why, and sends it again at a press', async () => {
    let state: ListedSend = send
    await show(
      {
        readOutbox: () => done(outbox(state)),
        retrySend: () => {
          state = { ...send, state: 'sending', refused: 0 }
          return done(state)
        },
      },
      ({ OutboxPanel }) => <OutboxPanel />,
    )
    await screen.findByText('Not sent')
    await isAccessible(document.body)
    expect(screen.getByText('It does not accept some of the images. It said: A900 1 images were not accepted. Tried 2 times.')).toBeTruthy()
    await press('Send now: TEST, Ada, 2026-01-15 · CT to Reading room')
    await screen.findByText('Being sent: 2 of 3')
    state = { ...send, state: 'sent', sent: 3 }
    bridge.tell('imagingExchangeChanged', null)
    await screen.findByText('Sent: 3 images')
  })

  test('asks before it stops a send', async () => {
    await show({ readOutbox: () => done(outbox({ ...send, state: 'sending' })), cancelSend: () => done({ ...send, state: 'cancelled' }) }, ({ OutboxPanel }) => <OutboxPanel />)
    await press('Stop sending TEST, Ada, 2026-01-15 · CT to Reading room')
    const dialog = await screen.findByRole('dialog', { name: 'Stop sending this study?' })
    expect(bridge.asksOf('cancelSend')).toEqual([])
    await press(/^Stop/, dialog)
    await waitFor(() => expect(bridge.asksOf('cancelSend')).toEqual([{ send: send.id }]))
  })

  test('takes hours of the night only as hours', async () => {
    await show({ setSendingNight: () => done(outbox()) }, ({ OutboxPanel }) => <OutboxPanel />)
    const from = await screen.findByLabelText(/^From/)
    fireEvent.change(from, { target: { value: '25:00' } })
    await screen.findByText('Hours and minutes, as in 20:00.')
    fireEvent.change(from, { target: { value: '22:00' } })
    await press('Save the hours')
    await waitFor(() => expect(bridge.asksOf('setSendingNight')).toEqual([{ from: '22:00', to: '06:00' }]))
  })
})

describe('D12: priors elsewhere', () => {
  const prior: RemoteStudy = {
    studyInstanceUid: '1.2.9', description: 'CT chest', modalities: ['CT'], started: '2025-05-01', accession: 'X1', instances: 12, dicomPatient: { id: 'A-1', name: 'TEST, Ada', birthDate: '19610203' }, known: false,
  }
  const pull: PullEntry = { id: 'a-pull-of-ours', patient, studyInstanceUid: '1.2.9', peer: { id: hospital.id, name: hospital.name }, state: 'running', taken: 4, total: 12, refused: 0 }

  test('are looked for, looked at, and fetched', async () => {
    let pulls: PullEntry[] = []
    const arrived = vi.fn()
    await show(
      {
        findPriors: () => done({ studies: [prior, { ...prior, studyInstanceUid: '1.2.10', description: 'Knee', mismatch: 'birth-date' }], more: false }),
        listFetchedPriors: () => done(pulls),
        fetchPrior: () => {
          pulls = [pull]
          return done(pull)
        },
      },
      ({ PriorsElsewhere }) => <PriorsElsewhere patient={patient} onArrived={arrived} />,
    )
    await press('Priors elsewhere…')
    const dialog = await screen.findByRole('dialog', { name: 'Studies of this patient elsewhere' })
    await press('Look for studies', dialog)
    await screen.findByText('Another birth date: it would wait in the tray.')
    await isAccessible(dialog)
    await press('Fetch CT chest 01-May-2025 from Town hospital', dialog)
    await screen.findByText('4 of 12 images have come')
    pulls = [{ ...pull, state: 'done', taken: 12, place: 'chart' }]
    bridge.tell('imagingExchangeChanged', null)
    await screen.findByText('It is on the chart, 12 images.')
    await waitFor(() => expect(arrived).toHaveBeenCalled())
  })

  test('of a place that does not answer are not said to be none', async () => {
    await show({ findPriors: () => done({ studies: [], more: false, problem: 'unreachable' }) }, ({ PriorsElsewhere }) => <PriorsElsewhere patient={patient} onArrived={() => undefined} />)
    await press('Priors elsewhere…')
    await press('Look for studies', await screen.findByRole('dialog'))
    await screen.findByText('Nobody answers there.')
    expect(screen.queryByText(/has no study/)).toBeNull()
  })
})

describe('D11: the worklist of another place', () => {
  test('is read for a day', async () => {
    const step = { accession: 'H-77', patientId: 'EXT-9', patientName: 'OKAFOR, Ada', birthDate: '19700101', modality: 'US', description: 'Abdomen', scheduled: '2026-11-21T10:15:00', station: 'US2', studyInstanceUid: '1.2.3.77' }
    await show({ readWorklist: () => done({ steps: [step], more: false }) }, ({ WorklistPanel }) => <WorklistPanel />)
    fireEvent.change(await screen.findByLabelText('Day'), { target: { value: '2026-11-21' } })
    await press('Read the worklist')
    await screen.findByText('OKAFOR, Ada')
    expect(bridge.asksOf('readWorklist')).toEqual([{ peer: hospital.id, day: '2026-11-21' }])
    await isAccessible(document.body)
  })
})
