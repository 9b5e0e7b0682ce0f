import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openReplica, type Replica } from '../../../replica'
import { openOutbox, type Deliver, type Outbox, type OutboxParts, type SendAsk } from './outbox'
import { PeerProblem } from '../problem'
import { isNight, nextNight, pauseMs } from './rules'

const noon = new Date(2026, 10, 21, 12, 0).getTime()
const night = { from: '20:00', to: '06:00' }

describe('D14: the rule of the night', () => {
  const at = (hour: number, minute = 0): number => new Date(2026, 10, 21, hour, minute).getTime()
  it('goes over midnight', () => {
    expect([5, 6, 12, 19, 20, 23].map((hour) => isNight(at(hour), night))).toEqual([true, false, false, false, true, true])
    expect(nextNight(at(12), night)).toBe(at(20))
    expect(nextNight(at(21), night)).toBe(at(21))
    expect(nextNight(at(7), { from: '01:00', to: '06:00' })).toBe(new Date(2026, 10, 22, 1, 0).getTime())
    expect(isNight(at(12), { from: '00:00', to: '00:00' })).toBe(true)
  })

  it('and pauses grow from half a minute to an hour', () => {
    expect([1, 2, 3, 20].map((attempt) => pauseMs(attempt, 1))).toEqual([30_000, 60_000, 120_000, 3_600_000])
    expect(pauseMs(1, 0)).toBe(22_500)
  })
})

describe('D14: the outbox', () => {
  let folder = ''
  let replica: Replica
  let outbox: Outbox | undefined
  let clock = noon
  const instances = ['1.1', '1.2', '1.3']
  const ask: SendAsk = {
    key: 'first-send', patient: 'p', study: 's', studyInstanceUid: '1.2.3', description: 'CT', instances: 3, peer: { id: 'peer', name: 'Reading room' }, when: 'now', by: { practitioner: 'd', name: 'Dr. Okoro' },
  }
  const open = async (deliver: Deliver, more: Partial<OutboxParts> = {}): Promise<Outbox> => {
    outbox = await openOutbox({ local: replica.local, deliver, now: () => clock, random: () => 1, lookEveryMs: 5, ...more })
    return outbox
  }
  /** Waits until the first send is in this state. */
  const until = async (state: string) => {
    for (;;) {
      const [entry] = await (outbox?.list() ?? [])
      if (entry?.state === state) return entry
      await new Promise((later) => setTimeout(later, 3))
    }
  }
  const sendAll: Deliver = async (_send, sent, news) => {
    news.total(instances.length)
    for (const sop of instances) if (!sent.has(sop)) news.sent(sop)
  }

  beforeEach(async () => {
    clock = noon
    folder = await mkdtemp(join(tmpdir(), 'outbox-'))
    replica = await openReplica({ folder, key: new Uint8Array(32).fill(7), practice: '01JD0000000000000000PRACT1', station: 'A' })
  })
  afterEach(async () => {
    await outbox?.close()
    outbox = undefined
    await replica.close()
    await rm(folder, { recursive: true, force: true })
  })

  it('sends what is asked for now at once, and once however often the button is pressed', async () => {
    let deliveries = 0
    const open1 = await open(async (...given) => {
      deliveries += 1
      await sendAll(...given)
    })
    await open1.queue(ask)
    await open1.queue(ask)
    expect(await until('sent')).toMatchObject({ sent: 3, total: 3, attempts: 1, by: 'Dr. Okoro' })
    expect(await open1.list()).toHaveLength(1)
    expect(deliveries).toBe(1)
  })

  it('never says sent of a study whose images are not all here any more when it leaves', async () => {
    const box = await open(async (_send, _sent, news) => news.total(0))
    await box.queue({ ...ask, when: 'night' })
    clock = new Date(2026, 10, 21, 22, 0).getTime()
    expect(await until('failed')).toMatchObject({ sent: 0, problem: 'damaged' })
  })

  it('keeps for the night what may wait, and it leaves when the night comes', async () => {
    const open1 = await open(sendAll)
    const queued = await open1.queue({ ...ask, when: 'night' })
    expect(queued.state).toBe('waiting')
    await open1.settled()
    expect((await open1.list())[0]?.state).toBe('waiting')
    clock = new Date(2026, 10, 21, 20, 0).getTime()
    await until('sent')
  })

  it('tries again after a cut, later and later, and sends only what had not arrived', async () => {
    const seen: (readonly string[])[] = []
    const open1 = await open(async (_send, sent, news) => {
      seen.push([...sent])
      news.total(3)
      if (seen.length === 1) {
        news.sent('1.1')
        throw new PeerProblem('broken-off')
      }
      news.sent('1.2')
      news.sent('1.3')
    })
    await open1.queue(ask)
    const waiting = await until('waiting').then(() => open1.settled()).then(() => open1.list())
    expect(waiting[0]).toMatchObject({ state: 'waiting', problem: 'broken-off', sent: 1, attempts: 1, nextAt: new Date(noon + 30_000).toISOString() })
    clock += 30_000
    expect(await until('sent')).toMatchObject({ sent: 3, attempts: 2 })
    expect((await open1.list())[0]?.problem).toBeUndefined()
    expect(seen).toEqual([[], ['1.1']])
  })

  it('lets a person look at what the other place refuses, and try again', async () => {
    let isMended = false
    const open1 = await open(async (_send, _sent, news) => {
      news.total(1)
      if (isMended) news.sent('1.1')
      else news.refused('1.1', 'refused', 'A900')
    })
    await open1.queue({ ...ask, instances: 1 })
    expect(await until('failed')).toMatchObject({ problem: 'refused', detail: 'A900', refused: 1 })
    isMended = true
    expect(await open1.retry('first-send')).toMatchObject({ attempts: 0 })
    expect(await until('sent')).toMatchObject({ sent: 1, refused: 0 })
    expect(await open1.retry('first-send')).toBe('not-now')
    expect(await open1.retry('no-such-send')).toBe('not-found')
  })

  it('gives up one day, and says so', async () => {
    const open1 = await open(async () => {
      clock += 3_600_000
      throw new PeerProblem('unreachable')
    }, { giveUpAfter: 4 })
    const ticking = setInterval(() => (clock += 3_600_000), 1)
    await open1.queue(ask)
    const failed = await until('failed')
    clearInterval(ticking)
    expect(failed).toMatchObject({ problem: 'unreachable', attempts: 4 })
  })

  it('stops when a person cancels it, and what had arrived counts', async () => {
    let begun = (): void => undefined
    const beginning = new Promise<void>((resolve) => (begun = resolve))
    const open1 = await open(async (_send, _sent, news, signal) => {
      news.total(3)
      news.sent('1.1')
      begun()
      await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new PeerProblem('broken-off'))))
    })
    await open1.queue(ask)
    await beginning
    expect(await open1.cancel('first-send')).toMatchObject({ state: 'cancelled', sent: 1 })
    expect(await open1.cancel('first-send')).toBe('not-now')
  })

  it('goes on after the computer went down in the middle of it', async () => {
    const open1 = await open((_send, _sent, news, signal) => {
      news.total(3)
      news.sent('1.1')
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new PeerProblem('broken-off'))))
    })
    await open1.queue(ask)
    await until('sending')
    await open1.close()
    // As a crash leaves it.
    const [left] = await replica.local.list<{ readonly sent: readonly string[] }>('dicom-send')
    await replica.local.put('dicom-send', 'first-send', left?.value, 'sending')
    await open(sendAll)
    expect(await until('sent')).toMatchObject({ sent: 3 })
  })
})
