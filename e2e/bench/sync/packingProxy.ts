import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createGzip, constants } from 'node:zlib'

/** What stands before a CouchDB that packs nothing by itself: packs answers for those who take it, as the centre's proxy does. */
export const openPackingProxy = async (target: string): Promise<{ readonly url: string; close(): void }> => {
  const { hostname, port } = new URL(target)
  const server = createServer((incoming, outgoing) => {
    const isPacked = /\bgzip\b/.test(String(incoming.headers['accept-encoding'] ?? ''))
    const asked = request({ hostname, port, method: incoming.method, path: incoming.url, headers: { ...incoming.headers, 'accept-encoding': 'identity', host: `${hostname}:${port}` } }, (answer) => {
      const { 'content-length': _length, 'transfer-encoding': _coding, ...headers } = answer.headers
      outgoing.writeHead(answer.statusCode ?? 502, { ...headers, ...(isPacked ? { 'content-encoding': 'gzip' } : {}) })
      if (!isPacked) return void answer.pipe(outgoing)
      const packer = createGzip()
      const flushing = setInterval(() => packer.flush(constants.Z_SYNC_FLUSH), 1_000)
      answer.pipe(packer).pipe(outgoing)
      outgoing.on('close', () => {
        clearInterval(flushing)
        asked.destroy()
      })
    })
    asked.on('error', () => outgoing.destroy())
    incoming.pipe(asked)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
