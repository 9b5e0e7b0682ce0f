import { createHash } from 'node:crypto'
import { appendFile, copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readFileElements } from './readFile'
import { phantomFiles, writePhantom } from './phantom/phantom'
import { doctor, openTestPractice, type TestPractice } from './practice.test-parts'

const phantomPatient = { number: 'A-000042', family: 'Okonkwo-Test', given: 'Ada', birthDate: '1961-05-06', gender: 'female' } as const
const small = { patient: phantomPatient, slices: 6, size: 32 } as const

let practice: TestPractice
let disc: string

beforeEach(async () => {
  practice = await openTestPractice()
  disc = await mkdtemp(join(tmpdir(), 'disc-'))
})
afterEach(async () => {
  await practice.close()
  await rm(disc, { recursive: true, force: true })
})

const filesUnder = async (folder: string): Promise<string[]> => {
  const entries = await readdir(folder, { withFileTypes: true })
  const found = await Promise.all(entries.map((entry) => (entry.isDirectory() ? filesUnder(join(folder, entry.name)) : [join(folder, entry.name)])))
  return found.flat()
}

describe('importing a folder', () => {
  it('puts a study with the open patient’s number onto the chart, in the order of position', async () => {
    const ada = await practice.register('A-000042', 'Okonkwo-Test', '1961-05-06')
    await writePhantom(disc, small)
    const ended = await practice.import(disc, ada)
    expect(ended).toMatchObject({ state: 'done', seen: 6, total: 6, imported: 6, leftOutTotal: 0, leftOut: [] })
    const [study] = await practice.imaging.listStudies(ada)
    expect(study).toMatchObject({ place: 'chart', modalities: ['CT'], series: 1, instances: 6, started: '2026-01-15T09:30:00', description: 'CT head (made-up phantom)' })
    expect(study?.dicomPatient).toEqual({ id: 'A-000042', name: 'OKONKWO-TEST, Ada', birthDate: '19610506' })
    expect(study?.linkedBy).toBeUndefined()
    expect(await practice.imaging.tray()).toEqual([])
    const opened = await practice.imaging.openStudy({ patient: ada, study: study?.id ?? '', session: 's1' })
    if (typeof opened === 'string') throw new Error(opened)
    const [series] = opened.series
    // The phantom is numbered from the head down; the viewer goes from the feet up.
    expect(series?.instances.map(({ number }) => number)).toEqual([6, 5, 4, 3, 2, 1])
    expect(series?.instances.map(({ location }) => location)).toEqual([...(series?.instances ?? [])].map(({ location }) => location).sort((a, b) => (a ?? 0) - (b ?? 0)))
  })

  it('puts a study of another number into the tray whatever the name says, and a person files it', async () => {
    const namesake = await practice.register('A-000007', 'Okonkwo-Test', '1961-05-06')
    await writePhantom(disc, small)
    const ended = await practice.import(disc, namesake)
    expect(ended.studies).toMatchObject([{ place: 'tray', instances: 6 }])
    expect(await practice.imaging.listStudies(namesake)).toEqual([])
    const [waiting] = await practice.imaging.tray()
    expect(waiting?.dicomPatient.id).toBe('A-000042')
    const study = waiting?.id ?? ''
    expect(await practice.imaging.openStudy({ patient: namesake, study, session: 's1' })).toBe('not-found')
    expect(await practice.imaging.fileStudy({ study, patient: '01JD0000000000000000N0B0DY', by: { practitioner: doctor, name: 'Dr Test' } })).toBe('not-found')
    const filed = await practice.imaging.fileStudy({ study, patient: namesake, by: { practitioner: doctor, name: 'Dr Test' } })
    expect(filed).toMatchObject({ place: 'chart', linkedBy: 'Dr Test' })
    expect(await practice.imaging.fileStudy({ study, patient: namesake, by: { practitioner: doctor, name: 'Dr Other' } })).toBe('already-filed')
    expect(await practice.imaging.tray()).toEqual([])
    expect(await practice.imaging.listStudies(namesake)).toHaveLength(1)
  })

  it('does not trust a number whose birth date contradicts', async () => {
    const other = await practice.register('A-000042', 'Someone', '1999-01-01')
    await writePhantom(disc, small)
    expect((await practice.import(disc, other)).studies).toMatchObject([{ place: 'tray' }])
  })

  it('says for each file why it was left out', async () => {
    const ada = await practice.register('A-000042', 'Okonkwo-Test')
    await writePhantom(disc, small)
    const slice = join(disc, 'CT/IM0001')
    await writeFile(join(disc, 'readme.txt'), 'insert the disc')
    await writeFile(join(disc, 'empty'), '')
    await copyFile(slice, join(disc, 'CT/copy of IM0001'))
    await copyFile(slice, join(disc, 'changed'))
    await appendFile(join(disc, 'changed'), Buffer.alloc(64))
    await copyFile(slice, join(disc, 'cut'))
    await truncate(join(disc, 'cut'), 700)
    await symlink('/etc/passwd', join(disc, 'link'))
    await symlink(join(disc, 'CT'), join(disc, 'loop'))
    const ended = await practice.import(disc, ada)
    expect(ended.state).toBe('done')
    expect(Object.fromEntries(ended.leftOut.map(({ file, reason }) => [file, reason]))).toEqual({
      'readme.txt': 'not-dicom', empty: 'not-dicom', 'CT/copy of IM0001': 'duplicate', changed: 'different-content', cut: 'truncated', link: 'outside',
    })
    expect(ended.imported + ended.leftOutTotal).toBe(ended.total + 1)
  })

  it('leaves out images that carry the study’s UID under another Patient ID', async () => {
    await writePhantom(disc, small)
    for (const { name, bytes } of phantomFiles({ ...small, label: 'other' })) {
      // The same study, written with another Patient ID of the same length.
      const mixed = Buffer.from(bytes)
      const at = mixed.indexOf('A-000042')
      mixed.write('A-000099', at)
      await mkdir(join(disc, 'Z'), { recursive: true })
      await writeFile(join(disc, 'Z', name.replace('/', '-')), replaceStudy(mixed))
    }
    const ended = await practice.import(disc)
    expect(ended.imported).toBe(6)
    expect(ended.leftOut.map(({ reason }) => reason)).toEqual(Array(6).fill('other-patient'))
  })

  it('cancels between two files and keeps what is there; a second import takes the rest', async () => {
    const ada = await practice.register('A-000042', 'Okonkwo-Test')
    await writePhantom(disc, { ...small, slices: 200 })
    const started = practice.imaging.startImport({ from: [disc], patient: ada, author: doctor })
    while ((practice.imaging.progress(started.id)?.imported ?? 0) < 3) await new Promise((next) => setImmediate(next))
    const cancelled = await practice.imaging.cancel(started.id)
    expect(cancelled?.state).toBe('cancelled')
    expect(cancelled?.imported).toBeGreaterThanOrEqual(3)
    expect(cancelled?.imported).toBeLessThan(200)
    expect((await practice.imaging.listStudies(ada))[0]?.instances).toBe(cancelled?.imported)
    const again = await practice.import(disc, ada)
    expect(again.imported + (cancelled?.imported ?? 0)).toBe(200)
    expect((await practice.imaging.listStudies(ada))[0]?.instances).toBe(200)
  })

  it('goes on after a crash without a duplicate, and counts what the crash left uncounted', async () => {
    const ada = await practice.register('A-000042', 'Okonkwo-Test')
    await writePhantom(disc, { ...small, slices: 12 })
    // As a crash leaves it: files stored and entered, the record not yet counted, one file half written.
    const crashed = practice.replica
    const records = crashed.records as { revise: unknown }
    const revise = records.revise
    records.revise = () => Promise.reject(new Error('power cut'))
    const failed = await practice.import(disc, ada)
    expect(failed).toMatchObject({ state: 'failed', imported: 12 })
    records.revise = revise
    const [shelf] = await readdir(join(practice.folder, 'archive'))
    await writeFile(join(practice.folder, 'archive', shelf ?? '', 'ab.1234.part'), 'half')
    practice = await practice.reopen()
    expect((await filesUnder(join(practice.folder, 'archive'))).filter((name) => name.endsWith('.part'))).toEqual([])
    expect(await practice.imaging.tray()).toMatchObject([{ instances: 12 }])
    const again = await practice.import(disc, ada)
    expect(again).toMatchObject({ imported: 0, leftOutTotal: 12 })
    expect(await practice.imaging.listStudies(ada)).toMatchObject([{ instances: 12, series: 1 }])
    expect(await practice.replica.records.count('ImagingStudy')).toBe(1)
  })

  it('tells how it goes without file names and patients', async () => {
    await writePhantom(disc, small)
    await writeFile(join(disc, 'OKONKWO.txt'), 'x')
    await practice.import(disc)
    expect(practice.told.at(-1)).toMatchObject({ state: 'done', imported: 6, leftOutTotal: 1 })
    expect(JSON.stringify(practice.told)).not.toMatch(/okonkwo/i)
  })

  it('fails for a folder that is not there, and stops at its limit in one that is too large', async () => {
    expect(await practice.import(join(disc, 'gone'))).toMatchObject({ state: 'failed', problem: 'folder-unreadable' })
    await practice.close()
    practice = await openTestPractice({ limits: { files: 4, depth: 2 } })
    await writePhantom(disc, small)
    const ended = await practice.import(disc)
    expect(ended).toMatchObject({ state: 'done', total: 4, imported: 4 })
    expect(ended.leftOut.at(-1)?.reason ?? '').toBe('too-many')
  })

  it('never holds up the thread for more than a moment', async () => {
    await writePhantom(disc, { ...small, slices: 24, size: 512 })
    // Processor time between two turns of the event loop: the wall clock would also count what others do on this machine.
    let worstMs = 0
    let last = process.cpuUsage()
    const watch = setInterval(() => {
      const used = process.cpuUsage(last)
      worstMs = Math.max(worstMs, (used.user + used.system) / 1000)
      last = process.cpuUsage()
    }, 1)
    await practice.import(disc)
    clearInterval(watch)
    expect(worstMs).toBeLessThan(150)
  })
})

