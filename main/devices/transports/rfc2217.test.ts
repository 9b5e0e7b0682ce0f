import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { randomFrom } from '../../../shared/standards/astm/testing/session'
import { rfc2217Transport } from './rfc2217'
import { escapeTelnet, subnegotiation, TelnetReader } from './telnet'
import { transportAt } from './transportAt'
import type { ClosedWhy, Line } from './transport'

const settings = { baudRate: 19200, dataBits: 7, parity: 'even', stopBits: 1 } as const
const text = (bytes: Iterable<number>) => String.fromCharCode(...bytes)

/** A converter as RFC 2217 describes it, byte by byte: it agrees, confirms settings and echoes what it is sent. */
const converter = (behaves: { limit?: number; first?: readonly number[]; says?: (what: number, value: number[]) => number[] } = {}) => {
  const heard = { settings: new Map<number, number[]>(), data: [] as number[], escaped: 0 }
  let socket: Socket | undefined
  const server: Server = createServer((given) => {
    socket = given
    given.on('error', () => undefined)
    let held: number[] = []
    given.on('data', (chunk) => {
      const bytes = [...held, ...chunk]
      held = []
      for (let at = 0; at < bytes.length; ) {
        if (bytes[at] !== 255) {
          heard.data.push(bytes[at]!)
          given.write(Uint8Array.of(bytes[at++]!))
        } else if (bytes[at + 1] === 255) {
          heard.escaped++
          heard.data.push(255)
          given.write(Uint8Array.of(255, 255))
          at += 2
        } else if (bytes[at + 1] === 250) {
          const end = bytes.findIndex((byte, place) => place > at && byte === 255 && bytes[place + 1] === 240)
          if (end < 0) {
            held = bytes.slice(at)
            return
          }
          const [, what, ...value] = bytes.slice(at + 2, end)
          heard.settings.set(what!, value)
          given.write(Uint8Array.from([255, 250, 44, what! + 100, ...(behaves.says?.(what!, value) ?? value), 255, 240]))
          at = end + 2
        } else {
          // WILL is answered with DO, DO with WILL: once each by the other side's rule.
          if (bytes[at + 1] === 251) given.write(Uint8Array.of(255, 253, bytes[at + 2]!))
          at += 3
        }
      }
    })
    if (behaves.first) given.write(Uint8Array.from(behaves.first))
  })
  return new Promise<{ path: string; heard: typeof heard; socket: () => Socket; close: () => void }>((ready) =>
    server.listen(0, '127.0.0.1', () =>
      ready({ path: `rfc2217://127.0.0.1:${(server.address() as AddressInfo).port}`, heard, socket: () => socket!, close: () => (socket?.destroy(), server.close()) })),
  )
}

