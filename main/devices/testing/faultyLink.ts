import type { Line, LineEvents, Transport } from '../transports'

/** How often what goes wrong, of all writes of the device (0 to 1). */
export interface FaultRates {
  /** One bit of a frame is turned round. Only for protocols with a sum. */
  readonly flip: number
  /** The device sends the same twice; the second answer is lost. */
  readonly repeat: number
  /** The cable is pulled in the middle of what is sent. */
  readonly pull: number
  /** An answer to the device is lost. */
  readonly lost: number
  /** An answer comes after the device has stopped waiting for it. */
  readonly late: number
}

/** What a faulty link did. */
export type FaultCounts = Record<keyof FaultRates | 'pieces' | 'joined', number>

/** How a faulty link behaves. */
export interface FaultyLinkOptions {
  /** Numbers in [0, 1). */
  readonly random: () => number
  readonly rates: FaultRates
  /** How late an answer is: from and to, milliseconds. */
  readonly lateMs: readonly [number, number]
  /** How long a pulled cable lies on the floor, milliseconds. */
  readonly outMs: number
  /** Pulls the cable itself, where there is one; else the line is closed and opened again. */
  readonly cable?: { pull(): Promise<void>; plug(): Promise<void> }
  readonly counts: FaultCounts
}

/** A write of this many bytes is a frame, not a control byte. */
const fewest = 6

const wait = (ms: number) => new Promise<void>((later) => setTimeout(later, ms))

/** No fault yet. */
export const noFaults = (): FaultCounts => ({ flip: 0, repeat: 0, pull: 0, lost: 0, late: 0, pieces: 0, joined: 0 })

/**
 * The device's end of a line on which everything goes wrong by chance, in both directions. To the device it looks always
 * open: what it sends while the far end is away is lost, as on a wire. Pieces are split and joined as a cable likes.
 */
export const faultyLink = (transport: Transport, options: FaultyLinkOptions): Transport & { /** No more faults from now on. */ mend(): void } => {
  const { random, lateMs, outMs, cable, counts } = options
  let { rates } = options
  const happens = (fault: keyof FaultRates): boolean => {
    if (random() >= rates[fault]) return false
    counts[fault]++
    return true
  }
  const open = async (events: LineEvents): Promise<Line> => {
    let line: Line | undefined
    let isClosed = false
    /** Answers that are swallowed because what they answer was sent twice. */
    let swallowed = 0
    let turn: Promise<void> = Promise.resolve()
    let held: Uint8Array[] = []

    const hear = (bytes: Uint8Array) => {
      if (swallowed > 0) return void swallowed--
      if (happens('lost')) return
      if (happens('late')) return void setTimeout(() => !isClosed && events.bytes(bytes), lateMs[0] + random() * (lateMs[1] - lateMs[0]))
      events.bytes(bytes)
    }
    const connect = async (): Promise<void> => {
      while (!isClosed) {
        try {
          const opened: Line = await transport.open({
            bytes: hear,
            closed: () => {
              line = undefined
              // An outage of the far end: it is called again until it is back.
              setTimeout(() => void connect(), 20)
            },
            joined: () => events.joined?.(),
            left: () => events.left?.(),
          })
          if (isClosed) return await opened.close()
          line = opened
          return
        } catch {
          await wait(30)
        }
      }
    }
    const put = async (bytes: Uint8Array) => {
      await line?.write(bytes).catch(() => undefined)
    }
    const pull = async () => {
      held = []
      if (cable) {
        await cable.pull()
        await wait(outMs * random())
        await cable.plug()
      } else await line?.close().catch(() => undefined)
      await wait(outMs * random())
    }
    /** In pieces, as the cable likes; the last may wait for what follows it. */
    const split = async (bytes: Uint8Array) => {
      for (let at = 0; at < bytes.length; ) {
        const next = random() < 0.7 ? bytes.length : at + 1 + Math.floor(random() * (bytes.length - at))
        const piece = bytes.subarray(at, next)
        if (next < bytes.length) counts.pieces++
        await put(held.length === 0 ? piece : Uint8Array.from([...held.splice(0).flatMap((each) => [...each]), ...piece]))
        if (next < bytes.length) await wait(random() * 3)
        at = next
      }
    }
    const carry = async (bytes: Uint8Array): Promise<void> => {
      const isFrame = bytes.length >= fewest
      if (isFrame && happens('pull')) {
        await split(bytes.subarray(0, 1 + Math.floor(random() * (bytes.length - 1))))
        return pull()
      }
      if (isFrame && happens('flip')) {
        const spoiled = bytes.slice()
        spoiled[Math.floor(random() * spoiled.length)]! ^= 1 << Math.floor(random() * 8)
        return split(spoiled)
      }
      if (isFrame && happens('repeat')) {
        swallowed++
        await split(bytes)
        return split(bytes)
      }
      // What nobody answers (EOT) may be joined to what comes next.
      if (!isFrame && bytes[0] === 0x04 && random() < 0.5) {
        counts.joined++
        const waiting = bytes
        held.push(waiting)
        return void setTimeout(() => {
          turn = turn.then(async () => {
            if (!held.includes(waiting)) return
            held = held.filter((each) => each !== waiting)
            await put(waiting)
          })
        }, 20)
      }
      return split(bytes)
    }
    void connect()
    return {
      path: 'a faulty link',
      write: (bytes) => {
        const copy = bytes.slice()
        turn = turn.then(() => carry(copy)).catch(() => undefined)
        return Promise.resolve()
      },
      close: async () => {
        isClosed = true
        await line?.close()
      },
    }
  }
  return {
    open,
    mend: () => {
      rates = { flip: 0, repeat: 0, pull: 0, lost: 0, late: 0 }
    },
  }
}