/** Puts the first phantom's study UID into a file of the second one. */
const replaceStudy = (bytes: Buffer): Buffer => {
  const uids = (label?: string): string => [...phantomFiles({ ...small, slices: 1, ...(label !== undefined && { label }) })].map((file) => studyUid(Buffer.from(file.bytes)))[0] ?? ''
  const [from, to] = [uids('other'), uids()]
  const at = bytes.indexOf(from)
  // Lengths of UIDs differ by a digit now and then: the element is written anew.
  const length = from.length + (from.length % 2)
  const next = Buffer.alloc(to.length + (to.length % 2))
  next.write(to)
  const lengthField = Buffer.alloc(2)
  lengthField.writeUInt16LE(next.length)
  return Buffer.concat([bytes.subarray(0, at - 2), lengthField, next, bytes.subarray(at + length)])
}

const studyUid = (bytes: Buffer): string => {
  const at = bytes.indexOf(Buffer.from([0x20, 0x00, 0x0d, 0x00]))
  return bytes.toString('latin1', at + 8, at + 8 + bytes.readUInt16LE(at + 6)).replace(/\0$/, '')
}

describe('the archive', () => {
  it('gives back every byte as it came, and nothing of it can be read on disk', async () => {
    await writePhantom(disc, small)
    const original = await readFile(join(disc, 'CT/IM0003'))
    const [third] = [...phantomFiles(small)].slice(2)
    await practice.import(disc)
    const back = await practice.imaging.readOriginal(third?.sopInstanceUid ?? '')
    expect(Buffer.from(back ?? []).equals(original)).toBe(true)
    for (const file of await filesUnder(practice.folder)) {
      const bytes = await readFile(file)
      for (const secret of ['Okonkwo', 'OKONKWO', 'A-000042', 'DICM', third?.sopInstanceUid ?? '']) {
        expect(bytes.includes(secret), `${secret} in ${file}`).toBe(false)
      }
    }
  })

  it('refuses a file of which one byte was changed, and one that is gone, which another import brings back', async () => {
    const ada = await practice.register('A-000042', 'Okonkwo-Test')
    await writePhantom(disc, { ...small, slices: 1 })
    await practice.import(disc, ada)
    const [study] = await practice.imaging.listStudies(ada)
    const opened = await practice.imaging.openStudy({ patient: ada, study: study?.id ?? '', session: 's1' })
    if (typeof opened === 'string') throw new Error(opened)
    const instance = opened.series[0]?.instances[0]
    const [, , , , ticket = ''] = (instance?.url ?? '').split('/')
    expect(await practice.imaging.readPixels(ticket, instance?.sopInstanceUid ?? '')).toBeDefined()
    const [stored = ''] = await filesUnder(join(practice.folder, 'archive'))
    const bytes = await readFile(stored)
    const middle = Math.floor(bytes.length / 2)
    bytes[middle] = (bytes[middle] ?? 0) ^ 1
    await writeFile(stored, bytes)
    expect(await practice.imaging.readPixels(ticket, instance?.sopInstanceUid ?? '')).toBeUndefined()
    await rm(stored)
    expect(await practice.imaging.readPixels(ticket, instance?.sopInstanceUid ?? '')).toBeUndefined()
    await practice.import(disc, ada)
    expect(await practice.imaging.readPixels(ticket, instance?.sopInstanceUid ?? '')).toBeDefined()
  })
})

