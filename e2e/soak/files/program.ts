import { createHash } from 'node:crypto'
import { createHub } from '../../../hub'
import { offerSet, openBlobs } from '../../../main/blobs'
import { openExchangeKeys } from '../../../main/access'
import { openImaging, setOfStudy, studyOfSet } from '../../../main/imaging'
import { openReplica } from '../../../main/replica'
import { openSync, type ServerAddress } from '../../../main/sync'
import type { PracticeName } from '../../../shared/contract'
import { join } from 'node:path'

/** What the soak tells a process of its own to do. */
export type Order =
  | { readonly do: 'hub'; readonly folder: string; readonly practice: PracticeName; readonly password: string }
  | { readonly do: 'station'; readonly prefix: string; readonly folder: string; readonly practice: PracticeName; readonly address: ServerAddress }
  | { readonly do: 'import'; readonly folder: string; readonly patientNumber: string }
  | { readonly do: 'write'; readonly name: string }
  | { readonly do: 'fetch'; readonly set: string }
  | { readonly do: 'digest'; readonly set: string }

/** What such a process tells. */
export type Report =
  | { readonly say: 'ready'; readonly url?: string }
  | { readonly say: 'imported'; readonly set: string; readonly files: number; readonly bytes: number }
  | { readonly say: 'record'; readonly name: string; readonly at: number }
  | { readonly say: 'files'; readonly left: number; readonly leftBytes: number; readonly fetched: number; readonly state: string }
  | { readonly say: 'digest'; readonly files: number; readonly sha256: string }
  | { readonly say: 'problem'; readonly text: string }

const tell = (report: Report) => process.send?.(report)

const runHub = async ({ folder, practice, password }: Extract<Order, { do: 'hub' }>) => {
  const hub = await createHub({ folder, key: new Uint8Array(32).fill(5) })
  const database = await hub.createPracticeDatabase(practice)
  await hub.addUser({ name: 'clinic', password, databases: [database] })
  tell({ say: 'ready', url: hub.url })
}

const runStation = async ({ prefix, folder, practice, address }: Extract<Order, { do: 'station' }>) => {
  const key = new Uint8Array(32).fill(prefix.charCodeAt(0))
  const replica = await openReplica({ folder, key, practice: practice.id, station: prefix })
  const imaging = await openImaging({ replica, folder: join(folder, 'archive'), key, stored: (set) => offerSet(replica.local, set) })
  let changed: () => void = () => undefined
  const sync = await openSync({ replica, practice, announce: () => changed(), pauses: { firstPauseMs: 100, longestPauseMs: 1_000 } })
  const blobs = await openBlobs({
    local: replica.local, practice, folder: join(folder, 'blobs'), keys: openExchangeKeys(replica), keeper: imaging.files, sync, firstPauseMs: 100, longestPauseMs: 1_000, headStartMs: 0,
    changed: ({ toSend, wanted: [wanted] }) => tell({ say: 'files', left: toSend.files, leftBytes: toSend.bytes, fetched: wanted?.progress?.bytes ?? 0, state: wanted?.state ?? 'none' }),
    log: (text) => tell({ say: 'problem', text }),
  })
  changed = blobs.syncChanged
  replica.records.changes().subscribe(({ type, envelope }) => {
    const name = type === 'Patient' ? (envelope.resource as { name?: { family?: string }[] }).name?.[0]?.family : undefined
    if (name !== undefined) tell({ say: 'record', name, at: Date.now() })
  })
  const configured = await sync.configure(address)
  if (!configured.ok) throw new Error(configured.problem.kind)
  tell({ say: 'ready' })
  return async (order: Order): Promise<void> => {
    switch (order.do) {
      case 'import': {
        const patient = await replica.records.add('Patient', { resourceType: 'Patient', identifier: [{ system: 'urn:outpost:patient-number', value: order.patientNumber }], name: [{ family: 'Whose images' }] }, 'doctor')
        const ended = await imaging.ended(imaging.startImport({ from: [order.folder], patient: patient.id, author: 'doctor' }).id)
        const set = setOfStudy(ended?.studies[0]?.studyInstanceUid ?? '')
        const files = await imaging.files.filesOf(set)
        return void tell({ say: 'imported', set, files: files.length, bytes: files.reduce((sum, { size }) => sum + size, 0) })
      }
      case 'write':
        await replica.records.add('Patient', { resourceType: 'Patient', name: [{ family: order.name }] }, 'reception')
        return
      case 'fetch':
        await blobs.fetch(order.set)
        return
      case 'digest': {
        const files = [...(await imaging.files.filesOf(order.set))].sort((one, other) => (one.sha256 < other.sha256 ? -1 : 1))
        const all = createHash('sha256')
        for (const { sha256 } of files) {
          const one = createHash('sha256')
          for await (const piece of imaging.files.read(sha256, 0)) one.update(piece)
          all.update(`${one.digest('hex')}\n`)
        }
        return void tell({ say: 'digest', files: files.length, sha256: all.update(studyOfSet(order.set)).digest('hex') })
      }
      default:
    }
  }
}

// Whoever started this is gone.
process.on('disconnect', () => process.exit(0))

let station: ((order: Order) => Promise<void>) | undefined
process.on('message', (order: Order) => {
  const work = async () => {
    if (order.do === 'hub') await runHub(order)
    else if (order.do === 'station') station = await runStation(order)
    else await station?.(order)
  }
  work().catch((error: unknown) => tell({ say: 'problem', text: error instanceof Error ? (error.stack ?? error.message) : String(error) }))
})
