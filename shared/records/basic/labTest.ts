import type { Basic, Extension } from 'fhir/r4'
import type { TestRule } from '../observation/verdict'
import { extensions, systems } from '../systems'

/**
 * What a code of an analyser means in this practice, where the analyser's profile does not know it, or expects it in another unit. Of all
 * analysers of one profile.
 */
export interface TestMapping {
  readonly profile: string
  /** As the analyser sends it. */
  readonly code: string
  /** `test`: it is this. `left-out`: it is no result (a picture, a setting) and is not filed. */
  readonly kind: 'test' | 'left-out'
  readonly name: string
  readonly loinc?: string
  /** UCUM unit of the chart; `1` for numbers without dimension. */
  readonly unit: string
  /** Units as the analyser sends them, exactly, and the UCUM unit that each of them is. */
  readonly units: Readonly<Record<string, string>>
  /** What is measured, where the LOINC code does not tell: see `standards/ucum/substances.ts`. */
  readonly substance?: string
}

/** What the practice wants of results for which a test has no rule: see {@link TestRule}. */
export interface LabPolicy {
  /** `by-staff`: they wait for a person where the practice has a laboratory technician, else they are filed as by `unflagged`. */
  readonly accept: 'by-staff' | 'unflagged' | 'never'
}

/** Codes of the `Basic` records. */
export const labCodes = { mapping: 'lab-test-mapping', rule: 'lab-test-rule', policy: 'lab-policy' } as const

const basic = (code: string, parts: readonly Extension[], created: string): Basic => ({
  resourceType: 'Basic',
  code: { coding: [{ system: systems.basic, code }] },
  created,
  extension: [{ url: extensions.labTest, extension: [...parts] }],
})

/** Said of what is absent, too: two workstations' words are put together part by part, and the other's must not fill the gap. */
const nothing = 'none'

const text = (url: string, value: string | undefined): Extension[] => [{ url, valueString: value ?? nothing }]
const number = (url: string, value: number | undefined): Extension[] => [value === undefined ? { url, valueString: nothing } : { url, valueDecimal: value }]

const partsIn = (record: Basic, code: string): readonly Extension[] | undefined =>
  record.code.coding?.some((each) => each.code === code) ? record.extension?.find(({ url }) => url === extensions.labTest)?.extension : undefined
const textIn = (parts: readonly Extension[], url: string) => parts.find((each) => each.url === url)?.valueString
const optionalTextIn = (parts: readonly Extension[], url: string) => {
  const found = textIn(parts, url)
  return found === nothing ? undefined : found
}
const numberIn = (parts: readonly Extension[], url: string) => parts.find((each) => each.url === url)?.valueDecimal

/** Stands before a unit as sent in the name of its part, so that two workstations can each add one. */
const unitPart = 'unit:'

/** The record of a mapping. Nothing of it is ever taken out: one that no longer counts says so. */
export const mappingRecord = (mapping: TestMapping | { readonly profile: string; readonly code: string; readonly kind: 'removed' }, created: string): Basic =>
  basic(
    labCodes.mapping,
    [
      ...text('profile', mapping.profile), ...text('code', mapping.code), ...text('kind', mapping.kind),
      ...(mapping.kind === 'removed'
        ? []
        : [
            ...text('name', mapping.name), ...text('loinc', mapping.loinc), ...text('unit', mapping.unit), ...text('substance', mapping.substance),
            ...Object.entries(mapping.units).flatMap(([sent, ucum]) => text(`${unitPart}${sent}`, ucum)),
          ]),
    ],
    created,
  )

/** The mapping in a record; undefined when it is none, was removed, or is not whole. */
export const mappingOf = (record: Basic): TestMapping | undefined => {
  const parts = partsIn(record, labCodes.mapping)
  if (!parts) return undefined
  const [profile, code, kind, name, unit] = ['profile', 'code', 'kind', 'name', 'unit'].map((url) => textIn(parts, url))
  const [loinc, substance] = [optionalTextIn(parts, 'loinc'), optionalTextIn(parts, 'substance')]
  if (profile === undefined || code === undefined || name === undefined || unit === undefined || (kind !== 'test' && kind !== 'left-out')) return undefined
  const units = Object.fromEntries(parts.filter(({ url }) => url.startsWith(unitPart)).map(({ url, valueString }) => [url.slice(unitPart.length), valueString ?? '']))
  return { profile, code, kind, name, unit, units, ...(loinc === undefined ? {} : { loinc }), ...(substance === undefined ? {} : { substance }) }
}

/** The record of a test's rule. */
export const ruleRecord = ({ test, name, accept, unit, low, high, delta, critical }: TestRule, created: string): Basic =>
  basic(
    labCodes.rule,
    [
      ...text('test', test), ...text('name', name), ...text('accept', accept), ...text('unit', unit), ...number('low', low), ...number('high', high),
      ...number('deltaPercent', delta?.percent), ...number('deltaAbsolute', delta?.absolute), ...number('deltaDays', delta?.days),
      ...number('criticalLow', critical?.low), ...number('criticalHigh', critical?.high),
    ],
    created,
  )

/** The rule in a record; undefined when it is none. */
export const ruleOf = (record: Basic): TestRule | undefined => {
  const parts = partsIn(record, labCodes.rule)
  const [test, name, accept] = parts ? [textIn(parts, 'test'), textIn(parts, 'name'), textIn(parts, 'accept')] : []
  if (!parts || test === undefined || name === undefined || (accept !== 'never' && accept !== 'unflagged')) return undefined
  const [unit, low, high] = [optionalTextIn(parts, 'unit'), numberIn(parts, 'low'), numberIn(parts, 'high')]
  const [percent, absolute, days] = [numberIn(parts, 'deltaPercent'), numberIn(parts, 'deltaAbsolute'), numberIn(parts, 'deltaDays')]
  const [criticalLow, criticalHigh] = [numberIn(parts, 'criticalLow'), numberIn(parts, 'criticalHigh')]
  return {
    test, name, accept,
    ...(unit === undefined ? {} : { unit }),
    ...(low === undefined ? {} : { low }),
    ...(high === undefined ? {} : { high }),
    ...(days === undefined ? {} : { delta: { days, ...(percent === undefined ? {} : { percent }), ...(absolute === undefined ? {} : { absolute }) } }),
    ...(criticalLow === undefined && criticalHigh === undefined ? {} : { critical: { ...(criticalLow === undefined ? {} : { low: criticalLow }), ...(criticalHigh === undefined ? {} : { high: criticalHigh }) } }),
  }
}

/** The record of the practice's policy. */
export const policyRecord = ({ accept }: LabPolicy, created: string): Basic => basic(labCodes.policy, text('accept', accept), created)

/** The policy in a record; undefined when it is none. */
export const policyOf = (record: Basic): LabPolicy | undefined => {
  const accept = textIn(partsIn(record, labCodes.policy) ?? [], 'accept')
  return accept === 'by-staff' || accept === 'unflagged' || accept === 'never' ? { accept } : undefined
}
