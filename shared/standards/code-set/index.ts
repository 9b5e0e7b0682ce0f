/**
 * Reads lists of codes as publishers give them out: tables (RFC 4180 and what spreadsheets make of it), the fixed-width order files of
 * ICD-10-CM, ClaML (EN 14463 / ISO 13120), and CodeSystem resources of FHIR R4. Row by row, so that a reader can give way and stop;
 * what cannot be read is told with its row, and the rest is read all the same.
 */
import { readClaml } from './claml'
import { readCodeSystem } from './codeSystem'
import { readOrderFile } from './orderFile'
import type { CodeRow, CodeSetAbout } from './row'
import { readTable } from './table'

export type { CodeRow, CodeSetAbout, RowFault } from './row'

/** How a list of codes is written. */
export type CodeFileKind = 'table' | 'order' | 'claml' | 'fhir'

/** How a file seems to be written, by how it begins. */
export const kindOfCodeFile = (text: string): CodeFileKind => {
  const head = text.slice(0, 4_000).replace(/^\uFEFF/, '').trimStart()
  if (head.startsWith('{')) return 'fhir'
  if (head.startsWith('<')) return 'claml'
  return /^\d{5} [A-Z]\S{2,6} +[01] \S/.test(head) ? 'order' : 'table'
}

const readers: Readonly<Record<CodeFileKind, (text: string) => Generator<CodeRow, CodeSetAbout>>> = { table: readTable, order: readOrderFile, claml: readClaml, fhir: readCodeSystem }

/** The rows of a file, and in the end what it says of itself. Never throws: what is broken is a row with its fault. */
export const readCodeFile = (kind: CodeFileKind, text: string): Generator<CodeRow, CodeSetAbout> => readers[kind](text.replace(/^\uFEFF/, ''))
