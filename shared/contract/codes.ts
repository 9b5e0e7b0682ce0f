import * as z from 'zod'
import { conceptLimits } from '../records/code-set/concept'
import type { CodeSetFacts } from '../records/code-set/records'
import type { ConceptCoding } from '../records/condition/condition'
import { request } from './request'
import { idempotencyKey, line, optionalLine } from './shapes'

export type { ConceptCoding } from '../records/condition/condition'

/** What a code is looked for: a symptom is rather one of the chapter of symptoms, a diagnosis rather not. */
const codeUses = ['symptom', 'diagnosis'] as const
export type CodeUse = (typeof codeUses)[number]

/** A code that fits what was typed. */
export interface FoundCode extends ConceptCoding {
  /** Name of the code set, e.g. `ICD-10-CM`; absent: a term of the practice's own. */
  readonly set?: string
  /** The other word by which it was found. */
  readonly term?: string
}

/** A code set of the practice: one that ships, or one that was imported. */
export interface CodeSetEntry extends Omit<CodeSetFacts, 'parts'> {
  /** What its requests name it by. */
  readonly id: string
  readonly origin: 'shipped' | 'imported'
  /** Pieces of it are still on their way from another workstation. */
  readonly isPartial: boolean
}

/** Concepts that are sent at once: some ten kilobytes. */
export const mostConceptsAtOnce = 500

const system = z.string().trim().min(1).max(300).regex(/^(https?:\/\/|urn:)\S+$/)
const concept = z.object({
  code: z.string().trim().min(1).max(conceptLimits.code),
  display: z.string().trim().min(1).max(conceptLimits.display),
  terms: z.array(z.string().trim().min(1).max(conceptLimits.term)).max(conceptLimits.terms).default([]),
})
const codeSet = z.string().min(1).max(400)

/** Code sets, and the practice's own terms. */
export const codeRequests = {
  /** By code or words, the best first; a word may be begun, one letter may be wrong. */
  searchCodes: request(z.object({ text: z.string().max(200), use: z.enum(codeUses), limit: z.int().min(1).max(50).default(12) }), 'chart.read').answers<FoundCode[]>(),
  /** Adds a term that no code set has; the same words are the same term on every workstation. */
  addTerm: request(z.object({ text: line, use: z.enum(codeUses) }), 'encounter.write', 'write').answers<ConceptCoding>(),
  listCodeSets: request(z.undefined(), 'codes.manage').answers<CodeSetEntry[]>(),
  /** Keeps a part of a code set that is being imported. Nothing of it is offered before {@link finishCodeSet}; sent again, it is kept once. */
  keepCodes: request(z.object({ key: idempotencyKey, place: z.int().min(0).max(2_000), concepts: z.array(concept).min(1).max(mostConceptsAtOnce) }), 'codes.manage').answers<null>(),
  /** Makes the parts that were kept under `key` a code set and offers it, instead of other editions of the same system; those stay, and can be offered again. */
  finishCodeSet: request(
    z.object({ key: idempotencyKey, system, version: line, title: line, licence: optionalLine.default(''), parts: z.int().min(1).max(2_001), concepts: z.int().min(1).max(1_000_000) }),
    'codes.manage',
    'write',
  ).answers<CodeSetEntry[]>(),
  /** Whether the picker offers a code set. */
  offerCodeSet: request(z.object({ set: codeSet, isOffered: z.boolean() }), 'codes.manage', 'write').answers<CodeSetEntry[]>(),
}
