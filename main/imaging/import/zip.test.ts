import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { phantomFiles, writePhantom } from '../phantom/phantom'
import { openTestPractice, type TestPractice } from '../practice.test-parts'
import { crc32 } from './crc32'
import { openZip } from './zip'
import { zipOf, type TestEntry } from './zip.test-parts'

const patient = { number: 'A-000042', family: 'Okonkwo-Test', given: 'Ada', birthDate: '1961-05-06', gender: 'female' } as const
const small = { patient, slices: 6, size: 32 } as const

let practice: TestPractice
let disc: string
beforeEach(async () => {
  practice = await openTestPractice()
  disc = await mkdtemp(join(tmpdir(), 'zip-'))
})
afterEach(async () => {
  await practice.close()
  await rm(disc, { recursive: true, force: true })
})

const slices = (): TestEntry[] => [...phantomFiles(small)].map(({ name, bytes }) => ({ name, bytes }))
const zip = async (entries: readonly TestEntry[], name = 'study.zip'): Promise<string> => {
  await writeFile(join(disc, name), zipOf(entries))
  return join(disc, name)
}
const reasons = (ended: { leftOut: readonly { file: string; reason: string }[] }) => Object.fromEntries(ended.leftOut.map(({ file, reason }) => [file, reason]))

describe('importing a zip archive', () => {
  it('D1: takes what is in it, byte for byte, onto the chart; nothing is unpacked to disk', async () => {
    const ada = await practice.register('A-000042', 'Okonkwo-Test', '1961-05-06')
    const ended = await practice.import(await zip([{ name: 'CT/', bytes: new Uint8Array(), method: 'stored' }, ...slices(), { name: 'readme.txt', bytes: Buffer.from('hello') }]), ada)
    expect(ended).toMatchObject({ state: 'done', imported: 6, total: 7, studies: [{ place: 'chart', instances: 6 }] })
    expect(reasons(ended)).toEqual({ 'study.zip/readme.txt': 'not-dicom' })
    for (const { sopInstanceUid, bytes } of phantomFiles(small)) {
      const back = await practice.imaging.readOriginal(sopInstanceUid)
      expect(back && Buffer.from(back).equals(Buffer.from(bytes))).toBe(true)
    }
    expect(await readdir(disc)).toEqual(['study.zip'])
  })

  it('is found in a folder, beside what is not packed; one inside another is named', async () => {
    await writePhantom(disc, small)
    const second = [...phantomFiles({ ...small, label: 'second' })].map(({ name, bytes }) => ({ name, bytes, method: 'stored' as const }))
    await mkdir(join(disc, 'more'))
    await zip([...second, { name: 'inner.zip', bytes: zipOf(slices()) }], 'more/second.ZIP')
    const ended = await practice.import(disc)
    expect(ended).toMatchObject({ imported: 12, studies: [{ instances: 6 }, { instances: 6 }] })
    expect(reasons(ended)).toEqual({ 'more/second.ZIP/inner.zip': 'zip-nested' })
  })

  it('never follows a path or a link out of it, and says what it left out', async () => {
    const [first, second, third] = slices()
    if (!first || !second || !third) throw new Error('no slices')
    const ended = await practice.import(
      await zip([{ ...first, name: '../../etc/evil' }, { ...second, name: '/etc/evil' }, { name: 'link', bytes: Buffer.from('/etc/passwd'), mode: 0o120777, method: 'stored' }, { ...third, name: 'C:\\evil' }, { ...third, name: 'good' }]),
    )
    expect(reasons(ended)).toEqual({
      'study.zip/../../etc/evil': 'outside', 'study.zip//etc/evil': 'outside', 'study.zip/link': 'outside', 'study.zip/C:/evil': 'outside',
    })
    expect(ended.imported).toBe(1)
  })

  it('says which of its files are under a password, packed in another way, or not what was packed', async () => {
    const [first, second, third, fourth, fifth] = slices()
    if (!first || !second || !third || !fourth || !fifth) throw new Error('no slices')
    const ended = await practice.import(
      await zip([
        { ...first, name: 'locked', flags: 0x801 }, { ...second, name: 'lzma', method: 14 }, { ...third, name: 'flipped', crc: 1, method: 'stored' },
        { ...fourth, name: 'longer', size: fourth.bytes.length - 100 }, { ...fifth, name: 'shorter', size: fifth.bytes.length + 100 },
      ]),
    )
    expect(reasons(ended)).toEqual({
      'study.zip/locked': 'zip-encrypted', 'study.zip/lzma': 'zip-method', 'study.zip/flipped': 'unreadable', 'study.zip/longer': 'unreadable', 'study.zip/shorter': 'unreadable',
    })
    expect(ended.imported).toBe(0)
  })

  it('is refused as a whole when it is cut off, is none, or would grow beyond all measure', async () => {
    const whole = zipOf(slices())
    await writeFile(join(disc, 'cut.zip'), whole.subarray(0, whole.length - 30))
    await writeFile(join(disc, 'none.zip'), 'hello')
    await writeFile(join(disc, 'empty.zip'), '')
    const [first] = slices()
    const bytes = first?.bytes ?? new Uint8Array()
    await zip([{ name: 'one', bytes }, ...Array.from({ length: 50 }, (_, at) => ({ name: `again${at}`, bytes, over: 0 }))], 'overlapping.zip')
    await zip(Array.from({ length: 40 }, (_, at) => ({ name: `zeros${at}`, bytes: new Uint8Array(2_000), size: 200 * 1024 * 1024 })), 'bomb.zip')
    await zip([{ name: 'huge', bytes, size: 700 * 1024 * 1024 }], 'huge.zip')
    const ended = await practice.import(disc)
    expect(ended).toMatchObject({ state: 'done', imported: 0 })
    expect(reasons(ended)).toEqual({
      'cut.zip': 'zip-damaged', 'none.zip': 'zip-damaged', 'empty.zip': 'zip-damaged', 'overlapping.zip': 'zip-bomb', 'bomb.zip': 'zip-bomb', 'huge.zip/huge': 'too-large',
    })
  })

  it('survives any byte of it being changed', async () => {
    const whole = zipOf(slices().slice(0, 2).map((entry) => ({ ...entry, method: 'stored' as const })))
    const path = join(disc, 'flipped.zip')
    let random = 20_261_122
    for (let round = 0; round < 60; round += 1) {
      random = (random * 1_103_515_245 + 12_345) % 2 ** 31
      const flipped = Buffer.from(whole)
      // Half of them in the directory.
      const at = round % 2 === 0 ? random % whole.length : whole.length - 1 - (random % 200)
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (random % 8))
      await writeFile(path, flipped)
      const opened = await openZip(path).catch((reason: { reason?: string }) => reason)
      if (!('listing' in opened)) {
        expect(['zip-damaged', 'zip-bomb'], `seed 20261122, round ${round}`).toContain(opened.reason)
        continue
      }
      for (const { at: entry } of opened.listing.entries) {
        await (async () => {
          for await (const piece of (await opened.read(entry)).contents) expect(piece).toBeDefined()
        })().catch((reason: Error) => expect(reason).toBeInstanceOf(Error))
      }
      opened.close()
    }
  })

  it('cancels in the middle of it', async () => {
    const many = [...phantomFiles({ ...small, slices: 200 })].map(({ name, bytes }) => ({ name, bytes }))
    const started = practice.imaging.startImport({ from: [await zip(many)], author: 'doctor' })
    while ((practice.imaging.progress(started.id)?.imported ?? 0) < 3) await new Promise((next) => setImmediate(next))
    const cancelled = await practice.imaging.cancel(started.id)
    expect(cancelled?.state).toBe('cancelled')
    expect(cancelled?.imported).toBeLessThan(200)
    const again = await practice.import(join(disc, 'study.zip'))
    expect(again.imported + (cancelled?.imported ?? 0)).toBe(200)
  })
})

it('a checksum is that of IEEE 802.3', async () => {
  expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926)
  expect(crc32(await readFile(__filename))).toBe(crc32((await readFile(__filename)).subarray(10), crc32((await readFile(__filename)).subarray(0, 10))))
})
