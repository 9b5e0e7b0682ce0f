import { mkdtemp, readdir, readFile, rm, truncate, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openJournal, sealJournalAnew, type JournalEntry } from '.'

let folder: string
const key = new Uint8Array(32).fill(1)
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outpost-journal-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const bytes = (text: string) => new TextEncoder().encode(text)
const entry = (text: string): JournalEntry => ({ device: 'counter', profile: 'sysmex-xn', at: '2026-11-21T09:00:00.000Z', raw: bytes(`<${text}>`), message: { text: bytes(text), complete: true } })
const texts = (captures: readonly { text: Uint8Array }[]) => captures.map(({ text }) => new TextDecoder().decode(text))

describe('the journal of the devices', () => {
  it('hands over after a restart what was not confirmed, in order, under the same references', async () => {
    const before = await openJournal(folder, key)
    const kept = []
    for (const text of ['one', 'two', 'three']) kept.push(await before.keep(entry(text)))
    await before.delivered(kept[1]!.id)
    await before.close()
    const after = await openJournal(folder, key)
    expect(texts(after.undelivered())).toEqual(['one', 'three'])
    expect(after.undelivered().map(({ id }) => id)).toEqual([kept[0]!.id, kept[2]!.id])
    await after.close()
  })

  it('gives back the raw bytes behind a result, the frames before its last one too', async () => {
    const journal = await openJournal(folder, key)
    await journal.keep({ ...entry('x'), raw: bytes('frame 1 '), message: undefined })
    await journal.keep({ ...entry('x'), device: 'another', raw: bytes('not mine'), message: undefined })
    const capture = await journal.keep({ ...entry('x'), raw: bytes('frame 2') })
    const found = await journal.find(capture!.id)
    expect(new TextDecoder().decode(found?.raw)).toBe('frame 1 frame 2')
    expect(await journal.find('nothing')).toBeUndefined()
    await journal.close()
  })

  it('gives back the bytes of a reading, and never lets them pass for a part of a message', async () => {
    const journal = await openJournal(folder, key)
    await journal.keep({ ...entry('x'), raw: bytes('of a reading'), message: undefined, reading: 'R1' })
    const capture = await journal.keep({ ...entry('x'), raw: bytes('of a message') })
    expect(new TextDecoder().decode((await journal.find('R1'))?.raw)).toBe('of a reading')
    expect(new TextDecoder().decode((await journal.find(capture!.id))?.raw)).toBe('of a message')
    await journal.close()
  })

  it('loses only the entry that a power cut tore, which no device was told about', async () => {
    const journal = await openJournal(folder, key)
    await journal.keep(entry('whole'))
    await journal.keep(entry('torn'))
    await journal.close()
    const [name] = await readdir(folder)
    const { size } = await stat(join(folder, name!))
    await truncate(join(folder, name!), size - 5)
    const after = await openJournal(folder, key)
    expect(texts(after.undelivered())).toEqual(['whole'])
    await after.keep(entry('next'))
    expect(texts(after.undelivered())).toEqual(['whole', 'next'])
    await after.close()
  })

  it('leaves no readable word on the disk, and opens under no other key', async () => {
    const journal = await openJournal(folder, key)
    await journal.keep(entry('P|1||||Ada^Okonkwo'))
    await journal.close()
    for (const name of await readdir(folder)) expect((await readFile(join(folder, name))).includes('Okonkwo')).toBe(false)
    await expect(openJournal(folder, new Uint8Array(32).fill(2))).rejects.toMatchObject({ kind: 'wrong-key' })
  })

  it('is put under another key whole, again and again if need be; a segment that is damaged is left as it is', async () => {
    const [earlier, next] = [key, new Uint8Array(32).fill(9)]
    const journal = await openJournal(folder, earlier)
    const kept = await journal.keep(entry('one'))
    await journal.keep(entry('two'))
    await journal.close()
    for (let times = 0; times < 2; times += 1) expect(await sealJournalAnew(folder, { key: next, earlier })).toEqual([])
    await expect(openJournal(folder, earlier)).rejects.toMatchObject({ kind: 'wrong-key' })
    const after = await openJournal(folder, next)
    expect(texts(after.undelivered())).toEqual(['one', 'two'])
    expect(after.undelivered()[0]!.id).toBe(kept!.id)
    await after.close()
    const [name = ''] = await readdir(folder)
    const bytesNow = await readFile(join(folder, name))
    bytesNow[100] = bytesNow[100]! ^ 1
    await writeFile(join(folder, name), bytesNow)
    expect(await sealJournalAnew(folder, { key: earlier, earlier: next })).toEqual([name])
    expect(await readFile(join(folder, name))).toEqual(bytesNow)
    expect(await readdir(folder)).toEqual([name])
  })

  it('finds what an undamaged segment holds although a later one is damaged', async () => {
    const ids: string[] = []
    for (const number of [1, 2, 3]) {
      const part = join(folder, `part-${number}`)
      const journal = await openJournal(part, key)
      const { id } = (await journal.keep(entry(`result ${number}`)))!
      await journal.delivered(id)
      await journal.close()
      ids.push(id)
      const whole = await readFile(join(part, 'journal-000001.sealed'))
      if (number === 2) whole[whole.length - 20]! ^= 1
      await writeFile(join(folder, `journal-00000${number}.sealed`), whole)
    }
    const journal = await openJournal(folder, key)
    const found = async (id: string) => new TextDecoder().decode((await journal.find(id))?.message)
    expect(await Promise.all(ids.map(found))).toEqual(['result 1', '', 'result 3'])
    expect(await journal.find('nothing')).toBeUndefined()
    await journal.close()
  })

  it('takes what is undelivered along into the next segment', async () => {
    const journal = await openJournal(folder, key)
    const early = await journal.keep(entry('early'))
    await Promise.all(Array.from({ length: 20_001 }, () => journal.keep({ ...entry(''), message: undefined })))
    await journal.close()
    const next = await openJournal(folder, key)
    expect((await readdir(folder)).length).toBe(2)
    expect(texts(next.undelivered())).toEqual(['early'])
    await next.delivered(early!.id)
    await next.close()
    const last = await openJournal(folder, key)
    expect(last.undelivered()).toEqual([])
    expect(new TextDecoder().decode((await last.find(early!.id))!.message)).toBe('early')
    await last.close()
  })
})
