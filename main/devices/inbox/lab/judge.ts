import { type DeltaLimit, deltaOf, type Delta, type EarlierResult, usualDeltaLimitOf } from '../../../../shared/records/observation/deltaCheck'
import { type Critical, criticalOf, usualLimitsOf } from '../../../../shared/records/observation/criticalValue'
import { earlierResultsIn, mostEarlier } from '../../../../shared/records/observation/earlierResults'
import { isImpossible } from '../../../../shared/records/observation/possibleResult'
import { type HoldReason, type TestRule, verdictOf } from '../../../../shared/records/observation/verdict'
import type { Replica } from '../../../replica'
import type { SampleResult } from '../..'
import type { LabSettings } from './settings'

/** By what the tests of a practice are told apart: LOINC where it is known, else the name. */
export const testKey = (loinc: string | undefined, name: string): string => loinc ?? name

/** The patient's last accepted number of each test before an instant, as it stands now; results of the order itself are no comparison. */
export const earlierResults = async (
  { records }: Pick<Replica, 'records'>,
  ask: { readonly subject: string; readonly codes: readonly string[]; readonly before: string; readonly order?: string | undefined },
): Promise<Map<string, EarlierResult>> => {
  const found = ask.codes.length === 0 ? [] : await records.find('Observation', { where: { subject: ask.subject, code: { in: ask.codes } }, sort: { by: 'date', order: 'descending' }, limit: mostEarlier })
  const lastOf = earlierResultsIn(found)
  return new Map(ask.codes.flatMap((code) => {
    const last = lastOf(code, ask)
    return last ? [[code, last] as const] : []
  }))
}

/** How a result stands, and what speaks against filing it as final. */
export interface Judged {
  readonly holds: readonly HoldReason[]
  readonly delta?: Delta
}

/** Rules of the practice, ready to be asked. */
export interface Judge {
  /** What speaks against a result by the rules of today. */
  judge(result: Pick<SampleResult, 'line' | 'loinc' | 'trouble'>, context: { readonly at: string; readonly earlier: EarlierResult | undefined; readonly replaces: boolean; readonly isReplayed?: boolean }): Judged
  limitOf(loinc: string | undefined, name: string): DeltaLimit | undefined
  /** Whether critical results are told before anybody has accepted them: there is nobody who would. */
  readonly tellsUnverified: boolean
  /** Whether somebody must be told of a result at once. @param years whole years of age; undefined: not known, the stricter limits hold */
  criticalOf(result: Pick<SampleResult, 'line' | 'loinc'>, years: number | undefined): Critical | undefined
}

/** Reads the rules once, for all results of a sample. */
export const openJudge = async (settings: LabSettings): Promise<Judge> => {
  const [rules, policy] = await Promise.all([settings.rules(), settings.policy()])
  const hasTechnician = await settings.hasTechnician()
  const accept = policy.accept === 'by-staff' ? (hasTechnician ? 'never' : 'unflagged') : policy.accept
  const byTest = new Map(rules.map((rule) => [rule.test, rule]))
  const ruleFor = (loinc: string | undefined, name: string): Pick<TestRule, 'accept' | 'low' | 'high' | 'unit' | 'delta' | 'critical'> => byTest.get(testKey(loinc, name)) ?? { accept }
  const limitOf = (loinc: string | undefined, name: string) =>
    ruleFor(loinc, name).delta ?? usualDeltaLimitOf(loinc)
  return {
    tellsUnverified: !hasTechnician,
    limitOf,
    criticalOf: ({ line, loinc }, years) => {
      const { critical, unit } = ruleFor(loinc, line.name)
      return criticalOf(line, critical ? { ...critical, ...(unit === undefined ? {} : { unit }) } : usualLimitsOf(loinc, years))
    },
    judge: ({ line, loinc, trouble }, { at, earlier, replaces, isReplayed = false }) => {
      const delta = deltaOf({ ...line, at }, earlier, limitOf(loinc, line.name))
      const holds = verdictOf(line, ruleFor(loinc, line.name), { delta, replaces, isReplayed })
      if (trouble === 'withdrawn' && !holds.includes('analyser-doubts')) holds.push('analyser-doubts')
      if (trouble === 'unknown-test' || trouble === 'other-unit') holds.push('unmapped')
      if (isImpossible({ ...line, ...(loinc === undefined ? {} : { loinc }) })) holds.push('impossible')
      return { holds, ...(delta ? { delta } : {}) }
    },
  }
}
