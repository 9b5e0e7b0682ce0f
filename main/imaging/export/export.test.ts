import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { element, fileMetaInformation, joinBytes } from '../../../shared/standards/dicom'
import { writePhantom, type PhantomPatient } from '../index'
import { openTestPractice, type TestPractice } from '../practice.test-parts'
import type { ExportAsk } from './index'

const hasDcmtk = spawnSync('dcmdump', ['--version']).error === undefined
const ada: PhantomPatient = { number: 'A-000042', family: 'Okonkwo-Test', given: 'Ada', birthDate: '1961-05-06', gender: 'female' }
const clean = { pseudonym: 'CASE 1', dates: 'remove', pixelsLookedAt: false } as const

let practice: TestPractice
let disc: string
let out: string
let patient: string

beforeEach(async () => {
  practice = await openTestPractice()
  disc = await mkdtemp(join(tmpdir(), 'disc-'))
  out = await mkdtemp(join(tmpdir(), 'export-'))
  patient = await practice.register(ada.number, ada.family, ada.birthDate)
})
afterEach(async () => {
  await practice.close()
  for (const folder of [disc, out]) await rm(folder, { recursive: true, force: true })
})

const bring = async (...labels: string[]): Promise<string[]> => {
  for (const label of labels) await writePhantom(join(disc, label), { patient: ada, slices: 3, size: 16, accession: 'A26000001', label })
  await practice.import(disc, patient)
  return (await practice.imaging.listStudies(patient)).map(({ id }) => id)
}
const exported = async (ask: Partial<ExportAsk> & Pick<ExportAsk, 'studies'>) => {
  const started = await practice.imaging.exports.start({ patient, folder: out, form: 'folder', ...ask })
  if (typeof started === 'string') throw new Error(started)
  const ended = await practice.imaging.exports.ended(started.id)
  if (!ended) throw new Error('the export was forgotten')
  return ended
}
const filesIn = async (folder: string): Promise<string[]> => {
  const found: string[] = []
  for (const entry of await readdir(folder, { withFileTypes: true })) found.push(...(entry.isDirectory() ? (await filesIn(join(folder, entry.name))).map((name) => join(entry.name, name)) : [entry.name]))
  return found.sort()
}
const dump = (...files: string[]): string => execFileSync('dcmdump', ['+L', ...files], { encoding: 'latin1', maxBuffer: 1e8 })

/** Two ultrasound pictures that say nothing of burned-in text, one of a retired class, and a report. */
const odd = async (): Promise<void> => {
  const common = (uid: string, sopClass: string, modality: string) => [
    element('00080016', 'UI', sopClass), element('00080018', 'UI', uid), element('00080060', 'CS', modality), element('00100010', 'PN', 'Okonkwo-Test^Ada'),
    element('00100020', 'LO', ada.number), element('0020000d', 'UI', '2.25.77'), element('0020000e', 'UI', `2.25.77${modality.length}${modality.charCodeAt(0)}`),
  ]
  const file = (sopClassUid: string, sopInstanceUid: string, modality: string, ...more: Uint8Array[]) =>
    joinBytes([fileMetaInformation({ sopClassUid, sopInstanceUid }), ...common(sopInstanceUid, sopClassUid, modality), ...more])
  await writeFile(join(disc, 'us'), file('1.2.840.10008.5.1.4.1.1.6.1', '2.25.771', 'US', element('00280010', 'US', 2), element('00280011', 'US', 2)))
  await writeFile(join(disc, 'us-retired'), file('1.2.840.10008.5.1.4.1.1.6', '2.25.773', 'US', element('00280010', 'US', 2), element('00280011', 'US', 2)))
  await writeFile(join(disc, 'sr'), file('1.2.840.10008.5.1.4.1.1.88.11', '2.25.772', 'SR', element('0040a040', 'CS', 'TEXT'), element('0040a160', 'UT', 'Ada has a cough')))
}

