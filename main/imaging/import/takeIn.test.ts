import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { StudySource } from '../../../shared/contract'
import { phantomFiles, writePhantom, type PhantomOptions } from '../phantom/phantom'
import { openTestPractice, type TestPractice } from '../practice.test-parts'
import { isDiskFull, type TakenIn } from './takeIn'

const patient = { number: 'A-000042', family: 'Okonkwo-Test', given: 'Ada', birthDate: '1961-05-06', gender: 'female' } as const
const small: PhantomOptions = { patient, slices: 12, size: 32 }
const modality: StudySource = { kind: 'received', from: 'CT_SCANNER' }

let practice: TestPractice
beforeEach(async () => {
  practice = await openTestPractice()
})
afterEach(() => practice.close())

const takeAll = (options: PhantomOptions, source = modality, chart?: string): Promise<TakenIn[]> =>
  Promise.all([...phantomFiles(options)].map(({ bytes }) => practice.imaging.intake.take({ file: { bytes }, source, author: 'system', ...(chart !== undefined && { patient: chart }) })))

describe('taking in what a modality sends', () => {
  it('D10: many at once are stored byte for byte, on the chart of the one patient with that number, and say where they came from', async () => {
    const ada = await practice.register('A-000042', 'Okonkwo-Test', '1961-05-06')
    const taken = await takeAll(small)
    expect(new Set(taken.map(({ kind }) => kind))).toEqual(new Set(['imported']))
    for (const { sopInstanceUid, bytes } of phantomFiles(small)) {
      const back = await practice.imaging.readOriginal(sopInstanceUid)
      expect(back && Buffer.from(back).equals(Buffer.from(bytes))).toBe(true)
    }
    await practice.imaging.intake.settle()
    expect(await practice.imaging.listStudies(ada)).toMatchObject([{ instances: 12, here: 12, place: 'chart', source: modality }])
    expect(await practice.imaging.tray()).toEqual([])
  })

  it('costs its study one version a burst, not one an image', async () => {
    await takeAll(small)
    const [entry] = await practice.imaging.intake.settle()
    const record = await practice.replica.records.get('ImagingStudy', entry?.id ?? '')
    expect(record?.resource.numberOfInstances).toBe(12)
    expect(record?.prior ?? []).toHaveLength(1)
  })

  it('is counted by itself when nothing more comes, and after a crash at the next start', async () => {
    await takeAll({ ...small, slices: 3 })
    for (let looks = 0; looks < 400 && (await practice.imaging.tray()).length === 0; looks += 1) await new Promise((later) => setTimeout(later, 25))
    expect(await practice.imaging.tray()).toMatchObject([{ instances: 3 }])
    await takeAll({ ...small, slices: 3, label: 'second' })
    practice = await practice.reopen()
    expect((await practice.imaging.tray()).map(({ instances }) => instances)).toEqual([3, 3])
  })

  it('waits in the tray where nobody has its number, two charts have it, or the birth date contradicts', async () => {
    await practice.register('A-000042', 'Okonkwo-Test', '1999-01-01')
    await takeAll(small)
    expect(await practice.imaging.intake.settle()).toMatchObject([{ place: 'tray' }])
    await takeAll({ ...small, patient: { ...patient, number: 'B-1' } })
    expect(await practice.imaging.intake.settle()).toMatchObject([{ place: 'tray' }])
    for (const name of ['One', 'Two']) await practice.register('C-1', name, '1961-05-06')
    await takeAll({ ...small, patient: { ...patient, number: 'C-1' } })
    expect(await practice.imaging.intake.settle()).toMatchObject([{ place: 'tray' }])
  })

  it('D12: what was fetched for one patient and carries another’s number goes onto neither chart', async () => {
    const ada = await practice.register('A-000042', 'Okonkwo-Test', '1961-05-06')
    const ben = await practice.register('A-000043', 'Ben-Test', '1961-05-06')
    await takeAll(small, { kind: 'pacs', from: 'Hospital' }, ben)
    expect(await practice.imaging.intake.settle()).toMatchObject([{ place: 'tray', source: { kind: 'pacs', from: 'Hospital' } }])
    expect([...(await practice.imaging.listStudies(ada)), ...(await practice.imaging.listStudies(ben))]).toEqual([])
  })

  it('takes what is sent again for a duplicate, another file of that UID for refused, and mends a file that was lost', async () => {
    const [first] = [...phantomFiles(small)]
    const bytes = first?.bytes ?? new Uint8Array()
    const other = Uint8Array.from(bytes)
    other[other.length - 1] = (other[other.length - 1] ?? 0) ^ 1
    const take = (file: Uint8Array) => practice.imaging.intake.take({ file: { bytes: file }, source: modality, author: 'system' })
    const answers = await Promise.all([take(bytes), take(bytes), take(other)])
    expect(answers.map((answer) => (answer.kind === 'refused' ? answer.reason : answer.kind))).toEqual(['imported', 'duplicate', 'different-content'])
    await rm(join(practice.folder, 'archive'), { recursive: true })
    await expect(practice.imaging.readOriginal(first?.sopInstanceUid ?? '')).rejects.toMatchObject({ kind: 'missing' })
    expect(await take(bytes)).toMatchObject({ kind: 'duplicate' })
    expect(Buffer.from((await practice.imaging.readOriginal(first?.sopInstanceUid ?? '')) ?? []).equals(Buffer.from(bytes))).toBe(true)
  })

  it('refuses what is no image file, was cut off, or is gone, and goes on', async () => {
    const [first] = [...phantomFiles(small)]
    const reasons = await Promise.all(
      [{ bytes: new Uint8Array() }, { bytes: new TextEncoder().encode('garbage') }, { bytes: (first?.bytes ?? new Uint8Array()).subarray(0, 700) }, { path: '/gone' }].map((file) =>
        practice.imaging.intake.take({ file, source: modality, author: 'system' }),
      ),
    )
    expect(reasons.map((answer) => answer.kind === 'refused' && answer.reason)).toEqual(['not-dicom', 'not-dicom', 'truncated', 'unreadable'])
    expect(await practice.imaging.intake.settle()).toEqual([])
  })

  it('says duplicate of nothing else than the same bytes, also where another workstation’s file of that UID comes in the same moment', async () => {
    const [one] = [...phantomFiles({ ...small, slices: 1 })]
    const { local } = practice.replica
    const putAllNew = local.putAllNew
    Object.assign(local, {
      putAllNew: async (...ask: Parameters<typeof putAllNew>) => {
        for (const { id, value, state } of ask[1]) await local.putNew(ask[0], id, { ...(value as object), sha256: '0'.repeat(64) }, state)
        return putAllNew.apply(local, ask)
      },
    })
    expect(await practice.imaging.intake.take({ file: { bytes: one?.bytes ?? new Uint8Array() }, source: modality, author: 'system' })).toEqual({ kind: 'refused', reason: 'different-content' })
  })

  it('rejects when the disk has no room, and keeps nothing half', async () => {
    await rm(join(practice.folder, 'archive'), { recursive: true })
    await writeFile(join(practice.folder, 'archive'), '')
    const [first] = [...phantomFiles(small)]
    await expect(practice.imaging.intake.take({ file: { bytes: first?.bytes ?? new Uint8Array() }, source: modality, author: 'system' })).rejects.toBeDefined()
    expect(isDiskFull(Object.assign(new Error(), { code: 'ENOSPC' }))).toBe(true)
    expect(await practice.imaging.readOriginal(first?.sopInstanceUid ?? '')).toBeUndefined()
    await rm(join(practice.folder, 'archive'))
  })
})

describe('taking in while a study is being counted', () => {
  it('counts what came meanwhile in the next burst', async () => {
    const files = [...phantomFiles({ ...small, slices: 40 })]
    const takes: Promise<TakenIn>[] = []
    for (const [at, { bytes }] of files.entries()) {
      takes.push(practice.imaging.intake.take({ file: { bytes }, source: modality, author: 'system' }))
      if (at % 7 === 0) takes.push(practice.imaging.intake.settle().then(() => ({ kind: 'refused', reason: 'not-dicom' })))
    }
    await Promise.all(takes)
    await practice.imaging.intake.settle()
    expect(await practice.imaging.tray()).toMatchObject([{ instances: 40 }])
  })

  it('an import beside it counts both', async () => {
    const disc = join(practice.folder, 'disc')
    await writePhantom(disc, { ...small, slices: 20 })
    const [, ended] = await Promise.all([takeAll({ ...small, slices: 20 }), practice.import(disc)])
    expect(ended.state).toBe('done')
    await practice.imaging.intake.settle()
    expect(await practice.imaging.tray()).toMatchObject([{ instances: 20 }])
  })
})
