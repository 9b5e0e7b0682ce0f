/** Why a row is no code with its words. `broken`: the file is not well formed there, or breaks off. */
export type RowFault = 'code' | 'display' | 'long' | 'broken'

/** A row of a list of codes; rows count from 1 as an editor counts lines, or the concepts of a file without lines. */
export type CodeRow =
  | { readonly row: number; readonly code: string; readonly display: string; readonly terms: readonly string[] }
  | { readonly row: number; readonly fault: RowFault }

/** What a file says of the list that it holds. */
export interface CodeSetAbout {
  readonly system?: string
  readonly version?: string
  readonly title?: string
  readonly licence?: string
}

/** Longer things are no codes and no names. */
const longest = { code: 60, display: 400, term: 300, terms: 60 } as const

const plain = (text: string): string => text.replace(/[\u0000-\u001f\u007f\s]+/g, ' ').trim()

/** The row that these texts make, or its fault. */
export const rowOf = (row: number, told: { readonly code: string; readonly display: string; readonly terms?: readonly string[] }): CodeRow => {
  const [code, display] = [plain(told.code), plain(told.display)]
  if (code === '') return { row, fault: 'code' }
  if (display === '') return { row, fault: 'display' }
  if (code.length > longest.code || display.length > longest.display) return { row, fault: 'long' }
  const terms = (told.terms ?? []).map(plain).filter((term) => term !== '' && term !== display && term.length <= longest.term)
  return { row, code, display, terms: [...new Set(terms)].slice(0, longest.terms) }
}
