import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { ImagingPeer } from '../../../shared/records/imaging-peer/peer'
import { runDicomHost } from '../../dicom-host'
import { dcmtk } from '../../dicom-host/testing.test-parts'
import { phantomFiles } from '../phantom/phantom'
import { doctor, openTestPractice, practiceKey, type TestPractice } from '../practice.test-parts'
import { openPeers, type Peers } from '../peers'
import { openImagingNetwork, testPeer, type ImagingNetwork } from './index'

const corpus = join(__dirname, '../../../../shared/fixtures/dicom')
const hasDcmtk = existsSync('/usr/bin/storescu')

interface Clinic {
  readonly practice: TestPractice
  readonly network: ImagingNetwork
  readonly peers: Peers
  port: number
}
const open: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

const free = async (): Promise<number> => {
  const { createServer } = await import('node:net')
  return new Promise((found) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => found(port))
    })
  })
}
const ultrasound: ImagingPeer = { name: 'Ultrasound', protocol: 'dimse', aeTitle: 'US1', host: '127.0.0.1', port: 104, tls: false, pin: '', url: '', uses: ['sends-to-us'] }

const openClinic = async (given: TestPractice | undefined = undefined): Promise<Clinic> => {
  const practice = given ?? (await openTestPractice())
  if (!given) open.push(() => practice.close())
  const peers = openPeers(practice.replica)
  let host: ReturnType<typeof runDicomHost> | undefined
  const network: ImagingNetwork = await openImagingNetwork({
    replica: practice.replica, peers, intake: practice.imaging.intake, folder: join(practice.folder, 'spool'), key: practiceKey, station: 'A', slotsAhead: 0,
    need: () => {
      host = runDicomHost({ address: '127.0.0.1' })
      network.attach(host.link)
    },
    noNeed: async () => host?.close(),
    addresses: () => ['127.0.0.1'],
    makeCertificate: async () => (await import('../../lan')).makeCertificate('outpost'),
    fingerprintOf: async (certificate) => (await import('../../lan')).fingerprintOf(certificate),
  })
  open.push(async () => {
    await network.close()
    await host?.close()
  })
  return { practice, network, peers, port: 0 }
}
const listening = async (clinic: Clinic, how: { readonly tls?: boolean } = {}): Promise<void> => {
  clinic.port = await free()
  await clinic.network.set({ isOn: true, aeTitle: 'OUTPOST-A', port: clinic.port, tls: how.tls ?? false })
  for (let look = 0; look < 200 && !clinic.network.listens(); look += 1) await new Promise((later) => setTimeout(later, 10))
  expect(await clinic.network.state()).toMatchObject({ state: 'listening' })
}
const folderOf = async (files: readonly { readonly name: string; readonly bytes: Uint8Array }[]): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'sent-'))
  open.push(() => rm(folder, { recursive: true, force: true }))
  for (const { name, bytes } of files) {
    await mkdir(join(folder, name, '..'), { recursive: true })
    await writeFile(join(folder, name), bytes)
  }
  return folder
}
const send = ({ port }: Clinic, from: readonly string[], more: readonly string[] = []) => dcmtk('storescu', ['-aet', 'US1', '-aec', 'OUTPOST-A', '-R', ...more, '127.0.0.1', String(port), ...from])
const settled = async ({ network, practice }: Clinic) => {
  await network.settled()
  await practice.imaging.intake.settle()
}

