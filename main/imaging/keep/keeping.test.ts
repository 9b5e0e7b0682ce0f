import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writePhantom } from '../phantom/phantom'
import { doctor, openTestPractice, type TestPractice } from '../practice.test-parts'
import type { KeepingServer } from './keeping'

const patient = { number: 'A-000042', family: 'Okonkwo-Test', given: 'Ada', birthDate: '1961-05-06', gender: 'female' } as const
const small = { patient, slices: 4, size: 32 } as const
const by = { practitioner: doctor, name: 'Dr Test' }

let practice: TestPractice
let ada: string
/** A server that has what it was given. */
let server: KeepingServer & { readonly has: Set<string>; readonly fetched: string[]; reachable: boolean }

const connect = (): void => {
  server = {
    has: new Set(), fetched: [], reachable: true,
    believes: async () => true,
    confirm: async (_set, files) => {
      if (!server.reachable) throw new Error('the line is down')
      return files.flatMap(({ sha256 }) => (server.has.has(sha256) ? [sha256] : []))
    },
    fetch: async (set) => void server.fetched.push(set),
  }
  practice.imaging.keeping.useServer(server)
}
beforeEach(async () => {
  practice = await openTestPractice()
  ada = await practice.register('A-000042', 'Okonkwo-Test', '1961-05-06')
  connect()
})
afterEach(() => practice.close())

const filesOnDisk = async (): Promise<string[]> => {
  const shelves = await readdir(join(practice.folder, 'archive'))
  return (await Promise.all(shelves.map(async (shelf) => (await readdir(join(practice.folder, 'archive', shelf))).map((name) => join(practice.folder, 'archive', shelf, name))))).flat()
}
const importStudy = async (label: string, open: string | undefined = ada, of: { readonly number: string } = patient) => {
  const disc = join(practice.folder, `disc-${label}`)
  await writePhantom(disc, { ...small, patient: { ...patient, ...of }, label })
  const ended = await practice.import(disc, open)
  const [study] = ended.studies
  if (!study) throw new Error('nothing was imported')
  return study
}
const sent = async (): Promise<void> => {
  for (const file of await filesOnDisk()) server.has.add(file.split(/[\\/]/).at(-1) ?? '')
}

