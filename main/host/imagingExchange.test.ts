import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { imagingOrderOf, studyUidOfOrder } from '../../shared/records/imaging-order/imagingOrder'
import type { ImagingPeer } from '../../shared/records/imaging-peer/peer'
import { createDicomStation, type FromDicomHost, type ToDicomHost } from '../dicom-host'
import { openImaging, openImagingNetwork, openPeers, openServices, phantomFiles, type Imaging, type ImagingNetwork, type Peers, type Services } from '../imaging'
import { freePorts, hasOrthanc, startOrthanc, type Orthanc } from '../imaging/testing/orthanc'
import { openReplica, type Replica } from '../replica'

const run = promisify(execFile)
const doctor = '01JD0000000000000000000D0C'
const key = new Uint8Array(32).fill(7)

/** The two ends of a line inside this process, as `main/app` hands them out between two. */
const line = () => {
  const hearing: { host: ((message: ToDicomHost) => void)[]; practice: ((message: FromDicomHost) => void)[] } = { host: [], practice: [] }
  const later = (act: () => void): void => void setImmediate(act)
  return {
    host: {
      send: (message: FromDicomHost) => later(() => hearing.practice.forEach((hear) => hear(structuredClone(message)))),
      onMessage: (hear: (message: ToDicomHost) => void) => void hearing.host.push(hear),
      onClose: () => undefined,
    },
    practice: {
      send: (message: ToDicomHost) => later(() => hearing.host.forEach((hear) => hear(structuredClone(message)))),
      onMessage: (hear: (message: FromDicomHost) => void) => void hearing.practice.push(hear),
      onClose: () => undefined,
      close: () => undefined,
    },
  }
}

describe.skipIf(!hasOrthanc || !existsSync('/usr/bin/findscu'))('a workstation on the network of a hospital', () => {
  let folder = ''
  let replica: Replica
  let imaging: Imaging
  let peers: Peers
  let network: ImagingNetwork
  let services: Services
  let orthanc: Orthanc
  let station: ReturnType<typeof createDicomStation>
  let port = 0
  let pacs = ''
  const add = async (aeTitle: string, uses: ImagingPeer['uses'], at = 0) =>
    (await peers.add({ name: aeTitle, protocol: 'dimse', aeTitle, host: '127.0.0.1', port: at, tls: false, pin: '', url: '', uses }, doctor)).id
  const register = async (number: string): Promise<string> =>
    (await replica.records.add('Patient', { resourceType: 'Patient', identifier: [{ system: 'urn:outpost:patient-number', value: number }], name: [{ family: 'Müller', given: ['Jürgen'] }], birthDate: '1961-02-03' }, doctor)).id
  const slices = (number: string, count: number): Uint8Array[] => [...phantomFiles({ patient: { number, family: 'Test', given: 'Ada' }, slices: count, size: 16 })].map(({ bytes }) => bytes)

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'network-'))
    const [own = 0] = await freePorts(1)
    port = own
    orthanc = await startOrthanc({ modalities: { outpost: { aeTitle: 'OUTPOST', host: '127.0.0.1', port } } })
    replica = await openReplica({ folder, key, practice: '01JD0000000000000000PRACT1', station: 'A' })
    imaging = await openImaging({ replica, folder: join(folder, 'archive'), key })
    peers = openPeers(replica)
    station = createDicomStation({ address: '127.0.0.1' })
    network = await openImagingNetwork({
      replica, peers, intake: imaging.intake, station: 'A', folder: join(folder, 'spool'), key, slotsAhead: 0, addresses: () => [], noNeed: () => undefined,
      makeCertificate: async () => ({ certificate: '', key: '' }), fingerprintOf: async () => '',
      need: () => {
        const ends = line()
        station.attach(ends.host)
        network.attach(ends.practice)
      },
    })
    services = await openServices({ replica, imaging, peers, own: network })
    network.use({ answerWorklist: services.answerWorklist, expected: async (file) => services.pulls.expected(file) })
    pacs = await add('ORTHANC', ['sends-to-us', 'is-queried'], orthanc.dicomPort)
    await add('US1', ['reads-our-worklist'])
    await network.set({ isOn: true, aeTitle: 'OUTPOST', port, tls: false })
    while (!network.listens()) await new Promise((later) => setTimeout(later, 5))
  })
  afterAll(async () => {
    await services.close()
    await network.close()
    await station.close()
    await imaging.close()
    await replica.close()
    await orthanc.close()
    await rm(folder, { recursive: true, force: true })
  })

  it("D11: answers findscu -W of a modality that it knows from today's orders, and nobody else", async () => {
    await replica.records.add('ServiceRequest', imagingOrderOf({
      subject: await register('W-1'), accession: 'A26000007', studyInstanceUid: studyUidOfOrder('01JD00000000000000000RDER1'), modality: 'US', bodyPart: 'Kidney', reason: 'Flank pain', priority: 'urgent',
      requester: doctor, authoredOn: '2026-11-21T09:00:00.000Z',
    }), doctor)
    const found = join(folder, 'found')
    await mkdir(found)
    const ask = (aeTitle: string) => run('findscu', ['-W', '-X', '-od', found, '-aet', aeTitle, '-aec', 'OUTPOST', '127.0.0.1', String(port), '-k', '(0010,0020)', '-k', '(0008,0050)', '-k', '(0040,0100)[0].Modality=US'])
    await ask('US1')
    const files = await Promise.all((await readdir(found)).map((name) => readFile(join(found, name), 'latin1')))
    expect(files).toHaveLength(1)
    expect(files[0]).toContain('A26000007')
    await expect(ask('STRANGER')).rejects.toMatchObject({ stderr: expect.stringMatching(/reject/i) })
  })

  it('D12: fetches from an archive that only knows C-MOVE, through its own listener, onto the chart', async () => {
    await orthanc.rest('PUT', '/modalities/outpost', { AET: 'OUTPOST', Host: '127.0.0.1', Port: port, AllowGet: false })
    for (const file of slices('M-1', 5)) await orthanc.store(file)
    const patient = await register('M-1')
    const priors = await services.findPriors({ patient, peer: pacs })
    if (priors === 'not-found') throw new Error(priors)
    const started = await services.fetchPrior({ patient, peer: pacs, studyInstanceUid: priors.studies[0]?.studyInstanceUid ?? '', by: { practitioner: doctor, name: 'Dr. Okoro' } })
    if (started === 'not-found') throw new Error(started)
    expect(await services.pulls.ended(started.id)).toMatchObject({ state: 'done', taken: 5, total: 5, refused: 0, place: 'chart' })
    expect(await imaging.listStudies(patient)).toMatchObject([{ instances: 5, here: 5, source: { kind: 'pacs', from: 'ORTHANC' } }])
  })

  it('D10: what the archive sends without being asked is marked as received', async () => {
    const [file] = slices('R-1', 1)
    if (!file) throw new Error('no file')
    await orthanc.store(file)
    const patient = await register('R-1')
    const [id] = await orthanc.rest<string[]>('POST', '/tools/find', { Level: 'Study', Query: { PatientID: 'R-1' } })
    await orthanc.rest('POST', '/modalities/outpost/store', { Resources: [id], Synchronous: true })
    await network.settled()
    await imaging.intake.settle()
    expect(await imaging.listStudies(patient)).toMatchObject([{ instances: 1, source: { kind: 'received', from: 'ORTHANC' } }])
  })
})
