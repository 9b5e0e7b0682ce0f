import type { ResultLine } from './result'
import { isSurelyInRange, sideOfRange } from './verdict'

/** On which side of what is expected a value is. */
export type ResultFlag = 'low' | 'high' | 'critical-low' | 'critical-high' | 'abnormal'

/**
 * What a flag of an analyser says (HL7 table 0078 and the spellings of analysers); where it flags nothing, on which side of its range the
 * value is. Undefined for normal, and where nobody can tell.
 */
export const flagOf = (line: Pick<ResultLine, 'flag' | 'value' | 'comparator' | 'range'>): ResultFlag | undefined => {
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

const inOneCase = (text: string): string => text.trim().toLowerCase()

/**
 * Whether anything says if a result is as expected: without that, nothing can be called normal. A range says so of a number that is surely within it or outside, and of
 * words where they are those that are expected (`negative`).
 */
export const isJudged = (line: Pick<ResultLine, 'text' | 'flag' | 'value' | 'comparator' | 'range'>): boolean =>
  flagOf(line) !== undefined ||
  ['N', 'NORMAL'].includes(line.flag?.trim().toUpperCase() ?? '') ||
  isSurelyInRange(line) ||
  (line.value === undefined && Boolean(line.range?.trim()) && inOneCase(line.range ?? '') === inOneCase(line.text))

/**
 * How urgently a report wants to be read. `critical`: somebody had to be told of a value at once, or it is flagged so. `abnormal`: a value is outside. `unjudged`:
 * nothing says so, and not of everything can be said that it is inside its range. `normal`: every value is.
 */
export const severities = ['critical', 'abnormal', 'unjudged', 'normal'] as const
export type Severity = (typeof severities)[number]

/** How urgent these results are; cancelled ones say nothing, and of none at all nobody can say that they are normal. */
export const severityOf = (lines: readonly ResultLine[], isTold: (line: ResultLine) => boolean = () => false): Severity => {
  const counting = lines.filter(({ status }) => status !== 'cancelled')
  if (counting.some((line) => isTold(line) || flagOf(line)?.startsWith('critical'))) return 'critical'
  if (counting.some((line) => flagOf(line) !== undefined)) return 'abnormal'
  return counting.length > 0 && counting.every(isJudged) ? 'normal' : 'unjudged'
}
