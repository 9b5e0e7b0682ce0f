import type { AllergyIntolerance, Composition, Condition, DiagnosticReport, Encounter, ImagingStudy, Observation, Patient, ServiceRequest } from 'fhir/r4'
import { isNoKnownAllergies } from '../allergy-intolerance/allergy'
import { noteFacts } from '../composition/note'
import { codingOf } from '../condition/condition'
import { verificationOf } from '../diagnostic-report/verification'
import { encounterFacts } from '../encounter/encounter'
import type { RecordType, ResourceOf } from '../envelope'
import { imagingOrderExtensions, imagingOrderFacts, isImagingOrder, orderSteps } from '../imaging-order/imagingOrder'
import { imagingReportExtensions, imagingReportFacts, isImagingReport, reportSections } from '../imaging-report/imagingReport'
import { observationOrigin } from '../observation/origin'
import { resultLineOf } from '../observation/result'
import { vitalCodeOf, vitalFacts } from '../observation/vitalObservation'
import { type VitalDefinition, vitals } from '../observation/vitals'
import { patientFacts } from '../patient/patient'
import { isOrderExtension, labOrderFacts, orderFacts } from '../service-request/order'
import { extensions, idIn, systems } from '../systems'

/** A value as a chart shows it; how it is written is the window's to decide. */
export interface FieldValue {
  /** `date`: FHIR date, never shifted. `instant`: ISO instant. `word`: a code that the wording knows. `number`: with its unit. */
  readonly kind: 'text' | 'date' | 'instant' | 'word' | 'number'
  readonly text: string
}

/**
 * What a resource says, field by field, in the words of the ward. What no field here tells of is named by its path
 * behind `other:`, so that no change passes unseen, a newer version's elements included.
 */
export type ClinicalFields = ReadonlyMap<string, FieldValue>

type Fields = [name: string, value: FieldValue][]

const value = (kind: FieldValue['kind']) => (name: string, text: string | undefined): Fields => (text === undefined || text === '' ? [] : [[name, { kind, text }]])
const text = value('text')
const date = value('date')
const instant = value('instant')
const word = value('word')
const number = value('number')

const originFields = (resource: Observation | DiagnosticReport): Fields => {
  const origin = observationOrigin(resource)
  switch (origin.kind) {
    case 'typed':
      return word('origin', 'origin.typed')
    case 'device':
      return text('origin', origin.device)
    case 'imported':
      return text('origin', origin.source)
  }
}

/** What is left of a resource when what the fields tell is taken out. */
type Rest = Record<string, unknown>

interface Reader<Type extends RecordType> {
  readonly fields: (resource: ResourceOf[Type]) => Fields
  /** Members that the fields tell of whole. */
  readonly told: readonly string[]
  /** Takes out what the fields tell of in part. */
  readonly rest?: (rest: Rest) => Rest
}

const withoutExtensions = (...urls: string[]) => (rest: Rest): Rest => {
  const { extension, ...others } = rest
  const left = (Array.isArray(extension) ? extension : []).filter((each: { url?: string }) => !urls.includes(each.url ?? ''))
  return left.length > 0 ? { ...others, extension: left } : others
}

const listsOf = (value: unknown): Rest[] => (Array.isArray(value) ? (value as Rest[]) : [])

const addressOf = (patient: Patient): string | undefined => {
  const address = patient.address?.[0]
  return address?.text ?? address?.line?.join(', ')
}

