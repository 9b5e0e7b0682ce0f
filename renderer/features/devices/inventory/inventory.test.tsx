import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { done, refuse, type Answer, type DeviceEntry, type InventoryEntry } from '../../../../shared/contract'
import { ClientProvider } from '../../../client'
import { installBridge, type OtherEnd } from '../../../client/bridge.test-parts'
import { CalibrationMark, UpkeepDialog, Use } from '.'

let end: OtherEnd
let closed: number
let keeps: () => Answer<unknown>

beforeEach(() => {
  closed = 0
  keeps = () => done({})
  end = installBridge({ keepUpkeep: () => keeps() })
})
afterEach(cleanup)

const device: DeviceEntry = { id: '01HV000000000000000000000X', name: 'Ward monitor', profile: 'ge-dri', category: 'vitals', path: 'COM5', place: 'Ward', state: 'open', simulated: false }
const entry: InventoryEntry = { device: device.id, serialNumber: 'SN-1', calibrationDue: '2026-11-01', calibration: 'overdue', messages: 0, problems: 0, downMinutes: 0 }

describe('the upkeep of a device on the list', () => {
  it('says in words that a calibration was due, and nothing while it is good', () => {
    const { rerender, container } = render(<CalibrationMark entry={entry} />)
    expect(container.textContent).toContain('Calibration was due 01-Nov-2026')
    rerender(<CalibrationMark entry={{ ...entry, calibration: 'good' }} />)
    expect(container.textContent).toBe('')
    rerender(<CalibrationMark entry={undefined} />)
    expect(container.textContent).toBe('')
  })

  it('says what came and what was wrong, and nothing while there is nothing to say', () => {
    const { rerender, container } = render(<Use entry={entry} />)
    expect(container.textContent).toBe('')
    rerender(<Use entry={{ ...entry, messages: 214, problems: 3, downMinutes: 150 }} />)
    expect(container.textContent).toBe('In 30 daysmessages: 214interruptions: 3out of reach: 3 h')
  })

  it('keeps serial number and calibration, and stays open when they could not be kept', async () => {
    keeps = () => refuse('disk-full')
    render(<ClientProvider><UpkeepDialog device={device} entry={entry} onClose={() => closed++} /></ClientProvider>)
    fireEvent.change(screen.getByLabelText('Name'), { target: { value: 'Ward monitor 2' } })
    fireEvent.change(screen.getByLabelText(/^Calibration due/), { target: { value: '2027-11-01' } })
    fireEvent.click(screen.getByRole('button', { name: /^Save/ }))
    await screen.findByRole('alert')
    expect(closed).toBe(0)
    keeps = () => done({})
    fireEvent.click(screen.getByRole('button', { name: /^Save/ }))
    await waitFor(() => expect(closed).toBe(1))
    expect(end.asksOf('keepUpkeep').at(-1)).toEqual({ device: device.id, name: 'Ward monitor 2', place: 'Ward', serialNumber: 'SN-1', calibrationDue: '2027-11-01' })
  })
})
