import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { hashQuickly } from '../../shared/testing/quickScrypt'
import { openLine } from './testing/line'
import { afterwards, allSent, digestOf as digest, noise, openStation, shareKey, startServer, theSet, tidy, until, type TestStation } from './testing/twoStations'

hashQuickly()

vi.setConfig({ testTimeout: 30_000 })
afterEach(tidy)

async function* failing(): AsyncIterable<Uint8Array> {
  yield new Uint8Array(10)
  throw new Error('the disk does not answer')
}
const arrived = (station: TestStation) => until('fetched', () => ['done', 'failed'].includes(station.blobs.state().wanted[0]?.state ?? ''))

describe('a study that was taken on one workstation', () => {
  test('is fetched on another, byte for byte, with what its archive has to know', async () => {
    const place = await startServer()
    const [a, b] = [await openStation('A', place), await openStation('B', place)]
    const names = [
      await a.put(noise('slice', 300_000), { sop: '1.2.3.1' }),
      await a.put(Buffer.alloc(400_000, 7), { sop: '1.2.3.2' }),
      await a.put(Buffer.from('small'), { sop: '1.2.3.3' }),
      await a.put(Buffer.alloc(0), { sop: '1.2.3.4' }),
    ]
    await shareKey(a, b)
    await a.offer()
    await allSent(a)
    await b.blobs.fetch(theSet)
    await arrived(b)
    expect(b.blobs.state().wanted).toMatchObject([{ set: theSet, state: 'done', progress: { files: 4, ofFiles: 4, bytes: 700_005, ofBytes: 700_005 } }])
    for (const name of names) {
      expect(digest(b.keeper.files.get(name)?.contents), name).toBe(name)
      expect(b.keeper.files.get(name)?.about).toEqual(a.keeper.files.get(name)?.about)
    }
    expect(await readdir(join(b.folder, 'blobs'))).toEqual([])
  })

  test('shows the server nothing of what it is', async () => {
    const place = await startServer()
    const a = await openStation('A', place)
    const secret = 'OKONKWO-TEST, Ada'
    const name = await a.put(Buffer.from(secret.repeat(2_000)), { patient: secret })
    await a.offer()
    await allSent(a)
    const { body } = await place.server.ask('GET', `/${place.files}/_all_docs?include_docs=true&attachments=true`)
    const text = JSON.stringify(body)
    expect(text).toMatch(/chunk-[0-9a-f]{64}/)
    for (const known of [secret, Buffer.from(secret).toString('base64').slice(0, 20), name, theSet]) expect(text).not.toContain(known)
  })

  test('is sent once: what two workstations hold alike travels once, and what is there is not sent again', async () => {
    const place = await startServer()
    const [lineA, lineB] = [await openLine(place.server.url), await openLine(place.server.url)]
    afterwards(() => (lineA.close(), lineB.close()))
    const [a, b] = [await openStation('A', place, lineA.url), await openStation('B', place, lineB.url)]
    await shareKey(a, b)
    for (const station of [a, b]) for (let n = 0; n < 3; n += 1) await station.put(noise(`same ${n}`, 400_000))
    await a.offer()
    await allSent(a)
    expect(lineA.up).toBeGreaterThan(1_200_000)
    await b.offer()
    await allSent(b)
    expect(lineB.up).toBeLessThan(20_000)
    const before = lineA.up
    await a.put(noise('one more', 100_000))
    await a.offer()
    await allSent(a)
    expect(lineA.up - before).toBeLessThan(120_000)
  })

  test('arrives over a line that is cut five times each way, with equal SHA-256 and little sent twice', async () => {
    const place = await startServer()
    const [up, down] = [await openLine(place.server.url), await openLine(place.server.url)]
    afterwards(() => (up.close(), down.close()))
    const [a, b] = [await openStation('A', place, up.url), await openStation('B', place, down.url)]
    await shareKey(a, b)
    // One large file and several small ones: the large one must not begin anew either.
    const total = 3_000_000
    const names = [await a.put(noise('large', 2_000_000))]
    for (let n = 0; n < 4; n += 1) names.push(await a.put(noise(`small ${n}`, 250_000)))
    await a.offer()
    for (let cut = 0; cut < 5; cut += 1) {
      up.cutAfter(500_000)
      await until('a cut', () => up.cuts > cut || a.blobs.state().toSend.files === 0)
    }
    await allSent(a)
    await b.blobs.fetch(theSet)
    for (let cut = 0; cut < 5; cut += 1) {
      down.cutAfter(500_000)
      await until('a cut', () => down.cuts > cut || b.blobs.state().wanted[0]?.state === 'done')
    }
    await arrived(b)
    expect([up.cuts, down.cuts]).toEqual([5, 5])
    for (const name of names) expect(digest(b.keeper.files.get(name)?.contents)).toBe(name)
    // Each cut spoils at most the chunks that were under way.
    expect(up.up, 'bytes up').toBeLessThan(total + 5 * 3 * 140_000)
    expect(down.down, 'bytes down').toBeLessThan(total + 5 * 3 * 140_000)
  })

  test('that was cut on its way to the hub goes to the centre whole', async () => {
    const [hub, centre] = [await startServer(), await startServer()]
    const line = await openLine(hub.server.url)
    const [a, b] = [await openStation('A', hub, line.url), await openStation('B', centre)]
    await shareKey(a, b)
    const name = await a.put(noise('large', 6_000_000))
    // So much is remembered as sent: the file goes on from there when the line is back.
    line.cutAfter(4_000_000)
    await a.offer()
    await until('a cut', () => line.cuts === 1)
    line.close()
    Object.assign(a.sync, { root: centre.server.url, place: centre, state: { ...a.sync.state, server: centre.server.url } })
    a.blobs.syncChanged()
    await allSent(a)
    await b.blobs.fetch(theSet)
    await until('fetched', () => ['done', 'missing'].includes(b.blobs.state().wanted[0]?.state ?? ''))
    expect(b.blobs.state().wanted).toMatchObject([{ state: 'done' }])
    expect(digest(b.keeper.files.get(name)?.contents)).toBe(name)
  })

  test('goes on being fetched after the workstation was switched off in the middle', async () => {
    const place = await startServer()
    const down = await openLine(place.server.url, 1_000_000)
    afterwards(() => down.close())
    const [a, b] = [await openStation('A', place), await openStation('B', place, down.url)]
    await shareKey(a, b)
    const name = await a.put(noise('large', 1_500_000))
    await a.offer()
    await allSent(a)
    await b.blobs.fetch(theSet)
    await until('half of it', () => (b.blobs.state().wanted[0]?.progress?.bytes ?? 0) > 600_000)
    await b.reopen()
    await arrived(b)
    expect(digest(b.keeper.files.get(name)?.contents)).toBe(name)
    expect(down.down).toBeLessThan(1_500_000 + 6 * 140_000)
  })

  test('that nobody has sent yet is said to be missing, and comes when it has been sent', async () => {
    const place = await startServer()
    const [a, b] = [await openStation('A', place), await openStation('B', place)]
    await shareKey(a, b)
    await b.blobs.fetch(theSet)
    await until('missing', () => b.blobs.state().wanted[0]?.state === 'missing')
    await a.put(noise('late', 200_000))
    await a.offer()
    await allSent(a)
    b.now = () => Date.now() + 61_000
    b.blobs.syncChanged()
    await b.blobs.fetch(theSet)
    await arrived(b)
    expect(b.keeper.files.size).toBe(1)
    // Given up: it is asked for no more, also after a restart.
    await b.blobs.cancel(theSet)
    await b.reopen()
    expect(b.blobs.state().wanted).toEqual([])
  })
})

