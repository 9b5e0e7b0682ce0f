import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { claimAccount } from './claimAccount'

const card = Object.values(networkInterfaces()).flatMap((each) => each ?? []).find(({ family, internal }) => family === 'IPv4' && !internal)?.address
let asked: string[]
let account: object
let port: number
let close: () => void
beforeEach(async () => {
  asked = []
  account = { outpost: { station: 'B', codeUntil: '2030-01-01T00:00:00Z' } }
  const centre = createServer((request, response) => {
    asked.push(String(request.method))
    request.resume().on('end', () => response.writeHead(200, { 'content-type': 'application/json', 'set-cookie': 'AuthSession=x' }).end(JSON.stringify(request.method === 'GET' ? account : { ok: true })))
  })
  await new Promise<void>((ready) => centre.listen(0, '0.0.0.0', ready))
  port = (centre.address() as AddressInfo).port
  close = () => {
    centre.closeAllConnections()
    centre.close()
  }
})
afterEach(() => close())
const claim = (host: string) => claimAccount({ url: `http://${host}:${port}`, user: 'outpost-b', password: 'read out' })

test('a password that is to last never goes over a line that others can read', async ({ skip }) => {
  if (card === undefined) return skip('no network card here')
  expect(await claim(card)).toMatchObject({ ok: false, problem: { kind: 'needs-https' } })
  expect(asked).not.toContain('PUT')
  // A hub, and an account that is settled, have nothing to be given.
  account = {}
  expect(await claim(card)).toMatchObject({ ok: true, value: { password: 'read out' } })
})

test('within this computer it does', async () => {
  for (const host of ['127.0.0.1', 'localhost']) {
    const claimed = await claim(host)
    expect(claimed).toMatchObject({ ok: true })
    expect(claimed.ok && claimed.value.password).not.toBe('read out')
  }
})
