import { describe, expect, it } from 'vitest'
import { dutiesOf, isOnDuty, rosterRecord, type Duty } from './dutyRoster'

const day: Duty = { practitioner: '01HV000000000000000000000D', from: '08:00', to: '20:00', rank: 1 }
const night: Duty = { practitioner: '01HV000000000000000000000N', from: '20:00', to: '08:00', rank: 1 }
const lead: Duty = { practitioner: '01HV000000000000000000000L', from: '00:00', to: '00:00', rank: 2 }
const at = (time: string, on = '2026-11-21', dayBefore = '2026-11-20') => ({ day: on, time, dayBefore })

describe('A41: who is on duty for alerts', () => {
  it('keeps the duties of a day in the order in which people are told', () => {
    expect(dutiesOf(rosterRecord('2026-11-21', [lead, night, day], undefined))).toEqual([day, night, lead])
  })

  it('takes a duty out for good, also when the roster of another workstation still has it', () => {
    const before = rosterRecord('2026-11-21', [day, night], undefined)
    const after = rosterRecord('2026-11-21', [night], before)
    expect(dutiesOf(after)).toEqual([night])
    expect(after.extension![0]!.extension).toHaveLength(2)
  })

  it('knows to the minute who is on duty, over midnight too', () => {
    expect([day, night, lead].map((duty) => isOnDuty(duty, '2026-11-21', at('07:59')))).toEqual([false, false, true])
    expect([day, night, lead].map((duty) => isOnDuty(duty, '2026-11-21', at('08:00')))).toEqual([true, false, true])
    expect([day, night, lead].map((duty) => isOnDuty(duty, '2026-11-21', at('20:00')))).toEqual([false, true, true])
    expect([day, night].map((duty) => isOnDuty(duty, '2026-11-20', at('03:00')))).toEqual([false, true])
    expect([day, night].map((duty) => isOnDuty(duty, '2026-11-20', at('08:00')))).toEqual([false, false])
    expect(isOnDuty(night, '2026-11-19', at('03:00'))).toBe(false)
  })

  it('leaves out what is no duty', () => {
    const record = rosterRecord('2026-11-21', [day], undefined)
    record.extension![0]!.extension!.push({ url: 'x', valueString: 'y' }, { url: 'somebody 25:00', valueString: '08:00 1' }, { url: 'somebody 08:00' })
    expect(dutiesOf(record)).toEqual([day])
    expect(dutiesOf({ resourceType: 'Basic', code: { text: 'another' } })).toEqual([])
  })
})
