import { fillWithDefaultSettings, normalizeMangoQuery, prepareQuery, type PreparedQuery, type RxDocumentData, type RxJsonSchema } from 'rxdb'
import { drawsFrom } from '../../../shared/standards/mulberry32'

/** What is measured: one collection of clinic-like documents of about 1 kB, its indexes and its questions. No imports of Node, so that a window measures the same. */

export interface Entry {
  id: string
  type: string
  at: string
  family: string
  subject: string
  date: string
  status: string
  amount: number
  resource: Record<string, unknown>
}
export type Stored = RxDocumentData<Entry>

const text = (maxLength: number) => ({ type: 'string', maxLength }) as const

/** Indexes as the screens need them: a list by type, a name, a chart, a work list. */
export const schema = fillWithDefaultSettings<Entry>({
  version: 0,
  primaryKey: 'id',
  type: 'object',
  properties: {
    id: text(26), type: text(20), at: text(30), family: text(40), subject: text(26), date: text(10), status: text(20),
    amount: { type: 'number' }, resource: { type: 'object', additionalProperties: true },
  },
  required: ['id', 'type', 'at', 'family', 'subject', 'date', 'status'],
  indexes: [['type', 'at'], ['family'], ['subject', 'date'], ['status', 'at']],
} as unknown as RxJsonSchema<Entry>)

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const syllables = ['mo', 'ko', 'na', 'the', 'di', 'ra', 'lu', 'si', 'ban', 'ze', 'ka', 'por', 'ti', 'wa', 'ngu', 'bel', 'fa', 'jo', 'hu', 'min']
const types = ['Observation', 'Observation', 'Observation', 'Encounter', 'ServiceRequest', 'Patient', 'MedicationRequest', 'DiagnosticReport']
const states = ['final', 'final', 'final', 'final', 'active', 'draft', 'completed', 'completed']
const two = (value: number): string => String(value).padStart(2, '0')

/** Documents made from a seed: the same in every process. */
export const entries = (many: number, seed = 20261121): Stored[] => {
  const random = drawsFrom(seed)
  const word = (parts: number): string => Array.from({ length: parts }, () => syllables[random(syllables.length)]).join('')
  const idOf = (place: number): string => {
    let id = ''
    for (let rest = 1_700_000_000_000 + place * 977; id.length < 10; rest = Math.floor(rest / 32)) id = alphabet.charAt(rest % 32) + id
    for (let more = 0; more < 16; more += 1) id += alphabet.charAt(random(32))
    return id
  }
  const people = Array.from({ length: Math.max(10, many >> 5) }, (_, place) => ({ id: idOf(place), family: word(3) }))
  return Array.from({ length: many }, (_, place) => {
    const person = people[random(people.length)] as (typeof people)[number]
    const type = types[random(types.length)] as string
    const date = `20${10 + random(17)}-${two(1 + random(12))}-${two(1 + random(28))}`
    return {
      id: idOf(place + 1_000_000), type, at: `${1_700_000_000_000 + place * 977}-0001-A`, family: person.family, subject: person.id, date, status: states[random(states.length)] as string,
      amount: random(4000) / 10,
      resource: {
        resourceType: type, status: 'final', subject: { reference: `Patient/${person.id}` }, effectiveDateTime: `${date}T08:${two(random(60))}:00+02:00`,
        code: { coding: [{ system: 'http://loinc.org', code: `${10000 + random(80000)}-${random(10)}`, display: word(5) }], text: word(6) },
        performer: [{ reference: `Practitioner/${person.id}`, display: `${word(2)} ${word(3)}` }],
        note: [{ text: Array.from({ length: 16 }, () => word(1 + random(4))).join(' ') }],
        component: Array.from({ length: 2 }, () => ({ code: { text: word(4) }, valueQuantity: { value: random(2000) / 10, unit: 'mmol/L', system: 'http://unitsofmeasure.org', code: 'mmol/L' } })),
      },
      _rev: '1-outpost', _deleted: false, _attachments: {}, _meta: { lwt: 1_700_000_000_000 + place },
    } as unknown as Stored
  })
}

/** The next version of a document. */
export const revised = (document: Stored): Stored => ({ ...document, amount: document.amount + 1, _rev: '2-outpost', _meta: { lwt: document._meta.lwt + 1 } })

/** The questions: the newest of a type, the chart of one person, a name by its beginning. Each is answered by an index, with 20 documents at most. */
export const questions = (documents: readonly Stored[], many: number, seed = 7): Record<string, unknown>[] => {
  const random = drawsFrom(seed)
  return Array.from({ length: many }, (_, place) => {
    const document = documents[random(documents.length)] as Stored
    if (place % 3 === 0) return { selector: { type: document.type, at: { $lte: document.at } }, sort: [{ type: 'desc' }, { at: 'desc' }], limit: 20 }
    if (place % 3 === 1) return { selector: { subject: document.subject, date: { $gte: '2000-01-01' } }, sort: [{ subject: 'asc' }, { date: 'asc' }], limit: 20 }
    const beginning = document.family.slice(0, 4)
    return { selector: { family: { $gte: beginning, $lt: `${beginning}\uffff` } }, sort: [{ family: 'asc' }], limit: 20 }
  })
}

/** A question as RxDB's storages take it. */
export const prepared = (question: object): PreparedQuery<Entry> => {
  const { selector } = question as { selector: object }
  const query = { ...structuredClone(question), selector: { ...structuredClone(selector), _deleted: { $eq: false } } }
  return prepareQuery<Entry>(schema, normalizeMangoQuery(schema, query as never))
}
