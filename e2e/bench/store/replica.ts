import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Observation } from 'fhir/r4'
import type { RxDocumentData } from 'rxdb'
import { replicateRxCollection } from 'rxdb/plugins/replication'
import { type NewRecord, openReplica, type Replica } from '../../../main/replica'
import type { Envelope } from '../../../shared/records/envelope'
import { entries, type Stored } from './subject'

/** What is measured of the replica as the host has it: records in their envelopes, with all that is derived from them. */

const open = (folder: string): Promise<Replica> => openReplica({ folder, key: new Uint8Array(32).fill(9), practice: 'bench', station: 'A' })

const recordOf = ({ resource, subject, date, amount }: Stored): NewRecord => {
  const { effectiveDateTime, component, note, code } = resource as unknown as Observation
  // Of 0.8 to 1.2 kB: were they all of one length, all pages would waste the same.
  const remark = (note?.[0]?.text ?? '').repeat(4).slice(0, 20 + (Math.floor(amount * 10) % 400))
  const value: Observation = {
    resourceType: 'Observation', status: 'final', code, subject: { reference: `Patient/${subject}` }, effectiveDateTime: effectiveDateTime ?? date, component: component?.slice(0, 1), note: [{ text: remark }],
    valueQuantity: { value: amount, unit: 'mmol/L', system: 'http://unitsofmeasure.org', code: 'mmol/L' },
  }
  return { type: 'Observation', resource: value }
}

export interface ImportDelay {
  readonly ms: number
  readonly p99: number
  readonly max: number
}

/** How late the event loop came, in milliseconds, while records were imported in calls of `batch`. */
export const measureImport = async (folder: string, many: number, batch: number): Promise<ImportDelay> => {
  const replica = await open(folder)
  const made = entries(many, 77).map(recordOf)
  await replica.lookedOver()
  await new Promise((resume) => setTimeout(resume, 100))
  const resolution = 1
  const delay = monitorEventLoopDelay({ resolution })
  delay.enable()
  const started = performance.now()
  for (let from = 0; from < made.length; from += batch) await replica.records.addAll(made.slice(from, from + batch), 'bench')
  const ms = performance.now() - started
  delay.disable()
  await replica.close()
  return { ms, p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 }
}

const bytesIn = (folder: string): number => readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)

/** Bytes in the folder for each byte of the records' JSON, when they came from a centre and replication remembers each. */
export const measureDisk = async (folder: string, many: number): Promise<{ readonly ratio: number; readonly alone: number; readonly recordBytes: number }> => {
  const source = await open(join(folder, 'source'))
  const made = entries(many, 78).map(recordOf)
  const all: Envelope[] = []
  for (let from = 0; from < made.length; from += 500) all.push(...(await source.records.addAll(made.slice(from, from + 500), 'bench')))
  await source.close()
  const json = all.reduce((sum, envelope) => sum + Buffer.byteLength(JSON.stringify(envelope)), 0)
  const replica = await open(join(folder, 'target'))
  const replication = replicateRxCollection<Envelope, { readonly at: number }>({
    replicationIdentifier: 'bench',
    collection: replica.collection,
    live: false,
    pull: {
      batchSize: 200,
      handler: async (checkpoint, size) => {
        const from = checkpoint?.at ?? 0
        const documents = all.slice(from, from + size).map((envelope) => ({ ...envelope, _deleted: false })) as unknown as RxDocumentData<Envelope>[]
        return { documents, checkpoint: { at: from + documents.length } }
      },
    },
    // With nothing to push to, replication would remember nothing.
    push: { batchSize: 200, handler: async () => [] },
  })
  const failed = new Promise<never>((_, reject) => replication.error$.subscribe(reject))
  await Promise.race([replication.awaitInitialReplication(), failed])
  await replication.cancel()
  await replica.close()
  return { ratio: bytesIn(join(folder, 'target')) / json, alone: bytesIn(join(folder, 'source')) / json, recordBytes: json / many }
}
