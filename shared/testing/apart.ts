import { expect } from 'vitest'
import { createClock } from '../records/clock'
import type { Envelope, RecordType, ResourceOf } from '../records/envelope'
import { mergeRecords } from '../records/merge'
import { searchParametersOf } from '../records/search'

/** One and the same record, as a workstation has written it at an hour of 21-Nov-2026. */
export const writtenAt = <Type extends RecordType>(type: Type, resource: ResourceOf[Type], station: string, hour: number): Envelope<Type> => {
  const at = createClock({ station, now: () => Date.UTC(2026, 10, 21, hour) }).next()
  return { id: '01WR1TTEN0000000000000000A', type, practice: '01PRACTICE0000000000000000', resource, search: searchParametersOf(type, resource), author: station, station, at, prior: [] }
}

/** What stands once two workstations that did not know of each other have met, whoever merges; nobody is asked. */
export const metApart = <Type extends RecordType>(type: Type, earlier: ResourceOf[Type], later: ResourceOf[Type]): ResourceOf[Type] => {
  const [one, other] = [writtenAt(type, earlier, 'A', 9), writtenAt(type, later, 'B', 10)]
  const [found, again] = [mergeRecords({ master: one, mine: other }), mergeRecords({ master: other, mine: one })]
  expect(again.record.resource).toEqual(found.record.resource)
  expect(found.clashes).toEqual([])
  return found.record.resource as ResourceOf[Type]
}
