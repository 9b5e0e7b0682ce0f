import { appendFile, copyFile, mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ImportProgress } from '../../../shared/contract'
import { writePhantom } from '../phantom/phantom'
import { doctor, openTestPractice, type TestPractice } from '../practice.test-parts'

const ada = { number: 'A-000042', family: 'Okonkwo-Test', given: 'Ada', birthDate: '1961-05-06', gender: 'female' } as const
const ben = { ...ada, number: 'A-000043', family: 'Ben-Test', given: 'Ben' } as const
const carl = { ...ada, number: 'X-9', family: 'Carl-Test', given: 'Carl' } as const
const small = { patient: ada, slices: 6, size: 32 } as const

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

const until = async (id: string, state: ImportProgress['state']): Promise<ImportProgress> => {
  for (;;) {
    const progress = practice.imaging.progress(id)
    if (!progress || progress.state === state || ['done', 'cancelled', 'failed'].includes(progress.state)) return progress as ImportProgress
    await new Promise((next) => setTimeout(next, 5))
  }
}
const lookThrough = (from: readonly string[], patient?: string) => until(practice.imaging.startImport({ from, author: doctor, asks: true, ...(patient !== undefined && { patient }) }).id, 'choosing')

describe('a disc that is looked through first', () => {
  it('D1: its studies are listed and checked against the open patient, only what is chosen is copied, and it is readable after the disc is out', async () => {
    const patient = await practice.register('A-000042', 'Okonkwo-Test', '1961-05-06')
    await practice.register('A-000043', 'Ben-Test', '1961-05-06')
    await writePhantom(join(disc, 'A'), small)
    await writePhantom(join(disc, 'B'), { ...small, patient: ben, date: '2025-03-02' })
    await writePhantom(join(disc, 'C'), { ...small, patient: carl, date: '2024-03-02', slices: 3 })
    await writeFile(join(disc, 'AUTORUN.INF'), '[autorun]')
    const looked = await lookThrough([disc], patient)
    expect(looked).toMatchObject({ state: 'choosing', seen: 16, total: 16, imported: 0, leftOut: [{ file: 'AUTORUN.INF', reason: 'not-dicom' }] })
    expect(looked.found).toMatchObject([
      { owner: 'this', images: 6, series: 1, here: 0, modalities: ['CT'], dicomPatient: { id: 'A-000042', name: 'OKONKWO-TEST, Ada' }, started: '2026-01-15T09:30:00' },
      { owner: 'another', images: 6, dicomPatient: { id: 'A-000043' } },
      { owner: 'nobody', images: 3, dicomPatient: { id: 'X-9' } },
    ])
    expect(await practice.imaging.tray()).toEqual([])
    const chosen = looked.found.filter(({ owner }) => owner !== 'another').map(({ studyInstanceUid }) => studyInstanceUid)
    expect(practice.imaging.choose(looked.id, chosen)).toMatchObject({ state: 'running', total: 9 })
    const ended = await practice.imaging.ended(looked.id)
    expect(ended).toMatchObject({ state: 'done', imported: 9, leftOutTotal: 1 })
    expect(practice.imaging.choose(looked.id, chosen)).toBeUndefined()
    await rm(disc, { recursive: true })
    const [study] = await practice.imaging.listStudies(patient)
    expect(study).toMatchObject({ instances: 6, here: 6 })
    expect((await practice.imaging.tray()).map(({ instances }) => instances)).toEqual([3])
    const opened = await practice.imaging.openStudy({ patient, study: study?.id ?? '', session: 's1' })
    if (typeof opened === 'string') throw new Error(opened)
    for (const { url, sopInstanceUid } of opened.series[0]?.instances ?? []) expect(await practice.imaging.readPixels(url.split('/')[4] ?? '', sopInstanceUid)).toBeDefined()
  })

  it('tells how much of it is here already, and takes the rest', async () => {
    await writePhantom(disc, { ...small, slices: 4 })
    await practice.import(disc)
    await writePhantom(disc, { ...small, slices: 7 })
    const looked = await lookThrough([disc])
    expect(looked.found).toMatchObject([{ images: 7, here: 4 }])
    practice.imaging.choose(looked.id, looked.found.map(({ studyInstanceUid }) => studyInstanceUid))
    expect(await practice.imaging.ended(looked.id)).toMatchObject({ imported: 3, leftOutTotal: 4 })
  })

  it('is given up without a trace, while it is looked through and while it waits', async () => {
    await writePhantom(disc, { ...small, slices: 100 })
    const started = practice.imaging.startImport({ from: [disc], author: doctor, asks: true })
    expect(await practice.imaging.cancel(started.id)).toMatchObject({ state: 'cancelled', imported: 0 })
    const looked = await lookThrough([disc])
    expect(await practice.imaging.cancel(looked.id)).toMatchObject({ state: 'cancelled', imported: 0 })
    expect(await practice.replica.records.count('ImagingStudy')).toBe(0)
  })

  it('says that the disc was taken out before it was copied', async () => {
    await writePhantom(disc, small)
    const looked = await lookThrough([disc])
    await rm(disc, { recursive: true })
    practice.imaging.choose(looked.id, looked.found.map(({ studyInstanceUid }) => studyInstanceUid))
    expect(await practice.imaging.ended(looked.id)).toMatchObject({ state: 'failed', problem: 'folder-unreadable', imported: 0 })
  })

  it('finds out what is wrong with a file only the beginning of which it saw, when it is copied', async () => {
    await writePhantom(disc, { ...small, size: 256 })
    const first = join(disc, 'CT/IM0001')
    await copyFile(first, join(disc, 'changed'))
    await appendFile(join(disc, 'changed'), Buffer.alloc(64))
    await truncate(join(disc, 'CT/IM0006'), 90_000)
    const looked = await lookThrough([disc])
    expect(looked.found).toMatchObject([{ images: 6 }])
    practice.imaging.choose(looked.id, looked.found.map(({ studyInstanceUid }) => studyInstanceUid))
    const ended = await practice.imaging.ended(looked.id)
    expect(ended?.leftOut).toEqual([{ file: 'changed', reason: 'different-content' }])
    expect(ended?.imported).toBe(6)
  })

  it('takes folders, archives and files together, and a DICOMDIR for the folder in which it lies', async () => {
    await writePhantom(join(disc, 'one'), small)
    await writePhantom(join(disc, 'two'), { ...small, label: 'second' })
    await writeFile(join(disc, 'one/DICOMDIR'), 'damaged')
    const looked = await lookThrough([join(disc, 'one/DICOMDIR'), join(disc, 'two/CT/IM0001'), join(disc, 'two/CT/IM0002')])
    expect(looked.found.map(({ images }) => images).sort()).toEqual([2, 6])
    expect(looked.leftOut).toEqual([{ file: 'one/DICOMDIR', reason: 'not-dicom' }])
    expect(await lookThrough([join(disc, 'gone')])).toMatchObject({ state: 'failed', problem: 'folder-unreadable' })
  })

  it('tells how it goes without names and patients', async () => {
    await mkdir(join(disc, 'OKONKWO'))
    await writePhantom(join(disc, 'OKONKWO'), small)
    const looked = await lookThrough([disc])
    expect(looked.found).toHaveLength(1)
    expect(practice.told.at(-1)).toMatchObject({ state: 'choosing', found: [] })
    expect(JSON.stringify(practice.told)).not.toMatch(/okonkwo|A-000042/i)
  })
})
