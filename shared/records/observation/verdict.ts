import type { CriticalLimits } from './criticalValue'
import type { Delta, DeltaLimit } from './deltaCheck'
import type { ResultLine } from './result'

/** How results of one test get onto the chart as final. Practice-wide. */
export interface TestRule {
  /** LOINC code, else the name of the test. */
  readonly test: string
  /** As the list of rules calls it. */
  readonly name: string
  /** `never`: a person accepts each. `unflagged`: by itself, when nothing speaks against it. */
  readonly accept: 'never' | 'unflagged'
  /** UCUM unit of the limits. */
  readonly unit?: string
  /** By itself only from here … */
  readonly low?: number
  /** … to here. */
  readonly high?: number
  /** Absent: the usual limits of this test, where there are any. */
  readonly delta?: DeltaLimit
  /** In `unit`: from here on somebody is told at once. Absent: the usual limits of this test, where there are any. */
  readonly critical?: CriticalLimits
}

/**
 * Why a result waits for a person. `by-rule`: the rule of this test, or of the practice, says so. `flagged`: by the analyser. `outside-range`: of that
 * which the analyser sent, or not surely within it (`> 300`). `outside-limits`: of the rule, or in a unit that they cannot be held against. `no-value`: no number and no word
 * (`----`). `delta`: too far from the patient's last value. `analyser-doubts`: the analyser itself calls it preliminary, or remarks something.
 * `replaces`: a result of this sample was filed before, and this one is to stand in its place. `unmapped`: nobody has said what test or unit it is.
 * `impossible`: nobody can have this value. `replayed`: it came from a recording that somebody played, not over a line.
 */
export const holdReasons = ['by-rule', 'flagged', 'outside-range', 'outside-limits', 'no-value', 'delta', 'analyser-doubts', 'replaces', 'unmapped', 'impossible', 'replayed'] as const

/** See {@link holdReasons}. */
export type HoldReason = (typeof holdReasons)[number]

const numbersOf = (text: string): { readonly least?: number; readonly most?: number } => {
  const between = /^\s*(-?\d+(?:\.\d+)?)\s*(?:-|–|to|\^)\s*(-?\d+(?:\.\d+)?)\s*$/.exec(text)
  if (between) return { least: Number(between[1]), most: Number(between[2]) }
  const open = /^\s*(<=?|>=?)\s*(-?\d+(?:\.\d+)?)\s*$/.exec(text)
  if (!open) return {}
  return open[1]!.startsWith('<') ? { most: Number(open[2]) } : { least: Number(open[2]) }
}

const isWithin = (value: number, { least, most }: { readonly least?: number | undefined; readonly most?: number | undefined }): boolean =>
  (least === undefined || value >= least) && (most === undefined || value <= most)

/** Whether all that `< 5` or `> 300` may stand for lies within. */
const isSurelyWithin = (value: number, comparator: NonNullable<ResultLine['comparator']>, { least, most }: ReturnType<typeof numbersOf>): boolean => {
  // What is measured is not negative: less than 5 is within 0 to 10.
  if (comparator.startsWith('<')) return isWithin(value, { most }) && (least === undefined || least <= 0)
  return isWithin(value, { least }) && most === undefined
}

const isInRange = ({ value, comparator, range }: Pick<ResultLine, 'value' | 'comparator' | 'range'>): boolean => {
  if (value === undefined || range === undefined) return true
  const numbers = numbersOf(range)
  return comparator === undefined ? isWithin(value, numbers) : isSurelyWithin(value, comparator, numbers)
}

/** Whether a number is certainly within its range. Not: it has none, one that says no numbers (`see note`), or `> 300` may be anything. */
export const isSurelyInRange = (line: Pick<ResultLine, 'value' | 'comparator' | 'range'>): boolean => {
  if (line.value === undefined || line.range === undefined) return false
  const { least, most } = numbersOf(line.range)
  return (least !== undefined || most !== undefined) && isInRange(line)
}

/** On which side of its range a value certainly is; undefined: within, or nobody can tell. */
export const sideOfRange = ({ value, comparator, range }: Pick<ResultLine, 'value' | 'comparator' | 'range'>): 'low' | 'high' | undefined => {
  if (value === undefined || range === undefined) return undefined
  const { least, most } = numbersOf(range)
  const [isLess, isMore] = [comparator?.startsWith('<') ?? false, comparator?.startsWith('>') ?? false]
  if (least !== undefined && !isMore && (isLess ? value <= least : value < least)) return 'low'
  return most !== undefined && !isLess && (isMore ? value >= most : value > most) ? 'high' : undefined
}

const isFlagged = (flag: string | undefined): boolean => flag !== undefined && !/^(?:N|NORMAL)?$/i.test(flag.trim())

/** Says no more than that there is no result. */
const isNothing = (text: string): boolean => !/[\p{L}\p{N}+]/u.test(text)

/**
 * What speaks against filing a result as final by itself; empty: nothing does. A value without flag and without range passes: the
 * analyser's own limits judged it. Who wants more than that sets limits, or `never`.
 */
export const verdictOf = (line: ResultLine, rule: Pick<TestRule, 'accept' | 'low' | 'high' | 'unit'>, context: { readonly delta?: Delta | undefined; readonly replaces?: boolean; readonly isReplayed?: boolean } = {}): HoldReason[] => {
  const found: HoldReason[] = []
  if (rule.accept === 'never') found.push('by-rule')
  if (context.replaces) found.push('replaces')
  if (context.isReplayed) found.push('replayed')
  if (isFlagged(line.flag)) found.push('flagged')
  if (line.status === 'preliminary' || line.status === 'cancelled' || line.comment !== undefined) found.push('analyser-doubts')
  if (line.value === undefined && isNothing(line.text)) found.push('no-value')
  if (!isInRange(line)) found.push('outside-range')
  if (rule.low !== undefined || rule.high !== undefined) {
    const isHeldAgainst = line.value !== undefined && line.comparator === undefined && (rule.unit ?? '') === (line.unit ?? '')
    if (!isHeldAgainst || !isWithin(line.value, { least: rule.low, most: rule.high })) found.push('outside-limits')
  }
  if (context.delta?.isExceeded) found.push('delta')
  return found
}