const patient: Reader<'Patient'> = {
  fields: (resource) => {
    const facts = patientFacts(resource)
    return [
      ...text('family', facts.family),
      ...text('given', facts.given),
      ...text('prefix', facts.prefix),
      ...word('gender', `gender.${facts.gender}`),
      ...date('birthDate', facts.birthDate),
      ...text('phone', facts.phone),
      ...text('address', addressOf(resource)),
      ...text('number', facts.number),
      ...(facts.deceased ? word('deceased', 'yes') : []),
      ...(resource.active === false ? word('active', 'no') : []),
    ]
  },
  told: ['gender', 'birthDate', 'deceasedBoolean', 'active'],
  rest: ({ name, telecom, address, identifier, ...rest }) => {
    const names = listsOf(name)
    const official = names.find((each) => each['use'] === 'official') ?? names[0]
    const phone = listsOf(telecom).find((each) => each['system'] === 'phone')
    return {
      ...rest,
      name: names.map((each) => {
        if (each !== official) return each
        const { family: _family, given: _given, prefix: _prefix, use: _use, ...others } = each
        return others
      }),
      telecom: listsOf(telecom).filter((each) => each !== phone),
      address: listsOf(address).slice(1),
      identifier: listsOf(identifier).filter((each) => each['system'] !== systems.patientNumber),
    }
  },
}

const allergy: Reader<'AllergyIntolerance'> = {
  fields: (resource: AllergyIntolerance) => [
    ...(isNoKnownAllergies(resource) ? word('substance', 'allergy.none') : text('substance', resource.code?.text ?? resource.code?.coding?.[0]?.display)),
    ...(resource.criticality === undefined ? [] : word('criticality', `criticality.${resource.criticality}`)),
    ...text('reaction', resource.reaction?.flatMap((each) => each.manifestation.map((one) => one.text ?? one.coding?.[0]?.display ?? '')).join(', ')),
    ...word('clinicalStatus', resource.clinicalStatus?.coding?.[0]?.code && `status.${resource.clinicalStatus.coding[0].code}`),
    ...word('verificationStatus', resource.verificationStatus?.coding?.[0]?.code && `status.${resource.verificationStatus.coding[0].code}`),
    ...instant('recorded', resource.recordedDate),
  ],
  told: ['criticality', 'code', 'reaction', 'clinicalStatus', 'verificationStatus', 'recordedDate', 'recorder', 'patient'],
}

const condition: Reader<'Condition'> = {
  fields: (resource: Condition) => [
    ...text('condition', [codingOf(resource).display, codingOf(resource).code].filter((part) => part !== '').join(' · ')),
    ...date('onset', resource.onsetDateTime),
    ...date('abatement', resource.abatementDateTime),
    ...word('clinicalStatus', resource.clinicalStatus?.coding?.[0]?.code && `status.${resource.clinicalStatus.coding[0].code}`),
    ...word('verificationStatus', resource.verificationStatus?.coding?.[0]?.code && `status.${resource.verificationStatus.coding[0].code}`),
    ...text('withdrawn', resource.note?.map((note) => note.text).join('\n')),
    ...instant('recorded', resource.recordedDate),
  ],
  told: ['category', 'clinicalStatus', 'verificationStatus', 'code', 'onsetDateTime', 'abatementDateTime', 'note', 'recordedDate', 'recorder', 'subject', 'encounter'],
}

const encounter: Reader<'Encounter'> = {
  fields: (resource: Encounter) => {
    const facts = encounterFacts(resource)
    return [...text('reason', facts.reason), ...word('status', `status.${facts.status}`), ...instant('start', facts.start), ...instant('end', facts.end)]
  },
  told: ['status', 'period', 'reasonCode', 'subject', 'participant', 'class'],
}

const note: Reader<'Composition'> = {
  fields: (resource: Composition) => {
    const facts = noteFacts(resource)
    return [...text('text', facts.text), ...instant('written', facts.at)]
  },
  told: ['section', 'date', 'subject', 'encounter', 'author', 'title', 'type', 'status', 'text'],
}

