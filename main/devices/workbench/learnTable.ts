import type { ProfileDraft } from '../../../shared/contract'
import type { MarkedPiece } from './learnLines'

/** Where the cells of a row stand, without their quotes and the spaces around them. */
export const cellsOf = (text: string, separator: string): { readonly from: number; readonly to: number }[] => {
  const cells: { from: number; to: number }[] = []
  let from = 0
  let isQuoted = false
  const end = (to: number) => {
    const [, before = '', inside = ''] = /^(\s*"?\s*)(.*?)\s*"?\s*$/.exec(text.slice(from, to)) ?? []
    cells.push({ from: from + before.length, to: from + before.length + inside.length })
  }
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '"') isQuoted = !isQuoted
    if (text[at] !== separator || isQuoted) continue
    end(at)
    from = at + 1
  }
  end(text.length)
  return cells
}

/** A layout of a table whose columns are those that were marked. `headings`: text of the first row. */
export const learnTable = (pieces: readonly MarkedPiece[], headings: string, { separator, hasHeadings, decimalComma, timeFormat, printsNoUnits }: ProfileDraft) => {
  const names = hasHeadings ? cellsOf(headings, separator).map(({ from, to }) => headings.slice(from, to)) : []
  const placeOf = ({ lineText, from }: MarkedPiece): number => Math.max(0, cellsOf(lineText, separator).findLastIndex((cell) => cell.from <= from))
  /** By its heading, where that is the only one of its name. */
  const columnOf = (piece: MarkedPiece): string | number => {
    const place = placeOf(piece)
    const name = names[place]
    return name !== undefined && name !== '' && names.indexOf(name) === names.lastIndexOf(name) ? name : place + 1
  }
  const of = (role: MarkedPiece['as']) => pieces.filter(({ as }) => as === role)
  const column = (role: MarkedPiece['as']) => of(role).slice(0, 1).map(columnOf)[0]
  const [code, value, unit, flag] = [column('test'), column('value'), column('unit'), column('flag')]
  const times = [...new Set(of('time').map(columnOf))]
  const wide = hasHeadings ? {} : Object.fromEntries(of('value').flatMap((piece) => (piece.code === undefined ? [] : [[String(placeOf(piece) + 1), piece.code] as const])))
  return {
    kind: 'table' as const,
    separator,
    hasHeadings,
    sampleId: column('sample') ?? 1,
    ...(code !== undefined && value !== undefined ? { row: { code, value, ...(unit === undefined ? {} : { unit }), ...(flag === undefined ? {} : { flag }) } } : {}),
    ...(code === undefined && Object.keys(wide).length > 0 ? { tests: wide } : {}),
    ...(timeFormat === undefined || times.length === 0 ? {} : { measured: { columns: times, format: timeFormat } }),
    decimalComma,
    ...(printsNoUnits && code !== undefined ? { printsNoUnits: true } : {}),
  }
}

/** Headings of the columns whose values were marked in a table that has one column for each test. */
export const wideHeadings = (pieces: readonly MarkedPiece[], headings: string, { separator, hasHeadings }: ProfileDraft): string[] => {
  if (!hasHeadings || pieces.some(({ as }) => as === 'test')) return []
  const names = cellsOf(headings, separator).map(({ from, to }) => headings.slice(from, to))
  return pieces.filter(({ as }) => as === 'value').flatMap(({ lineText, from }) => names[cellsOf(lineText, separator).findLastIndex((cell) => cell.from <= from)] ?? [])
}
