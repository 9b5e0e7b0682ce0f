import { Duplex } from 'node:stream'
import type { Socket } from 'node:net'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { encodeAssociateAc } from './pdu'
import { UpperLayer } from './upperLayer'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

it('a peer that takes a long instance piece by piece is not silent; one that takes nothing more is', () => {
  const line = Object.assign(new Duplex({ read: () => undefined, write: (_bytes, _encoding, done) => done() }), { setNoDelay: () => undefined, destroySoon: () => undefined })
  const ended: string[] = []
  const upper = new UpperLayer(
    line as unknown as Socket, true,
    { associateIndication: () => undefined, associateConfirmed: () => undefined, associateRejected: () => undefined, dataIndication: () => undefined, releaseIndication: () => undefined, ended: (how) => ended.push(how) },
    { maximumLength: 128 * 1024, artimMs: 1000, idleMs: 60_000 },
  )
  const names = { calledAeTitle: 'PACS', callingAeTitle: 'OUTPOST', maximumLength: 0, implementationClassUid: '1.2', implementationVersion: 'X', roles: [] }
  upper.request({ ...names, contexts: [] })
  line.emit('data', encodeAssociateAc({ ...names, contexts: [] }))
  for (let minute = 0; minute < 5; minute += 1) {
    expect(upper.sendFragment(1, false, false, Buffer.alloc(1024))).toBe(true)
    vi.advanceTimersByTime(40_000)
    expect(ended).toEqual([])
  }
  vi.advanceTimersByTime(60_000)
  expect(ended).toEqual(['silent'])
})
