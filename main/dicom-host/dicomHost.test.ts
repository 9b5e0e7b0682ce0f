import { mkdir, mkdtemp, symlink } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { explicitLittleEndian } from '../../shared/standards/dicom'
import { echo, openAssociation, status, store, withAssociation } from '../imaging/dimse'
import type { SpoolEntry } from '../imaging/spool'
import { openTestStation, type TestStation } from './testing.test-parts'

const ct = '1.2.840.10008.5.1.4.1.1.2'
const open: TestStation[] = []
const opened: typeof openTestStation = async (options) => {
  const station = await openTestStation(options)
  open.push(station)
  return station
}
afterEach(async () => {
  for (const station of open.splice(0)) await station.close()
})
const callTo = ({ port }: TestStation) => ({ host: '127.0.0.1', port, callingAeTitle: 'MODALITY', calledAeTitle: 'OUTPOST' })
const storing = [{ abstractSyntax: ct, transferSyntaxes: [explicitLittleEndian] }]
const send = (station: TestStation, body: Uint8Array, uid = '1.2.3') =>
  withAssociation({ ...callTo(station), contexts: storing }, (association) => store(association, { sopClassUid: ct, sopInstanceUid: uid, transferSyntaxUid: explicitLittleEndian, dataSet: body }))

const takenOf = ({ slot, note: { receivedAt } }: SpoolEntry) => ({ kind: 'taken', slot, receivedAt }) as const

/** Something else than a DICOM peer at the port. */
const speak = (station: TestStation, bytes: Uint8Array): Promise<Socket> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: station.port }, () => {
      socket.write(bytes)
      resolve(socket)
    })
    socket.on('error', () => undefined)
  })
const gone = (socket: Socket) => new Promise<void>((resolve) => (socket.destroyed ? resolve() : socket.resume().once('close', () => resolve())))

