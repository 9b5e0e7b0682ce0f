import { readFile } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { connect as connectTls, createServer as createTlsServer } from 'node:tls'
import { type ClosedWhy, type Line, type LineEvents, type Transport, TransportProblem } from './transport'

/** How long connecting may take. */
const connectMs = 10_000
/** A write that takes longer never comes back: the other side is gone and nobody told. */
const writeMs = 5_000
/** After this much silence the other side is asked whether it is still there; a pulled network cable shows within half a minute. */
const keepAliveMs = 15_000

/** Where a network device is: we call it, or it calls us. */
interface Place {
  readonly kind: 'call' | 'listen'
  readonly host: string
  readonly port: number
  readonly isEncrypted: boolean
  /** Only this address may connect; undefined: any that reaches the port. */
  readonly from?: string
  /** PEM file of our own certificate and key: always where we listen, where the device asks for one when we call. */
  readonly pem?: string
  /** PEM file of the certificates to trust in place of the system's: the device's own one, as a rule. */
  readonly ca?: string
}

const shape = /^(tcp|tls|listen|listen\+tls):\/\/(\[[0-9A-Fa-f:.]+\]|[^\s:/?#[\]]+):(\d{1,5})(?:\?(\S+))?$/

const placeOf = (path: string): Place | undefined => {
  const [, scheme, name, digits, query = ''] = shape.exec(path) ?? []
  const port = Number(digits)
  if (scheme === undefined || name === undefined || !(port >= 1 && port <= 65_535)) return undefined
  const kind = scheme.startsWith('listen') ? 'listen' : 'call'
  const isEncrypted = scheme.endsWith('tls')
  const allowed = [...(kind === 'listen' ? ['from'] : []), ...(isEncrypted ? ['pem', 'ca'] : [])]
  const told = [...new URLSearchParams(query)]
  if (told.some(([key, value]) => !allowed.includes(key) || value === '')) return undefined
  const place: Place = { kind, host: name.replace(/^\[|\]$/g, ''), port, isEncrypted, ...Object.fromEntries(told) }
  return kind === 'listen' && isEncrypted && place.pem === undefined ? undefined : place
}

/** Whether a device's path names a place in the network and no serial port. */
export const isNetworkPath = (path: string): boolean => /^(?:tcp|tls|listen|listen\+tls):\/\//.test(path)

/**
 * A line over the network. `tcp://192.168.1.20:5500` calls a device or a serial converter; `listen://0.0.0.0:6661`
 * lets a device call us, `?from=192.168.1.20` only that one. `tls://…?ca=FILE` and `listen+tls://…?pem=FILE` are the
 * same encrypted (TLS 1.2 or later); with `ca` where we listen, a device must show a certificate of it.
 */
export const networkTransport = (path: string): Transport => {
  const place = placeOf(path)
  if (!place) return { open: () => Promise.reject(new TransportProblem('port-missing', 'no address of a device')) }
  return {
    open: async (events) => {
      const keys = await keysOf(place)
      return place.kind === 'call' ? call(place, keys, path, events) : listen(place, keys, path, events)
    },
  }
}

/** Certificates and key of an encrypted line. */
interface Keys {
  readonly cert?: Buffer
  readonly key?: Buffer
  readonly ca?: Buffer
}

const keysOf = async ({ pem, ca }: Place): Promise<Keys> => {
  try {
    const own = pem === undefined ? undefined : await readFile(pem)
    return { ...(own ? { cert: own, key: own } : {}), ...(ca === undefined ? {} : { ca: await readFile(ca) }) }
  } catch (error) {
    throw new TransportProblem('port-denied', `the certificate cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`)
  }
}

const problemOf = (error: NodeJS.ErrnoException): TransportProblem => {
  switch (error.code) {
    case 'EADDRINUSE':
      return new TransportProblem('port-in-use', error.code)
    case 'EACCES':
    case 'EPERM':
      return new TransportProblem('port-denied', error.code)
    case 'ECONNREFUSED':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EHOSTDOWN':
    case 'ETIMEDOUT':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EADDRNOTAVAIL':
      return new TransportProblem('port-missing', error.code)
    default:
      return new TransportProblem('port-failed', error.code ?? 'the network failed')
  }
}

const prepare = (socket: Socket) => {
  socket.setNoDelay(true)
  socket.setKeepAlive(true, keepAliveMs)
}

const writeTo = (socket: Socket | undefined, bytes: Uint8Array): Promise<void> =>
  new Promise((written, failed) => {
    if (!socket || socket.destroyed || !socket.writable) return failed(new TransportProblem('port-failed', 'nobody is connected'))
    const late = setTimeout(() => {
      failed(new TransportProblem('port-failed', 'the other side took no bytes'))
      socket.destroy()
    }, writeMs)
    socket.write(bytes, (error) => {
      clearTimeout(late)
      if (error) failed(problemOf(error))
      else written()
    })
  })

/** A copy: the buffer belongs to Node's pool. */
const copyOf = (bytes: Buffer): Uint8Array => Uint8Array.from(bytes)

const call = ({ host, port, isEncrypted }: Place, keys: Keys, path: string, events: LineEvents): Promise<Line> =>
  new Promise((opened, failed) => {
    const socket: Socket = isEncrypted ? connectTls({ host, port, ...keys, minVersion: 'TLSv1.2' }) : connect({ host, port })
    const late = setTimeout(() => socket.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })), connectMs)
    let why: ClosedWhy = 'unplugged'
    let isOpen = false
    socket.once(isEncrypted ? 'secureConnect' : 'connect', () => {
      clearTimeout(late)
      prepare(socket)
      isOpen = true
      opened({
        path,
        write: (bytes) => writeTo(socket, bytes),
        close: () => {
          why = 'asked'
          return end(socket)
        },
      })
    })
    socket.on('data', (bytes: Buffer) => events.bytes(copyOf(bytes)))
    socket.on('error', (error) => {
      clearTimeout(late)
      failed(problemOf(error))
    })
    socket.on('close', () => {
      if (isOpen) events.closed(why)
      isOpen = false
    })
  })

