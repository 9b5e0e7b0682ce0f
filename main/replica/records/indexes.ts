import type { PartialIndex } from '../storage'

/** Without the id, by which lists are sorted last: it would be a quarter of an index, and few records are equal in all else. */
const byParameter = (parameter: string, ...then: string[]): PartialIndex => ({ fields: ['type', parameter, ...then], present: parameter })

/** Types of which screens list those in one state: open orders, visits, review items. */
const typesListedByStatus = ['ServiceRequest', 'Encounter', 'Task']

/** Types of which there are many kinds, and in what order each is listed: alarms among sign-offs, rosters among plans. */
const listedByCode = { Communication: 'search.date', Basic: 'at' } as const

/** What the screens search records by; each index holds only the records that have the parameter. */
export const recordIndexes: readonly PartialIndex[] = [
  { fields: ['type', 'at'] },
  { fields: ['at'] },
  byParameter('search.family', 'search.given'),
  byParameter('search.birthdate'),
  byParameter('search.identifier'),
  byParameter('search.phone'),
  byParameter('search.subject', 'search.date'),
  byParameter('search.encounter', 'search.date'),
  byParameter('search.date'),
  ...Object.entries(listedByCode).map(([type, order]): PartialIndex => ({ fields: ['search.code', order], only: { field: 'type', value: type } })),
  ...typesListedByStatus.map((type): PartialIndex => ({ fields: ['search.status', 'at'], only: { field: 'type', value: type } })),
]
