import type { Envelope, PriorVersion } from './envelope'
import { wholeRecord, type Attribution, type Clash, type ClashSide } from './mergeClash'
import { canonical, mergeValue, same, type FieldClash, type Json, type Judge, type Reader, type Side } from './mergeFields'
import { lineOf, versionsOf, type Line } from './mergeLine'
import { mergeDecisions } from './mergeReview'
import { recordMergeOf, type RecordMerge } from './mergeRules'
import { mergedStamp } from './mergeStamp'
import { searchParametersOf } from './search'

/** What came of a merge. */
export interface Merged {
  readonly record: Envelope
  readonly clashes: readonly Clash[]
}

const jsonOf = (resource: unknown): Json => resource as Json

const whatIsSaid = ({ resource, prior, author, station }: Envelope): Json => jsonOf([resource, prior, author, station])

/** Whether two records say the same, their history included. Server revision and search parameters say nothing of their own. */
export const saysTheSame = (one: Envelope, other: Envelope): boolean =>
  one.id === other.id &&
  one.at === other.at &&
  one.type === other.type &&
  one.practice === other.practice &&
  canonical(whatIsSaid(one)) === canonical(whatIsSaid(other))

/** Whether a record is this version, or came from it. */
export const isMadeFrom = ({ at, prior }: Pick<Envelope, 'at' | 'prior'>, stamp: string): boolean => at === stamp || prior.some((version) => version.at === stamp)

/** Whether a record says nothing that the other does not know of: every version of it is in the other's history. */
export const isWithin = (one: Envelope, other: Envelope): boolean => {
  const known = new Set([other.at, ...other.prior.map(({ at }) => at)])
  // Two that were made apart under one stamp are not the one version that the stamp stands for.
  const isOther = one.at === other.at && !same(jsonOf([one.resource, one.author, one.station]), jsonOf([other.resource, other.author, other.station]))
  return one.id === other.id && known.has(one.at) && !isOther && one.prior.every(({ at }) => known.has(at))
}

/** The earlier first, so that it does not matter who merges. */
const inOrder = (master: Envelope, mine: Envelope): readonly [Envelope, Envelope] => {
  const isAfter = master.at === mine.at ? canonical(whatIsSaid(master)) > canonical(whatIsSaid(mine)) : master.at > mine.at
  return isAfter ? [mine, master] : [master, mine]
}

const unitedPrior = (one: Envelope, other: Envelope, current: string): PriorVersion[] => {
  const versions = new Map([...versionsOf(one), ...versionsOf(other)].map((version) => [version.at, version]))
  versions.delete(current)
  return [...versions.values()].sort((a, b) => (a.at < b.at ? -1 : 1))
}

/** Who wrote the value: a person where there was one, else the merge that made it. */
const attributionOf = (origins: readonly PriorVersion[], record: Envelope): Attribution => {
  const { author, station, at } = origins.filter((version) => version.station !== 'merge').at(-1) ?? origins.at(-1) ?? record
  return { by: author, station, at }
}

interface Lines {
  readonly one: Line
  readonly other: Line
}

/** A program that keeps no versions leaves only what this workstation had seen on the server before. */
const linesOf = (one: Envelope, other: Envelope, assumed: Envelope | undefined): Lines => {
  const lines = { one: lineOf(one), other: lineOf(other) }
  return assumed === undefined || lines.one.versions.some(({ at }) => lines.other.has(at)) ? lines : { one: lineOf(one, assumed), other: lineOf(other, assumed) }
}

const newestStamp = (origins: readonly PriorVersion[]): string => origins.at(-1)?.at ?? ''

/** What the lines of both sides say of who knew what. */
const judgeOf = ({ one, other }: Lines, clash: (clash: FieldClash) => void): Judge => ({
  compare: (read) => {
    const [ofOne, ofOther] = [one.originsOf(read), other.originsOf(read)]
    const later: Side = newestStamp(ofOne) > newestStamp(ofOther) ? 'one' : 'other'
    const [oneIsKnown, otherIsKnown] = [ofOne.every(({ at }) => other.has(at)), ofOther.every(({ at }) => one.has(at))]
    if (oneIsKnown && otherIsKnown) return { knowing: later, later }
    return oneIsKnown ? { knowing: 'other', later } : otherIsKnown ? { knowing: 'one', later } : { later }
  },
  clash,
})

