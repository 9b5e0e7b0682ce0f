import { describe, expect, it } from 'vitest'
import { transition, type UpperEvent, type UpperState } from './stateTable'

const states: readonly UpperState[] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]
/** Runs events from a state; answers where they lead. */
const run = (from: UpperState, isRequestor: boolean, ...events: UpperEvent[]): UpperState => {
  let state = from
  for (const event of events) state = transition(state, event, isRequestor)?.state ?? state
  return state
}

describe('the state machine of the upper layer (PS3.8 table 9-10)', () => {
  it('goes the ordinary way on both sides, from idle to idle', () => {
    expect(run(1, true, 'associate-request', 'connected', 'associate-ac', 'data-request', 'data-tf', 'release-request', 'release-rp')).toBe(1)
    expect(run(1, false, 'connection-indication', 'associate-rq', 'accept', 'data-tf', 'data-request', 'release-rq', 'release-response', 'connection-closed')).toBe(1)
  })

  it('ends a release that both sides ask for at once, the requestor answering first', () => {
    expect(run(6, true, 'release-request', 'release-rq')).toBe(9)
    expect(run(9, true, 'release-response')).toBe(11)
    expect(run(11, true, 'release-rp')).toBe(1)
    expect(run(6, false, 'release-request', 'release-rq')).toBe(10)
    expect(run(10, false, 'release-rp', 'release-response')).toBe(13)
  })

  it('takes data of the peer while its own release is on the way, and in no other state than these two', () => {
    const taking = states.filter((state) => ['DT-2', 'AR-6'].includes(transition(state, 'data-tf', true)?.action ?? ''))
    expect(taking).toEqual([6, 7])
  })

  it('answers what does not fit with an abort in every state of an association, and awaits its end', () => {
    for (const event of ['associate-ac', 'associate-rq', 'invalid-pdu'] as const) {
      for (const state of [3, 6, 7, 8, 9, 10, 11, 12] as const) {
        expect(transition(state, event, true), `${event} in Sta${state}`).toEqual({ action: 'AA-8', state: 13 })
      }
    }
  })

  it('is idle again once the line is closed, whatever was under way', () => {
    for (const state of states.filter((each) => each !== 1)) expect(transition(state, 'connection-closed', true)?.state).toBe(1)
  })
})
