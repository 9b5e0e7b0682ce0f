import type { LabSettingsState, TestRule } from '../../../shared/contract'

/** A rule as it is typed. */
export interface RuleDraft {
  readonly accept: TestRule['accept']
  readonly low: string
  readonly high: string
  readonly percent: string
  readonly absolute: string
  readonly days: string
}

const typed = (value: number | undefined): string => (value === undefined ? '' : String(value))

/** How a test without a rule is accepted today. */
export const acceptedToday = ({ policy, hasTechnician }: Pick<LabSettingsState, 'policy' | 'hasTechnician'>): TestRule['accept'] =>
  policy.accept === 'by-staff' ? (hasTechnician ? 'never' : 'unflagged') : policy.accept

/** A rule, to be typed over; a test that has none is accepted as today until somebody says otherwise. */
export const ruleDraft = (rule: TestRule | undefined, today: TestRule['accept']): RuleDraft => ({
  accept: rule?.accept ?? today, low: typed(rule?.low), high: typed(rule?.high), percent: typed(rule?.delta?.percent), absolute: typed(rule?.delta?.absolute), days: typed(rule?.delta?.days),
})

/** What is wrong with a typed rule, by field. */
export type RuleFaults = Partial<Record<keyof RuleDraft, 'rule.fault.number' | 'rule.fault.days' | 'rule.fault.order'>>

const numberIn = (text: string): number | undefined => (text.trim() === '' ? undefined : Number(text.trim().replace(',', '.')))

/** The rule that was typed, or what is wrong with it. */
export const readRule = ({ test, name, unit }: LabSettingsState['tests'][number], draft: RuleDraft): { readonly rule: TestRule } | { readonly faults: RuleFaults } => {
  const faults: RuleFaults = {}
  const number = (field: 'low' | 'high' | 'percent' | 'absolute' | 'days', isOk: (value: number) => boolean = () => true) => {
    const value = numberIn(draft[field])
    if (value !== undefined && (!Number.isFinite(value) || !isOk(value))) faults[field] = 'rule.fault.number'
    return value
  }
  const isAmount = (value: number) => value >= 0
  const [low, high, percent, absolute] = [number('low'), number('high'), number('percent', (value) => isAmount(value) && value <= 10_000), number('absolute', isAmount)]
  const days = number('days', (value) => Number.isInteger(value) && isAmount(value) && value <= 3650)
  const hasDelta = percent !== undefined || absolute !== undefined
  if (hasDelta && days === undefined) faults.days = 'rule.fault.days'
  if (low !== undefined && high !== undefined && low > high) faults.high = 'rule.fault.order'
  if (Object.keys(faults).length > 0) return { faults }
  return {
    rule: {
      test, name, accept: draft.accept,
      ...(low === undefined && high === undefined ? {} : { unit }),
      ...(low === undefined ? {} : { low }),
      ...(high === undefined ? {} : { high }),
      ...(hasDelta && days !== undefined ? { delta: { days, ...(percent === undefined ? {} : { percent }), ...(absolute === undefined ? {} : { absolute }) } } : {}),
    },
  }
}
