import { afterEach, expect, test, vi } from 'vitest'
import { openServer, ServerProblem, splitUrl } from '../server'
import { openTestServer, type TestServer } from './someServer'

const practice = { id: '01SOMESERVERPRACTICE000000', name: 'Hill Clinic', training: false }

let server: TestServer | undefined
afterEach(async () => {
  await server?.close()
  server = undefined
})

test('a server for tests gives each practice a database and a user, and can be cut off and come back', async () => {
  server = await openTestServer()
  const address = await server.makePractice(practice)
  expect(splitUrl(address.url).database).toBe(address.database)
  const workstation = openServer(address, address.database, 2_000)
  try {
    expect(await workstation.read({ path: encodeURIComponent('outpost:practice') })).toMatchObject({ practice: practice.id, training: false })
    await server.stop()
    await expect(workstation.read({ path: '' })).rejects.toMatchObject({ kind: 'unreachable' })
    await server.start()
    expect(await workstation.read({ path: '' })).toMatchObject({ db_name: address.database })
    await server.setPassword(address, 'another password')
    // The nodes of a cluster hear of it one after the other.
    await vi.waitFor(() => expect(workstation.read({ path: '' })).rejects.toBeInstanceOf(ServerProblem), { timeout: 30_000, interval: 100 })
    expect((await server.ask('GET', `/${address.database}`)).status).toBe(200)
  } finally {
    workstation.close()
  }
})
