import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { openLink, type LinkState } from './link'
import { ServerProblem, type Server } from './server'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const link = (outcome: () => Promise<unknown>, options: { check?: () => Promise<'ours' | 'server-other-practice'> } = {}) => {
  const tries: number[] = []
  const states: LinkState[] = []
  const renewed = vi.fn()
  const made = openLink({ server: { renew: renewed } as unknown as Server, check: options.check ?? (async () => 'ours'), changed: () => states.push(made.state), firstPauseMs: 1_000, longestPauseMs: 60_000 })
  const running = made.run(() => (tries.push(Date.now()), outcome())).catch((error: unknown) => error)
  return { made, tries, states, running, renewed }
}
const gaps = (tries: readonly number[]) => tries.slice(1).map((at, place) => at - (tries[place] ?? 0))
const unreachable = () => Promise.reject(new ServerProblem('unreachable'))

describe('a server that does not answer', () => {
  test('is tried again after pauses that double up to a minute, each shortened by chance, so that a clinic does not come back all at once', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1)
    const { tries, made } = link(unreachable)
    await vi.advanceTimersByTimeAsync(300_000)
    expect(gaps(tries).slice(0, 8)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000])
    made.stop()
    vi.mocked(Math.random).mockReturnValue(0)
    const lucky = link(unreachable)
    await vi.advanceTimersByTimeAsync(20_000)
    expect(gaps(lucky.tries).slice(0, 4)).toEqual([500, 1_000, 2_000, 4_000])
    lucky.made.stop()
  })

  test('after something came that need not come again, the next pause is a short one', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1)
    const tries: number[] = []
    const made = openLink({ server: {} as Server, check: async () => 'ours', changed: () => undefined, firstPauseMs: 1_000 })
    const running = made.run((_server, _signal, alive) => {
      tries.push(Date.now())
      alive('progress')
      return unreachable()
    }).catch(() => undefined)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(new Set(gaps(tries))).toEqual(new Set([1_000]))
    made.stop()
    await vi.advanceTimersByTimeAsync(60_000)
    await running
  })

  test('another network ends the pause and is no failure: nothing is called offline that was cut by ourselves', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1)
    let fail: (error: Error) => void = () => undefined
    const { tries, states, made, renewed } = link(() => (tries.length < 2 ? new Promise((_resolve, reject) => (fail = reject)) : Promise.resolve('there')))
    await vi.advanceTimersByTimeAsync(10)
    made.renew()
    expect(renewed).toHaveBeenCalled()
    fail(new ServerProblem('unreachable'))
    await vi.advanceTimersByTimeAsync(10)
    expect(tries).toHaveLength(2)
    expect(states.map(({ link: state }) => state)).toEqual(['online'])
  })

  test('a check that fails by a fault of ours, such as a full disk, is told and tried again', async () => {
    let checks = 0
    const told: unknown[] = []
    const full = new Error('the disk is full')
    const check = () => (++checks === 1 ? Promise.reject(full) : Promise.resolve('ours' as const))
    const made = openLink({ server: {} as Server, check, changed: () => undefined, fault: (error) => told.push(error), firstPauseMs: 1_000 })
    const running = made.run(() => Promise.resolve('there')).catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(await running).toBe('there')
    expect(told).toEqual([full])
  })

  test('what a person has to put right is tried seldom: a hub locks out who tries too often', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1)
    const refused = link(() => Promise.reject(new ServerProblem('refused', 401)))
    const strange = link(() => Promise.reject(new ServerProblem('untrusted', 0, 'x', 'certificate-date')))
    await vi.advanceTimersByTimeAsync(120_000)
    expect(refused.made.state).toEqual({ link: 'offline', problem: 'server-refused' })
    expect(refused.tries.length).toBeLessThanOrEqual(4)
    expect(strange.made.state).toEqual({ link: 'offline', problem: 'certificate-date' })
    expect(strange.tries.length).toBeGreaterThan(5)
    refused.made.stop()
    strange.made.stop()
  })
})
