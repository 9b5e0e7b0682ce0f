import { escapeText, usualDelimiters, type Delimiters } from './delimiters'
import * as fields from './fields'
import type { AstmRecord } from './record'

/** An analyser asks for orders: a request information record (Q, clause 11). */
export interface AstmQuery {
  /** Q.3, each repeat with its components, padding and all; which of them is the number on the tube is the maker's choice. */
  readonly ranges: readonly (readonly string[])[]
  /** Q.5: codes that it asks for; empty: all of them. */
  readonly tests: readonly string[]
  /** Q.13 A: it takes back what it asked before. */
  readonly isCancelled: boolean
}

/** Reads a Q record. */
export const queryOf = (record: AstmRecord): AstmQuery => ({
  ranges: record.repeats(fields.query.startingRange.field),
  tests: record
    .repeats(fields.query.test.field)
    .map((components) => components.map((part) => part.trim()).filter((part) => part !== '').at(-1) ?? '')
    .filter((code) => code !== '' && code.toUpperCase() !== 'ALL'),
  isCancelled: record.text(fields.query.status).toUpperCase() === 'A',
})

/** What to measure in one tube. */
export interface WorklistOrder {
  /** O.3: the number on the tube, or all components of Q.3 for analysers that want them back. */
  readonly specimen: readonly string[]
  readonly tests: readonly string[]
}

/** How an analyser wants its worklist. */
export interface WorklistOptions {
  /** `YYYYMMDDHHMMSS`, local. */
  readonly at: string
  readonly sender: string
  readonly receiver?: string
  readonly delimiters?: Delimiters
  /** Component of O.5 where the test code stands; 4 by the standard (8.4.5), 5 for Sysmex. */
  readonly codeComponent?: number
  /** True: an answer to a query (O.26 Q, L.3 F). False: sent unasked (O.26 O, L.3 N). */
  readonly isAnswer: boolean
}

/**
 * Writes a worklist (H P O… L) as a text of records, each ended by CR. No order at all is the answer "no information"
 * (L.3 I). It carries no patient: an analyser needs the number on the tube and nothing else.
 */
export const writeWorklist = (orders: readonly WorklistOrder[], { at, sender, receiver = '', delimiters = usualDelimiters, codeComponent = 4, isAnswer }: WorklistOptions): string => {
  const { field, repeat, component, escape } = delimiters
  const text = (words: string) => escapeText(words, delimiters)
  const record = (places: Readonly<Record<number, string>>, length: number) => Array.from({ length }, (_, index) => places[index + 1] ?? '').join(field)
  const header = `H${field}${repeat}${component}${escape}${field}` + record({ 3: text(sender), 8: text(receiver), 10: 'P', 11: 'LIS2-A2', 12: at }, 12)
  if (orders.length === 0) return [header, ['L', '1', 'I'].join(field), ''].join('\r')
  const lines = orders.map(({ specimen, tests }, index) =>
    record(
      {
        1: 'O',
        2: String(index + 1),
        3: specimen.map(text).join(component),
        5: tests.map((code) => component.repeat(codeComponent - 1) + text(code)).join(repeat),
        6: 'R',
        12: 'N',
        26: isAnswer ? 'Q' : 'O',
      },
      26,
    ),
  )
  return [header, ['P', '1'].join(field), ...lines, ['L', '1', isAnswer ? 'F' : 'N'].join(field), ''].join('\r')
}
