import { createHash } from 'node:crypto'
import { realpathSync, rmSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const addressOf = (folder: string, purpose: string): string => {
  const name = `outpost-${purpose}-${createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 24)}`
  return process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`)
}

const listenAt = (address: string): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy())
    server.once('error', reject)
    server.listen(address, () => resolve(server.unref()))
  })

const someoneAnswers = (address: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(address, () => (socket.destroy(), resolve(true)))
    socket.on('error', () => resolve(false))
  })

/**
 * Makes sure that this process alone does something with a folder. A local socket ends with its process, which a lock
 * file does not.
 *
 * @returns how to let go; undefined when another process is at it
 */
export const holdAlone = async (folder: string, purpose: string): Promise<(() => Promise<void>) | undefined> => {
  const address = addressOf(folder, purpose)
  const listening = await listenAt(address).catch(async (error: { code?: string }) => {
    if (error.code !== 'EADDRINUSE') throw error
    if (await someoneAnswers(address)) return undefined
    rmSync(address, { force: true })
    return listenAt(address)
  })
  return listening && (() => new Promise((resolve) => listening.close(() => resolve())))
}