describe('tickets', () => {
  it('hold for one study and one session, and cannot be guessed', async () => {
    const ada = await practice.register('A-000042', 'Okonkwo-Test')
    await writePhantom(disc, small)
    await writePhantom(join(disc, 'second'), { ...small, label: 'second' })
    await practice.import(disc, ada)
    const [first, second] = await practice.imaging.listStudies(ada)
    const open = async (study: string | undefined, session: string) => {
      const opened = await practice.imaging.openStudy({ patient: ada, study: study ?? '', session })
      if (typeof opened === 'string') throw new Error(opened)
      const { url, sopInstanceUid } = opened.series[0]?.instances[0] ?? { url: '', sopInstanceUid: '' }
      expect(url).toMatch(/^app:\/\/outpost\/dicom\/[\w-]{32}\/2\.25\.\d+$/)
      return { ticket: url.split('/')[4] ?? '', sop: sopInstanceUid }
    }
    const mine = await open(first?.id, 'morning')
    const other = await open(second?.id, 'morning')
    const theirs = await open(first?.id, 'evening')
    expect(new Set([mine.ticket, other.ticket, theirs.ticket]).size).toBe(3)
    expect((await open(first?.id, 'morning')).ticket).toBe(mine.ticket)
    const pixels = await practice.imaging.readPixels(mine.ticket, mine.sop)
    expect(pixels && (await readFileElements(pixels))?.header.sopInstanceUid).toBe(mine.sop)
    expect(await practice.imaging.readPixels(mine.ticket, other.sop)).toBeUndefined()
    expect(await practice.imaging.readPixels('A'.repeat(32), mine.sop)).toBeUndefined()
    expect(await practice.imaging.readPixels(mine.ticket, '../../replica.db')).toBeUndefined()
    practice.imaging.revokeTickets('morning')
    expect(await practice.imaging.readPixels(mine.ticket, mine.sop)).toBeUndefined()
    expect(await practice.imaging.readPixels(other.ticket, other.sop)).toBeUndefined()
    expect(await practice.imaging.readPixels(theirs.ticket, theirs.sop)).toBeDefined()
  })

  it('are not given for another patient’s study', async () => {
    const ada = await practice.register('A-000042', 'Okonkwo-Test')
    const ben = await practice.register('A-000043', 'Benson-Test')
    await writePhantom(disc, small)
    await practice.import(disc, ada)
    const [study] = await practice.imaging.listStudies(ada)
    expect(await practice.imaging.openStudy({ patient: ben, study: study?.id ?? '', session: 's' })).toBe('not-found')
    await rm(join(practice.folder, 'archive'), { recursive: true })
    expect(existsSync(join(practice.folder, 'archive'))).toBe(false)
  })
})

