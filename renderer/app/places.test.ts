import { describe, expect, it } from 'vitest'
import { placesOf } from './places'

describe('the screens of a role', () => {
  it('begin with the home of the role', () => {
    expect(placesOf({ role: 'lab-technician', actions: ['patient.read', 'tray.read', 'device.read', 'sync.read'] })[0]).toBe('tray')
    expect(placesOf({ role: 'nurse', actions: ['patient.read', 'vitals.write', 'tray.read'] }).slice(0, 2)).toEqual(['round', 'patients'])
    expect(placesOf({ role: 'doctor', actions: ['patient.read', 'vitals.write', 'result.sign-off'] }).slice(0, 2)).toEqual(['queue', 'patients'])
    expect(placesOf({ role: 'nurse', actions: ['patient.read', 'tray.read'] })[0]).toBe('patients')
    expect(placesOf({ role: 'administrator', actions: ['patient.read', 'staff.manage', 'audit.read'] })).toEqual(['staff', 'patients', 'audit'])
  })

  it('open the laboratory to who verifies, and to who only sets its rules', () => {
    expect(placesOf({ role: 'doctor', actions: ['result.verify'] })).toEqual(['lab'])
    expect(placesOf({ role: 'administrator', actions: ['lab.configure'] })).toEqual(['lab'])
  })

  it('have no door that the role may not open', () => {
    expect(placesOf({ role: 'device-technician', actions: ['device.read', 'sync.read'] })).toEqual(['devices', 'sync'])
    expect(placesOf({ role: 'administrator', actions: [] })).toEqual([])
  })
})
