import { stat } from 'node:fs/promises'
import type { SerialPort } from 'serialport'
import type { SerialSettings } from '../../../shared/contract'
import { withHangUp } from './hangUp'
import { serialport } from './load'
import { openingTurns } from './openInTurn'
import { type ClosedWhy, type Line, type LineEvents, type Transport, TransportProblem } from './transport'

/** How often the watchdog looks whether the port is still there: until then a hung-up line may cost a whole core. */
const watchMs = 400
/** The same where only the list of ports can tell, which is dear. */
const listMs = 2_000
/** A write that takes longer than this never comes back: the port closed under it. */
const writeMs = 5_000
/** Closing a port waits for what it has not sent yet, at worst for ever. */
const shutMs = 2_000

const turns = openingTurns()

/** How a port is watched, and how long it may take; for tests that cannot wait as long. */
export interface SerialWatch {
  /** Tells one device node from another at the same path; undefined: there is none. May reject: nothing is known this time. */
  readonly identityOf: (path: string) => Promise<string | undefined>
  readonly everyMs: number
  readonly writeMs: number
}

/** The path tells; Windows has none to look at, so there the list of ports does. */
const watchHere: SerialWatch =
  process.platform === 'win32' ? { identityOf: (path) => inList(path), everyMs: listMs, writeMs } : { identityOf: (path) => nodeAt(path), everyMs: watchMs, writeMs }

/**
 * A serial port, also a virtual one of USB or Bluetooth.
 *
 * node-serialport 13 tells of a lost port only while it is read, never calls back a write to a closed
 * one, and reads for ever when the line is hung up at the first read. So the port always flows, writes
 * have a time limit, a read of nothing is a hang-up, and a watchdog looks after the path.
 */
export const serialTransport = (path: string, settings: SerialSettings, watch: SerialWatch = watchHere): Transport => ({
  open: async (events) => {
    const { SerialPort } = serialport()
    const { binding } = SerialPort
    const guarded = { list: () => binding.list(), open: async (options: Parameters<typeof binding.open>[0]) => withHangUp(await binding.open(options)) }
    const port = new SerialPort({ path, ...settings, autoOpen: false, lock: true, binding: guarded as typeof binding })
    await turns.run(path, () => new Promise<void>((opened, failed) => port.open((error) => (error ? failed(problemOf(error)) : opened()))))
    const openedAt = await watch.identityOf(path).catch(() => undefined)
    return runLine(port, path, openedAt, events, watch)
  },
})

const runLine = (port: SerialPort, path: string, openedAt: string | undefined, events: LineEvents, { identityOf, everyMs, writeMs: limitMs }: SerialWatch): Line => {
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
      const late = setTimeout(done, shutMs)
      port.close(() => {
        clearTimeout(late)
        done()
      })
    })
  // A copy: the buffer belongs to the port's own pool.
  port.on('data', (bytes: Buffer) => !closed && events.bytes(Uint8Array.from(bytes)))
  port.on('error', () => {
    void shut()
    end('failed')
  })
  port.on('close', (error: (Error & { disconnected?: boolean }) | null) => end(error?.disconnected ? 'unplugged' : 'asked'))
  const watch = setInterval(() => {
    if (openedAt === undefined) return
    void identityOf(path).then(
      (now) => {
        if (closed || now === openedAt) return
        end('path-gone')
        void shut()
      },
      () => undefined,
    )
  }, everyMs)

  return {
    path,
    write: (bytes) =>
      new Promise<void>((written, failed) => {
        if (closed || !port.isOpen) return failed(new TransportProblem('port-failed', 'the port is closed'))
        const late = setTimeout(() => {
          failed(new TransportProblem('port-failed', 'the port took no bytes'))
          end('failed')
          void shut()
        }, limitMs)
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

/** Tells one device node from another at the same path. */
const nodeAt = async (path: string): Promise<string | undefined> => {
  try {
    const { dev, ino, rdev } = await stat(path)
    return `${dev}/${ino}/${rdev}`
  } catch {
    return undefined
  }
}

/** The newest list of ports, for every port that is watched. */
let listed: { readonly at: number; readonly paths: Promise<readonly string[]> } | undefined

/** Whether the list of ports has it. Some drivers' ports are never in it: those are not watched, as nothing changes for them. */
const inList = async (path: string): Promise<string | undefined> => {
  const at = Date.now()
  if (!listed || at - listed.at > listMs / 2) listed = { at, paths: serialport().SerialPort.list().then((ports) => ports.map((port) => port.path)) }
  return (await listed.paths).includes(path) ? 'listed' : undefined
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