describe('what is not right', () => {
  test('a chunk that somebody changed on the server is never taken for an image', async () => {
    const place = await startServer()
    const [a, b] = [await openStation('A', place), await openStation('B', place)]
    await shareKey(a, b)
    const [good, bad] = [await a.put(noise('good', 200_000)), await a.put(noise('bad', 100_000))]
    await a.offer()
    await allSent(a)
    const { body } = await place.server.ask('GET', `/${place.files}/_all_docs`)
    const chunks = (body['rows'] as { id: string; value: { rev: string } }[]).filter(({ id }) => id.startsWith('chunk-'))
    // The chunk of the second file is exchanged for one of the first.
    const contents = new Map<string, Buffer>()
    const basic = `Basic ${Buffer.from(`${place.server.admin.user}:${place.server.admin.password}`).toString('base64')}`
    for (const { id } of chunks) contents.set(id, Buffer.from(await (await fetch(`${place.server.url}/${place.files}/${id}/c`, { headers: { authorization: basic } })).arrayBuffer()))
    const victim = chunks.find(({ id }) => (contents.get(id)?.length ?? 0) > 90_000 && (contents.get(id)?.length ?? 0) < 110_000)
    const other = chunks.find(({ id }) => id !== victim?.id)
    await place.server.ask('DELETE', `/${place.files}/${victim?.id}?rev=${victim?.value.rev}`)
    const put = await fetch(`${place.server.url}/${place.files}/${victim?.id}/c`, {
      method: 'PUT', headers: { authorization: basic, 'content-type': 'application/octet-stream' }, body: new Uint8Array(contents.get(other?.id ?? '') ?? []),
    })
    expect(put.status).toBeLessThan(300)
    await b.blobs.fetch(theSet)
    await arrived(b)
    expect(b.blobs.state().wanted).toMatchObject([{ state: 'failed', problem: 'damaged' }])
    expect([...b.keeper.files.keys()]).toEqual([good])
    expect(bad).toHaveLength(64)
  })

  test('a file that does not read back here is counted and does not hold up the others', async () => {
    const place = await startServer()
    const [a, b] = [await openStation('A', place), await openStation('B', place)]
    await shareKey(a, b)
    const broken = await a.put(noise('broken', 300_000))
    const sound = await a.put(noise('sound', 300_000))
    a.keeper.broken.add(broken)
    await a.offer()
    await allSent(a)
    expect(a.blobs.state().damaged).toBe(1)
    await b.blobs.fetch(theSet)
    await arrived(b)
    expect([...b.keeper.files.keys()]).toEqual([sound])
  })

  test('a server that lost its files gets them again from whoever has them', async () => {
    const place = await startServer()
    const a = await openStation('A', place)
    await a.put(noise('kept', 300_000))
    await a.offer()
    await allSent(a)
    const held = async () => ((await place.server.ask('GET', `/${place.files}/_all_docs`)).body['rows'] as { id: string; value: { rev: string } }[]).filter(({ id }) => !id.startsWith('_design/'))
    const before = await held()
    // As a server that was put back from a copy: everything of the last days is gone, our note too.
    for (const { id, value } of before) await place.server.ask('DELETE', `/${place.files}/${encodeURIComponent(id)}?rev=${value.rev}`)
    const life = (await a.replica.local.get<{ workstation: string }>('blob-settings', 'life'))?.value
    const note = await place.server.ask('GET', `/${place.files}/_local/outpost-${life?.workstation}`)
    await place.server.ask('DELETE', `/${place.files}/_local/outpost-${life?.workstation}?rev=${String(note.body['_rev'])}`)
    await a.reopen()
    await a.offer()
    await allSent(a)
    expect(await held()).toHaveLength(before.length)
  })
})

