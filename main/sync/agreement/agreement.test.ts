import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { PracticeName } from '../../../shared/contract'
import { hashQuickly } from '../../../shared/testing/quickScrypt'
import { newRecordId, openDigests } from '../../replica'
import { afterwards, all, clinic, inStep, openStation, person, until, type Station } from '../clinic.test-parts'
import type { ServerAddress } from '../server'
import { openTestServer, type TestServer } from '../testing/someServer'

hashQuickly()

// A busy machine is slow; what is asked here is the end, not the speed.
vi.setConfig({ testTimeout: 60_000 })

let server: TestServer
beforeAll(async () => {
  server = await openTestServer()
})
afterAll(() => server.close())

const practice = async () => {
  const name: PracticeName = { ...clinic, id: newRecordId(Date.now()) }
  return { name, address: await server.makePractice(name) }
}
const joined = async (prefix: string, { name, address }: Awaited<ReturnType<typeof practice>>): Promise<Station> => {
  const station = await openStation(prefix, name)
  expect(await station.sync.configure(address)).toMatchObject({ ok: true })
  return station
}
/** Stands before the server and loses what has the marker in it when it first comes: says that it was written, and drops it. */
const forgetful = async (marker: string): Promise<(address: ServerAddress) => ServerAddress> => {
  const target = new URL(server.url)
  const known = new Set<string>()
  const front = createServer((asked, answered) => {
    const parts: Buffer[] = []
    asked.on('data', (part: Buffer) => parts.push(part)).on('end', () => {
      let body = Buffer.concat(parts)
      let lost: { _id: string }[] = []
      const headers = { ...asked.headers, host: target.host }
      if (asked.url?.endsWith('_bulk_docs')) {
        const { docs } = JSON.parse((headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString()) as { docs: { _id: string }[] }
        lost = docs.filter((doc) => JSON.stringify(doc).includes(marker) && !known.has(doc._id))
        for (const { _id } of lost) known.add(_id)
        body = Buffer.from(JSON.stringify({ docs: docs.filter((doc) => !lost.includes(doc)) }))
        delete headers['content-encoding']
        delete headers['accept-encoding']
        headers['content-length'] = String(body.length)
      }
      const passed = request({ host: target.hostname, port: target.port, path: asked.url, method: asked.method, headers }, (answer) => {
        if (lost.length === 0) return void answer.pipe(answered.writeHead(answer.statusCode ?? 0, answer.headers))
        const said: Buffer[] = []
        answer.on('data', (part: Buffer) => said.push(part)).on('end', () => {
          const rows = JSON.parse(Buffer.concat(said).toString()) as object[]
          answered.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify([...rows, ...lost.map(({ _id: id }) => ({ ok: true, id, rev: `1-${'a'.repeat(32)}` }))]))
        })
      })
      passed.on('error', () => answered.destroy())
      answered.on('close', () => passed.destroy())
      passed.end(body)
    })
  })
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve))
  afterwards(() => void (front.closeAllConnections(), front.close()))
  return (address) => ({ ...address, url: address.url.replace(target.host, `127.0.0.1:${(front.address() as AddressInfo).port}`) })
}
const agreed = async ({ sync }: Station) => {
  const answer = await sync.compare()
  return answer.ok ? answer.value.agreement : answer.problem.kind
}