describe.skipIf(!hasDcmtk)('D10: a modality of dcmtk sends to this workstation', () => {
  it('is off until somebody switches it on, and closed again when it is switched off', async () => {
    const clinic = await openClinic()
    await clinic.network.start()
    expect(await clinic.network.state()).toMatchObject({ state: 'off', aeTitle: 'OUTPOST-A', port: 11112 })
    await clinic.peers.add(ultrasound, doctor)
    await listening(clinic)
    expect((await dcmtk('echoscu', ['-aet', 'US1', '-aec', 'OUTPOST-A', '127.0.0.1', String(clinic.port)])).status).toBe(0)
    await clinic.network.set({ isOn: false, aeTitle: 'OUTPOST-A', port: clinic.port, tls: false })
    expect((await dcmtk('echoscu', ['-aet', 'US1', '-aec', 'OUTPOST-A', '127.0.0.1', String(clinic.port)])).status).not.toBe(0)
  })

  it('puts a study onto the chart of the patient whose number it carries, and says who sent it', async () => {
    const clinic = await openClinic()
    const patient = await clinic.practice.register('A-7', 'Sent')
    await clinic.peers.add(ultrasound, doctor)
    await listening(clinic)
    const from = await folderOf([...phantomFiles({ patient: { number: 'A-7', family: 'Sent', given: 'Ada' }, slices: 12, size: 64 })])
    expect(await send(clinic, [from], ['+sd', '+r'])).toMatchObject({ status: 0 })
    await settled(clinic)
    expect(await clinic.practice.imaging.listStudies(patient)).toMatchObject([{ instances: 12, here: 12, source: { kind: 'received', from: 'US1' } }])
    expect((await clinic.network.state()).waiting).toBe(0)
  })

  it('keeps what arrived while the practice host was away, and takes it in when it is back', async () => {
    const first = await openClinic()
    await first.peers.add(ultrasound, doctor)
    await listening(first)
    const from = await folderOf([...phantomFiles({ patient: { number: 'A-9', family: 'Later', given: 'Lou' }, slices: 3, size: 32 })])
    // Its hand-over is gone; the DICOM host goes on by itself.
    await first.network.close()
    expect(await send(first, [from], ['+sd', '+r'])).toMatchObject({ status: 0 })
    await open.pop()?.()
    const again = await openClinic(first.practice)
    await again.network.start()
    for (let look = 0; look < 200 && (await again.practice.imaging.tray()).length === 0; look += 1) await new Promise((later) => setTimeout(later, 20))
    await settled(again)
    expect(await again.practice.imaging.tray()).toMatchObject([{ instances: 3 }])
  })

  it('turns away one who is not on the list, shows who it was, and lets it in once it is', async () => {
    const clinic = await openClinic()
    await listening(clinic)
    const from = await folderOf([...phantomFiles({ patient: { number: 'A-8', family: 'Who', given: 'Wu' }, slices: 1, size: 16 })])
    expect((await send(clinic, [from], ['+sd', '+r'])).status).not.toBe(0)
    expect((await clinic.network.state()).refused).toMatchObject([{ callingAeTitle: 'US1', address: '127.0.0.1', reason: 'calling AE title not recognized' }])
    await clinic.peers.add(ultrasound, doctor)
    for (let look = 0; look < 100 && (await clinic.network.state()).refused.length > 0; look += 1) await new Promise((later) => setTimeout(later, 10))
    expect((await send(clinic, [from], ['+sd', '+r'])).status).toBe(0)
  })

  it('keeps another file under a known UID aside for a person, and neither of the two is lost', async () => {
    const clinic = await openClinic()
    await clinic.peers.add(ultrasound, doctor)
    await listening(clinic)
    const [file] = [...phantomFiles({ patient: { number: 'A-8', family: 'Twice', given: 'Tom' }, slices: 1, size: 16 })]
    const other = Buffer.from(file!.bytes)
    other[other.length - 2]! ^= 1
    expect((await send(clinic, [await folderOf([file!])], ['+sd', '+r'])).status).toBe(0)
    await settled(clinic)
    expect((await send(clinic, [await folderOf([{ name: 'other', bytes: other }])], ['+sd', '+r'])).status).toBe(0)
    await settled(clinic)
    const { putAside } = await clinic.network.state()
    expect(putAside).toMatchObject([{ callingAeTitle: 'US1', reason: 'different-content' }])
    expect(await clinic.network.decide(putAside[0]!.id, 'again')).toMatchObject({})
    await settled(clinic)
    expect((await clinic.network.state()).putAside).toHaveLength(1)
    expect(await clinic.network.decide(putAside[0]!.id, 'discard')).toMatchObject({ putAside: [] })
  })

  it('speaks TLS where that is switched on, and nothing else then', async () => {
    const clinic = await openClinic()
    await clinic.peers.add(ultrasound, doctor)
    await listening(clinic, { tls: true })
    const plain = await dcmtk('echoscu', ['-aet', 'US1', '-aec', 'OUTPOST-A', '-to', '2', '127.0.0.1', String(clinic.port)])
    expect(plain.status).not.toBe(0)
    const secure = await dcmtk('echoscu', ['+tla', '-ic', '-aet', 'US1', '-aec', 'OUTPOST-A', '127.0.0.1', String(clinic.port)])
    expect(secure).toMatchObject({ status: 0 })
  })

  it('tells of a peer whether it answers, and what is wrong where it does not', async () => {
    const clinic = await openClinic()
    const here = await clinic.peers.add({ ...ultrasound, aeTitle: 'OUTPOST-A', port: await free() }, doctor)
    expect(await testPeer(here, 'US1')).toMatchObject({ ok: false, problem: { kind: 'peer-unreachable' } })
    await listening(clinic, { tls: true })
    const peer = { ...here, port: clinic.port, tls: true }
    const unknown = await testPeer(peer, 'US1')
    expect(unknown).toMatchObject({ ok: false, problem: { kind: 'certificate-unknown' } })
    const { fingerprint = '' } = await clinic.network.state()
    expect(unknown).toMatchObject({ problem: { facts: { fingerprint } } })
    expect(await testPeer({ ...peer, pin: fingerprint }, 'US1')).toMatchObject({ ok: false, problem: { kind: 'peer-rejected', facts: { reason: 'calling AE title not recognized' } } })
    await clinic.peers.add(ultrasound, doctor)
    for (let look = 0; look < 100 && !(await testPeer({ ...peer, pin: fingerprint }, 'US1')).ok; look += 1) await new Promise((later) => setTimeout(later, 10))
    expect(await testPeer({ ...peer, pin: fingerprint }, 'US1')).toMatchObject({ ok: true })
    expect(await testPeer({ ...peer, pin: '0'.repeat(64) }, 'US1')).toMatchObject({ ok: false, problem: { kind: 'certificate-changed' } })
  })
})