const observation: Reader<'Observation'> = {
  fields: (resource: Observation) => {
    const vital = vitalCodeOf(resource)
    const facts = vitalFacts(resource)
    if (vital && facts) {
      const definition: VitalDefinition = vitals[vital]
      const worded = typeof facts.value === 'number' ? `${facts.value} ${definition.unitText ?? ''}`.trim() : (resource.valueCodeableConcept?.text ?? facts.value)
      return [...text('measured', definition.display), ...(typeof facts.value === 'number' ? number : text)('value', worded), ...instant('effective', facts.effective), ...originFields(resource)]
    }
    const line = resultLineOf(resource)
    return [
      ...text('measured', line.name),
      ...number('value', `${line.text} ${line.unit ?? ''}`.trim()),
      ...text('range', line.range),
      ...text('flag', line.flag),
      ...word('status', `status.${line.status}`),
      ...instant('effective', resource.effectiveDateTime),
      ...originFields(resource),
    ]
  },
  told: [
    'status', 'category', 'code', 'subject', 'effectiveDateTime', 'performer', 'valueQuantity', 'valueString', 'valueCodeableConcept', 'device', 'referenceRange', 'interpretation',
    'basedOn', 'identifier',
  ],
  rest: withoutExtensions(extensions.origin, extensions.corrects, extensions.asSent, extensions.convertedFrom, extensions.verification, extensions.analyserClock),
}

const order: Reader<'ServiceRequest'> = {
  fields: (resource: ServiceRequest) => {
    const facts = orderFacts(resource)
    return [
      ...text('test', facts.test), ...text('accession', facts.accession), ...word('status', `status.${facts.status}`), ...instant('ordered', facts.at),
      ...(isImagingOrder(resource) ? imagingOrderFields(resource) : labOrderFields(resource)),
    ]
  },
  told: ['status', 'intent', 'identifier', 'category', 'code', 'subject', 'requester', 'authoredOn'],
  rest: (rest) => {
    const { orderDetail, requisition, bodySite: _site, reasonCode: _reason, priority: _priority, occurrenceDateTime: _day, note: _note, extension, ...others } = withoutExtensions(...imagingOrderExtensions)(rest)
    if (orderDetail === undefined && requisition === undefined) return rest
    const left = listsOf(extension).filter(({ url }) => !isOrderExtension(String(url)))
    return left.length > 0 ? { ...others, extension: left } : others
  },
}

/** What a laboratory order says beyond what it is for. */
const labOrderFields = (resource: ServiceRequest): Fields => {
  const { tests, reason, again, withdrawn, closed } = labOrderFacts(resource)
  return [
    ...text('tests', tests.map(({ name }) => name).join(', ')),
    ...text('orderReason', reason),
    ...(resource.priority === undefined ? [] : word('priority', `priority.${resource.priority}`)),
    ...text('again', again.map(({ rejected }) => rejected).join(', ')),
    ...text('withdrawn', withdrawn?.why),
    ...text('closed', closed?.why),
  ]
}

/** What an imaging order says beyond a laboratory's. */
const imagingOrderFields = (resource: ServiceRequest): Fields => {
  const { reason, priority, scheduled, note, steps, cancelled } = imagingOrderFacts(resource)
  return [
    ...text('question', reason), ...word('priority', `priority.${priority}`), ...date('scheduled', scheduled?.slice(0, 10)), ...text('remark', note),
    ...orderSteps.flatMap((step) => instant(`step.${step}`, steps[step]?.at)),
    ...text('withdrawn', cancelled?.why),
  ]
}

const report: Reader<'DiagnosticReport'> = {
  fields: (resource: DiagnosticReport) => [
    ...text('test', resource.code.text),
    ...text('accession', resource.identifier?.find((each) => each.system === systems.accession)?.value),
    ...word('status', `status.${resource.status}`),
    ...instant('issued', resource.issued ?? resource.effectiveDateTime),
    ...originFields(resource),
    ...text('decision', verificationOf(resource)?.why),
    ...(isImagingReport(resource) ? imagingReportFields(resource) : []),
  ],
  told: ['status', 'identifier', 'category', 'code', 'subject', 'effectiveDateTime', 'issued', 'result', 'basedOn', 'performer'],
  rest: (rest) => {
    const left = withoutExtensions(extensions.origin, extensions.corrects, extensions.verification, ...imagingReportExtensions)(rest)
    const { imagingStudy, conclusion: _impression, text: _narrative, resultsInterpreter: _signer, ...others } = left
    return imagingStudy === undefined ? left : others
  },
}

