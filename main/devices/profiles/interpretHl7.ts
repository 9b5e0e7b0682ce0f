import { fields, type Hl7Message, type Hl7Segment, observationValue, type OrderGroup, parseDateTime, pathOf, readOrders, type ResultGroup } from '../../../shared/standards/hl7'
import type { ResultLine } from '../../../shared/records/observation/result'
import { codeIn, isNoPatient, matches, resultOf, type Sample, type SampleCurve, type SampleResult, type SaidResult } from './sample'
import type { Hl7Profile } from './schema'

/** Kinds of message whose observations are results. In an order or an admission they are what somebody knew beforehand. */
const bringsResults = /^(?:ORU|OUL|ORF|OPU|)$/

/** Reads a parsed message by its profile. Orders without results are left out, and so is what is no result message. */
export const interpretHl7 = (message: Hl7Message, profile: Hl7Profile): Sample[] =>
  !bringsResults.test(message.type.code)
    ? []
    : readOrders(message)
        .orders.filter((order) => order.results.length > 0)
        .map((order) => sampleOf(message, order, profile))
        // Settings and pictures alone are no report.
        .filter(({ results }) => results.length > 0)

const segmentOf = (order: OrderGroup, name: string): Hl7Segment | undefined => {
  switch (name) {
    case 'OBR':
      return order.request
    case 'ORC':
      return order.common
    case 'SPM':
      return order.specimens[0]
    case 'SAC':
      return order.containers[0]
    case 'PID':
      return order.patient
    case 'PV1':
      return order.visit
    default:
      return undefined
  }
}

const sampleOf = (message: Hl7Message, order: OrderGroup, profile: Hl7Profile): Sample => {
  const accession =
    profile.sampleId
      .map((place) => pathOf(place))
      .map((path) => segmentOf(order, path.segment)?.text(path) ?? '')
      .find((text) => text !== '') ?? ''
  const { byProcessing, byAction, services, samples } = profile.qualityControl
  const isQualityControl =
    (byProcessing && isNoPatient.test(message.segment('MSH')?.text(fields.header.processing) ?? '')) ||
    (byAction && (order.request?.text(fields.request.specimenAction) === 'Q' || order.specimens[0]?.text(fields.specimen.role) === 'Q')) ||
    matches(services, order.request?.text(fields.request.service) ?? '') ||
    matches(samples, accession)
  const curves: SampleCurve[] = []
  const results: SampleResult[] = []
  for (const group of order.results) {
    const { encapsulated } = observationValue(group.observation)
    if (encapsulated) {
      if (encapsulated.data !== '') curves.push({ name: nameOf(group) || codeOf(group, profile), encoding: `${encapsulated.type} ${encapsulated.encoding}`.trim(), content: encapsulated.data })
      continue
    }
    const result = resultOf(saidBy(group, order, profile), profile)
    if (result) results.push(result)
  }
  const comment = commentOf(order.notes)
  const sentAt = parseDateTime(message.segment('MSH')?.text(fields.header.sentAt) ?? '')
  return { ...(sentAt ? { sentAt } : {}), accession, isQualityControl, analyserSays: saysOf(order.patient), results, ...(comment === '' ? {} : { comment }), ...(curves.length > 0 ? { curves } : {}) }
}

const saysOf = (patient: Hl7Segment | undefined): string => {
  if (!patient) return ''
  const name = patient.repetitions(fields.patient.name.field)[0]?.slice(0, 3).map((part) => part.trim()).filter((part) => part !== '').join(' ') ?? ''
  const birthDate = patient.text(fields.patient.birthDate).replace(/^(\d{4})(\d{2})(\d{2}).*$/, '$1-$2-$3')
  const ids = [fields.patient.externalId, fields.patient.id, fields.patient.alternateId].map((place) => patient.text(place))
  return [name, birthDate, patient.text(fields.patient.sex), ...ids].filter((part) => part !== '').join(' · ')
}

const codeOf = ({ observation }: ResultGroup, { testCode, codePattern }: Hl7Profile): string => {
  const sent = testCode.map((component) => observation.text({ field: fields.observation.code.field, component })).find((part) => part !== '') ?? ''
  return codeIn(sent, codePattern)
}
const nameOf = ({ observation }: ResultGroup): string => observation.text(fields.observation.name)

/** Table 0085: OBX-11. U is a result that became final without being sent again, R one that nobody has verified. */
const statusOf = (sent: string): ResultLine['status'] => {
  switch (sent[0]?.toUpperCase()) {
    case 'C':
      return 'corrected'
    case 'P':
    case 'S':
    case 'I':
    case 'R':
      return 'preliminary'
    case 'X':
    case 'D':
    case 'W':
      return 'cancelled'
    default:
      return 'final'
  }
}

/** NTE-3, whose repetitions are lines. */
const commentOf = (notes: readonly Hl7Segment[]): string =>
  notes
    .flatMap((note) => note.repetitions(fields.note.text.field).map((parts) => parts.map((part) => part.trim()).filter((part) => part !== '').join(' ')))
    .filter((text) => text !== '')
    .join('\n')

const saidBy = (group: ResultGroup, order: OrderGroup, profile: Hl7Profile): SaidResult => {
  const { observation } = group
  const { text, value, comparator } = observationValue(observation)
  const status = observation.text(fields.observation.status)
  const times = [observation.text(fields.observation.observedAt), observation.text(fields.observation.analysedAt), order.request?.text(fields.request.observedAt) ?? '']
  const measured = times.map(parseDateTime).find((time) => time !== undefined)
  // OBX-8 repeats; `N` beside another flag says nothing.
  const flags = observation.repetitions(fields.observation.flags.field).map(([flag = '']) => flag.trim()).filter((flag) => flag !== '')
  return {
    code: codeOf(group, profile),
    name: nameOf(group),
    text,
    ...(value === undefined ? {} : { value }),
    ...(comparator ? { comparator } : {}),
    unit: observation.text(fields.observation.unit),
    range: observation.text(fields.observation.range),
    flag: (flags.length > 1 ? flags.filter((flag) => flag !== 'N') : flags).join(' '),
    status: statusOf(status),
    comment: commentOf(group.notes),
    ...(/^[DW]/i.test(status) ? { isWithdrawn: true } : {}),
    ...(measured ? { measured } : {}),
  }
}
