import { spawn, type ChildProcess } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { serialTransport, type Transport } from '../transports'

/** A null-modem cable between two pseudo-terminals that can be pulled and put back at the same paths. */
export interface Cable {
  readonly near: string
  readonly far: string
  plug(): Promise<void>
  pull(): Promise<void>
}

export const serialSettings = { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 } as const

/** Lays a cable with socat; it is plugged in at once. */
export const layCable = async (folder: string): Promise<Cable> => {
  const near = join(folder, 'near')
  const far = join(folder, 'far')
  let socat: ChildProcess | undefined
  const exists = (path: string) => stat(path).then(() => true, () => false)
  const cable: Cable = {
    near,
    far,
    plug: async () => {
      socat = spawn('socat', [`pty,raw,echo=0,link=${near}`, `pty,raw,echo=0,link=${far}`], { stdio: 'ignore' })
      for (let tries = 0; tries < 200; tries++) {
        if ((await exists(near)) && (await exists(far))) return
        await new Promise((later) => setTimeout(later, 10))
      }
      throw new Error('socat made no pseudo-terminals: is it installed?')
    },
    pull: async () => {
      const pulled = socat
      socat = undefined
      if (!pulled) return
      const gone = new Promise((resolve) => pulled.once('exit', resolve))
      // Not SIGKILL: socat takes its links away, as a pulled adapter takes its device node away.
      pulled.kill('SIGTERM')
      await gone
    },
  }
  await cable.plug()
  return cable
}

/** An analyser's end under full control: bytes out, bytes in. */
export interface Probe {
  send(...parts: (Uint8Array | number | string)[]): Promise<void>
  /** Waits for this many bytes and takes them. */
  hear(count?: number): Promise<number[]>
  close(): Promise<void>
}

/** Sits at the far end of a cable. */
export const probe = async (transport: Transport | string): Promise<Probe> => {
  const heard: number[] = []
  const line = await (typeof transport === 'string' ? serialTransport(transport, serialSettings) : transport).open({ bytes: (bytes) => heard.push(...bytes), closed: () => undefined })
  return {
    send: (...parts) => line.write(Uint8Array.from(parts.flatMap((part) => (typeof part === 'number' ? [part] : typeof part === 'string' ? [...new TextEncoder().encode(part)] : [...part])))),
    hear: async (count = 1) => {
      const end = Date.now() + 5_000
      while (heard.length < count) {
        if (Date.now() > end) throw new Error(`heard ${heard.length} of ${count} bytes`)
        await new Promise((later) => setTimeout(later, 5))
      }
      return heard.splice(0, count)
    },
    close: () => line.close(),
  }
}
