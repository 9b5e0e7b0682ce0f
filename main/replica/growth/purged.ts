import { setImmediate } from 'node:timers/promises'
import type { Replica } from '../types'

/*
 * Which records were purged from this workstation: one local document a patient. It is written before the records go, so that
 * none can go unnoted; what it names and is still there, or is there again, is struck off.
 */

const kind = 'purged'
const pageDocuments = 200

interface StoredLedger {
  readonly before: string
  readonly records: readonly (readonly [id: string, at: string, digest: string])[]
}

/** A version of a record that was purged. */
export interface PurgedVersion {
  readonly id: string
  /** Its stamp. */
  readonly at: string
  /** Its hash, so that what this workstation has had and the server has can still be compared. */
  readonly digest: string
}

/** What a chart says of records that are on the server only. */
export interface PurgedOfPatient {
  /** They are older than this, ISO instant. */
  readonly before: string
  readonly count: number
}

/** The records that were purged here. */
export interface PurgedLedger {
  readonly count: number
  readonly patients: number
  ofPatient(patient: string): PurgedOfPatient | undefined
  /** Ids, patient by patient; of all patients when none is named. */
  ids(patient?: string): readonly { readonly patient: string; readonly records: readonly string[] }[]
  /** Whether this version, or a newer one, was purged: the server need not bring it again. */
  isPurged(id: string, at: string): boolean
  /** Every version that was purged. */
  versions(): readonly PurgedVersion[]
  /** Notes records that are about to go. On disk when it resolves. */
  note(patient: string, before: string, records: readonly PurgedVersion[]): Promise<void>
  /** These did not go after all, or are back. */
  strike(ids: readonly string[]): Promise<void>
  /** Resolves when what is here all the same has been struck off. */
  settled(): Promise<void>
  close(): Promise<void>
}

interface Entry {
  before: string
  readonly records: Map<string, PurgedVersion>
}

/** Opens the ledger; what is back (a restored copy, a crash before the records went) is struck off in the background. */
export const openPurged = async ({ local, records, collection }: Replica): Promise<PurgedLedger> => {
  const perPatient = new Map<string, Entry>()
  const patientOf = new Map<string, string>()
  for (let skip = 0; ; skip += pageDocuments) {
    const page = await local.list<StoredLedger>(kind, { skip, limit: pageDocuments })
    for (const { id: patient, value } of page) {
      perPatient.set(patient, { before: value.before, records: new Map(value.records.map(([id, at, digest]) => [id, { id, at, digest }])) })
      for (const [id] of value.records) patientOf.set(id, patient)
    }
    if (page.length < pageDocuments) break
  }

  let closed = false
  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const mine = turn.then(work)
    turn = mine.catch(() => undefined)
    return mine
  }
  const write = async (patient: string): Promise<void> => {
    const entry = perPatient.get(patient)
    if (entry === undefined || entry.records.size === 0) {
      perPatient.delete(patient)
      await local.remove(kind, patient)
    } else await local.put<StoredLedger>(kind, patient, { before: entry.before, records: [...entry.records.values()].map(({ id, at, digest }) => [id, at, digest] as const) })
  }
  const strike = (ids: readonly string[]): Promise<void> =>
    inTurn(async () => {
      const touched = new Set<string>()
      for (const id of ids) {
        const patient = patientOf.get(id)
        if (patient === undefined) continue
        patientOf.delete(id)
        perPatient.get(patient)?.records.delete(id)
        touched.add(patient)
      }
      for (const patient of touched) await write(patient)
    })

  /** A newer version came from the server, or it was fetched: then it is here again. */
  let back = new Set<string>()
  let striking: ReturnType<typeof setTimeout> | undefined
  const following = records.changes().subscribe(({ id }) => {
    if (!patientOf.has(id)) return
    back.add(id)
    striking ??= setTimeout(() => {
      striking = undefined
      const ids = [...back]
      back = new Set()
      strike(ids).catch(() => undefined)
    }, 50)
  })

  const reconcile = async (): Promise<void> => {
    const ids = [...patientOf.keys()]
    for (let from = 0; from < ids.length && !closed; from += pageDocuments) {
      const there = await collection.storageInstance.findDocumentsById(ids.slice(from, from + pageDocuments), false)
      if (there.length > 0) await strike(there.map(({ id }) => id))
      await setImmediate()
    }
  }
  const reconciling = reconcile().catch(() => undefined)

  return {
    get count() {
      return patientOf.size
    },
    get patients() {
      return perPatient.size
    },
    ofPatient(patient) {
      const entry = perPatient.get(patient)
      return entry && { before: entry.before, count: entry.records.size }
    },
    ids: (patient) => [...perPatient].filter(([id]) => patient === undefined || id === patient).map(([id, entry]) => ({ patient: id, records: [...entry.records.keys()] })),
    versions: () => [...perPatient.values()].flatMap(({ records: versions }) => [...versions.values()]),
    isPurged(id, at) {
      const purged = perPatient.get(patientOf.get(id) ?? '')?.records.get(id)
      return purged !== undefined && at <= purged.at
    },
    note: (patient, before, gone) =>
      inTurn(async () => {
        const entry = perPatient.get(patient) ?? { before, records: new Map<string, PurgedVersion>() }
        if (before > entry.before) entry.before = before
        for (const version of gone) {
          entry.records.set(version.id, version)
          patientOf.set(version.id, patient)
        }
        perPatient.set(patient, entry)
        await write(patient)
      }),
    strike,
    settled: () => reconciling,
    async close() {
      closed = true
      following.unsubscribe()
      clearTimeout(striking)
      await reconciling
      await strike([...back])
    },
  }
}
