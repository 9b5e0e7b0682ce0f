import { type CodeRow, type CodeSetAbout, rowOf } from './row'

/*
 * The order file of ICD-10-CM ("icd10cm-order-*.txt", CMS and NCHS): a line each in fixed columns, 1-5 order number, 7-13 code
 * without its point, 15 whether it is a header (0) or valid for claims (1), 17-76 short description, from 78 long description.
 */

/** Reads an order file; headers are codes, too. */
export function* readOrderFile(text: string): Generator<CodeRow, CodeSetAbout> {
  let row = 0
  for (let at = 0; at < text.length; ) {
    const found = text.indexOf('\n', at)
    const end = found < 0 ? text.length : found
    const line = text.slice(at, end)
    at = end + 1
    row += 1
    if (line.trim() === '') continue
    if (!/^\d{5} [A-Z]/.test(line)) {
      yield { row, fault: 'broken' }
      continue
    }
    const bare = line.slice(6, 13).trim()
    yield rowOf(row, { code: bare.length > 3 ? `${bare.slice(0, 3)}.${bare.slice(3)}` : bare, display: line.slice(77) || line.slice(16, 76) })
  }
  return { system: 'http://hl7.org/fhir/sid/icd-10-cm', title: 'ICD-10-CM', licence: 'NCHS and CMS, United States government' }
}
