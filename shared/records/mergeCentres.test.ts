import fc from 'fast-check'
import type { Patient } from 'fhir/r4'
import { expect, test } from 'vitest'
import { createClock } from './clock'
import type { Envelope, PriorVersion } from './envelope'
import { mergeRecords, saysTheSame } from './merge'
import { canonical, type Json } from './mergeFields'
import { versionOf } from './mergeLine'
import { reviewOf, reviewRecordOf, type Review } from './mergeReview'
import { searchParametersOf } from './search'

/**
 * Three servers that replicate with each other as CouchDB does (every version that nobody built on is kept, one of them is
 * shown), five workstations each at one of them, and a truth beside them that knows who had seen what.
 */

const seed = Number(process.env['SEED'] ?? 20261121)
const id = '01PATENT000000000000000000'
const fields = ['birthDate', 'family', 'given', 'phone', 'doctors'] as const
type Field = (typeof fields)[number]

const patient: Patient = { resourceType: 'Patient', id, birthDate: 'v0', name: [{ use: 'official', family: 'v0', given: ['v0'] }], telecom: [{ system: 'phone', value: 'v0' }] }

/** A version on a server that nobody built on there. */
interface Leaf {
  readonly generation: number
  readonly rev: string
  readonly built: ReadonlySet<string>
  /** Absent: closed. */
  readonly record?: Envelope<'Patient'>
}

class Server {
  leaves: Leaf[] = []
  get live() {
    return this.leaves.filter(({ record }) => record)
  }
  get shown(): Leaf | undefined {
    return [...this.live].sort((x, y) => y.generation - x.generation || (x.rev < y.rev ? 1 : -1))[0]
  }
  write(on: Leaf | undefined, record: Envelope<'Patient'> | undefined, rev: string): Leaf {
    const leaf: Leaf = { generation: (on?.generation ?? 0) + 1, rev, built: new Set([...(on?.built ?? []), ...(on ? [on.rev] : [])]), ...(record ? { record } : {}) }
    this.take([leaf])
    return leaf
  }
  take(leaves: readonly Leaf[]) {
    const all = new Map([...this.leaves, ...leaves].map((leaf) => [leaf.rev, leaf]))
    const built = new Set([...all.values()].flatMap((leaf) => [...leaf.built]))
    this.leaves = [...all.values()].filter(({ rev }) => !built.has(rev))
  }
}

/** What somebody wrote. */
interface Written {
  readonly stamp: string
  readonly field: Field
  /** Absent: took `of` off the list. */
  readonly value?: string
  readonly of?: string
  readonly seen: ReadonlySet<string>
}

const clinic = (isSameRevision: boolean) => {
  let revisions = 0
  const servers = [new Server(), new Server(), new Server()]
  const reviews = new Map<string, Review>()
  const written: Written[] = []
  const clockAt = (station: string, place: number) => {
    let ms = Date.UTC(2026, 10, 21, 8 + ((place * 7) % 5))
    return createClock({ station, now: () => (ms += 1000) })
  }
  const first: Envelope<'Patient'> = { id, type: 'Patient', practice: 'p', resource: patient, search: searchParametersOf('Patient', patient), author: 'reception', station: 'A', at: clockAt('A', 0).next(), prior: [] }
  const start = servers[0]?.write(undefined, first, '0') as Leaf
  for (const server of servers) server.take([start])
  // CouchDB and PouchDB name what is written by its content, each in its own way: the same content has one name within a kind of server only.
  const revOf = (on: Leaf | undefined, record: Envelope<'Patient'> | undefined) => (isSameRevision ? canonical([on?.rev ?? '', (record ?? null) as unknown as Json]) : String(++revisions))
  const put = (server: Server, on: Leaf | undefined, record: Envelope<'Patient'> | undefined) => server.write(on, record, revOf(on, record))
  const merge = (master: Envelope<'Patient'>, mine: Envelope<'Patient'>, assumed?: Envelope<'Patient'>): Envelope<'Patient'> => {
    const merged = mergeRecords({ master, mine, assumed })
    const turned = mergeRecords({ master: mine, mine: master, assumed })
    expect(turned, 'does not matter who merges').toEqual(merged)
    for (const clash of merged.clashes) {
      const item = reviewOf(reviewRecordOf(merged.record, clash).resource) as Review
      if (!reviews.has(item.id)) reviews.set(item.id, item)
    }
    return merged.record as Envelope<'Patient'>
  }
  const stations = ['A', 'B', 'C', 'D', 'E'].map((name, place) => {
    const clock = clockAt(name, place)
    const server = servers[place % servers.length] as Server
    let [mine, assumed] = [first, first]
    const revise = (field: Field, value: string | undefined) => {
      clock.observe(mine.at)
      const { resource } = mine
      const name0 = resource.name?.[0] ?? {}
      const doctors = resource.generalPractitioner ?? []
      const gone = field === 'doctors' && value === undefined ? doctors[0] : undefined
      if (value === undefined && !gone) return
      const change: Partial<Patient> =
        field === 'family' ? { name: [{ ...name0, family: value }] }
        : field === 'given' ? { name: [{ ...name0, given: [value ?? ''] }] }
        : field === 'phone' ? { telecom: [{ system: 'phone', value }] }
        : field === 'doctors' ? { generalPractitioner: gone ? doctors.filter((each) => each !== gone) : [...doctors, { display: value }] }
        : { birthDate: value }
      const next = { ...resource, ...change }
      // Nothing was changed: nothing is claimed.
      if (canonical(next as unknown as Json) === canonical(resource as unknown as Json)) return
      const at = clock.next()
      written.push({ stamp: at, field, value, of: gone?.display, seen: new Set([...mine.prior.map((version) => version.at), mine.at]) })
      mine = { ...mine, resource: next, search: searchParametersOf('Patient', next), author: `nurse-${name}`, station: name, at, after: [mine.at], prior: [...mine.prior, versionOf(mine) as PriorVersion<'Patient'>] }
    }
    const close = () => {
      const { shown } = server
      const losers = server.live.filter((leaf) => leaf !== shown).sort((x, y) => (x.rev < y.rev ? -1 : 1))
      if (!shown?.record || losers.length === 0) return
      const merged = losers.reduce((record, loser) => merge(record, loser.record as Envelope<'Patient'>), shown.record)
      if (!saysTheSame(merged, shown.record)) put(server, shown, merged)
      for (const loser of losers) put(server, loser, undefined)
    }
    return {
      revise,
      decide: () => {
        const review = [...reviews.values()].find(({ values }) => values.some(({ station }) => station === name))
        const value = review?.values[0].value
        if (review && typeof value === 'string') revise(review.field === 'birthDate' ? 'birthDate' : review.field.startsWith('telecom') ? 'phone' : 'family', value)
      },
      sync: () => {
        const { shown } = server
        const master = shown?.record as Envelope<'Patient'>
        if (saysTheSame(mine, assumed)) mine = master
        else if (saysTheSame(master, assumed)) put(server, shown, mine)
        else {
          mine = merge(master, mine, assumed)
          if (!saysTheSame(mine, master)) put(server, shown, mine)
        }
        close()
        mine = server.shown?.record as Envelope<'Patient'>
        assumed = mine
        clock.observe(mine.at)
      },
      get record() {
        return mine
      },
    }
  })
  const replicate = (from: number, to: number) => servers[to]?.take(servers[from]?.leaves ?? [])
  const isQuiet = () => servers.every((server) => server.live.length === 1) && stations.every(({ record }) => saysTheSame(record, stations[0]?.record as Envelope))
  return { servers, stations, reviews, written, replicate, isQuiet }
}

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('revise' as const), who: fc.nat(4), field: fc.constantFrom(...fields), isRemoval: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('sync' as const), who: fc.nat(4) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('replicate' as const), from: fc.nat(2), to: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('decide' as const), who: fc.nat(4) }) },
)

