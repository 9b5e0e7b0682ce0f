import { connect, type Socket } from 'node:net'
import { type BusMessage, MessageReader, messageType, writeMessage } from './wire'

/** A method call on an object of another process. */
export interface BusCall {
  readonly to: string
  readonly path: string
  readonly interface: string
  readonly member: string
  readonly signature?: string
  readonly body?: readonly unknown[]
  /** How long the answer may take; default 25 s, as D-Bus has it. */
  readonly limitMs?: number
}

/** An object of ours that others call: what a method answers, with its signature; a {@link BusProblem} becomes an error. */
export type BusObject = (member: string, body: readonly unknown[], call: { readonly interface: string; readonly sender: string }) => Promise<{ readonly signature: string; readonly body: readonly unknown[] } | undefined>

/** A connection to a message bus. */
export interface Bus {
  /** Our name on the bus. */
  readonly name: string
  /** Resolves with the answer's values; rejects with {@link BusProblem}. */
  call(call: BusCall): Promise<readonly unknown[]>
  /** Serves calls to one of our objects. */
  serve(path: string, object: BusObject): void
  signal(signal: { readonly path: string; readonly interface: string; readonly member: string; readonly signature: string; readonly body: readonly unknown[] }): void
  onSignal(listener: (signal: BusMessage) => void): void
  onClose(listener: () => void): void
  close(): void
}

/** An error that came over the bus, or of the bus itself; `name` is D-Bus's, e.g. `org.bluez.Error.AuthenticationFailed`. */
export class BusProblem extends Error {
  constructor(
    readonly errorName: string,
    message: string = errorName,
  ) {
    super(message)
    this.name = 'BusProblem'
  }
}

const noReply = 'org.freedesktop.DBus.Error.NoReply'
const usualMs = 25_000
const connectMs = 5_000
const busName = 'org.freedesktop.DBus'

/** Where this computer's system bus listens. */
export const systemBusAddress = (): string => process.env['DBUS_SYSTEM_BUS_ADDRESS'] ?? 'unix:path=/run/dbus/system_bus_socket'

/** `unix:path=/run/dbus/system_bus_socket,guid=…;…`: the first address that is a socket of this computer. */
const socketOf = (address: string): string | undefined => {
  for (const one of address.split(';')) {
    const [, kind, value] = /^unix:(?:.*,)?(path|abstract)=([^,]+)/.exec(one) ?? []
    if (value !== undefined) return kind === 'abstract' ? `\0${decodeURIComponent(value)}` : decodeURIComponent(value)
  }
  return undefined
}

/** Connects and says who we are (EXTERNAL, by the socket's own credentials). Rejects with {@link BusProblem}. */
export const connectBus = async (address = systemBusAddress()): Promise<Bus> => {
  const path = socketOf(address)
  if (path === undefined) throw new BusProblem('org.freedesktop.DBus.Error.BadAddress')
  const socket = await authenticated(path)
  const bus = runBus(socket)
  const [name] = await bus.call({ to: busName, path: '/org/freedesktop/DBus', interface: busName, member: 'Hello' })
  return Object.assign(bus, { name: name as string })
}

const authenticated = (path: string): Promise<Socket> =>
  new Promise((ready, failed) => {
    const socket = connect({ path })
    const end = (message: string) => {
      clearTimeout(late)
      socket.destroy()
      failed(new BusProblem('org.freedesktop.DBus.Error.NoServer', message))
    }
    const late = setTimeout(() => end('the bus does not answer'), connectMs)
    let said = ''
    const hear = (bytes: Buffer) => {
      said += bytes.toString('latin1')
      if (said.length > 1_000) return end('the bus says something else')
      if (!said.includes('\r\n')) return
      if (!said.startsWith('OK ')) return end('the bus does not let us in')
      clearTimeout(late)
      socket.off('data', hear)
      socket.off('error', fail)
      socket.off('close', fail)
      socket.write('BEGIN\r\n')
      ready(socket)
    }
    const fail = () => end('there is no bus')
    socket.on('error', fail)
    socket.on('close', fail)
    socket.on('data', hear)
    socket.once('connect', () => socket.write(`\0AUTH EXTERNAL ${Buffer.from(String(process.getuid?.() ?? 0)).toString('hex')}\r\n`))
  })

const runBus = (socket: Socket): Bus => {
  const reader = new MessageReader()
  const calls = new Map<number, { readonly done: (body: readonly unknown[]) => void; readonly failed: (problem: BusProblem) => void }>()
  const objects = new Map<string, BusObject>()
  const signalListeners: ((signal: BusMessage) => void)[] = []
  const closeListeners: (() => void)[] = []
  let lastSerial = 0
  let closed = false
  const send = (message: Omit<BusMessage, 'serial'>): number => {
    const serial = ++lastSerial
    if (!closed) socket.write(writeMessage({ ...message, serial }))
    return serial
  }
  const serveCall = async (call: BusMessage): Promise<void> => {
    const object = objects.get(call.path ?? '')
    const to = { destination: call.sender ?? '', replySerial: call.serial }
    try {
      if (!object) throw new BusProblem('org.freedesktop.DBus.Error.UnknownObject')
      const answer = await object(call.member ?? '', call.body, { interface: call.interface ?? '', sender: call.sender ?? '' })
      if (!call.noReply) send({ type: messageType.answer, ...to, signature: answer?.signature ?? '', body: answer?.body ?? [] })
    } catch (error) {
      const problem = error instanceof BusProblem ? error : new BusProblem('org.freedesktop.DBus.Error.Failed')
      if (!call.noReply) send({ type: messageType.error, ...to, errorName: problem.errorName, signature: 's', body: [problem.message] })
    }
  }
  const take = (message: BusMessage): void => {
    const call = calls.get(message.replySerial ?? 0)
    switch (message.type) {
      case messageType.call:
        return void serveCall(message)
      case messageType.answer:
        return call?.done(message.body)
      case messageType.error:
        return call?.failed(new BusProblem(message.errorName ?? 'org.freedesktop.DBus.Error.Failed', typeof message.body[0] === 'string' ? message.body[0] : undefined))
      case messageType.signal:
        for (const listener of signalListeners) listener(message)
    }
  }
  const end = () => {
    if (closed) return
    closed = true
    for (const { failed } of calls.values()) failed(new BusProblem('org.freedesktop.DBus.Error.Disconnected'))
    for (const listener of closeListeners) listener()
  }
  socket.on('data', (bytes) => {
    try {
      for (const message of reader.feed(bytes)) take(message)
    } catch {
      socket.destroy()
    }
  })
  socket.on('error', () => undefined)
  socket.on('close', end)
  return {
    name: '',
    call: ({ to, limitMs = usualMs, signature = '', body = [], ...call }) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(new BusProblem('org.freedesktop.DBus.Error.Disconnected'))
        const serial = send({ type: messageType.call, destination: to, ...call, signature, body })
        const settle = () => {
          clearTimeout(late)
          calls.delete(serial)
        }
        const failed = (problem: BusProblem) => {
          settle()
          reject(problem)
        }
        const late = setTimeout(() => failed(new BusProblem(noReply)), limitMs)
        calls.set(serial, {
          failed,
          done: (answer) => {
            settle()
            resolve(answer)
          },
        })
      }),
    serve: (path, object) => void objects.set(path, object),
    signal: (signal) => void send({ type: messageType.signal, ...signal }),
    onSignal: (listener) => void signalListeners.push(listener),
    onClose: (listener) => {
      if (closed) listener()
      else closeListeners.push(listener)
    },
    close: () => {
      socket.destroy()
      end()
    },
  }
}
