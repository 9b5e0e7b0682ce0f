import type { ResultLine, VitalEntry } from '../../../shared/contract'
import { sideOfRange } from '../../../shared/records/observation/verdict'

/**
 * What a flag of an analyser says (HL7 table 0078 and the spellings of analysers); where it flags nothing, on which side of its range the
 * value is. Undefined for normal, and where nobody can tell.
 */
export const flagOf = (line: Pick<ResultLine, 'flag' | 'value' | 'comparator' | 'range'>): NonNullable<VitalEntry['flag']> | undefined => {
  switch (line.flag?.trim().toUpperCase()) {
    case undefined:
    case '':
      return sideOfRange(line)
    case 'N':
    case 'NORMAL':
      return undefined
    case 'L':
    case '<':
      return 'low'
    case 'H':
    case '>':
      return 'high'
    case 'LL':
    case '<<':
      return 'critical-low'
    case 'HH':
    case '>>':
      return 'critical-high'
    default:
      return 'abnormal'
  }
}

/** A value split at its decimal point, so that a column of them aligns on it: `> 8.13` gives `> 8` and `.13`. */
export const splitAtPoint = (text: string): readonly [string, string] => {
  const found = /^(\s*[<>=]*\s*-?\d+)([.,]\d+)?\s*$/.exec(text)
  return found ? [found[1] ?? '', found[2] ?? ''] : [text, '']
}

/** Lines that are results and whose flag is not normal. */
export const outsideCount = (lines: readonly ResultLine[]): number => lines.filter((line) => line.status !== 'cancelled' && flagOf(line)).length

/** Whether any line says which values are expected: without one, nothing can be called normal. */
export const hasRange = (lines: readonly ResultLine[]): boolean => lines.some((line) => Boolean(line.range?.trim()) || flagOf(line) !== undefined || line.flag === 'N')

export { unitText } from '../../../shared/standards/ucum'