describe('room for images', () => {
  it('D19: over the quota only what the server has goes, the longest unused first; the chart still lists it, and it comes back', async () => {
    const [first, second, waiting] = [await importStudy('first'), await importStudy('second'), await importStudy('third', ada, { number: 'X-9' })]
    expect(waiting.place).toBe('tray')
    await sent()
    const { keeping } = practice.imaging
    const { bytes } = await keeping.state()
    // So small a quota only a test has: one study of the three has to go.
    const quota = { gigabytes: (bytes - 1) / 1e9, days: 0 }
    expect(await keeping.setRule(quota)).toMatchObject({ studies: 3, alsoOnServer: 3, files: 12, rule: quota, mayGo: { studies: 1 } })
    await keeping.makeRoom()
    await keeping.settled()
    expect(await keeping.state()).toMatchObject({ studies: 2, excess: 0, mayGo: { studies: 0 }, job: { state: 'done', does: 'room', studies: 1, unconfirmed: 0 } })
    expect(await practice.imaging.listStudies(ada)).toMatchObject([{ id: expect.any(String), instances: 4 }, { instances: 4 }])
    expect((await practice.imaging.listStudies(ada)).find(({ id }) => id === first.id)).toMatchObject({ here: 0, instances: 4, place: 'chart' })
    expect(await keeping.whereabouts(first.studyInstanceUid)).toBe('server')
    expect(await keeping.whereabouts(second.studyInstanceUid)).toBe('both')
    await keeping.used(second.studyInstanceUid)
    await keeping.setRule({ gigabytes: 1e-9, days: 30 })
    expect((await keeping.state()).mayGo.studies).toBe(0)
    await keeping.setRule({ gigabytes: 0, days: 0 })
    expect(await filesOnDisk()).toHaveLength(8)
    expect(await practice.imaging.openStudy({ patient: ada, study: first.id, session: 's1' })).toBe('incomplete')
    expect(await practice.import(join(practice.folder, 'disc-first'))).toMatchObject({ imported: 4, studies: [{ id: first.id, place: 'chart', instances: 4 }] })
    expect(await practice.replica.records.count('ImagingStudy')).toBe(3)
  })

  it('D19: what the server does not have all of stays, and is sent again; what cannot be asked stays too', async () => {
    const study = await importStudy('first')
    await sent()
    const [one = ''] = server.has
    server.has.delete(one)
    expect(await practice.imaging.keeping.drop(study.studyInstanceUid)).toBe('study-not-confirmed')
    server.reachable = false
    expect(await practice.imaging.keeping.drop(study.studyInstanceUid)).toBe('no-server')
    expect(await filesOnDisk()).toHaveLength(4)
    expect((await practice.imaging.listStudies(ada))[0]).toMatchObject({ here: 4 })
  })

  it('ends at the next start what a crash left half dropped', async () => {
    const study = await importStudy('first')
    await sent()
    const { local } = practice.replica
    const remove = local.remove
    // The power goes when the files are to be taken away.
    Object.assign(local, { remove: () => Promise.reject(new Error('power cut')) })
    await expect(practice.imaging.keeping.drop(study.studyInstanceUid)).rejects.toThrow('power cut')
    Object.assign(local, { remove })
    await writeFile(join(practice.folder, 'archive', [...server.has][0]?.slice(0, 2) ?? '', [...server.has][0] ?? ''), 'left behind')
    practice = await practice.reopen()
    expect(await filesOnDisk()).toEqual([])
    expect((await practice.imaging.listStudies(ada))[0]).toMatchObject({ here: 0, instances: 4 })
  })

  it('takes away at the next start nothing that the index still has: the power went before the drop, or the study came again after it', async () => {
    const study = await importStudy('first')
    await sent()
    const dropCutOffAt = async (step: 'remove' | 'removeAll'): Promise<void> => {
      const { local } = practice.replica
      const whole = local[step]
      Object.assign(local, { [step]: () => Promise.reject(new Error('power cut')) })
      await expect(practice.imaging.keeping.drop(study.studyInstanceUid)).rejects.toThrow('power cut')
      Object.assign(local, { [step]: whole })
    }
    await dropCutOffAt('removeAll')
    practice = await practice.reopen()
    connect()
    expect(await filesOnDisk()).toHaveLength(4)
    await sent()
    await dropCutOffAt('remove')
    expect(await filesOnDisk()).toEqual([])
    await practice.import(join(practice.folder, 'disc-first'), ada)
    practice = await practice.reopen()
    expect(await filesOnDisk()).toHaveLength(4)
    expect((await practice.imaging.listStudies(ada))[0]).toMatchObject({ here: 4 })
  })

  it('waits for nobody while a study comes in: what comes during a drop is there afterwards', async () => {
    const study = await importStudy('first')
    await sent()
    const disc = join(practice.folder, 'disc-first')
    const [dropped, again] = await Promise.all([practice.imaging.keeping.drop(study.studyInstanceUid), practice.import(disc, ada)])
    expect(dropped).toMatchObject({ bytes: expect.any(Number) })
    const { here } = (await practice.imaging.listStudies(ada))[0] ?? {}
    expect(here).toBe((await filesOnDisk()).length)
    expect(again.state).toBe('done')
  })
})

describe('checking the archive', () => {
  it('finds what is gone and what was changed, fetches from the server what it has, and says what is lost', async () => {
    const [first, second] = [await importStudy('first'), await importStudy('second')]
    await sent()
    const { keeping } = practice.imaging
    await keeping.check()
    await keeping.settled()
    expect((await keeping.state()).job).toEqual({ state: 'done', does: 'check', files: 8, missing: 0, damaged: 0 })
    const [gone = '', changed = ''] = await filesOnDisk()
    await rm(gone)
    const bytes = await readFile(changed)
    const middle = Math.floor(bytes.length / 2)
    bytes[middle] = (bytes[middle] ?? 0) ^ 1
    await writeFile(changed, bytes)
    await keeping.check()
    await keeping.settled()
    expect(await keeping.state()).toMatchObject({ faulty: 2, job: { state: 'done', does: 'check', files: 8, missing: 1, damaged: 1 } })
    server.has.delete(gone.split(/[\\/]/).at(-1) ?? '')
    await keeping.mend()
    await keeping.settled()
    expect(await keeping.state()).toMatchObject({ faulty: 1, job: { state: 'done', does: 'mend', files: 1, lost: 1 } })
    expect(server.fetched).toHaveLength(1)
    const here = (await practice.imaging.listStudies(ada)).map((each) => each.here)
    expect(here.sort()).toEqual([3, 4])
    // The same disc mends what is left.
    await practice.import(join(practice.folder, 'disc-first'), ada)
    await practice.import(join(practice.folder, 'disc-second'), ada)
    await keeping.check()
    await keeping.settled()
    expect(await keeping.state()).toMatchObject({ faulty: 0, job: { damaged: 0, missing: 0 } })
    expect([first.instances, second.instances]).toEqual([4, 4])
  })

  it('stops when it is told to', async () => {
    await importStudy('first')
    await practice.imaging.keeping.check()
    const { job } = await practice.imaging.keeping.cancel()
    expect(job.state === 'cancelled' || job.state === 'done').toBe(true)
    expect(await practice.imaging.keeping.makeRoom()).toBeDefined()
    await practice.imaging.keeping.settled()
  })
})

