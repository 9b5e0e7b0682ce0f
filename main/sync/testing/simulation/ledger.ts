import type { Envelope, RecordType } from '../../../../shared/records/envelope'
import { canonical, type Json } from '../../../../shared/records/mergeFields'
import { reviewOf } from '../../../../shared/records/mergeReview'

/** A write by a person that the replica said was on disk. */
interface Acknowledged {
  readonly station: string
  readonly id: string
  readonly type: RecordType
  readonly at: string
  readonly resource: Json
  /** What it was made from; undefined: it is the first version. */
  readonly before: Json | undefined
  /** Stamps of every version that its author's workstation knew. */
  readonly known: ReadonlySet<string>
}

/** What everybody in the clinic was promised, and whether it was kept. */
export interface Ledger {
  readonly size: number
  /** Promises that nothing could have kept: the only disks with the write were put back to an earlier state. */
  readonly excused: number
  acknowledge(station: string, envelope: Envelope): void
  /** The power went before it could be acknowledged: it may be there or not. */
  attempt(station: string, envelope: Envelope): void
  /** The centre took a record away as it was then: what it said is gone on purpose. */
  takenAway(record: Pick<Envelope, 'id' | 'at' | 'prior'>): void
  /**
   * Something was put back to an earlier state. What it answers is told whether anybody still has a version, and excuses what nobody has of all that was
   * acknowledged until now: people go on writing while everybody is asked.
   */
  excuseLost(): (held: (id: string, at: string) => boolean) => void
  /** What was not kept, in words; nothing, when every promise was. `records` is what every replica has at the end. */
  judge(records: readonly Envelope[]): string[]
}

/** `isAsked`: where two gave it different values, a person is to be asked. */
type Field = readonly [name: string, isAsked: boolean, read: (resource: Json) => Json | undefined]

const memberOf = (value: Json | undefined, name: string | number): Json | undefined => (value as Readonly<Record<string, Json>> | undefined)?.[name]
const path = (...steps: readonly (string | number)[]) => (resource: Json): Json | undefined => steps.reduce<Json | undefined>(memberOf, resource)

/** Fields that the acts give values of which each is given once: what stands at the end tells whose edit it was. */
const followed: Partial<Record<RecordType, readonly Field[]>> = {
  Patient: [
    ['birthDate', true, path('birthDate')],
    ['family', true, path('name', 0, 'family')],
    ['value', true, path('telecom', 0, 'value')],
    ['city', true, path('address', 0, 'city')],
  ],
  Encounter: [['period', false, path('period', 'end')]],
}

/** Every version that a record tells of: the present one, earlier ones, and those that a review item holds. */
export const versionsIn = function* ({ id, type, at, prior, resource }: Envelope): Generator<readonly [id: string, at: string]> {
  yield [id, at]
  for (const each of prior) yield [id, each.at]
  const review = type === 'Task' ? reviewOf(resource as never) : undefined
  for (const side of review?.values ?? []) yield [review?.record ?? '', side.at]
}

const stampsOf = (record: Envelope | undefined): string => (record === undefined ? 'there is no such record' : `there are ${[...record.prior, record].map(({ at }) => at.slice(11)).join(', ')}`)

const writeOf = (station: string, { id, type, at, resource, prior }: Envelope): Acknowledged => {
  const before = prior.at(-1)?.resource as unknown as Json | undefined
  return { station, id, type, at, resource: resource as unknown as Json, before, known: new Set(prior.map((each) => each.at)) }
}

/** An empty ledger. */
export const openLedger = (): Ledger => {
  const all = new Map<string, Acknowledged>()
  const attempted: Acknowledged[] = []
  const lastOf = new Map<string, string>()
  const faults: string[] = []
  const gone = new Set<string>()
  let excused = 0
  const nameOf = (id: string, at: string): string => `${id} ${at}`
  const say = ({ type, id, at, station }: Acknowledged): string => `${type} ${id} as of ${at}, written at ${station}`

  return {
    get size() {
      return all.size
    },
    get excused() {
      return excused
    },
    acknowledge: (station, envelope) => {
      const write = writeOf(station, envelope)
      const { type, id, at, known } = write
      const last = lastOf.get(station)
      if (last !== undefined && at <= last) faults.push(`the clock of ${station} went back: ${at} after ${last}`)
      lastOf.set(station, at)
      const late = [...known].find((each) => each >= at)
      if (late !== undefined) faults.push(`${type} ${id}: ${at}, written at ${station}, sorts before ${late}, which it was made from`)
      all.set(nameOf(id, at), write)
    },
    attempt: (station, envelope) => void attempted.push(writeOf(station, envelope)),
    takenAway: ({ id, at, prior }) => {
      for (const each of [at, ...prior.map((version) => version.at)]) gone.add(nameOf(id, each))
    },
    excuseLost: () => {
      const untilNow = [...all]
      return (held) => {
        for (const [name, { id, at }] of untilNow) {
          if (held(id, at)) continue
          all.delete(name)
          excused += 1
        }
      }
    },
    judge: (records) => {
      const byId = new Map(records.map((record) => [record.id, record]))
      const reviews = records.flatMap(({ type, resource }) => (type === 'Task' ? (reviewOf(resource as never) ?? []) : []))
      const found = [...faults]
      const lost = (write: Acknowledged): boolean => {
        const { id, at, resource } = write
        const record = byId.get(id)
        const version = record?.at === at ? record : record?.prior.find((each) => each.at === at)
        if (version && canonical(version.resource as unknown as Json) === canonical(resource)) return false
        if (reviews.some((review) => review.record === id && review.values.some((side) => side.at === at && (review.field !== '*' || canonical(side.value) === canonical(resource))))) return false
        return !(record === undefined && gone.has(nameOf(id, at)))
      }
      const writes = [...all.values()]
      for (const write of writes) if (lost(write)) found.push(`lost: ${say(write)}; ${stampsOf(byId.get(write.id))}`)
      const ofRecord = new Map<string, Acknowledged[]>()
      const there = attempted.filter(({ id, at }) => byId.get(id)?.at === at || byId.get(id)?.prior.some((version) => version.at === at))
      for (const write of [...writes, ...there]) ofRecord.set(write.id, [...(ofRecord.get(write.id) ?? []), write])
      for (const [id, mine] of ofRecord) {
        const record = byId.get(id)
        if (record === undefined) continue
        for (const [name, isAsked, read] of followed[record.type] ?? []) {
          const edits = mine.filter(({ resource, before }) => canonical(read(resource)) !== canonical(before === undefined ? undefined : read(before)))
          // Those that nobody has replaced who knew of them.
          const standing = edits.filter((edit) => !edits.some(({ known }) => known.has(edit.at)))
          const values = new Set(standing.map(({ resource }) => canonical(read(resource))))
          const present = canonical(read(record.resource as unknown as Json))
          if (values.size === 0) continue
          if (!values.has(present)) found.push(`overruled in silence: ${name} of ${record.type} ${id}, written at ${standing.map(({ station, at }) => `${station} (${at})`).join(' and ')}`)
          if (isAsked && values.size > 1 && !reviews.some((review) => review.record === id && review.field.includes(name))) found.push(`nobody was asked: ${name} of ${record.type} ${id} has ${values.size} values`)
        }
      }
      return found
    },
  }
}
