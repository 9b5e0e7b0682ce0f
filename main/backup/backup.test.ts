import { spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { hashQuickly } from '../../shared/testing/quickScrypt'
import { replicaKeyOf, unlockWithSecret } from '../access'
import { openReplica } from '../replica'
import { deriveKey, openSealedLog, readSealedFile, writeSealedFile } from '../sealed'
import { flipByte, workstation, type Workstation } from './backup.test-parts'
import { documentsDigest } from './digest'
import { newestVersions } from './newestVersions'
import { prune } from './prune'
import { BackupProblem } from './problem'
import { rehearse } from './rehearse'
import { backupKey, newStation, openBackup, restorePractice } from './restore'
import { lastPoint, openSet, segmentPath, setNames } from './set'
import { briskly } from './slices'
import { verify } from './verify'

hashQuickly()

const open: Workstation[] = []
const station = async (...how: Parameters<typeof workstation>): Promise<Workstation> => {
  const made = await workstation(...how)
  open.push(made)
  return made
}
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

const newest = async (at: Workstation) => {
  const set = await openSet(join(at.place, (await setNames(at.place))[0] ?? ''), backupKey(at.key))
  const point = lastPoint(set)
  if (!point) throw new Error('nothing is finished')
  return { set, point }
}
const verified = async (at: Workstation) => {
  const { set, point } = await newest(at)
  return verify(set, point, { slices: briskly() })
}
const restore = (at: Workstation, name = 'new', more: object = {}) => restorePractice({ from: at.disk, data: join(at.folder, name), code: at.recoveryCode, slices: briskly(), ...more })

/** Opens a restored folder as the application does, with the recovery code alone. */
const reopened = async (at: Workstation, name = 'new') => {
  const unlocked = await unlockWithSecret(join(at.folder, name), at.recoveryCode)
  if (!unlocked.ok) throw new Error(unlocked.problem.kind)
  const { key, practice, station } = unlocked.value
  return openReplica({ folder: join(at.folder, name), key: replicaKeyOf(key), practice: practice.id, station })
}
const digestOf = async (replica: Awaited<ReturnType<typeof reopened>>, skip: (kind: unknown) => boolean = () => false) => {
  const digest = documentsDigest()
  for (let places = { records: 0, local: 0 }; ; ) {
    const page = await replica.documents.changedSince(places, 100)
    if (page.records.length + page.local.length === 0) return { count: digest.count, value: digest.value() }
    for (const document of page.records) digest.add('records', document)
    for (const document of page.local) if (!skip(document.content['kind'])) digest.add('local', document)
    places = page.places
  }
}

describe('A backup', () => {
  it('brings everything back on an empty computer with the recovery code alone', async () => {
    const at = await station()
    const [first] = await at.addPatients(300)
    await at.addFiles(3)
    await at.replica.local.put('device', 'counter', { name: 'Counter' })
    await at.replica.local.put('device', 'gone', { name: 'Gone' })
    await at.replica.local.remove('device', 'gone')
    const base = await at.backUp()
    expect(base).toMatchObject({ isNewBase: true, files: 3, damagedFiles: 0 })
    await at.replica.records.revise('Patient', first ?? '', (patient) => ({ ...patient, birthDate: '1981-02-03' }), 'system')
    await at.addPatients(20)
    await at.addFiles(1)
    const more = await at.backUp()
    expect(more).toMatchObject({ isNewBase: false, set: base.set, documents: 21, files: 1 })
    const before = await digestOf(at.replica)

    const restored = await restore(at)
    expect(restored).toMatchObject({ practice: { name: 'Hill Clinic' }, stationBefore: 'A', files: 4, digest: before.value })
    const replica = await reopened(at)
    try {
      expect(await digestOf(replica)).toEqual(before)
      expect(await replica.records.count('Patient')).toBe(320)
      expect((await replica.records.get('Patient', first ?? ''))?.resource.birthDate).toBe('1981-02-03')
      expect((await replica.records.get('Patient', first ?? ''))?.prior).toHaveLength(1)
      expect(await replica.local.get('device', 'gone')).toBeUndefined()
      expect(replica.documents.name).not.toBe(at.replica.documents.name)
    } finally {
      await replica.close()
    }
    const [shelf = ''] = readdirSync(join(at.folder, 'new', 'archive'))
    for (const name of readdirSync(join(at.data, 'archive', shelf))) {
      const bytes = await readSealedFile(join(at.folder, 'new', 'archive', shelf, name), deriveKey(at.key, 'outpost/archive'))
      expect(bytes).toEqual(await readSealedFile(join(at.data, 'archive', shelf, name), deriveKey(at.key, 'outpost/archive')))
    }
    const log = await openSealedLog(join(at.folder, 'new', 'journal', 'journal-000001.sealed'), deriveKey(at.key, 'outpost/journal'))
    expect([log.length, log.tornBytes]).toEqual([4, 0])
    await log.close()
  })

  it('is whole and of one instant though people go on writing while it is made', async () => {
    const at = await station()
    await at.addPatients(1500)
    let writing = true
    const work = (async () => {
      for (let act = 0; writing; act += 1) {
        // The local note counts what was written before it: a backup that has the note must have the patients.
        await at.addPatients(2, 'Written meanwhile')
        await at.replica.local.put('note', 'count', act + 1)
        await new Promise((next) => setTimeout(next, 1))
      }
    })()
    const backup = await at.backUp()
    writing = false
    await work
    const { set, point } = await newest(at)
    let meanwhile = 0
    let noted = 0
    for await (const { collection, document } of newestVersions(set, point, briskly())) {
      if (collection === 'records' && JSON.stringify(document.content).includes('Written meanwhile')) meanwhile += 1
      if (collection === 'local' && document.id === 'note|count') noted = Number(document.content['value'])
    }
    expect(meanwhile).toBeGreaterThan(0)
    // Patients are on disk before the note; so the note is never ahead, and at most one act behind.
    expect([2 * noted, 2 * noted + 2]).toContain(meanwhile)
    expect((await verified(at)).versions).toBe(backup.point.documents)
    const rehearsed = await rehearse({ set, point, documents: at.replica.documents, practice: at.practice.id, key: replicaKeyOf(at.key), data: at.data, slices: briskly(), turn: 0 })
    expect(rehearsed).toMatchObject({ good: true, missing: 0, different: 0 })
    expect(rehearsed.compared).toBeGreaterThanOrEqual(1500)
    expect(readdirSync(at.data).some((name) => name.startsWith('rehearsal-'))).toBe(false)
  })

  it('reads small pages, and gives everybody else a turn between two of them', async () => {
    const at = await station()
    await at.addPatients(1_000)
    let turns = 0
    let over = false
    const turn = (): void => {
      turns += 1
      if (!over) setImmediate(turn)
    }
    turn()
    const seen: { readonly limit: number; readonly turns: number }[] = []
    const { name } = at.replica.documents
    await at.backUp({
      documents: {
        name,
        changedSince: (after, limit) => {
          seen.push({ limit, turns })
          return at.replica.documents.changedSince(after, limit)
        },
      },
    })
    over = true
    expect(seen.length).toBeGreaterThanOrEqual(6)
    expect(Math.max(...seen.map(({ limit }) => limit))).toBeLessThanOrEqual(200)
    expect(seen.every((page, place) => place === 0 || page.turns > (seen[place - 1]?.turns ?? 0))).toBe(true)
  })

  it('leaves no readable word on the disk, and carries no lock that a passphrase opens', async () => {
    const at = await station()
    await at.addPatients(5, 'Okonkwo')
    await at.backUp()
    const [name = ''] = await setNames(at.place)
    const files = readdirSync(join(at.place, name))
    for (const file of files) expect(readFileSync(join(at.place, name, file)).includes('Okonkwo')).toBe(false)
    const file = JSON.parse(readFileSync(join(at.place, name, 'practice.json'), 'utf8')) as { key: object }
    expect(Object.keys(file.key)).toEqual(['recovery'])
  })

  it('that was interrupted counts for nothing, and the next one goes on from where it stopped', async () => {
    const at = await station()
    await at.addPatients(5_000)
    const cancel = new AbortController()
    const stopped = at.backUp({ slices: briskly(cancel.signal), progress: (done) => done > 3_000 && cancel.abort() })
    await expect(stopped).rejects.toMatchObject({ kind: 'cancelled' })
    await expect(openBackup({ from: at.disk }, at.recoveryCode)).rejects.toMatchObject({ kind: 'backup-none' })
    await expect(restore(at)).rejects.toMatchObject({ kind: 'backup-none' })
    const went = await at.backUp()
    expect(went.documents).toBeLessThan(5_000 - 1_500)
    expect((await verified(at)).documents).toBe(5_000)
    expect((await setNames(at.place)).length).toBe(1)
  })

  it('gets to its end although the power goes after every second part that it writes; until then the one before counts', async () => {
    const at = await station()
    await at.addPatients(20)
    await at.backUp()
    await at.addPatients(4_100)
    await at.addFiles(2)
    let crashes = 0
    for (let isDone = false; !isDone; crashes += 1) {
      let whole = 2
      const thenThePowerGoes: typeof writeSealedFile = async (path, key, contents) => {
        if ((whole -= 1) >= 0) return writeSealedFile(path, key, contents)
        writeFileSync(`${path}.1234.part`, 'half of it')
        throw new Error('the power went')
      }
      isDone = await at.backUp({ write: thenThePowerGoes }).then(() => true, () => false)
      if (!isDone) expect(await verified(at)).toMatchObject({ documents: 20, files: 0 })
      expect(crashes).toBeLessThan(10)
    }
    expect(crashes).toBeGreaterThanOrEqual(3)
    expect(await verified(at)).toMatchObject({ documents: 4_120, files: 2 })
    expect(await restore(at)).toMatchObject({ documents: 4_120, files: 2 })
  })

  it('leaves out a picture that does not read back here, and says so', async () => {
    const at = await station()
    await at.addFiles(2)
    const [shelf = ''] = readdirSync(join(at.data, 'archive'))
    const [name = ''] = readdirSync(join(at.data, 'archive', shelf))
    const path = join(at.data, 'archive', shelf, name)
    await flipByte(path, readFileSync(path), 5000)
    expect(await at.backUp()).toMatchObject({ files: 1, damagedFiles: 1 })
  })

  it('keeps two good bases and removes older ones, with the files that only they spoke of', async () => {
    const at = await station()
    await at.addPatients(50)
    await at.addFiles(1)
    const day = 24 * 60 * 60 * 1000
    for (let month = 0; month < 4; month += 1) {
      await at.backUp({ now: () => Date.UTC(2026, 0, 1) + month * 30 * day })
      await at.addPatients(5)
      if (month < 2) rmSync(join(at.data, 'archive'), { recursive: true, force: true })
      await at.addFiles(1)
    }
    expect((await setNames(at.place)).length).toBe(4)
    // The newest but one is damaged: it does not count as good.
    const [, second = ''] = await setNames(at.place)
    truncateSync(segmentPath(join(at.place, second), 1), 100)
    await prune(at.place, backupKey(at.key), briskly())
    expect((await setNames(at.place)).length).toBe(3)
    await expect(verified(at)).resolves.toMatchObject({ documents: 65 })
    rmSync(join(at.place, second), { recursive: true })
    await at.backUp({ now: () => Date.UTC(2026, 6, 1) })
    await prune(at.place, backupKey(at.key), briskly())
    expect((await setNames(at.place)).length).toBe(2)
    await expect(verified(at)).resolves.toMatchObject({ documents: 70 })
  })
})

describe('A disk that is not what it was', () => {
  it('says that it is full, and what was finished before stays good', async () => {
    const at = await station()
    await at.addPatients(200)
    await at.backUp()
    await at.addPatients(2_000)
    let room = 10_000
    const full: typeof writeSealedFile = async (path, key, contents) => {
      if (contents instanceof Uint8Array) return writeSealedFile(path, key, contents)
      writeFileSync(`${path}.x.part`, 'half')
      for await (const piece of contents) if ((room -= piece.length) < 0) throw Object.assign(new Error('no room'), { code: 'ENOSPC' })
      throw new Error('there was room')
    }
    await expect(at.backUp({ write: full })).rejects.toMatchObject({ kind: 'backup-disk-full' })
    await expect(verified(at)).resolves.toMatchObject({ documents: 200 })
    await at.backUp()
    await expect(verified(at)).resolves.toMatchObject({ documents: 2_200 })
    expect(readdirSync((await newest(at)).set.folder).some((name) => name.endsWith('.part'))).toBe(false)
  })

  it('of two megabytes fills up, and the last finished backup on it is still restored', async ({ skip }) => {
    const disk = join('/tmp', `outpost-small-disk-${process.pid}`)
    mkdirSync(disk, { recursive: true })
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk]).status !== 0) return skip('no small disk can be mounted here')
    try {
      const at = await station('Small Clinic', disk)
      await at.addPatients(100)
      await at.backUp()
      await at.addFiles(30)
      await expect(at.backUp()).rejects.toMatchObject({ kind: 'backup-disk-full' })
      expect(await restore(at)).toMatchObject({ documents: 100 })
    } finally {
      spawnSync('umount', [disk])
    }
  })

  it('is pulled out in the middle: said as such, and never written to the folder where it was', async () => {
    const at = await station()
    await at.addPatients(500)
    await at.backUp()
    await at.addPatients(4_000)
    const away = join(at.folder, 'pulled out')
    const pulled = at.backUp({ progress: (done) => done > 1_000 && existsSync(at.disk) && renameSync(at.disk, away) })
    await expect(pulled).rejects.toMatchObject({ kind: 'backup-folder-missing' })
    expect(existsSync(at.disk)).toBe(false)
    await expect(at.backUp()).rejects.toMatchObject({ kind: 'backup-folder-missing' })
    mkdirSync(at.disk)
    await expect(at.backUp()).rejects.toMatchObject({ kind: 'backup-folder-missing' })
    rmSync(at.disk, { recursive: true })
    renameSync(away, at.disk)
    await expect(verified(at)).resolves.toMatchObject({ documents: 500 })
    await at.backUp()
    await expect(verified(at)).resolves.toMatchObject({ documents: 4_500 })
  })

  it('gives back every kind of damage as damage, never as a smaller practice', async () => {
    const at = await station()
    const other = await station('Other Clinic')
    for (const each of [at, other]) {
      for (let round = 0; round < 3; round += 1) {
        await each.addPatients(40)
        await each.backUp()
      }
    }
    await at.addFiles(1)
    await at.backUp()
    const whole = join(at.folder, 'whole')
    cpSync(at.place, whole, { recursive: true })
    const { set } = await newest(at)
    const foreign = (await newest(other)).set
    const pooled = () => {
      const [shelf = ''] = readdirSync(join(at.place, 'files'))
      return join(at.place, 'files', shelf, readdirSync(join(at.place, 'files', shelf))[0] ?? '')
    }
    const swap = (one: string, two: string) => {
      renameSync(one, `${one}.x`)
      renameSync(two, one)
      renameSync(`${one}.x`, two)
    }
    const damages: Record<string, () => unknown> = {
      'a segment is missing': () => rmSync(segmentPath(set.folder, 2)),
      'a segment is cut off': () => truncateSync(segmentPath(set.folder, 2), readFileSync(segmentPath(set.folder, 2)).length - 20),
      'a segment is empty': () => truncateSync(segmentPath(set.folder, 1), 0),
      'two segments are exchanged': () => swap(segmentPath(set.folder, 1), segmentPath(set.folder, 2)),
      'a segment is there twice': () => copyFileSync(segmentPath(set.folder, 2), segmentPath(set.folder, 1)),
      'a segment is of another practice': () => copyFileSync(segmentPath(foreign.folder, 2), segmentPath(set.folder, 2)),
      'a byte is changed': () => flipByte(segmentPath(set.folder, 2), readFileSync(segmentPath(set.folder, 2)), 200),
      'the head is of another practice': () => copyFileSync(join(foreign.folder, 'head.sealed'), join(set.folder, 'head.sealed')),
      'the head is cut off': () => truncateSync(join(set.folder, 'head.sealed'), 60),
      'a picture is missing': () => rmSync(pooled()),
      'a picture is changed': () => flipByte(pooled(), readFileSync(pooled()), 500),
      'the folder is another set’s': () => renameSync(set.folder, `${set.folder.slice(0, -4)}0000`),
    }
    for (const [what, damage] of Object.entries(damages)) {
      await damage()
      await expect(restore(at), what).rejects.toMatchObject({ kind: 'backup-damaged' })
      expect(existsSync(join(at.folder, 'new', 'practice.json')), what).toBe(false)
      expect(existsSync(join(at.folder, 'new', 'replica.db')), what).toBe(false)
      rmSync(at.place, { recursive: true })
      cpSync(whole, at.place, { recursive: true })
    }
    await expect(restore(at)).resolves.toMatchObject({ documents: 120 })
  })

  it('with a damaged base is not gone on with: the next backup begins a new one beside it', async () => {
    const at = await station()
    await at.addPatients(40)
    const { set } = await at.backUp()
    await at.addPatients(40)
    truncateSync(segmentPath(join(at.place, set), 1), 500)
    const next = await at.backUp()
    expect(next).toMatchObject({ isNewBase: true, documents: 80 })
    expect((await setNames(at.place)).length).toBe(2)
    await expect(verified(at)).resolves.toMatchObject({ documents: 80 })
  })
})