describe('D10: a modality sends', () => {
  it('has each instance on disk before it is told so, as a file with what was sent behind its opening', async () => {
    const station = await opened()
    const body = Buffer.alloc(700_001, 'pixels')
    expect(await send(station, body)).toBe(status.success)
    const [entry] = station.entries()
    const bytes = Buffer.from(await station.bytesOf(entry!))
    expect(bytes.subarray(128, 132).toString()).toBe('DICM')
    expect(bytes.subarray(-body.length).equals(body)).toBe(true)
    expect(entry!.note).toMatchObject({ sopClassUid: ct, sopInstanceUid: '1.2.3', transferSyntaxUid: explicitLittleEndian, callingAeTitle: 'MODALITY', address: '127.0.0.1' })
  })

  it('tells of it again after a crash, until it was taken; then its place is used again', async () => {
    const first = await opened()
    await send(first, Buffer.from('one image'), '1.2.1')
    await send(first, Buffer.from('another one'), '1.2.2')
    first.say(takenOf(first.entries()[0]!))
    await first.stop()
    const again = await opened({ folder: first.folder })
    await again.heard('received')
    expect(again.entries().map(({ note }) => note.sopInstanceUid)).toEqual(['1.2.2'])
    expect(Buffer.from(await again.bytesOf(again.entries()[0]!)).subarray(-11).toString()).toBe('another one')
    await send(again, Buffer.from('a third'), '1.2.3')
    expect(again.entries()[1]!.slot).toBe(first.entries()[0]!.slot)
  })

  it('frees a place once, however often and late it hears that the archive has what lay there', async () => {
    const station = await opened()
    await send(station, Buffer.from('the first'), '1.2.1')
    const taken = takenOf(station.entries()[0]!)
    station.say(taken)
    station.say(taken)
    await send(station, Buffer.from('the second'), '1.2.2')
    station.say(taken)
    await send(station, Buffer.from('the third'), '1.2.3')
    const [, second, third] = station.entries()
    expect(second!.slot).not.toBe(third!.slot)
    expect(Buffer.from(await station.bytesOf(second!)).subarray(-10).toString()).toBe('the second')
    expect(Buffer.from(await station.bytesOf(third!)).subarray(-9).toString()).toBe('the third')
  })

  it('takes no instance larger than any that is ever shown, and none further than the disk has room, and gives the room back', async () => {
    const station = await opened({ largestInstance: 1_000_000 })
    expect(await send(station, Buffer.alloc(1_000_001), '1.2.1')).toBe(status.outOfResources)
    expect(await send(station, Buffer.alloc(900_000), '1.2.2')).toBe(status.success)
    expect(station.entries().map(({ note }) => note.sopInstanceUid)).toEqual(['1.2.2'])
    let asked = 0
    const narrow = await opened({ freeBytes: async () => ((asked += 1) > 1 ? 0 : 1024 ** 4) })
    expect(await send(narrow, Buffer.alloc(9 * 1024 * 1024), '1.2.3')).toBe(status.outOfResources)
    expect(narrow.entries()).toEqual([])
    expect(narrow.told).toContainEqual({ kind: 'room', isFull: true })
  })

  it('cuts nobody off who sends while the practice host is away and comes back', async () => {
    const station = await opened()
    const held = await openAssociation({ ...callTo(station), contexts: storing })
    const put = (uid: string) => store(held, { sopClassUid: ct, sopInstanceUid: uid, transferSyntaxUid: explicitLittleEndian, dataSet: Buffer.from('image') })
    await put('1.2.1')
    const before = station.told.length
    station.openAgain()
    await station.heard('listening', (message) => station.told.indexOf(message) >= before)
    expect(await put('1.2.2')).toBe(status.success)
    expect((await held.release()).how).toBe('released')
    // What had not been taken was told once more.
    expect(station.entries().map(({ note }) => note.sopInstanceUid)).toEqual(['1.2.1', '1.2.1', '1.2.2'])
  })

  it('takes nobody who is not on the list, and says who called', async () => {
    const station = await opened({ callers: [{ aeTitle: 'MODALITY', host: '192.0.2.7', mayStore: true, mayReadWorklist: false }] })
    await expect(echo(callTo(station))).rejects.toMatchObject({ kind: 'rejected', detail: 'calling AE title not recognized' })
    expect(await station.heard('refused')).toMatchObject({ callingAeTitle: 'MODALITY', address: '127.0.0.1' })
    await expect(echo({ ...callTo(station), calledAeTitle: 'SOMEBODY' })).rejects.toMatchObject({ kind: 'rejected', detail: 'called AE title not recognized' })
  })

  it('lets one who may only read the worklist not store', async () => {
    const station = await opened({ callers: [{ aeTitle: 'MODALITY', host: '127.0.0.1', mayStore: false, mayReadWorklist: true }] })
    await expect(send(station, Buffer.from('image'))).rejects.toMatchObject({ kind: 'no-context' })
    await echo(callTo(station))
  })

  it('answers a full disk as out of resources, keeps what it had, and takes again when there is room', async () => {
    let free = 1e12
    const station = await opened({ freeBytes: async () => free })
    await send(station, Buffer.from('before'), '1.2.1')
    free = 0
    expect(await send(station, Buffer.from('too late'), '1.2.2')).toBe(status.outOfResources)
    expect(await station.heard('room')).toMatchObject({ isFull: true })
    free = 1e12
    expect(await send(station, Buffer.from('room again'), '1.2.3')).toBe(status.success)
    expect(station.entries().map(({ note }) => note.sopInstanceUid)).toEqual(['1.2.1', '1.2.3'])
  })

  it('answers a disk that turns out to be full inside an instance the same way', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dicom-host-'))
    await mkdir(join(folder, 'spool'))
    await symlink('/dev/full', join(folder, 'spool', '000000.slot'))
    const station = await opened({ folder })
    expect(await send(station, new Uint8Array(600_000))).toBe(status.outOfResources)
    expect(station.entries()).toEqual([])
  })

  it('says so when its port is taken', async () => {
    const station = await opened()
    await expect(openTestStation({ listener: { port: station.port } })).rejects.toThrow('port-in-use')
  })
})

