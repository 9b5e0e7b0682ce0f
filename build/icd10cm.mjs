import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { root } from './ground.mjs'

/*
 * Makes the code set package that ships from two files of the National Center for Health Statistics (docs/licences/icd-10-cm.md):
 *
 *   node build/icd10cm.mjs icd10cm-order-Jan-2021.txt icd10cm_tabular_2021.xml
 *
 * The order file says which codes there are and how they read; the tabular list adds what else is called so ("includes" and
 * "inclusion terms"), for the search. What goes into the repository is a table of three columns: code, display, other words (parted by |).
 */

/** Sites, sides, trimesters and encounters have the sixth and seventh character: a small clinic's list does without them. */
const longestCode = 5

const [orderFile, tabularFile] = process.argv.slice(2)
if (!orderFile || !tabularFile) throw new Error('which order file, and which tabular list?')

const dotted = (/** @type {string} */ code) => (code.length > 3 ? `${code.slice(0, 3)}.${code.slice(3)}` : code)
const plain = (/** @type {string} */ text) =>
  text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&apos;/g, "'").replace(/&amp;/g, '&').replace(/[\t|\s]+/g, ' ').trim()

/** What else is called so, by code. @type {Map<string, string[]>} */
const terms = new Map()
let code = ''
let isOtherWord = false
for (const line of readFileSync(tabularFile, 'utf8').split(/\r?\n/)) {
  const name = /<name>([A-Z][0-9A-Z.]+)<\/name>/.exec(line)?.[1]
  if (name) code = name
  // What stands at the head of a chapter or a section is said of no code.
  if (/<(chapter|section)\b/.test(line)) code = ''
  if (/<(inclusionTerm|includes)>/.test(line)) isOtherWord = true
  const note = isOtherWord && code !== '' ? /<note>(.*?)<\/note>/.exec(line)?.[1] : undefined
  if (note) terms.set(code, [...(terms.get(code) ?? []), plain(note)])
  if (/<\/(inclusionTerm|includes)>/.test(line)) isOtherWord = false
}

// Columns of the order file: number 1-5, code 7-13, header or code 15, short 17-76, long from 78.
const rows = readFileSync(orderFile, 'utf8').split(/\r?\n/).flatMap(line => {
  const bare = line.slice(6, 13).trim()
  if (bare === '' || bare.length > longestCode) return []
  return [[dotted(bare), plain(line.slice(77)), (terms.get(dotted(bare)) ?? []).join('|')]]
})

const table = `${rows.map(row => row.join('\t')).join('\n')}\n`
const folder = join(root, 'resources/code-sets')
writeFileSync(join(folder, 'icd-10-cm.tsv.gz'), gzipSync(table, { level: 9 }))
writeFileSync(join(folder, 'icd-10-cm.json'), `${JSON.stringify({
  system: 'http://hl7.org/fhir/sid/icd-10-cm',
  version: '2021-01',
  title: 'ICD-10-CM',
  edition: 'January 2021, codes of up to five characters',
  publisher: 'National Center for Health Statistics (NCHS), United States',
  licence: 'docs/licences/icd-10-cm.md',
  file: 'icd-10-cm.tsv.gz',
  concepts: rows.length,
  sha256: createHash('sha256').update(table).digest('hex'),
}, null, 2)}\n`)
process.stdout.write(`${rows.length} codes, ${[...terms.values()].flat().length} other words\n`)
