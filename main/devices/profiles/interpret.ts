import { type AstmMessage, type AstmRecord, type ControlResult, curveOf, fields, type OrderNode, parseDateTime, parseValue, type PatientNode, type ResultNode } from '../../../shared/standards/astm'
import type { ResultLine } from '../../../shared/records/observation/result'
import { codeIn, isNoPatient, matches, resultOf, type Sample, type SampleCurve, type SampleResult, type SaidResult } from './sample'
import type { AstmProfile } from './schema'

/** Reads a parsed message by its profile. Samples without results (a rejected order, an empty reply) are left out. */
export const interpretMessage = (message: AstmMessage, profile: AstmProfile): Sample[] => {
  const isTrial = profile.qualityControl.byProcessing && isNoPatient.test(message.header?.text(fields.header.processing) ?? '')
  const samples = message.patients.flatMap((patient) => patient.orders.filter((order) => order.results.length > 0).map((order) => sampleOf(patient, order, profile, isTrial)))
  const sentAt = parseDateTime(message.header?.text(fields.header.sentAt) ?? '')
  // Picture files alone are no report.
  return [...samples, ...controlSamples(message.controls, profile)].filter(({ results }) => results.length > 0).map((sample) => (sentAt ? { ...sample, sentAt } : sample))
}

/** Controls that came in Q records: one sample for each lot and level. */
const controlSamples = (controls: readonly ControlResult[], profile: AstmProfile): Sample[] => {
  const samples = new Map<string, SampleResult[]>()
  for (const { lot, level, code, measured, unit, flag, ...value } of controls) {
    const accession = [lot, level].filter((part) => part !== '').join(' ')
    const results = samples.get(accession) ?? []
    samples.set(accession, results)
    const result = resultOf({ code, name: '', ...value, unit, range: '', flag, status: 'final', ...(measured ? { measured } : {}) }, profile)
    if (result) results.push(result)
  }
  return [...samples].map(([accession, results]) => ({ accession, isQualityControl: true, analyserSays: '', results }))
}

const sampleOf = (patient: PatientNode, order: OrderNode, profile: AstmProfile, isTrial: boolean): Sample => {
  const recordOf = { O: order.record, P: patient.record, R: order.results[0]?.record }
  const accession = profile.sampleId.map(({ record, field, component }) => recordOf[record]?.text({ field, component }) ?? '').find((text) => text !== '') ?? ''
  const { byAction, samples } = profile.qualityControl
  const isQualityControl = isTrial || (byAction && order.record?.text(fields.order.action) === 'Q') || matches(samples, accession)
  const results = order.results.map((result) => resultOf(saidBy(result, profile), profile)).filter((result): result is SampleResult => result !== undefined)
  const makers = [...order.others, ...order.results.flatMap((result) => result.others)]
  const curves = makers.map(curveOf).filter((curve): curve is SampleCurve => curve !== undefined)
  const comment = commentOf([...patient.comments, ...order.comments])
  return { accession, isQualityControl, analyserSays: saysOf(patient.record), results, ...(comment === '' ? {} : { comment }), ...(curves.length > 0 ? { curves } : {}) }
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

/** Clause 10: what C records say, without the empty parts that only hold places. */
const commentOf = (records: readonly AstmRecord[]): string =>
  records
    .map((record) => record.repeats(fields.comment.text.field).flat().map((part) => part.trim()).filter((part) => part !== '').join(' '))
    .filter((text) => text !== '')
    .join('; ')

const codeOf = (parts: readonly string[], { testCode, codePattern }: AstmProfile): string => {
  const sent = testCode.map((component) => parts[component - 1]?.trim() ?? '').find((part) => part !== '') ?? ''
  return codeIn(sent, codePattern)
}

const saidBy = ({ record, comments }: ResultNode, profile: AstmProfile): SaidResult => {
  const parts = record.repeats(fields.result.test.field)[0] ?? []
  const measured = parseDateTime(record.text(fields.result.completedAt)) ?? parseDateTime(record.text(fields.result.startedAt))
  return {
    code: codeOf(parts, profile),
    name: '',
    ...parseValue(withoutEmptyParts(record.text(fields.result.value), record.delimiters.component)),
    unit: record.text(fields.result.unit),
    range: record.repeats(fields.result.range.field)[0]?.[0]?.trim() ?? '',
    flag: record.text(fields.result.flags),
    status: statusOf(record.text(fields.result.status)),
    comment: commentOf(comments),
    ...(measured ? { measured } : {}),
  }
}
