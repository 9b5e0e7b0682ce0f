import { type AstmMessage, type AstmRecord, fields, type LocalDateTime, type OrderNode, parseDateTime, parseValue, type PatientNode } from '../../../shared/standards/astm'
import type { ResultLine } from '../../../shared/records/observation/result'
import type { AnalyserProfile } from './schema'
import { spellUnit } from './units'

/** One result of a sample, and what the profile knows of it. */
export interface SampleResult {
  readonly line: ResultLine
  readonly loinc?: string
  /** UCUM; absent for text and where the profile does not know the test. */
  readonly ucum?: string
  /** `unknown-test`: the profile has no such code. `other-unit`: the analyser is set to a unit that the profile does not expect. */
  readonly trouble?: 'unknown-test' | 'other-unit'
  readonly measured?: LocalDateTime
}

/** Results of one tube (one order record). */
export interface Sample {
  /** The number on the tube, without padding; may be empty. */
  readonly accession: string
  readonly isQualityControl: boolean
  /** What the analyser wrote of the patient: for people to read, never to match by. */
  readonly analyserSays: string
  readonly results: readonly SampleResult[]
}

const matches = (patterns: readonly string[], text: string): boolean => patterns.some((pattern) => new RegExp(pattern, 'u').test(text))

/** Reads a parsed message by its profile. Samples without results (a rejected order, an empty reply) are left out. */
export const interpretMessage = (message: AstmMessage, profile: AnalyserProfile): Sample[] =>
  message.patients.flatMap((patient) => patient.orders.filter((order) => order.results.length > 0).map((order) => sampleOf(patient, order, profile)))

const sampleOf = (patient: PatientNode, order: OrderNode, profile: AnalyserProfile): Sample => {
  const recordOf = { O: order.record, P: patient.record, R: order.results[0]?.record }
  const accession = profile.sampleId.map(({ record, field, component }) => recordOf[record]?.text({ field, component }) ?? '').find((text) => text !== '') ?? ''
  const { byAction, samples } = profile.qualityControl
  const isQualityControl = (byAction && order.record?.text(fields.order.action) === 'Q') || matches(samples, accession)
  const results = order.results.map(({ record }) => resultOf(record, profile)).filter((result): result is SampleResult => result !== undefined)
  return { accession, isQualityControl, analyserSays: saysOf(patient.record), results }
}

const saysOf = (record: AstmRecord | undefined): string => {
  if (!record) return ''
  const name = record.repeats(fields.patient.name.field)[0]?.map((part) => part.trim()).filter((part) => part !== '').join(' ') ?? ''
  const born = parseDateTime(record.text(fields.patient.birthDate))
  const birthDate = born ? `${born.year}-${String(born.month).padStart(2, '0')}-${String(born.day).padStart(2, '0')}` : record.text(fields.patient.birthDate)
  const ids = [fields.patient.practiceId, fields.patient.laboratoryId, fields.patient.thirdId].map((place) => record.text(place))
  return [name, birthDate, record.text(fields.patient.sex), ...ids].filter((part) => part !== '').join(' · ')
}

/** `NOT DETECTED^` says no more than `NOT DETECTED`. */
const withoutEmptyParts = (text: string, component: string): string => {
  let end = text.length
  while (end > 0 && text[end - 1] === component) end--
  return text.slice(0, end)
}

/** LIS02-A2, 9.9: R.9. R is a re-transmission of a final result. */
const statusOf = (sent: string): ResultLine['status'] => {
  switch (sent[0]?.toUpperCase()) {
    case 'C':
      return 'corrected'
    case 'P':
    case 'S':
    case 'I':
    case 'W':
      return 'preliminary'
    case 'X':
      return 'cancelled'
    default:
      return 'final'
  }
}

const resultOf = (record: AstmRecord, profile: AnalyserProfile): SampleResult | undefined => {
  const parts = record.repeats(fields.result.test.field)[0] ?? []
  const code = profile.testCode.map((component) => parts[component - 1]?.trim() ?? '').find((part) => part !== '') ?? ''
  if (matches(profile.ignored, code)) return undefined
  const flag = record.text(fields.result.flags)
  const sent = parseValue(withoutEmptyParts(record.text(fields.result.value), record.delimiters.component))
  const unit = record.text(fields.result.unit)
  const range = record.text(fields.result.range)
  const measured = parseDateTime(record.text(fields.result.completedAt)) ?? parseDateTime(record.text(fields.result.startedAt))
  const line: ResultLine = {
    code,
    name: code,
    // A remark without a value says what it says by its flag.
    text: sent.text !== '' ? sent.text : flag,
    status: statusOf(record.text(fields.result.status)),
    ...(range === '' ? {} : { range }),
    ...(flag === '' || flag === 'N' ? {} : { flag }),
  }
  const when = measured ? { measured } : {}
  if (matches(profile.findings, code)) return { line: { ...line, name: code.replaceAll('_', ' ') }, ...when }

  const number = sent.value === undefined ? {} : { value: sent.value, ...(sent.comparator ? { comparator: sent.comparator } : {}) }
  const test = Object.hasOwn(profile.tests, code) ? profile.tests[code] : undefined
  if (!test) return { line: { ...line, ...number, ...(unit === '' ? {} : { unit }) }, trouble: 'unknown-test', ...when }
  const named = { ...line, ...number, name: test.name, unit: unit === '' ? test.unit : unit }
  // A number is a measurement only with its unit; a text such as "----" needs none.
  if (sent.value !== undefined && spellUnit(unit) !== test.unit) {
    return { line: { ...named, unit }, loinc: test.loinc, trouble: 'other-unit', ...when }
  }
  return { line: { ...named, unit: test.unit }, loinc: test.loinc, ucum: test.unit, ...when }
}
