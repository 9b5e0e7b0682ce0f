import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { DicomNetworkState, ImagingPeerEntry } from '../../../../shared/contract'
import { done, refuse } from '../../../../shared/contract/answer'
import { installBridge, type Answers, type OtherEnd } from '../../../client/bridge.test-parts'
import { press } from '../../../components/press.test-parts'

const ultrasound: ImagingPeerEntry = {
  id: '01ARZ3NDEKTSV4RRFFQ69G5FAV', name: 'Ultrasound', protocol: 'dimse', aeTitle: 'US1', host: '10.0.0.7', port: 104, tls: true, pin: '', url: '', uses: ['sends-to-us', 'reads-our-worklist'],
}
const off: DicomNetworkState = {
  state: 'off', aeTitle: 'OUTPOST-A', port: 11112, tls: false, addresses: ['10.0.0.2'], traffic: { associations: 0, open: 0, echoes: 0, received: 0, refusedInstances: 0 }, waiting: 0, isDiskFull: false, refused: [], putAside: [],
}
const on: DicomNetworkState = { ...off, state: 'listening', traffic: { ...off.traffic, received: 12, open: 1 } }

let bridge: OtherEnd
const show = async (answers: Answers) => {
  bridge = installBridge({ dicomNetworkState: () => done(off), listImagingPeers: () => done([ultrasound]), ...answers })
  const { ClientProvider } = await import('../../../client')
  const { NetworkPanel, PeersPanel } = await import('./index')
  render(
    <ClientProvider>
      <NetworkPanel />
      <PeersPanel />
    </ClientProvider>,
  )
}
beforeEach(() => {
  // Each test with a client that has heard nothing yet.
  vi.resetModules()
})
afterEach(cleanup)
const type = (field: HTMLElement, value: string) => fireEvent.change(field, { target: { value } })

describe('D10: receiving', () => {
  test('is off at first, is set up with title and port, and says what comes', async () => {
    let state = off
    await show({ dicomNetworkState: () => done(state), setDicomNetwork: () => done(on) })
    expect(await screen.findByText(/nobody can send anything here/)).toBeDefined()
    await press('Set up…')
    const dialog = await screen.findByRole('dialog')
    type(within(dialog).getByLabelText('Port'), '80')
    await press('Listen', dialog)
    expect(within(dialog).getByRole('alert').textContent).toContain('from 1024')
    expect(bridge.asksOf('setDicomNetwork')).toEqual([])
    type(within(dialog).getByLabelText('Port'), '104')
    type(within(dialog).getByLabelText('AE title'), ' CLINIC ')
    state = on
    await press('Listen', dialog)
    await waitFor(() => expect(bridge.asksOf('setDicomNetwork')).toEqual([{ isOn: true, aeTitle: 'CLINIC', port: 104, tls: false }]))
    expect(await screen.findByText('Listening')).toBeDefined()
    state = { ...on, traffic: { ...on.traffic, received: 13 }, isDiskFull: true }
    bridge.tell('dicomNetworkChanged', null)
    expect(await screen.findByText('13')).toBeDefined()
    expect(screen.getByText('The disk is full')).toBeDefined()
  })

  test('is switched off only after a second look', async () => {
    await show({ dicomNetworkState: () => done(on), setDicomNetwork: () => done(off) })
    await press('Switch off')
    const dialog = await screen.findByRole('dialog', { name: 'Switch off receiving?' })
    expect(bridge.asksOf('setDicomNetwork')).toEqual([])
    await press(/^Switch off/, dialog)
    await waitFor(() => expect(bridge.asksOf('setDicomNetwork')).toEqual([{ isOn: false, aeTitle: 'OUTPOST-A', port: 11112, tls: false }]))
  })

  test('says why it cannot listen', async () => {
    await show({ dicomNetworkState: () => done({ ...off, state: 'failed', problem: 'port-in-use' }) })
    expect(await screen.findByText(/Another program on this computer uses this port/)).toBeDefined()
  })

  test('shows who was turned away, and lets it in with what is known of it', async () => {
    await show({
      dicomNetworkState: () => done({ ...on, refused: [{ callingAeTitle: 'XRAY', calledAeTitle: 'OUTPOST-A', address: '10.0.0.9', reason: 'calling AE title not recognized', at: '2026-11-22T08:00:00.000Z', times: 3 }] }),
      saveImagingPeer: () => done(ultrasound),
    })
    await press('Let in… XRAY')
    const dialog = await screen.findByRole('dialog', { name: 'Add a modality or archive' })
    type(within(dialog).getByLabelText('Name'), 'X-ray room')
    await press(/^Save/, dialog)
    await waitFor(() => expect(bridge.asksOf('saveImagingPeer')).toMatchObject([{ peer: { name: 'X-ray room', aeTitle: 'XRAY', host: '10.0.0.9', uses: ['sends-to-us'] } }]))
  })

  test('throws what was put aside away only after a second look, and tries it again at once', async () => {
    await show({
      dicomNetworkState: () => done({ ...on, putAside: [{ id: '000001.slot', callingAeTitle: 'US1', reason: 'different-content', at: '2026-11-22T08:00:00.000Z' }] }),
      decidePutAside: () => done(on),
    })
    expect(await screen.findByText(/with other content/)).toBeDefined()
    await press('Try again to take in the image from US1')
    await waitFor(() => expect(bridge.asksOf('decidePutAside')).toEqual([{ id: '000001.slot', decision: 'again' }]))
    await press('Throw away the image from US1')
    const dialog = await screen.findByRole('dialog', { name: 'Throw this image away?' })
    expect(bridge.asksOf('decidePutAside')).toHaveLength(1)
    await press(/^Throw away/, dialog)
    await waitFor(() => expect(bridge.asksOf('decidePutAside')[1]).toEqual({ id: '000001.slot', decision: 'discard' }))
  })
})

