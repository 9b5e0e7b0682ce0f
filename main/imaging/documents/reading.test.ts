import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dicomFile, dicomObject } from '../../../shared/testing/dicomObjects'
import { openTestPractice, type TestPractice } from '../practice.test-parts'

/** A report of a patient with that number. */
const report = (number: string, uid: string): Uint8Array =>
  dicomFile(
    '1.2.840.10008.5.1.4.1.1.88.11',
    dicomObject(
      ['00080016', 'UI', '1.2.840.10008.5.1.4.1.1.88.11'], ['00080018', 'UI', `2.25.${uid}3`], ['00080060', 'CS', 'SR'],
      ['00100010', 'PN', 'OKONKWO-TEST^ADA'], ['00100020', 'LO', number],
      ['0020000d', 'UI', `2.25.${uid}1`], ['0020000e', 'UI', `2.25.${uid}2`],
      ['0040a040', 'CS', 'CONTAINER'],
    ),
  )

describe('A document of a study', () => {
  let practice: TestPractice
  let folder: string
  let ada: string
  let ben: string
  let study: string

  beforeAll(async () => {
    practice = await openTestPractice()
    folder = await mkdtemp(join(tmpdir(), 'documents-'))
    ada = await practice.register('A-000001', 'Okonkwo-Test')
    ben = await practice.register('A-000002', 'Kowalczyk-Test')
    await writeFile(join(folder, 'one.dcm'), report('A-000001', '1'))
    await practice.import(folder, ada)
    await writeFile(join(folder, 'one.dcm'), report('A-000002', '2'))
    await practice.import(folder, ben)
    const [listed] = await practice.imaging.listStudies(ada)
    study = listed?.id ?? ''
  })
  afterAll(async () => {
    await practice.close()
    await rm(folder, { recursive: true, force: true })
  })

  it('is handed out to whoever has its patient’s chart open, as it was stored', async () => {
    expect(await practice.imaging.fileForReading({ patient: ada, study, instance: '2.25.13' })).toEqual({ bytes: report('A-000001', '1'), leftAway: 'nothing', size: report('A-000001', '1').length })
  })

  it('is not handed out under another patient, another study, or a name that is none', async () => {
    expect(await practice.imaging.fileForReading({ patient: ben, study, instance: '2.25.13' })).toBe('not-found')
    // The other patient's document under this patient's study.
    expect(await practice.imaging.fileForReading({ patient: ada, study, instance: '2.25.23' })).toBe('not-found')
    expect(await practice.imaging.fileForReading({ patient: ada, study: ada, instance: '2.25.13' })).toBe('not-found')
    expect(await practice.imaging.fileForReading({ patient: ada, study, instance: '2.25.99' })).toBe('incomplete')
  })

  it('that does not read back from the disk is said to be missing, never handed out in part', async () => {
    const archive = join(practice.folder, 'archive')
    for (const shelf of await readdir(archive)) {
      for (const name of /^[0-9a-f]{2}$/.test(shelf) ? await readdir(join(archive, shelf)) : []) {
        const sealed = await readFile(join(archive, shelf, name))
        sealed[sealed.length - 20] = (sealed[sealed.length - 20] ?? 0) ^ 1
        await writeFile(join(archive, shelf, name), sealed)
      }
    }
    expect(await practice.imaging.fileForReading({ patient: ada, study, instance: '2.25.13' })).toBe('incomplete')
  })
})
