import { done, refuse, type Answer, type ReviewItem } from '../../shared/contract'
import type { Task } from 'fhir/r4'
import type { Replica } from '../replica'
import type { ClashSide } from '../../shared/records/mergeClash'
import { canonical, type Json } from '../../shared/records/mergeFields'
import { decided, reviewOf, valueInWords, withDecision, type Review } from '../../shared/records/mergeReview'
import { valueAt } from '../../shared/records/mergeFields'
import { mergeRuleOf } from '../../shared/records/mergeRules'
import { appendOnlyTypes } from '../../shared/records/envelope'

/** Which of the two values is this workstation's: its own, else the earlier. */
const mineIn = ({ values: [first, second] }: Review, station: string): 0 | 1 => (first.station !== station && second.station === station ? 1 : 0)

const side = ({ value, by, station, at }: ClashSide, name: (author: string) => string) => ({ value: valueInWords(value), by: name(by), station, at: at.slice(0, 24) })

/** Which value the record shows at present. */
const standing = async ({ records, station }: Replica, review: Review): Promise<Pick<ReviewItem, 'stands'>> => {
  const record = await records.get(review.type, review.record)
  if (!record || appendOnlyTypes.includes(review.type)) return {}
  const present = canonical(presentValue(record.resource, review))
  const mine = mineIn(review, station)
  const place = review.values.findIndex(({ value }) => canonical(value) === present)
  return place < 0 ? {} : { stands: place === mine ? 'mine' : 'theirs' }
}

const presentValue = (resource: unknown, review: Review): Json | undefined => valueAt(resource as Json, mergeRuleOf(review.type), review.field)

const itemOf = async (replica: Replica, review: Review, name: (author: string) => string): Promise<ReviewItem> => {
  const { station } = replica
  const mine = mineIn(review, station)
  return {
    id: review.id,
    record: review.record,
    type: review.type,
    patient: review.patient,
    field: review.field,
    before: valueInWords(review.before),
    mine: side(review.values[mine], name),
    theirs: side(review.values[mine === 0 ? 1 : 0], name),
    ...(await standing(replica, review)),
    state: review.state,
    ...(review.decidedBy === undefined ? {} : { decidedBy: name(review.decidedBy) }),
  }
}

/** Practitioner ids as the names of people. */
const namesIn = async ({ records }: Replica): Promise<(author: string) => string> => {
  const people = await records.find('Practitioner', { limit: 1000 })
  const names = new Map(people.map(({ id, resource }) => [id, valueInWords((resource.name?.[0] ?? null) as Json)]))
  return (author) => names.get(author) || author
}

/** How many items wait for a decision. */
export const countReviewItems = ({ records }: Replica): Promise<number> => records.count('Task', { where: { status: 'requested' } })

/** The open items, newest first; those of one patient also when they are resolved. */
export const listReviewItems = async (replica: Replica, patient?: string): Promise<ReviewItem[]> => {
  const where = patient === undefined ? { status: 'requested' } : { subject: patient }
  const [tasks, name] = await Promise.all([replica.records.find('Task', { where, limit: 500 }), namesIn(replica)])
  const reviews = tasks.flatMap(({ resource }) => reviewOf(resource) ?? [])
  return Promise.all(reviews.map((review) => itemOf(replica, review, name)))
}

/**
 * Writes the chosen value and closes the item, by a named person. The value comes first: if the power
 * goes in between, the item is still open and deciding again changes nothing.
 */
export const resolveReviewItem = async (replica: Replica, item: string, keep: 'mine' | 'theirs', practitioner: string, now: () => number): Promise<Answer<ReviewItem>> => {
  const { records, station } = replica
  const task = await records.get('Task', item)
  const review = task && reviewOf(task.resource)
  if (!task || !review) return refuse('not-found')
  if (review.state === 'resolved') return refuse('conflict')
  const mine = mineIn(review, station)
  const chosen = keep === 'mine' ? mine : mine === 0 ? 1 : 0
  // What may not be changed has been kept as it is; the other version can be read in its history.
  if (!appendOnlyTypes.includes(review.type)) {
    const record = await records.get(review.type, review.record)
    if (!record) return refuse('not-found')
    if (canonical(presentValue(record.resource, review)) !== canonical(review.values[chosen].value)) await records.revise(review.type, review.record, (resource) => withDecision(review.type, resource, review, chosen) as never, practitioner)
  }
  const closed = await records.revise('Task', item, (resource: Task) => decided(resource, chosen, practitioner, new Date(now()).toISOString()), practitioner, task.at)
  const result = reviewOf(closed.resource)
  return result ? done(await itemOf(replica, result, await namesIn(replica))) : refuse('internal')
}
