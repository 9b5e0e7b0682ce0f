import type { Envelope, PriorVersion } from './envelope'
import { canonical, type Json, type Reader } from './mergeFields'

/** A version and what it was made from. */
export type Version = Pick<Envelope, 'resource' | 'author' | 'station' | 'at' | 'after'>

/** The version of a record that stands. */
export const versionOf = ({ resource, author, station, at, after }: Version): PriorVersion => ({ resource, author, station, at, ...(after === undefined ? {} : { after }) })

const byStamp = (one: { readonly at: string }, other: { readonly at: string }): number => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0)

/** Every version that a record knows of, oldest first. */
export const versionsOf = (record: Pick<Envelope, 'prior'> & Version): PriorVersion[] => [...record.prior, versionOf(record)].sort(byStamp)

/** How a record came to say what it says. */
export interface Line {
  readonly versions: readonly PriorVersion[]
  has(stamp: string): boolean
  /**
   * The versions that gave something the value that it has: from there on to the one that stands, nobody changed it. Several where
   * the same was written twice, apart; none where nobody ever wrote anything.
   */
  originsOf(read: Reader): PriorVersion[]
}

/** The line of a record; `also`: a version that it is known to have come from. */
export const lineOf = (record: Envelope, also?: Envelope): Line => {
  const known = new Map([...(also ? versionsOf(also) : []), ...versionsOf(record)].map((version) => [version.at, version]))
  const versions = [...known.values()].sort(byStamp)
  /** Where a version does not say (an earlier Outpost wrote it), it was made from the one before it. */
  const parentsOf = (version: PriorVersion): PriorVersion[] => {
    if (version.after) return version.after.flatMap((stamp) => known.get(stamp) ?? [])
    const before = versions[versions.indexOf(version) - 1]
    return before ? [before] : []
  }
  return {
    versions,
    has: (stamp) => known.has(stamp),
    originsOf: (read) => {
      const valueOf = (version: PriorVersion) => canonical(read(version.resource as unknown as Json))
      const start = known.get(record.at) as PriorVersion
      const value = valueOf(start)
      const origins: PriorVersion[] = []
      const seen = new Set<string>([start.at])
      for (const left = [start]; left.length > 0; ) {
        const version = left.pop() as PriorVersion
        const parents = parentsOf(version)
        const alike = parents.filter((parent) => valueOf(parent) === value)
        if (alike.length === 0 && !(value === '' && parents.length === 0)) origins.push(version)
        for (const parent of alike) {
          if (seen.has(parent.at)) continue
          seen.add(parent.at)
          left.push(parent)
        }
      }
      return origins.sort(byStamp)
    },
  }
}
