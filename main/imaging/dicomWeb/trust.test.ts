import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { fingerprintOf, makeCertificate } from '../../lan'
import { openDicomWeb } from './client'

let server: Server | undefined
afterEach(() => new Promise<void>((closed) => {
  server?.closeAllConnections()
  if (server) server.close(() => closed())
  else closed()
}))

/** A server with a certificate of its own making; says how many requests reached it. */
const start = async () => {
  const { certificate, key } = makeCertificate('pacs')
  let reached = 0
  const own = createServer({ cert: certificate, key }, (_request, response) => {
    reached += 1
    response.writeHead(200, { 'content-type': 'application/dicom+json' }).end('[]')
  })
  server = own
  await new Promise<void>((listening) => own.listen(0, '127.0.0.1', listening))
  return { url: `https://127.0.0.1:${(own.address() as AddressInfo).port}`, pin: fingerprintOf(certificate), reached: () => reached }
}
const ask = async (url: string, pin?: string) => {
  const web = openDicomWeb({ url, auth: { kind: 'bearer', token: 'secret' }, ...(pin !== undefined && { pin }) }, { silenceMs: 2_000 })
  try {
    return await web.searchStudies({ patientId: 'A-1' })
  } finally {
    web.close()
  }
}

it('a server that nobody vouches for is told nothing, and why is said; with its fingerprint it is believed, and another one with that name is not', async () => {
  const { url, pin, reached } = await start()
  await expect(ask(url)).rejects.toMatchObject({ kind: 'untrusted', trust: 'certificate-unknown' })
  await expect(ask(url, 'ab'.repeat(32))).rejects.toMatchObject({ kind: 'untrusted', trust: 'certificate-changed' })
  await expect(ask(url.replace('https', 'http'))).rejects.toMatchObject({ kind: 'unreachable' })
  expect(reached()).toBe(0)
  expect(await ask(url, pin)).toEqual([])
  expect(reached()).toBe(1)
})

it('what speaks no TLS at a https address is said to be not secure', async () => {
  const { url } = await start()
  const { createServer: createPlain } = await import('node:net')
  const plain = createPlain((socket) => socket.on('error', () => undefined).end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  await new Promise<void>((listening) => plain.listen(0, '127.0.0.1', listening))
  try {
    await expect(ask(url.replace(/\d+$/, String((plain.address() as AddressInfo).port)))).rejects.toMatchObject({ kind: 'untrusted', trust: 'not-secure' })
  } finally {
    plain.close()
  }
})
