import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { done, type Answer, type BluetoothDevice, type BluetoothState, type RequestName } from '../../../shared/contract'
import { ClientProvider } from '../../client'
import { installBridge, type OtherEnd } from '../../client/bridge.test-parts'
import { press } from '../../components/press.test-parts'
import { BluetoothPanel } from '.'

let state: BluetoothState
let end: OtherEnd
let chosen: string[]

beforeEach(() => {
  chosen = []
  const answers: Partial<Record<RequestName, () => Answer<unknown>>> = Object.fromEntries(
    (['bluetoothState', 'findBluetooth', 'pairBluetooth', 'answerBluetooth', 'forgetBluetooth'] as const).map((name) => [name, () => done(state)]),
  )
  end = installBridge(answers)
})
afterEach(cleanup)

const show = () => {
  render(<ClientProvider><BluetoothPanel onChoose={(path) => chosen.push(path)} /></ClientProvider>)
  act(() => end.tell('practiceChanged', { state: 'open', practice: { id: 'x', name: 'Clinic', training: false }, station: 'A', keystore: 'none' }))
}
const sent = (name: RequestName): unknown[] => end.asksOf(name)
const device: BluetoothDevice = { address: '00:A0:96:0F:12:34', name: 'A&D BP UA-767PBT', isPaired: false, hasSerialPort: false, signalDbm: -60, path: 'bluetooth://00:A0:96:0F:12:34', callsPath: 'bluetooth-calls://00:A0:96:0F:12:34' }
const ready: BluetoothState = { state: 'ready', isSearching: false, devices: [] }

describe('Bluetooth of this computer', () => {
  it('teaches the first step, then looks for devices', async () => {
    state = ready
    show()
    await screen.findByText('No device was found yet')
    state = { ...ready, isSearching: true, devices: [device] }
    fireEvent.click(screen.getByRole('button', { name: 'Look for devices' }))
    await waitFor(() => expect(sent('findBluetooth')).toEqual([{ on: true }]))
    await screen.findByText('A&D BP UA-767PBT')
    expect(screen.getByRole('button', { name: 'Stop looking' })).toBeTruthy()
  })

  it('asks for the PIN of a cuff: none is not sent, Enter sends it', async () => {
    state = { ...ready, devices: [device] }
    show()
    state = { ...state, pairing: { address: device.address, state: 'working', question: { address: device.address, name: device.name, kind: 'pin' } } }
    await press(`Pair ${device.name} with this computer`)
    const field = await screen.findByLabelText<HTMLInputElement>(`PIN of ${device.name}`)
    fireEvent.keyDown(field, { key: 'Enter' })
    await screen.findByText('Type it first.')
    fireEvent.change(field, { target: { value: '39121440' } })
    fireEvent.keyDown(field, { key: 'Enter' })
    await waitFor(() => expect(sent('answerBluetooth')).toEqual([{ address: device.address, accept: true, code: '39121440' }]))
  })

  it('shows the number to compare, and takes no for an answer', async () => {
    state = { ...ready, devices: [device], pairing: { address: device.address, state: 'working', question: { address: device.address, name: device.name, kind: 'compare', code: '004711' } } }
    show()
    await screen.findByText('004711')
    fireEvent.click(screen.getByRole('button', { name: 'No' }))
    await waitFor(() => expect(sent('answerBluetooth')).toEqual([{ address: device.address, accept: false }]))
  })

  it('says why a pairing failed', async () => {
    state = { ...ready, devices: [device], pairing: { address: device.address, state: 'failed', problem: 'wrong-code' } }
    show()
    expect((await screen.findByRole('alert')).textContent).toContain('The PIN or number is not the right one.')
  })

  it('offers a paired device both ways, and forgets it only when that is meant', async () => {
    state = { ...ready, devices: [{ ...device, isPaired: true }] }
    show()
    await press(/it calls us after each measurement/)
    fireEvent.click(screen.getByRole('button', { name: /we call it/ }))
    expect(chosen).toEqual([device.callsPath, device.path])
    fireEvent.click(screen.getByRole('button', { name: `Forget ${device.name}` }))
    fireEvent.click(screen.getByRole('button', { name: 'Keep it' }))
    expect(sent('forgetBluetooth')).toEqual([])
    fireEvent.click(screen.getByRole('button', { name: `Forget ${device.name}` }))
    fireEvent.click(screen.getByRole('button', { name: 'Forget it' }))
    await waitFor(() => expect(sent('forgetBluetooth')).toEqual([{ address: device.address }]))
  })

  it.each([
    ['none', /no Bluetooth that can be used here/],
    ['system', /Pair the device in the Bluetooth settings/],
  ] as const)('says what to do where it cannot be done here (%s)', async (kind, words) => {
    state = { ...ready, state: kind }
    show()
    await screen.findByText(words)
    expect(screen.queryByRole('button')).toBeNull()
  })
})
