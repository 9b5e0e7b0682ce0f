import { describe, expect, test } from 'vitest'
import { CouchProblem } from './couchProblem'
import { readSelector } from './selector'

const visit = { type: 'Encounter', at: '2026-11-21T10:00:00.000Z-0000-A', resource: { subject: { reference: 'Patient/1' } } }
const matches = (selector: unknown, document: Readonly<Record<string, unknown>> = visit) => readSelector(selector)(document)

describe('what a workstation fetches first', () => {
  test('is told by time, type and patient', () => {
    expect(matches({ at: { $gte: '2026-11-20T00:00:00.000Z' } })).toBe(true)
    expect(matches({ at: { $gte: '2026-11-01', $lt: '2026-11-21' } })).toBe(false)
    expect(matches({ type: { $in: ['Practitioner', 'Encounter'] } })).toBe(true)
    expect(matches({ 'resource.subject.reference': { $in: ['Patient/1'] } })).toBe(true)
    expect(matches({ $and: [{ type: { $ne: 'AuditEvent' } }, { $or: [{ at: { $gt: '2027' } }, { type: 'Encounter' }] }] })).toBe(true)
  })

  test('as in CouchDB, a field that is absent answers no comparison, so it is asked for', () => {
    expect(matches({ 'resource.patient.reference': { $nin: ['Patient/1'] } })).toBe(false)
    expect(matches({ 'resource.patient.reference': { $ne: 'Patient/1' } })).toBe(false)
    expect(matches({ $or: [{ 'resource.patient.reference': { $exists: false } }, { 'resource.patient.reference': { $nin: ['Patient/1'] } }] })).toBe(true)
    expect(matches({ 'constructor.name': { $exists: true } })).toBe(false)
  })

  test('what the hub does not know is refused, never answered wrong', () => {
    const nested = (depth: number): object => (depth === 0 ? { type: 'Patient' } : { $and: [nested(depth - 1)] })
    for (const selector of [undefined, null, [], 'x', { $where: '1' }, { at: { $regex: '.*' } }, { at: { toString: 1 } }, { at: [1] }, { at: { $in: 'x' } }, { at: { $in: [{}] } }, nested(40)])
      expect(() => readSelector(selector)).toThrow(CouchProblem)
  })
})
