import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ImagingPeer } from '../../shared/records/imaging-peer/peer'
import { runDicomHost } from '../dicom-host'
import { dicomNetworkHandlers } from '../gate/dicomNetwork'
import type { SignedIn } from '../gate/handler'
import {
  openDicomWebCarrier, openDicomWebServers, openImagingNetwork, openPeers, openServices, phantomFiles, type DicomWebServers, type ImagingNetwork, type Peers, type Services,
} from '../imaging'
import { doctor, openTestPractice, practiceKey, type TestPractice } from '../imaging/practice.test-parts'
import { freePorts } from '../imaging/testing/orthanc'

const archive: ImagingPeer = {
  name: 'Town hospital', protocol: 'dimse', aeTitle: 'PACS', host: '192.0.2.7', port: 104, tls: false, pin: '', url: '', uses: ['sends-to-us', 'receives-from-us', 'is-queried', 'gives-worklist'],
}
const web: ImagingPeer = { ...archive, name: 'Cloud', protocol: 'dicomweb', aeTitle: '', host: '', port: 0, url: 'https://pacs.example.org/dicom-web', uses: ['receives-from-us', 'is-queried'] }
const by = { practitioner: doctor, name: 'Dr. Okoro' }
const staysHere = { ok: false, problem: { kind: 'training-stays-here' } }

let practice: TestPractice
let peers: Peers
let servers: DicomWebServers
let services: Services
let network: ImagingNetwork
let host: ReturnType<typeof runDicomHost> | undefined
/** Opens what exchanges images; of made-up patients unless that is said. */
const open = async ({ training = true } = {}): Promise<void> => {
  peers = openPeers(practice.replica, { training })
  servers = openDicomWebServers(practice.replica, peers)
  services = await openServices({
    replica: practice.replica, imaging: practice.imaging, peers, own: { aeTitle: async () => 'OUTPOST', listens: () => false, settled: async () => undefined },
    web: openDicomWebCarrier({ servers, files: practice.imaging.files, pauseMs: () => 1 }),
  })
  network = await openImagingNetwork({
    replica: practice.replica, peers, training, intake: practice.imaging.intake, folder: join(practice.folder, 'spool'), key: practiceKey, station: 'A', slotsAhead: 0,
    need: () => {
      host = runDicomHost()
      network.attach(host.link)
    },
    noNeed: async () => host?.close(),
    addresses: () => ['10.1.2.3'],
    makeCertificate: async () => ({ certificate: '', key: '' }),
    fingerprintOf: async () => '',
  })
}
beforeEach(async () => {
  practice = await openTestPractice()
})
afterEach(async () => {
  await services.close()
  await network.close()
  await host?.close()
  host = undefined
  await practice.close()
})

const gate = () => dicomNetworkHandlers({ network, peers })
const context = { session: { practitioner: doctor } } as unknown as SignedIn