/**
 * Every element of each file as dcmdump writes it, values in full. Without the file meta information, and without how long a
 * value, sequence or group says it is, and padding at the end: storescu itself writes those anew.
 */
const elementsOf = async (paths: readonly string[]): Promise<string[][]> =>
  (await dcmtk('dcmdump', ['+L', '-q', '+F', ...paths])).said.split(/^# dcmdump \(\d+\/\d+\):.*$/m).slice(1).map((file) =>
    file.split('\n')
      .filter((line) => /^\s*\([0-9a-f]{4},/.test(line) && !/^\(0002,|^\(fffc,fffc\)|GenericGroupLength|\(fffe,e0[0d]d\)/.test(line))
      .map((line) => line.replace(/ with (?:un)?defined length| with explicit length/, '').replace(/\s+#\s+(?:\d+|u\/l), (\d+ \S+)$/, ' # $1')))

describe.skipIf(!hasDcmtk || !existsSync(corpus))('D10: what dcmtk sends arrives element by element as it was (skipped without the corpus)', () => {
  it('with its private tags, nested sequences and character sets', async () => {
    const clinic = await openClinic()
    await clinic.peers.add(ultrasound, doctor)
    await listening(clinic)
    const files = (await Promise.all(['charset', 'documents', 'mr'].map(async (name) => (await readdir(join(corpus, name))).map((file) => join(corpus, name, file))))).flat()
    await send(clinic, files, ['-nh'])
    await settled(clinic)
    const out = await mkdtemp(join(tmpdir(), 'arrived-'))
    open.push(() => rm(out, { recursive: true, force: true }))
    const before = await elementsOf(files)
    expect(before).toHaveLength(files.length)
    const pairs = new Map<string, { readonly sent: readonly string[]; readonly arrived: string }>()
    for (const sent of before) {
      const uid = /^\(0008,0018\) UI \[([0-9.]+)\]/.exec(sent.find((line) => line.startsWith('(0008,0018)')) ?? '')?.[1] ?? ''
      const original = await clinic.practice.imaging.readOriginal(uid)
      // Two files of the set share their UID: the first one counts. Others come in a transfer syntax that this storescu does not offer.
      if (pairs.has(uid) || !original) continue
      await writeFile(join(out, uid), original)
      pairs.set(uid, { sent, arrived: join(out, uid) })
    }
    expect(pairs.size).toBeGreaterThan(25)
    const after = await elementsOf([...pairs.values()].map(({ arrived }) => arrived))
    for (const [at, { sent }] of [...pairs.values()].entries()) expect(after[at]).toEqual(sent)
    expect(before.flat().some((line) => /^\s*\([0-9a-f]{3}[13579bdf],10/.test(line))).toBe(true)
  })
})
