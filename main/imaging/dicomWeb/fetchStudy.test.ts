import { afterEach, describe, expect, it } from 'vitest'
import { phantomFiles } from '../phantom/phantom'
import { readFileElements } from '../readFile'
import { DicomWebProblem, openDicomWeb, type DicomWeb } from './client'
import { fetchStudy, requestsFor, type FetchProgress, type Taken } from './fetchStudy'
import { startServer, type TestServer } from './server.test-parts'

const patient = { number: 'A-1', family: 'Test', given: 'Ada' }
const files = [...phantomFiles({ patient, slices: 8, size: 32 })].map(({ bytes }) => bytes)

let server: TestServer | undefined
let web: DicomWeb | undefined
afterEach(async () => {
  web?.close()
  await server?.close()
})

/** An archive that keeps what it is given. */
const openStore = () => {
  const kept = new Map<string, Uint8Array>()
  const take = async (file: Uint8Array): Promise<Taken> => {
    const sopInstanceUid = (await readFileElements(file))?.header.sopInstanceUid ?? ''
    const kind = kept.has(sopInstanceUid) ? 'duplicate' : 'imported'
    kept.set(sopInstanceUid, file)
    return { kind, sopInstanceUid }
  }
  return { kept, take, has: async (sop: string) => kept.has(sop) }
}
const open = async (given = files) => {
  server = await startServer(given)
  web = openDicomWeb({ url: server.url, auth: { kind: 'none' } }, { silenceMs: 2_000 })
  const study = (await readFileElements(given[0] ?? new Uint8Array()))?.header.studyInstanceUid ?? ''
  return { server, web, study }
}
const quick = { tell: () => undefined, pauseMs: () => 1 }
const never = new AbortController().signal

