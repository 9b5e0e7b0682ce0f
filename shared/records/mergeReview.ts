import type { Task, TaskInput } from 'fhir/r4'
import type { Envelope, RecordType } from './envelope'
import type { Clash, ClashSide } from './mergeClash'
import { derivedId, mergedStamp } from './mergeStamp'
import { mergeRuleOf } from './mergeRules'
import { withValueAt, type Json } from './mergeFields'
import { searchParametersOf } from './search'
import { referenceTo } from './systems'

/**
 * A review item is an R4 Task: `focus` is the record, `for` the patient, `input` the field, what it
 * was before, and both values with who, where and when, the earlier first. `output` is the decision,
 * `owner` the person who took it.
 */

const taskSystem = 'urn:outpost:task'
const reviewCode = 'review'

/** A review item as rules and screens use it. */
export interface Review {
  readonly id: string
  readonly record: string
  readonly type: RecordType
  readonly patient?: string
  readonly field: string
  readonly before?: Json
  /** By stamp, the earlier first. */
  readonly values: readonly [ClashSide, ClashSide]
  readonly state: 'open' | 'resolved'
  /** Which of `values` was chosen. */
  readonly chosen?: 0 | 1
  readonly decidedBy?: string
}

const input = (name: string, value: unknown): TaskInput => ({ type: { text: name }, valueString: JSON.stringify(value) })

const readInput = (task: Task, name: string): unknown => {
  const text = task.input?.find((each) => each.type.text === name)?.valueString
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

const patientOf = (record: Envelope): string | undefined => (record.type === 'Patient' ? record.id : record.search.subject)

/** The record that asks for a decision on a clash: the same, to the letter, wherever it is made. */
export const reviewRecordOf = (record: Envelope, clash: Clash): Envelope<'Task'> => {
  const values = [clash.master, clash.mine].sort((a, b) => (a.at < b.at ? -1 : 1))
  const stamps = values.map(({ at }) => at)
  const id = derivedId(stamps, record.id, clash.field)
  const at = mergedStamp(stamps)
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
    input: [input('field', clash.field), input('before', clash.before ?? null), ...values.map((side, place) => input(`value-${place}`, side))],
  }
  return { id, type: 'Task', practice: record.practice, resource, search: searchParametersOf('Task', resource), author: 'system', station: 'merge', at, prior: [] }
}

/** Whether somebody has decided. */
export const isDecided = (task: Task): boolean => task.status === 'completed'

/** The item as it was before anybody decided. */
export const reopened = (task: Task): Task => {
  const { output: _output, owner: _owner, executionPeriod: _period, ...open } = task
  return { ...open, status: 'requested' }
}

/** Closes the item by a named person. */
export const decided = (task: Task, chosen: 0 | 1, practitioner: string, at: string): Task => ({
  ...task,
  status: 'completed',
  owner: referenceTo('Practitioner', practitioner),
  executionPeriod: { end: at },
  output: [{ type: { text: 'chosen' }, valueInteger: chosen }],
})

/** A Task as a review item; undefined when it is another kind of task. */
export const reviewOf = (task: Task): Review | undefined => {
  if (!task.code?.coding?.some(({ system, code }) => system === taskSystem && code === reviewCode)) return undefined
  const [type, record] = (task.focus?.reference ?? '').split('/')
  const values = [readInput(task, 'value-0'), readInput(task, 'value-1')] as [ClashSide | undefined, ClashSide | undefined]
  const field = readInput(task, 'field')
  if (!task.id || !type || !record || !values[0] || !values[1] || typeof field !== 'string') return undefined
  const chosen = task.output?.find((each) => each.type.text === 'chosen')?.valueInteger
  const before = readInput(task, 'before') as Json | null
  return {
    id: task.id,
    record,
    type: type as RecordType,
    patient: task.for?.reference?.split('/')[1],
    field,
    ...(before === null ? {} : { before }),
    values: [values[0], values[1]],
    state: isDecided(task) ? 'resolved' : 'open',
    ...(chosen === 0 || chosen === 1 ? { chosen } : {}),
    decidedBy: task.owner?.reference?.split('/')[1],
  }
}

/** The record's resource with the chosen value in its field. */
export const withDecision = (type: RecordType, resource: Envelope['resource'], review: Review, chosen: 0 | 1): Envelope['resource'] =>
  withValueAt(resource as unknown as Json, mergeRuleOf(type), review.field, review.values[chosen].value) as unknown as Envelope['resource']

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
