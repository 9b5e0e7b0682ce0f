import type { ResultLine } from '../../../shared/contract'
import { flagOf, isJudged } from '../../../shared/records/observation/resultFlag'

export { flagOf }

/** A value split at its decimal point, so that a column of them aligns on it: `> 8.13` gives `> 8` and `.13`. */
export const splitAtPoint = (text: string): readonly [string, string] => {
  const found = /^(\s*[<>=]*\s*-?\d+)([.,]\d+)?\s*$/.exec(text)
  return found ? [found[1] ?? '', found[2] ?? ''] : [text, '']
}

/** Lines that are results and whose flag is not normal. */
export const outsideCount = (lines: readonly ResultLine[]): number => lines.filter((line) => line.status !== 'cancelled' && flagOf(line)).length

/** Whether any line says which values are expected: without one, nothing can be called normal. */
export const hasRange = (lines: readonly ResultLine[]): boolean => lines.some(isJudged)

export { unitText } from '../../../shared/standards/ucum'