describe('one that cannot be sent', () => {
  test('does not stand before the others', async () => {
    const place = await startServer()
    const a = await openStation('A', place, undefined, () => undefined)
    const good = await a.put(noise('good', 50_000))
    const bad = await a.put(noise('bad', 50_000), null, 'dicom-study:9.9.9')
    const read = a.keeper.read.bind(a.keeper)
    Object.assign(a.keeper, { read: (name: string, from: number) => (name === bad ? failing() : read(name, from)) })
    await a.offer()
    await a.offer('dicom-study:9.9.9')
    await until('the good one is sent', () => a.blobs.state().toSend.files === 1)
    await until('tried', () => a.blobs.state().link === 'waiting')
    expect(good).toHaveLength(64)
  })
})

describe('a line that costs', () => {
  const night = { when: 'night', nightFrom: '22:00', nightTo: '06:00', kilobytesPerSecond: 0 } as const
  const at = (hour: number) => () => new Date(2026, 10, 21, hour, 0).getTime()

  test('bears nothing over 200 kB before 22:00, small files at any time, and the rest in the night', async () => {
    const place = await startServer()
    const a = await openStation('A', place)
    await a.blobs.setRule(night)
    a.now = at(15)
    await a.put(noise('scan', 190_000))
    await a.put(noise('picture', 250_000))
    await a.offer()
    await until('held', () => a.blobs.state().toSend.held === 1)
    expect(a.blobs.state().toSend).toEqual({ files: 1, bytes: 250_000, held: 1 })
    const chunks = async () => ((await place.server.ask('GET', `/${place.files}/_all_docs`)).body['rows'] as { id: string }[]).filter(({ id }) => id.startsWith('chunk-')).length
    expect(await chunks()).toBe(2)
    a.now = at(22)
    a.blobs.syncChanged()
    await a.offer()
    await allSent(a)
    expect(await chunks()).toBe(4)
  })

  test('bears them now when somebody says so', async () => {
    const place = await startServer()
    const a = await openStation('A', place)
    await a.blobs.setRule(night)
    a.now = at(15)
    await a.put(noise('picture', 250_000))
    await a.offer()
    await until('held', () => a.blobs.state().toSend.held === 1)
    a.blobs.hurry()
    await allSent(a)
    await until('calm again', () => !a.blobs.state().inHurry)
  })

  test('is kept to its limit', async () => {
    const place = await startServer()
    const a = await openStation('A', place)
    await a.blobs.setRule({ ...night, when: 'always', kilobytesPerSecond: 400 })
    await a.put(noise('picture', 800_000))
    const begun = performance.now()
    await a.offer()
    await allSent(a)
    expect(performance.now() - begun).toBeGreaterThan(1_200)
  })
})

describe('records', () => {
  test('go first: while one waits no chunk is begun, and one that gets nowhere holds files up for a while only', async () => {
    const place = await startServer()
    const line = await openLine(place.server.url)
    afterwards(() => line.close())
    const a = await openStation('A', place, line.url)
    a.sync.state = { ...a.sync.state, waitingOut: 1 }
    await a.put(noise('picture', 600_000))
    await a.keys.ensure('system')
    await a.offer()
    await until('asked', () => line.up > 500)
    await new Promise((next) => setTimeout(next, 300))
    expect(line.up).toBeLessThan(20_000)
    a.now = () => Date.now() + 21_000
    await allSent(a)
    expect(a.sync.state.waitingOut).toBe(1)
  })

  test('must have come before a secret of our own is made', async () => {
    const place = await startServer()
    const a = await openStation('A', place)
    a.sync.state = { ...a.sync.state, waitingIn: 500 }
    await a.put(randomBytes(1_000))
    await a.offer()
    await new Promise((next) => setTimeout(next, 200))
    expect(await a.keys.all()).toEqual([])
    a.sync.state = { ...a.sync.state, waitingIn: 0 }
    await allSent(a)
    expect(await a.keys.all()).toHaveLength(1)
  })
})