describe('a training practice', () => {
  it('knows what is on this computer, however it is written', async () => {
    await open()
    for (const host of ['127.0.0.1', '127.8.9.10', 'localhost', 'LocalHost', '::1', '']) expect(peers.isOffLimits({ ...archive, host }), host).toBe(false)
    for (const host of ['192.0.2.7', '10.0.0.1', 'pacs', '127.0.0.1.example.org', '127.pacs', '127.0.0.999', 'localhost.example.org', '0.0.0.0', '::ffff:192.0.2.7']) {
      expect(peers.isOffLimits({ ...archive, host }), host).toBe(true)
    }
    for (const url of ['http://127.0.0.1:8042/dicom-web', 'https://localhost/', 'http://[::1]:8042/']) expect(peers.isOffLimits({ ...web, url }), url).toBe(false)
    for (const url of ['https://pacs.example.org/', 'http://10.0.0.1/', 'https://localhost@pacs.example.org/', 'https://127.0.0.1.example.org/', 'no address', '']) {
      expect(peers.isOffLimits({ ...web, url }), url).toBe(true)
    }
  })

  it('takes no place elsewhere onto its list, and says why', async () => {
    await open()
    expect(await gate().saveImagingPeer({ peer: { ...archive, uses: [...archive.uses] } }, context)).toMatchObject(staysHere)
    expect(await servers.save({ name: 'Cloud', url: web.url, auth: 'none', canBeQueried: true, canReceive: true }, doctor)).toMatchObject(staysHere)
    expect(await peers.list()).toEqual([])
    expect(await gate().saveImagingPeer({ peer: { ...archive, host: '127.0.0.1', uses: [...archive.uses] } }, context)).toMatchObject({ ok: true })
    expect(await servers.save({ name: 'Here', url: 'http://127.0.0.1:8042/dicom-web', auth: 'none', canBeQueried: true, canReceive: true }, doctor)).toMatchObject({ ok: true })
  })

  it('asks nothing of one that is on the list already, and sends nothing there', async () => {
    await open()
    const files = await mkdtemp(join(tmpdir(), 'training-'))
    for (const { name, bytes } of phantomFiles({ patient: { number: 'T-1', family: 'Made', given: 'Up' }, slices: 1, size: 16 })) {
      await mkdir(join(files, name, '..'), { recursive: true })
      await writeFile(join(files, name), bytes)
    }
    const patient = await practice.register('T-1', 'Made')
    const { studies: [study] } = await practice.import(files, patient)
    await rm(files, { recursive: true })
    for (const each of [archive, web]) {
      const peer = (await peers.add(each, doctor)).id
      expect(await services.findPriors({ patient, peer })).toEqual({ studies: [], more: false, problem: 'training-stays-here' })
      const pull = await services.fetchPrior({ patient, peer, studyInstanceUid: '1.2.3', by })
      expect(pull === 'not-found' ? pull : await services.pulls.ended(pull.id)).toMatchObject({ state: 'failed', problem: 'training-stays-here', taken: 0 })
      const sent = await services.send({ key: `send-to-${each.protocol}`, patient, study: study?.id ?? '', peer, when: 'now', by })
      expect(sent).toMatchObject({ state: expect.any(String) })
      await services.outbox.settled()
    }
    expect((await services.readOutbox()).sends).toMatchObject([{ state: 'failed', problem: 'training-stays-here', sent: 0 }, { state: 'failed', problem: 'training-stays-here', sent: 0 }])
    const [cloud, hospital] = await peers.list()
    expect(await services.readWorklist({ peer: hospital?.id ?? '', day: '2026-11-22' })).toEqual({ steps: [], more: false, problem: 'training-stays-here' })
    expect(await gate().testImagingPeer({ id: hospital?.id ?? '' }, context)).toMatchObject(staysHere)
    expect(await servers.test(cloud?.id ?? '')).toMatchObject(staysHere)
    expect(await servers.addressOf(cloud?.id ?? '')).toBeUndefined()
  })

  const reaches = (host: string, port: number): Promise<boolean> =>
    new Promise((resolve) => {
      const line = connect({ host, port })
      line.once('connect', () => resolve(true)).once('error', () => resolve(false)).once('close', () => line.destroy())
      line.once('connect', () => line.destroy())
    })
  it.each([[true, false], [false, true]])('training %s: is reached by another address of this computer: %s', async (training, isReached) => {
    await open({ training })
    const [port = 0] = await freePorts(1)
    await network.set({ isOn: true, aeTitle: 'OUTPOST', port, tls: false })
    for (let look = 0; look < 500 && !network.listens(); look += 1) await new Promise((later) => setTimeout(later, 10))
    expect(await network.state()).toMatchObject({ state: 'listening', addresses: [training ? '127.0.0.1' : '10.1.2.3'] })
    expect(await reaches('127.0.0.1', port)).toBe(true)
    expect(await reaches('127.0.0.2', port)).toBe(isReached)
  })
})
