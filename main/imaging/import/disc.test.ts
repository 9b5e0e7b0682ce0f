import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { phantomFiles } from '../phantom/phantom'
import { doctor, openTestPractice, type TestPractice } from '../practice.test-parts'
import { readFileElements } from '../readFile'
import { zipOf } from './zip.test-parts'

const corpus = resolve(__dirname, '../../../../shared/fixtures/dicom')
const present = existsSync(corpus)

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

const filesUnder = async (folder: string, inside = ''): Promise<string[]> => {
  const entries = await readdir(join(folder, inside), { withFileTypes: true })
  return (await Promise.all(entries.map((entry) => (entry.isDirectory() ? filesUnder(folder, join(inside, entry.name)) : [join(inside, entry.name)])))).flat()
}

/** Looks through it, imports everything that was found, takes the disc away, and compares each image with what was on it. */
const importAndTakeOut = async (from: string, originals: readonly Uint8Array[]) => {
  const { id } = practice.imaging.startImport({ from: [from], author: doctor, asks: true })
  while (practice.imaging.progress(id)?.state === 'looking') await new Promise((later) => setTimeout(later, 5))
  const looked = practice.imaging.progress(id)
  expect(looked?.state).toBe('choosing')
  practice.imaging.choose(id, (looked?.found ?? []).map(({ studyInstanceUid }) => studyInstanceUid))
  const ended = await practice.imaging.ended(id)
  await rm(disc, { recursive: true })
  for (const original of originals) {
    const sop = (await readFileElements(original))?.header.sopInstanceUid ?? ''
    const back = await practice.imaging.readOriginal(sop)
    expect(back && Buffer.from(back).equals(Buffer.from(original)), sop).toBe(true)
  }
  const waiting = await practice.imaging.tray()
  expect(waiting.reduce((sum, { instances }) => sum + instances, 0)).toBe(originals.length)
  return { looked, ended }
}

describe.skipIf(!present)('the disc of 32 files of ../shared/fixtures/dicom (skipped when the folder is absent)', () => {
  const source = join(corpus, 'cd-pydicom')
  const imagesOf = async (): Promise<{ readonly name: string; readonly bytes: Uint8Array }[]> => {
    const names = (await filesUnder(source)).filter((name) => name !== 'DICOMDIR')
    return Promise.all(names.map(async (name) => ({ name, bytes: new Uint8Array(await readFile(join(source, name))) })))
  }

  it.each(['right', 'bigEnd', 'implicit', 'nooffset', 'nopatient', 'reordered', 'empty.dcm', 'damaged', 'missing'])('D1: with a DICOMDIR that is %s it is listed, copied, and readable after the disc is out', async (variant) => {
    await cp(source, disc, { recursive: true })
    if (variant === 'missing') await rm(join(disc, 'DICOMDIR'))
    else if (variant === 'damaged') await writeFile(join(disc, 'DICOMDIR'), (await readFile(join(source, 'DICOMDIR'))).subarray(0, 1500))
    else if (variant !== 'right') await cp(join(corpus, 'dicomdir-variants', `DICOMDIR-${variant}`), join(disc, 'DICOMDIR'))
    const images = await imagesOf()
    expect(images).toHaveLength(31)
    const { looked, ended } = await importAndTakeOut(disc, images.map(({ bytes }) => bytes))
    expect(looked?.found.reduce((sum, study) => sum + study.images, 0)).toBe(31)
    expect(ended).toMatchObject({ state: 'done', imported: 31 })
    // A directory is only a hint: whatever it says, nothing that is there is left out.
    expect(ended?.leftOut.every(({ reason }) => reason === 'missing' || reason === 'damaged-directory')).toBe(true)
    if (variant === 'right' || variant === 'missing') expect(ended?.leftOut).toEqual([])
    if (variant === 'damaged') expect(ended?.leftOut).toContainEqual({ file: 'DICOMDIR', reason: 'damaged-directory' })
  })

  it('D1: packed as a zip archive it is the same', async () => {
    const images = await imagesOf()
    await writeFile(join(disc, 'disc.zip'), zipOf([...images.map(({ name, bytes }) => ({ name: name.replace(/\\/g, '/'), bytes })), { name: 'DICOMDIR', bytes: await readFile(join(source, 'DICOMDIR')) }]))
    const { ended } = await importAndTakeOut(join(disc, 'disc.zip'), images.map(({ bytes }) => bytes))
    expect(ended).toMatchObject({ state: 'done', imported: 31, leftOut: [] })
  })
})

it('D1: 5,000 files with clutter among them: every image is found, every other file is counted, and a thousand are named', async () => {
  const images = [...phantomFiles({ patient: { number: 'A-1', family: 'Test', given: 'Ada' }, slices: 250, size: 8 })]
  for (let folder = 0; folder < 50; folder += 1) {
    const path = join(disc, `VIEWER ${folder}`)
    await mkdir(path)
    const own = images.slice(folder * 5, folder * 5 + 5).map(({ bytes }, at) => writeFile(join(path, `IM${at}`), bytes))
    const clutter = Array.from({ length: 95 }, (_, at) => writeFile(join(path, ['thumbs.db', 'viewer.exe', 'index.html', '.DS_Store', 'lang.txt'][at % 5] + String(at)), at % 3 === 0 ? '' : 'x'.repeat(at * 7)))
    await Promise.all([...own, ...clutter])
  }
  const ended = await practice.import(disc)
  expect(ended).toMatchObject({ state: 'done', seen: 5000, total: 5000, imported: 250, leftOutTotal: 4750 })
  expect(ended.leftOut).toHaveLength(1000)
  expect(ended.leftOut.every(({ reason }) => reason === 'not-dicom')).toBe(true)
  expect(await practice.imaging.tray()).toMatchObject([{ instances: 250 }])
}, 60_000)