/** What a report of images says; its addenda, and why it was withdrawn, one below the other. */
const imagingReportFields = (resource: DiagnosticReport): Fields => {
  const { text: words, keyImages, addenda, withdrawn } = imagingReportFacts(resource)
  return [
    ...reportSections.flatMap((section) => text(`report.${section}`, words[section])),
    ...number('keyImages', keyImages.length === 0 ? undefined : String(keyImages.length)),
    ...text('addenda', addenda.map((each) => each.text).join('\n')),
    ...text('withdrawn', withdrawn?.text),
  ]
}

const imagingStudy: Reader<'ImagingStudy'> = {
  fields: (resource: ImagingStudy) => [
    ...text('description', resource.description),
    ...text('modality', [...new Set((resource.modality ?? resource.series?.map((each) => each.modality) ?? []).flatMap(({ code }) => code ?? []))].join(', ')),
    ...instant('effective', resource.started),
    ...number('series', resource.numberOfSeries === undefined ? undefined : String(resource.numberOfSeries)),
    ...number('images', resource.numberOfInstances === undefined ? undefined : String(resource.numberOfInstances)),
    ...word('linked', idIn(resource.subject, 'Patient') === undefined ? 'no' : 'yes'),
  ],
  // Whoever put it onto the chart wrote the version that says so.
  told: ['status', 'description', 'modality', 'started', 'numberOfSeries', 'numberOfInstances', 'series', 'subject', 'identifier', 'extension', 'basedOn'],
}

const readers: { readonly [Type in RecordType]?: Reader<Type> } = {
  Patient: patient,
  AllergyIntolerance: allergy,
  Condition: condition,
  Encounter: encounter,
  Composition: note,
  Observation: observation,
  ServiceRequest: order,
  DiagnosticReport: report,
  ImagingStudy: imagingStudy,
}

/** Members that say nothing clinical. */
const quiet = ['resourceType', 'id', 'meta', 'implicitRules', 'language']

const leaves = (value: unknown, path: string): Fields => {
  if (value === undefined || value === null) return []
  if (typeof value !== 'object') return text(`other:${path}`, String(value))
  const entries = Array.isArray(value) ? value.map((item, index): [string, unknown] => [`${path}[${index + 1}]`, item]) : Object.entries(value).map(([name, item]): [string, unknown] => [path === '' ? name : `${path}.${name}`, item])
  return entries.flatMap(([inner, item]) => leaves(item, inner))
}

/** The fields of a resource, in the order in which a chart shows them. */
export const clinicalFields = <Type extends RecordType>(type: Type, resource: ResourceOf[Type]): ClinicalFields => {
  const reader = readers[type] as Reader<Type> | undefined
  const told = new Set([...quiet, ...(reader?.told ?? [])])
  const left = Object.fromEntries(Object.entries(resource).filter(([name]) => !told.has(name)))
  return new Map([...(reader?.fields(resource) ?? []), ...leaves(reader?.rest?.(left) ?? left, '')])
}

/** One field that differs between two versions; absent: it was not there, or was taken away. */
export interface FieldChange {
  readonly field: string
  readonly before?: FieldValue
  readonly after?: FieldValue
}

/** What the later version says otherwise. Against nothing: everything that it says. */
export const fieldChanges = (before: ClinicalFields | undefined, after: ClinicalFields): FieldChange[] =>
  [...new Set([...after.keys(), ...(before?.keys() ?? [])])].flatMap((field) => {
    const [was, is] = [before?.get(field), after.get(field)]
    if (was?.text === is?.text && was?.kind === is?.kind) return []
    return [{ field, ...(was && { before: was }), ...(is && { after: is }) }]
  })
