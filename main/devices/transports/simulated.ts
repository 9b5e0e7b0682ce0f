import { type Line, type LineEvents, type Transport, TransportProblem } from './transport'

/** One end of a line that leads to the other end in the same process. */
class SimulatedEnd implements Transport {
  #events: LineEvents | undefined
  far: SimulatedEnd | undefined

  constructor(readonly path: string) {}

  open(events: LineEvents): Promise<Line> {
    if (this.#events) return Promise.reject(new TransportProblem('port-in-use'))
    this.#events = events
    return Promise.resolve({
      path: this.path,
      write: (bytes) => {
        if (this.#events !== events) return Promise.reject(new TransportProblem('port-failed'))
        const copy = bytes.slice()
        // As on a wire: bytes to an end that nobody reads are lost.
        setImmediate(() => this.far?.take(copy))
        return Promise.resolve()
      },
      close: () => {
        if (this.#events === events) {
          this.#events = undefined
          events.closed('asked')
        }
        return Promise.resolve()
      },
    })
  }

  take(bytes: Uint8Array): void {
    this.#events?.bytes(bytes)
  }

  unplug(): void {
    const events = this.#events
    this.#events = undefined
    events?.closed('unplugged')
  }
}

/** A line without hardware: two transports that lead to each other. `unplug` closes both ends as a pulled cable does. */
export const simulatedLine = (name = 'simulated'): { readonly near: Transport; readonly far: Transport; unplug(): void } => {
  const near = new SimulatedEnd(name)
  const far = new SimulatedEnd(`${name} (device)`)
  near.far = far
  far.far = near
  return {
    near,
    far,
    unplug: () => {
      near.unplug()
      far.unplug()
    },
  }
}
