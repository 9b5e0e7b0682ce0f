import type { Task, TaskInput } from 'fhir/r4'
import type { Envelope, RecordType } from './envelope'
import { wholeRecord, type Clash, type ClashSide } from './mergeClash'
import { canStandTogether, itemBesideAt, ruleAt, same, valueAt, withItemAt, withoutItemAt, withValueAt, type Json, type Judge } from './mergeFields'
import { mergeRuleOf, recordMergeOf } from './mergeRules'
import { mergeMonitoring, monitoringOf, taskSystem } from './task/monitoring'
import { derivedId, mergedStamp } from './mergeStamp'
import { searchParametersOf } from './search'
import { referenceTo } from './systems'

/**
 * A review item is an R4 Task: `focus` is the record, `for` the patient, `input` the field, what it
 * was before, and both values with who, where and when, the earlier first. `output` is the decision,
 * `owner` the person who took it.
 */

/** Code of a Task that is a review item. */
export const reviewCode = 'review'
/** The field of an item about a record that was taken away on the server. */
const takenAway = '-'

/**
 * What a person chose. `first`, `second`: one of the two values. `both`: both, side by side. `present`: what the record says now, which
 * may be neither. `typed`: a value of their own. `seen`: there was nothing to choose.
 */
export type Choice = 'first' | 'second' | 'both' | 'present' | 'typed' | 'seen'

/** A review item as rules and screens use it. */
export interface Review {
  readonly id: string
  readonly record: string
  readonly type: RecordType
  readonly patient?: string
  /**
   * `clash`: two values of one field. `fixed`: two versions of a record that may not be changed. `taken-away`: the record was
   * deleted on the server and has been put back.
   */
  readonly about: 'clash' | 'fixed' | 'taken-away'
  readonly field: string
  readonly before?: Json
  /** By stamp, the earlier first. */
  readonly values: readonly [ClashSide, ClashSide]
  readonly state: 'open' | 'resolved'
  readonly decision?: Decision
  readonly decidedBy?: string
  /** ISO instant. */
  readonly decidedAt?: string
}

/** What a person chose, and what the record said when they did. */
export interface Decision {
  readonly choice: Choice
  /** What was written; absent: taken away. */
  readonly value?: Json
  /** What stood before, for taking the decision back; null: nothing did. Absent: an earlier Outpost did not say. */
  readonly was?: Json
  /** With `both`: the thing that joined the one that stands. */
  readonly added?: Json
}

const note = (name: string, value: unknown): TaskInput => ({ type: { text: name }, valueString: JSON.stringify(value) })

