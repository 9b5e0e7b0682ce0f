import type { Basic } from 'fhir/r4'
import { settingsIn, settingsRecord } from '../basic/settings'
import type { ConceptCoding } from '../condition/condition'
import { extensions, systems } from '../systems'
import { type Concept, conceptsIn, tableOf } from './concept'

/*
 * Code sets of a practice as records, so that every workstation has what one imported: a `Basic` for the set, and `Basic` records
 * for its parts. A part is never changed; an edition that was imported is never replaced by another, only offered or not.
 */

/** Codes of the records. */
export const codeSetCodes = { set: 'code-set', part: 'code-set-part', term: 'own-term' } as const

/** A code set as its record says it. */
export interface CodeSetFacts {
  readonly system: string
  readonly version: string
  readonly title: string
  /** Which edition and how much of it. */
  readonly edition: string
  /** Who publishes it, and under which licence; in their words. */
  readonly licence: string
  readonly concepts: number
  /** Name of the import whose parts it has; empty: it ships with Outpost. */
  readonly parts: { readonly of: string; readonly count: number }
  /** Whether the picker offers its codes. Records keep what they have either way. */
  readonly isOffered: boolean
}

/** Names a code set: of one system there may be several editions. */
export const codeSetKey = ({ system, version }: Pick<CodeSetFacts, 'system' | 'version'>): string => `${system}|${version}`

/** The record of a code set. */
export const codeSetRecord = (set: CodeSetFacts, created: string): Basic =>
  settingsRecord(codeSetCodes.set, extensions.codeSet, {
    system: set.system, version: set.version, title: set.title, edition: set.edition, licence: set.licence,
    concepts: String(set.concepts), parts: set.parts.of, partCount: String(set.parts.count), state: set.isOffered ? 'offered' : 'put-away',
  }, created)

const countIn = (text: string | undefined): number => (/^\d{1,7}$/.test(text ?? '') ? Number(text) : 0)

/** The code set in a record; undefined when it is none. */
export const codeSetIn = (record: Basic): CodeSetFacts | undefined => {
  const said = settingsIn(record, codeSetCodes.set, extensions.codeSet)
  if (!said?.['system'] || !said['version']) return undefined
  return {
    system: said['system'], version: said['version'], title: said['title'] ?? said['system'], edition: said['edition'] ?? '', licence: said['licence'] ?? '',
    concepts: countIn(said['concepts']), parts: { of: said['parts'] ?? '', count: countIn(said['partCount']) }, isOffered: said['state'] === 'offered',
  }
}

/** Names a part of an import: the same part is the same record, however often it is sent. */
export const partName = (imported: string, place: number): string => `${imported}/${place}`

/** The record of a part of a code set. */
export const codeSetPart = (imported: string, place: number, concepts: readonly Concept[], created: string): Basic => ({
  resourceType: 'Basic',
  code: { coding: [{ system: systems.basic, code: codeSetCodes.part }] },
  identifier: [{ value: partName(imported, place) }],
  created,
  extension: [{ url: extensions.codeSet, valueString: tableOf(concepts) }],
})

/** The concepts of a part. */
export const conceptsOfPart = (record: Basic): Concept[] => conceptsIn(record.extension?.find(({ url }) => url === extensions.codeSet)?.valueString ?? '')

/** What the practice calls a symptom or a diagnosis that no code set has. */
export interface OwnTerm {
  readonly text: string
  readonly use: 'symptom' | 'diagnosis'
}

/** Names a term: the same words typed on two workstations are one record. Signs tell terms apart: `Rh -` is not `Rh`, and 1.25 not 12.5. */
export const ownTermKey = ({ text, use }: OwnTerm): string => `term:${use}:${text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim()}`

/** The record of a term. */
export const ownTermRecord = (term: OwnTerm, created: string): Basic => settingsRecord(codeSetCodes.term, extensions.codeSet, { text: term.text, use: term.use }, created)

/** The term in a record; undefined when it is none. */
export const ownTermIn = (record: Basic): OwnTerm | undefined => {
  const said = settingsIn(record, codeSetCodes.term, extensions.codeSet)
  const use = said?.['use']
  return said?.['text'] && (use === 'symptom' || use === 'diagnosis') ? { text: said['text'], use } : undefined
}

/** How a term is coded: by its record. */
export const codingOfTerm = (id: string, { text }: OwnTerm): ConceptCoding => ({ system: systems.ownTerm, code: id, display: text })
