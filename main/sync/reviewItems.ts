import { setImmediate } from 'node:timers/promises'
import { calendarDate, done, refuse, type Answer, type ReviewChoice, type ReviewItem, type ReviewLine, type ReviewSide } from '../../shared/contract'
import type { Task } from 'fhir/r4'
import { appendOnlyTypes, type Envelope, type RecordType } from '../../shared/records/envelope'
import { clinicalFields, fieldChanges, type ClinicalFields, type FieldValue } from '../../shared/records/history/clinicalFields'
import type { ClashSide } from '../../shared/records/mergeClash'
import { same, type Json } from '../../shared/records/mergeFields'
import { choicesOf, decided, decisionOn, presentValue, reopened, reviewCode, reviewOf, typedAs, valueInWords, withChoice, withoutDecision, type Choice, type Review } from '../../shared/records/mergeReview'
import { patientFacts } from '../../shared/records/patient/patient'
import { idIn } from '../../shared/records/systems'
import type { Replica } from '../replica'

/** Which items, and for whom. */
export interface ReviewQuery {
  readonly patient?: string
  /** Default: the open ones; of one patient also the resolved. */
  readonly state?: 'open' | 'resolved'
  /** Whether the person who asks may read about a record of this type; default: everything. */
  readonly mayRead?: (type: RecordType) => boolean
}

/** More are not listed at once. */
const mostItems = 100
/** Each is compared field by field: more would hold the loop. */
const comparedAtOnce = 10

type Place = 0 | 1

/** Which of the two values is this workstation's: its own, else the earlier. */
const mineIn = ({ values: [first, second] }: Review, station: string): Place => (first.station !== station && second.station === station ? 1 : 0)

const otherPlace = (place: Place): Place => (place === 0 ? 1 : 0)

/** How a choice is called here: on another workstation `mine` is the other one's. */
const choiceHere = (choice: Choice, mine: Place): ReviewChoice => (choice === 'first' ? (mine === 0 ? 'mine' : 'theirs') : choice === 'second' ? (mine === 1 ? 'mine' : 'theirs') : choice)
const choiceOf = (choice: ReviewChoice, mine: Place): Choice => {
  const place = choice === 'mine' ? mine : choice === 'theirs' ? otherPlace(mine) : undefined
  return place === undefined ? (choice as Choice) : place === 0 ? 'first' : 'second'
}

interface Reading {
  readonly replica: Replica
  name(author: string): string
}

/** Practitioner ids as the names of people. */
const readingOf = async (replica: Replica): Promise<Reading> => {
  const people = await replica.records.find('Practitioner', { limit: 1000 })
  const names = new Map(people.map(({ id, resource }) => [id, resource.name?.[0]?.text ?? valueInWords((resource.name?.[0] ?? null) as Json)]))
  return { replica, name: (author) => names.get(author) || author }
}

/** A value as a person reads it. */
type Words = (value: Json | undefined) => string

const sideOf = ({ value, by, station, at }: ClashSide, { name }: Reading, words: Words): ReviewSide => ({ value: words(value), by: name(by), station, at: at.slice(0, 24) })

type Resource = Envelope['resource']

/** What the two values, the one before and the present one make of the record, where that differs. */
const linesOf = (review: Review, record: Envelope | undefined, mine: Place): ReviewLine[] => {
  if (!record || review.about === 'taken-away') return []
  const { type, values } = review
  const saying = (resource: unknown): ClinicalFields => clinicalFields(type, resource as Resource as never)
  const [ofMine, ofTheirs] = ([mine, otherPlace(mine)] as const).map((place) => saying(review.about === 'fixed' ? values[place].value : withChoice(review, record.resource, place === 0 ? 'first' : 'second')))
  const before = review.about === 'fixed' ? undefined : saying(withChoice({ ...review, values: [{ ...values[0], ...valued(review.before) }, values[1]] }, record.resource, 'first'))
  const now = saying(record.resource)
  return fieldChanges(ofMine, ofTheirs as ClinicalFields).map(({ field, before: first, after: second }) => {
    const [was, is] = [before?.get(field), now.get(field)]
    const isNeither = is !== undefined && is.text !== first?.text && is.text !== second?.text
    return { field, ...(was && { before: was }), ...(first && { mine: first }), ...(second && { theirs: second }), ...(isNeither && { now: is }) }
  })
}

const valued = (value: Json | undefined): { readonly value: Json | undefined } => ({ value })