/** Closes a connection politely, and after a moment for good. */
const end = (socket: Socket): Promise<void> =>
  new Promise((done) => {
    if (socket.destroyed) return done()
    const late = setTimeout(() => socket.destroy(), 500)
    socket.once('close', () => {
      clearTimeout(late)
      done()
    })
    socket.end()
  })

const listen = ({ host, port, from, isEncrypted }: Place, keys: Keys, path: string, events: LineEvents): Promise<Line> =>
  new Promise((opened, failed) => {
    let current: Socket | undefined
    const welcome = (socket: Socket) => {
      socket.on('error', () => socket.destroy())
      if (from !== undefined && socket.remoteAddress?.replace(/^::ffff:/, '') !== from) return void socket.destroy()
      prepare(socket)
      // One device, one conversation: after a power cut it calls again while the old connection still looks alive.
      const before = current
      current = socket
      before?.destroy()
      events.joined?.()
      socket.on('data', (bytes: Buffer) => socket === current && events.bytes(copyOf(bytes)))
      socket.on('close', () => {
        if (socket !== current) return
        current = undefined
        events.left?.()
      })
    }
    let server: Server
    try {
      server = isEncrypted ? createTlsServer({ ...keys, requestCert: keys.ca !== undefined, rejectUnauthorized: keys.ca !== undefined, minVersion: 'TLSv1.2' }, welcome) : createServer(welcome)
    } catch {
      return failed(new TransportProblem('port-denied', 'the certificate cannot be used'))
    }
    server.once('error', (error) => failed(problemOf(error)))
    server.listen({ host, port }, () => {
      server.on('error', () => {
        current?.destroy()
        server.close()
        events.closed('failed')
      })
      opened({
        path,
        isListening: true,
        write: (bytes) => writeTo(current, bytes),
        close: async () => {
          const last = current
          current = undefined
          const closed = new Promise<void>((done) => server.close(() => done()))
          if (last) await end(last)
          await closed
          events.closed('asked')
        },
      })
    })
  })
