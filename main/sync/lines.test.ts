import { connect, createServer, type Server, type Socket } from 'node:net'
import { describe, expect, test, vi } from 'vitest'
import { hashQuickly } from '../../shared/testing/quickScrypt'
import { afterwards, all, hashOf, inStep, openStation, person, startServer, until } from './clinic.test-parts'

hashQuickly()

// A busy machine is slow; what is asked here is the end, not the speed.
vi.setConfig({ testTimeout: 60_000 })

/** A line that can be cut: at once, or by itself after so many bytes. */
const openLine = async (target: string) => {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  let budget = Infinity
  let up = true
  let silent = false
  let carried = 0
  let cuts = 0
  const cut = () => {
    cuts++
    for (const socket of sockets) socket.destroy()
  }
  const server: Server = createServer((near) => {
    if (!up) return void near.destroy()
    const far = connect(Number(port), hostname)
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        sockets.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
    const carry = (from: Socket, to: Socket) =>
      from.on('data', (chunk: Buffer) => {
        if (silent) return
        budget -= chunk.length
        carried += budget < 0 ? Math.max(0, chunk.length + budget) : chunk.length
        // What fits is let through: the cut falls in the middle of a document.
        if (budget < 0) {
          to.write(chunk.subarray(0, Math.max(0, chunk.length + budget)))
          budget = Infinity
          return cut()
        }
        to.write(chunk)
      })
    carry(near, far)
    carry(far, near)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  afterwards(() => {
    up = false
    cut()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    /** Cuts after so many more bytes, either way. */
    cutAfter: (bytes: number) => (budget = bytes),
    cut,
    get carried() {
      return carried
    },
    get cuts() {
      return cuts
    },
    /** Takes everything, lets nothing through, says nothing. */
    set silent(is: boolean) {
      silent = is
    },
    set up(is: boolean) {
      up = is
      if (!is) cut()
    },
  }
}

const count = 2_000
const people = (prefix: string, from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => ({ type: 'Patient' as const, resource: person(`Family ${prefix}${from + n}`, `${prefix}-${String(from + n).padStart(6, '0')}`) }))

describe('a poor line', () => {
  test(`a first sync of ${count} patients is cut 40 times, up and down: equal at the end, and never from the beginning`, async () => {
    const server = await startServer()
    const [up, down] = [await openLine(server.url), await openLine(server.url)]
    const a = await openStation('A')
    await a.replica.records.addAll(people('A', 0, count), 'reception')

    await a.sync.configure(server.via(up.url))
    for (let cuts = 0; cuts < 20; cuts++) {
      // So little that there are as many cuts when all of it goes packed.
      up.cutAfter(5_000 + cuts * 500)
      await until('a cut', () => up.cuts > cuts || a.sync.state().waitingOut === 0)
    }
    await until('all sent', () => a.sync.state().waitingOut === 0, 30_000)
    expect(up.cuts).toBeGreaterThanOrEqual(15)
    // From the beginning each time would be many times the whole: an echo and what the cuts spoilt is less.
    const whole = JSON.stringify(await all(a)).length

    const b = await openStation('B')
    await b.sync.configure(server.via(down.url))
    const seen: number[] = []
    for (let cuts = 0; cuts < 20; cuts++) {
      down.cutAfter(6_000 + cuts * 300)
      await until('a cut', async () => down.cuts > cuts || (await b.replica.records.count('Patient')) === count)
      seen.push(await b.replica.records.count('Patient'))
    }
    await inStep(a, b)
    expect(down.cuts).toBeGreaterThanOrEqual(15)
    expect(seen).toEqual([...seen].sort((x, y) => x - y))
    expect(await b.replica.records.count('Patient')).toBe(count)
    expect(await hashOf(b)).toBe(await hashOf(a))
    expect(up.carried, 'bytes up').toBeLessThan(whole * 3.5)
    expect(down.carried, 'bytes down').toBeLessThan(whole * 1.6)
  })

  test('a first sync goes on after the workstation was switched off in the middle', async () => {
    const server = await startServer()
    const line = await openLine(server.url)
    const a = await openStation('A')
    await a.replica.records.addAll(people('A', 0, 1_500), 'reception')
    await a.sync.configure(server.address)
    await a.sync.pass()
    const b = await openStation('B')
    await b.sync.configure(server.via(line.url))
    await until('some arrived', async () => (await b.replica.records.count('Patient')) >= 300)
    await b.sync.close()
    const before = await b.replica.records.count('Patient')
    const again = await openStation('B', undefined, undefined, b.replica)
    const pulled = await again.sync.pass()
    expect(pulled).toMatchObject({ ok: true })
    expect(await again.replica.records.count('Patient')).toBe(1_500)
    if (pulled.ok && before < 1_400) expect(pulled.value.pulled).toBeLessThan(1_500)
  })

  test('a write in the moment between the first reading of the feed and the waiting for news is not missed', async () => {
    const server = await startServer()
    const a = await openStation('A')
    const b = await openStation('B')
    await a.sync.configure(server.address)
    await b.sync.configure(server.address)
    // Written one by one while the other side goes from reading to waiting and back, all the time.
    for (let n = 0; n < 60; n++) {
      await a.replica.records.add('Patient', person(`Family ${n}`, `A-${n}`), 'reception')
      if (n % 7 === 0) await b.replica.records.add('Patient', person(`Family B${n}`, `B-${n}`), 'reception')
      await new Promise((resolve) => setTimeout(resolve, n % 5))
    }
    await inStep(a, b)
    expect(await b.replica.records.count('Patient')).toBe(69)
  })

  test('a line that swallows everything without a word is given up and taken up again', async () => {
    const server = await startServer()
    const line = await openLine(server.url)
    const a = await openStation('A', undefined, undefined, undefined, 600)
    await a.sync.configure(server.via(line.url))
    await until('online', () => a.sync.state().link === 'online')
    line.silent = true
    await a.replica.records.add('Patient', person('Okafor', 'A-000001'), 'reception')
    await until('offline', () => a.sync.state().link === 'offline')
    line.silent = false
    await until('sent', () => a.sync.state().waitingOut === 0)
  })

  test('a pulled cable is seen, and what waits is counted', async () => {
    const server = await startServer()
    const line = await openLine(server.url)
    const a = await openStation('A')
    await a.sync.configure(server.via(line.url))
    line.up = false
    await a.replica.records.add('Patient', person('Okafor', 'A-000001'), 'reception')
    await until('offline', () => a.sync.state().link === 'offline')
    expect(a.sync.state()).toMatchObject({ waitingOut: 1, problem: 'server-unreachable' })
    expect(await a.sync.pass()).toMatchObject({ ok: false, problem: { kind: 'server-unreachable' } })
    line.up = true
    await until('sent', () => a.sync.state().waitingOut === 0)
  })
})

test('1,000 patients, 500 registered at each of two workstations without a network: 1,000 numbers on both, none changed', async () => {
  const server = await startServer()
  const [a, b] = [await openStation('A'), await openStation('B')]
  await a.replica.records.addAll(people('A', 0, 500), 'reception')
  await b.replica.records.addAll(people('B', 0, 500), 'reception')
  await a.sync.configure(server.address)
  await b.sync.configure(server.address)
  await inStep(a, b)
  for (const station of [a, b]) {
    const numbers = (await all(station)).map(({ resource }) => (resource as ReturnType<typeof person>).identifier?.[0]?.value)
    expect(new Set(numbers).size).toBe(1_000)
    expect(numbers.filter((number) => number?.startsWith('A-'))).toHaveLength(500)
  }
  expect(a.sync.state().reviewItems).toBe(0)
})
