import { type CodeRow, type CodeSetAbout, rowOf } from './row'

/*
 * ClaML (ISO 13120): `<Class code kind>` with `<Rubric kind="preferred"><Label>…</Label></Rubric>`; rubrics of the kinds `inclusion`
 * and `preferredLong` tell other words. Only the five entities of XML and character references are read, none is ever expanded from
 * the file itself.
 */

const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }
const decoded = (text: string): string =>
  text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(lt|gt|amp|quot|apos));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return named[name.toLowerCase()] ?? whole
    const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
    return point > 0 && point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff) ? String.fromCodePoint(point) : whole
  })

const wordsIn = (markup: string): string => decoded(markup.replace(/<[^<>]*>/g, ' '))
const attribute = (tag: string, name: string): string => decoded(new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(tag)?.slice(1).find((value) => value !== undefined) ?? '')

const mostRubrics = 200
/** What is longer than this is neither a title nor a label. */
const longestWords = 4_000

/** Looks for a word from places that only go on; what was found ahead is not looked for again, so that a file is gone over once. */
const seeker = (text: string, word: string) => {
  let found = -2
  return (from: number): number => (found === -1 || found >= from ? found : (found = text.indexOf(word, from)))
}

/** The labels of the rubrics of a class, by their kind; looks no further than the class. */
const labelsOf = (body: string): { readonly kind: string; readonly text: string }[] => {
  const found: { kind: string; text: string }[] = []
  const [endFrom, labelFrom] = [seeker(body, '</Rubric'), seeker(body, '<Label')]
  for (let at = body.indexOf('<Rubric'); at >= 0 && found.length < mostRubrics; at = body.indexOf('<Rubric', at + 1)) {
    const head = body.indexOf('>', at)
    const end = endFrom(at)
    if (head < 0 || end < head) break
    const label = labelFrom(head)
    const from = label < 0 || label > end ? head : body.indexOf('>', label)
    found.push({ kind: attribute(body.slice(at, Math.min(head, at + longestWords)), 'kind'), text: wordsIn(body.slice(from + 1, Math.min(end, from + longestWords))) })
  }
  return found
}

/** Chapters and blocks are no codes: of classes with a kind, categories are. */
const isCode = (kind: string): boolean => kind === '' || kind === 'category' || kind === 'modifiedcategory'

/** Reads ClaML; rows are classes in their order. */
export function* readClaml(text: string): Generator<CodeRow, CodeSetAbout> {
  const titleAt = text.slice(0, 200_000).indexOf('<Title')
  const title = titleAt < 0 ? null : /^<Title\b([^>]*)>([^<]*)/.exec(text.slice(titleAt, titleAt + longestWords))
  const about: CodeSetAbout = title ? { title: decoded(title[2] ?? '').trim() || attribute(` ${title[1]}`, 'name'), version: attribute(` ${title[1]}`, 'version') } : {}
  let row = 0
  const [classFrom, headFrom, endFrom] = [seeker(text, '<Class '), seeker(text, '>'), seeker(text, '</Class>')]
  for (let at = classFrom(0); at >= 0; at = classFrom(at + 1)) {
    row += 1
    const head = headFrom(at)
    const end = endFrom(at)
    const next = classFrom(at + 1)
    if (head < 0 || end < 0 || (next >= 0 && next < end)) {
      if (head < 0 || text[head - 1] !== '/') yield { row, fault: 'broken' }
      if (head < 0) break
      continue
    }
    const tag = text.slice(at, Math.min(head, at + longestWords))
    if (!isCode(attribute(tag, 'kind').toLowerCase())) continue
    const labels = labelsOf(text.slice(head + 1, end))
    const display = labels.find(({ kind }) => kind === 'preferred')?.text ?? labels.find(({ kind }) => kind === 'preferredLong')?.text ?? ''
    yield rowOf(row, { code: attribute(tag, 'code'), display, terms: labels.filter(({ kind }) => kind === 'inclusion' || kind === 'preferredLong').map((label) => label.text) })
  }
  return about
}
