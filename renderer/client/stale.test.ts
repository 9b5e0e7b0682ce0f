import { describe, expect, it } from 'vitest'
import { isStaleAfter, isStaleAfterAct } from './stale'

const mine = '01HZZZZZZZZZZZZZZZZZZZZZZ1'
const other = '01HZZZZZZZZZZZZZZZZZZZZZZ2'

describe('what is read again', () => {
  it('a change to one patient does not open the chart of another once more in the audit trail', () => {
    const changed = { types: ['Observation'], patients: [other] }
    expect(isStaleAfter('recordsChanged', changed, ['readChart', { patient: mine }])).toBe(false)
    expect(isStaleAfter('recordsChanged', changed, ['readChart', { patient: other }])).toBe(true)
  })

  it('the patient list, the tray and the search follow every change of records', () => {
    const changed = { types: ['Patient'], patients: [other] }
    expect(isStaleAfter('recordsChanged', changed, ['listPatients', { skip: 0 }])).toBe(true)
    expect(isStaleAfter('recordsChanged', changed, ['listTray', { state: 'waiting' }])).toBe(true)
    expect(isStaleAfter('recordsChanged', changed, ['practiceState'])).toBe(false)
    // A month of alerts is read again when an alert changes, not with every pulse that is charted.
    expect(isStaleAfter('recordsChanged', changed, ['readCriticalLog', { days: 30 }])).toBe(false)
    expect(isStaleAfter('criticalsChanged', { open: 1 }, ['readCriticalLog', { days: 30 }])).toBe(true)
  })

  it('a heartbeat of the exchange or of a device reads no chart again', () => {
    const state = { link: 'online', waitingOut: 0, refused: 0, reviewItems: 0 } as const
    expect(isStaleAfter('syncStateChanged', state, ['readChart', { patient: mine }])).toBe(false)
    expect(isStaleAfter('syncStateChanged', state, ['listOutbox', {}])).toBe(true)
    // The sync sends the line of the audit trail that showing them writes.
    expect(isStaleAfter('syncStateChanged', state, ['listReviewItems', { state: 'open' }])).toBe(false)
    expect(isStaleAfter('devicesChanged', [], ['listDevices'])).toBe(true)
    expect(isStaleAfter('devicesChanged', [], ['listVitals', { patient: mine }])).toBe(false)
  })

  it('charting a value reads this patient again at once, and nobody else', () => {
    expect(isStaleAfterAct('recordVitals', { patient: mine }, ['listVitals', { patient: mine }])).toBe(true)
    expect(isStaleAfterAct('recordVitals', { patient: mine }, ['listVitals', { patient: other }])).toBe(false)
    expect(isStaleAfterAct('recordVitals', { patient: mine }, ['readChart', { patient: mine }])).toBe(false)
  })

  it('signing in reads everything that was refused while the screen was locked', () => {
    expect(isStaleAfterAct('signIn', { user: 'amina', password: 'x' }, ['readChart', { patient: mine }])).toBe(true)
    expect(isStaleAfterAct('signIn', { user: 'amina', password: 'x' }, ['whoAmI'])).toBe(true)
  })
})