/** What it was before either changed it: as the newest version has it that both know and that is older than both values. */
const before = ({ one, other }: Lines, read: Reader, sides: readonly Attribution[]): Json | undefined => {
  const oldest = sides.map(({ at }) => at).sort()[0] ?? ''
  const known = one.versions.filter(({ at }) => other.has(at) && at < oldest).at(-1)
  return known && read(jsonOf(known.resource))
}

const sideOf = (attribution: Attribution, value: Json | undefined): ClashSide => ({ ...attribution, ...(value === undefined ? {} : { value }) })

const clashOf = (field: string, values: readonly [ClashSide, ClashSide], was: Json | undefined): Clash => ({
  field,
  ...(was === undefined ? {} : { before: was }),
  values: values[0].at <= values[1].at ? values : [values[1], values[0]],
})

/** Nobody may change these: what the server has stands, the other version is kept beside it and shown. */
const keepMaster = (master: Envelope, mine: Envelope, gist: NonNullable<RecordMerge['gist']> = (resource) => resource): Merged => {
  const record: Envelope = { ...master, prior: unitedPrior(master, mine, master.at) }
  if (same(jsonOf(gist(master.resource)), jsonOf(gist(mine.resource))) || versionsOf(master).some(({ at }) => at === mine.at)) return { record, clashes: [] }
  const side = ({ author, station, at, resource }: Envelope): ClashSide => ({ by: author, station, at, value: jsonOf(resource) })
  return { record, clashes: [clashOf(wholeRecord, [side(master), side(mine)], undefined)] }
}

/**
 * Merges a record that two workstations changed. Pure, and a function of the versions only: whoever merges the same two makes
 * the same record and the same clashes, whichever of them the server has. Only where no version may be changed does it matter
 * what the server has.
 *
 * @param versions.master as the server has it
 * @param versions.mine as this workstation has it
 * @param versions.assumed what this workstation last knew the server to have
 */
export const mergeRecords = ({ master, mine, assumed }: { readonly master: Envelope; readonly mine: Envelope; readonly assumed?: Envelope }): Merged => {
  const { way, fields, settle, gist } = recordMergeOf(master.type)
  if (way === 'never') return keepMaster(master, mine, gist)
  const [one, other] = inOrder(master, mine)
  const lines = linesOf(one, other, assumed)
  const found: FieldClash[] = []
  const judge = judgeOf(lines, (clash) => found.push(clash))
  const merged =
    way === 'decision'
      ? mergeDecisions(one as Envelope<'Task'>, other as Envelope<'Task'>, judge)
      : (mergeValue({ one: jsonOf(one.resource), other: jsonOf(other.resource) }, fields, judge) as unknown as Envelope['resource'])
  const resource = settle ? settle(merged) : merged
  const clashes = found.map(({ field, read }) => {
    const side = (line: Line, record: Envelope): ClashSide => sideOf(attributionOf(line.originsOf(read), record), read(jsonOf(record.resource)))
    const values = [side(lines.one, one), side(lines.other, other)] as const
    return clashOf(field, values, before(lines, read, values))
  })
  const { after: _one, ...others } = { ...one, ...other }
  const stamp = stampOf(resource, one, other)
  const record: Envelope = { ...others, ...stamp, resource, search: searchParametersOf(master.type, resource), prior: unitedPrior(one, other, stamp.at) }
  return { record, clashes }
}

/** A version is later than all that went into it, and says so. Where nothing is new, the later one stands. */
const stampOf = (resource: Envelope['resource'], one: Envelope, other: Envelope): Pick<Envelope, 'author' | 'station' | 'at' | 'after'> => {
  const { author, station, at, after } = other
  if (same(jsonOf(resource), jsonOf(other.resource))) return { author, station, at, ...(after ? { after } : {}) }
  return { author: 'system', station: 'merge', at: mergedStamp([one.at, other.at], canonical(jsonOf(resource))), after: [one.at, other.at] }
}
