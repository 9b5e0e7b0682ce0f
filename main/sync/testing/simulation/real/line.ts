import { connect, createServer, type Server, type Socket } from 'node:net'
import type { Wire } from '../network'

/** A wire between a machine and a server, over real sockets. */
export interface RealLine {
  readonly url: string
  set(wire: Wire): void
  /** Resets what is open. */
  cut(): void
  close(): void
}

/** Lays a wire to a port of this computer. */
export const layLine = async (port: number): Promise<RealLine> => {
  const pairs = new Set<readonly [Socket, Socket]>()
  let wire: Wire = 'whole'
  const cut = (): void => {
    for (const pair of pairs) for (const socket of pair) socket.resetAndDestroy()
  }
  const server: Server = createServer((near) => {
    if (wire === 'pulled') return void near.resetAndDestroy()
    const far = connect(port, '127.0.0.1')
    const pair = [near, far] as const
    pairs.add(pair)
    for (const [from, to] of [[near, far], [far, near]] as const) {
      from.on('data', (bytes: Buffer) => void to.write(bytes))
      from.on('error', () => undefined)
      from.on('close', () => {
        pairs.delete(pair)
        to.destroy()
      })
      if (wire === 'silent') from.pause()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    set: (next) => {
      wire = next
      if (wire === 'pulled') cut()
      else for (const pair of pairs) for (const socket of pair) void (wire === 'silent' ? socket.pause() : socket.resume())
    },
    cut,
    close: () => {
      server.close()
      cut()
    },
  }
}

/** A port that nobody has at this moment. */
export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