const readNote = (notes: readonly { readonly type: { readonly text?: string }; readonly valueString?: string }[] | undefined, name: string): unknown => {
  const text = notes?.find((each) => each.type.text === name)?.valueString
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

const patientOf = (record: Envelope): string | undefined => (record.type === 'Patient' ? record.id : record.search.subject)

const itemOf = (record: Envelope, item: { readonly id: string; readonly at: string; readonly input: TaskInput[] }): Envelope<'Task'> => {
  const { id, at, input } = item
  const patient = patientOf(record)
  const resource: Task = {
    resourceType: 'Task',
    id,
    status: 'requested',
    intent: 'proposal',
    code: { coding: [{ system: taskSystem, code: reviewCode }] },
    focus: referenceTo(record.type, record.id),
    ...(patient ? { for: referenceTo('Patient', patient) } : {}),
    authoredOn: at.slice(0, 24),
    input,
  }
  return { id, type: 'Task', practice: record.practice, resource, search: searchParametersOf('Task', resource), author: 'system', station: 'merge', at, prior: [] }
}

/** The record that asks for a decision on a clash: the same, to the letter, wherever it is made. */
export const reviewRecordOf = (record: Envelope, { field, before, values }: Clash): Envelope<'Task'> => {
  const stamps = values.map(({ at }) => at)
  return itemOf(record, {
    id: derivedId(stamps, record.id, field),
    at: mergedStamp(stamps),
    input: [note('field', field), note('before', before ?? null), ...values.map((side, place) => note(`value-${place}`, side))],
  })
}

/** The record that says that a record was deleted on the server and has been put back; `deletion` is the generation of the server's revision. */
export const takenAwayRecordOf = (record: Envelope, deletion: number): Envelope<'Task'> => {
  const side: ClashSide = { by: record.author, station: record.station, at: record.at }
  return itemOf(record, {
    id: derivedId([], record.id, takenAway, String(deletion)),
    at: mergedStamp([record.at]),
    input: [note('field', takenAway), note('before', null), note('value-0', { ...side, by: 'system', station: 'server' }), note('value-1', side)],
  })
}

const isDecided = (task: Task): boolean => task.status === 'completed'

/** The item as it was before anybody decided. */
export const reopened = (task: Task): Task => {
  const { output: _output, owner: _owner, executionPeriod: _period, ...open } = task
  return { ...open, status: 'requested' }
}

/** Closes the item by a named person. */
export const decided = (task: Task, decision: Decision, practitioner: string, at: string): Task => ({
  ...task,
  status: 'completed',
  owner: referenceTo('Practitioner', practitioner),
  executionPeriod: { end: at },
  output: Object.entries(decision).flatMap(([name, value]) => (value === undefined ? [] : [note(name, value)])),
})

const decisionOf = ({ output }: Task): Decision | undefined => {
  // An earlier Outpost wrote the place of the value.
  const place = output?.find((each) => each.type.text === 'chosen')?.valueInteger
  if (place === 0 || place === 1) return { choice: place === 0 ? 'first' : 'second' }
  const choice = readNote(output, 'choice') as Choice | undefined
  if (choice === undefined) return undefined
  const said = (['value', 'was', 'added'] as const).flatMap((name) => {
    const value = readNote(output, name) as Json | undefined
    return value === undefined ? [] : [[name, value] as const]
  })
  return { choice, ...Object.fromEntries(said) }
}

const isAlike = (one: Decision | undefined, other: Decision | undefined): boolean => one?.choice === other?.choice && (one?.choice !== 'typed' || same(one.value, other?.value))

/** Two versions of an item, the earlier first: a decision beats none, and two that differ open it again. */
export const mergeDecisions = ({ resource: one }: Envelope<'Task'>, { resource: other }: Envelope<'Task'>, judge: Judge): Task => {
  if (same(one as unknown as Json, other as unknown as Json)) return one
  const { knowing } = judge.compare((resource) => resource)
  if (knowing) return knowing === 'one' ? one : other
  if (monitoringOf(one) && monitoringOf(other)) return mergeMonitoring(one, other)
  if (isDecided(one) && isDecided(other)) return isAlike(decisionOf(one), decisionOf(other)) ? one : reopened(one)
  return isDecided(other) ? other : one
}

/** A Task as a review item; undefined when it is another kind of task. */
export const reviewOf = (task: Task): Review | undefined => {
  if (!task.code?.coding?.some(({ system, code }) => system === taskSystem && code === reviewCode)) return undefined
  const [type, record] = (task.focus?.reference ?? '').split('/')
  const values = [readNote(task.input, 'value-0'), readNote(task.input, 'value-1')] as [ClashSide | undefined, ClashSide | undefined]
  const field = readNote(task.input, 'field')
  if (!task.id || !type || !record || !values[0] || !values[1] || typeof field !== 'string') return undefined
  const before = readNote(task.input, 'before') as Json | null
  const decision = isDecided(task) ? decisionOf(task) : undefined
  return {
    id: task.id,
    record,
    type: type as RecordType,
    patient: task.for?.reference?.split('/')[1],
    about: field === wholeRecord ? 'fixed' : field === takenAway ? 'taken-away' : 'clash',
    field,
    ...(before === null || before === undefined ? {} : { before }),
    values: [values[0], values[1]],
    state: isDecided(task) ? 'resolved' : 'open',
    ...(decision ? { decision } : {}),
    ...(isDecided(task) ? { decidedBy: task.owner?.reference?.split('/')[1], decidedAt: task.executionPeriod?.end } : {}),
  }
}

type Resource = Envelope['resource']

const asJson = (resource: Resource): Json => resource as unknown as Json

/** What the record says now of the field in question. */
export const presentValue = ({ type, field }: Review, resource: Resource): Json | undefined => valueAt(asJson(resource), mergeRuleOf(type), field)

/** What a person may choose between, in the order in which it is offered. */
export const choicesOf = (review: Review, resource: Resource | undefined): Choice[] => {
  if (review.about === 'taken-away' || resource === undefined) return ['seen']
  if (review.about === 'fixed') return ['present', 'both']
  const rule = mergeRuleOf(review.type)
  const present = presentValue(review, resource)
  const isNeither = review.values.every(({ value }) => !same(value, present))
  return [
    'first',
    'second',
    // Beside a third value, which somebody has written since, they would be three.
    ...(!isNeither && canStandTogether(rule, review.field) && review.values.every(({ value }) => value !== undefined) ? (['both'] as const) : []),
    ...(isNeither ? (['present'] as const) : []),
    ...(typedAs(review) ? (['typed'] as const) : []),
  ]
}

/** What a person may type into the field; undefined: nothing, one has to be chosen. */
export const typedAs = ({ type, field, about }: Review): 'text' | 'date' | undefined => {
  const rule = about === 'clash' ? ruleAt(mergeRuleOf(type), field) : undefined
  if (rule?.kind !== 'ask') return undefined
  return rule.as === 'date' ? 'date' : rule.as === 'text' || rule.as === 'texts' || rule.as === 'concept' ? 'text' : undefined
}

/** A typed text as a value of the field. */
const typedValue = ({ type, field }: Review, text: string): Json => {
  const rule = ruleAt(mergeRuleOf(type), field)
  const as = rule?.kind === 'ask' ? rule.as : 'text'
  return as === 'texts' ? [text] : as === 'concept' ? { text } : text
}

/** What has to be worked out again of a changed resource is. */
const settled = ({ type }: Review, value: Json | undefined): Resource => {
  const made = value as unknown as Resource
  return recordMergeOf(type).settle?.(made) ?? made
}

/** What stands keeps its place; the other joins it. */
const joining = (review: Review, resource: Resource): Json | undefined => {
  const [first, second] = review.values
  const isSecond = same(presentValue(review, resource), second.value)
  return itemBesideAt(asJson(resource), mergeRuleOf(review.type), review.field, isSecond ? first.value : second.value)
}

/** The record's resource as the choice has it. `text` goes with `typed`. */
export const withChoice = (review: Review, resource: Resource, choice: Choice, text = ''): Resource => {
  const [rule, [first, second]] = [mergeRuleOf(review.type), review.values]
  switch (choice) {
    case 'first':
    case 'second':
      return settled(review, withValueAt(asJson(resource), rule, review.field, (choice === 'first' ? first : second).value))
    case 'both': {
      const added = joining(review, resource)
      return added === undefined ? resource : settled(review, withItemAt(asJson(resource), rule, review.field, added))
    }
    case 'typed':
      return settled(review, withValueAt(asJson(resource), rule, review.field, typedValue(review, text)))
    case 'present':
    case 'seen':
      return resource
  }
}

/** What is noted of a choice about the record as it is now. */
export const decisionOn = (review: Review, resource: Resource | undefined, choice: Choice, text?: string): Decision => {
  if (review.about !== 'clash' || resource === undefined) return { choice }
  const value = presentValue(review, withChoice(review, resource, choice, text))
  const added = choice === 'both' ? joining(review, resource) : undefined
  return { choice, ...(value === undefined ? {} : { value }), was: presentValue(review, resource) ?? null, ...(added === undefined ? {} : { added }) }
}

/** The record's resource with the decision taken back, where nobody has written anything else since. */
export const withoutDecision = (review: Review, resource: Resource): Resource => {
  const { about, decision, type, field, values } = review
  if (about !== 'clash' || !decision || decision.choice === 'present' || decision.choice === 'seen') return resource
  const [value, rule] = [asJson(resource), mergeRuleOf(type)]
  if (decision.choice === 'both') {
    const without = decision.added === undefined ? value : withoutItemAt(value, rule, field, decision.added)
    // Where the one that it joined is gone, it is the only one.
    return valueAt(without, rule, field) === undefined ? resource : settled(review, without)
  }
  const written = decision.choice === 'typed' ? decision.value : values[decision.choice === 'first' ? 0 : 1].value
  return same(presentValue(review, resource), written) && decision.was !== undefined ? settled(review, withValueAt(value, rule, field, decision.was ?? undefined)) : resource
}

/** A value of a field as a person reads it; the empty text where there is none. */
export const valueInWords = (value: Json | undefined): string => {
  if (value === undefined || value === null) return ''
  if (Array.isArray(value)) return value.map(valueInWords).filter(Boolean).join(', ')
  if (typeof value !== 'object') return String(value)
  const members = value as Readonly<Record<string, Json | undefined>>
  const name = [valueInWords(members['prefix']), valueInWords(members['given']), valueInWords(members['family'])].filter(Boolean).join(' ')
  if (name) return name
  const known = members['text'] ?? members['display'] ?? members['value'] ?? members['reference']
  if (known !== undefined) return [valueInWords(known), valueInWords(members['unit'])].filter(Boolean).join(' ')
  return Object.entries(members).filter(([member]) => !['resourceType', 'id', 'system'].includes(member)).map(([, each]) => valueInWords(each)).filter(Boolean).join(', ')
}
