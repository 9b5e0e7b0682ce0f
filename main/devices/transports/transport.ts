/** Why a line closed. */
export type ClosedWhy =
  | 'asked'
  | 'unplugged'
  /** The path of the port is gone, or another device answers to it. */
  | 'path-gone'
  | 'failed'

/** An open line. */
export interface Line {
  /** True where we listen: the line is open, and bytes flow once `joined` was told. */
  readonly isListening?: boolean
  /** Where it really leads, e.g. `/dev/ttyUSB0`. */
  readonly path: string
  /** Resolves when the bytes were handed to the port; rejects with {@link TransportProblem} when they cannot be. */
  write(bytes: Uint8Array): Promise<void>
  close(): Promise<void>
}

/** What an open line tells. */
export interface LineEvents {
  bytes(bytes: Uint8Array): void
  /** Called once. */
  closed(why: ClosedWhy): void
  /** Listening lines only: a device connected. Whatever an earlier connection had begun is over. */
  joined?(): void
  /** Listening lines only: nobody is connected any more. */
  left?(): void
}

/** The port behind which every kind of line stands: serial, Bluetooth SPP, TCP, simulated. */
export interface Transport {
  /** Opens the line; rejects with {@link TransportProblem}. */
  open(events: LineEvents): Promise<Line>
}

/** Why a line could not be opened or written. */
export class TransportProblem extends Error {
  constructor(
    readonly kind: 'port-in-use' | 'port-missing' | 'port-denied' | 'port-failed',
    /** What the operating system said; carries no patient detail. */
    message: string = kind,
  ) {
    super(message)
    this.name = 'TransportProblem'
  }
}
