import { read as readFile } from 'node:fs'
import { setTimeout as later } from 'node:timers/promises'

/** As much of an open port of node-serialport's Linux and macOS bindings as reading needs. */
interface UnixPort {
  readonly isOpen: boolean
  readonly fd: number | null
  readonly poller: { once(event: 'readable', listener: (error: Error | null) => void): unknown }
  read(buffer: Buffer, offset: number, length: number): Promise<{ bytesRead: number; buffer: Buffer }>
}

/** So many reads of nothing, one after the other, are a line that hung up. */
const emptyReads = 4
const emptyMs = 5

const canceled = () => Object.assign(new Error('Port is not open'), { canceled: true })

/** Reads as `fs.read` does; replaced in tests. */
export type ReadFile = (fd: number, buffer: Buffer, offset: number, length: number) => Promise<number>

const readOnce: ReadFile = (fd, buffer, offset, length) =>
  new Promise((done, failed) => readFile(fd, buffer, offset, length, null, (error, bytesRead) => (error ? failed(error) : done(bytesRead))))

/**
 * Makes a hang-up an error. When the other side hangs up at the moment of the first read, a read gives nothing and no
 * error, and node-serialport 13 reads again at once, for ever: one core is busy, and nobody is told. On a serial
 * line that waits for at least one byte (VMIN 1), a read of nothing has no other meaning.
 */
export const withHangUp = <Port extends object>(port: Port, read: ReadFile = readOnce): Port => {
  const unix = port as Partial<UnixPort>
  // Windows reads in its own way, and says so when a port is gone.
  if (typeof unix.fd !== 'number' || !unix.poller) return port
  const { poller } = unix as UnixPort
  unix.read = async (buffer, offset, length) => {
    for (let empty = 0; empty < emptyReads; ) {
      if (!unix.isOpen || typeof unix.fd !== 'number') throw canceled()
      try {
        const bytesRead = await read(unix.fd, buffer, offset, length)
        if (bytesRead > 0) return { bytesRead, buffer }
        empty++
        await later(emptyMs)
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException
        if (code !== 'EAGAIN' && code !== 'EWOULDBLOCK' && code !== 'EINTR') throw error
        if (!unix.isOpen) throw canceled()
        await new Promise<void>((readable, failed) => poller.once('readable', (reason) => (reason ? failed(reason) : readable())))
      }
    }
    throw new Error('the line hung up')
  }
  return port
}
