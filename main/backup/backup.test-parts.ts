import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPracticeFile, replicaKeyOf } from '../access'
import { openReplica, type Replica } from '../replica'
import { deriveKey, openSealedLog, writeSealedFile } from '../sealed'
import { type BackupDone, type BackupJob, backUp } from './backUp'
import { makePlace } from './place'
import { portablePracticeFile } from './practiceFile'
import { backupKey } from './restore'
import { briskly } from './slices'

/** A workstation with a practice, and a disk for its backups. */
export interface Workstation {
  readonly folder: string
  readonly data: string
  /** The backup disk: what a person chooses. */
  readonly disk: string
  readonly place: string
  readonly key: Uint8Array
  readonly practice: BackupJob['practice']
  readonly recoveryCode: string
  readonly replica: Replica
  backUp(job?: Partial<BackupJob>): Promise<BackupDone>
  addPatients(count: number, family?: string): Promise<string[]>
  /** An archive file and a line in the journal. */
  addFiles(count: number): Promise<void>
  close(): Promise<void>
}

let made = 0

/** Sets a workstation up in a folder of its own. */
export const workstation = async (name = 'Hill Clinic', disk?: string): Promise<Workstation> => {
  const folder = await mkdtemp(join(tmpdir(), 'outpost-backup-'))
  const data = join(folder, 'data')
  const created = await createPracticeFile({ folder: data, name, training: false, station: 'A', keystore: null, passphrase: 'a passphrase of ours' })
  if (!created.ok) throw new Error(created.problem.kind)
  const { key, practice, recoveryCode } = created.value
  const replica = await openReplica({ folder: data, key: replicaKeyOf(key), practice: practice.id, station: 'A' })
  const chosen = disk ?? join(folder, 'disk')
  await mkdir(chosen, { recursive: true })
  const place = await makePlace(chosen, data, practice, 'A')
  const job = async (): Promise<BackupJob> => {
    const { text, keys } = await portablePracticeFile(data)
    return {
      documents: replica.documents, data, practice, station: 'A', key: backupKey(key), archiveKeys: [deriveKey(key, 'outpost/archive')], keys, practiceFile: text, place, slices: briskly(), now: Date.now,
    }
  }
  return {
    folder, data, disk: chosen, place, key, practice, recoveryCode, replica,
    backUp: async (other = {}) => backUp({ ...(await job()), ...other }),
    addPatients: async (count, family = 'Okafor') => {
      const added = await replica.records.addAll(
        Array.from({ length: count }, () => ({ type: 'Patient' as const, resource: { resourceType: 'Patient' as const, name: [{ family: `${family} ${(made += 1)}`, given: ['Ada'] }], birthDate: '1980-01-01' } })),
        'system',
      )
      return added.map(({ id }) => id)
    },
    addFiles: async (count) => {
      for (let file = 0; file < count; file += 1) {
        const digest = String((made += 1)).padStart(64, 'a')
        await mkdir(join(data, 'archive', digest.slice(0, 2)), { recursive: true })
        await writeSealedFile(join(data, 'archive', digest.slice(0, 2), digest), deriveKey(key, 'outpost/archive'), Buffer.alloc(100_000, made))
        await mkdir(join(data, 'journal'), { recursive: true })
        const log = await openSealedLog(join(data, 'journal', 'journal-000001.sealed'), deriveKey(key, 'outpost/journal'))
        await log.append(Buffer.from(`bytes of an analyser ${made}`))
        await log.close()
      }
    },
    close: async () => {
      await replica.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A backup file with one byte changed. */
export const flipByte = async (path: string, bytes: Buffer, at: number): Promise<void> => {
  const changed = Buffer.from(bytes)
  changed[at] = (changed[at] ?? 0) ^ 0x10
  await writeFile(path, changed)
}