/** The field that a record of the type is called by. */
const titleFields: { readonly [Type in RecordType]?: string } = {
  AllergyIntolerance: 'substance',
  Condition: 'condition',
  Encounter: 'reason',
  Observation: 'measured',
  Composition: 'text',
  ServiceRequest: 'test',
  DiagnosticReport: 'test',
  ImagingStudy: 'description',
}

const titleOf = (record: Envelope | undefined): FieldValue | undefined => {
  const field = record && titleFields[record.type]
  return record && field ? clinicalFields(record.type, record.resource as never).get(field) : undefined
}

const patientOf = async ({ records }: Replica, patient: string | undefined): Promise<Pick<ReviewItem, 'patientName' | 'patientNumber'> & { readonly birthDate?: string }> => {
  const found = patient === undefined ? undefined : await records.get('Patient', patient)
  if (!found) return {}
  const { family, given, number, birthDate } = patientFacts(found.resource)
  return { patientName: [family.toUpperCase(), given].filter(Boolean).join(', '), ...(number === '' ? {} : { patientNumber: number }), ...(birthDate === undefined ? {} : { birthDate }) }
}

const chartOf = (value: Json | undefined): string | undefined => idIn((value ?? undefined) as { reference?: string } | undefined, 'Patient')

/** Values as people read them: a chart by the patient’s name, number and date of birth. */
const wordsFor = async (replica: Replica, values: readonly (Json | undefined)[]): Promise<Words> => {
  const charts = new Map<string, string>()
  for (const chart of new Set(values.map(chartOf))) {
    const { patientName, patientNumber, birthDate } = await patientOf(replica, chart)
    if (chart !== undefined && patientName !== undefined) charts.set(chart, [patientName, patientNumber, birthDate].filter(Boolean).join(' · '))
  }
  return (value) => charts.get(chartOf(value) ?? '') ?? valueInWords(value)
}

/** Which value the record shows at present. */
const standing = (review: Review, record: Envelope | undefined, mine: Place): Pick<ReviewItem, 'stands'> => {
  if (!record || review.about === 'taken-away') return {}
  const present = review.about === 'fixed' ? (record.resource as unknown as Json) : presentValue(review, record.resource)
  const place = review.values.findIndex(({ value }) => same(value, present))
  return place < 0 ? {} : { stands: place === mine ? 'mine' : 'theirs' }
}

const itemOf = async (review: Review, reading: Reading): Promise<ReviewItem> => {
  const { replica, name } = reading
  const mine = mineIn(review, replica.station)
  const [record, { birthDate: _born, ...patient }] = await Promise.all([replica.records.get(review.type, review.record) as Promise<Envelope | undefined>, patientOf(replica, review.patient)])
  const present = record && review.about === 'clash' ? presentValue(review, record.resource) : undefined
  const words = await wordsFor(replica, [review.before, ...review.values.map(({ value }) => value), present])
  const title = titleOf(record)
  const typed = typedAs(review)
  const order: readonly ReviewChoice[] = ['mine', 'theirs', 'both', 'present', 'typed', 'seen']
  const choices = choicesOf(review, record?.resource).map((choice) => choiceHere(choice, mine))
  return {
    id: review.id,
    record: review.record,
    type: review.type,
    ...(review.patient === undefined ? {} : { patient: review.patient }),
    ...patient,
    ...(title && { title }),
    about: review.about,
    field: review.field,
    before: words(review.before),
    mine: sideOf(review.values[mine], reading, words),
    theirs: sideOf(review.values[otherPlace(mine)], reading, words),
    ...(present === undefined ? {} : { present: words(present) }),
    lines: linesOf(review, record, mine),
    ...standing(review, record, mine),
    choices: order.filter((choice) => choices.includes(choice)),
    ...(typed && choices.includes('typed') ? { typed } : {}),
    state: review.state,
    ...(review.decision === undefined ? {} : { decision: choiceHere(review.decision.choice, mine) }),
    ...(review.decidedBy === undefined ? {} : { decidedBy: name(review.decidedBy) }),
    ...(review.decidedAt === undefined ? {} : { decidedAt: review.decidedAt }),
  }
}

/** How many items wait for a decision. */
export const countReviewItems = ({ records }: Replica): Promise<number> => records.count('Task', { where: { code: reviewCode, status: 'requested' } })

