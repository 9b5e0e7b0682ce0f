import type { RecordType } from './envelope'
import type { Json, MergeRule } from './mergeFields'

const whole: MergeRule = { kind: 'whole' }
const quiet: MergeRule = { kind: 'quiet' }
const memberwise: MergeRule = { kind: 'members', of: {} }

const textOf = (item: Json, ...names: string[]): string =>
  names.map((name) => (item as Readonly<Record<string, Json>> | null)?.[name]).filter((part) => typeof part === 'string').join('/')

const keyedBy = (...names: string[]): MergeRule => ({ kind: 'keyed', key: (item) => textOf(item, ...names), item: memberwise })

interface Coded {
  readonly coding?: readonly { readonly code?: string }[]
  readonly text?: string
}

const codeIn = (concept: Coded | undefined): string => concept?.coding?.[0]?.code ?? concept?.text ?? ''

const contacts: MergeRule = { kind: 'keyed', key: (item) => codeIn((item as { relationship?: readonly Coded[] }).relationship?.[0]), item: memberwise }
const languages: MergeRule = { kind: 'keyed', key: (item) => codeIn((item as { language?: Coded }).language), item: memberwise }

/** What every resource has. */
const everyResource = { meta: quiet, text: quiet, language: quiet, extension: keyedBy('url') } satisfies Record<string, MergeRule>

const severity = ['low', 'unable-to-assess', 'high']
/** While nobody has decided, the more careful of two criticalities stands. */
const careful = (master: Json, mine: Json): Json => (severity.indexOf(String(mine)) > severity.indexOf(String(master)) ? mine : master)

const resource = (of: Readonly<Record<string, MergeRule>>): MergeRule => ({ kind: 'members', of: { ...everyResource, ...of } })

const demographics = {
  identifier: keyedBy('system'),
  name: keyedBy('use'),
  telecom: keyedBy('system', 'use'),
  address: keyedBy('use'),
  contact: contacts,
  communication: languages,
} satisfies Record<string, MergeRule>

const rules: Partial<Record<RecordType, MergeRule>> = {
  Patient: resource(demographics),
  Practitioner: resource(demographics),
  Organization: resource(demographics),
  AllergyIntolerance: resource({ criticality: { kind: 'whole', prefer: careful }, clinicalStatus: whole, verificationStatus: whole, code: whole, reaction: { kind: 'set' }, category: { kind: 'set' } }),
  Encounter: resource({ period: memberwise, participant: { kind: 'set' }, reasonCode: { kind: 'set' } }),
  ServiceRequest: resource({ identifier: keyedBy('system') }),
  ImagingStudy: resource({ identifier: keyedBy('system'), series: keyedBy('uid') }),
}

/** How a record of this type is merged; the fields of R4 that nobody named here are taken whole, lists of things as sets. */
export const mergeRuleOf = (type: RecordType): MergeRule => rules[type] ?? resource({})
