import { type CodeRow, type CodeSetAbout, rowOf } from './row'

/** How columns are headed, in the languages that lists come in; folded to lower case without accents. */
const headings = {
  code: ['code', 'codes', 'icd', 'icd10', 'icd-10', 'icd code', 'cim', 'cim10', 'code cim', 'loinc_num', 'id', 'concept', 'الرمز'],
  display: ['display', 'description', 'title', 'name', 'term', 'text', 'long description', 'longdescription', 'long_common_name', 'libelle', 'libelle long', 'intitule', 'designation', 'label', 'الوصف'],
  terms: ['terms', 'synonyms', 'synonym', 'other words', 'synonymes', 'shortname', 'short description', 'relatednames2'],
} as const

const folded = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').trim().toLowerCase()

/** The sign that parts the columns: the one that most of the first lines have. */
const separatorOf = (text: string): string => {
  const lines = text.slice(0, 20_000).split(/\r?\n/).slice(0, 20).filter((line) => line.trim() !== '')
  const score = (sign: string) => lines.filter((line) => line.includes(sign)).length
  return ['\t', ';', ',', '|'].reduce((best, sign) => (score(sign) > score(best) ? sign : best))
}

/** A quoted field longer than this is a quote that was never closed. */
const longestField = 20_000

interface Line {
  readonly row: number
  readonly fields: readonly string[]
  /** A quote in it is never closed. */
  readonly isBroken: boolean
}

/** Lines of a table (RFC 4180): a quoted field may hold the separator, line ends, and a quote written twice. */
function* linesOf(text: string, separator: string): Generator<Line> {
  let row = 1
  let at = 0
  while (at < text.length) {
    const began = row
    const fields: string[] = []
    let isBroken = false
    for (let inLine = true; inLine; ) {
      let field = ''
      if (text[at] === '"') {
        const start = at
        at += 1
        for (;;) {
          const end = text.indexOf('"', at)
          if (end < 0 || end - start > longestField) {
            // Never closed: this line is lost, and no other.
            isBroken = true
            row = began
            const lineEnd = text.indexOf('\n', start)
            at = lineEnd < 0 ? text.length : lineEnd
            break
          }
          field += text.slice(at, end)
          at = end + 1
          if (text[at] !== '"') break
          field += '"'
          at += 1
        }
        row += isBroken ? 0 : (field.match(/\n/g)?.length ?? 0)
      }
      let end = at
      while (end < text.length && text[end] !== separator && text[end] !== '\n') end += 1
      field += text.slice(at, end).replace(/\r$/, '')
      fields.push(field)
      inLine = text[end] === separator
      at = end + 1
    }
    yield { row: began, fields, isBroken }
    row += 1
  }
}

const placeOf = (fields: readonly string[], names: readonly string[]): number => {
  const heads = fields.map(folded)
  return names.map((name) => heads.indexOf(name)).find((place) => place >= 0) ?? -1
}

/** A table with a code and its words in columns: by their headings, else the first two. */
export function* readTable(text: string): Generator<CodeRow, CodeSetAbout> {
  let columns: { readonly code: number; readonly display: number; readonly terms: number } | undefined
  for (const { row, fields, isBroken } of linesOf(text, separatorOf(text))) {
    if (isBroken) {
      yield { row, fault: 'broken' }
      continue
    }
    if (fields.every((field) => field.trim() === '')) continue
    if (columns === undefined) {
      const [code, display] = [placeOf(fields, headings.code), placeOf(fields, headings.display)]
      const isHeaded = code >= 0 && display >= 0 && code !== display
      columns = isHeaded ? { code, display, terms: placeOf(fields, headings.terms) } : { code: 0, display: 1, terms: -1 }
      if (isHeaded) continue
    }
    yield rowOf(row, { code: fields[columns.code] ?? '', display: fields[columns.display] ?? '', terms: (fields[columns.terms] ?? '').split(/[|;]/) })
  }
  return {}
}
