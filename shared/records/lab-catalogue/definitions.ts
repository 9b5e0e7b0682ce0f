import type { ActivityDefinition, Extension, ObservationDefinition, PlanDefinition } from 'fhir/r4'
import { orderedModalities, orderPriorities } from '../imaging-order/imagingOrder'
import { systems } from '../systems'
import { type CataloguePanel, type CatalogueSet, type CatalogueTest, resultKinds, type SetImaging } from './catalogue'

/*
 * The catalogue as R4 has it: a test is an ObservationDefinition, a panel an ActivityDefinition, a set a PlanDefinition of the
 * type `order-set`. Only what the practice said differs from what ships; each entry is one record, on whichever workstation it is written.
 */

/** Identifier and coding system of the catalogue's own codes. */
export const catalogueSystem = 'urn:outpost:lab-catalogue'

const url = {
  specimen: 'urn:outpost:catalogue-specimen',
  price: 'urn:outpost:catalogue-price',
  answers: 'urn:outpost:catalogue-answers',
  words: 'urn:outpost:catalogue-words',
  calculated: 'urn:outpost:catalogue-calculated',
  retired: 'urn:outpost:catalogue-retired',
  priority: 'urn:outpost:catalogue-priority',
} as const

const dataTypes = { numeric: 'Quantity', coded: 'CodeableConcept', text: 'string' } as const

const listed = (address: string, texts: readonly string[] | undefined): Extension[] => (texts && texts.length > 0 ? [{ url: address, extension: texts.map((valueString) => ({ url: 'text', valueString })) }] : [])
const priced = (price: number | undefined): Extension[] => (price === undefined ? [] : [{ url: url.price, valueMoney: { value: price } }])
const marked = (address: string, isSo: boolean | undefined): Extension[] => (isSo ? [{ url: address, valueBoolean: true }] : [])
const withExtensions = (extension: Extension[]): { extension?: Extension[] } => (extension.length > 0 ? { extension } : {})

const at = (resource: { extension?: Extension[] }, address: string): Extension | undefined => resource.extension?.find((each) => each.url === address)
const listAt = (resource: { extension?: Extension[] }, address: string): string[] => at(resource, address)?.extension?.flatMap(({ valueString }) => valueString ?? []) ?? []
const some = <Name extends string, Value>(name: Name, value: Value | undefined): { readonly [Key in Name]?: Value } =>
  value === undefined || value === '' || (Array.isArray(value) && value.length === 0) ? {} : ({ [name]: value } as { readonly [Key in Name]?: Value })
const codeIn = (identifiers: readonly { system?: string; value?: string }[] | undefined): string => identifiers?.find(({ system }) => system === catalogueSystem)?.value ?? ''

/** The record of a test. */
export const testRecord = (test: CatalogueTest): ObservationDefinition => ({
  resourceType: 'ObservationDefinition',
  identifier: [{ system: catalogueSystem, value: test.code }],
  code: { ...(test.loinc !== undefined && { coding: [{ system: systems.loinc, code: test.loinc, display: test.name }] }), text: test.name },
  permittedDataType: [dataTypes[test.result]],
  ...(test.method !== undefined && { method: { text: test.method } }),
  preferredReportName: test.name,
  ...((test.unit !== undefined || test.decimals !== undefined) && {
    quantitativeDetails: {
      ...(test.unit !== undefined && { unit: { coding: [{ system: systems.ucum, code: test.unit }], text: test.unit } }),
      ...(test.decimals !== undefined && { decimalPrecision: test.decimals }),
    },
  }),
  ...(test.intervals && { qualifiedInterval: [...test.intervals] }),
  ...withExtensions([
    { url: url.specimen, valueCode: test.specimen },
    ...priced(test.price), ...listed(url.answers, test.answers), ...listed(url.words, test.words), ...marked(url.calculated, test.isCalculated), ...marked(url.retired, test.isRetired),
  ]),
})

