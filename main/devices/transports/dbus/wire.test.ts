import { describe, expect, it } from 'vitest'
import { randomFrom } from '../../../../shared/standards/astm/testing/session'
import { hasBus, startBus } from '../testing/privateBus'
import { BusProblem } from './bus'
import { type BusMessage, MessageReader, messageType, typesOf, Variant, WireProblem, writeMessage } from './wire'

const hello: BusMessage = { type: messageType.call, serial: 1, destination: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus', interface: 'org.freedesktop.DBus', member: 'Hello', body: [] }
const everything: BusMessage = {
  type: messageType.signal,
  serial: 7,
  path: '/a',
  interface: 'a.b',
  member: 'C',
  signature: 'ybnqiuxtdsogaysa{sv}a(so)v',
  body: [255, true, -5, 65_535, -70_000, 4_000_000_000, -5_000_000_000n, 18_000_000_000_000_000_000n, 2.5, 'grün', '/x', 'as', Uint8Array.of(1, 2, 3), 'after',
    new Map([['Name', new Variant('s', 'Cuff')], ['RSSI', new Variant('n', -60)], ['UUIDs', new Variant('as', ['1101'])]]), [['s', '/o']], new Variant('(ub)', [5, false])],
}
const read: unknown[] = [255, true, -5, 65_535, -70_000, 4_000_000_000, -5_000_000_000n, 18_000_000_000_000_000_000n, 2.5, 'grün', '/x', 'as', Uint8Array.of(1, 2, 3), 'after',
  new Map<string, unknown>([['Name', 'Cuff'], ['RSSI', -60], ['UUIDs', ['1101']]]), [['s', '/o']], [5, false]]

describe('messages of D-Bus', () => {
  it('are written as the specification has it', () => {
    // l, call, no flags, version 1, no body, serial 1, 109 bytes of fields, the first of them the path.
    expect([...writeMessage(hello).subarray(0, 24)]).toEqual([0x6c, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 109, 0, 0, 0, 1, 1, 0x6f, 0, 21, 0, 0, 0])
    expect(writeMessage(hello).length % 8).toBe(0)
  })

  it('are read as they were written, whole, byte by byte and two at once', () => {
    const bytes = Uint8Array.from([...writeMessage(everything), ...writeMessage(hello)])
    const [first, second] = new MessageReader().feed(bytes)
    expect(first).toMatchObject({ type: messageType.signal, serial: 7, path: '/a', interface: 'a.b', member: 'C' })
    expect(first!.body).toEqual(read)
    expect(second).toEqual(hello.body.length === 0 ? { ...hello, body: [] } : hello)
    const reader = new MessageReader()
    expect([...bytes].flatMap((byte) => reader.feed(Uint8Array.of(byte)))).toEqual([first, second])
  })

  it('have types that can be told apart', () => {
    expect(typesOf('isa{sv}a(so)aav(i(ay))')).toEqual(['i', 's', 'a{sv}', 'a(so)', 'aav', '(i(ay))'])
    for (const wrong of ['()', 'a', '(i', 'z', 'a{s', `${'a'.repeat(100)}i`]) expect(() => typesOf(wrong), wrong).toThrow(WireProblem)
  })

  it('that are damaged, cut or made up end the connection with a named problem, and hang nothing (400 seeds)', () => {
    const whole = writeMessage(everything)
    for (let seed = 1; seed <= 400; seed++) {
      const random = randomFrom(seed)
      const bytes = whole.slice()
      for (let times = 0; times < 1 + random() * 6; times++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256)
      try {
        new MessageReader().feed(bytes)
      } catch (error) {
        if (!(error instanceof WireProblem)) throw new Error(`seed ${seed}`, { cause: error })
      }
    }
  })

  it('that say they are longer than anybody needs are not waited for', () => {
    const bytes = writeMessage(hello)
    new DataView(bytes.buffer).setUint32(4, 64 * 1024 * 1024, true)
    expect(() => new MessageReader().feed(bytes)).toThrow(WireProblem)
  })
})

describe.skipIf(!hasBus)('a message bus (dbus-daemon; skipped where there is none)', () => {
  it('carries calls, answers, errors and signals between two of us; one that nobody answers is not waited for, and its end is told', async () => {
    const bus = await startBus()
    const [one, other] = [await bus.connect(), await bus.connect()]
    other.serve('/thing', (member, body) => {
      if (member === 'Echo') return Promise.resolve({ signature: 'as', body: [body[0]] })
      if (member === 'Never') return new Promise(() => undefined)
      return Promise.reject(new BusProblem('org.outpost.No', 'not this'))
    })
    const call = (member: string, limitMs?: number) => one.call({ to: other.name, path: '/thing', interface: 'org.outpost.Thing', member, signature: 'as', body: [['a', 'b']], ...(limitMs ? { limitMs } : {}) })
    expect(await call('Echo')).toEqual([['a', 'b']])
    await expect(call('Other')).rejects.toMatchObject({ errorName: 'org.outpost.No', message: 'not this' })
    await expect(call('Never', 20)).rejects.toMatchObject({ errorName: 'org.freedesktop.DBus.Error.NoReply' })
    await expect(one.call({ to: 'org.nobody', path: '/', interface: 'a.b', member: 'C' })).rejects.toBeInstanceOf(BusProblem)
    const ended = new Promise<void>((end) => one.onClose(end))
    const waiting = call('Never')
    await Promise.all([expect(waiting).rejects.toMatchObject({ errorName: 'org.freedesktop.DBus.Error.Disconnected' }), bus.close()])
    await ended
    await expect(call('Echo')).rejects.toMatchObject({ errorName: 'org.freedesktop.DBus.Error.Disconnected' })
  })
})
