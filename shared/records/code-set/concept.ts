/** A code of a code set: what it is called, and what else is called so. */
export interface Concept {
  readonly code: string
  readonly display: string
  /** Other words for it, found by the search and never stored with a record. */
  readonly terms: readonly string[]
}

/** What a table of codes may hold; longer things are no names. Lengths in UTF-16 units. */
export const conceptLimits = { code: 60, display: 400, terms: 60, term: 300 } as const

/** A table of concepts as it lies in a package and travels between workstations: a line each, code, display and other words (parted by `|`) in columns. */
export const tableOf = (concepts: readonly Concept[]): string =>
  concepts.map(({ code, display, terms }) => [code, display, terms.map((term) => term.replaceAll('|', ' ')).join('|')].map((text) => text.replace(/[\t\r\n]+/g, ' ')).join('\t')).join('\n')

/** The concepts of such a table; a line that is none is passed over. */
export const conceptsIn = (table: string): Concept[] =>
  table.split('\n').flatMap((row) => {
    const [code = '', display = '', terms = ''] = row.split('\t')
    return code === '' || display === '' ? [] : [{ code, display, terms: terms === '' ? [] : terms.split('|') }]
  })
