import type { Observation } from 'fhir/r4'
import { extensions, idIn, referenceTo, systems, thingsIn } from '../systems'
import { observationOrigin, type Origin, withOrigin } from './origin'
import { type VitalCode, type VitalDefinition, vitals } from './vitals'

export { acvpuLetters } from './vitals'

const definitionOf = (code: VitalCode): VitalDefinition => vitals[code]

/** What an Observation of a vital sign is found by: its LOINC code, else our own. */
export const vitalSearchCode = (code: VitalCode): string => definitionOf(code).loinc ?? code

const codes = Object.keys(vitals) as VitalCode[]
const codeOfSearch = new Map(codes.map((code) => [vitalSearchCode(code), code]))

/** The search codes of every vital sign, in the order of the paper form. */
export const vitalSearchCodes: readonly string[] = codes.map(vitalSearchCode)

const systemOf = (code: VitalCode): string => (definitionOf(code).loinc === undefined ? systems.vitalSign : systems.loinc)
const answerSystems: Partial<Record<VitalCode, string>> = { avpu: systems.acvpu }

/** Why a value cannot be charted: facts for the wording, or undefined when it can. */
export const vitalFault = (code: VitalCode, value: number | string): { readonly field: VitalCode; readonly limit: string } | undefined => {
  const { plausible, answers = {} } = definitionOf(code)
  if (!plausible) return typeof value === 'string' && Object.hasOwn(answers, value) ? undefined : { field: code, limit: Object.keys(answers).join(' ') }
  if (typeof value === 'number' && value >= plausible.min && value <= plausible.max) return undefined
  return { field: code, limit: `${plausible.min}–${plausible.max}` }
}

/**
 * A value with the digits that are stored of this vital sign; what was sent beyond them is rounded. `isTyped`: a person typed it, perhaps in
 * another unit, and is to read again what they typed (`shownVital.ts`).
 */
export const roundedVital = (code: VitalCode, value: number | string, isTyped = false): number | string => {
  const { decimals, typedDecimals } = definitionOf(code)
  return typeof value === 'number' ? Number(value.toFixed(isTyped ? (typedDecimals ?? decimals) : decimals)) : value
}

/** What makes a vital sign an Observation. */
export interface VitalTaken {
  /** Patient id. */
  readonly subject: string
  readonly code: VitalCode
  /** In the unit of the definition; one of its answers where it is no number. */
  readonly value: number | string
  /** ISO instant. */
  readonly effective: string
  /** Practitioner id of the person who typed it or confirmed the device's reading. Absent: a device charted it by itself, and nobody has looked at it. */
  readonly performer?: string
  readonly origin: Origin
  /** The Observation that this one corrects. */
  readonly corrects?: string
}

/** A vital sign as an Observation (category `vital-signs`, LOINC, UCUM). The value must be free of {@link vitalFault}. */
export const vitalObservation = (taken: VitalTaken): Observation => {
  const definition = definitionOf(taken.code)
  const resource: Observation = {
    resourceType: 'Observation',
    status: taken.performer === undefined ? 'preliminary' : taken.corrects === undefined ? 'final' : 'corrected',
    category: [{ coding: [{ system: systems.observationCategory, code: 'vital-signs' }] }],
    code: { coding: [{ system: systemOf(taken.code), code: vitalSearchCode(taken.code), display: definition.display }], text: definition.display },
    subject: referenceTo('Patient', taken.subject),
    effectiveDateTime: taken.effective,
    ...(taken.performer === undefined ? {} : { performer: [referenceTo('Practitioner', taken.performer)] }),
  }
  const value = roundedVital(taken.code, taken.value, taken.origin.kind === 'typed')
  if (typeof value === 'number') {
    resource.valueQuantity = { value, unit: definition.unitText, system: systems.ucum, code: definition.unit }
  } else {
    const display = definition.answers?.[value]
    resource.valueCodeableConcept = { coding: [{ system: answerSystems[taken.code] ?? systems.vitalSign, code: value, display }], text: display }
  }
  if (taken.corrects !== undefined) {
    resource.extension = [{ url: extensions.corrects, valueReference: referenceTo('Observation', taken.corrects) }]
  }
  return withOrigin(resource, taken.origin, taken.origin.kind === 'device' ? taken.performer : undefined)
}

/** Which vital sign an Observation is; undefined for anything else, a laboratory glucose of the same LOINC code included. */
export const vitalCodeOf = (resource: Observation): VitalCode | undefined => {
  const isVital = thingsIn(resource.category).some((each) => thingsIn(each.coding).some((coding) => coding.code === 'vital-signs'))
  const coded = thingsIn(resource.code.coding).find((each) => each.system === systems.loinc || each.system === systems.vitalSign)?.code
  return isVital && coded !== undefined ? codeOfSearch.get(coded) : undefined
}

/** Id of the Observation that this one corrects. */
export const correctsOf = (resource: Observation): string | undefined =>
  idIn(thingsIn(resource.extension).find((each) => each.url === extensions.corrects)?.valueReference, 'Observation')

/** What a chart shows of a vital sign; `by` is a practitioner id. Undefined when it is none. */
export const vitalFacts = (resource: Observation) => {
  const code = vitalCodeOf(resource)
  const value: unknown = resource.valueQuantity?.value ?? thingsIn(resource.valueCodeableConcept?.coding)[0]?.code
  if (code === undefined || !(typeof value === 'string' || typeof value === 'number') || resource.status === 'entered-in-error') return undefined
  return {
    code,
    value,
    effective: resource.effectiveDateTime ?? '',
    origin: observationOrigin(resource),
    by: idIn(resource.performer?.[0], 'Practitioner') ?? '',
    ...(resource.status === 'preliminary' ? { isUnverified: true as const } : {}),
  }
}