test(`three servers, five workstations: one state in the end, no branch left, nothing lost unseen, nobody asked about what was seen (seed ${seed})`, () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 50 }), fc.boolean(), (steps, isSameRevision) => {
      const { servers, stations, reviews, written, replicate, isQuiet } = clinic(isSameRevision)
      steps.forEach((each, count) => {
        if (each.kind === 'revise') stations[each.who]?.revise(each.field, each.isRemoval && each.field === 'doctors' ? undefined : `v${count + 1}`)
        else if (each.kind === 'sync') stations[each.who]?.sync()
        else if (each.kind === 'decide') stations[each.who]?.decide()
        else if (each.from !== each.to) replicate(each.from, each.to)
      })
      let rounds = 0
      for (; !(isQuiet() && rounds > 0); rounds++) {
        expect(rounds, 'rounds until quiet').toBeLessThan(10)
        for (const station of stations) station.sync()
        for (const [from, to] of [[0, 1], [1, 2], [2, 0], [0, 2], [2, 1], [1, 0]] as const) replicate(from, to)
        for (const station of stations) station.sync()
      }
      const record = servers[0]?.shown?.record as Envelope<'Patient'>
      const bySight = new Map(written.map((each) => [each.stamp, each]))
      const versions = new Set([...record.prior.map(({ at }) => at), record.at])
      for (const each of written) {
        expect(versions.has(each.stamp), 'every version that was written is kept').toBe(true)
        const { field, value } = each
        if (value === undefined) continue
        if (field === 'doctors') {
          const isGone = written.some((one) => one.of === value && one.seen.has(each.stamp))
          expect(record.resource.generalPractitioner?.some(({ display }) => display === value) ?? false, value).toBe(!isGone)
          continue
        }
        const stands = { birthDate: record.resource.birthDate, family: record.resource.name?.[0]?.family, given: record.resource.name?.[0]?.given?.[0], phone: record.resource.telecom?.[0]?.value }[field]
        const isReplaced = written.some((one) => one.field === field && one.seen.has(each.stamp))
        const isAsked = [...reviews.values()].some(({ values }) => values.some((side) => side.at === each.stamp))
        expect(stands === value || isReplaced || isAsked, `${field} ${value} was not lost unseen`).toBe(true)
      }
      for (const { values: [one, other], field } of reviews.values()) {
        const [first, second] = [bySight.get(one.at), bySight.get(other.at)]
        expect(first && second, `${field}: both sides were written by people`).toBeTruthy()
        expect(first?.seen.has(other.at) || second?.seen.has(one.at), `${field}: neither had seen the other`).toBe(false)
      }
    }),
    { seed, numRuns: Number(process.env['RUNS'] ?? 200) },
  )
})