describe('an export of whole studies', () => {
  it('D17: is a file-set of the original bytes with a DICOMDIR that our own import and dcmtk read', async () => {
    const studies = await bring('one', 'two')
    const { state, path = '', done } = await exported({ studies })
    expect({ state, done }).toEqual({ state: 'done', done: 6 })
    const files = await filesIn(path)
    expect(files).toEqual(['DICOM/ST000001/SE000001/IM000001', 'DICOM/ST000001/SE000001/IM000002', 'DICOM/ST000001/SE000001/IM000003', 'DICOM/ST000002/SE000001/IM000001', 'DICOM/ST000002/SE000001/IM000002', 'DICOM/ST000002/SE000001/IM000003', 'DICOMDIR', 'README.TXT'])
    const originals = await Promise.all((await filesIn(disc)).map((name) => readFile(join(disc, name), 'base64')))
    for (const name of files.filter((each) => each.startsWith('DICOM/'))) expect(originals).toContain(await readFile(join(path, name), 'base64'))
    // Onto another workstation: everything that the directory names is there.
    const other = await openTestPractice()
    try {
      expect(await other.import(path)).toMatchObject({ state: 'done', imported: 6, leftOut: [{ file: 'README.TXT', reason: 'not-dicom' }] })
    } finally {
      await other.close()
    }
    if (!hasDcmtk) return
    const directory = dump(join(path, 'DICOMDIR'))
    expect(directory.match(/CS \[(PATIENT|STUDY|SERIES|IMAGE)\s*\]/g)?.map((each) => each.replace(/\W|^CS/g, ''))).toEqual(
      ['PATIENT', 'STUDY', 'SERIES', 'IMAGE', 'IMAGE', 'IMAGE', 'STUDY', 'SERIES', 'IMAGE', 'IMAGE', 'IMAGE'],
    )
    // dcmtk follows the links when it adds to a directory, and its own of the same files has the same records.
    const made = (ask: string[]) => execFileSync('dcmmkdir', ask, { cwd: path, encoding: 'latin1', stdio: ['ignore', 'pipe', 'pipe'] })
    made(['+u', '-Pgp', '+I', '+r', 'DICOM'])
    expect(dump(join(path, 'DICOMDIR')).match(/\(0004,1511\)/g)).toHaveLength(6)
  })

  it('D17: a zip archive of it is imported again', async () => {
    const studies = await bring('one')
    const { path = '' } = await exported({ studies, form: 'zip' })
    expect(path).toMatch(/images-\d{8}-\d{6}\.zip$/)
    const bytes = await readFile(path)
    expect(bytes.subarray(0, 2).toString()).toBe('PK')
    expect(await readdir(out)).toHaveLength(1)
    if (spawnSync('unzip', ['-v']).error) return
    expect(execFileSync('unzip', ['-t', path], { encoding: 'utf8' })).toContain('No errors')
  })

  it('D17: without the patient, nothing of the table is left, at any level, and UIDs fit together', async () => {
    const studies = await bring('one', 'two')
    const { path = '', notExported } = await exported({ studies, deidentify: clean })
    expect(notExported).toEqual({})
    const files = (await filesIn(path)).filter((name) => name !== 'README.TXT').map((name) => join(path, name))
    for (const file of files) {
      const text = await readFile(file, 'latin1')
      for (const word of ['Okonkwo', 'Ada', 'A-000042', '19610506', '20260115', 'A26000001']) expect(text).not.toContain(word)
    }
    expect(await readFile(join(path, 'README.TXT'), 'utf8')).toContain('Text that is burned into an image is still there')
    const other = await openTestPractice()
    try {
      expect(await other.import(path)).toMatchObject({ imported: 6, studies: [{ instances: 3 }, { instances: 3 }] })
    } finally {
      await other.close()
    }
    if (!hasDcmtk) return
    const text = dump(...files.filter((name) => !name.endsWith('DICOMDIR')))
    expect(text.match(/\(0012,0062\) CS \[YES\]/g)).toHaveLength(6)
    for (const tag of ['0008,0080', '0008,1010', '0010,0040']) expect(text).not.toMatch(new RegExp(`\\(${tag}\\) .. \\[[^ ]`))
    const uids = (tag: string) => new Set(text.match(new RegExp(`\\(${tag}\\) UI \\[([\\d.]+)`, 'g')))
    expect([uids('0020,000d').size, uids('0020,000e').size, uids('0008,0018').size]).toEqual([2, 2, 6])
    expect(uids('0002,0003')).toEqual(new Set([...uids('0008,0018')].map((each) => each.replace('0008,0018', '0002,0003'))))
  })

  it('D17: asks that somebody looks at pixels that may have text in them, and leaves documents out', async () => {
    await odd()
    const studies = await bring('one')
    expect(await practice.imaging.exports.plan({ patient, studies })).toMatchObject({ instances: 6, missing: 0, burnedIn: 0, mayBeBurnedIn: 2, documents: 1 })
    expect(await practice.imaging.exports.start({ patient, studies, folder: out, form: 'folder', deidentify: clean })).toBe('pixel-text')
    expect(await readdir(out)).toEqual([])
    const { path = '', notExported } = await exported({ studies, deidentify: { ...clean, pixelsLookedAt: true } })
    expect(notExported).toEqual({ document: 1 })
    for (const name of await filesIn(path)) expect(await readFile(join(path, name), 'latin1')).not.toContain('cough')
  })

  it('is refused for a study of another patient, one that is not here, and a folder that is none', async () => {
    const studies = await bring('one')
    const bola = await practice.register('A-000043', 'Bello')
    const { exports } = practice.imaging
    expect(await exports.start({ patient: bola, studies, folder: out, form: 'zip' })).toBe('not-found')
    expect(await exports.plan({ patient: bola, studies })).toBe('not-found')
    expect(await exports.start({ patient, studies, folder: join(out, 'gone'), form: 'zip' })).toBe('folder-unwritable')
    expect(await exports.savePicture({ patient: bola, study: studies[0] ?? '', folder: out, type: 'png', bytes: new Uint8Array(1) })).toBe('not-found')
  })

  it('leaves nothing half written where it is stopped', async () => {
    const studies = await bring('one')
    for (const form of ['folder', 'zip'] as const) {
      const started = await practice.imaging.exports.start({ patient, studies, folder: out, form })
      if (typeof started === 'string') throw new Error(started)
      expect(await practice.imaging.exports.cancel(started.id)).toMatchObject({ state: 'cancelled' })
      expect(await readdir(out)).toEqual([])
    }
  })

  it('a picture is kept under a name that is free and says nothing of the patient', async () => {
    const [study = ''] = await bring('one')
    const save = () => practice.imaging.exports.savePicture({ patient, study, folder: out, type: 'jpeg', bytes: new Uint8Array([1, 2, 3]) })
    await save()
    await save()
    const names = await readdir(out)
    expect(names).toHaveLength(2)
    for (const name of names) expect(name).toMatch(/^images-\d{8}-\d{6}(-2)?\.jpg$/)
  })
})
