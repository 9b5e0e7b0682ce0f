import { describe, expect, test } from 'vitest'
import { readSelector } from '../../hub'
import { beginLoad, isEarly, loadSteps, nextStep, selectorOf, withPatientsOf, type Load } from './loadPlan'

const nowMs = Date.parse('2026-11-21T12:00:00Z')
const ofDay = (at: string, type = 'Encounter', subject = 'P1', id = 'E1') => ({ id, type, at: `${at}T08:00:00.000Z-0000-A`, search: { subject } })

describe('a first load over a slow line', () => {
  test('takes today first, then its patients, then what is around them, then history, and who read what last', () => {
    const steps: string[] = []
    for (let load: Load | undefined = beginLoad('7-x', nowMs); load; load = nextStep({ ...load, since: '99-x' })) {
      expect(load.since).toBe('7-x')
      steps.push(`${load.step}${isEarly(load.step) ? '!' : ''}`)
    }
    expect(steps).toEqual(['today!', 'patients!', 'around!', 'month', 'year', 'earlier', 'audit'])
  })

  test("remembers the patients of today's records and of no others", () => {
    const load = withPatientsOf(beginLoad('0', nowMs), [ofDay('2026-11-21'), ofDay('2026-11-20', 'Observation', 'P2'), ofDay('2026-10-01', 'Device', 'P3'), ofDay('2026-11-21', 'AuditEvent', 'P4'), ofDay('2026-11-21')])
    expect(load.patients).toEqual(['P1', 'P2'])
    expect(withPatientsOf({ ...load, step: 'month' }, [ofDay('2026-11-21', 'Encounter', 'P9')]).patients).toEqual(['P1', 'P2'])
    const crowd = Array.from({ length: 1_000 }, (_, n) => ofDay('2026-11-21', 'Encounter', `P${n}`))
    expect(withPatientsOf(load, crowd).patients).toHaveLength(400)
  })

  test('every record is taken by one step and by no other', () => {
    const load: Load = { ...beginLoad('0', nowMs), patients: ['P1'] }
    const takers = loadSteps.filter((step) => step !== 'patients').map((step) => ({ step, matches: readSelector(selectorOf({ ...load, step })) }))
    const record = (type: string, at: string, resource: object) => ({ type, at: `${at}T08:00:00.000Z-0000-A`, resource })
    const about = [{ subject: { reference: 'Patient/P1' } }, { subject: { reference: 'Patient/P2' } }, { patient: { reference: 'Patient/P1' } }, { patient: { reference: 'Patient/P2' } }, {}]
    for (const type of ['Patient', 'Observation', 'AllergyIntolerance', 'Practitioner', 'Task', 'AuditEvent'])
      for (const at of ['2026-11-21', '2026-11-10', '2026-03-01', '2021-01-01'])
        for (const resource of about) {
          const taken = takers.filter(({ matches }) => matches(record(type, at, resource))).map(({ step }) => step)
          expect(taken, `${type} ${at} ${JSON.stringify(resource)}`).toHaveLength(1)
        }
  })
})