describe('the list of modalities and archives', () => {
  test('asks for the address of one that is called, and not of one that only sends', async () => {
    await show({ saveImagingPeer: () => done(ultrasound) })
    await press('Add…')
    const dialog = await screen.findByRole('dialog', { name: 'Add a modality or archive' })
    type(within(dialog).getByLabelText('Name'), 'Archive')
    type(within(dialog).getByLabelText('AE title'), 'PACS')
    fireEvent.click(within(dialog).getByLabelText(/It is searched/))
    await press(/^Save/, dialog)
    expect(within(dialog).getAllByRole('alert').map((each) => each.textContent)).toEqual(['Needed, to be able to call it', 'Needed'])
    fireEvent.click(within(dialog).getByLabelText(/It is searched/))
    await press(/^Save/, dialog)
    await waitFor(() => expect(bridge.asksOf('saveImagingPeer')).toMatchObject([{ peer: { name: 'Archive', aeTitle: 'PACS', host: '', port: 0, uses: ['sends-to-us'] } }]))
  })

  test('tests one, and trusts its certificate only when a person says so', async () => {
    const fingerprint = 'ab'.repeat(32)
    let answer: 'unknown' | 'done' = 'unknown'
    await show({ testImagingPeer: () => (answer === 'done' ? done({ ms: 7 }) : refuse('certificate-unknown', { fingerprint })), saveImagingPeer: () => done({ ...ultrasound, pin: fingerprint }) })
    await press('Test Ultrasound')
    expect(await screen.findByText(fingerprint)).toBeDefined()
    expect(bridge.asksOf('saveImagingPeer')).toEqual([])
    await press('Trust this certificate')
    await waitFor(() => expect(bridge.asksOf('saveImagingPeer')).toMatchObject([{ id: ultrasound.id, peer: { pin: fingerprint, aeTitle: 'US1' } }]))
    answer = 'done'
    await press('Test Ultrasound')
    expect(await screen.findByText('Ultrasound answered in 7 ms.')).toBeDefined()
  })

  test('says what a peer says that does not let us in', async () => {
    await show({ testImagingPeer: () => refuse('peer-rejected', { reason: 'calling AE title not recognized' }) })
    await press('Test Ultrasound')
    expect(await screen.findByText('It says: calling AE title not recognized')).toBeDefined()
  })
})
