import { createHash } from 'node:crypto'
import type { AuditEvent } from 'fhir/r4'
import { extensions } from '../../shared/records/systems'

/** A link of a station's chain: its place, and the hash of the entry before it (empty for the first). */
export interface Link {
  readonly station: string
  readonly sequence: number
  readonly previous: string
  readonly hash: string
}

/** JSON with its keys in order: a server may store them in another. */
const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, each]) => each !== undefined).sort(([left], [right]) => (left < right ? -1 : 1))
    return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(',')}}`
  }
  return JSON.stringify(value)
}

/** What the hash covers: the whole entry but its id and its own link. */
const hashOf = (entry: AuditEvent, place: Omit<Link, 'hash'>): string => {
  const { id: _id, meta: _meta, extension, ...rest } = entry
  const others = (extension ?? []).filter((each) => each.url !== extensions.chain)
  const covered = canonical({ ...rest, extension: others, station: place.station, sequence: place.sequence, previous: place.previous })
  return createHash('sha256').update(covered).digest('hex')
}

/** The entry with its link after `last`. */
export const linked = (entry: AuditEvent, station: string, last: Pick<Link, 'sequence' | 'hash'> | undefined): { entry: AuditEvent; link: Link } => {
  const place = { station, sequence: (last?.sequence ?? 0) + 1, previous: last?.hash ?? '' }
  const link: Link = { ...place, hash: hashOf(entry, place) }
  const parts = [
    { url: 'station', valueString: link.station },
    { url: 'sequence', valueInteger: link.sequence },
    { url: 'previous', valueString: link.previous || 'none' },
    { url: 'hash', valueString: link.hash },
  ]
  return { entry: { ...entry, extension: [...(entry.extension ?? []), { url: extensions.chain, extension: parts }] }, link }
}

/** The link that an entry says it has; undefined when it says none. */
export const linkOf = (entry: AuditEvent): Link | undefined => {
  const parts = entry.extension?.find((each) => each.url === extensions.chain)?.extension
  const part = (url: string) => parts?.find((each) => each.url === url)
  const [station, sequence] = [part('station')?.valueString, part('sequence')?.valueInteger]
  const [previous, hash] = [part('previous')?.valueString, part('hash')?.valueString]
  if (station === undefined || sequence === undefined || previous === undefined || hash === undefined) return undefined
  return { station, sequence, previous: previous === 'none' ? '' : previous, hash }
}

/**
 * Whether every station's chain holds: starts at 1, has no gap, no entry twice, and every hash is right.
 * What it cannot see by itself is a missing end; `heads` says how far each chain is known to reach.
 */
export const isIntact = (entries: readonly AuditEvent[], heads: ReadonlyMap<string, number> = new Map()): boolean => {
  const chains = new Map<string, { readonly entry: AuditEvent; readonly link: Link }[]>()
  for (const entry of entries) {
    const link = linkOf(entry)
    if (!link) return false
    const chain = chains.get(link.station) ?? []
    chain.push({ entry, link })
    chains.set(link.station, chain)
  }
  for (const [station, sequence] of heads) {
    if ((chains.get(station)?.length ?? 0) < sequence) return false
  }
  return [...chains.values()].every((chain) => {
    chain.sort((left, right) => left.link.sequence - right.link.sequence)
    let previous = ''
    return chain.every(({ entry, link }, index) => {
      const holds = link.sequence === index + 1 && link.previous === previous && link.hash === hashOf(entry, link)
      previous = link.hash
      return holds
    })
  })
}