describe('deleting a study', () => {
  it('takes it off the chart and its files off the disk, keeps who and why, and what comes again waits in the tray', async () => {
    const study = await importStudy('first')
    const ask = { study: study.id, by, why: 'Another person under this number' }
    expect(await practice.imaging.deleteStudy(ask)).toBe('not-found')
    expect(await practice.imaging.deleteStudy({ ...ask, patient: ada })).toBe('deleted')
    expect(await practice.imaging.deleteStudy({ ...ask, patient: ada })).toBe('not-found')
    expect(await practice.imaging.listStudies(ada)).toEqual([])
    expect(await practice.imaging.tray()).toEqual([])
    // A tray that has not heard of it yet.
    expect(await practice.imaging.fileStudy({ study: study.id, patient: ada, by })).toBe('not-found')
    expect(await filesOnDisk()).toEqual([])
    const record = await practice.replica.records.get('ImagingStudy', study.id)
    expect(record?.resource.status).toBe('entered-in-error')
    expect(JSON.stringify(record?.resource.extension)).toMatch(/Another person under this number/)
    expect(JSON.stringify(record?.resource.extension)).toMatch(/Dr Test/)
    expect((await practice.import(join(practice.folder, 'disc-first'), ada)).studies).toMatchObject([{ id: study.id, place: 'tray' }])
    expect(await practice.imaging.tray()).toMatchObject([{ id: study.id, instances: 4 }])
    expect(await practice.imaging.fileStudy({ study: study.id, patient: ada, by })).toMatchObject({ place: 'chart', linkedBy: 'Dr Test' })
  })

  it('what is sent again while it is being deleted stays, and waits in the tray', async () => {
    const study = await importStudy('first')
    const { records } = practice.replica
    const revise = records.revise
    // Its sender goes on between the decision and the files.
    Object.assign(records, {
      revise: async (...ask: Parameters<typeof revise>) => {
        const revised = await revise.apply(records, ask)
        Object.assign(records, { revise })
        await practice.import(join(practice.folder, 'disc-first'))
        return revised
      },
    })
    expect(await practice.imaging.deleteStudy({ study: study.id, patient: ada, by, why: 'Sent twice' })).toBe('deleted')
    const [waiting] = await practice.imaging.tray()
    expect(waiting).toMatchObject({ id: study.id })
    expect(await practice.imaging.listStudies(ada)).toEqual([])
    expect(await practice.imaging.files.filesOf(`dicom-study:${study.studyInstanceUid}`)).toHaveLength(4)
    expect(await filesOnDisk()).toHaveLength(4)
  })

  it('follows a deletion on another workstation, also one that was made while this one was off', async () => {
    const [first, second] = [await importStudy('first'), await importStudy('second')]
    const deleteElsewhere = (id: string) => practice.replica.records.revise('ImagingStudy', id, (resource) => ({ ...resource, status: 'entered-in-error' as const }), doctor)
    await deleteElsewhere(first.id)
    for (let looks = 0; looks < 400 && (await filesOnDisk()).length > 4; looks += 1) await new Promise((later) => setTimeout(later, 10))
    expect(await filesOnDisk()).toHaveLength(4)
    const { imaging } = practice
    await imaging.close()
    await deleteElsewhere(second.id)
    practice = await practice.reopen()
    expect(await filesOnDisk()).toEqual([])
  })
})