describe('a study whose files are on another workstation', () => {
  it('is listed, and says that it is not here', async () => {
    const ada = await practice.register('A-000042', 'Okonkwo-Test')
    await writePhantom(disc, small)
    await practice.import(disc, ada)
    const [study] = await practice.imaging.listStudies(ada)
    const elsewhere = await openTestPractice()
    const patient = await elsewhere.register('A-000042', 'Okonkwo-Test')
    const record = await practice.replica.records.get('ImagingStudy', study?.id ?? '')
    if (!record) throw new Error('no study')
    await elsewhere.replica.records.add('ImagingStudy', { ...record.resource, id: undefined, subject: { reference: `Patient/${patient}` } }, doctor, `dicom-study:${study?.studyInstanceUid}`)
    const [there] = await elsewhere.imaging.listStudies(patient)
    expect(there).toMatchObject({ instances: 6, place: 'chart' })
    expect(await elsewhere.imaging.openStudy({ patient, study: there?.id ?? '', session: 's' })).toBe('incomplete')
    // Importing the same disc there finds the same record.
    await elsewhere.import(disc, patient)
    expect(await elsewhere.replica.records.count('ImagingStudy')).toBe(1)
    expect(await elsewhere.imaging.listStudies(patient)).toMatchObject([{ id: there?.id, instances: 6 }])
    await elsewhere.close()
  })
})

it('names a file by the hash of what is in it', async () => {
  await writePhantom(disc, { ...small, slices: 1 })
  const sha256 = createHash('sha256').update(await readFile(join(disc, 'CT/IM0001'))).digest('hex')
  await practice.import(disc)
  expect(existsSync(join(practice.folder, 'archive', sha256.slice(0, 2), sha256))).toBe(true)
})
