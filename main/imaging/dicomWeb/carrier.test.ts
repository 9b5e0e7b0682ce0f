import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PullEntry } from '../../../shared/contract'
import { openPeers, type Peers } from '../peers'
import { phantomFiles } from '../phantom/phantom'
import { doctor, openTestPractice, type TestPractice } from '../practice.test-parts'
import { openServices, type Services } from '../services'
import { openDicomWebCarrier } from './carrier'
import { startServer, type TestServer } from './server.test-parts'
import { openDicomWebServers } from './servers'

const by = { practitioner: doctor, name: 'Dr. Okoro' }
const slices = (number: string, label: string, count = 5): Uint8Array[] =>
  [...phantomFiles({ patient: { number, family: 'Test', given: 'Ada' }, slices: count, size: 16, label })].map(({ bytes }) => bytes)

let practice: TestPractice
let peers: Peers
let services: Services
let server: TestServer
let peer: string
const start = async (files: readonly Uint8Array[]) => {
  server = await startServer(files)
  peer = (await peers.add({ name: 'Cloud', protocol: 'dicomweb', aeTitle: '', host: '', port: 0, tls: false, pin: '', url: server.url, uses: ['is-queried', 'receives-from-us'] }, doctor)).id
}
beforeEach(async () => {
  practice = await openTestPractice()
  peers = openPeers(practice.replica)
  const web = openDicomWebCarrier({ servers: openDicomWebServers(practice.replica, peers), files: practice.imaging.files, pauseMs: () => 1 })
  services = await openServices({ replica: practice.replica, imaging: practice.imaging, peers, own: { aeTitle: async () => 'OUTPOST', listens: () => false, settled: async () => undefined }, web })
})
afterEach(async () => {
  await services.close()
  await server.close()
  await practice.close()
})
const fetched = async (patient: string, studyInstanceUid: string): Promise<PullEntry | undefined> => {
  const started = await services.fetchPrior({ patient, peer, studyInstanceUid, by })
  return started === 'not-found' ? undefined : services.pulls.ended(started.id)
}

describe('D13: a DICOMweb server among the places that images are exchanged with', () => {
  it('has a prior of the patient, which comes over a line that is cut, lands on the chart, and says where it is from', async () => {
    await start([...slices('A-1', 'prior'), ...slices('B-2', 'of somebody else', 1)])
    const patient = await practice.register('A-1', 'Test')
    const found = await services.findPriors({ patient, peer })
    if (found === 'not-found') throw new Error(found)
    expect(found).toMatchObject({ more: false, studies: [{ known: false, dicomPatient: { id: 'A-1' } }] })
    server.cutAt(2, 5)
    expect(await fetched(patient, found.studies[0]?.studyInstanceUid ?? '')).toMatchObject({ state: 'done', taken: 5, total: 5, place: 'chart' })
    expect(server.sent()).toBe(5)
    expect(await practice.imaging.listStudies(patient)).toMatchObject([{ here: 5, source: { kind: 'pacs', from: 'Cloud' } }])
  })

  it('puts nothing onto a chart that is of another patient, though it was asked for from there', async () => {
    await start(slices('B-2', 'of somebody else', 1))
    const [patient, other] = [await practice.register('A-1', 'Test'), await practice.register('B-2', 'Else')]
    server.answer(() => undefined)
    const found = await services.findPriors({ patient: other, peer })
    const uid = found === 'not-found' ? '' : (found.studies[0]?.studyInstanceUid ?? '')
    expect(await fetched(patient, uid)).toMatchObject({ state: 'done', place: 'tray' })
    expect(await practice.imaging.listStudies(patient)).toEqual([])
  })

  it('says why a study did not come, in the words of every other place', async () => {
    await start(slices('A-1', 'prior'))
    const patient = await practice.register('A-1', 'Test')
    expect(await fetched(patient, '1.2.3')).toMatchObject({ state: 'failed', problem: 'not-found-there' })
    server.answer((_path, response) => {
      response.writeHead(401).end()
      return true
    })
    expect(await services.findPriors({ patient, peer })).toMatchObject({ studies: [], problem: 'rejected', detail: 'HTTP 401' })
    await server.close()
    expect(await services.findPriors({ patient, peer })).toMatchObject({ problem: 'unreachable' })
    await start([])
    const known = await peers.get(peer)
    if (known) await peers.change(peer, { ...known, url: 'http://pacs.example.org' }, doctor)
    expect(await services.findPriors({ patient, peer })).toMatchObject({ problem: 'not-secure' })
  })

  it('is sent a study by the outbox, after a cut too, and what it had is not sent twice', async () => {
    await start([])
    const files = slices('A-1', 'mine')
    const patient = await practice.register('A-1', 'Test')
    for (const bytes of files) await practice.imaging.intake.take({ file: { bytes }, source: { kind: 'import' }, patient, author: doctor })
    const [study] = await practice.imaging.intake.settle()
    server.cutAt(3)
    await services.send({ key: 'to-cloud', patient, study: study?.id ?? '', peer, when: 'now', by })
    await services.outbox.settled()
    expect((await services.readOutbox()).sends).toMatchObject([{ state: 'sent', sent: 5, total: 5, peer: { name: 'Cloud' } }])
    const given = new Set(server.given.map((each) => Buffer.from(each).toString('base64')))
    expect(given).toEqual(new Set(files.map((each) => Buffer.from(each).toString('base64'))))
  })
})
