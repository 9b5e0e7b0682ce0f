import { normalizeMangoQuery, prepareQuery } from 'rxdb'
import type { Replica } from '../types'

const latest = 1_000
const mostSteps = 2_000

/**
 * Prefixes of the workstations of which there is something in the practice's records: those whose patient numbers there are, each found
 * by one step through the index, and those that somebody worked at lately.
 */
export const stationsSeen = async ({ collection, records, station }: Pick<Replica, 'collection' | 'records' | 'station'>): Promise<readonly string[]> => {
  const seen = new Set([station])
  const { schema } = collection.storageInstance
  let after = 'A'
  for (let step = 0; step < mostSteps; step += 1) {
    const mango = { selector: { _deleted: { $eq: false }, type: { $eq: 'Patient' }, 'search.identifier': { $gt: after } }, sort: [{ type: 'asc' }, { 'search.identifier': 'asc' }, { id: 'asc' }], limit: 1 }
    const { documents: [next] } = await collection.storageInstance.query(prepareQuery(schema, normalizeMangoQuery(schema as never, mango as never) as never))
    const number = next?.search.identifier
    if (number === undefined) break
    const prefix = /^([A-Z]{1,3})-/.exec(number)?.[1]
    if (prefix !== undefined) seen.add(prefix)
    // The next that is not of this workstation.
    after = prefix === undefined ? number : `${prefix}-\uffff`
  }
  for (const { station: worked } of await records.find('AuditEvent', { limit: latest })) seen.add(worked)
  return [...seen].sort()
}
