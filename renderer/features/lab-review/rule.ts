import type { LabSettingsState, TestRule } from '../../../shared/contract'
import { usualLimitsOf } from '../../../shared/records/observation/criticalValue'
import { readTypedNumber } from '../../../shared/records/typedNumber'
import { unitText } from '../results'

/** A rule as it is typed. */
export interface RuleDraft {
  readonly accept: TestRule['accept']
  readonly low: string
  readonly high: string
  readonly percent: string
  readonly absolute: string
  readonly days: string
  readonly criticalLow: string
  readonly criticalHigh: string
}

const typed = (value: number | undefined): string => (value === undefined ? '' : String(value))

/** How a test without a rule is accepted today. */
export const acceptedToday = ({ policy, hasTechnician }: Pick<LabSettingsState, 'policy' | 'hasTechnician'>): TestRule['accept'] =>
  policy.accept === 'by-staff' ? (hasTechnician ? 'never' : 'unflagged') : policy.accept

/** A rule, to be typed over; a test that has none is accepted as today until somebody says otherwise. */
export const ruleDraft = (rule: TestRule | undefined, today: TestRule['accept']): RuleDraft => ({
  accept: rule?.accept ?? today, low: typed(rule?.low), high: typed(rule?.high), percent: typed(rule?.delta?.percent), absolute: typed(rule?.delta?.absolute), days: typed(rule?.delta?.days),
  criticalLow: typed(rule?.critical?.low), criticalHigh: typed(rule?.critical?.high),
})

/** What is wrong with a typed rule, by field. */
export type RuleFaults = Partial<Record<keyof RuleDraft, 'rule.fault.number' | 'rule.fault.days' | 'rule.fault.order'>>

/** NaN: it is no number, or can be read in two ways. */
const numberIn = (text: string): number | undefined => {
  if (text.trim() === '') return undefined
  const number = readTypedNumber(text)
  return number.kind === 'number' ? number.value : Number.NaN
}

/** The rule that was typed, or what is wrong with it. */
export const readRule = ({ test, name, unit }: LabSettingsState['tests'][number], draft: RuleDraft): { readonly rule: TestRule } | { readonly faults: RuleFaults } => {
  const faults: RuleFaults = {}
  const number = (field: Exclude<keyof RuleDraft, 'accept'>, isOk: (value: number) => boolean = () => true) => {
    const value = numberIn(draft[field])
    if (value !== undefined && (!Number.isFinite(value) || !isOk(value))) faults[field] = 'rule.fault.number'
    return value
  }
  const isAmount = (value: number) => value >= 0
  const [low, high, percent, absolute] = [number('low'), number('high'), number('percent', (value) => isAmount(value) && value <= 10_000), number('absolute', isAmount)]
  const days = number('days', (value) => Number.isInteger(value) && isAmount(value) && value <= 3650)
  const [criticalLow, criticalHigh] = [number('criticalLow'), number('criticalHigh')]
  const hasDelta = percent !== undefined || absolute !== undefined
  if (hasDelta && days === undefined) faults.days = 'rule.fault.days'
  if (low !== undefined && high !== undefined && low > high) faults.high = 'rule.fault.order'
  if (criticalLow !== undefined && criticalHigh !== undefined && criticalLow >= criticalHigh) faults.criticalHigh = 'rule.fault.order'
  if (Object.keys(faults).length > 0) return { faults }
  return {
    rule: {
      test, name, accept: draft.accept,
      ...([low, high, criticalLow, criticalHigh].every((limit) => limit === undefined) ? {} : { unit }),
      ...(low === undefined ? {} : { low }),
      ...(high === undefined ? {} : { high }),
      ...(criticalLow === undefined && criticalHigh === undefined ? {} : { critical: { ...(criticalLow === undefined ? {} : { low: criticalLow }), ...(criticalHigh === undefined ? {} : { high: criticalHigh }) } }),
      ...(hasDelta && days !== undefined ? { delta: { days, ...(percent === undefined ? {} : { percent }), ...(absolute === undefined ? {} : { absolute }) } } : {}),
    },
  }
}

const adult = 40

/** The limits of an adult that hold of a test until the practice sets its own: `≤ 2.5, ≥ 6.5 mmol/L`. */
export const usualCritical = (test: string): string | undefined => {
  const limits = usualLimitsOf(test, adult)
  if (!limits) return undefined
  const ends = [...(limits.low === undefined ? [] : [`≤ ${limits.low}`]), ...(limits.high === undefined ? [] : [`≥ ${limits.high}`])]
  return `${ends.join(', ')} ${unitText(limits.unit)}`
}
