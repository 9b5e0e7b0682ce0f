import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { withHangUp, type ReadFile } from './hangUp'

const portWith = (answers: (number | string)[]) => {
  let reads = 0
  const poller = new EventEmitter()
  poller.on('newListener', (event) => event === 'readable' && setImmediate(() => poller.emit('readable', null)))
  const read: ReadFile = () => {
    reads++
    const next = answers.length > 1 ? answers.shift()! : answers[0]!
    return typeof next === 'number' ? Promise.resolve(next) : Promise.reject(Object.assign(new Error(next), { code: next }))
  }
  const port = withHangUp({ isOpen: true, fd: 7, poller, read: undefined as unknown as (buffer: Buffer, offset: number, length: number) => Promise<{ bytesRead: number }> }, read)
  return { port, read: () => port.read(Buffer.alloc(8), 0, 8), reads: () => reads }
}

describe('a serial line that hangs up without an error', () => {
  it('is at an end after a few reads of nothing, instead of being read for ever', async () => {
    const hung = portWith([0])
    await expect(hung.read()).rejects.toThrow('hung up')
    expect(hung.reads()).toBeLessThan(10)
  })

  it('waits while there is nothing to read, and gives what comes', async () => {
    expect(await portWith(['EAGAIN', 'EINTR', 'EAGAIN', 5]).read()).toMatchObject({ bytesRead: 5 })
  })

  it('tells an adapter that was pulled as the system does, and a port that we closed as canceled', async () => {
    await expect(portWith(['EIO']).read()).rejects.toMatchObject({ code: 'EIO' })
    const closed = portWith([5])
    Object.assign(closed.port, { isOpen: false })
    await expect(closed.read()).rejects.toMatchObject({ canceled: true })
  })

  it('leaves ports of Windows as they are', () => {
    const port = { isOpen: true, read: () => Promise.resolve({ bytesRead: 1 }) }
    const { read } = port
    expect(withHangUp(port).read).toBe(read)
  })
})
