import { cpSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { openReplica, type Replica, type ReplicaOptions } from '../index'
import { firstRelease, firstReleaseFolder } from './fixtures.test-parts'
import { forgetDocuments } from './forget'
import type { Step } from './migrate'
import { fileOf, giveRoomBack } from './room'

let made: string[] = []
afterEach(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true })
  made = []
})
const copyOf = (folder: string): string => {
  const copy = mkdtempSync(join(tmpdir(), 'outpost-migrate-'))
  made.push(copy)
  cpSync(folder, copy, { recursive: true })
  return copy
}
const openIn = (folder: string, options: Partial<ReplicaOptions> = {}): Promise<Replica> =>
  openReplica({ folder, key: new Uint8Array(Buffer.from(firstRelease.replicaKey, 'hex')), practice: firstRelease.practice.id, station: firstRelease.station, ...options })

/** A version to come: every record says which form it has. */
const toVersionOne: Step = (document) => ('form' in document ? document : { ...document, form: 1 })
const steps = [toVersionOne]
const all = Object.values(firstRelease.counts).reduce((sum, count) => sum + count, 0)
const tablesIn = (replica: Replica): string[] => fileOf(replica).all("SELECT CAST(name AS BLOB) FROM sqlite_schema WHERE type = 'table' ORDER BY name").map(([name]) => Buffer.from(name as Uint8Array).toString())
const formsOf = async ({ collection }: Replica) => {
  const found = await collection.storageInstance.getChangedDocumentsSince?.(10_000, undefined)
  return (found?.documents ?? []) as unknown as { readonly id: string; readonly form?: number; readonly at: string; readonly _rev: string }[]
}

describe('A version that has another form for the records', () => {
  it('brings every record of the first release into it, with how far it is, and goes on as a replica', async () => {
    const folder = firstReleaseFolder('killed')
    const before = await openIn(copyOf(folder))
    const olds = new Map((await formsOf(before)).map(({ id, at, _rev }) => [id, `${at} ${_rev}`]))
    await before.close()

    const told: [number, number][] = []
    const replica = await openIn(folder, { steps, onMigration: (done, of) => told.push([done, of]) })
    const records = await formsOf(replica)
    expect(records).toHaveLength(all + firstRelease.afterKill.length)
    expect(records.every(({ form }) => form === 1)).toBe(true)
    expect(new Map(records.map(({ id, at, _rev }) => [id, `${at} ${_rev}`]))).toEqual(olds)
    expect(told.at(0)?.[0]).toBe(0)
    expect(told.at(-1)?.[0]).toBe(told.at(-1)?.[1])
    expect(told.length).toBeGreaterThan(2)
    expect(tablesIn(replica).filter((name) => /~|before|records 0|migration-/.test(name))).toEqual([])
    await replica.records.revise('Patient', firstRelease.patient, (patient) => ({ ...patient, gender: 'other' }), 'system')
    await replica.close()

    const silent: unknown[] = []
    const again = await openIn(folder, { steps, onMigration: (...how) => silent.push(how) })
    expect(silent).toEqual([])
    expect((await again.records.get('Patient', firstRelease.patient))?.resource.gender).toBe('other')
    expect((await again.records.find('Patient', { where: { family: { prefix: 'o' } } })).length).toBeGreaterThan(0)
    await again.close()
  })

  it('goes on after a kill at any moment, and never does away with the old form before the new one is whole', async () => {
    const folder = firstReleaseFolder()
    const images: string[] = []
    const replica = await openIn(folder, { steps, onMigration: () => images.push(copyOf(folder)) })
    await replica.close()
    expect(images.length).toBeGreaterThan(3)
    for (const [moment, image] of images.entries()) {
      // The earlier version still opens what the kill left, and finds everything.
      const earlier = await openIn(copyOf(image))
      expect(await formsOf(earlier), `moment ${moment}`).toHaveLength(all)
      await earlier.close()
      const told: number[] = []
      const later = await openIn(image, { steps, onMigration: (done) => told.push(done) })
      const records = await formsOf(later)
      expect(records).toHaveLength(all)
      expect(records.every(({ form }) => form === 1)).toBe(true)
      // It did not begin again from nothing.
      if (moment > 1) expect(told[0]).toBeGreaterThan(0)
      await later.close()
    }
  })

  it('begins again where the new form itself has changed meanwhile', async () => {
    const folder = firstReleaseFolder()
    const images: string[] = []
    await (await openIn(folder, { steps, onMigration: () => images.push(copyOf(folder)) })).close()
    const image = images[2] ?? ''
    const two: Step = (document) => ({ ...document, second: true })
    const replica = await openIn(image, { steps: [toVersionOne, two] })
    const records = (await formsOf(replica)) as { readonly form?: number; readonly second?: boolean }[]
    expect(records).toHaveLength(all)
    expect(records.every(({ form, second }) => form === 1 && second === true)).toBe(true)
    expect(tablesIn(replica).filter((name) => name.includes('~'))).toEqual([])
    await replica.close()
  })

  it('refuses a file that a newer version has written, and leaves it as it is', async () => {
    const folder = firstReleaseFolder()
    await (await openIn(folder, { steps })).close()
    await expect(openIn(folder)).rejects.toMatchObject({ kind: 'newer-version' })
    const replica = await openIn(folder, { steps })
    expect(await formsOf(replica)).toHaveLength(all)
    await replica.close()
  })
})

describe('Room that a file no longer needs', () => {
  it('goes back to the disk after a file of the first release was brought into another form', async () => {
    const folder = firstReleaseFolder()
    const before = statSync(join(folder, 'replica.db')).size
    await (await openIn(folder, { steps })).close()
    expect(statSync(join(folder, 'replica.db')).size).toBeLessThan(before * 1.2)
    const replica = await openIn(folder, { steps })
    expect(await formsOf(replica)).toHaveLength(all)
    await replica.lookedOver()
    expect(fileOf(replica).all('PRAGMA auto_vacuum')).toEqual([[2]])
    await replica.close()
  })

  it('goes back in small pieces while people work, from a file of this version', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'outpost-room-'))
    made.push(folder)
    const replica = await openIn(folder)
    const added: string[] = []
    for (let round = 0; round < 10; round += 1) {
      const some = await replica.records.addAll(Array.from({ length: 200 }, () => ({ type: 'Patient' as const, resource: { resourceType: 'Patient' as const, text: { status: 'generated' as const, div: 'x'.repeat(2000) } } })), 'system')
      added.push(...some.map(({ id }) => id))
    }
    await replica.close()
    const full = statSync(join(folder, 'replica.db')).size
    const again = await openIn(folder)
    const storage = again.collection.storageInstance
    const gone = await storage.findDocumentsById(added.slice(100), false)
    expect(await forgetDocuments(gone as never[], storage, ({ id }: { id: string }) => id, new Map(), storage)).toHaveLength(1900)
    const given = await giveRoomBack(again)
    expect(given).toBeGreaterThan(full / 2)
    await again.records.add('Patient', { resourceType: 'Patient' }, 'system')
    await again.close()
    expect(statSync(join(folder, 'replica.db')).size).toBeLessThan(full / 2)
    const last = await openIn(folder)
    await last.lookedOver()
    expect(await last.records.count('Patient')).toBe(101)
    await last.close()
  })
})
