/** A two-way line of messages between the practice host and the device host. Messages are copied, in order, until it closes. */
export interface Link<Out = unknown, In = unknown> {
  send(message: Out): void
  /** One listener; messages that came before it are handed over first. */
  onMessage(listener: (message: In) => void): void
  /** Called once, when either end is gone. */
  onClose(listener: () => void): void
  close(): void
}

/** Remembers what came before anyone listened. */
const mailbox = <In>() => {
  let listener: ((message: In) => void) | undefined
  const early: In[] = []
  let closed = false
  const closeListeners: (() => void)[] = []
  return {
    take: (message: In) => (listener ? listener(message) : early.push(message)),
    shut: () => {
      if (closed) return
      closed = true
      for (const tell of closeListeners) tell()
    },
    onMessage: (next: (message: In) => void) => {
      listener = next
      for (const message of early.splice(0)) next(message)
    },
    onClose: (tell: () => void) => {
      if (closed) tell()
      else closeListeners.push(tell)
    },
    get isClosed() {
      return closed
    },
  }
}

/** Two ends in one process; messages are structured clones, delivered later, as between processes. */
export const memoryLinks = <One, Other>(): [Link<One, Other>, Link<Other, One>] => {
  const first = mailbox<Other>()
  const second = mailbox<One>()
  const end = <Out, In>(own: ReturnType<typeof mailbox<In>>, far: ReturnType<typeof mailbox<Out>>): Link<Out, In> => ({
    send: (message) => {
      if (own.isClosed) return
      const copy = structuredClone(message)
      setImmediate(() => !far.isClosed && far.take(copy))
    },
    onMessage: own.onMessage,
    onClose: own.onClose,
    close: () => {
      own.shut()
      setImmediate(() => far.shut())
    },
  })
  return [end<One, Other>(first, second), end<Other, One>(second, first)]
}

/** As much of Electron's `MessagePortMain` as a link needs; only main/app may import Electron itself. */
export interface ElectronPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown
  on(event: 'close', listener: () => void): unknown
  start(): void
  close(): void
}

/** A link over a port that Electron's main process handed out. */
export const linkOverPort = <Out = unknown, In = unknown>(port: ElectronPort): Link<Out, In> => {
  const box = mailbox<In>()
  port.on('message', (event) => box.take(event.data as In))
  port.on('close', () => box.shut())
  port.start()
  return {
    send: (message) => port.postMessage(message),
    onMessage: box.onMessage,
    onClose: box.onClose,
    close: () => {
      port.close()
      box.shut()
    },
  }
}

/** As much of a child process, or of `process` inside one, as a link needs. */
export interface ProcessEnd {
  send?(message: unknown, sent?: (error: Error | null) => void): boolean
  on(event: 'message', listener: (message: unknown) => void): unknown
  on(event: 'disconnect', listener: () => void): unknown
  disconnect?(): void
  readonly connected: boolean
}

/** A link over the channel of a forked process (`serialization: 'advanced'`), for the command line and tests. */
export const linkOverProcess = <Out = unknown, In = unknown>(end: ProcessEnd): Link<Out, In> => {
  const box = mailbox<In>()
  end.on('message', (message) => box.take(message as In))
  end.on('disconnect', () => box.shut())
  return {
    send: (message) => {
      // The other process may die at any moment; its death comes as `disconnect`.
      if (end.connected) end.send?.(message, () => {})
    },
    onMessage: box.onMessage,
    onClose: box.onClose,
    close: () => {
      if (end.connected) end.disconnect?.()
      box.shut()
    },
  }
}
