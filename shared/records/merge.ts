import { appendOnlyTypes, type Envelope, type PriorVersion, type ResourceOf } from './envelope'
import { mergeRuleOf } from './mergeRules'
import { mergedStamp } from './mergeStamp'
import { canonical, mergeValue, same, valueAt, type FieldClash, type Json } from './mergeFields'
import { isDecided, reopened } from './mergeReview'
import type { Attribution, Clash } from './mergeClash'
import { searchParametersOf } from './search'

/** What came of a merge. */
export interface Merged {
  readonly record: Envelope
  readonly clashes: readonly Clash[]
}

const jsonOf = (resource: unknown): Json => resource as Json

const versionOf = ({ resource, author, station, at }: PriorVersion): PriorVersion => ({ resource, author, station, at })

/** Every version that a record knows of, oldest first. */
const versionsOf = (record: Envelope): PriorVersion[] => [...record.prior, versionOf(record)].sort((a, b) => (a.at < b.at ? -1 : 1))

/** Whether two records say the same, their history included. Server revision and search parameters say nothing of their own. */
export const saysTheSame = (one: Envelope, other: Envelope): boolean =>
  one.id === other.id && one.at === other.at && one.type === other.type && one.practice === other.practice && canonical(jsonOf([one.resource, one.prior, one.author, one.station])) === canonical(jsonOf([other.resource, other.prior, other.author, other.station]))

/** The newest version that both sides know; else what the caller knew the master to be. */
const commonVersion = (master: Envelope, mine: Envelope, assumed: Envelope | undefined): PriorVersion | undefined => {
  const known = new Set(versionsOf(mine).map(({ at }) => at))
  return versionsOf(master).filter(({ at }) => known.has(at)).at(-1) ?? assumed
}

const united = (master: Envelope, mine: Envelope, current: string): PriorVersion[] => {
  const versions = new Map([...versionsOf(mine), ...versionsOf(master)].map((version) => [version.at, version]))
  versions.delete(current)
  return [...versions.values()].sort((a, b) => (a.at < b.at ? -1 : 1))
}

/** Goes back from the newest version of a side to the one that first gave the field its present value. */
const attributed = (record: Envelope, field: string): Attribution => {
  const rule = mergeRuleOf(record.type)
  const read = (version: PriorVersion) => (field === '*' ? jsonOf(version.resource) : valueAt(jsonOf(version.resource), rule, field))
  const value = read(record)
  let first: PriorVersion = record
  for (const version of versionsOf(record).reverse()) {
    if (!same(read(version), value)) break
    first = version
  }
  return { by: first.author, station: first.station, at: first.at }
}

const clashOf = ({ field, before, master, mine }: FieldClash, records: { readonly master: Envelope; readonly mine: Envelope }): Clash => ({
  field,
  before,
  master: { ...attributed(records.master, field), value: master },
  mine: { ...attributed(records.mine, field), value: mine },
})

interface MergedResource {
  readonly resource: Envelope['resource']
  readonly clashes: readonly FieldClash[]
}

const mergeResources = (base: PriorVersion | undefined, master: Envelope, mine: Envelope): MergedResource => {
  if (same(jsonOf(master.resource), jsonOf(mine.resource))) return { resource: master.resource, clashes: [] }
  // Nobody may change these: what the centre has stands, the other version is kept and shown.
  if (appendOnlyTypes.includes(master.type)) return { resource: master.resource, clashes: [{ field: '*', before: undefined, master: jsonOf(master.resource), mine: jsonOf(mine.resource) }] }
  // A password is either the one or the other: the last one set.
  if (master.type === 'Basic') return { resource: master.at > mine.at ? master.resource : mine.resource, clashes: [] }
  if (master.type === 'Task') return { resource: mergeTasks(master.resource as ResourceOf['Task'], mine.resource as ResourceOf['Task']), clashes: [] }
  const clashes: FieldClash[] = []
  const sides = { base: base && jsonOf(base.resource), master: jsonOf(master.resource), mine: jsonOf(mine.resource) }
  const merged = mergeValue(sides, mergeRuleOf(master.type), '', clashes)
  return { resource: merged as unknown as Envelope['resource'], clashes }
}

/** A decision beats an open item; two different decisions open it again. */
const mergeTasks = (master: ResourceOf['Task'], mine: ResourceOf['Task']): ResourceOf['Task'] => {
  if (isDecided(master) && isDecided(mine)) return same(jsonOf(master.output), jsonOf(mine.output)) ? master : reopened(master)
  return isDecided(mine) ? mine : master
}

/**
 * Merges a record that two workstations changed. Pure, and a function of its arguments only, so every
 * workstation that merges the same versions makes the same record and the same clashes.
 *
 * @param versions.master as the server has it
 * @param versions.mine as this workstation has it
 * @param versions.assumed what this workstation last knew the server to have
 */
export const mergeRecords = ({ master, mine, assumed }: { readonly master: Envelope; readonly mine: Envelope; readonly assumed?: Envelope }): Merged => {
  const { resource, clashes } = mergeResources(commonVersion(master, mine, assumed), master, mine)
  // Who wrote an append-only record never changes.
  const stamp = appendOnlyTypes.includes(master.type) ? { author: master.author, station: master.station, at: master.at } : stampOf(resource, master, mine)
  const record: Envelope = { ...master, ...stamp, resource, search: searchParametersOf(master.type, resource), prior: united(master, mine, stamp.at) }
  return { record, clashes: clashes.map((clash) => clashOf(clash, { master, mine })) }
}

const stampOf = (resource: Envelope['resource'], master: Envelope, mine: Envelope): Pick<Envelope, 'author' | 'station' | 'at'> => {
  const isMaster = same(jsonOf(resource), jsonOf(master.resource))
  const isMine = same(jsonOf(resource), jsonOf(mine.resource))
  const newer = mine.at > master.at ? mine : master
  // A version is later than all that went into it: only then is the newest common version the base of the next merge.
  const stands = isMaster && isMine ? newer : isMaster && newer === master ? master : isMine && newer === mine ? mine : undefined
  if (stands) return { author: stands.author, station: stands.station, at: stands.at }
  return { author: 'system', station: 'merge', at: mergedStamp([master.at, mine.at], canonical(jsonOf(resource))) }
}
