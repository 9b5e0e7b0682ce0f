import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openReplica, rekeyReplica, type Replica, takeOver } from '..'

const [key, next] = [new Uint8Array(32).fill(3), new Uint8Array(32).fill(4)]
const practice = 'clinic'
const patients = 400

let folder: string
let into: string
beforeEach(async () => {
  // A quote and a percent sign in the path must not end the statement that names it.
  folder = await mkdtemp(join(tmpdir(), "clinic's 5% "))
  into = join(folder, 'generation-2')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const open = (with_: Uint8Array): Promise<Replica> => openReplica({ folder, key: with_, practice, station: 'A' })

const fill = async (): Promise<Map<string, string>> => {
  const replica = await open(key)
  const added = await replica.records.addAll(
    Array.from({ length: patients }, (_, place) => ({ type: 'Patient' as const, resource: { resourceType: 'Patient' as const, name: [{ family: `Qwandelane${place}`, given: ['Ünï'] }] } })),
    'system',
  )
  await replica.records.revise('Patient', added[0]!.id, (resource) => ({ ...resource, gender: 'female' }), 'system')
  await replica.local.put('draft', 'note', { text: 'coughs' })
  await replica.local.put('draft', 'gone', 'x')
  await replica.local.remove('draft', 'gone')
  await replica.local.nextNumber('patient')
  const written = await everything(replica)
  await replica.close()
  return written
}
const everything = async (replica: Replica): Promise<Map<string, string>> => new Map((await replica.records.find('Patient', { limit: 1000 })).map((each) => [each.id, JSON.stringify(each)]))

describe('a replica under its next key', () => {
  it('has every document, number and revision, opens with the next key alone, and goes on', async () => {
    const written = await fill()
    const old = await readFile(join(folder, 'replica.db'))
    const steps: number[] = []
    const made = await rekeyReplica({ folder, into, key, next, progress: (done) => steps.push(done) })
    expect(made.contents.documents).toBeGreaterThan(patients)
    expect(steps.at(-1)).toBeGreaterThan(90)
    expect(steps).toEqual([...steps].sort((one, other) => one - other))
    made.release()
    await takeOver(folder, into)
    expect((await readdir(folder)).filter((name) => !name.startsWith('replica.'))).toEqual([])
    await expect(open(key)).rejects.toMatchObject({ kind: 'wrong-passphrase' })
    const replica = await open(next)
    expect(await everything(replica)).toEqual(written)
    expect((await replica.local.get('draft', 'note'))?.value).toEqual({ text: 'coughs' })
    expect(await replica.local.get('draft', 'gone')).toBeUndefined()
    expect(await replica.local.nextNumber('patient')).toBe(2)
    expect(await replica.records.count('Patient', { where: { family: 'qwandelane7' } })).toBe(1)
    await replica.close()
    // Not one page of the old ciphertext is left in the new file.
    const now = await readFile(join(folder, 'replica.db'))
    const pages = new Set(Array.from({ length: old.length / 4096 }, (_, page) => old.toString('latin1', page * 4096 + 100, page * 4096 + 164)))
    for (let at = 100; at < now.length; at += 4096) expect(pages.has(now.toString('latin1', at, at + 64))).toBe(false)
  })

  it('leaves the present replica untouched and locked until it is released', async () => {
    const written = await fill()
    const made = await rekeyReplica({ folder, into, key, next, progress: () => undefined })
    await expect(open(key)).rejects.toMatchObject({ kind: 'practice-in-use' })
    made.release()
    const replica = await open(key)
    expect(await everything(replica)).toEqual(written)
    await replica.close()
  })

  it('is put in place whole wherever the power goes', async () => {
    const written = await fill()
    const made = await rekeyReplica({ folder, into, key, next, progress: () => undefined })
    made.release()
    const whole = `${folder} whole`
    await cp(folder, whole, { recursive: true })
    const names = (await readdir(into)).filter((name) => name.startsWith('replica.'))
    // As it lies on the disk after each of the steps: some of the files are moved, the database last.
    const order = [...names.filter((name) => name !== 'replica.db'), 'replica.db']
    for (let moved = 0; moved <= order.length; moved += 1) {
      await rm(folder, { recursive: true })
      await cp(whole, folder, { recursive: true })
      for (const name of order.slice(0, moved)) {
        await cp(join(into, name), join(folder, name))
        await rm(join(into, name))
      }
      await takeOver(folder, into)
      await takeOver(folder, into)
      const replica = await open(next)
      expect(await everything(replica), `after ${moved} files`).toEqual(written)
      await replica.close()
    }
    await rm(whole, { recursive: true })
  })

  it('has what was written, or is not made at all, whichever byte of the present one is damaged', async () => {
    const written = await fill()
    const marks = `${folder} marks`
    await mkdir(marks)
    for (const name of ['replica.head', 'replica.pages']) await cp(join(folder, name), join(marks, name))
    const path = join(folder, 'replica.db')
    const kept = await readFile(path)
    let refused = 0
    for (let place = 37; place < kept.length; place += Math.floor(kept.length / 25)) {
      const changed = Buffer.from(kept)
      changed[place] = changed[place]! ^ 0x20
      await writeFile(path, changed)
      await rm(into, { recursive: true, force: true })
      try {
        const made = await rekeyReplica({ folder, into, key, next, progress: () => undefined })
        made.release()
        const replica = await openReplica({ folder: into, key: next, practice, station: 'A' })
        expect(await everything(replica), `byte ${place}`).toEqual(written)
        expect((await replica.local.get('draft', 'note'))?.value).toEqual({ text: 'coughs' })
        await replica.close()
      } catch (reason) {
        expect(reason, `byte ${place}`).toMatchObject({ kind: 'replica-damaged' })
        refused += 1
      }
      await writeFile(path, kept)
      for (const name of ['replica.head', 'replica.pages']) await rm(join(folder, name), { force: true })
      for (const name of await readdir(marks)) await cp(join(marks, name), join(folder, name))
    }
    await rm(marks, { recursive: true })
    expect(refused).toBeGreaterThan(15)
  })

  it('is not made from a damaged one', async () => {
    await fill()
    const { open: openHandle } = await import('node:fs/promises')
    const file = await openHandle(join(folder, 'replica.db'), 'r+')
    const { size } = await file.stat()
    await file.write(Buffer.alloc(64, 7), 0, 64, Math.floor(size / 2))
    await file.close()
    await expect(rekeyReplica({ folder, into, key, next, progress: () => undefined })).rejects.toMatchObject({ kind: 'replica-damaged' })
  })
})
