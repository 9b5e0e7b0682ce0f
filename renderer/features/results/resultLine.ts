import type { ResultLine } from '../../../shared/contract'
import { flagOf, isJudged, severityOf } from '../../../shared/records/observation/resultFlag'

export { flagOf }

/** A value split at its decimal point, so that a column of them aligns on it: `> 8.13` gives `> 8` and `.13`. */
export const splitAtPoint = (text: string): readonly [string, string] => {
  const found = /^(\s*[<>=]*\s*-?\d+)([.,]\d+)?\s*$/.exec(text)
  return found ? [found[1] ?? '', found[2] ?? ''] : [text, '']
}

/** Lines that are results and whose flag is not normal. */
export const outsideCount = (lines: readonly ResultLine[]): number => lines.filter((line) => line.status !== 'cancelled' && flagOf(line)).length

/** Whether all of a report is inside its ranges, as far as ranges say so; `norange`: they say nothing of any of it. What is outside is {@link outsideCount}'s. */
export const insideOf = (lines: readonly ResultLine[]): 'inside' | 'partly' | 'norange' =>
  severityOf(lines) === 'normal' ? 'inside' : lines.some((line) => line.status !== 'cancelled' && isJudged(line)) ? 'partly' : 'norange'

export { unitText } from '../../../shared/standards/ucum'
