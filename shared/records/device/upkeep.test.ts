import type { Device } from 'fhir/r4'
import { describe, expect, it } from 'vitest'
import { calibrationOn, describedAs, overdueAt, upkeepOf, withUpkeep } from './upkeep'

const device: Device = { resourceType: 'Device', status: 'active', extension: [{ url: 'urn:other', valueString: 'stays' }] }

describe('the upkeep of a device', () => {
  it('is kept in its record, beside what else stands there, and taken away again', () => {
    const kept = withUpkeep(device, { serialNumber: 'SN-1', calibrationDue: '2026-11-30' })
    expect(upkeepOf(kept)).toEqual({ serialNumber: 'SN-1', calibrationDue: '2026-11-30' })
    expect(kept.extension).toContainEqual({ url: 'urn:other', valueString: 'stays' })
    expect(withUpkeep(kept, {})).toEqual(device)
  })

  it('is beside its name and its place, which may be none', () => {
    const described = describedAs(withUpkeep(device, { serialNumber: 'SN-1' }), { name: 'Monitor 3', place: 'Ward' })
    expect(described).toMatchObject({ deviceName: [{ name: 'Monitor 3' }], note: [{ text: 'Ward' }], serialNumber: 'SN-1' })
    expect(describedAs(described, { name: 'Monitor 4', place: '' }).note).toBeUndefined()
  })

  it('is good on the day when the calibration is due, and overdue on the next', () => {
    expect(calibrationOn('2026-11-30', '2026-11-30')).toBe('soon')
    expect(calibrationOn('2026-12-01', '2026-11-30')).toBe('overdue')
    expect(calibrationOn('2026-10-30', '2026-11-30')).toBe('good')
    expect(calibrationOn('2026-10-31', '2026-11-30')).toBe('soon')
    expect(calibrationOn('2026-12-01', undefined)).toBe('unknown')
  })

  it.each([['Africa/Nairobi', '2026-11-30T22:00:00.000Z', '2026-11-30'], ['America/Bogota', '2026-12-01T02:00:00.000Z', undefined]])('counts the days of the clinic: %s', (zone, at, expected) => {
    const before = process.env['TZ']
    process.env['TZ'] = zone
    try {
      expect(overdueAt(withUpkeep(device, { calibrationDue: '2026-11-30' }), at)).toBe(expected)
    } finally {
      if (before === undefined) delete process.env['TZ']
      else process.env['TZ'] = before
    }
  })

  it('tells of a reading whether the calibration was due before it', () => {
    const kept = withUpkeep(device, { calibrationDue: '2026-11-30' })
    expect(overdueAt(kept, '2026-12-01T12:00:00.000Z')).toBe('2026-11-30')
    expect(overdueAt(kept, '2026-11-30T12:00:00.000Z')).toBeUndefined()
    expect(overdueAt(device, '2026-12-01T08:00:00.000Z')).toBeUndefined()
    expect(overdueAt(undefined, '2026-12-01T08:00:00.000Z')).toBeUndefined()
  })
})