describe('D13: a study that is fetched from a DICOMweb server', () => {
  it('comes whole and byte for byte, in one answer where nothing of it is here, and tells how far it is', async () => {
    const { server, web, study } = await open()
    const store = openStore()
    const told: FetchProgress[] = []
    const ended = await fetchStudy(study, { web, ...store, ...quick, tell: (progress) => told.push(progress) }, never)
    expect(ended).toEqual({ total: 8, here: 8, imported: 8, refused: {} })
    expect([...store.kept.values()].map((each) => Buffer.from(each).toString('base64')).sort()).toEqual(files.map((each) => Buffer.from(each).toString('base64')).sort())
    expect(server.asked.filter((each) => !each.endsWith('/instances'))).toHaveLength(1)
    expect(told.map(({ here }) => here)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
  })

  it('whose line is cut in the middle of files goes on, and no file that arrived is sent again', async () => {
    const { server, web, study } = await open()
    server.cutAt(3, 5, 6)
    const store = openStore()
    const ended = await fetchStudy(study, { web, ...store, ...quick }, never)
    expect(ended).toMatchObject({ total: 8, here: 8, imported: 8, refused: {} })
    expect(server.sent()).toBe(8)
  })

  it('is given up while nothing comes, keeps what came, and is finished by a later fetch', async () => {
    const { server, web, study } = await open()
    const store = openStore()
    server.cutAt(5)
    server.answer((path, response) => {
      if (!path.includes('/series/') || store.kept.size < 4) return undefined
      response.destroy()
      return true
    })
    await expect(fetchStudy(study, { web, ...store, ...quick }, never)).rejects.toMatchObject({ kind: 'unreachable' })
    expect(store.kept.size).toBe(4)
    server.answer(() => undefined)
    expect(await fetchStudy(study, { web, ...store, ...quick }, never)).toMatchObject({ here: 8, imported: 4 })
    expect(server.sent()).toBe(8)
  })

  it('is not taken when the server brings another study in its place', async () => {
    const [other] = [...phantomFiles({ patient: { ...patient, number: 'B-2' }, slices: 1, size: 32, label: 'other' })]
    const { server, web, study } = await open()
    const store = openStore()
    server.answer((path, response) => {
      if (path.endsWith('/instances')) return undefined
      response.writeHead(200, { 'content-type': 'application/dicom' }).end(other?.bytes)
      return true
    })
    expect(await fetchStudy(study, { web, ...store, ...quick }, never)).toMatchObject({ imported: 0, refused: { 'other-study': 1 } })
    expect(store.kept.size).toBe(0)
  })

  it('is stopped by a person at once, and what came stays', async () => {
    const { web, study } = await open()
    const store = openStore()
    const stop = new AbortController()
    const run = fetchStudy(study, { web, ...store, ...quick, tell: ({ here }) => here === 3 && stop.abort() }, stop.signal)
    await expect(run).rejects.toMatchObject({ name: 'AbortError' })
    expect(store.kept.size).toBeGreaterThanOrEqual(3)
  })

  it('stops where this workstation cannot keep it, and says that', async () => {
    const { web, study } = await open()
    const full = Object.assign(new Error('full'), { code: 'ENOSPC' })
    await expect(fetchStudy(study, { web, has: async () => false, take: () => Promise.reject(full), ...quick }, never)).rejects.toBe(full)
  })

  it('is asked for by instance where a part of a series is here', () => {
    const listed = ['1', '2', '3'].flatMap((series) => ['a', 'b'].map((sop) => ({ seriesInstanceUid: series, sopInstanceUid: `${series}${sop}` })))
    expect(requestsFor(listed, new Set(['1a', '2a', '2b']))).toEqual([{ series: '1', instance: '1b' }, { series: '3' }])
    expect(requestsFor([], new Set())).toEqual([])
  })
})

describe('a DICOMweb server', () => {
  it('is asked for one patient by number alone, and a number with a wildcard is never sent', async () => {
    const { server, web } = await open()
    expect(await web.searchStudies({ patientId: 'A-1' })).toHaveLength(1)
    expect(await web.searchStudies({ patientId: 'A-2' })).toEqual([])
    const before = server.asked.length
    expect(await web.searchStudies({ patientId: ' ' })).toEqual([])
    await expect(web.searchStudies({ patientId: 'A*' })).rejects.toBeInstanceOf(DicomWebProblem)
    expect(server.asked.length).toBe(before)
  })

  it.each([
    [401, 'refused'], [403, 'refused'], [404, 'not-found'], [302, 'not-dicomweb'], [400, 'answered'], [503, 'unreachable'],
  ] as const)('that answers %i is said to be %s, and nobody is followed elsewhere', async (status, kind) => {
    const { server, web, study } = await open()
    server.answer((_path, response) => {
      response.writeHead(status, { location: 'http://127.0.0.1:1/' }).end('no')
      return true
    })
    await expect(web.searchStudies({ patientId: 'A-1' })).rejects.toMatchObject({ kind })
    await expect(web.retrieve({ study })[Symbol.asyncIterator]().next()).rejects.toMatchObject({ kind })
  })

  it('that is a web page, speaks half a sentence, or is not there, has words of its own', async () => {
    const { server, web } = await open()
    server.answer((_path, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>')
      return true
    })
    await expect(web.searchStudies({ patientId: 'A-1' })).rejects.toMatchObject({ kind: 'not-dicomweb' })
    server.answer((_path, response) => {
      response.writeHead(200, { 'content-type': 'application/dicom+json', 'content-length': '100' }).write('[{')
      setTimeout(() => response.destroy(), 10)
      return true
    })
    await expect(web.searchStudies({ patientId: 'A-1' })).rejects.toMatchObject({ kind: 'unreachable' })
    await server.close()
    await expect(web.searchStudies({ patientId: 'A-1' })).rejects.toMatchObject({ kind: 'unreachable' })
  })

  it('is told who asks, by password or by token', async () => {
    const { server } = await open()
    const ask = async (auth: Parameters<typeof openDicomWeb>[0]['auth']) => {
      const one = openDicomWeb({ url: server.url, auth })
      await one.searchStudies({ patientId: 'A-1' })
      one.close()
      return server.last().authorization
    }
    expect(await ask({ kind: 'none' })).toBeUndefined()
    expect(await ask({ kind: 'basic', user: 'ada', password: 'ö:x' })).toBe(`Basic ${Buffer.from('ada:ö:x').toString('base64')}`)
    expect(await ask({ kind: 'bearer', token: 'abc' })).toBe('Bearer abc')
  })

  it('that pages its answers is asked for all of them; one that knows no pages, once more', async () => {
    const { server, web, study } = await open()
    const instance = (number: number) => ({ '0020000E': { Value: ['1.2'] }, '00080018': { Value: [`1.2.${number}`] } })
    const all = Array.from({ length: 1500 }, (_each, number) => instance(number))
    server.answer((_path, response) => {
      const { offset = '0', limit = '0' } = Object.fromEntries(new URL(response.req.url ?? '', 'http://test').searchParams)
      response.writeHead(200, { 'content-type': 'application/dicom+json' }).end(JSON.stringify(all.slice(Number(offset), Number(offset) + Number(limit))))
      return true
    })
    expect(await web.listInstances(study)).toHaveLength(1500)
    const before = server.asked.length
    server.answer((_path, response) => {
      response.writeHead(200, { 'content-type': 'application/dicom+json' }).end(JSON.stringify(all.slice(0, 1000)))
      return true
    })
    expect(await web.listInstances(study)).toHaveLength(1000)
    expect(server.asked.length - before).toBe(2)
  })
})
