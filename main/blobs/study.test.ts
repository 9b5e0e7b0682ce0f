import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { hashQuickly } from '../../shared/testing/quickScrypt'
import { openExchangeKeys } from '../access'
import { openImaging, phantomFiles, setOfStudy, writePhantom } from '../imaging'
import { openReplica } from '../replica'
import { openSync, type ServerAddress } from '../sync'
import { offerSet, openBlobs } from '.'
import { afterwards, clinic, startServer, tidy, until } from './testing/twoStations'

hashQuickly()

vi.setConfig({ testTimeout: 60_000 })
afterEach(tidy)

const phantom = { patient: { number: 'A-000042', family: 'Okonkwo-Test', given: 'Ada', birthDate: '1961-05-06', gender: 'female' }, slices: 6, size: 64 } as const

/** A workstation with everything that carries a study. */
const openStation = async (prefix: string, address: ServerAddress) => {
  const folder = await mkdtemp(join(tmpdir(), 'outpost-study-'))
  const key = new Uint8Array(32).fill(prefix.charCodeAt(0))
  const replica = await openReplica({ folder, key, practice: clinic.id, station: prefix })
  const imaging = await openImaging({ replica, folder: join(folder, 'archive'), key, stored: (set) => offerSet(replica.local, set) })
  let changed: () => void = () => undefined
  const sync = await openSync({ replica, practice: clinic, announce: () => changed(), pauses: { firstPauseMs: 40, longestPauseMs: 200 } })
  const blobs = await openBlobs({ local: replica.local, practice: clinic, folder: join(folder, 'blobs'), keys: openExchangeKeys(replica), keeper: imaging.files, sync, changed: () => undefined, firstPauseMs: 20, longestPauseMs: 100, headStartMs: 0 })
  changed = blobs.syncChanged
  afterwards(async () => {
    await blobs.close()
    await sync.close()
    await imaging.close()
    await replica.close()
    await rm(folder, { recursive: true, force: true })
  })
  expect(await sync.configure(address)).toMatchObject({ ok: true })
  return { replica, imaging, sync, blobs, folder }
}

test('a study that was imported on one workstation is on the chart of another, its images are fetched there and shown as they were', async () => {
  const { server } = await startServer()
  const address = await server.makePractice(clinic)
  const { database: _database, ...login } = address
  const [a, b] = [await openStation('A', login), await openStation('B', login)]
  const patient = await a.replica.records.add('Patient', { resourceType: 'Patient', identifier: [{ system: 'urn:outpost:patient-number', value: 'A-000042' }], name: [{ family: 'Okonkwo-Test' }], birthDate: '1961-05-06' }, 'doctor')
  const disc = await mkdtemp(join(tmpdir(), 'disc-'))
  afterwards(() => rm(disc, { recursive: true, force: true }))
  await writePhantom(disc, phantom)
  const imported = await a.imaging.ended(a.imaging.startImport({ from: [disc], patient: patient.id, author: 'doctor' }).id)
  const study = imported?.studies[0]
  expect(study).toMatchObject({ place: 'chart', instances: 6 })

  let there: Awaited<ReturnType<typeof b.imaging.listStudies>> = []
  const look = async () => {
    for (const end = Date.now() + 20_000; there.length === 0 && Date.now() < end; await new Promise((next) => setTimeout(next, 50))) there = await b.imaging.listStudies(patient.id)
  }
  await look()
  expect(there).toMatchObject([{ instances: 6, here: 0 }])
  expect(await b.imaging.openStudy({ patient: patient.id, study: there[0]?.id ?? '', session: 's' })).toBe('incomplete')

  await until('sent', () => a.blobs.state().toSend.files === 0, 20_000)
  const set = setOfStudy(study?.studyInstanceUid ?? '')
  await b.blobs.fetch(set)
  await until('fetched', () => b.blobs.state().wanted[0]?.state === 'done', 20_000)
  expect(await b.imaging.listStudies(patient.id)).toMatchObject([{ instances: 6, here: 6 }])
  const opened = await b.imaging.openStudy({ patient: patient.id, study: there[0]?.id ?? '', session: 's' })
  if (typeof opened === 'string') throw new Error(opened)
  expect(opened.series[0]?.instances.map(({ number }) => number)).toEqual([6, 5, 4, 3, 2, 1])
  for (const { sopInstanceUid, bytes } of phantomFiles(phantom)) {
    const back = await b.imaging.readOriginal(sopInstanceUid)
    expect(back && Buffer.from(back).equals(Buffer.from(bytes)), sopInstanceUid).toBe(true)
    const [, , , , ticket = ''] = (opened.series[0]?.instances.find((each) => each.sopInstanceUid === sopInstanceUid)?.url ?? '').split('/')
    expect(await b.imaging.readPixels(ticket, sopInstanceUid)).toBeDefined()
  }
  // One secret, which came with the records; nothing of it lies readable on the disk.
  expect((await openExchangeKeys(b.replica).all()).map(({ id }) => id)).toEqual((await openExchangeKeys(a.replica).all()).map(({ id }) => id))
  const [{ code = '' } = {}] = await openExchangeKeys(b.replica).all()
  expect((await readFile(join(b.folder, 'replica.db'))).includes(code)).toBe(false)
})
