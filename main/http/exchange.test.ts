import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { expect, test } from 'vitest'
import { openExchange } from './exchange'

test('a workstation that waits for news holds one connection; those of the last busy moment are closed', async () => {
  const open = new Set<Socket>()
  let waiting: ServerResponse | undefined
  const server = createServer((request, response) => {
    if (request.url === '/news') waiting = response
    else setTimeout(() => response.end('{}'), 50)
  })
  server.on('connection', (socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const exchange = openExchange(new URL(`http://127.0.0.1:${port}`), undefined, 200)
  try {
    const ask = (path: string) => exchange.send({ method: 'GET', path, headers: {}, silenceMs: 5_000 })
    const news = ask('/news')
    const busy = await Promise.all(Array.from({ length: 5 }, () => ask('/')))
    for (const { body } of busy) for await (const _piece of body);
    expect(open.size).toBe(6)
    for (const end = Date.now() + 3_000; open.size > 1 && Date.now() < end; ) await new Promise((next) => setTimeout(next, 20))
    expect(open.size).toBe(1)
    waiting?.end('{}')
    expect((await news).status).toBe(200)
  } finally {
    exchange.close()
    server.closeAllConnections()
    server.close()
  }
})
