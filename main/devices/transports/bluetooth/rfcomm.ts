import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as later } from 'node:timers/promises'
import type { SerialSettings } from '../../../../shared/contract'
import { serialTransport } from '../serial'
import { type ClosedWhy, type Line, type LineEvents, TransportProblem } from '../transport'

/** Where the kernel shows its RFCOMM terminals; replaced in tests. */
export interface RfcommPlaces {
  /** `/dev` */
  readonly dev: string
  /** `/sys/class/tty`: the address of the other side stands in `rfcommN/address`. */
  readonly sys: string
}

export const usualPlaces: RfcommPlaces = { dev: '/dev', sys: '/sys/class/tty' }

/** How long a device that is near may take to answer a call. */
const connectMs = 30_000
const lookMs = 100
/** Terminals that are tried; the kernel has 256. */
const mostTerminals = 32

/**
 * Runs `rfcomm` until it ends by itself or its standard input closes: with us, however we die, it hangs up.
 * Its words are $1 and so on.
 */
const script = `
exec 3<&0
rfcomm "$@" </dev/null 3<&- &
line=$!
( cat <&3; kill "$line" ) >/dev/null 2>&1 &
exec 3<&-
wait "$line"
`

/** Terminals that this process is about to make. */
const reserved = new Set<number>()

/** Whether a port of the list is a terminal that one of our own lines made. */
export const isOwnTerminal = (path: string): boolean => reserved.has(Number(/^\/dev\/rfcomm(\d+)$/.exec(path)?.[1] ?? -1))

const exists = (path: string) => stat(path).then(() => true, () => false)

const freeTerminal = async ({ dev, sys }: RfcommPlaces): Promise<number> => {
  for (let number = 0; number < mostTerminals; number++) {
    if (reserved.has(number)) continue
    reserved.add(number)
    if (!(await exists(join(dev, `rfcomm${number}`))) && !(await exists(join(sys, `rfcomm${number}`)))) return number
    reserved.delete(number)
  }
  throw new TransportProblem('port-in-use', 'every RFCOMM terminal is in use')
}

/** What `rfcomm` says when it cannot. */
const problemOf = (said: string): TransportProblem => {
  const [line = ''] = said.trim().split('\n').slice(-1)
  if (/ENOENT|rfcomm: (?:command )?not found/i.test(line)) return new TransportProblem('port-denied', 'the program rfcomm of BlueZ is not installed')
  if (/host is down|no route|timed out|unreachable/i.test(line)) return new TransportProblem('port-missing', line)
  if (/permission|not permitted|access/i.test(line)) return new TransportProblem('port-denied', line)
  if (/in use|busy/i.test(line)) return new TransportProblem('port-in-use', line)
  return new TransportProblem('port-failed', line === '' ? 'the connection was not made' : line)
}

/** The RFCOMM channel of a device's serial port, by its own list of services; 1 where it does not say. */
const channelOf = (address: string): Promise<number> =>
  new Promise((found) => {
    execFile('sdptool', ['search', '--bdaddr', address, 'SP'], { timeout: 10_000 }, (_error, said) => {
      const channel = Number(/Channel:\s*(\d+)/.exec(String(said))?.[1])
      found(channel >= 1 && channel <= 30 ? channel : 1)
    })
  })

/** A terminal that `rfcomm` holds: it is there while the process runs. */
export interface Terminal {
  readonly path: string
  /** Address of the other side, as the kernel says. */
  readonly address: string | undefined
  /** Told once, when the connection is over. */
  onEnd(listener: () => void): void
  /** Hangs up. */
  end(): Promise<void>
}

/**
 * Runs `rfcomm connect` or `rfcomm listen` and waits for its terminal. Both make it without special rights, unlike
 * `rfcomm bind`; only opening it wants the group of serial ports, as for every other one. What they print comes when they
 * end, because it goes through a pipe, so the terminal itself is waited for.
 */
export const holdTerminal = async (words: (terminal: string) => readonly string[], places: RfcommPlaces, { limitMs, signal }: { readonly limitMs?: number; readonly signal?: AbortSignal } = {}): Promise<Terminal> => {
  const number = await freeTerminal(places)
  const path = join(places.dev, `rfcomm${number}`)
  const child: ChildProcess = spawn('sh', ['-c', script, 'outpost-rfcomm', ...words(path)], { stdio: ['pipe', 'ignore', 'pipe'] })
  let said = ''
  let ended = false
  const listeners: (() => void)[] = []
  child.stdin?.on('error', () => undefined)
  // The rest of the script lets go, too.
  child.once('exit', () => child.stdin?.end())
  child.stderr?.on('data', (bytes: Buffer) => (said = (said + bytes.toString()).slice(-2_000)))
  const gone = new Promise<void>((done) => {
    const end = (error?: Error) => {
      if (ended) return
      ended = true
      if (error) said = error.message
      reserved.delete(number)
      for (const listener of listeners) listener()
      done()
    }
    child.once('error', end)
    child.once('close', () => end())
  })
  const end = async () => {
    child.stdin?.end()
    const killing = setTimeout(() => child.kill('SIGKILL'), 2_000)
    await gone
    clearTimeout(killing)
  }
  const started = performance.now()
  while (!(await exists(path))) {
    if (ended) throw problemOf(said)
    if (signal?.aborted || (limitMs !== undefined && performance.now() - started > limitMs)) {
      await end()
      throw new TransportProblem('port-missing', 'the device does not answer')
    }
    await later(lookMs)
  }
  const address = await readFile(join(places.sys, `rfcomm${number}`, 'address'), 'latin1').then((text) => text.trim().toUpperCase(), () => undefined)
  return {
    path,
    address,
    onEnd: (listener) => {
      if (ended) listener()
      else listeners.push(listener)
    },
    end,
  }
}

/** The line on a terminal. It ends with the connection, whether or not the terminal tells. */
export const lineOn = async (terminal: Terminal, path: string, settings: SerialSettings, events: Pick<LineEvents, 'bytes' | 'closed'>): Promise<Line> => {
  let closed = false
  const end = (why: ClosedWhy) => {
    if (closed) return
    closed = true
    events.closed(why)
    void terminal.end()
    void line?.close()
  }
  let line: Line | undefined
  try {
    line = await openWhenAllowed(terminal.path, settings, { bytes: (bytes) => !closed && events.bytes(bytes), closed: end })
  } catch (problem) {
    await terminal.end()
    throw problem
  }
  const open = line
  terminal.onEnd(() => end('unplugged'))
  return {
    path,
    write: (bytes) => open.write(bytes),
    close: async () => {
      end('asked')
      await open.close()
      await terminal.end()
    },
  }
}

/** udev gives a new terminal to its group a moment after it is there. */
const openWhenAllowed = async (path: string, settings: SerialSettings, events: LineEvents): Promise<Line> => {
  for (let tries = 0; ; tries++) {
    try {
      return await serialTransport(path, settings).open(events)
    } catch (problem) {
      if (tries >= 10 || !(problem instanceof TransportProblem) || problem.kind !== 'port-denied') throw problem
      await later(100)
    }
  }
}

/** Calls a device. */
export const callDevice = async (address: string, channel: number | undefined, path: string, settings: SerialSettings, events: LineEvents, places: RfcommPlaces = usualPlaces): Promise<Line> => {
  const at = channel ?? (await channelOf(address))
  const terminal = await holdTerminal((name) => ['-r', 'connect', name, address, String(at)], places, { limitMs: connectMs })
  return lineOn(terminal, path, settings, events)
}
