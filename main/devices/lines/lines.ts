import { randomBytes } from 'node:crypto'
import { done, refuse, type Answer } from '../../../shared/contract'
import { TransportProblem } from '../transports'
import { OpenLine, type BareLineOptions } from './bareLine'
import type { LineAnswers, LineAsk } from './messages'

/** Ports without drivers: for pairing, terminal and workbench. */
export interface BareLines {
  answer(ask: LineAsk): Promise<Answer<LineAnswers[LineAsk['do']]>>
  /** An open line, for what runs on it. */
  find(line: string): OpenLine | undefined
  close(): Promise<void>
}

/** What bare lines need of the station. */
export interface BareLinesOptions extends Pick<BareLineOptions, 'transportAt' | 'now' | 'tap'> {
  /** Whether a paired device has this path: its driver's port is nobody else's. */
  readonly isServed: (path: string) => boolean
  /** A line that nobody asks for this long closes, milliseconds. */
  readonly idleMs?: number
}

/** Open at once at most. */
const mostLines = 8

/** Starts with no line. */
export const openBareLines = ({ isServed, idleMs = 20_000, ...options }: BareLinesOptions): BareLines => {
  const lines = new Map<string, OpenLine>()
  /** Nobody can ask for these yet: a Bluetooth device may take longer than a line may be idle. */
  const opening = new Set<string>()
  const end = async (id: string) => {
    const line = lines.get(id)
    lines.delete(id)
    await line?.close()
  }
  const looking = setInterval(() => {
    for (const [id, line] of lines) if (!opening.has(id) && options.now() - line.askedAt > idleMs) void end(id)
  }, idleMs / 4)
  looking.unref()

  const open = async ({ path, serial }: Extract<LineAsk, { do: 'open' }>): Promise<Answer<LineAnswers['open']>> => {
    if (isServed(path) || [...lines.values()].some((line) => line.about().path === path)) return refuse('port-in-use', { path })
    // The oldest goes: a window that was closed without saying so has left it.
    if (lines.size >= mostLines) await end(lines.keys().next().value!)
    const id = randomBytes(12).toString('hex')
    const line = new OpenLine({ ...options, id, path, serial })
    lines.set(id, line)
    opening.add(id)
    try {
      await line.open()
      line.askedAt = options.now()
      return done(line.about())
    } catch (error) {
      lines.delete(id)
      return problemOf(error, path)
    } finally {
      opening.delete(id)
    }
  }

  return {
    find: (id) => lines.get(id),
    answer: async (ask) => {
      if (ask.do === 'open') return open(ask)
      if (ask.do === 'close') {
        await end(ask.line)
        return done(null)
      }
      const line = lines.get(ask.line)
      if (!line) return refuse('not-found')
      line.askedAt = options.now()
      switch (ask.do) {
        case 'read':
          return done(line.heard(ask.after))
        case 'write':
          return line.write(ask.bytes) ? done(line.about()) : refuse('line-closed')
        case 'set':
          try {
            await line.set(ask.serial)
            return done(line.about())
          } catch (error) {
            return problemOf(error, line.about().path)
          }
      }
    },
    close: async () => {
      clearInterval(looking)
      for (const id of lines.keys()) await end(id)
    },
  }
}

const problemOf = (error: unknown, path: string): Answer<never> => {
  return refuse(error instanceof TransportProblem ? error.kind : 'port-failed', { path })
}
