import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A line that cuts itself after so many bytes, and can be slow. */
export interface TestLine {
  /** `http://127.0.0.1:port` */
  readonly url: string
  /** Bytes that were carried towards the server, and back. */
  readonly up: number
  readonly down: number
  readonly cuts: number
  /** Cuts every connection after so many more bytes, either way; what fits is let through. */
  cutAfter(bytes: number): void
  close(): void
}

/** @param bytesPerSecond either way; absent: as fast as it goes */
export const openLine = async (target: string, bytesPerSecond?: number): Promise<TestLine> => {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  let budget = Infinity
  const carried = { up: 0, down: 0, cuts: 0 }
  const cut = () => {
    carried.cuts += 1
    budget = Infinity
    for (const socket of sockets) socket.destroy()
  }
  /** When the line has carried all that was handed to it, each way. */
  const freeAt = { up: 0, down: 0 }
  const carry = (from: Socket, to: Socket, way: 'up' | 'down') =>
    from.on('data', (chunk: Buffer) => {
      carried[way] += chunk.length
      budget -= chunk.length
      if (budget < 0) {
        to.write(chunk.subarray(0, Math.max(0, chunk.length + budget)))
        return cut()
      }
      if (bytesPerSecond === undefined) return void to.write(chunk)
      freeAt[way] = Math.max(freeAt[way], Date.now()) + (chunk.length * 1000) / bytesPerSecond
      from.pause()
      setTimeout(() => {
        if (!to.destroyed) to.write(chunk)
        from.resume()
      }, freeAt[way] - Date.now())
    })
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ port: Number(port), host: hostname, noDelay: true })
    for (const [socket, other] of [[near, far], [far, near]] as const) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
    }
    carry(near, far, 'up')
    carry(far, near, 'down')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get up() {
      return carried.up
    },
    get down() {
      return carried.down
    },
    get cuts() {
      return carried.cuts
    },
    cutAfter: (bytes) => (budget = bytes),
    close: () => {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
