import { afterEach, describe, expect, it } from 'vitest'
import { phantomFiles } from '../phantom/phantom'
import { readFileElements } from '../readFile'
import { openDicomWeb, type DicomWeb } from './client'
import { batchesOf, sendStudy, type ToSend } from './sendStudy'
import { startServer, type TestServer } from './server.test-parts'

const files = [...phantomFiles({ patient: { number: 'A-1', family: 'Test', given: 'Ada' }, slices: 6, size: 32 })].map(({ bytes }) => bytes)
const never = new AbortController().signal
const toSend = (): Promise<ToSend[]> =>
  Promise.all(files.map(async (file) => ({ sopInstanceUid: (await readFileElements(file))?.header.sopInstanceUid ?? '', size: file.length, read: async function* () { yield file } })))

let server: TestServer
let web: DicomWeb
afterEach(async () => {
  web.close()
  await server.close()
})
const open = async () => {
  server = await startServer(files)
  web = openDicomWeb({ url: server.url, auth: { kind: 'none' } }, { silenceMs: 2_000 })
}

describe('D13: a study that is sent to a DICOMweb server', () => {
  it('is sent again after a cut until the server has confirmed all of it, byte for byte', async () => {
    await open()
    server.cutAt(2, 9)
    const confirmed: string[] = []
    const ended = await sendStudy('1.2.3', await toSend(), new Set(), { web, tell: () => undefined, confirm: async (uids) => void confirmed.push(...uids), pauseMs: () => 1 }, never)
    expect(ended).toEqual({ total: 6, stored: 6, failed: [] })
    expect(confirmed).toHaveLength(6)
    const given = new Set(server.given.map((each) => Buffer.from(each).toString('base64')))
    expect(given).toEqual(new Set(files.map((each) => Buffer.from(each).toString('base64'))))
  })

  it('counts as stored only what the server names; the others have failed, with its reason', async () => {
    await open()
    const instances = await toSend()
    const uid = (at: number) => instances[at]?.sopInstanceUid
    server.answer((_path, response) => {
      response.req.resume().on('end', () =>
        response.writeHead(202, { 'content-type': 'application/dicom+json' }).end(JSON.stringify({
          '00081199': { Value: [{ '00081155': { Value: [uid(0)] } }, { '00081155': { Value: [uid(1)] } }, { '00081155': { Value: ['9.9'] } }] },
          '00081198': { Value: [{ '00081155': { Value: [uid(1)] }, '00081197': { Value: [0xa700] } }] },
        })))
      return true
    })
    const confirmed: string[] = []
    const ended = await sendStudy('1.2.3', instances, new Set(), { web, tell: () => undefined, confirm: async (uids) => void confirmed.push(...uids) }, never)
    expect(ended).toMatchObject({ total: 6, stored: 1 })
    expect(ended.failed).toHaveLength(5)
    expect(ended.failed[0]).toEqual({ sopInstanceUid: uid(1), reason: 0xa700 })
    expect(confirmed).toEqual([uid(0)])
  })

  it('is given up when the server does not let us in, or the line stays cut', async () => {
    await open()
    let status = 401
    server.answer((_path, response) => {
      if (status === 0) response.destroy()
      else response.writeHead(status).end()
      return true
    })
    const parts = { web, tell: () => undefined, confirm: async () => undefined, pauseMs: () => 1 }
    await expect(sendStudy('1.2.3', await toSend(), new Set(), parts, never)).rejects.toMatchObject({ kind: 'refused' })
    status = 0
    await expect(sendStudy('1.2.3', await toSend(), new Set(), parts, never)).rejects.toMatchObject({ kind: 'unreachable' })
  })

  it('goes in requests of at most 32 MB or one instance', () => {
    const of = (size: number): ToSend => ({ sopInstanceUid: '1', size, read: async function* () {} })
    const mb = 1024 * 1024
    expect(batchesOf([of(20 * mb), of(20 * mb), of(100 * mb), of(1), of(1)]).map((each) => each.length)).toEqual([1, 1, 1, 2])
    expect(batchesOf(Array.from({ length: 120 }, () => of(10))).map((each) => each.length)).toEqual([50, 50, 20])
    expect(batchesOf([])).toEqual([])
  })
})
