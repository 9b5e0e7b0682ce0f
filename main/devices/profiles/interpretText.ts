import { parseValue } from '../../../shared/standards/astm'
import type { Hl7DateTime } from '../../../shared/standards/hl7'
import { compiled, longestLine } from './pattern'
import { rowsOf } from './rows'
import { matches, resultOf, type Sample, type SampleResult, type SaidResult } from './sample'
import type { TextProfile } from './schema'
import { parseByFormat } from './timeFormat'

type Layout<Kind extends TextProfile['layout']['kind']> = Extract<TextProfile['layout'], { kind: Kind }>

/** A page in the words of the practice. */
export interface ReadPage {
  readonly samples: readonly Sample[]
  /** Named problems of the page: without any it may be filed by itself. `samples-mixed`: whose each result is cannot be told. */
  readonly problems: readonly ('nothing-found' | 'heading-missing' | 'page-short' | 'samples-mixed')[]
}

/** What one result of a page says; a device of this kind tells no status. */
const said = (code: string, value: string, more: Partial<SaidResult> = {}): SaidResult => ({ name: '', unit: '', range: '', flag: '', status: 'final', ...more, code, ...parseValue(value) })

/** Reads a page (decoded text, without its frame) by the profile's layout. Never throws. */
export const interpretText = (text: string, profile: TextProfile): ReadPage => {
  const { layout } = profile
  switch (layout.kind) {
    case 'lines':
      return byLines(text, profile, layout)
    case 'columns':
      return byColumns(text, profile, layout)
    case 'table':
      return byTable(text, profile, layout)
  }
}

const pageOf = (samples: readonly Sample[]): ReadPage => {
  const told = samples.filter(({ results }) => results.length > 0)
  return { samples: told, problems: told.length === 0 ? ['nothing-found'] : [] }
}

const linesOf = (text: string): string[] => text.split(/\r\n|\n\r|[\r\n\f]/).map((line) => line.slice(0, longestLine))

/** A result, or a heading that looks like one: `LABTECH 2000`. */
const isSurelyResult = ({ line, trouble }: SampleResult): boolean => trouble !== 'unknown-test' || line.unit !== undefined

const byLines = (text: string, profile: TextProfile, layout: Layout<'lines'>): ReadPage => {
  const everywhere = (patterns: readonly string[], lines: readonly string[]) => lines.flatMap((line, at) => patterns.flatMap((pattern) => [...line.matchAll(compiled(pattern, 'every'))].map(({ groups }) => ({ groups: groups!, at }))))
  const parts = partsOf(linesOf(text), layout.nextSample).map((lines) => {
    // The first pattern that finds one counts, as with the places of other protocols.
    const ids = layout.sampleId.map((pattern) => everywhere([pattern], lines).map(({ groups, at }) => ({ id: groups['id']!.trim(), at })).filter(({ id }) => id !== '')).find((found) => found.length > 0) ?? []
    const measured = layout.measured && parseByFormat(layout.measured.patterns.flatMap((pattern) => everywhere([pattern], lines).slice(0, 1)).map(({ groups }) => groups['time']!).join(' '), layout.measured.format)
    const found = lines.flatMap((line, at) => {
      // A line that one pattern understood is not read again by the next, which may be wider.
      const understood = layout.results.map(({ pattern, code }) => everywhere([pattern], [line]).map(({ groups }) => saidBy(groups, code))).find((each) => each.length > 0)
      return (understood ?? []).flatMap((each) => resultWith(layout.printsNoUnits ? withUnit(each, profile) : each, measured, profile) ?? []).map((result) => ({ result, at }))
    })
    const { patient } = layout
    const accession = ids[0]?.id ?? ''
    const sample: Sample = {
      accession,
      isQualityControl: matches(profile.qualityControl.samples, accession) || lines.some((line) => matches(profile.qualityControl.lines, line, longestLine)),
      analyserSays: patient === undefined ? '' : everywhere([patient], lines).map(({ groups }) => groups['says']!.trim()).filter((part) => part !== '').join(' · '),
      results: found.map(({ result }) => result),
    }
    // Results above the number may be of the tube before, which printed none.
    const isMixed = ids.some(({ id }) => id !== accession) || found.some(({ result, at }) => at < (ids[0]?.at ?? 0) && isSurelyResult(result))
    return { sample, isMixed }
  })
  const page = pageOf(parts.map(({ sample }) => sample))
  const isApart = parts.some(({ sample }) => sample.accession !== '' && sample.results.length === 0) && parts.some(({ sample }) => sample.accession === '' && sample.results.length > 0)
  return isApart || parts.some(({ isMixed }) => isMixed) ? { ...page, problems: [...page.problems, 'samples-mixed'] } : page
}

const saidBy = (groups: Readonly<Record<string, string | undefined>>, fixedCode: string | undefined): SaidResult => {
  const part = (name: string) => groups[name]?.trim() ?? ''
  return said(fixedCode ?? part('code'), part('value'), { unit: part('unit'), flag: part('flag'), range: part('range'), comment: part('comment') })
}

const resultWith = (result: SaidResult, measured: Hl7DateTime | undefined, profile: TextProfile): SampleResult | undefined =>
  result.code === '' && result.text === '' ? undefined : resultOf({ ...result, ...(measured ? { measured } : {}) }, profile)