/** The test in a record; undefined when it is none of the catalogue. */
export const testOf = (record: ObservationDefinition): CatalogueTest | undefined => {
  const code = codeIn(record.identifier)
  const name = record.preferredReportName ?? record.code.text ?? ''
  if (code === '' || name === '') return undefined
  return {
    code,
    name,
    ...some('loinc', record.code.coding?.find(({ system }) => system === systems.loinc)?.code),
    result: resultKinds.find((kind) => record.permittedDataType?.includes(dataTypes[kind])) ?? 'text',
    ...some('unit', record.quantitativeDetails?.unit?.coding?.find(({ system }) => system === systems.ucum)?.code),
    ...some('decimals', record.quantitativeDetails?.decimalPrecision),
    ...some('answers', listAt(record, url.answers)),
    specimen: at(record, url.specimen)?.valueCode ?? 'other',
    ...some('method', record.method?.text),
    ...some('price', at(record, url.price)?.valueMoney?.value),
    ...some('words', listAt(record, url.words)),
    ...some('intervals', record.qualifiedInterval),
    ...some('isCalculated', at(record, url.calculated)?.valueBoolean),
    ...some('isRetired', at(record, url.retired)?.valueBoolean),
  }
}

/** The record of a panel. */
export const panelRecord = (panel: CataloguePanel): ActivityDefinition => ({
  resourceType: 'ActivityDefinition',
  status: panel.isRetired ? 'retired' : 'active',
  identifier: [{ system: catalogueSystem, value: panel.code }],
  title: panel.name,
  kind: 'ServiceRequest',
  code: { ...(panel.loinc !== undefined && { coding: [{ system: systems.loinc, code: panel.loinc, display: panel.name }] }), text: panel.name },
  observationResultRequirement: panel.tests.map((value) => ({ type: 'ObservationDefinition', identifier: { system: catalogueSystem, value } })),
  ...withExtensions([...priced(panel.price), ...listed(url.words, panel.words)]),
})

/** The panel in a record; undefined when it is none of the catalogue. */
export const panelOf = (record: ActivityDefinition): CataloguePanel | undefined => {
  const code = codeIn(record.identifier)
  if (code === '' || !record.title) return undefined
  return {
    code,
    name: record.title,
    ...some('loinc', record.code?.coding?.find(({ system }) => system === systems.loinc)?.code),
    tests: record.observationResultRequirement?.flatMap(({ identifier }) => (identifier?.system === catalogueSystem && identifier.value ? [identifier.value] : [])) ?? [],
    ...some('price', at(record, url.price)?.valueMoney?.value),
    ...some('words', listAt(record, url.words)),
    ...(record.status === 'retired' && { isRetired: true }),
  }
}

/** The record of a set. */
export const setRecord = (set: CatalogueSet): PlanDefinition => ({
  resourceType: 'PlanDefinition',
  status: set.isRetired ? 'retired' : 'active',
  type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/plan-definition-type', code: 'order-set' }] },
  identifier: [{ system: catalogueSystem, value: set.code }],
  title: set.name,
  action: [
    ...set.orders.map((code) => ({ code: [{ coding: [{ system: catalogueSystem, code }] }] })),
    ...set.imaging.map(({ modality, bodyPart }) => ({ title: bodyPart, code: [{ coding: [{ system: 'http://dicom.nema.org/resources/ontology/DCM', code: modality }] }] })),
  ],
  ...withExtensions(set.priority === undefined ? [] : [{ url: url.priority, valueCode: set.priority }]),
})

/** The set in a record; undefined when it is none of the catalogue. */
export const setOf = (record: PlanDefinition): CatalogueSet | undefined => {
  const code = codeIn(record.identifier)
  if (code === '' || !record.title) return undefined
  const asked = record.action?.map(({ title, code: concepts }) => ({ title, coding: concepts?.[0]?.coding?.[0] })) ?? []
  return {
    code,
    name: record.title,
    orders: asked.flatMap(({ coding }) => (coding?.system === catalogueSystem && coding.code ? [coding.code] : [])),
    imaging: asked.flatMap(({ title, coding }): SetImaging[] => {
      const modality = coding?.system === catalogueSystem ? undefined : orderedModalities.find((each) => each === coding?.code)
      return modality && title ? [{ modality, bodyPart: title }] : []
    }),
    ...some('priority', orderPriorities.find((each) => each === at(record, url.priority)?.valueCode)),
    ...(record.status === 'retired' && { isRetired: true }),
  }
}
