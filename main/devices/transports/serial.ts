import { stat } from 'node:fs/promises'
import type { SerialPort } from 'serialport'
import type { SerialSettings } from '../../../shared/contract'
import { serialport } from './load'
import { type ClosedWhy, type Line, type LineEvents, type Transport, TransportProblem } from './transport'

/** How often the watchdog looks whether the port is still there: until then a hung-up line may cost a whole core. */
const watchMs = 400
/** A write that takes longer than this never comes back: the port closed under it. */
const writeMs = 5_000

/**
 * A serial port, also a virtual one of USB or Bluetooth.
 *
 * node-serialport 13 tells of a lost port only while it is read, never calls back a write to a closed
 * one, and reads for ever when the line is hung up at the first read. So the port always flows, writes
 * have a time limit, and a watchdog looks after the path.
 */
export const serialTransport = (path: string, settings: SerialSettings): Transport => ({
  open: async (events) => {
    const { SerialPort } = serialport()
    const port = new SerialPort({ path, ...settings, autoOpen: false, lock: true })
    await new Promise<void>((opened, failed) => port.open((error) => (error ? failed(problemOf(error)) : opened())))
    const openedAt = await identityOf(path)
    return runLine(port, path, openedAt, events)
  },
})

const runLine = (port: SerialPort, path: string, openedAt: string | undefined, events: LineEvents): Line => {
  let closed = false
  const end = (why: ClosedWhy) => {
    if (closed) return
    closed = true
    clearInterval(watch)
    events.closed(why)
  }
  const shut = () =>
    new Promise<void>((done) => {
      if (!port.isOpen) return done()
      port.close(() => done())
    })
  // A copy: the buffer belongs to the port's own pool.
  port.on('data', (bytes: Buffer) => !closed && events.bytes(Uint8Array.from(bytes)))
  port.on('error', () => {
    void shut()
    end('failed')
  })
  port.on('close', (error: (Error & { disconnected?: boolean }) | null) => end(error?.disconnected ? 'unplugged' : 'asked'))
  const watch = setInterval(() => {
    void identityOf(path).then((now) => {
      if (closed || now === openedAt) return
      end('path-gone')
      void shut()
    })
  }, watchMs)

  return {
    path,
    write: (bytes) =>
      new Promise<void>((written, failed) => {
        if (closed || !port.isOpen) return failed(new TransportProblem('port-failed', 'the port is closed'))
        const late = setTimeout(() => failed(new TransportProblem('port-failed', 'the port took no bytes')), writeMs)
        port.write(Buffer.from(bytes), (error) => {
          clearTimeout(late)
          if (error) failed(problemOf(error))
          else written()
        })
      }),
    close: async () => {
      end('asked')
      await shut()
    },
  }
}

/** Tells one device node from another at the same path. Windows has no paths to look at: there the port's own events must do. */
const identityOf = async (path: string): Promise<string | undefined> => {
  if (process.platform === 'win32') return path
  try {
    const { dev, ino, rdev } = await stat(path)
    return `${dev}/${ino}/${rdev}`
  } catch {
    return undefined
  }
}

/** The kind behind what the operating system says, in the words of Linux, macOS and Windows. */
export const problemOf = (error: Error): TransportProblem => {
  const said = error.message
  if (/cannot lock|busy|temporarily unavailable|access denied.*in use/i.test(said)) return new TransportProblem('port-in-use', said)
  if (/no such file|file not found|no such device|ENOENT|ENXIO|not a typewriter|ENOTTY|inappropriate ioctl/i.test(said)) return new TransportProblem('port-missing', said)
  // Windows says "Access denied" for a port that another program holds.
  if (/access denied/i.test(said)) return new TransportProblem(process.platform === 'win32' ? 'port-in-use' : 'port-denied', said)
  if (/permission denied|EACCES|EPERM/i.test(said)) return new TransportProblem('port-denied', said)
  return new TransportProblem('port-failed', said)
}