describe('a serial port behind a converter in the network (RFC 2217)', () => {
  const closing: (() => unknown)[] = []
  afterEach(async () => {
    for (const close of closing.splice(0)) await close()
  })
  const start = async (...behaves: Parameters<typeof converter>) => {
    const one = await converter(...behaves)
    closing.push(one.close)
    return one
  }
  const openAt = async (path: string) => {
    const heard: number[] = []
    let line: Line | undefined
    const why = new Promise<ClosedWhy>((closed) => void transportAt(path, settings).open({ bytes: (bytes) => heard.push(...bytes), closed }).then((opened) => (line = opened)))
    while (!line) await new Promise((later) => setTimeout(later, 5))
    closing.push(() => line!.close())
    return { line, heard, why }
  }
  const until = async (is: () => boolean) => {
    for (let tries = 0; !is(); tries++) {
      if (tries > 400) throw new Error('still waiting')
      await new Promise((later) => setTimeout(later, 5))
    }
  }

  it('gets speed, bits, parity and stop bits from here, and then carries every byte there is, both ways', async () => {
    const box = await start({ first: [255, 253, 44, 255, 251, 44, 255, 253, 0, ...Buffer.from('early')] })
    const { line, heard, why } = await openAt(box.path)
    expect(box.heard.settings.get(1)).toEqual([0, 0, 75, 0])
    expect([2, 3, 4].map((what) => box.heard.settings.get(what))).toEqual([[7], [3], [1]])
    const all = Uint8Array.from({ length: 256 }, (_, byte) => byte)
    await line.write(all)
    await until(() => heard.length === 5 + 256)
    expect(text(heard.slice(0, 5))).toBe('early')
    expect(heard.slice(5)).toEqual([...all])
    expect(box.heard).toMatchObject({ data: [...all], escaped: 1 })
    box.socket().destroy()
    expect(await why).toBe('unplugged')
    await expect(line.write(all)).rejects.toMatchObject({ kind: 'port-failed' })
  })

  it('cannot do seven bits: the line is refused, instead of carrying garbage', async () => {
    const box = await start({ says: (what, value) => (what === 2 ? [8] : value) })
    await expect(transportAt(box.path, settings).open({ bytes: () => undefined, closed: () => undefined })).rejects.toMatchObject({ kind: 'port-failed', message: 'the converter cannot do these line settings' })
  })

  it('speaks no RFC 2217, or says nothing, or hangs up: each is told, none hangs', async () => {
    const none = { bytes: () => undefined, closed: () => undefined }
    for (const greet of [(socket: Socket) => socket.write(Uint8Array.of(255, 254, 44)), () => undefined, (socket: Socket) => socket.destroy()]) {
      const server = createServer((socket) => void greet(socket.on('error', () => undefined)))
      await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
      await expect(rfc2217Transport(`rfc2217://127.0.0.1:${(server.address() as AddressInfo).port}`, settings, 60).open(none)).rejects.toMatchObject({ kind: 'port-failed' })
      server.close()
    }
    await expect(transportAt('rfc2217://127.0.0.1:1', settings).open(none)).rejects.toMatchObject({ kind: 'port-missing' })
    await expect(transportAt('rfc2217://', settings).open(none)).rejects.toMatchObject({ kind: 'port-missing' })
  })

  it('asks us to wait, and to go on: nothing is lost', async () => {
    const box = await start()
    const { line, heard } = await openAt(box.path)
    box.socket().write(subnegotiation(44, [108]))
    await new Promise((later) => setTimeout(later, 30))
    const sent = line.write(Buffer.from('held'))
    await new Promise((later) => setTimeout(later, 30))
    expect(box.heard.data).toEqual([])
    box.socket().write(subnegotiation(44, [109]))
    await sent
    await until(() => text(heard) === 'held')
  })
})

describe('Telnet', () => {
  it('reads the same however it is cut, whatever is in it (100 seeds)', () => {
    for (let seed = 1; seed <= 100; seed++) {
      const random = randomFrom(seed)
      const bytes = Uint8Array.from({ length: 200 }, () => (random() < 0.4 ? [255, 250, 240, 251, 253, 44][Math.floor(random() * 6)]! : Math.floor(random() * 256)))
      const whole = new TelnetReader().feed(bytes)
      const reader = new TelnetReader()
      const pieces = [...bytes].map((byte) => reader.feed(Uint8Array.of(byte)))
      expect(pieces.flatMap(({ data }) => [...data]), `seed ${seed}`).toEqual([...whole.data])
      expect(pieces.flatMap(({ commands }) => commands), `seed ${seed}`).toEqual(whole.commands)
      expect([...new TelnetReader().feed(escapeTelnet(bytes)).data], `seed ${seed}`).toEqual([...bytes])
    }
  })

  it('holds no more of an endless subnegotiation than anybody needs', () => {
    const reader = new TelnetReader()
    reader.feed(Uint8Array.of(255, 250, 44))
    for (let times = 0; times < 100; times++) reader.feed(new Uint8Array(64 * 1024).fill(7))
    const { commands, data } = reader.feed(Uint8Array.of(255, 240, 65))
    expect(commands).toMatchObject([{ kind: 'says', option: 44, bytes: { length: 63 } }])
    expect([...data]).toEqual([65])
  })
})
