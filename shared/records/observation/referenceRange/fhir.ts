import type { CodeableConcept, ObservationDefinitionQualifiedInterval, ObservationReferenceRange, Quantity, Range } from 'fhir/r4'
import { systems } from '../../systems'
import { type AgeBound, type QualifiedRange, rangeText } from './range'

/** LOINC answer "Pregnant" of 82810-3. */
const pregnant: CodeableConcept = { coding: [{ system: systems.loinc, code: 'LA15173-0', display: 'Pregnant' }], text: 'Pregnant' }
/** HL7 administrative genders as a population that a range is for. */
const sexes: Readonly<Record<'male' | 'female', CodeableConcept>> = {
  male: { coding: [{ system: 'http://hl7.org/fhir/administrative-gender', code: 'male', display: 'Male' }], text: 'Male' },
  female: { coding: [{ system: 'http://hl7.org/fhir/administrative-gender', code: 'female', display: 'Female' }], text: 'Female' },
}

const ageUnits: readonly string[] = ['d', 'wk', 'mo', 'a']
const ageQuantity = ({ value, unit }: AgeBound): Quantity => ({ value, unit, system: systems.ucum, code: unit })
const ageBound = (quantity: Quantity | undefined): AgeBound | undefined => {
  const unit = quantity?.code ?? quantity?.unit
  return quantity?.value !== undefined && unit !== undefined && ageUnits.includes(unit) ? { value: quantity.value, unit: unit as AgeBound['unit'] } : undefined
}
const ageRange = ({ from, to }: QualifiedRange): { readonly age?: Range } =>
  from === undefined && to === undefined ? {} : { age: { ...(from && { low: ageQuantity(from) }), ...(to && { high: ageQuantity(to) }) } }

/** `1`: a number without dimension has no unit. */
const limit = (value: number, unit: string): Quantity => (unit === '1' ? { value } : { value, unit, system: systems.ucum, code: unit })

const isPregnant = (appliesTo: readonly CodeableConcept[] | undefined): boolean => appliesTo?.some(({ coding }) => coding?.some(({ code }) => code === 'LA15173-0')) ?? false
const sexIn = (appliesTo: readonly CodeableConcept[] | undefined): 'male' | 'female' | undefined => {
  const codes = appliesTo?.flatMap(({ coding }) => coding?.map(({ code }) => code) ?? []) ?? []
  return codes.includes('male') ? 'male' : codes.includes('female') ? 'female' : undefined
}

const rangeOf = (parts: { readonly sex: 'male' | 'female' | undefined; readonly age: Range | undefined; readonly isOfPregnant: boolean; readonly low: Quantity | undefined; readonly high: Quantity | undefined; readonly source: string | undefined }): QualifiedRange => {
  const [from, to, low, high] = [ageBound(parts.age?.low), ageBound(parts.age?.high), parts.low?.value, parts.high?.value]
  return {
    ...(parts.sex && { sex: parts.sex }), ...(from && { from }), ...(to && { to }), ...(parts.isOfPregnant && { pregnancy: 'pregnant' as const }),
    ...(low !== undefined && { low }), ...(high !== undefined && { high }), ...(parts.source !== undefined && { source: parts.source }),
  }
}

/** A range as it stays with a result: limits, whom it is for, and as text. @param unit UCUM unit of the limits */
export const referenceRangeOf = (range: QualifiedRange, unit: string): ObservationReferenceRange => {
  const appliesTo = [...(range.sex ? [sexes[range.sex]] : []), ...(range.pregnancy ? [pregnant] : [])]
  return {
    ...(range.low !== undefined && { low: limit(range.low, unit) }),
    ...(range.high !== undefined && { high: limit(range.high, unit) }),
    ...(appliesTo.length > 0 && { appliesTo }),
    ...ageRange(range),
    text: rangeText(range),
  }
}

/** The range that stayed with a result; undefined where it is only text (an analyser's), or none. */
export const rangeOfReference = (reference: ObservationReferenceRange | undefined): QualifiedRange | undefined =>
  reference?.low === undefined && reference?.high === undefined
    ? undefined
    : rangeOf({ sex: sexIn(reference.appliesTo), age: reference.age, isOfPregnant: isPregnant(reference.appliesTo), low: reference.low, high: reference.high, source: undefined })

/** A range as a test's definition keeps it; its source stands in `condition`. @param unit UCUM unit of the test */
export const qualifiedIntervalOf = (range: QualifiedRange, unit: string): ObservationDefinitionQualifiedInterval => ({
  category: 'reference',
  range: { ...(range.low !== undefined && { low: limit(range.low, unit) }), ...(range.high !== undefined && { high: limit(range.high, unit) }) },
  ...(range.sex && { gender: range.sex }),
  ...ageRange(range),
  ...(range.pregnancy && { appliesTo: [pregnant] }),
  ...(range.source !== undefined && { condition: range.source }),
})

/** The range in an interval of a test's definition; undefined where it is a critical or an absolute one. */
export const rangeOfInterval = ({ category, range, gender, age, appliesTo, condition }: ObservationDefinitionQualifiedInterval): QualifiedRange | undefined =>
  category !== 'reference' || !range
    ? undefined
    : rangeOf({ sex: gender === 'male' || gender === 'female' ? gender : undefined, age, isOfPregnant: isPregnant(appliesTo), low: range.low, high: range.high, source: condition })

/** UCUM unit of the limits of an interval; `1`: they are numbers without dimension. */
export const unitOfInterval = ({ range }: ObservationDefinitionQualifiedInterval): string => range?.low?.code ?? range?.high?.code ?? '1'
