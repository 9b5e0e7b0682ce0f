import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A line as a clinic at the end of a valley has it. */
export interface LinkShape {
  /** Each way, bits in a second. */
  readonly bitsPerSecond: number
  /** There and back, ms. */
  readonly roundTripMs: number
  /** It is cut about as often, at a random moment; undefined: never. */
  readonly cutEveryMs?: number
  /** Below one; decides when it is cut. */
  readonly random: () => number
}

/** A running line. */
export interface PoorLink {
  readonly url: string
  /** Bytes that have crossed it. */
  readonly carried: { readonly down: number; readonly up: number }
  readonly cuts: number
  close(): void
}

/** So much is on its way at a time, each way, bytes: what a modem holds. */
const held = 16_384
const packet = 1_400
/** How long nobody gets through after a cut, ms. */
const downMs = 800

/** Passes bytes on at a pace and with a delay; all connections share the line. */
export const openPoorLink = async (target: string, { bitsPerSecond, roundTripMs, cutEveryMs, random }: LinkShape): Promise<PoorLink> => {
  const { hostname, port } = new URL(target)
  const carried = { down: 0, up: 0 }
  const sockets = new Set<Socket>()
  const freeAt = { down: 0, up: 0 }
  let cuts = 0
  let isUp = true
  let closed = false

  const carry = (from: Socket, to: Socket, way: 'down' | 'up') => {
    let waiting = 0
    from.on('data', (chunk: Buffer) => {
      for (let at = 0; at < chunk.length; at += packet) {
        const piece = chunk.subarray(at, at + packet)
        const now = performance.now()
        freeAt[way] = Math.max(now, freeAt[way]) + (piece.length * 8_000) / bitsPerSecond
        waiting += piece.length
        if (waiting > held) from.pause()
        setTimeout(() => {
          waiting -= piece.length
          if (waiting <= held) from.resume()
          if (to.destroyed || from.destroyed) return
          carried[way] += piece.length
          to.write(piece)
        }, freeAt[way] - now + roundTripMs / 2)
      }
    })
    from.on('end', () => setTimeout(() => to.end(), Math.max(0, freeAt[way] - performance.now()) + roundTripMs / 2))
  }
  const cut = () => {
    for (const socket of sockets) socket.destroy()
    freeAt.down = freeAt.up = 0
  }
  const server = createServer({ noDelay: true }, (near) => {
    if (!isUp) return void near.destroy()
    const far = connect({ host: hostname, port: Number(port), noDelay: true, allowHalfOpen: true })
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        sockets.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
    carry(near, far, 'up')
    carry(far, near, 'down')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const cutLater = () => {
    if (cutEveryMs === undefined || closed) return
    setTimeout(() => {
      if (closed) return
      cuts++
      isUp = false
      cut()
      setTimeout(() => {
        isUp = true
        cutLater()
      }, downMs)
    }, cutEveryMs * (0.5 + random()))
  }
  cutLater()
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    carried,
    get cuts() {
      return cuts
    },
    close: () => {
      closed = true
      cut()
      server.close()
    },
  }
}