describe('Restoring', () => {
  it('needs the right code, and says in which group of it the slip is', async () => {
    const at = await station()
    const other = await station('Other Clinic')
    await at.addPatients(3)
    await at.backUp()
    await expect(restore(at, 'new', { code: other.recoveryCode })).rejects.toMatchObject({ kind: 'wrong-passphrase' })
    const slip = `${at.recoveryCode.slice(0, 6)}${at.recoveryCode[6] === '2' ? '3' : '2'}${at.recoveryCode.slice(7)}`
    await expect(restore(at, 'new', { code: slip })).rejects.toMatchObject({ kind: 'wrong-passphrase', facts: { group: 2 } })
    await expect(restore(at, 'new', { code: 'a passphrase of ours' })).rejects.toMatchObject({ kind: 'wrong-passphrase' })
    expect(existsSync(join(at.folder, 'new'))).toBe(false)
  })

  it('never writes over a practice', async () => {
    const at = await station()
    await at.addPatients(3)
    await at.backUp()
    await expect(restore(at, 'data')).rejects.toMatchObject({ kind: 'practice-exists' })
    await restore(at)
    await expect(restore(at)).rejects.toMatchObject({ kind: 'practice-exists' })
  })

  it('can go back to an earlier backup of the same base', async () => {
    const at = await station()
    await at.addPatients(10)
    const first = await at.backUp({ now: () => Date.UTC(2026, 0, 1) })
    await at.addPatients(10)
    await at.backUp({ now: () => Date.UTC(2026, 0, 2) })
    expect(await restore(at, 'earlier', { until: '2026-01-01T12:00:00Z' })).toMatchObject({ documents: 10, at: first.point.at })
  })

  it('names the newest earlier backup that is good when the newest is not, and restores that one when asked', async () => {
    const at = await station()
    const days: string[] = []
    for (let day = 1; day <= 3; day += 1) {
      await at.addPatients(10)
      days.push((await at.backUp({ now: () => Date.UTC(2026, 0, day) })).point.at)
    }
    const { set } = await newest(at)
    truncateSync(segmentPath(set.folder, 3), 80)
    await expect(restore(at)).rejects.toMatchObject({ kind: 'backup-damaged', facts: { segment: 3, earlier: days[1] } })
    expect(await restore(at, 'earlier', { until: days[1] })).toMatchObject({ documents: 20 })
    // The next base has a head that is none.
    await at.addPatients(10)
    const base = await at.backUp({ now: () => Date.UTC(2026, 0, 4) })
    expect(base.isNewBase).toBe(true)
    truncateSync(join(at.place, base.set, 'head.sealed'), 50)
    await expect(restore(at)).rejects.toMatchObject({ kind: 'backup-damaged', facts: { earlier: days[1] } })
    expect(await restore(at, 'earlier still', { until: days[1] })).toMatchObject({ documents: 20 })
  })

  it('gives the workstation letters that nobody in the practice has, so that no number is given twice', async () => {
    const at = await station()
    await at.addPatients(3)
    const numbers = [await at.replica.local.nextNumber('patient'), await at.replica.local.nextNumber('patient')]
    await at.backUp()
    const givenLater = await at.replica.local.nextNumber('patient')
    const restored = await restore(at)
    expect(restored.station).toMatch(/^[A-Z]{3}$/)
    const replica = await reopened(at)
    try {
      expect(replica.station).toBe(restored.station)
      // The same count as one that was given after the backup: told apart by the letters.
      expect(await replica.local.nextNumber('patient')).toBe(numbers.length + 1)
      expect(givenLater).toBe(numbers.length + 1)
      expect(`${restored.station}-${givenLater}`).not.toBe(`A-${givenLater}`)
    } finally {
      await replica.close()
    }
    await expect(restore(at, 'another', { asStation: 'A' })).rejects.toMatchObject({ kind: 'practice-exists' })
    const picked: number[] = [0, 0, 0, 0, 0, 1]
    expect(newStation(new Set(['AAA']), () => picked.shift() ?? 0)).toBe('AAB')
  })

  it('is cancelled without leaving anything behind', async () => {
    const at = await station()
    await at.addPatients(1_000)
    await at.backUp()
    const cancel = new AbortController()
    const stopped = restore(at, 'new', { slices: briskly(cancel.signal), progress: (done: number) => done > 1_250 && cancel.abort() })
    await expect(stopped).rejects.toBeInstanceOf(BackupProblem)
    expect(readdirSync(join(at.folder, 'new'))).toEqual([])
    await expect(restore(at)).resolves.toMatchObject({ documents: 1_000 })
  })
})