/** A page that prints no units: they are those of the tests. */
const withUnit = (result: SaidResult, { tests }: TextProfile): SaidResult => (result.unit !== '' || !Object.hasOwn(tests, result.code) ? result : { ...result, unit: tests[result.code]!.unit })

/** The lines of each sample of a page. */
const partsOf = (lines: readonly string[], nextSample: string | undefined): string[][] => {
  if (nextSample === undefined) return [[...lines]]
  const begins = compiled(nextSample)
  const parts: string[][] = [[]]
  for (const line of lines) {
    if (begins.test(line)) parts.push([])
    parts.at(-1)!.push(line)
  }
  return parts
}

/** Digits with the point that is not written; anything else is text, because nobody knows where its point is. */
const pointed = (sent: string, decimals: number): ReturnType<typeof parseValue> => {
  const [, comparator = '', sign = '', digits] = /^([<>]=?)?\s*([+-])?(\d+)$/.exec(sent) ?? []
  if (digits === undefined) return { text: sent }
  const padded = digits.padStart(decimals + 1, '0')
  return parseValue(`${comparator}${sign === '-' ? sign : ''}${padded.slice(0, -decimals).replace(/^0+(?=\d)/, '')}.${padded.slice(-decimals)}`)
}

const byColumns = (text: string, profile: TextProfile, layout: Layout<'columns'>): ReadPage => {
  const at = ({ from, length }: { readonly from: number; readonly length: number }) => text.slice(from, from + length).trim()
  const end = Math.max(...layout.results.map(({ from, length }) => from + length), layout.sampleId.from + layout.sampleId.length)
  // A page that lost a byte has every later column shifted: none of it can be believed.
  if (text.length < end) return { samples: [], problems: ['page-short'] }
  const measured = layout.measured && parseByFormat(at(layout.measured), layout.measured.format)
  const accession = at(layout.sampleId)
  const results = layout.results.flatMap(({ code, decimals, flag, ...place }) => {
    const digits = at(place)
    const value = decimals === 0 ? parseValue(digits.replace(/^0+(?=\d)/, '')) : pointed(digits, decimals)
    const unit = Object.hasOwn(profile.tests, code) ? profile.tests[code]!.unit : ''
    return digits === '' ? [] : (resultWith({ ...said(code, ''), unit, flag: flag ? at(flag) : '', ...value }, measured, profile) ?? [])
  })
  return pageOf([{ accession, isQualityControl: matches(profile.qualityControl.samples, accession) || matches(profile.qualityControl.lines, text, longestLine), analyserSays: '', results }])
}

const byTable = (text: string, profile: TextProfile, layout: Layout<'table'>): ReadPage => {
  const [first, ...others] = rowsOf(text.replace(/^\uFEFF/, ''), layout.separator, layout.quote)
  if (!first) return pageOf([])
  const headings = layout.hasHeadings ? first.map((cell) => cell.trim()) : []
  const placeOf = (column: string | number): number => (typeof column === 'number' ? column - 1 : headings.indexOf(column))
  const needed = [layout.sampleId, ...(layout.row ? [layout.row.code, layout.row.value] : []), ...(layout.measured?.columns ?? [])]
  if (needed.some((column) => placeOf(column) < 0)) return { samples: [], problems: ['heading-missing'] }
  const samples: { readonly accession: string; readonly says: string; readonly results: SampleResult[] }[] = []
  for (const row of layout.hasHeadings ? others : [first, ...others]) {
    const cell = (column: string | number | undefined) => (column === undefined ? '' : (row[placeOf(column)]?.trim() ?? ''))
    const number = (value: string) => (layout.decimalComma ? value.replace(/^([<>]?=?\s*-?\d+),(\d+)$/, '$1.$2') : value)
    const measured = layout.measured && parseByFormat(layout.measured.columns.map(cell).join(' '), layout.measured.format)
    const wide = layout.tests ? Object.entries(layout.tests).map(([place, code]) => [code, Number(place)] as const) : headings.filter((heading) => Object.hasOwn(profile.tests, heading)).map((heading) => [heading, heading] as const)
    const found = layout.row
      ? [said(cell(layout.row.code), number(cell(layout.row.value)), { unit: cell(layout.row.unit), flag: cell(layout.row.flag), range: cell(layout.row.range) })]
      // A wide table says no units: they are the profile's.
      : wide.filter(([, column]) => cell(column) !== '').map(([code, column]) => said(code, number(cell(column)), { unit: profile.tests[code]?.unit ?? '' }))
    const accession = cell(layout.sampleId)
    const before = samples.at(-1)
    const results = found.flatMap((each) => resultWith(layout.printsNoUnits ? withUnit(each, profile) : each, measured, profile) ?? [])
    // Rows of one tube that follow each other are one sample.
    if (layout.row && before?.accession === accession && accession !== '') before.results.push(...results)
    else samples.push({ accession, says: cell(layout.patient), results })
  }
  return pageOf(samples.map(({ accession, says, results }) => ({ accession, isQualityControl: matches(profile.qualityControl.samples, accession), analyserSays: says, results })))
}
