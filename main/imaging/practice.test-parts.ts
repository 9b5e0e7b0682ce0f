import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ImportProgress } from '../../shared/contract'
import { openReplica, type Replica } from '../replica'
import { openImaging, type Imaging, type ImagingOptions } from './index'

/** A practice with imaging in a folder of its own, for tests: real replica, real archive. */
export interface TestPractice {
  readonly folder: string
  readonly replica: Replica
  readonly imaging: Imaging
  /** Everything that was announced. */
  readonly told: ImportProgress[]
  /** Registers a patient; answers the record's id. */
  register(number: string, family: string, birthDate?: string): Promise<string>
  /** Imports and waits for the end. */
  import(from: string, patient?: string): Promise<ImportProgress>
  /** Closes and opens again, as after a restart. */
  reopen(): Promise<TestPractice>
  close(): Promise<void>
}

/** The practitioner who imports. */
export const doctor = '01JD0000000000000000000D0C'

export const practiceKey = new Uint8Array(32).fill(7)

/** Opens it in `folder`, or in a new one. */
export const openTestPractice = async (given: { readonly folder?: string } & Pick<ImagingOptions, 'worker' | 'limits'> = {}): Promise<TestPractice> => {
  const folder = given.folder ?? (await mkdtemp(join(tmpdir(), 'imaging-')))
  await mkdir(folder, { recursive: true })
  const replica = await openReplica({ folder, key: practiceKey, practice: '01JD0000000000000000PRACT1', station: 'A' })
  const told: ImportProgress[] = []
  const imaging = await openImaging({
    replica, folder: join(folder, 'archive'), key: practiceKey, announce: (...news) => news[0] === 'importChanged' && told.push(news[1]),
    ...(given.worker !== undefined && { worker: given.worker }),
    ...(given.limits && { limits: given.limits }),
  })
  const shut = async (): Promise<void> => {
    await imaging.close()
    await replica.close()
  }
  return {
    folder, replica, imaging, told,
    async register(number, family, birthDate) {
      const resource = { resourceType: 'Patient' as const, identifier: [{ system: 'urn:outpost:patient-number', value: number }], name: [{ family }], ...(birthDate !== undefined && { birthDate }) }
      return (await replica.records.add('Patient', resource, doctor)).id
    },
    async import(from, patient) {
      const started = imaging.startImport({ from: [from], author: doctor, ...(patient !== undefined && { patient }) })
      const ended = await imaging.ended(started.id)
      if (!ended) throw new Error('the import was forgotten')
      return ended
    },
    async reopen() {
      await shut()
      return openTestPractice({ ...given, folder })
    },
    async close() {
      await shut()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