/** Review items, newest first. */
export const listReviewItems = async (replica: Replica, { patient, state, mayRead = () => true }: ReviewQuery = {}): Promise<ReviewItem[]> => {
  const status = state === 'resolved' ? 'completed' : state === 'open' || patient === undefined ? 'requested' : undefined
  const where = { code: reviewCode, ...(patient === undefined ? {} : { subject: patient }), ...(status === undefined ? {} : { status }) }
  const [tasks, reading] = await Promise.all([replica.records.find('Task', { where, limit: mostItems }), readingOf(replica)])
  const reviews = tasks.flatMap(({ resource }) => reviewOf(resource) ?? []).filter(({ type }) => mayRead(type))
  const items: ReviewItem[] = []
  for (let from = 0; from < reviews.length; from += comparedAtOnce) {
    items.push(...(await Promise.all(reviews.slice(from, from + comparedAtOnce).map((review) => itemOf(review, reading)))))
    await setImmediate()
  }
  return items
}

interface Found {
  readonly task: Envelope<'Task'>
  readonly review: Review
}

const find = async ({ records }: Replica, item: string): Promise<Found | undefined> => {
  const task = await records.get('Task', item)
  const review = task && reviewOf(task.resource)
  return review && { task, review }
}

const answer = async (replica: Replica, task: Envelope<'Task'>): Promise<Answer<ReviewItem>> => {
  const review = reviewOf(task.resource)
  return review ? done(await itemOf(review, await readingOf(replica))) : refuse('internal')
}

/** The version that lost becomes a record of its own: the same one, whoever decides so. */
const keepBesides = async ({ records }: Replica, review: Review, practitioner: string): Promise<void> => {
  const record: Envelope | undefined = await records.get(review.type, review.record)
  const lost = review.values.find(({ value }) => !same(value, record?.resource as unknown as Json))
  if (lost?.value === undefined) return
  const { id: _id, ...resource } = lost.value as unknown as Resource
  await records.add(review.type, resource as never, practitioner, `review:${review.id}`)
}

/** What a person decides. */
export interface Deciding {
  readonly item: string
  readonly keep: ReviewChoice
  /** With `typed`. */
  readonly text?: string
  /** Practitioner id. */
  readonly practitioner: string
}

/**
 * Writes what was chosen and closes the item, by a named person. The value comes first: if the power
 * goes in between, the item is still open and deciding again changes nothing. Refuses with `not-found`, `conflict` (decided
 * meanwhile), `bad-shape` (not among the choices).
 */
export const resolveReviewItem = async (replica: Replica, { item, keep, text, practitioner }: Deciding, now: () => number): Promise<Answer<ReviewItem>> => {
  const { records, station } = replica
  const found = await find(replica, item)
  if (!found) return refuse('not-found')
  const { task, review } = found
  if (review.state === 'resolved') return refuse('conflict')
  const record: Envelope | undefined = await records.get(review.type, review.record)
  const choice = choiceOf(keep, mineIn(review, station))
  if (!choicesOf(review, record?.resource).includes(choice) || (choice === 'typed') !== (text !== undefined)) return refuse('bad-shape')
  if (text !== undefined && typedAs(review) === 'date' && !calendarDate.safeParse(text).success) return refuse('bad-shape')
  const decision = decisionOn(review, record?.resource, choice, text)
  if (record && review.about === 'clash' && !same(withChoice(review, record.resource, choice, text) as unknown as Json, record.resource as unknown as Json))
    await records.revise(review.type, review.record, (resource) => withChoice(review, resource, choice, text) as never, practitioner)
  if (review.about === 'fixed' && choice === 'both' && appendOnlyTypes.includes(review.type)) await keepBesides(replica, review, practitioner)
  const closed = await records.revise('Task', item, (resource: Task) => decided(resource, decision, practitioner, new Date(now()).toISOString()), practitioner, task.at)
  return answer(replica, closed)
}

/** Opens a decided item again; the record says what it said before the decision, unless somebody has changed it since. Refuses with `not-found`, `conflict` (it is open). */
export const reopenReviewItem = async (replica: Replica, item: string, practitioner: string): Promise<Answer<ReviewItem>> => {
  const { records } = replica
  const found = await find(replica, item)
  if (!found) return refuse('not-found')
  const { task, review } = found
  if (review.state === 'open') return refuse('conflict')
  const record: Envelope | undefined = await records.get(review.type, review.record)
  if (record && !same(withoutDecision(review, record.resource) as unknown as Json, record.resource as unknown as Json))
    await records.revise(review.type, review.record, (resource) => withoutDecision(review, resource) as never, practitioner)
  return answer(replica, await records.revise('Task', item, reopened, practitioner, task.at))
}