describe('whatever comes to the port, the others are served', () => {
  it('closes a line that speaks something else, at once', async () => {
    const station = await opened()
    const held = await openAssociation({ ...callTo(station), contexts: storing })
    for (const bytes of ['GET / HTTP/1.1\r\n\r\n', '\x16\x03\x01\x02\x00\x01', '\x00\x00\x00\x00\x00\x00', '\x04\x00\x00\x00\x00\x10garbagegarbagegarbage']) await gone(await speak(station, Buffer.from(bytes, 'latin1')))
    expect(await store(held, { sopClassUid: ct, sopInstanceUid: '1.2.3', transferSyntaxUid: explicitLittleEndian, dataSet: Buffer.from('image') })).toBe(status.success)
    await held.release()
  })

  it('refuses a PDU that says it is longer than was agreed on, before a byte of it is kept', async () => {
    const station = await opened()
    const before = process.memoryUsage().arrayBuffers
    const huge = Buffer.alloc(6 + 65_536)
    huge[0] = 1
    huge.writeUInt32BE(0xfffffff0, 2)
    for (let number = 0; number < 4; number += 1) await gone(await speak(station, huge))
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50e6)
    await echo(callTo(station))
  })

  it('answers an echo beside 200 lines that say nothing, and cuts those', async () => {
    const station = await opened({ limits: { artimMs: 400 } })
    const idle = await Promise.all(Array.from({ length: 200 }, () => speak(station, new Uint8Array(0))))
    await echo(callTo(station))
    await Promise.all(idle.map(gone))
  })

  it('serves fifty associations at once', async () => {
    const station = await opened()
    const answers = await Promise.all(Array.from({ length: 50 }, (_, number) => send(station, Buffer.alloc(60_000, number), `1.2.${number}`)))
    expect(answers).toEqual(Array.from({ length: 50 }, () => status.success))
    expect(new Set(station.entries().map(({ slot }) => slot)).size).toBe(50)
    for (const entry of station.entries()) expect((await station.bytesOf(entry)).at(-1)).toBe(Number(entry.note.sopInstanceUid.slice(4)))
  })

  it('rejects one association more than its limit, and takes it when another has ended', async () => {
    const station = await opened({ limits: { associations: 1 } })
    const held = await openAssociation({ ...callTo(station), contexts: storing })
    await expect(echo(callTo(station))).rejects.toMatchObject({ detail: 'local limit exceeded' })
    await held.release()
    await echo(callTo(station))
  })

  it('keeps nothing of an instance whose sender was killed inside it', async () => {
    const station = await opened()
    const association = await openAssociation({ ...callTo(station), contexts: storing })
    async function* half() {
      yield new Uint8Array(900_000)
      await new Promise((later) => setTimeout(later, 20))
      throw new Error('killed')
    }
    await store(association, { sopClassUid: ct, sopInstanceUid: '1.2.3', transferSyntaxUid: explicitLittleEndian, dataSet: half() }).catch(() => undefined)
    await association.end
    await echo(callTo(station))
    await station.stop()
    const again = await opened({ folder: station.folder })
    expect(again.entries()).toEqual([])
    expect(await send(again, Buffer.from('image'))).toBe(status.success)
  })

  it('breaks off with one who stops in the middle and stays on the line', async () => {
    const station = await opened({ limits: { idleMs: 60 } })
    const association = await openAssociation({ ...callTo(station), contexts: storing })
    async function* stalled() {
      yield new Uint8Array(10_000)
      await new Promise(() => undefined)
    }
    const sending = store(association, { sopClassUid: ct, sopInstanceUid: '1.2.3', transferSyntaxUid: explicitLittleEndian, dataSet: stalled() }).catch(() => undefined)
    expect((await association.end).how).toBe('aborted')
    await sending
    expect(station.entries()).toEqual([])
  })
})

