import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { join } from 'node:path'
import { scratchFolder } from './folders'

/** Two ends of one line: what is written to one is read from the other. */
export interface SerialPair {
  /** Path to give to the application as its serial port. */
  host: string
  /** Path on which the test plays the device. */
  device: string
  /** Pulls the cable: both ends hang up. */
  close: () => Promise<void>
}

/** Joins two pseudo-terminals with socat. They carry bytes as they are, without speed or parity. */
export const serialPair = async (): Promise<SerialPair> => {
  const folder = scratchFolder('line')
  const [host, device] = [join(folder.path, 'host'), join(folder.path, 'device')]
  const line = spawn('socat', [`pty,raw,echo=0,link=${host}`, `pty,raw,echo=0,link=${device}`], { stdio: ['ignore', 'ignore', 'inherit'] })
  const ended = new Promise<void>((done) => line.once('exit', () => done()))
  const stop = () => void line.kill()
  process.once('exit', stop)
  for (let tries = 0; !(existsSync(host) && existsSync(device)); tries++) {
    if (tries > 200 || line.exitCode !== null) throw new Error('socat made no pseudo-terminals')
    await wait(25)
  }
  return {
    host,
    device,
    close: async () => {
      process.off('exit', stop)
      stop()
      await ended
      folder.remove()
    },
  }
}
