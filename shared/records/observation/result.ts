import type { CodeableConcept, Coding, Observation } from 'fhir/r4'
import { catalogueSystem } from '../lab-catalogue/definitions'
import { extensions, referenceTo, systems } from '../systems'
import { observationOrigin, type Origin, withOrigin } from './origin'
import { rangeOfReference } from './referenceRange'

/** One line of a laboratory report. */
export interface ResultLine {
  readonly code: string
  readonly name: string
  /** As the analyser sent it, e.g. `8.13`, `> 300`, `----`. */
  readonly text: string
  readonly value?: number
  readonly comparator?: '<' | '<=' | '>=' | '>'
  readonly unit?: string
  readonly range?: string
  /** `catalogue`: the analyser sent no range; the one of the practice's catalogue held for this person. Absent: it was sent, or a person typed the result. */
  readonly rangeFrom?: 'catalogue'
  /** As the analyser flagged it, e.g. `H`, `LL`, `A`. */
  readonly flag?: string
  readonly status: 'preliminary' | 'final' | 'corrected' | 'cancelled'
  /** What the analyser, or the technician at it, remarked. */
  readonly comment?: string
  /** What the analyser sent, where the chart shows it in another unit: `95 mg/dL`. */
  readonly sent?: string
}

/** What a result on the chart knows besides its line. */
export interface ResultContext {
  /** Patient id. */
  readonly subject: string
  /** ServiceRequest id that it answers. */
  readonly order?: string
  /** When it was measured, ISO instant. */
  readonly effective: string
  readonly origin: Origin
  /** LOINC code of the test, where the profile knows it. */
  readonly loinc?: string
  /** Practitioner id of the person who filed it by hand. */
  readonly filedBy?: string
}

/** HL7 v2 table 0078 abnormal flags; others keep only their text. */
const interpretations = ['L', 'H', 'LL', 'HH', 'N', 'A', 'AA', 'U', 'D', 'B', 'W', 'S', 'R', 'I']

const interpretationOf = (flag: string): CodeableConcept =>
  interpretations.includes(flag) ? { coding: [{ system: systems.interpretation, code: flag }], text: flag } : { text: flag }

/** A laboratory Observation (category `laboratory`) for one line of a report. */
export const observationOfResult = (line: ResultLine, context: ResultContext): Observation => {
  const coding: Coding[] = [{ system: systems.analyserTest, code: line.code, display: line.name }]
  if (context.loinc !== undefined) coding.unshift({ system: systems.loinc, code: context.loinc, display: line.name })
  const resource: Observation = {
    resourceType: 'Observation',
    status: line.status,
    category: [{ coding: [{ system: systems.observationCategory, code: 'laboratory' }] }],
    code: { coding, text: line.name },
    subject: referenceTo('Patient', context.subject),
    effectiveDateTime: context.effective,
    extension: [{ url: extensions.asSent, valueString: line.text }, ...(line.sent === undefined ? [] : [{ url: extensions.convertedFrom, valueString: line.sent }])],
  }
  if (line.value === undefined) resource.valueString = line.text
  else {
    resource.valueQuantity = { value: line.value }
    if (line.comparator !== undefined) resource.valueQuantity.comparator = line.comparator
    if (line.unit !== undefined) resource.valueQuantity.unit = line.unit
  }
  if (line.range !== undefined) resource.referenceRange = [{ text: line.range }]
  if (line.flag !== undefined) resource.interpretation = [interpretationOf(line.flag)]
  if (line.comment !== undefined) resource.note = [{ text: line.comment }]
  if (context.order !== undefined) resource.basedOn = [referenceTo('ServiceRequest', context.order)]
  if (context.filedBy !== undefined) resource.performer = [referenceTo('Practitioner', context.filedBy)]
  return withOrigin(resource, context.origin, context.filedBy)
}

const lineStatus = (status: Observation['status']): ResultLine['status'] => {
  switch (status) {
    case 'preliminary':
    case 'registered':
      return 'preliminary'
    case 'corrected':
    case 'amended':
      return 'corrected'
    case 'cancelled':
    case 'entered-in-error':
      return 'cancelled'
    default:
      return 'final'
  }
}

const asSent = (resource: Observation): string => {
  const sent = resource.extension?.find((each) => each.url === extensions.asSent)?.valueString
  if (sent !== undefined) return sent
  const quantity = resource.valueQuantity
  if (quantity?.value !== undefined) return `${quantity.comparator ? `${quantity.comparator} ` : ''}${quantity.value}`
  return resource.valueString ?? resource.valueCodeableConcept?.text ?? ''
}

/** The line of a report that a laboratory Observation is; the inverse of {@link observationOfResult}. */
export const resultLineOf = (resource: Observation): ResultLine => {
  const coding = resource.code.coding
  const own = coding?.find(({ system }) => system === systems.analyserTest) ?? coding?.find(({ system }) => system === catalogueSystem) ?? coding?.[0]
  const line: { -readonly [Field in keyof ResultLine]: ResultLine[Field] } = {
    code: own?.code ?? '',
    name: resource.code.text ?? own?.display ?? own?.code ?? '',
    text: asSent(resource),
    status: lineStatus(resource.status),
  }
  const quantity = resource.valueQuantity
  if (quantity?.value !== undefined) line.value = quantity.value
  if (quantity?.comparator !== undefined) line.comparator = quantity.comparator
  if (quantity?.unit !== undefined) line.unit = quantity.unit
  const reference = resource.referenceRange?.[0]
  if (reference?.text !== undefined) line.range = reference.text
  if (rangeOfReference(reference) && observationOrigin(resource).kind === 'device') line.rangeFrom = 'catalogue'
  const flag = resource.interpretation?.[0]?.text ?? resource.interpretation?.[0]?.coding?.[0]?.code
  if (flag !== undefined) line.flag = flag
  const comment = resource.note?.[0]?.text
  if (comment !== undefined) line.comment = comment
  const converted = resource.extension?.find((each) => each.url === extensions.convertedFrom)?.valueString
  if (converted !== undefined) line.sent = converted
  return line
}
