import { describe, expect, it } from 'vitest'
import { escalation, nextStepAt } from './escalation'

const at = (time: string) => `2026-11-21T${time}.000Z`

describe('E10: an alert that nobody answers', () => {
  it('goes to the next on the roster after five minutes to the second, then to the lead, then to everybody', () => {
    const people = ['first', 'second', 'lead']
    expect(escalation(at('09:00:00'), people, at('09:04:59'))).toEqual([{ practitioner: 'first', from: at('09:00:00') }])
    expect(escalation(at('09:00:00'), people, at('09:05:00')).at(-1)).toEqual({ practitioner: 'second', from: at('09:05:00') })
    expect(escalation(at('09:00:00'), people, at('09:10:00')).map(({ practitioner }) => practitioner)).toEqual(['first', 'second', 'lead'])
    const all = escalation(at('09:00:00'), people, at('12:00:00'))
    expect(all.at(-1)).toEqual({ from: at('09:15:00') })
    expect(nextStepAt(all)).toBeUndefined()
    expect(nextStepAt(all.slice(0, 1))).toBe(at('09:05:00'))
  })

  it('goes to everybody at once where nobody is on duty', () => {
    expect(escalation(at('09:00:00'), [], at('09:00:01'))).toEqual([{ from: at('09:00:00') }])
  })

  it('goes to somebody also where this computer’s clock is behind', () => {
    expect(escalation(at('09:00:00'), ['first'], at('08:00:00'))).toEqual([{ practitioner: 'first', from: at('09:00:00') }])
  })
})
