import type { networkInterfaces } from 'node:os'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { watchNetwork } from './watchNetwork'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const at = (...addresses: string[]) => Object.fromEntries(addresses.map((address, n) => [`eth${n}`, [{ address, internal: address.startsWith('127') }]])) as unknown as ReturnType<typeof networkInterfaces>

test('another network and the end of a sleep are noticed within seconds; no network at all is no reason to hurry', () => {
  let interfaces = at('127.0.0.1', '192.168.1.20')
  let now = 0
  const changed = vi.fn()
  const stop = watchNetwork({ changed, interfaces: () => interfaces, now: () => now, everyMs: 3_000 })
  const pass = (ms = 3_000) => {
    now += ms
    vi.advanceTimersByTime(3_000)
  }
  pass()
  expect(changed).not.toHaveBeenCalled()
  interfaces = at('127.0.0.1')
  pass()
  expect(changed).not.toHaveBeenCalled()
  interfaces = at('127.0.0.1', '10.0.0.7')
  pass()
  expect(changed).toHaveBeenCalledTimes(1)
  pass(3_600_000)
  expect(changed).toHaveBeenCalledTimes(2)
  stop()
  interfaces = at('127.0.0.1', '10.0.0.8')
  pass()
  expect(changed).toHaveBeenCalledTimes(2)
})
