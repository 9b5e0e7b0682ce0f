import { type Replica, openReplica, ReplicaProblem } from '../../index'
import { readText } from '../../storage'
import { type Account, digestOf } from './said'

/** What came of opening a practice after a crash and reading all of it. */
export type Inspection =
  /** All that was acknowledged is there, once, and nothing else. */
  | { readonly is: 'whole'; readonly documents: number }
  /** The replica says that it is damaged. */
  | { readonly is: 'reported'; readonly message: string }
  /** What must never be: something is lost or wrong, and nobody said so. */
  | { readonly is: 'wrong'; readonly faults: readonly string[] }

type Found = ReadonlyMap<string, { readonly mark: string; readonly digest: string }>

const readAll = async (replica: Replica): Promise<{ readonly found: Found; readonly counter: number; readonly faults: readonly string[] }> => {
  const found = new Map<string, { mark: string; digest: string }>()
  const faults: string[] = []
  const note = (id: string, mark: string, document: unknown): void => {
    if (found.has(id)) faults.push(`twice: ${id}`)
    found.set(id, { mark, digest: digestOf(document) })
  }
  const patients = await replica.records.find('Patient')
  for (const envelope of patients) note(envelope.id, envelope.resource.name?.[0]?.text ?? '', envelope)
  // By one index after another, and by id, the same must be there.
  const byFamily = await replica.records.find('Patient', { where: { family: { prefix: '' } }, sort: { by: 'family', order: 'ascending' } })
  if (byFamily.length !== patients.length) faults.push(`${byFamily.length} by family name, ${patients.length} by time`)
  if ((await replica.records.count('Patient')) !== patients.length) faults.push('the count is not the number of records')
  for (const { id, at } of patients) if ((await replica.records.get('Patient', id))?.at !== at) faults.push(`${id} is not found by its id`)
  const drafts = await replica.local.list<{ mark: string }>('draft')
  for (const draft of drafts) note(`local/${draft.id}`, draft.value.mark, draft)
  if ((await replica.local.count('draft')) !== drafts.length) faults.push('the count is not the number of drafts')
  const counter = (await replica.local.get<number>('counter', 'patient'))?.value ?? 0
  // What sync would push: each document once.
  const storage = replica.collection.storageInstance
  const changed = new Set<string>()
  for (let checkpoint: unknown; ; ) {
    const page = await storage.getChangedDocumentsSince!(500, checkpoint as never)
    for (const { id } of page.documents) {
      if (changed.has(id)) faults.push(`${id} has two places in the sequence`)
      changed.add(id)
    }
    checkpoint = page.checkpoint
    if (page.documents.length < 500) break
  }
  for (const { id } of patients) if (!changed.has(id)) faults.push(`${id} would not be pushed`)
  const verdict = (storage.internals as { file: { all(sql: string): (Uint8Array | number | null)[][] } }).file.all('SELECT CAST(integrity_check AS BLOB) FROM pragma_integrity_check')
  const words = verdict.map((row) => readText(row[0]))
  if (words.join() !== 'ok') faults.push(`integrity check: ${words.slice(0, 3).join('; ')}`)
  return { found, counter, faults }
}

/** Opens the practice that a crash left in the folder, reads everything in several ways, and compares it with what was acknowledged. */
export const inspect = async (folder: string, account: Account, settle = true): Promise<Inspection> => {
  let replica: Replica | undefined
  try {
    replica = await openReplica({ folder, key: new Uint8Array(32).fill(3), practice: 'clinic', station: 'A' })
    let damage: ReplicaProblem | undefined
    replica.onDamage((problem) => (damage = problem))
    const { found, counter, faults } = await readAll(replica)
    const all = [...faults, ...account.faultsOf(found, counter)]
    if (damage !== undefined) return { is: 'reported', message: (damage as ReplicaProblem).message }
    if (all.length > 0) return { is: 'wrong', faults: all }
    if (settle) account.settle(found, counter)
    return { is: 'whole', documents: found.size }
  } catch (reason) {
    if (reason instanceof ReplicaProblem && reason.kind === 'replica-damaged') return { is: 'reported', message: reason.stack ?? reason.message }
    return { is: 'wrong', faults: [`opening or reading failed: ${reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)}`] }
  } finally {
    await replica?.close()
  }
}

