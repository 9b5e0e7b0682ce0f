import type { ProfileMark } from '../../../shared/contract'
import { codeShape, flagShape, gap, idShape, isNumber, literal, sameShape, unitShape, valueShape } from './shape'

/** A mark with the text of its line. */
export interface MarkedPiece extends ProfileMark {
  readonly text: string
  readonly lineText: string
}

/** Distinct entries, by what `keyOf` says of them. */
const distinct = <Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[] => [...new Map(items.map((item) => [keyOf(item), item])).values()]

/** Marks of one result, in the order they stand. */
const resultsOf = (line: readonly MarkedPiece[]): MarkedPiece[][] => {
  const groups: MarkedPiece[][] = []
  let last: MarkedPiece[] | undefined
  for (const piece of line) {
    if (!last || last.some(({ as }) => as === piece.as)) groups.push((last = []))
    last.push(piece)
  }
  return groups.filter((group) => group.some(({ as }) => as === 'value'))
}

/** Many analysers put a sign before the lines of what is out of range. */
const anySign = '(?:(?<flag>[*!<>+-]{1,3})\\s*)?'

/** The pattern of one result: what was marked becomes its kind, what stands between it stays. `others`: how lines begin that are no results. */
const patternOf = (pieces: readonly MarkedPiece[], isAlone: boolean, others: readonly string[]): { readonly pattern: string; readonly code?: string } => {
  const [first] = pieces
  const { lineText } = first!
  const before = lineText.slice(0, first!.from)
  const value = pieces.find(({ as }) => as === 'value')!
  const hasCode = pieces.some(({ as }) => as === 'test')
  // What names the value in place of a code stands before it.
  const label = hasCode ? '' : (/[^\s\d][^\d]*$/.exec(before)?.[0] ?? '')
  const isFirst = isAlone && (hasCode ? before.trim() === '' : label.trim() === before.trim())
  let pattern = isFirst ? '^\\s*' : '(?<!\\S)'
  if (hasCode && others.length > 0) pattern += `(?!${others.join('|')})`
  if (isFirst && hasCode && !pieces.some(({ as }) => as === 'flag')) pattern += anySign
  if (!hasCode) pattern += gap(label.trimStart())
  let at = first!.from
  for (const piece of pieces) {
    const between = piece === first ? '' : gap(lineText.slice(at, piece.from))
    const isLeading = piece === first && piece.as === 'flag'
    if (piece.as === 'test') pattern += `${between}${codeShape(piece.text)}`
    if (piece.as === 'value') pattern += `${between}${valueShape(piece.text, lineText.slice(piece.to))}`
    if (piece.as === 'unit') pattern += `(?:${between}${unitShape})?`
    if (piece.as === 'flag') pattern += isLeading ? `(?:${flagShape(piece.text)}\\s*)?` : `(?:${between}${flagShape(piece.text)})?`
    at = piece.to
  }
  return { pattern, ...(hasCode || value.code === undefined ? {} : { code: value.code }) }
}

/** Words that analysers call the number on a tube by. */
const captionWords = /^(?:no|nr|n|num|number|id|sid|sample|specimen|tube|barcode|bar|code|acc|accession|seq|sequence|request|order|lab|ref)[.:=#№]*$/i
const endsAsCaption = /[:=.#№]$/

/**
 * What names something: `Sample No:` of `12/05 Sample No:`. Only what looks like a caption: another text that stands there may be a patient's
 * name, which must neither be learned nor be asked for on the next page.
 */
const labelBefore = ({ lineText, from }: MarkedPiece): string => {
  const words = [...(/[^\s\d][^\d]*$/.exec(lineText.slice(0, from))?.[0] ?? '').matchAll(/\S+/g)].reverse()
  const [last] = words
  if (!last || !(endsAsCaption.test(last[0]) || captionWords.test(last[0]))) return ''
  const foreign = words.findIndex(([word], index) => index > 0 && !captionWords.test(word))
  return words.slice(0, foreign < 0 ? undefined : foreign).reverse().map(([word]) => word).join(' ')
}

const sampleIdOf = (piece: MarkedPiece): string => {
  const label = labelBefore(piece)
  if (label !== '') return `${/^\w/.test(label) ? '(?<!\\w)' : ''}${gap(label)}\\s*${idShape(piece.text)}`
  // Nothing names it: its shape must.
  const isFirst = piece.lineText.slice(0, piece.from).trim() === ''
  return `${isFirst ? '^\\s*' : '(?<=\\s)'}(?<id>${sameShape(piece.text)})(?!\\S)`
}

const beginOf = ({ text }: MarkedPiece): string => gap(text.trim())

/** A layout of lines that reads what was marked, and what looks like it. `time`: how the marked time is written. */
export const learnLines = (pieces: readonly MarkedPiece[], timeFormat: string | undefined, printsNoUnits: boolean) => {
  const lines = new Map<string, MarkedPiece[]>()
  for (const piece of [...pieces].sort((one, other) => one.from - other.from)) {
    const key = `${piece.page}/${piece.line}`
    lines.set(key, [...(lines.get(key) ?? []), piece])
  }
  const others = distinct(pieces.flatMap((piece) => (piece.as === 'begin' ? [beginOf(piece)] : piece.as === 'sample' && labelBefore(piece) !== '' ? [gap(labelBefore(piece))] : [])), (text) => text)
  const results = [...lines.values()].flatMap((line) => {
    const groups = resultsOf(line.filter(({ as }) => as === 'test' || as === 'value' || as === 'unit' || as === 'flag'))
    return groups.map((group) => ({ ...patternOf(group, groups.length === 1, others), marked: group.length, isNumber: isNumber(group.find(({ as }) => as === 'value')!.text) }))
  })
  const times = pieces.filter(({ as }) => as === 'time')
  const [begin] = pieces.filter(({ as }) => as === 'begin')
  return {
    kind: 'lines' as const,
    sampleId: distinct(pieces.filter(({ as }) => as === 'sample').map(sampleIdOf), (pattern) => pattern),
    // Numbers first: words would take them too. Then what most was marked of.
    results: distinct(results, ({ pattern, code }) => `${pattern} ${code}`).sort((one, other) => Number(other.isNumber) - Number(one.isNumber) || other.marked - one.marked).map(({ pattern, code }) => ({ pattern, ...(code === undefined ? {} : { code }) })),
    ...(timeFormat === undefined || times.length === 0 ? {} : { measured: { patterns: distinct(times.map(({ text }) => `(?<time>${sameShape(text)})`), (pattern) => pattern), format: timeFormat } }),
    ...(begin ? { nextSample: `^\\s*${beginOf(begin)}` } : {}),
    ...(printsNoUnits ? { printsNoUnits: true } : {}),
  }
}

/** What a number on a tube that begins like this looks like. */
export const beginsWith = (text: string): string => `^${literal(text)}`
