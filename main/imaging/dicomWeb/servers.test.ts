import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openReplica, type Replica } from '../../replica'
import { openPeers } from '../peers'
import { phantomFiles } from '../phantom/phantom'
import { startServer } from './server.test-parts'
import { openDicomWebServers, type DicomWebServers } from './servers'

const administrator = '01JD0000000000000000000ADM'
let folder: string
let replica: Replica
let servers: DicomWebServers
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dicom-web-'))
  replica = await openReplica({ folder, key: new Uint8Array(32).fill(7), practice: '01JD0000000000000000PRACT1', station: 'A' })
  servers = openDicomWebServers(replica, openPeers(replica))
})
afterEach(async () => {
  await replica.close()
  await rm(folder, { recursive: true, force: true })
})

const hospital = { name: 'Town hospital', url: 'https://pacs.example.org/dicom-web/studies/', auth: 'basic', user: 'clinic', secret: 'hush', canBeQueried: true, canReceive: false } as const
const saved = async (ask: Parameters<DicomWebServers['save']>[0]) => {
  const answer = await servers.save(ask, administrator)
  if (!answer.ok) throw new Error(answer.problem.kind)
  return answer.value
}

describe('the DICOMweb servers of the practice', () => {
  it('are listed without passwords, which are in no record', async () => {
    const entry = await saved(hospital)
    expect(entry).toEqual({ id: entry.id, name: 'Town hospital', url: 'https://pacs.example.org/dicom-web', auth: 'basic', user: 'clinic', canBeQueried: true, canReceive: false })
    expect(JSON.stringify([await servers.list(), await replica.records.find('Basic')])).not.toContain('hush')
    expect((await servers.addressOf(entry.id))?.address).toEqual({ url: entry.url, auth: { kind: 'basic', user: 'clinic', password: 'hush' } })
  })

  it('a password goes to no other address, whoever changes the record, and stays while only a name changes', async () => {
    const { id } = await saved(hospital)
    await saved({ ...hospital, id, name: 'Hospital', secret: undefined })
    expect((await servers.addressOf(id))?.address.auth).toMatchObject({ password: 'hush' })
    const elsewhere = { ...hospital, id, url: 'https://evil.example.org/dicom-web', secret: undefined }
    expect(await servers.save(elsewhere, administrator)).toMatchObject({ ok: false, problem: { kind: 'bad-shape' } })
    expect(await servers.save({ ...hospital, id, user: 'other', secret: undefined }, administrator)).toMatchObject({ ok: false, problem: { kind: 'bad-shape' } })
    const peers = openPeers(replica)
    const peer = await peers.get(id)
    if (peer) await peers.change(id, { ...peer, url: 'https://evil.example.org/dicom-web' }, administrator)
    expect((await servers.addressOf(id))?.address).toEqual({ url: 'https://evil.example.org/dicom-web', auth: { kind: 'none' } })
    if (peer) await peers.change(id, { ...peer, url: 'http://evil.example.org/dicom-web' }, administrator)
    expect(await servers.addressOf(id)).toBeUndefined()
    expect(await servers.test(id)).toMatchObject({ ok: false, problem: { kind: 'needs-https' } })
  })

  it('a password goes over no line that others can read, and no name of a patient leaves the clinic on one', async () => {
    expect(await servers.save({ ...hospital, url: 'http://192.168.1.5:8042/dicom-web' }, administrator)).toMatchObject({ ok: false, problem: { kind: 'needs-https' } })
    const open = { ...hospital, auth: 'none', secret: undefined } as const
    expect(await servers.save({ ...open, url: 'http://pacs.example.org/dicom-web' }, administrator)).toMatchObject({ ok: false, problem: { kind: 'needs-https' } })
    expect(await saved({ ...open, url: 'http://192.168.1.5:8042/dicom-web' })).toMatchObject({ auth: 'none' })
  })

  it('a removed one is gone with its password', async () => {
    const { id } = await saved(hospital)
    expect(await servers.remove(id, administrator)).toEqual({ ok: true, value: [] })
    expect(await servers.addressOf(id)).toBeUndefined()
    expect(await replica.local.count('dicom-web-secret')).toBe(0)
    expect(await servers.remove(id, administrator)).toMatchObject({ ok: false, problem: { kind: 'not-found' } })
  })

  it('are tried without naming anybody, and what is wrong is said', async () => {
    const files = [...phantomFiles({ patient: { number: 'A-1', family: 'Test', given: 'Ada' }, slices: 1, size: 16 })].map(({ bytes }) => bytes)
    const server = await startServer(files)
    const ask = { name: 'Test', url: server.url, auth: 'none', canBeQueried: true, canReceive: true } as const
    const { id } = await saved(ask)
    expect(await servers.test(id)).toMatchObject({ ok: true })
    const [path, query] = [server.asked[0], decodeURIComponent(server.lastUrl())]
    expect(path).toBe('GET /studies')
    expect(query).not.toContain('PatientID')
    server.answer((_path, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>')
      return true
    })
    expect(await servers.test(id)).toMatchObject({ problem: { kind: 'not-dicomweb' } })
    await server.close()
    expect(await servers.test(id)).toMatchObject({ problem: { kind: 'server-unreachable' } })
  })
})