describe('The proof of agreement', () => {
  test('says that every record is at the server as it is here; what waits meanwhile is no difference', async () => {
    const at = await practice()
    const [a, b] = [await joined('A', at), await joined('B', at)]
    await a.replica.records.addAll(Array.from({ length: 400 }, (_, n) => ({ type: 'Patient' as const, resource: person(`Family ${n}`, `A-${n}`) })), 'reception')
    await inStep(a, b)
    for (const station of [a, b]) expect(await agreed(station)).toMatchObject({ outcome: 'agrees', records: 400, differing: 0, at: expect.stringMatching(/Z$/) })
    // Refused, and so not there: that is known, and said elsewhere.
    await a.replica.collection.insert({ ...(await all(a))[0], id: newRecordId(Date.now()), _weird: true } as never)
    await until('refused', () => a.sync.state().refused === 1)
    expect(await agreed(a)).toMatchObject({ outcome: 'agrees', records: 401 })
    await until('told', () => a.states.at(-1)?.agreement?.outcome === 'agrees')
  })

  test('finds what the server took and lost, and sends it again; nobody has to ask', async () => {
    const at = await practice()
    const a = await openStation('A', at.name, undefined, undefined, undefined, { firstMs: 1_000, underWayMs: 50 })
    const through = await forgetful('Lost')
    expect(await a.sync.configure(through(at.address))).toMatchObject({ ok: true })
    await a.replica.records.addAll(Array.from({ length: 12 }, (_, n) => ({ type: 'Patient' as const, resource: person(n % 3 ? `Family ${n}` : 'Lost', `A-${n}`) })), 'reception')
    await until('sent, as far as anybody knows', () => a.sync.state().waitingOut === 0)
    expect((await server.ask('GET', `/${at.address.database}/_all_docs?limit=0`)).body['total_rows']).toBeLessThan(12)
    const b = await joined('B', at)
    await until('found', () => a.sync.state().agreement?.outcome === 'agrees')
    await inStep(a, b)
    expect(await b.replica.records.count('Patient')).toBe(12)
    for (const station of [a, b]) expect(await agreed(station)).toMatchObject({ outcome: 'agrees', records: 12 })
  })

  test('is not asked for again and again while nobody writes anything', async () => {
    const at = await practice()
    const a = await openStation('A', at.name, undefined, undefined, undefined, { firstMs: 30, everyMs: 60, underWayMs: 30 })
    await a.sync.configure(at.address)
    await a.replica.records.add('Patient', person('Achebe', 'A-1'), 'reception')
    await until('compared', () => a.sync.state().waitingOut === 0 && a.sync.state().agreement?.records === 1)
    // What was written comes back in the feed, and is compared once more.
    const times = () => new Set(a.states.map(({ agreement }) => agreement?.at)).size
    let before: number
    do {
      before = times()
      await new Promise((resolve) => setTimeout(resolve, 500))
    } while (times() !== before)
    for (let n = 0; n < 4; n++) await a.sync.pass()
    await new Promise((resolve) => setTimeout(resolve, 400))
    expect(times()).toBe(before)
    await a.replica.records.add('Patient', person('Balogun', 'A-2'), 'reception')
    await until('compared again', () => a.sync.state().agreement?.records === 2)
  })

  test('fetches what is missing here', async () => {
    const at = await practice()
    const [a, b] = [await joined('A', at), await joined('B', at)]
    const records = await a.replica.records.addAll(Array.from({ length: 5 }, (_, n) => ({ type: 'Patient' as const, resource: person(`Family ${n}`, `A-${n}`) })), 'reception')
    await inStep(a, b)
    const ids = records.map(({ id }) => id).slice(0, 2)
    expect(await b.sync.forget(ids, () => Promise.resolve())).toMatchObject({ ok: true })
    const digests = openDigests(b.replica.collection, { follow: false })
    await digests.anew()
    await digests.close()
    expect(await b.replica.records.count('Patient')).toBe(3)
    expect(await agreed(b)).toMatchObject({ outcome: 'agrees' })
    await inStep(a, b)
    expect(await b.replica.records.count('Patient')).toBe(5)
  })

  test('looks once at what means the same in other words, such as the record of a newer version, and then no more', async () => {
    const at = await practice()
    const a = await joined('A', at)
    const [known] = await a.replica.records.addAll([{ type: 'Patient', resource: person('Achebe', 'A-1') }, { type: 'Patient', resource: person('Balogun', 'A-2') }], 'reception')
    await until('sent', () => a.sync.state().waitingOut === 0)
    const path = `/${at.address.database}/${known?.id}`
    const { body } = await server.ask('GET', path)
    expect((await server.ask('PUT', path, { ...body, aNewMember: 1 })).status).toBeLessThan(300)
    await a.sync.pass()
    expect(await agreed(a)).toMatchObject({ outcome: 'agrees', records: 2 })
    expect(await a.replica.local.count('agreed-day')).toBe(1)
    // What has been looked at is trusted only as long as it is that: the server changes it once more.
    const again = (await server.ask('GET', path)).body
    expect((await server.ask('PUT', path, { ...again, author: 'somebody' })).status).toBeLessThan(300)
    await a.sync.pass()
    expect(await agreed(a)).toMatchObject({ outcome: 'agrees', records: 2 })
    expect((await a.replica.records.get('Patient', known?.id ?? ''))?.author).toBe(String((await server.ask('GET', path)).body['author']))
  })

  test('cannot be given while there is no line, and says so', async () => {
    const at = await practice()
    const a = await openStation('A', at.name)
    expect(await agreed(a)).toBe('no-server')
    await a.sync.configure(at.address)
    await until('online', () => a.sync.state().link === 'online')
    await server.stop()
    try {
      expect(await agreed(a)).toBe('server-unreachable')
      expect(a.sync.state().agreement).toBeUndefined()
    } finally {
      await server.start()
    }
  })
})
