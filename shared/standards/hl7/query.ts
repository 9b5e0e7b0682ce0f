import type { LocalDateTime } from '../astm/value'
import { echoOf, writeMessage, type SegmentContent } from './build'
import { writeDateTime } from './dateTime'
import * as fields from './fields'
import type { Hl7Message } from './message'

/** An analyser asks what to measure. */
export interface Hl7Query {
  /** `parameters`: QBP with QPD (v2.4 and later), answered by RSP. `definition`: QRY with QRD (v2.3), answered by QCK and DSR. */
  readonly form: 'parameters' | 'definition'
  /** QPD-1, e.g. `Z03`, `WOS`; QRD-9 in the old form, e.g. `OTH`. */
  readonly name: string
  /** QPD-2 or QRD-4: comes back in the answer. */
  readonly tag: string
  /** QPD-3 and later, or QRD-8: what it is about; among them the number on the tube. */
  readonly parameters: readonly string[]
}

/** Reads a query; undefined when the message is none. */
export const queryOf = (message: Hl7Message): Hl7Query | undefined => {
  const parameters = message.segment('QPD')
  if (parameters) {
    const rest = Array.from({ length: Math.max(0, Math.min(parameters.length, 40) - 2) }, (_, index) => parameters.text({ field: index + 3, component: 1 }))
    return { form: 'parameters', name: parameters.text(fields.queryParameters.name), tag: parameters.text(fields.queryParameters.tag), parameters: rest }
  }
  const definition = message.segment('QRD')
  if (!definition) return undefined
  const subject = definition.text(fields.queryDefinition.subject)
  return { form: 'definition', name: definition.text(fields.queryDefinition.what), tag: definition.text(fields.queryDefinition.id), parameters: subject === '' ? [] : [subject] }
}

/** What to measure in one tube. */
export interface WorklistEntry {
  readonly specimen: string
  /** Codes that the analyser knows the tests by. */
  readonly tests: readonly string[]
  readonly patientId?: string
  readonly family?: string
  readonly given?: string
  /** `YYYYMMDD`. */
  readonly birthDate?: string
  readonly sex?: string
}

/** What an answer is written with. */
export interface QueryAnswer {
  readonly controlId: string
  readonly at: LocalDateTime
  /** Undefined: nobody ordered anything for this tube. */
  readonly entry: WorklistEntry | undefined
}

const headerOf = (query: Hl7Message, code: string, event: string, structure: string, { controlId, at }: Pick<QueryAnswer, 'controlId' | 'at'>): SegmentContent => {
  const header = query.segment('MSH')
  const encoded = (field: number) => echoOf(header, field)
  return ['MSH', encoded(5), encoded(6), encoded(3), encoded(4), writeDateTime(at), undefined, [code, event, structure], controlId, encoded(11), query.version, ...Array.from({ length: 5 }, () => undefined), encoded(18)]
}

/** RSP (5.4.1) to a QBP: QAK says OK or NF (nothing found), QPD comes back as it was, then the order on its specimen. */
export const writeQueryResponse = (query: Hl7Message, event: string, answer: QueryAnswer): string => {
  const asked = queryOf(query)
  const { entry } = answer
  const echo = query.segment('QPD')
  const segments: SegmentContent[] = [
    headerOf(query, 'RSP', event, `RSP_${event}`, answer),
    ['MSA', 'AA', echoOf(query.segment('MSH'), 10)],
    ['QAK', asked?.tag, entry ? 'OK' : 'NF', echoOf(echo, 1)],
    ['QPD', ...Array.from({ length: echo?.length ?? 0 }, (_, index) => echoOf(echo, index + 1))],
  ]
  if (entry) {
    segments.push(['PID', 1, undefined, entry.patientId, undefined, [entry.family, entry.given], undefined, entry.birthDate, entry.sex])
    segments.push(['SPM', 1, [[entry.specimen]]])
    entry.tests.forEach((test, index) => {
      segments.push(['ORC', 'NW', entry.specimen], ['OBR', index + 1, entry.specimen, undefined, [test]])
    })
  }
  return writeMessage(segments, query.delimiters)
}

/**
 * The two answers to QRY^Q02 as Mindray analysers expect them: QCK^Q02 at once (MSA, ERR, QAK with OK or NF), and if there
 * is an order DSR^Q03 with one DSP line for each thing asked. Line numbers are the maker's: a profile may name others.
 */
export const writeDisplayResponse = (query: Hl7Message, answer: QueryAnswer, displayId: string): string[] => {
  const { entry } = answer
  const answered: SegmentContent = ['MSA', 'AA', echoOf(query.segment('MSH'), 10), 'Message accepted', undefined, undefined, 0]
  const status: SegmentContent = ['QAK', 'SR', entry ? 'OK' : 'NF']
  const taken = writeMessage([headerOf(query, 'QCK', 'Q02', '', answer), answered, ['ERR', 0], status], query.delimiters)
  if (!entry) return [taken]
  const echo = (name: 'QRD' | 'QRF'): SegmentContent[] => {
    const segment = query.segment(name)
    return segment ? [[name, ...Array.from({ length: segment.length }, (_, index) => echoOf(segment, index + 1))]] : []
  }
  const { patientId, given = '', family = '', birthDate, sex, specimen, tests } = entry
  const lines: (readonly [line: number, text: string | undefined])[] = [[1, patientId], [3, `${given} ${family}`.trim()], [4, birthDate], [5, sex], [21, specimen], [22, specimen], ...tests.map((test, index) => [29 + index, `${test}^^^`] as const)]
  const display = lines.map(([line, text]): SegmentContent => ['DSP', line, undefined, line >= 29 ? { encoded: (text ?? '').replaceAll('^', query.delimiters.component) } : text])
  return [taken, writeMessage([headerOf(query, 'DSR', 'Q03', '', { ...answer, controlId: displayId }), answered, ['ERR', 0], status, ...echo('QRD'), ...echo('QRF'), ...display, ['DSC']], query.delimiters)]
}

/** OML^O33 (4.4.9): tells an analyser unasked what to measure in a tube. */
export const writeSpecimenOrder = (to: { readonly sender: string; readonly receiver: string; readonly version: string }, { controlId, at, entry }: QueryAnswer & { readonly entry: WorklistEntry }): string =>
  writeMessage([
    ['MSH', to.sender, undefined, to.receiver, undefined, writeDateTime(at), undefined, ['OML', 'O33', 'OML_O33'], controlId, 'P', to.version],
    ['PID', 1, undefined, entry.patientId, undefined, [entry.family, entry.given], undefined, entry.birthDate, entry.sex],
    ['SPM', 1, [[entry.specimen]]],
    ...entry.tests.flatMap((test, index): SegmentContent[] => [['ORC', 'NW', entry.specimen], ['OBR', index + 1, entry.specimen, undefined, [test]]]),
  ])
