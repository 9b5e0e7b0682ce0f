import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { orderOf } from '../../../../shared/records/service-request/order'
import { openReplica, type Replica } from '../../../replica'
import { openDeviceDesk, type DeskDeps, type DeviceDesk } from '..'

/** A practice with patients and orders, for tests of what devices send to it. */
export interface Bench {
  readonly folder: string
  readonly journalKey: Uint8Array
  replica: Replica
  desk: DeviceDesk
  readonly by: { readonly practitioner: string; readonly name: string }
  /** Registers a patient with an order of this accession number; answers the patient's id. */
  order(accession: string, family?: string): Promise<string>
  /** Closes desk and replica and opens them again, as after a restart of the practice host. */
  reopen(): Promise<void>
  close(): Promise<void>
}

/** Opens a real replica and desk in a folder of its own. */
export const openBench = async (options: Partial<DeskDeps> = {}): Promise<Bench> => {
  const folder = await mkdtemp(join(tmpdir(), 'outpost-devices-'))
  const key = new Uint8Array(32).fill(7)
  const journalKey = new Uint8Array(32).fill(8)
  const openBoth = async () => {
    const replica = await openReplica({ folder, key, practice: '01HV000000000000000000TEST', station: 'A' })
    const desk = await openDeviceDesk({ replica, folder: join(folder, 'journal'), journalKey, training: true, ...options })
    return { replica, desk }
  }
  const bench: Bench = {
    folder,
    journalKey,
    ...(await openBoth()),
    by: { practitioner: '01HV0000000000000000000LAB', name: 'Lena Technician' },
    order: async (accession, family = 'Okonkwo') => {
      const patient = await bench.replica.records.add('Patient', { resourceType: 'Patient', name: [{ use: 'official', family, given: ['Ada'] }], gender: 'female', birthDate: '1980-05-04' }, 'system')
      await bench.replica.records.add('ServiceRequest', orderOf({ subject: patient.id, test: 'Full blood count', accession, requester: bench.by.practitioner, authoredOn: '2026-11-21T08:00:00.000Z' }), bench.by.practitioner)
      return patient.id
    },
    reopen: async () => {
      await bench.desk.close()
      await bench.replica.close()
      Object.assign(bench, await openBoth())
    },
    close: async () => {
      await bench.desk.close()
      await bench.replica.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
  return bench
}

/** Waits until `look` answers something true; fails after `limitMs`. */
export const until = async <Value>(look: () => Promise<Value> | Value, limitMs = 30_000): Promise<NonNullable<Value>> => {
  const end = Date.now() + limitMs
  for (;;) {
    const value = await look()
    if (value) return value
    if (Date.now() > end) throw new Error(`still waiting after ${limitMs} ms for: ${look.toString()}`)
    await new Promise((later) => setTimeout(later, 20))
  }
}
