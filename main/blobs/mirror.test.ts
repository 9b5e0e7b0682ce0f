import { afterEach, expect, test, vi } from 'vitest'
import { hashQuickly } from '../../shared/testing/quickScrypt'
import { openLine } from './testing/line'
import { afterwards, allSent, digestOf as digest, noise, openStation, shareKey, startServer, theSet, tidy, until, type TestPlace, type TestStation } from './testing/twoStations'

hashQuickly()

vi.setConfig({ testTimeout: 30_000 })
afterEach(tidy)

const documents = async ({ server, files }: TestPlace) => ((await server.ask('GET', `/${files}/_all_docs`)).body['rows'] as { id: string; value: { rev: string } }[]).filter(({ id }) => /^(chunk|note)-/.test(id))
const records = ({ at }: TestPlace, root: string) => ({ ...at(root), url: at(root).url.replace(/-blobs$/, '') })

const join = (station: TestStation, hub: TestPlace, centre: TestPlace, more: { root?: string; isJoined?: () => boolean } = {}) => {
  const mirror = station.blobs.mirror({
    name: 'thehub', hub: records(hub, hub.server.url), centre: records(centre, more.root ?? centre.server.url),
    isJoined: more.isJoined ?? (() => true), recordsWaiting: () => 0, lookMs: 50,
  })
  afterwards(() => mirror.stop())
  return mirror
}
const alike = async (one: TestPlace, other: TestPlace) => {
  const ids = async (place: TestPlace) => JSON.stringify((await documents(place)).map(({ id }) => id).sort())
  for (const end = Date.now() + 30_000; Date.now() < end; await new Promise((next) => setTimeout(next, 50))) if ((await ids(one)) === (await ids(other))) return
  throw new Error('hub and centre never were alike')
}

test('what was sent to the hub is fetched from the centre, and the other way round, over a line that is cut', async () => {
  const [hub, centre] = [await startServer(), await startServer()]
  const line = await openLine(centre.server.url)
  afterwards(() => line.close())
  const [a, b] = [await openStation('A', hub), await openStation('B', centre)]
  await shareKey(a, b)
  const names = [await a.put(noise('one', 900_000)), await a.put(noise('two', 300_000))]
  await a.offer()
  await allSent(a)
  line.cutAfter(400_000)
  join(a, hub, centre, { root: line.url })
  await until('a cut', () => line.cuts === 1)
  line.cutAfter(400_000)
  await alike(hub, centre)
  expect(line.up).toBeLessThan(1_200_000 + 3 * 140_000 + 40_000)
  await b.blobs.fetch(theSet)
  await until('fetched', () => b.blobs.state().wanted[0]?.state === 'done')
  for (const name of names) expect(digest(b.keeper.files.get(name)?.contents)).toBe(name)
  // The other way: B sends to the centre, A fetches from the hub.
  const third = await b.put(noise('three', 200_000))
  await b.offer()
  await allSent(b)
  await alike(hub, centre)
  await a.blobs.fetch(theSet)
  await until('fetched', () => a.blobs.state().wanted[0]?.state === 'done')
  expect(a.keeper.files.has(third)).toBe(true)
})

test('a centre that lost its files is filled again, and one that is not joined gets nothing', async () => {
  const [hub, centre] = [await startServer(), await startServer()]
  const a = await openStation('A', hub)
  await a.put(noise('one', 300_000))
  await a.offer()
  await allSent(a)
  let isJoined = false
  const mirror = join(a, hub, centre, { isJoined: () => isJoined })
  await new Promise((next) => setTimeout(next, 300))
  expect(await documents(centre)).toEqual([])
  isJoined = true
  mirror.kick()
  await alike(hub, centre)
  // Put back from a copy while nobody was looking: the notes of where we are are as old as the rest.
  await mirror.stop()
  for (const { id, value } of await documents(centre)) await centre.server.ask('DELETE', `/${centre.files}/${id}?rev=${value.rev}`)
  for (const way of ['out', 'in']) {
    const note = await centre.server.ask('GET', `/${centre.files}/_local/outpost-mirror-${way}-thehub`)
    if (note.status === 200) await centre.server.ask('DELETE', `/${centre.files}/_local/outpost-mirror-${way}-thehub?rev=${String(note.body['_rev'])}`)
  }
  join(a, hub, centre)
  await alike(hub, centre)
  expect((await documents(centre)).length).toBeGreaterThan(2)
})

test('a workstation that goes from the hub to the centre sends there what is not there, and fetches from there', async () => {
  const [hub, centre] = [await startServer(), await startServer()]
  const [a, b] = [await openStation('A', hub), await openStation('B', centre)]
  await shareKey(a, b)
  await a.put(noise('one', 300_000))
  await a.offer()
  await allSent(a)
  const others = await b.put(noise('two', 300_000))
  await b.offer()
  await allSent(b)
  Object.assign(a.sync, { place: centre, root: centre.server.url, state: { ...a.sync.state, server: centre.server.url } })
  a.blobs.syncChanged()
  await a.blobs.fetch(theSet)
  await until('fetched', () => a.blobs.state().wanted[0]?.state === 'done')
  expect(a.keeper.files.has(others)).toBe(true)
  for (const end = Date.now() + 30_000; (await documents(centre)).filter(({ id }) => id.startsWith('note-')).length < 2; ) {
    if (Date.now() > end) throw new Error('never sent to the centre')
    await new Promise((next) => setTimeout(next, 50))
  }
  expect((await documents(hub)).filter(({ id }) => id.startsWith('note-'))).toHaveLength(1)
})

test('what waits for the night at the hub goes to the centre in the night', async () => {
  const [hub, centre] = [await startServer(), await startServer()]
  const a = await openStation('A', hub)
  const small = await a.put(noise('small', 100_000))
  await a.put(noise('large', 400_000))
  await a.offer()
  await allSent(a)
  await a.blobs.setRule({ when: 'night', nightFrom: '22:00', nightTo: '06:00', kilobytesPerSecond: 0 })
  a.now = () => new Date(2026, 10, 21, 15, 0).getTime()
  const mirror = join(a, hub, centre)
  await until('held', () => mirror.state().held === 1)
  expect((await documents(centre)).filter(({ id }) => id.startsWith('note-'))).toHaveLength(1)
  expect(small).toHaveLength(64)
  a.now = () => new Date(2026, 10, 21, 22, 0).getTime()
  mirror.kick()
  await alike(hub, centre)
  await until('none held', () => mirror.state().held === 0)
})
